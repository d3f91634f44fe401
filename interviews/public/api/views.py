from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.cache import patch_cache_control

from interviews.drafting.aliases import kept_id
from interviews.models import (
    Edition,
    EditionKind,
    ListedPhoto,
    ListedSpeaker,
    PublishedFeature,
    PublishedInterview,
    PublishedPhoto,
    PublishedTopic,
    Speaker,
    Withdrawal,
)
from interviews.models.photo import usable
from interviews.public.addresses import address
from interviews.public.kept import depending, keys
from interviews.public.problems import problem

from . import openapi, presenting, schemas
from .answering import PAGING, absent, answer, api, as_json, number_in, page


@api()
def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document. No query."""
    return as_json(openapi.document())


@api("lists", "subjects", parameters=PAGING)
def features(request: HttpRequest) -> HttpResponse:
    """Three queries."""
    return page(request, PublishedFeature.objects.public().for_cards(), "feature_id", presenting.features)


@api("subjects")
def feature(request: HttpRequest, feature_id: int) -> HttpResponse:
    """Four queries."""
    own = f"feature:{feature_id}"
    rows = PublishedFeature.objects.public().filter(feature_id=feature_id)
    row = rows.for_cards().select_related("edition__revision").first()
    if row is None:
        return depending(absent(Withdrawal.objects.filter(feature=feature_id)), own)
    seen = Edition.objects.seen().filter(feature=feature_id).order_by("number")
    editions = [each for each in seen if each.number <= row.edition.number]
    found = schemas.Feature(
        **dict(presenting.feature(row)),
        first_published_at=editions[0].published_from,
        digest=row.edition.revision.digest,
        document=row.edition.revision.read(),
        corrections=[
            presenting.correction(each, row.headline) for each in editions if each.kind == EditionKind.CORRECTION
        ],
    )
    return depending(answer(found), own)


@api("lists", parameters=PAGING)
def topics(request: HttpRequest) -> HttpResponse:
    """Two queries."""
    return page(request, _topics(PublishedTopic.objects.public()), "topic_id", presenting.topics)


def _topics(rows: Any) -> Any:
    spoken = Prefetch("edition__interviews", PublishedInterview.objects.defer("text", "searched"))
    return rows.select_related("edition", "edition__page").prefetch_related(spoken)


@api()
def topic(request: HttpRequest, topic_id: int) -> HttpResponse:
    """Four queries."""
    every = PublishedTopic.objects.filter(topic_id=topic_id)
    row = _topics(every.public()).first()
    if row is None:
        return depending(absent(_withdrawals(every)), "lists")
    said = PublishedInterview.objects.filter(edition=row.edition_id, topic_id=topic_id)
    statements = presenting.statements(list(said.order_by("position").for_cards()))
    found = schemas.Topic(**dict(presenting.topic(row)), statements=statements)
    return depending(answer(found), f"feature:{row.edition.feature_id}", *_people(statements))


@api("lists", parameters=("speaker", *PAGING))
def statements(request: HttpRequest) -> HttpResponse:
    """`?speaker=` selects one person's. Two queries."""
    rows = PublishedInterview.objects.public().for_cards().defer("searched")
    if speaker := number_in(request, "speaker"):
        rows = rows.filter(speaker=speaker)
    return page(request, rows, "interview_id", presenting.statements)


@api()
def statement(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Two queries."""
    every = PublishedInterview.objects.filter(interview_id=statement_id)
    rows = list(every.public().for_cards().defer("searched")[:1])
    if not rows:
        return depending(absent(_withdrawals(every)), "lists")
    found = presenting.statements(rows)
    return depending(answer(found[0]), f"feature:{rows[0].edition.feature_id}", *_people(found))


def _withdrawals(once: Any) -> Any:
    return Withdrawal.objects.filter(feature__in=once.once_public().values("edition__feature"))


def _people(found: list[schemas.Statement]) -> list[str]:
    """The tags of those named: merging people changes their ids."""
    bylines = [byline.id for each in found for byline in each.bylines]
    return keys("speaker", (each.speaker.id for each in found)) + keys("contributor", bylines)


@api("lists", parameters=PAGING)
def speakers(request: HttpRequest) -> HttpResponse:
    """Two queries."""
    return page(request, ListedSpeaker.objects.now(), "speaker_id", presenting.speakers)


@api()
def speaker(request: HttpRequest, speaker_id: int) -> HttpResponse:
    """One query. A merged speaker's address leads to the kept one's."""
    row = PublishedInterview.objects.latest_of([speaker_id]).first()
    if row is not None:
        return depending(answer(presenting.speaker(row)), f"speaker:{speaker_id}")
    kept = kept_id(Speaker, speaker_id)
    if kept == speaker_id or not PublishedInterview.objects.public().filter(speaker=kept).exists():
        return absent()
    response = HttpResponsePermanentRedirect(address("api-speaker", kept))
    # Merges can be undone, so cache this redirect for an hour only.
    patch_cache_control(response, max_age=3600)
    return response


@api("lists", "photos", parameters=PAGING)
def photos(request: HttpRequest) -> HttpResponse:
    """Two queries."""
    return page(request, _listed_photos(), "photo_id", presenting.photos, tag="photo")


@api()
def photo(request: HttpRequest, photo_id: int) -> HttpResponse:
    """Two queries."""
    own = f"photo:{photo_id}"
    rows = list(_listed_photos().filter(photo=photo_id)[:1])
    if rows:
        return depending(answer(presenting.photos(rows)[0]), own)
    if PublishedPhoto.objects.public().filter(photo=photo_id).exists():
        return depending(problem(410, "照片已撤下", "这张照片已撤下或使用期限已过，不再公开。"), own)
    return absent()


def _listed_photos() -> Any:
    rows = ListedPhoto.objects.now().filter(usable(prefix="photo__"))
    return rows.select_related("edition", "edition__page")


@api("lists", parameters=PAGING)
def corrections(request: HttpRequest) -> HttpResponse:
    """One query."""
    return page(request, _corrections(), "pk", presenting.corrections)


@api()
def correction(request: HttpRequest, correction_id: int) -> HttpResponse:
    """One query."""
    rows = list(_corrections().filter(pk=correction_id))
    if not rows:
        return absent()
    return depending(answer(presenting.corrections(rows)[0]), f"feature:{rows[0].feature_id}")


def _corrections() -> Any:
    """Corrections of public pages, with the headlines of today."""
    page = PublishedFeature.objects.public().filter(feature_id=OuterRef("feature_id"))
    public = Edition.objects.public().filter(feature=OuterRef("feature"))
    rows = Edition.objects.seen().filter(Exists(public), kind=EditionKind.CORRECTION)
    return rows.annotate(headline=Subquery(page.values("headline")[:1]))
