from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from functools import partial

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from interviews.document import FeatureDocument
from interviews.models import CountedList, CreditRole, Edition, PublishedFeature, Subject, Withdrawal
from interviews.models.prepared import Prepared, PreparedStatement
from interviews.models.review import stored_document
from interviews.photodesk import pictures_of
from interviews.public import structured_data
from interviews.public.cards import feature_cards, listed_subjects, months_of
from interviews.public.corrections import corrections, seen_at
from interviews.public.issues import neighbours
from interviews.public.kept import depending, kept, keys
from interviews.public.listing import Between, Choice, chosen_subject, listing, named, subject_choices
from interviews.public.memory import remembered
from interviews.public.params import Address, whole_number
from interviews.public.social_images import font, share_image, version
from interviews.publishing.page_meta import description, page_date, subject_labels

from .decorators import accepts_at, dated
from .error_pages import absent

FEATURES_ON_A_PAGE = 12


@require_safe
@kept("subjects", "roles", parameters=["lite"])
@accepts_at
def feature(request: HttpRequest, feature_id: int, at: datetime | None) -> HttpResponse:
    """A feature page.

    Two queries: editions and neighbours. One more for photos; two more, subjects and roles, if not remembered.
    `?lite=1` is the same text in a few kilobytes, with one query.
    """
    own = f"feature:{feature_id}"
    seen = _editions(feature=feature_id, at=at or timezone.now())
    edition = next((edition for edition in seen if edition.text), None)
    if edition is None:
        return depending(absent(request, Withdrawal.objects.filter(feature=feature_id), at), own)
    document = stored_document(edition.text or "")
    noticed = corrections(edition, document, seen)
    words = {
        "document": document,
        "edition": edition,
        "date": page_date(document, edition),
        "description": description(document),
        "corrections": noticed,
    }
    if request.GET.get("lite") == "1" and at is None:
        return depending(dated(render(request, "public/lite.html", words), edition), own)
    pictures = pictures_of(document)
    near = neighbours(feature_id, page_date(document, edition), at)
    context = words | {
        "subjects": subject_labels(document, remembered(request, "subjects", Subject.objects.colours)),
        "others": near.others,
        "pictures": pictures,
        "banner": seen_at(at, edition) if at else None,
        "neighbours": near,
    }
    if at is None:
        url, drawn = structured_data.absolute("feature", edition.feature_id), share_address(edition, document)
        context["og"] = structured_data.card(
            document.headline, description(document), url, photo=document.cover, pictures=pictures, drawn=drawn
        )
        steps = [("专题", structured_data.absolute("features")), (document.headline, url)]
        kinds = remembered(request, "roles", CreditRole.objects.kinds)
        article = structured_data.article(edition, document, noticed, pictures, kinds)
        context["structured"] = structured_data.script(article, structured_data.breadcrumbs(*steps))
    tags = [own, *near.tags, *keys("photo", (picture.id for picture in document.pictures))]
    return depending(dated(render(request, "public/feature.html", context), edition), *tags)


@PreparedStatement
def _editions(feature: int, at: datetime) -> QuerySet[Edition]:
    return Edition.objects.seen(at).with_text(at).filter(feature=feature).order_by("number")


def _share_line(edition: Edition, document: FeatureDocument) -> str:
    date = page_date(document, edition)
    page = f"　第{document.issue.page}版" if document.issue.page else ""
    return f"{date.year}年{date.month}月{date.day}日{page}"


def share_address(edition: Edition, document: FeatureDocument) -> str:
    """URL of the share image; empty if the system has no font with Chinese characters."""
    if not font():
        return ""
    key = version(document.headline, _share_line(edition, document))
    return structured_data.absolute("share", edition.feature_id, key)


@require_safe
@kept()
def share(request: HttpRequest, feature_id: int, key: str) -> HttpResponse:
    """The share image of the public edition, drawn at the first request. One query."""
    edition = Edition.objects.public().for_reading().filter(feature=feature_id).first()
    if edition is None:
        return absent(request, Withdrawal.objects.filter(feature=feature_id))
    document = edition.revision.read()
    line = _share_line(edition, document)
    if not font() or key != version(document.headline, line):
        raise Http404
    response = HttpResponse(share_image(document.headline, line), content_type="image/png")
    response["Cache-Control"] = "public, max-age=86400, s-maxage=600"
    return depending(response, f"feature:{feature_id}")


