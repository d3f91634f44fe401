"""List pages: pagination, and links that filter them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from interviews.models import Subject
from interviews.models.months import days_of, months_of_slice

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
# Fetches a list's rows from one date until another, which is excluded; newest first.
Between = Callable[[date, date], Any]
Rows = QuerySet[Any, Any] | Between


class MonthPaginator(Paginator):  # type: ignore[type-arg]
    """Paginate rows sorted by date, newest first, whose number by month is known.

    Fetches the rows of the page's months only: the last page costs as much as the first.
    """

    def __init__(self, between: Between, size: int, months: Months):
        super().__init__((), size)
        self.between, self.months = between, list(months)

    @cached_property
    def count(self) -> int:
        return sum(rows for _, rows in self.months)

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        months, before = months_of_slice(self.months, first, first + self.per_page)
        if not months:
            return Page([], number, self)
        # Months between them that are not listed have no rows.
        rows = self.between(days_of(months[-1])[0], days_of(months[0])[1])
        return Page(list(rows[first - before : first - before + self.per_page]), number, self)


def listing(
    request: HttpRequest,
    rows: Rows,
    size: int,
    counted: Months | int | None = None,
    load: Callable[[list[Any]], list[Any]] | None = None,
    **parameters: int | str | None,
) -> Listing:
    """Paginate, clamping out-of-range pages. Two queries, one if the rows are counted already, by month or in all.

    `load` gets the page's rows and returns those to show.
    """
    page = _paginator(rows, size, counted).get_page(whole_number(request.GET.get("page")) or 1)
    if load:
        page.object_list = load(list(page))
    return Listing(page, Address(request.path, parameters))


def _paginator(rows: Rows, size: int, counted: Months | int | None) -> Paginator[Any]:
    if counted is not None and not isinstance(counted, int):
        between = partial(_between, rows) if isinstance(rows, QuerySet) else rows
        return MonthPaginator(between, size, counted)
    paginator: Paginator[Any] = Paginator(rows, size)  # type: ignore[arg-type]
    if counted is not None:
        paginator.count = counted
    return paginator


def _between(rows: QuerySet[Any, Any], start: date, end: date) -> QuerySet[Any, Any]:
    return rows.filter(date__gte=start, date__lt=end)


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
