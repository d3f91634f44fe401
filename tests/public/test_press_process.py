"""The command in a process of its own: killed, stopped, and watching."""

from __future__ import annotations

import signal
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from interviews import publishing
from interviews.models import Feature
from tests.builders import published
from tests.processes import PATIENCE, wait_for

from .pages import a_full_document, publish_many
from .pressed import collect, press_once, started, tree

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def data_of_its_own(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.STATIC_ROOT = settings.DATA_DIR / "static"
    settings.PAGE_STAMP = settings.DATA_DIR / "pages.stamp"
    collect(settings.STATIC_ROOT)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "pressed"


def pages_in(folder: Path) -> int:
    return len(list(folder.rglob("*.html")))


@pytest.mark.slow
def test_killed_in_the_middle_it_is_resumed(cast, folder, tmp_path):
    publish_many(cast, 6)
    process = started(folder)
    wait_for(lambda: pages_in(folder) > 40)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    resumed = press_once(folder)
    whole = press_once(tmp_path / "whole")
    assert resumed.rendered < whole.rendered
    assert tree(folder) == tree(tmp_path / "whole")
    assert not list((folder / ".press/incoming").iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_middle_it_is_resumed(cast, folder, tmp_path, by):
    publish_many(cast, 6)
    process = started(folder)
    wait_for(lambda: pages_in(folder) > 40)
    process.send_signal(by)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert err == "CommandError: 中途停下了，再运行一次就接着印。\n"
    assert out.startswith("渲染 ")
    assert len(out.splitlines()) == 1
    press_once(folder)
    press_once(tmp_path / "whole")
    assert tree(folder) == tree(tmp_path / "whole")


def test_watching(cast, folder):
    publish_many(cast, 1)
    process = started(folder, "--watch")
    try:
        assert process.stdout.readline().startswith("渲染 ")
        start = timezone.now() + timedelta(seconds=2)
        scheduled = folder / f"features/{published(cast, a_full_document(2), at=start).feature_id}/index.html"
        now = folder / f"features/{published(cast, a_full_document(3)).feature_id}/index.html"
        wait_for(now.exists)
        wait_for(scheduled.exists)
        assert scheduled.stat().st_mtime >= start.timestamp()
        publishing.withdraw(feature=Feature.objects.get(pk=1), actor=cast.chief, reason="有误。")
        wait_for((folder / "features/1/index.html.410.html").exists)
    finally:
        process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert "有变化的" in out


def test_second_press_says_so(cast, folder):
    publish_many(cast, 1)
    first = started(folder, "--watch")
    try:
        first.stdout.readline()
        second = started(folder)
        out, err = second.communicate(timeout=PATIENCE)
        assert (second.returncode, out) == (1, "")
        assert err == f"CommandError: 另一个 press 正在写 {folder}，这一个不做了。\n"
    finally:
        first.kill()
        first.communicate()
