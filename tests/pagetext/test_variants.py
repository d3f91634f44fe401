"""The sample printed in other styles gives the same document."""

import itertools

import pytest

from interviews.pagetext import parse, read_bytes

from .accounts import assert_accounted_for
from .printing import BYLINES, CAPTIONS, CREDITS, MARKS, OTHER_BYLINES, Press
from .readings import as_read, expected, sample

MIDDLE = (1, 1, 85)  # as in the sample
SIDEBARS = [
    "head",
    "end",
    MIDDLE,
    (0, 2, 30),
    (2, 3, 60),
    (3, 1, 40),
    ("after", 0),
    ("after", 2),
    ("title", 1),
    ("title", 3),
]
ORDERS = ["lead captions credits", "captions credits lead", "credits lead captions", "captions lead credits"]


def assert_same(text, expected_page=None):
    reading = parse(text)
    assert as_read(reading.document) == (expected_page or expected())
    assert reading.unplaced == ()
    assert reading.balance.source == reading.balance.placed


@pytest.mark.parametrize("place", ["head", MIDDLE], ids=str)
@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS)
def test_reads_every_topic_mark(mark, place):
    assert_same(Press(mark=mark, sidebar=place).print())


@pytest.mark.parametrize("place", ["head", MIDDLE], ids=str)
@pytest.mark.parametrize("byline", BYLINES.values(), ids=BYLINES)
def test_reads_every_byline_style(byline, place):
    assert_same(Press(byline=byline, sidebar=place).print())


@pytest.mark.parametrize("place", ["head", "end", MIDDLE], ids=str)
@pytest.mark.parametrize("credits", CREDITS.values(), ids=CREDITS)
def test_reads_every_credits_style(credits, place):
    assert_same(Press(credits=tuple(credits), sidebar=place).print())


@pytest.mark.parametrize("captions", CAPTIONS.values(), ids=CAPTIONS)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("place", SIDEBARS, ids=str)
def test_reads_around_every_sidebar(place, order, captions):
    assert_same(Press(sidebar=place, order=order, captions=captions).print())


@pytest.mark.parametrize("mark", ["brackets, same line", "bullet", "same line", "none"])
@pytest.mark.parametrize("byline", ["at the end", "no brackets", "own paper, glued"])
@pytest.mark.parametrize("place", SIDEBARS, ids=str)
def test_reads_combinations_of_styles(mark, byline, place):
    if mark == "none" and place[0] == "title":
        pytest.skip("a title without a mark, and not before its speaker, is no title")
    breaks = ((0, 1, 40), (2, 2, 21), (3, 4, 12))
    assert_same(Press(mark=MARKS[mark], byline=BYLINES[byline], sidebar=place, breaks=breaks).print())


@pytest.mark.parametrize("order", ORDERS[:2])
def test_reads_around_a_sidebar_within_any_sentence(order):
    """A cut after a full stop cannot be seen, and a number alone looks like a page number: hence not all."""
    tried = wrong = 0
    for topic, interview in enumerate(topic["interviews"][0] for topic in expected()["topics"]):
        opening = len("".join(interview["speaker"].values())) + 1
        for number, paragraph in enumerate(interview["paragraphs"]):
            for at in range(4, len(paragraph) - 2, 11):
                if paragraph[at - 1] not in "。;:”":
                    tried += 1
                    place = (topic, number, at + (opening if number == 0 else 0))
                    wrong += as_read(parse(Press(sidebar=place, order=order).print()).document) != expected()
    assert tried > 100
    assert wrong <= tried * 0.02


NAMES = [["武玲芳", "李娟", "王爱媛"], ["王磊", "张敏", "李伟"], ["欧阳修远", "买买提·艾力", "司马燕"]]


@pytest.mark.parametrize(
    ("form", "groups"), [pair for pair in OTHER_BYLINES if pair[1]], ids=lambda value: str(value)[:30]
)
@pytest.mark.parametrize("before", ["", "\n", "\n\n", " "], ids=repr)
def test_reads_bylines_of_several_people(form, groups, before):
    for names in NAMES:
        page = "标题\n话题:\n绿水\n市林业局局长王晓红:我们努力。我们前进。" + before + form.format(*names)
        interview = assert_accounted_for(page).document.topics[0].interviews[0]
        remaining = iter(names)
        expected_credits = [(role, list(itertools.islice(remaining, count))) for role, count in groups]
        assert [
            (credit.role, [p.name for p in credit.contributors]) for credit in interview.credits
        ] == expected_credits
        assert interview.body == "<p>我们努力。我们前进。</p>"


