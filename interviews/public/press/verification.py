"""Compare the pressed files with fresh renders."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from heapq import heappop, heappush

import brotli

from . import discovery
from .pressing import Press
from .rendering import FailedError
from .server_config import redirects
from .sheet import Sheet

_UNPACK = {".br": brotli.decompress, ".gz": gzip.decompress}


def differences(press: Press) -> Iterator[str]:
    """Yield a sentence for each file that differs, is missing or belongs to no page. The next press mends them."""
    found = {*press.manifest.addresses(), *discovery.everything()}
    waiting = sorted(found)  # a heap
    while waiting and not press.stopped.is_set():
        address = heappop(waiting)
        press.progress(len(found) - len(waiting), len(waiting))
        sheet = _fresh(press, address)
        for link in sheet.links - found if sheet else ():
            found.add(link)
            heappush(waiting, link)
        wrong = _wrong(press, sheet) if sheet else [f"{address}：现在渲染不出来。"]
        if wrong:
            with press.manifest.changing():
                press.manifest.damage(address)
        yield from wrong
    yield from _strange(press)


def _fresh(press: Press, address: str) -> Sheet | None:
    try:
        return press.renderer.render(address)
    except FailedError:
        return None


def _wrong(press: Press, sheet: Sheet) -> list[str]:
    """Compare each file, compressed or not, that there is or should be."""
    former = press.manifest.known(sheet.address).files
    found = []
    for name in sorted({*sheet.files, *former}):
        plain = name.removesuffix(".br").removesuffix(".gz")
        body = press.target.read(name)
        if body is None:
            found.append(f"{name}：没有这个文件。")
        elif plain not in sheet.files:
            found.append(f"{name}：现在没有这一页了。")
        elif _unpacked(name, body) != sheet.files[plain]:
            found.append(f"{name}：和现在的页面不同。")
    return found


def _strange(press: Press) -> Iterator[str]:
    """Files of no page. A whole press removes them."""
    strange = sorted(set(press.target.names()) - set(press.manifest.files()))
    if strange:
        with press.manifest.changing():
            press.manifest.note(whole="1")
    yield from (f"{name}：不属于任何页面。" for name in strange)
    for name, text in redirects(press.manifest.redirects()).items():
        if press.target.read(name) != text:
            yield f"{name}：和现在的跳转不同。"


def _unpacked(name: str, body: bytes) -> bytes | None:
    unpack: Callable[[bytes], bytes] = _UNPACK.get(name[-3:], bytes)
    try:
        return unpack(body)
    except (OSError, EOFError, zlib.error, brotli.error):
        return None
