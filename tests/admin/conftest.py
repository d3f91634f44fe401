import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone


@pytest.fixture
def measured(client):
    """How many queries an address takes, its stream read to the end."""

    def measure(address, data=None):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address, data)
            assert response.status_code == 200
            if response.streaming:
                list(response.streaming_content)
        return len(queries)

    return measure


@pytest.fixture
def at(monkeypatch):
    """Moves the clock that the whole site reads."""

    def move(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return move
