"""Checks that need the whole page or the house's records."""

from datetime import date

import pytest

from interviews import document as d
from interviews.proofreading import Context, Official, PersonOnRecord, proofread

from .labelled import above_hint, sample_document


def a_speaker(name="王晓红", organisation="昔阳县林业局", job_title="局长", id=None):
    return d.Speaker(id=id, name=name, organisation=organisation, job_title=job_title)


def an_interview(*paragraphs, speaker=None, reporter="史俊杰", id=None):
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or ("我们坚持绿色发展。",))
    credits = (d.Credit(role="记者", contributors=(d.Contributor(name=reporter),)),)
    return d.Interview(id=id, speaker=speaker or a_speaker(), body=body, credits=credits)


def a_page(*interviews, captions=(), **fields):
    topics = tuple(
        d.Topic(title=f"话题{'甲乙丙丁戊'[number]}", interviews=(interview,))
        for number, interview in enumerate(interviews or (an_interview(),))
    )
    photos = tuple(d.Photo(caption=caption) for caption in captions)
    return d.FeatureDocument(**{"headline": "绿满城乡入画来", "topics": topics, "photos": photos, **fields})


def found(document, context=None, **attributes):
    findings = proofread(document, context) if context else proofread(document)
    return [f for f in findings if all(getattr(f, name) == value for name, value in attributes.items())]


ZHANG = a_speaker("张耀伟", "灵石县水利局", "副局长")
BODY = "topics[0].interviews[0].body"


def test_correct_page_has_no_findings():
    page = a_page(an_interview(), an_interview("水清岸绿，景色宜人。", speaker=ZHANG), captions=("王晓红", "张耀伟"))
    assert proofread(page) == []


# --- names


@pytest.mark.parametrize("wrong", ["王小红", "王晓虹", "汪晓红"])
def test_finds_homophones_of_names_in_running_text(wrong):
    page = a_page(an_interview(f"记者见到{wrong}时，她正在山上。"), lead=("王晓红常年在山上。",))
    (finding,) = found(page, rule="name")
    assert (finding.path, finding.excerpt, finding.suggestion) == (BODY, wrong, "王晓红")
    assert finding.severity == "warning"


@pytest.mark.parametrize(
    ("field", "text"), [("headline", "王小红的十年"), ("subtitle", "记王小红"), ("lead", ("王小红常年在山上。",))]
)
def test_finds_misspelt_names_in_the_head_of_the_page(field, text):
    (finding,) = found(a_page(**{field: text}), rule="name")
    assert finding.excerpt == "王小红"


def test_finds_look_alikes_of_names():
    page = a_page(an_interview("大家都叫斐国欣老裴。", speaker=a_speaker("裴国欣", "市生态环境局", "科长")))
    assert [f.suggestion for f in found(page, rule="name")] == ["裴国欣"]


def test_accepts_names_of_other_people():
    assert not found(a_page(an_interview("王晓东、王晓燕和王建红都来了。")), rule="name")


@pytest.mark.parametrize("caption", ["王小红", "王红晓", "王晓宏", "王晓丽"])
def test_finds_misspelt_speakers_in_captions(caption):
    page = a_page(an_interview(), an_interview(speaker=ZHANG), captions=(caption, "张耀伟"))
    assert [(f.path, f.suggestion) for f in found(page, rule="name")] == [("photos[0].caption", "王晓红")]


def test_finds_captions_of_people_who_are_no_speakers():
    page = a_page(an_interview(), captions=("王晓红", "李建国"))
    assert [(f.path, f.severity) for f in found(page, rule="caption")] == [("photos[1].caption", "warning")]


def test_accepts_captions_that_are_sentences():
    assert not above_hint(proofread(a_page(captions=("图为李建国在田间", "王晓红"))))


def test_hints_at_missing_portraits_if_there_are_captions():
    page = a_page(an_interview(), an_interview("水清岸绿，景色宜人。", speaker=ZHANG), captions=("王晓红",))
    assert [(f.path, f.severity) for f in found(page, rule="portrait")] == [
        ("topics[1].interviews[0].speaker.name", "hint")
    ]
    assert not found(a_page(an_interview(), an_interview(speaker=ZHANG)), rule="portrait")


