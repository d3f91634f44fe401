import pytest

from interviews import document as d
from interviews.drafting import draft, freeze, rewrite
from interviews.models import Contributor, CreditRole, Feature, Interview, Speaker
from tests.builders import a_credit, a_document, a_reprint, a_speaker, a_topic, an_interview

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


def without_ids(document: d.FeatureDocument) -> dict:
    def strip(value):
        if isinstance(value, dict):
            return {name: strip(each) for name, each in value.items() if name != "id"}
        return [strip(each) for each in value] if isinstance(value, list) else value

    return strip(document.to_data())


def a_full_document() -> d.FeatureDocument:
    second = an_interview(
        "<p>第一段。</p><h3>小标题</h3><p>CO<sub>2</sub>、<strong>重点</strong></p>",
        speaker=a_speaker("阿依古丽·买买提", "乌鲁木齐市“绿色家园”协会", "党组书记、会长"),
        credits=(a_credit("记者", "李娟", "王爱媛"), a_credit("通讯员", "史俊杰")),
    )
    same_name = an_interview(speaker=a_speaker("裴国欣", "昔阳县林业局", "局长"), credits=())
    return a_document(
        kicker="两会特别报道",
        reprint=a_reprint(),
        lead=("第一段。", "第二段。"),
        issue=d.Issue(date="2025-03-12", page=3, page_name="生态专版"),
        topics=(a_topic("碧波荡漾水潺潺", an_interview(), second), a_topic("绿满城乡入画来", same_name)),
        photos=(d.Photo(caption="裴国欣"), d.Photo(caption="图为造林现场。", credit_line="程婧 摄")),
        subjects=(d.Subject(name="水"), d.Subject(name="大气"), d.Subject(name="湿地")),
        credits=(a_credit("策划", "路丽华"), a_credit("统筹", "武玲芳"), a_credit("摄影", "程婧", "李娟")),
    )


def test_round_trip():
    document = a_full_document()
    assert without_ids(freeze(draft(document=document, actor=None))) == without_ids(document)


def test_rewrite_clears_reprint():
    feature = draft(document=a_full_document(), actor=None)
    rewrite(feature=feature, document=freeze(feature).model_copy(update={"reprint": None}))
    assert freeze(feature).reprint is None


def test_freeze_fills_in_ids():
    frozen = freeze(draft(document=a_full_document(), actor=None))
    interviews = [interview for topic in frozen.topics for interview in topic.interviews]
    assert all(topic.id for topic in frozen.topics)
    assert all(interview.id and interview.speaker.id for interview in interviews)
    assert all(person.id for credit in frozen.credits for person in credit.contributors)


def test_freeze_empty_draft():
    assert freeze(Feature.objects.create()).topics == ()


def test_organisation_without_speaker_is_kept():
    document = a_document(topics=(a_topic("题", an_interview(speaker=a_speaker("", "昔阳县林业局", "局长"))),))
    frozen = freeze(draft(document=document, actor=None))
    assert frozen.topics[0].interviews[0].speaker == d.Speaker(name="", organisation="昔阳县林业局", job_title="局长")


def test_people_are_matched_or_created():
    known = Speaker.objects.create(name="裴国欣", organisation="市生态环境局大气科", job_title="副科长")
    Contributor.objects.create(name="武玲芳")
    feature = draft(document=a_full_document(), actor=None)
    assert freeze(feature).topics[0].interviews[0].speaker.id == known.pk
    assert "采编人员 武玲芳" in feature.people.matched
    assert "受访者 裴国欣（昔阳县林业局局长）" in feature.people.created
    assert "采编人员 路丽华" in feature.people.created


def test_namesake_in_another_organisation():
    draft(document=a_full_document(), actor=None)
    assert Speaker.objects.filter(name="裴国欣").count() == 2


def test_printed_job_title_does_not_change_speaker():
    known = Speaker.objects.create(name="裴国欣", organisation="市生态环境局大气科", job_title="副局长")
    feature = draft(document=a_document(), actor=None)
    known.refresh_from_db()
    assert known.job_title == "副局长"
    assert freeze(feature).topics[0].interviews[0].speaker.job_title == "科长"


def test_new_role_is_created_once():
    for _ in range(2):
        draft(document=a_document(credits=(a_credit("航拍", "程婧"),)), actor=None)
    assert CreditRole.objects.filter(name="航拍").count() == 1


def test_drafting_twice_reuses_people():
    for _ in range(2):
        draft(document=a_full_document(), actor=None)
    assert Speaker.objects.count() == 3
    assert Contributor.objects.filter(name="武玲芳").count() == 1


def test_markup_is_cleaned_on_update_and_bulk_create():
    feature = draft(document=a_document(), actor=None)
    interview = Interview.objects.get()
    Interview.objects.update(body="<p>好</p><script>alert(1)</script>")
    assert Interview.objects.get().body == "<p>好</p>"
    Interview.objects.bulk_create([Interview(topic=interview.topic, body='<p onclick="x">好</p>')])
    assert not Interview.objects.filter(body__contains="onclick").exists()
    assert "script" not in freeze(feature).to_json()


def test_freeze_query_count(django_assert_num_queries):
    small = draft(document=a_document(), actor=None)
    large = draft(document=a_document(topics=(a_topic("题", *[an_interview()] * 3),) * 10), actor=None)
    with django_assert_num_queries(6):
        freeze(small)
    with django_assert_num_queries(6):
        freeze(large)
