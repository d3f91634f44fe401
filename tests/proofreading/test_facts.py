"""What only the whole page, or what the house knows, can show."""

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


def found(document, context=None, **wanted):
    findings = proofread(document, context) if context else proofread(document)
    return [f for f in findings if all(getattr(f, name) == value for name, value in wanted.items())]


ZHANG = a_speaker("张耀伟", "灵石县水利局", "副局长")
BODY = "topics[0].interviews[0].body"


def test_a_page_without_faults():
    page = a_page(an_interview(), an_interview("水清岸绿，景色宜人。", speaker=ZHANG), captions=("王晓红", "张耀伟"))
    assert proofread(page) == []


# --- names


@pytest.mark.parametrize("wrong", ["王小红", "王晓虹", "汪晓红"])
def test_a_name_in_running_text_that_sounds_the_same(wrong):
    page = a_page(an_interview(f"记者见到{wrong}时，她正在山上。"), lead=("王晓红常年在山上。",))
    (finding,) = found(page, rule="name")
    assert (finding.path, finding.excerpt, finding.suggestion) == (BODY, wrong, "王晓红")
    assert finding.severity == "warning"


@pytest.mark.parametrize(
    ("field", "text"), [("headline", "王小红的十年"), ("subtitle", "记王小红"), ("lead", ("王小红常年在山上。",))]
)
def test_a_name_in_the_head_of_the_page(field, text):
    (finding,) = found(a_page(**{field: text}), rule="name")
    assert finding.excerpt == "王小红"


def test_a_name_that_looks_the_same():
    page = a_page(an_interview("大家都叫斐国欣老裴。", speaker=a_speaker("裴国欣", "市生态环境局", "科长")))
    assert [f.suggestion for f in found(page, rule="name")] == ["裴国欣"]


def test_another_persons_name_is_let_be():
    assert not found(a_page(an_interview("王晓东、王晓燕和王建红都来了。")), rule="name")


@pytest.mark.parametrize("caption", ["王小红", "王红晓", "王晓宏", "王晓丽"])
def test_a_caption_that_spells_the_speaker_otherwise(caption):
    page = a_page(an_interview(), an_interview(speaker=ZHANG), captions=(caption, "张耀伟"))
    assert [(f.path, f.suggestion) for f in found(page, rule="name")] == [("photos[0].caption", "王晓红")]


def test_a_caption_of_somebody_who_does_not_speak():
    page = a_page(an_interview(), captions=("王晓红", "李建国"))
    assert [(f.path, f.severity) for f in found(page, rule="caption")] == [("photos[1].caption", "warning")]


def test_a_caption_that_is_a_sentence_is_let_be():
    assert not above_hint(proofread(a_page(captions=("图为李建国在田间", "王晓红"))))


def test_a_speaker_without_portrait_is_a_hint_where_there_are_captions():
    page = a_page(an_interview(), an_interview("水清岸绿，景色宜人。", speaker=ZHANG), captions=("王晓红",))
    assert [(f.path, f.severity) for f in found(page, rule="portrait")] == [
        ("topics[1].interviews[0].speaker.name", "hint")
    ]
    assert not found(a_page(an_interview(), an_interview(speaker=ZHANG)), rule="portrait")


# --- who took it

PHOTOGRAPHERS = (d.Credit(role="摄影", contributors=(d.Contributor(name="程婧"), d.Contributor(name="史俊杰"))),)


def a_pictured_page(line, credits=PHOTOGRAPHERS):
    return a_page(photos=(d.Photo(id=1, caption="义务植树", credit_line=line, alt_text="植树的人"),), credits=credits)


@pytest.mark.parametrize(
    "line",
    ["程静 摄", "程静摄", "程静/摄", "本报记者 程静 摄", "摄影：程静", "程静", "通讯员 史俊杰 程静 摄", "程静 摄影 "],
)
def test_a_photo_credit_that_the_page_spells_otherwise(line):
    (finding,) = found(a_pictured_page(line), rule="photo-credit")
    assert (finding.path, finding.excerpt, finding.suggestion) == ("photos[0].credit_line", "程静", "程婧")
    assert (finding.severity, finding.message) == ("warning", "图片署名是“程静”，本版摄影是“程婧”，请核对。")