ORGANISATIONS = [
    "市生态环境局大气科",
    "昔阳县",
    "昔阳县委",
    "昔阳县大寨镇大寨村",
    "灵石县“一泓清水入黄河”办公室",
    "山西安泰控股集团有限公司",
    "太原理工大学",
    "市第一人民医院",
    "榆次区锦纶街道办事处",
    "晋中国家农高区管委会",
    "国网晋中供电公司",
    "市公安局交警支队一大队",
    "中国移动晋中分公司市场部",
    "左权县桐峪1941小镇",
]
POSTS = [
    "科长",
    "党组书记、局长",
    "党组成员、副局长",
    "副主任",
    "党总支书记、村委会主任",
    "副总经理",
    "二级调研员",
    "总农艺师",
    "首席预报员",
    "副教授",
    "党委副书记、镇长",
    "高级工程师",
    "村民",
    "人大代表",
    "政协委员",
    "董事长兼总经理",
    "站长",
    "常务副县长",
    "四级主任科员",
    "驻村第一书记",
    "护林员",
    "副主任医师",
    "党委委员、副镇长",
    "负责人",
]
SPEAKERS = [
    "裴国欣",
    "王刚",
    "任重",
    "任晓红",
    "长孙无忌",
    "欧阳修",
    "单田芳",
    "解晓东",
    "区小明",
    "买买提·艾力",
    "阿依古丽·买买提江",
    "记海燕",
    "高原",
    "党建国",
    "关长江",
    "路长青",
    "段长虹",
    "要来喜",
]


@pytest.mark.parametrize("organisation", ["", *ORGANISATIONS])
def test_parses_speakers(organisation):
    posts = ["村民", "人大代表", "副教授"] if not organisation else POSTS
    for post, name in itertools.product(posts, SPEAKERS):
        page = f"标题\n话题:\n绿水\n{organisation}{post}{name}:我们努力。\n(记者 李娟)"
        speaker = parse(page).document.topics[0].interviews[0].speaker
        assert (speaker.organisation, speaker.job_title, speaker.name) == (organisation, post, name)


LINE_ENDS = {"CRLF": "\r\n", "CR": "\r", "LS": "\u2028"}


@pytest.mark.parametrize("end", LINE_ENDS.values(), ids=LINE_ENDS)
def test_reads_every_line_ending(end):
    assert_same(sample().replace("\n", end))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
def test_reads_every_encoding(encoding, end):
    assert_same(read_bytes(sample().replace("\n", end).encode(encoding)))


WIDTHS = {
    "full-width marks": (",:;()", "，：；（）"),
    "full-width digits": ("0123456789", "０１２３４５６７８９"),
    "full-width colons": (":", "："),
}


@pytest.mark.parametrize("widths", WIDTHS.values(), ids=WIDTHS)
def test_reads_full_and_half_width_marks(widths):
    assert_same(sample().translate(str.maketrans(*widths)))


def test_ignores_indents_and_trailing_spaces():
    assert_same("\n".join(f"　　{line}  " if line else line for line in sample().split("\n")))


def test_reads_double_spaced_lines():
    assert_same(sample().replace("\n", "\n\n"))


def test_reads_lines_without_blank_lines():
    assert_same(Press(gap="\n", captions="{name}").print())


@pytest.mark.parametrize(
    "dropped", [("lead",), ("subtitle",), ("captions",), ("credits",), ("lead", "captions", "credits")]
)
@pytest.mark.parametrize("place", ["head", "end", MIDDLE, ("after", 1)], ids=str)
def test_reads_pages_without_optional_parts(dropped, place):
    page = expected() | {part: "" if part == "subtitle" else [] for part in dropped}
    press = Press(sidebar=place, credits=() if "credits" in dropped else Press().credits)
    assert_same(press.print(page).replace("——\n", "\n", 1) if "subtitle" in dropped else press.print(page), page)


FURNITURE = [
    "晋中日报",
    "2025年3月5日 星期三",
    "3",
    "第3版",
    "A03",
    "03 专版",
    "JINZHONG RIBAO",
    "新闻热线：0354-3062222",
]


@pytest.mark.parametrize("furniture", FURNITURE)
def test_leaves_out_furniture_anywhere(furniture):
    lines = sample().split("\n")
    for at in range(0, len(lines), 7):
        reading = parse("\n".join([*lines[:at], "", furniture, "", *lines[at:]]))
        assert as_read(reading.document) == expected()
        assert reading.unplaced == (furniture,)


def _wrap(paragraph, width, indent):
    text, lines = indent + paragraph, []
    while len(text) > width:
        end = width
        while end < len(text) and text[end] in "，。、；：！？”）》,.;:!?)":
            end += 1
        if end >= len(text):
            break
        lines.append(text[:end])
        text = text[end:]
    return "\n".join([*lines, text])


@pytest.mark.parametrize("width", [14, 17, 20, 24, 30])
@pytest.mark.parametrize("indent", ["", "　　"], ids=["plain", "indented"])
def test_joins_soft_wrapped_lines(width, indent):
    lines = sample().split("\n")
    wrapped = [_wrap(line, width, indent if line.endswith("。") else "") for line in lines]
    assert_same("\n".join(wrapped))
