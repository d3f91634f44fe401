"""The directory agrees with the public rows at every moment, whatever was published or withdrawn."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from interviews import directory, people, projection, publishing
from interviews import document as d
from interviews.models import (
    Contributor,
    CountedList,
    ListCount,
    ListedPhoto,
    ListedSpeaker,
    PublishedCredit,
    PublishedFeature,
    PublishedInterview,
    PublishedPhoto,
    PublishedTopic,
    Speaker,
    search_tokens,
)
from interviews.models.months import days_of, month_of, months_of_slice, ranges
from interviews.projection import rebuild_published
from tests.builders import a_document_with, a_photo, a_speaker, a_topic, an_interview, published
from tests.publishing.test_editions import next_version
from tests.rows import digest

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
HOUR = timedelta(hours=1)


def a_page(photo, day, speaker, subject="水"):
    topic = a_topic(
        "汾河水清", an_interview(speaker=a_speaker(speaker), portrait=d.Portrait(id=photo.pk, alt_text="人"))
    )
    fields = {"issue": d.Issue(date=day, page=3), "topics": (topic,), "subjects": (d.Subject(name=subject),)}
    return a_document_with(photo, **fields)


@pytest.fixture
def busy(cast):
    """Publish pages and do everything that changes what is public, now and later. Return the present moment."""
    one, two = a_photo(), a_photo()
    published(cast, a_page(one, "2025-03-12", "裴国欣"))
    withdrawn = published(cast, a_page(one, "2025-03-20", "路丽华")).feature
    corrected = published(cast, a_page(two, "2024-12-31", "欧阳碧", "大气")).feature
    now = timezone.now()
    published(cast, a_page(one, "2025-04-01", "欧阳碧"), at=now + HOUR)
    put_off = published(cast, a_page(two, "2025-04-02", "水长林"), at=now + HOUR).feature
    publishing.publish(feature=put_off, actor=cast.chief, at=now + 2 * HOUR)
    publishing.withdraw(feature=withdrawn, actor=cast.chief, reason="有误。")
    changed = next_version(cast, corrected)
    publishing.publish(feature=changed, actor=cast.chief, at=now + 3 * HOUR, note="更新。")
    return now


def counted(name, at):
    """What the directory has, by key and month."""
    keys = ListCount.objects.filter(list=name).values_list("key", flat=True).distinct()
    found = {key: dict(ListCount.objects.months(name, key, at)) for key in keys}
    return {key: months for key, months in found.items() if months}


def agrees(at):
    for name, table, subject in (
        (CountedList.FEATURES, PublishedFeature, "subjects"),
        (CountedList.TOPICS, PublishedTopic, "edition__page__subjects"),
    ):
        public = table.objects.public(at).order_by()
        keyed = [(0, day) for day in public.values_list("date", flat=True)]
        keyed += public.exclude(**{subject: None}).values_list(subject, "date")
        assert counted(name, at) == _by_key(keyed), (name, at)
        assert set(ListCount.objects.keys_of(name, at).values_list("key", flat=True)) == set(_by_key(keyed))
    credits = PublishedCredit.objects.public(at).order_by().values_list("contributor", "date")
    assert counted(CountedList.CREDITS, at) == _by_key(credits)
    heard = set(PublishedInterview.objects.public(at).values_list("speaker", flat=True))
    assert sorted(ListedSpeaker.objects.now(at).values_list("speaker", flat=True)) == sorted(heard)
    newest = {}
    for row in PublishedPhoto.objects.public(at).order_by("date", "edition_id", "-position"):
        newest[row.photo_id] = (row.edition_id, row.position)
    listed = ListedPhoto.objects.now(at).values_list("photo", "edition", "position")
    assert sorted(listed) == sorted((photo, *place) for photo, place in newest.items())
    months = _counted(ListedPhoto.objects.now(at).values_list("date", flat=True))
    assert dict(ListCount.objects.months(CountedList.PHOTOS, at=at)) == months


def _by_key(rows):
    days = {}
    for key, day in rows:
        days.setdefault(key, []).append(day)
    return {key: _counted(each) for key, each in days.items()}


def _counted(days):
    found = {}
    for day in days:
        found[month_of(day)] = found.get(month_of(day), 0) + 1
    return found


@pytest.mark.parametrize("hours", [0, 0.5, 1.5, 2.5, 4, 100])
def test_agrees_with_public_rows_at_any_moment(busy, hours):
    agrees(max(timezone.now(), busy + hours * HOUR))


def test_merged_contributors(busy, cast):
    kept, merged = Contributor.objects.filter(name__in=["武玲芳", "路丽华"]).order_by("pk")
    done = people.merge(kept=kept, merged=merged, actor=cast.superuser)
    agrees(timezone.now())
    people.undo_merge(merge=done, actor=cast.superuser)
    agrees(timezone.now())


def test_interrupted_filling_leaves_nothing(busy, monkeypatch):
    for table in (ListCount, ListedPhoto, ListedSpeaker):
        table.objects.all().delete()
    recount, months = directory.refreshing.recount, []

    def interrupted(month):
        months.append(month)
        if len(months) > 1:
            raise KeyboardInterrupt
        recount(month)

    monkeypatch.setattr(directory.refreshing, "recount", interrupted)
    with pytest.raises(KeyboardInterrupt):
        directory.fill()
    assert not ListCount.objects.exists()
    monkeypatch.undo()
    directory.fill()
    agrees(timezone.now())


def test_rebuild_changes_nothing(busy):
    before = digest()
    directory.rebuild()
    rebuild_published()
    assert digest() == before


def test_rebuild_from_nothing(busy):
    for table in (ListCount, ListedPhoto, ListedSpeaker):
        table.objects.all().delete()
    directory.fill()
    for hours in (0, 1.5, 4):
        agrees(max(timezone.now(), busy + hours * HOUR))


def test_merged_speaker_is_listed_once(busy, cast):
    kept, merged = Speaker.objects.get(name="裴国欣"), Speaker.objects.get(name="欧阳碧")
    merge = people.merge(kept=kept, merged=merged, actor=cast.superuser)
    agrees(timezone.now())
    people.undo_merge(merge=merge, actor=cast.superuser)
    agrees(timezone.now())
    assert ListedSpeaker.objects.now().filter(speaker=merged).exists()


def test_months():
    assert days_of("2024-12")[1].isoformat() == "2025-01-01"
    counts = [("2025-03", 5), ("2025-02", 1), ("2024-12", 7)]
    assert months_of_slice(counts, 0, 5) == (["2025-03"], 0)
    assert months_of_slice(counts, 4, 8) == (["2025-03", "2025-02", "2024-12"], 0)
    assert months_of_slice(counts, 5, 6) == (["2025-02"], 5)
    assert months_of_slice(counts, 6, 13) == (["2024-12"], 6)
    assert months_of_slice(counts, 13, 20) == ([], 0)
    assert ranges(["2025-03", "2025-02"]) == [(date(2025, 2, 1), date(2025, 4, 1))]
    assert ranges(["2025-03", "2024-12"]) == [
        (date(2025, 3, 1), date(2025, 4, 1)),
        (date(2024, 12, 1), date(2025, 1, 1)),
    ]


def test_heads_of_an_older_site_are_indexed(cast):
    page = published(cast, a_page(a_photo(), "2025-03-12", "裴国欣")).page
    assert page.searched.startswith("\n")  # it has no kicker
    search_tokens.empty()
    assert not PublishedFeature.objects.with_words(["擦亮"])
    projection.fill()
    assert PublishedFeature.objects.with_words(["擦亮"])
