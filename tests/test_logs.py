import json
import logging

import pytest
from django.db import connection

from interviews.models import invalidation_triggers
from jinzhong_eco import logs

TOKEN = "1:" + "t0ken" * 12


def line(record: logging.LogRecord) -> dict:
    return json.loads(logs.JsonFormatter().format(record))


def record(name="x", level=logging.INFO, message="m", **extra) -> logging.LogRecord:
    made = logging.LogRecord(name, level, __file__, 1, message, (), None)
    made.__dict__.update(extra)
    return made


def test_line_has_time_with_offset_and_bounded_event():
    found = line(record(message="字" * 10_000, status=200))
    assert found["time"][-6:] == "+08:00"
    assert (len(found["event"]), found["status"]) == (logs.LONGEST_EVENT, 200)


@pytest.mark.parametrize(
    "path", [f"/preview/{TOKEN}/", "/preview/kurz/", f"/admin/account/password/reset/key/3-{TOKEN}/"]
)
def test_tokens_are_not_logged(path):
    assert logs.safe_path(path).count("…") == 1
    assert TOKEN not in logs.safe_path(path)
    assert "kurz" not in logs.safe_path(path)


def test_lines_of_a_kind_are_bounded():
    bounded = logs.Bounded()
    assert sum(bounded.filter(record()) for _ in range(1000)) == logs.LINES_A_MINUTE
    assert bounded.filter(record(level=logging.ERROR))
    assert not bounded.filter(record("django.request", logging.WARNING))


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, logger="jinzhong_eco")
    return caplog


@pytest.mark.django_db
def test_strangers_refusals_are_not_logged(client, lines):
    for _ in range(5):
        client.get("/nothing-here/")
    assert not [each for each in lines.records if each.name == "jinzhong_eco.request"]


@pytest.mark.django_db
def test_request_is_logged_with_its_user_and_queries(client, cast, lines):
    client.force_login(cast.editor)
    answer = client.get("/admin/")
    written = next(each for each in lines.records if each.name == "jinzhong_eco.request")
    assert (written.user_id, written.status, written.levelname) == (cast.editor.pk, 200, "INFO")
    assert written.queries > 2
    assert answer["X-Request-ID"]


@pytest.mark.django_db
def test_slow_request_is_a_warning(client, settings, lines):
    settings.SLOW_REQUEST_MS = 0
    client.get("/speakers/")
    assert [each.levelname for each in lines.records if each.getMessage() == "slow request"] == ["WARNING"]


@pytest.mark.django_db(transaction=True)
def test_connection_opened_within_a_request_keeps_its_wrappers(client):
    """A pool opens one for each: a counter left behind would slow down each later query, until none can be made."""
    connection.close()
    connection.execute_wrappers.clear()
    kept = []
    for _ in range(2):
        client.get("/features/")
        kept.append([*connection.execute_wrappers])
        connection.close()
    assert kept == [[invalidation_triggers._touch_after_writing]] * 2
