import os
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from interviews.faults import is_full
from interviews.management.stopping import stopping
from interviews.public.press import Press, PressError, Summary, differences, watch

PROGRESS_SECONDS = 0.2


class Command(BaseCommand):
    help = "把整个公开网站印成静态文件：只写有变化的，随时可以停下再接着做。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--watch", action="store_true", help="一直印下去，直到被停下")
        parser.add_argument("--verify", action="store_true", help="把每个文件同现在的页面核对，不写页面")
        parser.add_argument("--search-url", default="", metavar="URL", help="能检索的网站的地址")

    def handle(self, *, folder: Path, watch: bool, verify: bool, search_url: str, **options: Any) -> None:
        if settings.DEBUG:
            raise CommandError("DEBUG=1 时不能印：页面会和正式的不同。")
        if search_url and (urlsplit(search_url).scheme not in {"http", "https"} or not urlsplit(search_url).netloc):
            raise CommandError(f"{search_url} 不是网址，请写作 https://app.example.cn。")
        os.umask(0o022)  # the web server that reads it may be another user
        press = Press(folder, search_url)
        press.progress = self._progress()
        try:
            with stopping(press.stopped), press.open():
                self._verify(press) if verify else self._press(press, watch)
        except PressError as error:
            raise CommandError(str(error)) from None
        except (OSError, sqlite3.Error) as error:
            raise CommandError(f"{folder}：{_reason(error)}已印好的都在，排除原因后再运行一次。") from None

    def _press(self, press: Press, watching: bool) -> None:
        press.read()
        summary = press.work()
        self._report(summary)
        if watching:
            watch(press, self._report)
        elif press.stopped.is_set():
            raise CommandError("中途停下了，再运行一次就接着印。")
        elif summary.failed:
            raise CommandError(f"{len(summary.failed)} 页没有渲染出来。")

    def _verify(self, press: Press) -> None:
        found = 0
        for sentence in differences(press):
            found += 1
            self.stdout.write(sentence)
        if press.stopped.is_set():
            raise CommandError("中途停下了，没有核对完。")
        if found:
            raise CommandError(f"{found} 处不同，再印一次就补上。")
        self.stdout.write("每个文件都和现在的页面相同。")

    def _report(self, summary: Summary) -> None:
        self._clear()
        for address in sorted(summary.failed):
            self.stderr.write(f"{address}：没有渲染出来。")
        self.stdout.write(str(summary))
        self.stdout.flush()

    def _progress(self) -> Any:
        """A function that draws the bar, at most five times a second."""
        drawn = 0.0

        def draw(done: int, waiting: int) -> None:
            nonlocal drawn
            if self.stderr.isatty() and time.monotonic() - drawn > PROGRESS_SECONDS:
                drawn = time.monotonic()
                filled = 30 * done // max(1, done + waiting)
                sys.stderr.write(f"\r[{'█' * filled}{'·' * (30 - filled)}] {done}/{done + waiting} 页")
                sys.stderr.flush()

        return draw

    def _clear(self) -> None:
        if self.stderr.isatty():
            sys.stderr.write("\r\033[K")


def _reason(error: Exception) -> str:
    if is_full(error) or "full" in str(error):
        return "磁盘满了。"
    if isinstance(error, PermissionError) or "readonly" in str(error):
        return "没有权限写。"
    return f"读写失败（{getattr(error, 'strerror', None) or error}）。"
