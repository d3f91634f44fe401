import pytest
from django.utils import timezone


@pytest.fixture
def at(monkeypatch):
    """Moves the clock that the whole site reads."""

    def move(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return move
