"""Do queued deliveries in the test's process, as if their time had come."""

from datetime import timedelta

from django.utils import timezone

from interviews import tasks
from interviews.models import Delivery, Task


def work() -> list[tasks.Outcome]:
    """Do all that is due."""
    done = []
    while outcome := tasks.run_next():
        done.append(outcome)
        assert len(done) < 100
    return done


def hasten(**of) -> None:
    """Let the pauses of waiting deliveries be over, but for those of events to come."""
    now = timezone.now()
    Delivery.objects.waiting().filter(message__moment__lte=now, **of).update(next_at=now - timedelta(seconds=1))
    Task.objects.exclude(not_before=None).update(not_before=now)
