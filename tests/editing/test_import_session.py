"""Import sessions: nothing else is written until the user confirms."""

from datetime import timedelta

import pytest
from django.utils import timezone

from interviews import editing, people
from interviews.drafting import freeze
from interviews.errors import RefusedError
from interviews.models import Contributor, Feature, Intake, Interview, Speaker
from interviews.pagetext import Label
from interviews.pagetext.files import PageSource
from interviews.people import NEW, Mention
from tests.builders import SAMPLE

pytestmark = pytest.mark.django_db
TEXT = SAMPLE.read_text(encoding="utf-8")
BARE = "一河清水入晋中\n\n汾河的水\n\n市水利局河湖科科长 王小红\n\n水清了，鱼多了。"


def opened(actor, text=TEXT, **values):
    return editing.open_intake(actor=actor, source=PageSource(text), **values)


def seen(intake):
    return editing.read_intake(intake).document.digest


def confirmed(intake, actor, **values):
    return editing.confirm_intake(intake=intake, actor=actor, seen=seen(intake), **values)


def test_open_writes_session_only(cast):
    opened(cast.reporter)
    assert (Feature.objects.count(), Speaker.objects.count(), Contributor.objects.count()) == (0, 0, 0)


def test_confirm_writes_feature_and_ends_session(cast):
    feature = confirmed(opened(cast.reporter), cast.reporter, page_number=3)
    assert (Interview.objects.count(), Intake.objects.count()) == (4, 0)
    assert feature.source_text == TEXT
    assert freeze(feature).issue.page == 3
    assert feature.revisions.count() == 1


def test_unseen_change_is_not_confirmed(cast):
    intake = opened(cast.reporter, BARE)
    before = seen(intake)
    editing.label_lines(intake=intake, actor=cast.reporter, labels={3: Label.TOPIC})
    with pytest.raises(RefusedError, match="又有改动"):
        editing.confirm_intake(intake=intake, actor=cast.reporter, seen=before)
    assert not Feature.objects.exists()
    assert Intake.objects.exists()


def test_confirm_once(cast):
    intake = opened(cast.reporter)
    confirmed(intake, cast.reporter)
    with pytest.raises(RefusedError, match="已经完成"):
        confirmed(intake, cast.reporter)
    assert Feature.objects.count() == 1


def test_labels_are_kept_with_feature(cast):
    intake = opened(cast.reporter, BARE)
    assert not editing.read_intake(intake).document.topics
    editing.label_lines(intake=intake, actor=cast.reporter, labels={3: Label.TOPIC})
    editing.label_lines(intake=intake, actor=cast.reporter, labels={1: Label.FURNITURE})
    editing.label_lines(intake=intake, actor=cast.reporter, labels={1: None})
    intake.refresh_from_db()
    document = editing.read_intake(intake).document
    assert (document.headline, document.topics[0].title) == ("一河清水入晋中", "汾河的水")
    assert document.topics[0].interviews[0].speaker.name == "王小红"
    assert confirmed(intake, cast.reporter).source_labels == {"3": "topic"}


def test_user_label_overrides_file(cast):
    source = PageSource(BARE, labels={3: Label.SUBTITLE}, reasons={3: "字号第二大"})
    intake = editing.open_intake(actor=cast.reporter, source=source)
    assert intake.reasons == {"3": "字号第二大"}
    editing.label_lines(intake=intake, actor=cast.reporter, labels={3: Label.TOPIC})
    intake.refresh_from_db()
    assert (intake.labels, intake.reasons) == ({"3": "topic"}, {})


@pytest.mark.parametrize("line", [0, -1, 8, 10**9])
def test_unknown_line(cast, line):
    intake = opened(cast.reporter, BARE)
    with pytest.raises(RefusedError, match="这一行"):
        editing.label_lines(intake=intake, actor=cast.reporter, labels={line: Label.LEAD})