def test_a_photographer_whom_the_page_does_not_name():
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
def test_a_photo_credit_that_agrees_or_names_nobody_of_the_page(line):
    assert not found(a_pictured_page(line), rule="photo-credit")


def test_a_page_without_photographers_says_nothing_of_photos():
    assert not found(a_pictured_page("李建国 摄", credits=()), rule="photo-credit")


def test_covers_and_portraits_are_read_too():
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


def test_a_byline_and_a_credit_that_differ():
    page = a_page(credits=(d.Credit(role="统筹", contributors=(d.Contributor(name="史俊捷"),)),))
    assert [(f.path, f.excerpt) for f in found(page, rule="name")] == [("credits[0].contributors[0].name", "史俊捷")]


def test_short_names_are_compared_in_lines_only():
    credits = (d.Credit(role="摄影", contributors=(d.Contributor(name="程静"),)),)
    page = a_page(an_interview("过程经过大家讨论。", reporter="程婧"), credits=credits)
    assert [f.excerpt for f in found(page, rule="name")] == ["程静"]


# --- organisations and posts


@pytest.mark.parametrize("wrong", ["昔阳县林叶局", "昔阳县业林局", "析阳县林业局"])
def test_an_organisation_in_two_spellings(wrong):
    page = a_page(an_interview(f"近年来，{wrong}坚持造林。"))
    assert [(f.excerpt, f.suggestion) for f in found(page, rule="organisation")] == [(wrong, "昔阳县林业局")]


def test_another_organisation_is_let_be():
    page = a_page(an_interview("昔阳县农业局、寿阳县林业局、昔阳县林业局都参加了。"))
    assert not found(page, rule="organisation")


@pytest.mark.parametrize("said", ["副局长", "站长", "党组书记"])
def test_a_post_in_two_forms(said):
    page = a_page(an_interview(), lead=(f"记者采访了昔阳县林业局{said}王晓红。",))
    (finding,) = found(page, rule="job-title")
    assert (finding.path, finding.excerpt) == ("lead[0]", f"{said}王晓红")


@pytest.mark.parametrize("said", ["局长", "党组书记、局长", "记者", "时任副局长", "代表"])
def test_a_post_that_agrees_or_is_none(said):
    assert not found(a_page(an_interview(), lead=(f"记者采访了{said}王晓红。",)), rule="job-title")


def test_a_deputy_made_chief():
    page = a_page(an_interview(speaker=ZHANG), lead=("局长张耀伟介绍了情况。",))
    assert [f.excerpt for f in found(page, rule="job-title")] == ["局长张耀伟"]


def test_one_speaker_twice_with_two_posts():
    page = a_page(an_interview(), an_interview("水清岸绿，景色宜人。", speaker=a_speaker(job_title="副局长")))
    assert [f.path for f in found(page, rule="job-title")] == ["topics[1].interviews[0].speaker.job_title"]


# --- records


def test_a_post_that_is_not_the_recorded_one():
    context = Context(people=(PersonOnRecord("王晓红", "昔阳县林业局", "党组书记", id=7),))
    (finding,) = found(a_page(), context, rule="record")
    assert finding.path.endswith("speaker.job_title")
    assert "党组书记" in finding.message


def test_a_name_that_is_not_the_recorded_one_of_that_id():
    context = Context(people=(PersonOnRecord("王晓虹", id=7),))
    page = a_page(an_interview(speaker=a_speaker(id=7)))
    (finding,) = found(page, context, rule="record")
    assert (finding.severity, finding.suggestion) == ("warning", "王晓虹")


def test_a_name_like_a_recorded_one_in_the_same_place():
    (finding,) = found(a_page(), Context(people=(PersonOnRecord("王晓虹", "昔阳县林业局", "局长"),)), rule="record")
    assert (finding.excerpt, finding.suggestion) == ("王晓红", "王晓虹")
    assert not found(a_page(), Context(people=(PersonOnRecord("王晓虹", "市妇联", "主席"),)), rule="record")