@require_safe
@kept()
def history(request: HttpRequest, feature_id: int) -> HttpResponse:
    """Every edition readers have seen and every withdrawal, newest first. Three queries."""
    editions = list(Edition.objects.seen().for_reading().filter(feature=feature_id))
    if not editions:
        raise Http404
    withdrawals = Withdrawal.objects.filter(feature=feature_id, created_at__gt=editions[0].published_from)
    rows = [HistoryRow(edition.published_from, edition=edition) for edition in editions]
    rows += [HistoryRow(withdrawal.created_at, withdrawal=withdrawal) for withdrawal in withdrawals]
    context = {
        "feature_id": feature_id,
        "rows": sorted(rows, key=lambda row: row.moment, reverse=True),
        "headline": editions[-1].revision.read().headline,
        "public": Edition.objects.public().filter(feature=feature_id).exists(),
        "now": timezone.now(),
    }
    return depending(render(request, "public/history.html", context), f"feature:{feature_id}")


@dataclass(frozen=True)
class HistoryRow:
    """An edition or a withdrawal, and when it took effect."""

    moment: datetime
    edition: Edition | None = None
    withdrawal: Withdrawal | None = None

    @property
    def place(self) -> str:
        """The topic or interview a correction concerns, as the page names it."""
        if self.edition is None or not self.edition.topic_id:
            return ""
        for topic in self.edition.revision.read().topics:
            speakers = {interview.id: interview.speaker.name for interview in topic.interviews}
            if topic.id == self.edition.topic_id:
                name = speakers.get(self.edition.interview_id, "")
                return f"话题“{topic.title}”" + (f"{name}的谈话" if name else "")
        return ""


@require_safe
@kept()
def feature_json(request: HttpRequest, feature_id: int) -> HttpResponse:
    edition = Edition.objects.public().for_reading().filter(feature=feature_id).first()
    if edition is None:
        return absent(request, Withdrawal.objects.filter(feature=feature_id))
    response = HttpResponse(edition.revision.document.translate(structured_data.INERT), content_type="application/json")
    # Documents are immutable, so the digest is the ETag.
    response["ETag"] = f'"{edition.revision.digest}"'
    return depending(dated(response, edition), f"feature:{feature_id}")


@require_safe
@kept("lists", "subjects", parameters=["year", "month", "subject", "page"])
def feature_list(request: HttpRequest) -> HttpResponse:
    """Pages by year, month and subject.

    One query for the page's rows, of at most a few months; five more, six under a subject, for what isn't remembered.
    """
    year = whole_number(request.GET.get("year"), 9999)
    month = whole_number(request.GET.get("month"), 12) if year else None
    subject = chosen_subject(request)
    months = months_of(request, CountedList.FEATURES)
    counted = months_of(request, CountedList.FEATURES, subject) if subject else months
    if year:
        counted = [each for each in counted if each[0].startswith(f"{year:04}-{month:02}" if month else f"{year:04}-")]
    load = partial(feature_cards, request)
    shown = listing(
        request, _between(subject), FEATURES_ON_A_PAGE, counted, load, year=year, month=month, subject=subject
    )
    subjects = subject_choices(shown.address, listed_subjects(request))
    context = {
        "listing": shown,
        "subjects": subjects,
        "named": named(subjects),
        "years": _years(shown.address, [int(each[:4]) for each, _ in months]),
        "months": _months(shown.address, [int(each[5:]) for each, _ in months if int(each[:4]) == year]),
        "year": year,
        "month": month,
    }
    return render(request, "public/features.html", context)


@Prepared
def _pages(start: Date, end: Date, at: datetime) -> QuerySet[PublishedFeature, int]:
    public: QuerySet[PublishedFeature] = PublishedFeature.objects.public(at)
    return public.filter(date__gte=start, date__lt=end).values_list("pk", flat=True)


@Prepared
def _pages_on(subject: int, start: Date, end: Date, at: datetime) -> QuerySet[PublishedFeature, int]:
    public: QuerySet[PublishedFeature] = PublishedFeature.objects.public(at)
    return public.filter(subjects=subject, date__gte=start, date__lt=end).values_list("pk", flat=True)


def _between(subject: int | None) -> Between:
    def keys(start: Date, end: Date) -> list[int]:
        now = timezone.now()
        return (
            _pages_on(subject=subject, start=start, end=end, at=now)
            if subject
            else _pages(start=start, end=end, at=now)
        )

    return keys


def _years(address: Address, years: list[int]) -> list[Choice]:
    chosen = address.parameters["year"]
    everything = Choice("全部", address.having(year=None, month=None), chosen is None)
    each = [Choice(f"{year}年", address.having(year=year, month=None), year == chosen) for year in dict.fromkeys(years)]
    return [everything, *each] if each else []


def _months(address: Address, months: list[int]) -> list[Choice]:
    chosen = address.parameters["month"]
    everything = Choice("全年", address.having(month=None), chosen is None)
    each = [Choice(f"{month}月", address.having(month=month), month == chosen) for month in sorted(months)]
    return [everything, *each] if each else []
