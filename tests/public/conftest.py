import pytest
from django.utils import timezone


@pytest.fixture
def at(monkeypatch):
    """Return a function that sets the site's clock."""

    def move(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return move
