import pytest
from django.utils import timezone


@pytest.fixture
def required(settings):
    """The shipped rule: who may publish, sign or manage accounts needs a second factor."""
    settings.REQUIRE_OTP = "roles"


@pytest.fixture
def at(monkeypatch):
    """Return a function that sets the site's clock."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)
