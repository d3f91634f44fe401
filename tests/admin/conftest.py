import threading
import time
from urllib.parse import urljoin

import pytest
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import PASSWORD


class Clicks:
    """Count clicks. Keystrokes are not counted."""

    def __init__(self):
        self.count = 0

    def on(self, page):
        page.expose_function("countedClick", self._add)
        page.add_init_script("addEventListener('click', (e) => e.isTrusted && countedClick(), true)")

    def _add(self):
        self.count += 1


@pytest.fixture
def quiet_server(live_server):
    """Drain late requests: what a closing window sends last must not reach the next test's rows."""
    running, last = set(), [0.0]

    def started(**_):
        running.add(threading.get_ident())

    def finished(**_):
        running.discard(threading.get_ident())
        last[0] = time.monotonic()

    request_started.connect(started)
    request_finished.connect(finished)
    yield
    closed = time.monotonic()
    while time.monotonic() < closed + 10 and (running or time.monotonic() < max(closed, last[0]) + 0.2):
        time.sleep(0.02)
    request_started.disconnect(started)
    request_finished.disconnect(finished)


@pytest.fixture
def sit_down(browser, quiet_server, live_server):
    """Return a function that opens a signed-in browser page: through the form if clicks are counted, else by a session.

    Script errors and CSP violations fail the test.
    """
    faults, contexts = [], []

    def sit(name=None, *, clicks=None, start="/admin/interviews/feature/", width=1280, height=720):
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        if clicks:
            clicks.on(page)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
        page.on("response", lambda response: faults.append(response.url) if response.status >= 500 else None)
        page.set_default_timeout(30_000)
        if name and clicks:
            page.goto(f"{live_server.url}/admin/login/?next={start}")
            sign_in(page, name)
        elif name:
            client = Client()
            client.force_login(User.objects.get(username=name))
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            page.goto(live_server.url + start)
        return page

    yield sit
    for context in contexts:
        context.close()
    assert faults == []


def sign_in(page, name):
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)  # also waits for its scripts


def sign_in_elsewhere(page, name):
    """End the session, then sign the same user in again in another tab."""
    page.context.clear_cookies(name="sessionid")
    other = page.context.new_page()
    other.goto(urljoin(page.url, "/admin/login/?next=/admin/"))
    sign_in(other, name)


@pytest.fixture
def measured(client):
    """Return a function that counts the queries of a GET, reading a stream to its end."""

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
    """Return a function that sets the site's clock."""

    def move(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return move