def test_one_of_two_namesakes_is_enough():
    people = (PersonOnRecord("王晓红", "市妇联", "主席"), PersonOnRecord("王晓红", "昔阳县林业局", "局长"))
    assert not found(a_page(), Context(people=people), rule="record")


def test_an_unknown_reporter():
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


def test_a_post_is_judged_by_the_day_of_the_page():
    (finding,) = the_mayor("示例市市长甲某某出席会议。", "2025-03-05")
    assert (finding.excerpt, finding.suggestion) == ("示例市市长甲某某", "示例市市长乙某某")
    assert finding.source == "示例市人大公告"
    assert not the_mayor("示例市市长甲某某出席会议。", "2025-02-05")
    assert not the_mayor("示例市市长乙某某出席会议。", "2025-03-05")


def test_an_office_holder_misspelt():
    page = a_page(an_interview("示例市市长贺建国出席会议。"))
    (finding,) = found(page, Context(officials=(Official("贺建过", "示例市市长"),)), rule="official")
    assert (finding.excerpt, finding.suggestion) == ("贺建国", "贺建过")


def test_former_office_holders_are_let_be():
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
def test_one_source_in_two_wordings(other):
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
def test_the_same_words_a_part_of_them_or_others(other):
    assert not two_quotations(other)


def test_two_sources_may_differ():
    assert not two_quotations(GIVEN.replace("末端", "终端"), "《晋中市条例》规定，要“{}”，我们照办。")


# --- the same twice, and what does not belong


def test_a_paragraph_that_stands_twice():
    paragraph = "近年来，全县坚持生态优先、绿色发展原则，扎实推进城乡绿化工作。"
    page = a_page(an_interview(paragraph), an_interview(paragraph, speaker=ZHANG))
    (finding,) = found(page, rule="repeated")
    assert (finding.path, finding.severity) == ("topics[1].interviews[0].body", "warning")


def test_subscripts_of_the_markup_are_no_fault():
    page = a_page(an_interview("工业废气CO<sub>2</sub>养殖微藻，面积120m<sup>2</sup>，O3超标。"))
    assert [f.excerpt for f in found(page, rule="formula")] == ["O3"]
    assert not found(page, rule="unit")


def test_quotations_over_several_paragraphs_open_each_and_close_once():
    page = a_page(an_interview("他说：“第一段话说得很长。", "“第二段话也说得很长。", "“第三段才说完。”"))
    assert not above_hint(proofread(page))


# --- dates against the issue


def test_a_weekday_without_a_year_is_judged_by_the_issue():
    page = a_page(an_interview("3月5日（星期四）上午，会议开幕。"), issue=d.Issue(date="2025-03-06"))
    assert [(f.rule, f.severity) for f in proofread(page)] == [("weekday", "warning")]
    assert not found(a_page(an_interview("3月5日（星期四）上午，会议开幕。")), rule="weekday")


# --- keys


def keys(document):
    return {f.key for f in proofread(document)}


def test_keys_outlive_edits_elsewhere_and_a_change_of_order():
    faulty = an_interview("我们坚持绿色发展,持续用力。", id=12)
    other = an_interview("水清岸绿，景色宜人。", speaker=ZHANG, id=13)
    (key,) = keys(a_page(faulty, other))
    longer = an_interview("开头添了一段话。", "我们坚持绿色发展,持续用力。", id=12)
    assert keys(a_page(longer, other)) == {key}
    shuffled = d.FeatureDocument(headline="另一个标题", topics=(d.Topic(title="", interviews=(other, longer)),))
    assert keys(shuffled) == {key}


def test_keys_differ_by_place_and_change_with_the_words():
    one = an_interview("我们坚持绿色发展,持续用力。", id=12)
    assert keys(a_page(one)).isdisjoint(keys(a_page(one.model_copy(update={"id": 13}))))
    changed = an_interview("我们坚持创新驱动,持续用力。", id=12)
    assert keys(a_page(one)).isdisjoint(keys(a_page(changed)))


def test_rules_can_be_switched_off():
    document = sample_document()
    assert not above_hint(proofread(document, Context(switched_off=frozenset({"stop-at-quote"}))))
