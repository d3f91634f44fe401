"""Bylines, credits, captions, topic marks and speakers in the notations of newspapers."""

import pytest

from interviews.pagetext import DEFAULT, parse

from .accounts import assert_accounted_for
from .printing import BYLINES, Press
from .readings import as_read, expected

HEAD = "美丽晋中 绿水青山\n\n话题:\n碧水蓝天\n\n市林业局局长王晓红:我们努力。我们前进。"


def credits_of(credits):
    return [(credit.role, [person.name for person in credit.contributors]) for credit in credits]


@pytest.mark.parametrize(
    ("byline", "expected_credits"),
    [
        ("(武玲芳/文 程婧/图)", [("文", ["武玲芳"]), ("图", ["程婧"])]),
        ("(文/武玲芳 图/程婧)", [("文", ["武玲芳"]), ("图", ["程婧"])]),
        ("(武玲芳 文 程婧 图)", [("文", ["武玲芳"]), ("图", ["程婧"])]),
        ("(记者 武玲芳 文/图)", [("记者", ["武玲芳"])]),
        ("(记者 武玲芳 摄影报道)", [("记者", ["武玲芳"])]),
        ("(晋中日报记者 武玲芳)", [("记者", ["武玲芳"])]),
        ("(记者　武 玲 芳　李 娟)", [("记者", ["武玲芳", "李娟"])]),
        ("(记者　武 玲 芳)", [("记者", ["武玲芳"])]),
        ("——记者 武玲芳", [("记者", ["武玲芳"])]),
        ("(采写:武玲芳)", [("采写", ["武玲芳"])]),
        ("(记者 武玲芳 编辑 李娟)", [("记者", ["武玲芳"]), ("编辑", ["李娟"])]),
        ("（记者武玲芳）（通讯员李娟）", [("记者", ["武玲芳"]), ("通讯员", ["李娟"])]),
        ("（武玲芳 李娟）", [("记者", ["武玲芳", "李娟"])]),
    ],
)
@pytest.mark.parametrize("before", ["", "\n\n"], ids=["at the end", "on its own line"])
def test_parses_bylines(byline, expected_credits, before):
    interview = assert_accounted_for(HEAD + before + byline).document.topics[0].interviews[0]
    assert credits_of(interview.credits) == expected_credits
    assert interview.body == "<p>我们努力。我们前进。</p>"


@pytest.mark.parametrize(
    "text", ["(记者手记)", "(如图所示)", "(见右图)", "(2024年)", "(以下简称《规划》)", "(单位：万元)"]
)
def test_keeps_other_brackets_in_the_statement(text):
    interview = assert_accounted_for(HEAD + text).document.topics[0].interviews[0]
    assert interview.credits == ()
    assert text.strip("()") in interview.body


@pytest.mark.parametrize(
    ("line", "expected_credits"),
    [
        ("本版图片由程婧摄", [("图片", ["程婧"])]),
        ("(本版照片均由程婧提供)", [("照片", ["程婧"])]),
        ("本版策划、统筹:路丽华", [("策划、统筹", ["路丽华"])]),
        ("责任编辑:\n张三", [("责任编辑", ["张三"])]),
        ("责编/张三 美编/李四 校对/王五", [("责编", ["张三"]), ("美编", ["李四"]), ("校对", ["王五"])]),
        ("编辑：张三 / 美编：李四", [("编辑", ["张三"]), ("美编", ["李四"])]),
        ("组稿 张三 | 版式 李四", [("组稿", ["张三"]), ("版式", ["李四"])]),
        ("■责任编辑 张三 ■美编 李四", [("责任编辑", ["张三"]), ("美编", ["李四"])]),
        ("责任编辑：路丽华 王 磊 版式：李 娜", [("责任编辑", ["路丽华", "王磊"]), ("版式", ["李娜"])]),
        ("策划：路丽华\n记者：武玲芳\n摄影：程婧", [("策划", ["路丽华"]), ("记者", ["武玲芳"]), ("摄影", ["程婧"])]),
        ("本版新媒体推送：欧阳修远", [("新媒体推送", ["欧阳修远"])]),
        ("本版策划 路丽华 买买提·艾力", [("策划", ["路丽华", "买买提·艾力"])]),
    ],
)
def test_parses_credits(line, expected_credits):
    reading = assert_accounted_for(f"{HEAD}\n(记者 李娟)\n\n{line}\n")
    assert credits_of(reading.document.credits) == expected_credits
    assert reading.unplaced == ()


def test_leaves_out_a_telephone_number_after_credits():
    reading = assert_accounted_for(f"{HEAD}\n(记者 李娟)\n\n责任编辑:张三 电话:0354-1234567")
    assert credits_of(reading.document.credits) == [("责任编辑", ["张三"])]
    assert reading.unplaced == ("电话:0354-1234567",)


