"""Workers in processes of their own: killed amid a delivery, and held up by a slow receiver."""

import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.db import connection, transaction
from django.utils import timezone

from interviews import publishing, tasks
from interviews.models import Delivery, DeliveryState, Rendition, Task
from interviews.tasks import threads
from tests.builders import published
from tests.photodesk.files import taken
from tests.processes import PATIENCE, database_url, wait_for

from .working import work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engine]
ROOT = Path(__file__).parent.parent.parent


@contextmanager
def worker(*options):
    """Run `manage.py work` on the test's database."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(Path(site.MEDIA_ROOT).parent / "data"),
        "MEDIA_STORAGE": str(site.MEDIA_ROOT),
        "DELIVERY_PRIVATE_ADDRESSES": "1",
    }
    command = [sys.executable, "manage.py", "work", *options]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_killed_amid_a_delivery_it_is_sent_again_with_the_same_id(cast, receiver, subscribe):
    subscribe(receiver)
    receiver.answer = receiver.hold
    published(cast)
    with worker() as victim:
        receiver.wait_for_one()
        assert work() == [], "its receiver is claimed"
        victim.kill()
        victim.wait()
    receiver.answer = 204
    wait_for(work)  # PostgreSQL notices within milliseconds
    first, second = receiver.sent
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 1)
    assert not Task.objects.exists()


@pytest.mark.slow
def test_stopped_worker_finishes_its_delivery(cast, receiver, subscribe):
    subscribe(receiver)
    receiver.answer = receiver.hold
    published(cast)
    with worker() as stopped:
        receiver.wait_for_one()
        stopped.terminate()
        receiver.released.set()
        out, err = stopped.communicate(timeout=PATIENCE)
    assert (stopped.returncode, err.decode()) == (0, "")
    assert out.decode().endswith("做好了。\n")
    assert Delivery.objects.get().state == DeliveryState.DELIVERED


@pytest.fixture
def in_threads(settings):
    """Start the threads of a server process."""
    settings.PHOTO_THREADS, settings.DELIVERY_THREADS = 1, 2
    settings.DELIVERY_PRIVATE_ADDRESSES = True
    yield tasks.start
    tasks.finish()


def test_slow_receiver_delays_no_verb_no_rendition_no_other_receiver(cast, receiver, other, subscribe, in_threads):
    slow, well = subscribe(receiver), subscribe(other, name="市台")
    receiver.answer = receiver.hold
    features = [published(cast).feature]
    in_threads()
    receiver.wait_for_one()
    features += [published(cast).feature for _ in range(3)]
    photo = taken(cast.photographer)
    wait_for(lambda: Delivery.objects.filter(receiver=well.pk, state=DeliveryState.DELIVERED).count() == 4)
    wait_for(lambda: Rendition.objects.filter(photo=photo).exists())
    assert len(receiver.sent) == 1, "one at a time"
    assert Delivery.objects.filter(receiver=slow.pk, state=DeliveryState.WAITING).count() == 4
    assert other.events == [("published", each.pk) for each in features]
    receiver.released.set()


def test_command_that_publishes_sends_nothing_itself(cast, receiver, subscribe, settings):
    """It ends at once, amid a delivery; servers and `manage.py work` find the task."""
    settings.DELIVERY_THREADS = 1
    subscribe(receiver)
    published(cast)
    assert not threads._deliveries._threads
    assert Task.objects.exists()
    assert receiver.sent == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's writers wait for each other")
def test_no_transaction_is_open_while_a_receiver_is_slow(cast, receiver, subscribe, in_threads):
    subscribe(receiver)
    receiver.answer = receiver.hold
    published(cast)
    in_threads()
    receiver.wait_for_one()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'"
        )
        assert cursor.fetchone()[0] == 0
    receiver.released.set()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's writers wait for each other")
def test_withdrawal_that_commits_after_the_moment_is_respected(cast, receiver, subscribe, in_threads, monkeypatch):
    """The verb began while the edition was still to come: readers never saw it."""
    subscribe(receiver)
    edition = published(cast, at=timezone.now() + timedelta(hours=1))
    just_before = edition.published_from - timedelta(milliseconds=1)
    monkeypatch.setattr(timezone, "now", lambda: just_before)
    with transaction.atomic():
        publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="有误。")
        monkeypatch.setattr(timezone, "now", lambda: edition.published_from)
        in_threads()
        wait_for(lambda: receiver.sent or is_waiting_for_a_lock())
    wait_for(lambda: Delivery.objects.get().state != DeliveryState.WAITING)
    assert Delivery.objects.get().state == DeliveryState.DROPPED
    assert receiver.sent == []


def is_waiting_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]
