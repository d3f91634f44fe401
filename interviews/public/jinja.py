"""The environment of the readers' templates."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.template.defaultfilters import linebreaks_filter, linebreaksbr
from django.templatetags.static import static
from jinja2 import BaseLoader, Environment, StrictUndefined

from . import date_formats, inline, typography
from .addresses import address

FILTERS = {
    "clauses": typography.clauses,
    "day": date_formats.day,
    "excerpt": typography.excerpt,
    "iso": date_formats.iso,
    "iso_day": date_formats.iso_day,
    "length_class": typography.length_class,
    "linebreaks": linebreaks_filter,
    "linebreaksbr": linebreaksbr,
    "minute": date_formats.minute,
    "numeral": typography.numeral,
    "shorten": typography.shorten,
    "surname": typography.surname,
    "unbroken": typography.unbroken,
    "weekday": date_formats.weekday,
}


def environment(*, loader: BaseLoader, auto_reload: bool, **_: object) -> Environment:
    """Build the environment for Django's backend. A name that the view has not passed is an error."""
    made = Environment(
        loader=loader,
        auto_reload=auto_reload,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= FILTERS | {"runs": runs}
    # Without Jinja's own: each import compares them all.
    made.globals = {
        "address": address,
        "crop_of": typography.crop_of,
        "figures": typography.figures,
        "inlined": inline.element,
        "static": static if settings.DEBUG else lru_cache(static),
    }
    return made


def runs(rows: Iterable[Any], attribute: str) -> list[tuple[Any, list[Any]]]:
    """Group neighbouring rows by an attribute. Jinja's own `groupby` sorts them."""
    return [(value, list(group)) for value, group in groupby(rows, attrgetter(attribute))]
