"""Bad files are refused with one sentence, within the limits of time and memory (decision 13)."""

import resource
import time

import pytest

from interviews.pagetext import UnreadablePageError
from interviews.pagetext.files import limits, read_file

from . import bombs, presses

SAMPLE = (presses.HERE / "reportlab-1-sample-4.pdf").read_bytes()
FILES = {
    "locked": (bombs.locked, "密码"),
    "truncated": (lambda: SAMPLE[:3000], "损坏|没有文字|没有一页"),
    "a head only": (lambda: b"%PDF-1.7\n", "损坏|没有一页"),
    "noise": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 4000, "损坏|没有一页"),
    "500 pages": (lambda: bombs.many_pages(500), "页"),
    "a scan": (lambda: bombs.one_page(bombs.stream(b"0 0 m 9 9 l S")), "扫描件"),
    "deep nesting": (bombs.deep_nesting, "。"),
    "inflates to gigabytes": (bombs.inflating, "内存|损坏|没有文字"),
    "a million letters": (bombs.much_text, "万字"),
    "page tree without end": (bombs.endless_page_tree, "没有一页|损坏"),
    "forms without end": (bombs.endless_forms, "。"),
    "forms that grow": (bombs.growing_forms, "图形太多|时间太长"),
    "a length of itself": (bombs.endless_loop, "。"),
    "zip bomb": (lambda: bombs.word(blanks=8), "太大"),
    "XML entities": (bombs.entities, "XML"),
    "tables in tables": (bombs.deep_word, "套得太深"),
    "empty Word": (bombs.word, "没有文字"),
    "another zip": (lambda: b"PK\x03\x04" + b"\0" * 200, "损坏"),
    "5 MB of text": (lambda: ("绿水青山\n" * 400_000).encode(), "上限"),
    "binary": (lambda: bytes(range(256)) * 20, "文本|编码"),
    "too big": (lambda: b"%PDF-1.7" + b"0" * 50_000_001, "上限"),
}


# Each takes the whole ten seconds of CPU; one of a kind is enough for the gate.
SLOW = {"forms without end", "forms that grow", "a length of itself", "deep nesting"}


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in FILES])
def test_refuses_with_one_sentence_within_limits(name):
    make, sentence = FILES[name]
    data = make()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    with pytest.raises(UnreadablePageError, match=sentence) as caught:
        read_file(data)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert str(caught.value).endswith("。")
    assert "\n" not in str(caught.value)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < limits.CPU_SECONDS + 2
    assert time.monotonic() - started < 60
    print(f"{name}: {len(data) / 1000:.0f} kB, {after.ru_utime - before.ru_utime:.1f} s: {caught.value}")


def test_child_environment_has_no_secrets(monkeypatch):
    from interviews.pagetext.files import sandbox

    seen = {}

    def run(command, **named):
        seen.update(named)
        raise sandbox.subprocess.TimeoutExpired(command, 1)

    monkeypatch.setenv("SECRET_KEY", "x" * 40)
    monkeypatch.setattr(sandbox.subprocess, "run", run)
    with pytest.raises(UnreadablePageError, match="时间太长"):
        read_file(SAMPLE)
    assert set(seen["env"]) == {"PYTHONPATH", "PYTHONHASHSEED"}


def test_reads_files_concurrently():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        texts = {source.text for source in pool.map(read_file, [SAMPLE] * 4)}
    assert len(texts) == 1
