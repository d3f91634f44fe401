import pytest

from interviews.models import PublicEvent, WebhookSubscription
from interviews.models.outbox import new_secret

from .receiver import receiving


@pytest.fixture(autouse=True)
def own_network(settings):
    """Receivers of tests are on 127.0.0.1."""
    settings.DELIVERY_PRIVATE_ADDRESSES = True


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def other():
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def subscribe(db):
    def subscribe(receiver, name="省报集团", **fields):
        defaults = {"url": receiver.url, "secret": new_secret(), "events": list(PublicEvent)}
        return WebhookSubscription.objects.create(name=name, **{**defaults, **fields})

    return subscribe
