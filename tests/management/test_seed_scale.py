"""The synthetic newsroom: its rows equal what the verbs would have written, the same in every run."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from interviews.models import Edition, Feature, LedgerEntry, Photo, PublishedFeature, SignOff, Speaker, search_tokens
from interviews.photodesk import missing
from interviews.projection import rebuild_published
from interviews.publishing import verify_editions
from interviews.search import search
from interviews.workflow.state import Standing, standing
from tests.builders import a_draft, published
from tests.rows import digest

pytestmark = [pytest.mark.django_db, pytest.mark.engine, pytest.mark.usefixtures("seeds")]


def seed(features=30):
    out, progress = StringIO(), StringIO()
    call_command("seed_scale", features=features, stdout=out, stderr=progress)
    return out.getvalue(), progress.getvalue()


def test_pages_in_every_state():
    said, progress = seed()
    assert "30 个专题" in said
    assert "30/30" in progress
    assert {standing(feature) for feature in Feature.objects.all()} == set(Standing)
    assert Edition.objects.exclude(kind="").exists()
    assert SignOff.objects.filter(verdict="returned").exists()


def test_chain_and_published_rows_hold():
    seed()
    assert verify_editions() == []
    assert list(missing()) == []
    before = digest()
    assert rebuild_published() == Edition.objects.count()
    assert digest() == before
    assert search("汾河").total > 0


def test_two_runs_write_the_same():
    seed()
    before = digest()
    seed()
    assert digest() == before


def test_rebuild_restores_damaged_rows():
    seed()
    before = digest()
    first, second, *_ = PublishedFeature.objects.order_by("pk")
    first.subjects.clear()
    first.edition.interviews.all().delete()
    PublishedFeature.objects.filter(pk=second.pk).update(headline="改坏了")
    search_tokens.empty()
    rebuild_published()
    assert PublishedFeature.objects.get(pk=second.pk).headline == second.headline
    assert first.edition.interviews.exists()
    assert search("汾河").total > 0
    rows = digest()
    rebuild_published()
    assert digest() == rows
    assert rows != before, "join rows have new ids"


def test_rebuild_goes_on_after_an_edition():
    seed()
    done = []
    total = rebuild_published(done.append)
    middle = Edition.objects.order_by("pk").values_list("pk", flat=True)[10]
    assert rebuild_published(after=middle) == total - 11
    assert done[-1] == Edition.objects.latest("pk").pk


@pytest.mark.parametrize("real", [a_draft, published])
def test_real_data_is_refused(cast, real):
    real(cast)
    before = digest()
    with pytest.raises(CommandError, match="真实的稿件"):
        seed()
    assert digest() == before


def test_real_person_is_refused():
    Speaker.objects.create(name="裴国欣")
    with pytest.raises(CommandError, match="真实的"):
        seed()


def test_people_come_back_on_other_pages():
    seed()
    assert Speaker.objects.count() < Photo.objects.count() + 30
    assert LedgerEntry.objects.count() > 80
    spoken = Speaker.objects.filter(interviews__topic__feature__in=Feature.objects.all()).distinct()
    assert all(each.interviews.count() > 1 for each in spoken[:10])
