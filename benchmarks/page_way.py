"""Cost of a page from saved draft to publication: queries, freezes and proofreads.

    .venv/bin/python -m benchmarks.page_way                                             (on a new SQLite database)
    .venv/bin/python -m tests.with_postgres .venv/bin/python -m benchmarks.page_way

Drafting the sample page is not counted; recording, submitting, three sign-offs and publishing are. Each verb gets
freshly loaded users and features, as in a request of its own. Queries include BEGIN and COMMIT; the first sign-off also
starts the site's audit chain. Freezes and proofreads are calls of `drafting.freeze` and `proofreading.proofread` from
anywhere.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import NamedTuple


class Cost(NamedTuple):
    queries: int
    freezes: int
    proofreads: int


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "jinzhong_eco.settings", "DEBUG": "0"}
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        from tests.cast import make_cast

        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        call_command("migrate", verbosity=0)
        deeds = walk(make_cast())
        for name, cost in [*deeds.items(), ("in all", total(deeds))]:
            print(f"{name:18}{cost.queries:4} queries {cost.freezes:3} freezes {cost.proofreads:3} proofreads")


def walk(cast) -> dict[str, Cost]:
    """Return the cost of each verb."""
    from interviews import publishing
    from interviews.drafting import draft
    from interviews.pagetext import parse
    from tests.builders import SAMPLE

    page = draft(document=parse(SAMPLE.read_text(encoding="utf-8")).document, actor=cast.reporter)
    deeds = {
        "record": (publishing.record, cast.reporter),
        "submit": (publishing.submit, cast.reporter),
        "sign as editor": (publishing.sign, cast.editor),
        "sign as head": (publishing.sign, cast.head),
        "sign as chief": (publishing.sign, cast.chief),
        "publish": (publishing.publish, cast.chief),
    }
    return {name: cost_of(verb, page, actor) for name, (verb, actor) in deeds.items()}


def total(deeds: dict[str, Cost]) -> Cost:
    return Cost(*map(sum, zip(*deeds.values(), strict=True)))


def cost_of(verb: Callable, page, actor) -> Cost:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from interviews.drafting import freeze
    from interviews.proofreading import proofread

    feature, user = type(page).objects.get(pk=page.pk), type(actor).objects.get(pk=actor.pk)
    with CaptureQueriesContext(connection) as queries, calls(freeze, proofread) as called:
        verb(feature=feature, actor=user)
    return Cost(len(queries), called[freeze.__code__], called[proofread.__code__])


@contextmanager
def calls(*functions: Callable) -> Iterator[dict[CodeType, int]]:
    """Count calls of the functions, under any name."""
    counts = {function.__code__: 0 for function in functions}

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code in counts:
            counts[frame.f_code] += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield counts
    finally:
        sys.setprofile(before)


if __name__ == "__main__":
    main()
