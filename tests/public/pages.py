"""Sample pages to publish: several features with several of everything."""

from __future__ import annotations

from copy import copy
from datetime import date, timedelta

from interviews import directory
from interviews import document as d
from interviews.models import Edition, Feature, PublishedFeature, Revision, search_tokens
from tests.builders import a_credit, a_document, a_speaker, a_topic, an_interview, published
from tests.cast import Cast
from tests.rows import count_anew

SPEAKERS = ["赵一鸣", "钱多", "孙立人", "李思", "周文", "吴越", "郑和", "王晓红", "冯远", "陈静"]


def a_full_document(number: int = 1, **fields) -> d.FeatureDocument:
    """Build two topics; the second has two speakers, one of them with two reporters."""
    speakers = [a_speaker(SPEAKERS[(number + place) % 10], f"和顺县林业局{number}", "局长") for place in range(3)]
    first = an_interview(speaker=speakers[0])
    second = an_interview(speaker=speakers[1], credits=(a_credit("记者", "李娟", "史俊杰"), a_credit("通讯员", "王明")))
    third = an_interview(speaker=speakers[2])
    date = f"{2020 + number % 5}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    defaults = {
        "headline": f"太行深处绿意浓\u3000第{number}期",
        "issue": d.Issue(date=date, page=3, page_name="专版"),
        "topics": (a_topic(f"林海听涛{number}", first), a_topic(f"清水长流{number}", second, third)),
        "subjects": (d.Subject(name="林草"), d.Subject(name="水")) if number % 2 else (d.Subject(name="大气"),),
        "credits": (a_credit("策划", "路丽华"), a_credit("摄影", "程婧")),
    }
    return a_document(**{**defaults, **fields})


def publish_many(cast: Cast, count: int) -> None:
    for number in range(1, count + 1):
        published(cast, a_full_document(number))


def reprint(edition: Edition, count: int) -> None:
    """Insert published rows of the edition's page `count` times, with new interviews of the same people.

    Writes no editions: for measuring what thousands of pages cost.
    """
    first, moment = edition.revision, {"created_at": edition.created_at}
    features = Feature.objects.bulk_create(Feature(headline=edition.page.headline) for _ in range(count))
    text = {"number": 1, "document": first.document, "digest": first.digest, **moment}
    revisions = Revision.objects.bulk_create(Revision(feature=each, **text) for each in features)
    numbers = {"number": 1, "published_from": edition.published_from, **moment}
    editions = Edition.objects.bulk_create(Edition(feature=r.feature, revision=r, **numbers) for r in revisions)
    days = [date(2000, 1, 1) + timedelta(days=place % 9000) for place in range(count)]
    PublishedFeature.objects.bulk_create(
        _changed(edition.page, edition=each, feature_id=each.feature_id, date=day)
        for each, day in zip(editions, days, strict=True)
    )
    shared = PublishedFeature.subjects.through
    shared.objects.bulk_create(
        shared(publishedfeature_id=each.pk, subject=subject)
        for each in editions
        for subject in edition.page.subjects.all()
    )
    for rows in (edition.topics.all(), edition.interviews.all(), edition.credits.all()):
        for row in rows:
            row.__class__.objects.bulk_create(_of(each, row) for each in editions)
    count_anew()
    directory.rebuild()


def _of(edition: Edition, row):
    values = {"edition": edition}
    for name in ("topic_id", "interview_id"):
        if getattr(row, name, None):
            values[name] = edition.pk * 1000 + getattr(row, name)
    if hasattr(row, "search_key"):
        values["search_key"] = search_tokens.key_of(edition.pk, row.position)
    return _changed(row, **values)


def _changed(row, **values):
    other = copy(row)
    other._state = copy(row._state)
    other._state.fields_cache = {}
    for name, value in values.items():
        setattr(other, name, value)
    return other
