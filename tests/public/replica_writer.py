"""A newsroom in a process of its own: migrates the database, then publishes the text of each line that it reads."""

import sys
import time

import django

django.setup()

from django.conf import settings  # noqa: E402 (after setup, as the imports below)
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from interviews import publishing  # noqa: E402
from interviews.models import SearchTally  # noqa: E402
from interviews.public import replica  # noqa: E402
from interviews.public.replica import reading_from  # noqa: E402
from interviews.search import broad  # noqa: E402
from interviews.search.query import parse  # noqa: E402
from interviews.search.statements import wanted  # noqa: E402
from interviews.search.tally import Tally  # noqa: E402
from tests.builders import a_draft, published  # noqa: E402
from tests.cast import make_cast  # noqa: E402
from tests.publishing.test_editions import next_version  # noqa: E402


def disconnect():
    connections[replica.ALIAS].close()
    connections[replica.ALIAS].close_pool()


def store_tally():
    """Store a search's counts as its reader does; print how many are stored."""
    disconnect()
    with reading_from(replica=True):
        broad.store("name", wanted(parse("天")), Tally(), began=timezone.now())
    print(SearchTally.objects.count(), flush=True)


def reconnect():
    """Print whether the replica is used after a check, on a new connection, and after another check."""
    known = replica.Replica()

    def is_used_after_check():
        known.note_primary()
        time.sleep(0.2)
        known.check()
        return known.is_current()

    known.require(changed=True)
    # A connection must be made before the check that allows its use.
    disconnect()
    connections[replica.ALIAS].ensure_connection()
    connections[replica.ALIAS].close()
    before = is_used_after_check()
    disconnect()
    print(before, known.is_current(), is_used_after_check(), flush=True)


if __name__ == "__main__":
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A busy machine is no slow replica.
    replica.MOST_SECONDS_BEHIND = 60
    call_command("migrate", verbosity=0)
    cast, client = make_cast(), Client()
    feature = published(cast).feature
    client.force_login(cast.superuser)
    print(feature.pk, client.cookies[settings.SESSION_COOKIE_NAME].value, flush=True)
    orders = {
        "store a tally": store_tally,
        "reconnect": reconnect,
        "draft": lambda: print(a_draft(cast).pk, flush=True),
    }
    for line in sys.stdin:
        text = line.strip()
        if text in orders:
            orders[text]()
            continue
        publishing.publish(feature=next_version(cast, feature, f"<p>{text}</p>"), actor=cast.chief, note="更新")
        print("published", flush=True)
