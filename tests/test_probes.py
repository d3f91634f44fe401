import json

import django
import pytest
from django.test import RequestFactory

from interviews.models import Observation, Task
from interviews.monitoring import health
from jinzhong_eco import __version__
from jinzhong_eco.probes import Cached, Probes

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-some-length"


@pytest.fixture(autouse=True)
def connections_stay_open(monkeypatch):
    """Keep probes from closing the connection, which belongs to the test."""
    from django.db import connections

    monkeypatch.setattr(connections, "close_all", lambda: None)


def ask(path, **environ):
    answered = []
    probes = Probes(lambda environ, start: start("404 Not Found", []) or [b""])
    asked = RequestFactory()._base_environ(PATH_INFO=path, HTTP_HOST="evil.example", **environ)
    pieces = probes(asked, lambda status, headers: answered.append(int(status[:3])))
    return answered[0], b"".join(pieces).decode()


def test_livez_answers_any_host():
    assert ask("/livez") == (200, "ok\n")


@pytest.mark.engine
def test_readyz_names_each_check():
    status, body = ask("/readyz")
    assert (status, json.loads(body)["ready"]) == (200, True)
    assert {"database", "migrations", "media", "disk", "clock", "record"} <= json.loads(body)["checks"].keys()


def test_readyz_fails_with_the_record():
    Observation.note("record", well=False, sentence="第 3 条记录缺失。")
    status, body = ask("/readyz")
    assert (status, json.loads(body)["checks"]["record"]) == (503, "failed")


def test_readyz_fails_without_room(monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 2**60)
    assert ask("/readyz")[0] == 503


def test_readyz_tells_strangers_no_sentence():
    Task.objects.create(kind="renditions", subject=1, not_before=None)
    status, body = ask("/readyz")
    assert (status, json.loads(body)["checks"]["queue"]) == (200, "warning")
    assert body.isascii()


def test_readiness_is_computed_once_a_second():
    now, computed = [0.0], []
    cached = Cached(lambda: computed.append(1) or ("200 OK", "", b""), lambda: now[0])
    for _ in range(100):
        cached()
    now[0] = 1.1
    cached()
    assert len(computed) == 2


@pytest.mark.parametrize(
    ("setting", "environ", "status"),
    [
        ("", {}, 404),
        ("loopback", {}, 200),
        ("loopback", {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
        ("loopback", {"REMOTE_ADDR": "10.0.0.9"}, 404),
        (TOKEN, {}, 404),
        (TOKEN, {"HTTP_AUTHORIZATION": "Bearer x"}, 404),
        (TOKEN, {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, 200),
    ],
)
def test_metrics_are_closed_to_strangers(settings, setting, environ, status):
    settings.METRICS = setting
    assert ask("/metrics", **environ)[0] == status


def test_metrics_name_views_and_the_queue(settings, client):
    settings.METRICS = "loopback"
    client.get("/speakers/")
    Task.objects.create(kind="renditions", subject=1, not_before=None)
    text = ask("/metrics")[1]
    assert 'jinzhong_requests_total{status="2xx",view="public:speakers"}' in text
    assert 'jinzhong_tasks{state="given_up"} 1.0' in text
    assert f'jinzhong_build_info{{django="{django.get_version()}",' in text
    assert f'version="{__version__}"}} 1.0' in text
