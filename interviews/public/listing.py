"""List pages: pagination, and links that filter them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from interviews.models import Subject
from interviews.models.months import months_of_slice, within

from .params import LARGEST_KEY, Address, whole_number


@dataclass(frozen=True)
class Choice:
    """A link that filters a list or leads to another page of it."""

    label: str
    url: str = ""
    current: bool = False
    colour: str = ""


@dataclass(frozen=True)
class Listing:
    page: Page[Any]
    address: Address

    @property
    def canonical(self) -> str:
        """The URL of the page that is shown, whichever was requested."""
        return self._url(self.page.number)

    @property
    def is_narrowed_to_nothing(self) -> bool:
        """Whether the filters leave nothing. Search engines need not index the many such URLs."""
        return not self.page.object_list and any(self.address.parameters.values())

    @property
    def older(self) -> str:
        return self._url(self.page.next_page_number()) if self.page.has_next() else ""

    @property
    def newer(self) -> str:
        return self._url(self.page.previous_page_number()) if self.page.has_previous() else ""

    @property
    def pages(self) -> list[Choice]:
        """Page links: the first, the last and those around the current one; a gap is a choice without a URL."""
        paginator = self.page.paginator
        numbers = paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)
        return [
            Choice(str(number), self._url(number), number == self.page.number)
            if isinstance(number, int)
            else Choice("…")
            for number in numbers
        ]

    def _url(self, number: int) -> str:
        return self.address.having(page=number if number > 1 else None)


# A month and its number of rows; newest first.
Months = Iterable[tuple[str, int]]


class MonthPaginator(Paginator):  # type: ignore[type-arg]
    """Paginate rows sorted by date, newest first, whose number by month is known.

    One query, which reads the rows of the page's months only: the last page costs as much as the first.
    """

    def __init__(self, rows: QuerySet[Any, Any], size: int, months: Months):
        super().__init__(rows, size)
        self.months = list(months)

    @cached_property
    def count(self) -> int:
        return sum(rows for _, rows in self.months)

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        months, before = months_of_slice(self.months, start, start + self.per_page)
        rows: Any = self.object_list
        shown = rows.filter(within(months))[start - before : start - before + self.per_page] if months else []
        return Page(list(shown), number, self)


def listing(
    request: HttpRequest,
    rows: QuerySet[Any, Any],
    size: int,
    counted: Months | int | None = None,
    load: Callable[[list[Any]], list[Any]] | None = None,
    **parameters: int | str | None,
) -> Listing:
    """Paginate, clamping out-of-range pages. Two queries, one if the rows are counted already, by month or in all.

    `load` gets the page's rows and returns those to show.
    """
    paginator = Paginator(rows, size)
    if isinstance(counted, int):
        paginator.count = counted
    elif counted is not None:
        paginator = MonthPaginator(rows, size, counted)
    page = paginator.get_page(whole_number(request.GET.get("page")) or 1)
    if load:
        page.object_list = load(list(page))
    return Listing(page, Address(request.path, parameters))


def chosen_subject(request: HttpRequest) -> int | None:
    return whole_number(request.GET.get("subject"), LARGEST_KEY)


def subject_choices(address: Address, subjects: list[Subject]) -> list[Choice]:
    chosen = address.parameters.get("subject")
    everything = Choice("全部", address.having(subject=None), chosen is None)
    return [everything, *(_subject_choice(address, subject, chosen) for subject in subjects)] if subjects else []


def named(choices: list[Choice]) -> str:
    """Describe the active filters for the title; empty if there are none."""
    return next((choice.label for choice in choices[1:] if choice.current), "")


def _subject_choice(address: Address, subject: Subject, chosen: int | str | None) -> Choice:
    return Choice(subject.name, address.having(subject=subject.pk), subject.pk == chosen, subject.colour)