@pytest.mark.parametrize(
    ("line", "caption", "credit_line"),
    [
        ("王晓红 程婧摄", "王晓红", "程婧摄"),
        ("▲王晓红", "王晓红", ""),
        ("(程婧 摄)", "", "程婧 摄"),
        ("王晓红(右)在林场。程婧 摄", "王晓红（右）在林场。", "程婧 摄"),
        ("图为王晓红。", "图为王晓红。", ""),
        ("图为王晓红。（程婧 摄）", "图为王晓红。", "程婧 摄"),
        ("▲图为林场一角。 本报记者程婧 摄影", "图为林场一角。", "本报记者程婧 摄影"),
        ("王晓红（受访者供图）", "王晓红", "受访者供图"),
        ("王晓红近照", "王晓红近照", ""),
        ("王晓红（左一）查看苗木长势。资料图", "王晓红（左一）查看苗木长势。", "资料图"),
        ("王晓红 市林业局局长", "王晓红 市林业局局长", ""),
    ],
)
def test_parses_captions(line, caption, credit_line):
    document = assert_accounted_for(f"{HEAD}\n\n{line}\n\n我们还要加油。(记者 李娟)").document
    assert [(photo.caption, photo.credit_line) for photo in document.photos] == [(caption, credit_line)]
    assert document.topics[0].interviews[0].body == "<p>我们努力。我们前进。</p><p>我们还要加油。</p>"


MARKS = """
〖话题一〗 ★话题一★ ——话题一—— #话题一 【话题】 话题① 话题壹： 「话题一」 本期话题：
话题A： （话题一） 《话题一》 话题　　一 第一个话题：
▌话题一 一、 *话题一* 【话题·一】 ■话题■
"""


@pytest.mark.parametrize("mark", MARKS.replace("　　", "_").split())
def test_recognises_topic_marks(mark):
    mark = mark.replace("_", "　　")
    topics = [("碧水蓝天", "市林业局局长王晓红"), ("绿满城乡", "昔阳县村民张三")]
    page = "绿水青山\n\n" + "\n\n".join(f"{mark}\n{title}\n\n{speaker}:好。" for title, speaker in topics)
    reading = assert_accounted_for(page)
    assert [topic.title for topic in reading.document.topics] == ["碧水蓝天", "绿满城乡"]
    assert reading.unplaced == ()


@pytest.mark.parametrize(
    "name", ["锺小小", "㛃娜", "扎西多吉", "尔古阿木", "爱新觉罗·启明", "阿不都热依木·买买提", "次仁"]
)
@pytest.mark.parametrize("organisation", ["市林业局", "昔阳县大寨村", "晋中学院"])
@pytest.mark.parametrize("post", ["科长", "村民", "生态修复首席科普推广大使"])
def test_captions_confirm_unknown_names(name, organisation, post):
    page = expected()
    page["topics"][1]["interviews"][0]["speaker"] = {"name": name, "organisation": organisation, "job_title": post}
    page["captions"][1] = name
    assert as_read(parse(Press(sidebar=(1, 1, 90)).print(page)).document) == page


def test_keeps_the_statement_of_an_unparsed_speaker():
    reading = assert_accounted_for("标题\n话题:\n绿水\n\n晋中学院科普推广大使扎西多吉:我们努力。\n(记者 李娟)")
    interview = reading.document.topics[0].interviews[0]
    assert interview.body == "<p>我们努力。</p>"
    assert credits_of(interview.credits) == [("记者", ["李娟"])]
    assert any(note.kind == "speaker" for note in reading.notes)


def test_grammar_can_be_extended():
    page = "标题\n话题:\n绿水\n\n市林业局首席碳汇官王晓红:好。\n(记者 李娟)"
    speaker = parse(page, DEFAULT.adding(posts=["碳汇官"])).document.topics[0].interviews[0].speaker
    assert (speaker.organisation, speaker.job_title) == ("市林业局", "首席碳汇官")


@pytest.mark.parametrize("byline", BYLINES.values(), ids=BYLINES)
@pytest.mark.parametrize("position", ["head", "end", ("after", 0)], ids=str)
def test_reads_several_speakers_of_one_topic(byline, position):
    page = expected()
    first, second, third, fourth = page["topics"]
    page["topics"] = [
        {"title": first["title"], "interviews": first["interviews"] + second["interviews"]},
        {"title": third["title"], "interviews": third["interviews"] + fourth["interviews"]},
    ]
    assert as_read(parse(Press(sidebar=position, byline=byline).print(page)).document) == page


@pytest.mark.parametrize("label", ["编者按：", "编者按\n", "【编者按】", "导语："])
@pytest.mark.parametrize(
    "before", ["", "话题:\n绿水\n\n市林业局局长王晓红:我们努力建设美丽家\n\n"], ids=["head", "middle"]
)
def test_reads_a_labelled_lead(label, before):
    after = "园。(记者 李娟)" if before else "话题:\n绿水\n\n市林业局局长王晓红:我们努力建设美丽家园。(记者 李娟)"
    document = assert_accounted_for(f"标题\n\n{before}{label}近年来生态向好。\n\n{after}").document
    assert document.lead == ("近年来生态向好。",)
    assert document.topics[0].interviews[0].body == "<p>我们努力建设美丽家园。</p>"
