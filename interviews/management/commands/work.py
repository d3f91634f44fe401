from threading import Event, Thread
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from interviews.management.stopping import stopping
from interviews.models.task import DELIVERY_KINDS, PHOTO_KINDS, TaskKind
from interviews.tasks import POLL_SECONDS, Outcome, run_next


class Command(BaseCommand):
    help = "做排着队的后台工作（照片的公开图、对外通知）：每项一行，一直做到被停下。可以同时运行几个。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="做完现在该做的就结束")

    def handle(self, *, once: bool, **options: Any) -> None:
        stopped = Event()
        with stopping(stopped):
            self._once(stopped) if once else self._on_and_on(stopped)

    def _once(self, stopped: Event) -> None:
        failed = 0
        try:
            while not stopped.is_set() and (outcome := run_next()):
                self._report(outcome)
                failed += bool(outcome.error)
        except DatabaseError as error:
            raise CommandError(f"数据库没有回答（{type(error).__name__}），没有做完。") from None
        if failed:
            raise CommandError(f"{failed} 项没有做成。")

    def _on_and_on(self, stopped: Event) -> None:
        # Side by side: receivers may be slow.
        deliveries = Thread(target=self._loop, args=[DELIVERY_KINDS, stopped], name="deliveries", daemon=True)
        deliveries.start()
        self._loop(PHOTO_KINDS, stopped)
        deliveries.join()

    def _loop(self, kinds: tuple[TaskKind, ...], stopped: Event) -> None:
        while not stopped.is_set():
            if outcome := self._next(kinds):
                self._report(outcome)
            else:
                # A waiting worker needs no connection, and a broken one has to be renewed.
                connection.close()
                stopped.wait(POLL_SECONDS)
        connection.close()

    def _next(self, kinds: tuple[TaskKind, ...]) -> Outcome | None:
        try:
            return run_next(kinds)
        except DatabaseError as error:
            self.stderr.write(f"数据库没有回答（{type(error).__name__}），过一会儿再试。")
            return None

    def _report(self, outcome: Outcome) -> None:
        (self.stderr if outcome.error else self.stdout).write(str(outcome))
        self.stdout.flush()