@pytest.mark.parametrize("who", ["colleague", "photographer", "chief"])
def test_session_is_private(cast, who):
    intake, other = opened(cast.reporter), getattr(cast, who)
    for verb, values in [
        (editing.label_lines, {"labels": {1: Label.LEAD}}),
        (editing.discard_intake, {}),
        (editing.confirm_intake, {"seen": seen(intake)}),
    ]:
        with pytest.raises(RefusedError):
            verb(intake=intake, actor=other, **values)
    assert Intake.objects.get().labels == {}


def test_too_long_page(cast):
    with pytest.raises(RefusedError, match="一版最多读"):
        opened(cast.reporter, "字" * 300_001)
    assert not Intake.objects.exists()


def test_page_without_topics_is_not_confirmed(cast):
    intake = opened(cast.reporter, "今天天气很好。")
    with pytest.raises(RefusedError, match="没有读出话题"):
        confirmed(intake, cast.reporter)
    assert Intake.objects.exists()


def test_own_expired_sessions_are_deleted(cast):
    forgotten, others, recent = opened(cast.reporter), opened(cast.colleague), opened(cast.colleague)
    long_ago = timezone.now() - timedelta(days=31)
    Intake.objects.filter(pk__in=[forgotten.pk, others.pk]).update(changed_at=long_ago)
    fresh = opened(cast.reporter)
    assert set(Intake.objects.values_list("pk", flat=True)) == {recent.pk, fresh.pk}


def test_duplicate_page(cast):
    assert editing.imported_before(TEXT) is None
    feature = confirmed(opened(cast.reporter), cast.reporter)
    assert editing.imported_before(TEXT) == feature


class TestPeople:
    SPEAKER = Mention("speaker", "王小红", "市水利局河湖科", "科长")

    @pytest.fixture
    def intake(self, cast):
        intake = opened(cast.reporter, BARE)
        editing.label_lines(intake=intake, actor=cast.reporter, labels={3: Label.TOPIC})
        intake.refresh_from_db()
        return intake

    def entry(self, intake):
        return people.match_people(editing.read_intake(intake).document)[0]

    def test_unknown_person_is_new(self, intake):
        entry = self.entry(intake)
        assert (entry.mention, entry.taken_for, entry.doubtful) == (self.SPEAKER, None, False)

    def test_known_person_is_matched(self, intake):
        known = Speaker.objects.create(name="王小红", organisation="市水利局河湖科")
        assert (self.entry(intake).taken_for, self.entry(intake).doubtful) == (known, False)

    @pytest.mark.parametrize(
        ("name", "organisation", "reason"),
        [
            ("王晓红", "市水利局河湖科", "读音相同"),
            ("王小虹", "市水利局河湖科", "读音相同"),
            ("王小江", "市水利局河湖科", "差一字"),
            ("王小红", "市文旅局", "单位不同"),
        ],
    )
    def test_similar_people_are_suggested(self, intake, name, organisation, reason):
        known = Speaker.objects.create(name=name, organisation=organisation)
        entry = self.entry(intake)
        assert entry.taken_for is None
        assert [likely.person for likely in entry.others] == [known]
        assert reason in entry.others[0].reason

    def test_person_is_chosen(self, cast, intake):
        known = Speaker.objects.create(name="王晓红", organisation="市水利局河湖科")
        confirmed(intake, cast.reporter, people={self.SPEAKER: known.pk})
        interview = Interview.objects.get()
        assert (interview.speaker, interview.speaker_name) == (known, "王小红")
        assert Speaker.objects.count() == 1

    def test_namesake_may_be_new(self, cast, intake):
        Speaker.objects.create(name="王小红", organisation="市水利局河湖科")
        confirmed(intake, cast.reporter, people={self.SPEAKER: NEW})
        assert Speaker.objects.filter(name="王小红").count() == 2

    def test_merged_person_is_refused(self, cast, intake):
        gone = Speaker.objects.create(name="王晓红", organisation="市水利局河湖科")
        kept = Speaker.objects.create(name="王晓红", organisation="市水利局")
        people.merge(kept=kept, merged=gone, actor=cast.editor)
        with pytest.raises(RefusedError, match="已经不在了"):
            confirmed(intake, cast.reporter, people={self.SPEAKER: gone.pk})
        assert not Feature.objects.exists()
