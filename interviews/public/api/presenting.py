"""Published rows as the API's shapes. What is looked up takes a fixed number of queries, however many rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings

from interviews.models import (
    Edition,
    ListedPhoto,
    ListedSpeaker,
    PublishedCredit,
    PublishedFeature,
    PublishedInterview,
    PublishedTopic,
)
from interviews.photodesk import Pictures, pictures
from interviews.photodesk.display import TYPES
from interviews.public.structured_data import absolute

from . import schemas


def feature_ref(key: int, headline: str) -> schemas.FeatureRef:
    return schemas.FeatureRef(
        id=key, headline=headline, url=absolute("feature", key), api_url=absolute("api-feature", key)
    )


def topic_ref(key: int, title: str) -> schemas.TopicRef:
    return schemas.TopicRef(id=key, title=title, url=absolute("topic", key), api_url=absolute("api-topic", key))


def features(rows: Sequence[PublishedFeature]) -> list[schemas.FeatureSummary]:
    return [feature(row) for row in rows]


def feature(row: PublishedFeature) -> schemas.FeatureSummary:
    """A row with `.for_cards()`."""
    return schemas.FeatureSummary(
        **feature_ref(row.feature_id, row.headline).model_dump(),
        subtitle=row.subtitle,
        summary=row.summary,
        date=row.date,
        page=row.page_number,
        page_name=row.page_name,
        edition=row.edition.number,
        published_at=row.edition.published_from,
        subjects=[schemas.Named(id=each.pk, name=each.name) for each in row.subjects.all()],
        topics=[topic_ref(each.topic_id, each.title) for each in row.edition.topics.all()],
    )


def correction(edition: Edition, headline: str) -> schemas.Correction:
    return schemas.Correction(
        id=edition.pk,
        feature=feature_ref(edition.feature_id, headline),
        edition=edition.number,
        published_at=edition.published_from,
        wrong=edition.wrong,
        right=edition.right,
        note=edition.note,
        topic_id=edition.topic_id,
        statement_id=edition.interview_id,
    )


def corrections(rows: Sequence[Edition]) -> list[schemas.Correction]:
    """Rows annotated with `.headline`."""
    return [correction(row, row.headline) for row in rows]  # type: ignore[attr-defined]


def speaker(row: PublishedInterview) -> schemas.Speaker:
    return schemas.Speaker(
        id=row.speaker_id,
        name=row.speaker_name,
        organisation=row.organisation,
        job_title=row.job_title,
        url=absolute("speaker", row.speaker_id),
        api_url=absolute("api-speaker", row.speaker_id),
    )


def speakers(rows: Sequence[ListedSpeaker]) -> list[schemas.Speaker]:
    """As last printed. One query."""
    latest = {row.speaker_id: row for row in PublishedInterview.objects.latest_of([row.speaker_id for row in rows])}
    return [speaker(latest[row.speaker_id]) for row in rows if row.speaker_id in latest]


def statements(rows: Sequence[PublishedInterview]) -> list[schemas.Statement]:
    """Rows with `.for_cards()`. One query, for their bylines."""
    bylines = _bylines(rows)
    return [
        schemas.Statement(
            id=row.interview_id,
            speaker=speaker(row),
            text=row.text,
            date=row.date,
            bylines=bylines.get(row.pk, []),
            topic=topic_ref(row.topic_id, row.topic_title),
            feature=feature_ref(row.edition.feature_id, row.edition.page.headline),
        )
        for row in rows
    ]


def _bylines(rows: Iterable[PublishedInterview]) -> dict[tuple[int, int], list[schemas.Byline]]:
    found: dict[tuple[int, int], list[schemas.Byline]] = {}
    editions, interviews = {row.edition_id for row in rows}, {row.interview_id for row in rows}
    credits = PublishedCredit.objects.filter(edition__in=editions, interview_id__in=interviews)
    for each in credits.order_by("edition_id", "position"):
        byline = schemas.Byline(
            id=each.contributor_id,
            role=each.role,
            name=each.contributor_name,
            url=absolute("contributor", each.contributor_id),
        )
        found.setdefault((each.edition_id, each.interview_id or 0), []).append(byline)
    return found


def topics(rows: Sequence[PublishedTopic]) -> list[schemas.TopicSummary]:
    return [topic(row) for row in rows]


def topic(row: PublishedTopic) -> schemas.TopicSummary:
    """A row with page and interviews."""
    return schemas.TopicSummary(
        **topic_ref(row.topic_id, row.title).model_dump(),
        date=row.date,
        position=row.position,
        feature=feature_ref(row.edition.feature_id, row.edition.page.headline),
        speakers=[speaker(each) for each in row.interviews],
    )


def photos(rows: Sequence[ListedPhoto]) -> list[schemas.Photo]:
    """Rows with `edition__page`. One query, for their files."""
    found = pictures(row.photo_id for row in rows)
    return [
        schemas.Photo(
            id=row.photo_id,
            url=absolute("photo", row.photo_id),
            api_url=absolute("api-photo", row.photo_id),
            caption=row.caption,
            credit_line=row.credit_line,
            alt_text=row.alt_text,
            date=row.date,
            feature=feature_ref(row.edition.feature_id, row.edition.page.headline),
            files=_files(row.photo_id, found),
        )
        for row in rows
    ]


def _files(key: int, found: Pictures) -> list[schemas.PhotoFile]:
    files = found[key].files if key in found else {}
    return [
        schemas.PhotoFile(url=f"{settings.SITE_URL}/media/{name}", width=width, height=height, type=TYPES[kind])
        for (spec, kind), each in sorted(files.items())
        if spec == "full"
        for width, height, name in sorted(each)
    ]
