"""Import sessions: nothing else is written until the user confirms."""

from datetime import timedelta

import pytest
from django.utils import timezone

from interviews import editing, people
from interviews.drafting import freeze
from interviews.errors import RefusedError
from interviews.models import Contributor, Feature, ImportSession, Interview, Speaker
from interviews.pagetext import Label
from interviews.pagetext.files import PageSource
from interviews.people import NEW, Mention
from tests.builders import SAMPLE

pytestmark = pytest.mark.django_db
TEXT = SAMPLE.read_text(encoding="utf-8")
BARE = "一河清水入晋中\n\n汾河的水\n\n市水利局河湖科科长 王小红\n\n水清了，鱼多了。"


def opened(actor, text=TEXT, **values):
    return editing.open_import(actor=actor, source=PageSource(text), **values)


def seen(session):
    return editing.read_import(session).document.digest


def confirmed(session, actor, **values):
    return editing.confirm_import(session=session, actor=actor, seen=seen(session), **values)


def test_open_writes_session_only(cast):
    opened(cast.reporter)
    assert (Feature.objects.count(), Speaker.objects.count(), Contributor.objects.count()) == (0, 0, 0)


def test_confirm_writes_feature_and_ends_session(cast):
    feature = confirmed(opened(cast.reporter), cast.reporter, page_number=3)
    assert (Interview.objects.count(), ImportSession.objects.count()) == (4, 0)
    assert feature.source_text == TEXT
    assert freeze(feature).issue.page == 3
    assert feature.revisions.count() == 1


def test_unseen_change_is_not_confirmed(cast):
    session = opened(cast.reporter, BARE)
    before = seen(session)
    editing.label_lines(session=session, actor=cast.reporter, labels={3: Label.TOPIC})
    with pytest.raises(RefusedError, match="又有改动"):
        editing.confirm_import(session=session, actor=cast.reporter, seen=before)
    assert not Feature.objects.exists()
    assert ImportSession.objects.exists()


def test_confirm_once(cast):
    session = opened(cast.reporter)
    confirmed(session, cast.reporter)
    with pytest.raises(RefusedError, match="已经完成"):
        confirmed(session, cast.reporter)
    assert Feature.objects.count() == 1


def test_labels_are_kept_with_feature(cast):
    session = opened(cast.reporter, BARE)
    assert not editing.read_import(session).document.topics
    editing.label_lines(session=session, actor=cast.reporter, labels={3: Label.TOPIC})
    editing.label_lines(session=session, actor=cast.reporter, labels={1: Label.FURNITURE})
    editing.label_lines(session=session, actor=cast.reporter, labels={1: None})
    session.refresh_from_db()
    document = editing.read_import(session).document
    assert (document.headline, document.topics[0].title) == ("一河清水入晋中", "汾河的水")
    assert document.topics[0].interviews[0].speaker.name == "王小红"
    assert confirmed(session, cast.reporter).source_labels == {"3": "topic"}


def test_user_label_overrides_file(cast):
    source = PageSource(BARE, labels={3: Label.SUBTITLE}, reasons={3: "字号第二大"})
    session = editing.open_import(actor=cast.reporter, source=source)
    assert session.reasons == {"3": "字号第二大"}
    editing.label_lines(session=session, actor=cast.reporter, labels={3: Label.TOPIC})
    session.refresh_from_db()
    assert (session.labels, session.reasons) == ({"3": "topic"}, {})


@pytest.mark.parametrize("line", [0, -1, 8, 10**9])
def test_unknown_line(cast, line):
    session = opened(cast.reporter, BARE)
    with pytest.raises(RefusedError, match="这一行"):
        editing.label_lines(session=session, actor=cast.reporter, labels={line: Label.LEAD})


@pytest.mark.parametrize("who", ["colleague", "photographer", "chief"])
def test_session_is_private(cast, who):
    session, other = opened(cast.reporter), getattr(cast, who)
    for verb, values in [
        (editing.label_lines, {"labels": {1: Label.LEAD}}),
        (editing.discard_import, {}),
        (editing.confirm_import, {"seen": seen(session)}),
    ]:
        with pytest.raises(RefusedError):
            verb(session=session, actor=other, **values)
    assert ImportSession.objects.get().labels == {}