# --- photo credits

PHOTOGRAPHERS = (d.Credit(role="摄影", contributors=(d.Contributor(name="程婧"), d.Contributor(name="史俊杰"))),)


def a_pictured_page(line, credits=PHOTOGRAPHERS):
    return a_page(photos=(d.Photo(id=1, caption="义务植树", credit_line=line, alt_text="植树的人"),), credits=credits)


@pytest.mark.parametrize(
    "line",
    ["程静 摄", "程静摄", "程静/摄", "本报记者 程静 摄", "摄影：程静", "程静", "通讯员 史俊杰 程静 摄", "程静 摄影 "],
)
def test_finds_misspelt_photographers(line):
    (finding,) = found(a_pictured_page(line), rule="photo-credit")
    assert (finding.path, finding.excerpt, finding.suggestion) == ("photos[0].credit_line", "程静", "程婧")
    assert (finding.severity, finding.message) == ("warning", "图片署名是“程静”，本版摄影是“程婧”，请核对。")


def test_finds_photographers_who_are_not_in_the_credits():
    (finding,) = found(a_pictured_page("李建国 摄"), rule="photo-credit")
    assert (finding.excerpt, finding.suggestion) == ("李建国", "")
    assert "本版摄影是“程婧、史俊杰”" in finding.message


@pytest.mark.parametrize(
    "line",
    [
        "程婧 摄",
        "程婧、史俊杰 摄",
        "",
        "李建国供图",
        "新华社记者 李建国 摄",
        "资料图片",
        "市林业局提供",
        "图片由李建国提供",
    ],
)
def test_accepts_matching_and_external_photo_credits(line):
    assert not found(a_pictured_page(line), rule="photo-credit")


def test_skips_photo_credits_of_pages_without_photographers():
    assert not found(a_pictured_page("李建国 摄", credits=()), rule="photo-credit")


def test_checks_covers_and_portraits():
    portrait = d.Portrait(id=2, credit_line="程静 摄", alt_text="王小红，昔阳县林业局局长")
    interview = an_interview().model_copy(update={"portrait": portrait})
    cover = d.Photo(id=3, caption="图为王小红在山上", credit_line="程静 摄")
    page = a_page(interview, cover=cover, credits=PHOTOGRAPHERS)
    paths = {"topics[0].interviews[0].portrait.credit_line", "cover.credit_line"}
    assert {f.path for f in found(page, rule="photo-credit")} == paths
    assert {f.path for f in found(page, rule="name")} == {
        "topics[0].interviews[0].portrait.alt_text",
        "cover.caption",
    }


def test_compares_bylines_with_credits():
    page = a_page(credits=(d.Credit(role="统筹", contributors=(d.Contributor(name="史俊捷"),)),))
    assert [(f.path, f.excerpt) for f in found(page, rule="name")] == [("credits[0].contributors[0].name", "史俊捷")]


def test_compares_short_names_outside_running_text_only():
    credits = (d.Credit(role="摄影", contributors=(d.Contributor(name="程静"),)),)
    page = a_page(an_interview("过程经过大家讨论。", reporter="程婧"), credits=credits)
    assert [f.excerpt for f in found(page, rule="name")] == ["程静"]


# --- organisations and posts


@pytest.mark.parametrize("wrong", ["昔阳县林叶局", "昔阳县业林局", "析阳县林业局"])
def test_finds_misspelt_organisations(wrong):
    page = a_page(an_interview(f"近年来，{wrong}坚持造林。"))
    assert [(f.excerpt, f.suggestion) for f in found(page, rule="organisation")] == [(wrong, "昔阳县林业局")]


def test_accepts_other_organisations():
    page = a_page(an_interview("昔阳县农业局、寿阳县林业局、昔阳县林业局都参加了。"))
    assert not found(page, rule="organisation")


@pytest.mark.parametrize("post", ["副局长", "站长", "党组书记"])
def test_finds_inconsistent_posts(post):
    page = a_page(an_interview(), lead=(f"记者采访了昔阳县林业局{post}王晓红。",))
    (finding,) = found(page, rule="job-title")
    assert (finding.path, finding.excerpt) == ("lead[0]", f"{post}王晓红")