def test_too_long_page(cast):
    with pytest.raises(RefusedError, match="一版最多读"):
        opened(cast.reporter, "字" * 300_001)
    assert not ImportSession.objects.exists()


def test_page_without_topics_is_not_confirmed(cast):
    session = opened(cast.reporter, "今天天气很好。")
    with pytest.raises(RefusedError, match="没有读出话题"):
        confirmed(session, cast.reporter)
    assert ImportSession.objects.exists()


def test_own_expired_sessions_are_deleted(cast):
    forgotten, others, recent = opened(cast.reporter), opened(cast.colleague), opened(cast.colleague)
    long_ago = timezone.now() - timedelta(days=31)
    ImportSession.objects.filter(pk__in=[forgotten.pk, others.pk]).update(changed_at=long_ago)
    fresh = opened(cast.reporter)
    assert set(ImportSession.objects.values_list("pk", flat=True)) == {recent.pk, fresh.pk}


def test_duplicate_page(cast):
    assert editing.imported_before(TEXT) is None
    feature = confirmed(opened(cast.reporter), cast.reporter)
    assert editing.imported_before(TEXT) == feature


class TestPeople:
    SPEAKER = Mention("speaker", "王小红", "市水利局河湖科", "科长")

    @pytest.fixture
    def session(self, cast):
        session = opened(cast.reporter, BARE)
        editing.label_lines(session=session, actor=cast.reporter, labels={3: Label.TOPIC})
        session.refresh_from_db()
        return session

    def entry(self, session):
        return people.match_people(editing.read_import(session).document)[0]

    def test_unknown_person_is_new(self, session):
        entry = self.entry(session)
        assert (entry.mention, entry.record, entry.is_ambiguous) == (self.SPEAKER, None, False)

    def test_known_person_is_matched(self, session):
        known = Speaker.objects.create(name="王小红", organisation="市水利局河湖科")
        assert (self.entry(session).record, self.entry(session).is_ambiguous) == (known, False)

    @pytest.mark.parametrize(
        ("name", "organisation", "reason"),
        [
            ("王晓红", "市水利局河湖科", "读音相同"),
            ("王小虹", "市水利局河湖科", "读音相同"),
            ("王小江", "市水利局河湖科", "差一字"),
            ("王小红", "市文旅局", "单位不同"),
        ],
    )
    def test_similar_people_are_suggested(self, session, name, organisation, reason):
        known = Speaker.objects.create(name=name, organisation=organisation)
        entry = self.entry(session)
        assert entry.record is None
        assert [likely.person for likely in entry.others] == [known]
        assert reason in entry.others[0].reason

    def test_person_is_chosen(self, cast, session):
        known = Speaker.objects.create(name="王晓红", organisation="市水利局河湖科")
        confirmed(session, cast.reporter, people={self.SPEAKER: known.pk})
        interview = Interview.objects.get()
        assert (interview.speaker, interview.speaker_name) == (known, "王小红")
        assert Speaker.objects.count() == 1

    def test_namesake_may_be_new(self, cast, session):
        Speaker.objects.create(name="王小红", organisation="市水利局河湖科")
        confirmed(session, cast.reporter, people={self.SPEAKER: NEW})
        assert Speaker.objects.filter(name="王小红").count() == 2

    def test_merged_person_is_refused(self, cast, session):
        gone = Speaker.objects.create(name="王晓红", organisation="市水利局河湖科")
        kept = Speaker.objects.create(name="王晓红", organisation="市水利局")
        people.merge(kept=kept, merged=gone, actor=cast.editor)
        with pytest.raises(RefusedError, match="已经不在了"):
            confirmed(session, cast.reporter, people={self.SPEAKER: gone.pk})
        assert not Feature.objects.exists()