@pytest.mark.parametrize("post", ["局长", "党组书记、局长", "记者", "时任副局长", "代表"])
def test_accepts_matching_posts_and_other_roles(post):
    assert not found(a_page(an_interview(), lead=(f"记者采访了{post}王晓红。",)), rule="job-title")


def test_finds_deputies_called_chiefs():
    page = a_page(an_interview(speaker=ZHANG), lead=("局长张耀伟介绍了情况。",))
    assert [f.excerpt for f in found(page, rule="job-title")] == ["局长张耀伟"]


def test_finds_repeated_speakers_with_different_posts():
    page = a_page(an_interview(), an_interview("水清岸绿，景色宜人。", speaker=a_speaker(job_title="副局长")))
    assert [f.path for f in found(page, rule="job-title")] == ["topics[1].interviews[0].speaker.job_title"]


# --- records


def test_compares_posts_with_the_records():
    context = Context(people=(PersonOnRecord("王晓红", "昔阳县林业局", "党组书记", id=7),))
    (finding,) = found(a_page(), context, rule="record")
    assert finding.path.endswith("speaker.job_title")
    assert "党组书记" in finding.message


def test_compares_names_with_the_records_by_id():
    context = Context(people=(PersonOnRecord("王晓虹", id=7),))
    page = a_page(an_interview(speaker=a_speaker(id=7)))
    (finding,) = found(page, context, rule="record")
    assert (finding.severity, finding.suggestion) == ("warning", "王晓虹")


def test_finds_similar_names_on_record_of_the_same_organisation():
    (finding,) = found(a_page(), Context(people=(PersonOnRecord("王晓虹", "昔阳县林业局", "局长"),)), rule="record")
    assert (finding.excerpt, finding.suggestion) == ("王晓红", "王晓虹")
    assert not found(a_page(), Context(people=(PersonOnRecord("王晓虹", "市妇联", "主席"),)), rule="record")


def test_accepts_a_match_with_one_of_two_namesakes():
    people = (PersonOnRecord("王晓红", "市妇联", "主席"), PersonOnRecord("王晓红", "昔阳县林业局", "局长"))
    assert not found(a_page(), Context(people=people), rule="record")


def test_finds_unknown_reporters():
    (finding,) = found(a_page(), Context(contributors=("史俊捷", "李娟")), rule="reporter")
    assert (finding.excerpt, finding.suggestion) == ("史俊杰", "史俊捷")
    assert not found(a_page(), Context(contributors=("史俊杰",)), rule="reporter")
    assert not found(a_page(), Context(), rule="reporter")


# --- office holders

MAYORS = (
    Official("甲某某", "示例市市长", until=date(2025, 2, 28), source="示例市人大公告"),
    Official("乙某某", "示例市市长", since=date(2025, 3, 1)),
)


def the_mayor(text, day):
    page = a_page(an_interview(text), issue=d.Issue(date=day))
    return found(page, Context(officials=MAYORS), rule="official")


def test_checks_office_holders_on_the_issue_date():
    (finding,) = the_mayor("示例市市长甲某某出席会议。", "2025-03-05")
    assert (finding.excerpt, finding.suggestion) == ("示例市市长甲某某", "示例市市长乙某某")
    assert finding.source == "示例市人大公告"
    assert not the_mayor("示例市市长甲某某出席会议。", "2025-02-05")
    assert not the_mayor("示例市市长乙某某出席会议。", "2025-03-05")


def test_finds_misspelt_office_holders():
    page = a_page(an_interview("示例市市长贺建国出席会议。"))
    (finding,) = found(page, Context(officials=(Official("贺建过", "示例市市长"),)), rule="official")
    assert (finding.excerpt, finding.suggestion) == ("贺建国", "贺建过")


def test_accepts_former_office_holders():
    assert not the_mayor("时任示例市市长甲某某出席会议。", "2025-03-05")


# --- quotations

REPORT = "政府工作报告提出，要“{}”，令人振奋。"
GIVEN = "统筹源头防控、过程管理和末端治理，推动全市优良天数持续增加"


def two_quotations(other, source=REPORT):
    return found(
        a_page(an_interview(REPORT.format(GIVEN)), an_interview(source.format(other), speaker=ZHANG)), rule="quotation"
    )


@pytest.mark.parametrize(
    "other",
    [
        GIVEN.replace("末端", "终端"),
        GIVEN.replace("过程管理", "过程管控"),
        GIVEN.replace("全市", ""),
        GIVEN.replace("持续", "继续"),
        "推动全市优良天数不断增加",
        GIVEN.replace("增加", "增长"),
    ],
)
def test_finds_different_wordings_of_a_quotation(other):
    (finding,) = two_quotations(other)
    assert (finding.path, finding.excerpt, finding.severity) == ("topics[1].interviews[0].body", other, "warning")
    assert GIVEN in finding.message


@pytest.mark.parametrize(
    "other",
    [
        GIVEN,
        GIVEN + "。",
        "推动全市优良天数持续增加",
        "统筹源头防控、过程管理和末端治理……推动全市优良天数持续增加",
        "全面完成重点工程，大力发展绿色制造",
    ],
)
def test_accepts_equal_partial_and_unrelated_quotations(other):
    assert not two_quotations(other)


def test_accepts_different_wordings_of_two_sources():
    assert not two_quotations(GIVEN.replace("末端", "终端"), "《晋中市条例》规定，要“{}”，我们照办。")


# --- repetition and markup


def test_finds_repeated_paragraphs():
    paragraph = "近年来，全县坚持生态优先、绿色发展原则，扎实推进城乡绿化工作。"
    page = a_page(an_interview(paragraph), an_interview(paragraph, speaker=ZHANG))
    (finding,) = found(page, rule="repeated")
    assert (finding.path, finding.severity) == ("topics[1].interviews[0].body", "warning")


def test_accepts_subscripts_set_by_markup():
    page = a_page(an_interview("工业废气CO<sub>2</sub>养殖微藻，面积120m<sup>2</sup>，O3超标。"))
    assert [f.excerpt for f in found(page, rule="formula")] == ["O3"]
    assert not found(page, rule="unit")


def test_accepts_quotations_over_several_paragraphs():
    page = a_page(an_interview("他说：“第一段话说得很长。", "“第二段话也说得很长。", "“第三段才说完。”"))
    assert not above_hint(proofread(page))


# --- dates against the issue


def test_checks_weekdays_against_the_issue_year():
    page = a_page(an_interview("3月5日（星期四）上午，会议开幕。"), issue=d.Issue(date="2025-03-06"))
    assert [(f.rule, f.severity) for f in proofread(page)] == [("weekday", "warning")]
    assert not found(a_page(an_interview("3月5日（星期四）上午，会议开幕。")), rule="weekday")


# --- keys


def keys(document):
    return {f.key for f in proofread(document)}


def test_keys_survive_edits_elsewhere_and_reordering():
    faulty = an_interview("我们坚持绿色发展,持续用力。", id=12)
    other = an_interview("水清岸绿，景色宜人。", speaker=ZHANG, id=13)
    (key,) = keys(a_page(faulty, other))
    longer = an_interview("开头添了一段话。", "我们坚持绿色发展,持续用力。", id=12)
    assert keys(a_page(longer, other)) == {key}
    shuffled = d.FeatureDocument(headline="另一个标题", topics=(d.Topic(title="", interviews=(other, longer)),))
    assert keys(shuffled) == {key}


def test_keys_depend_on_field_and_context():
    one = an_interview("我们坚持绿色发展,持续用力。", id=12)
    assert keys(a_page(one)).isdisjoint(keys(a_page(one.model_copy(update={"id": 13}))))
    changed = an_interview("我们坚持创新驱动,持续用力。", id=12)
    assert keys(a_page(one)).isdisjoint(keys(a_page(changed)))


def test_rules_can_be_switched_off():
    document = sample_document()
    assert not above_hint(proofread(document, Context(disabled_rules=frozenset({"stop-at-quote"}))))
