"""Characters, width and punctuation, clean lines, sort keys of names."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import interviews
from interviews.text.chinese import clean_line, fold_width, is_han, name_sort_key, normalise_punctuation, words
from tests.thorough import examples

SAMPLE = Path(interviews.__file__).parent / "pages" / "ecology-2025.txt"
MARKS = ",:;!?().，：；！？（）。 “”‘’、《》…·-/@%₂℃0123456789abZé绿水青山国\n\u3000"
bounded = settings(max_examples=examples(400), deadline=None)


@pytest.mark.parametrize("character", "一龥〇㐀𠀀𪛖𫝀𬺰𮯰𰀀𱍐豈⼈々")
def test_han(character):
    assert is_han(character)


@pytest.mark.parametrize("character", ["a", "1", "，", "。", "（", "ア", "한", "", "绿水", "①", " ", "\ud800"])
def test_not_han(character):
    assert not is_han(character)


def test_exactly_the_half_width_marks_of_the_sample_change():
    text = SAMPLE.read_text(encoding="utf-8")
    changed = Counter((a, b) for a, b in zip(text, normalise_punctuation(text), strict=True) if a != b)
    assert changed == {(",", "，"): 110, (":", "："): 12, (";", "；"): 3, ("(", "（"): 4, (")", "）"): 4}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("清新的空气,令人心旷神怡。", "清新的空气，令人心旷神怡。"),
        ("要“统筹”,为我们;好!吗?", "要“统筹”，为我们；好！吗？"),
        ("森林覆盖率达23.8%,林木绿化率56.34%", "森林覆盖率达23.8%，林木绿化率56.34%"),
        ("共32项,我们", "共32项，我们"),
        ("2024年,市委", "2024年，市委"),
        ("达到300,我们", "达到300，我们"),
        ("CO₂,臭氧", "CO₂，臭氧"),
        ("气温35℃,干旱", "气温35℃，干旱"),
        ("(记者 武玲芳)", "（记者 武玲芳）"),
        ("（记者 武玲芳)", "（记者 武玲芳）"),
        ("臭氧(俗称O₃)", "臭氧（俗称O₃）"),
        ("((甲)乙)", "（（甲）乙）"),
        ("我们将继续努力.", "我们将继续努力。"),
        ("提升至56.34%.", "提升至56.34%。"),
        ("努力.同时,加快", "努力。同时，加快"),
        ("美丽晋中.”他说", "美丽晋中。”他说"),
        ("话题:", "话题："),
        ("网址:http://a.cn/b,c:d", "网址：http://a.cn/b,c:d"),
        ("邮箱:a.b@c.com,电话:0354-3062222", "邮箱：a.b@c.com，电话：0354-3062222"),
        ("看http://a.cn,好", "看http://a.cn，好"),
        ("他说:Hello, world!", "他说：Hello, world!"),
        ("使用VOCs,NOx等", "使用VOCs，NOx等"),
    ],
)
def test_marks_in_chinese_are_full_width(text, wanted):
    assert normalise_punctuation(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "上午10:30至11:30开会",
        "比分3:2",
        "比例为3 : 2",
        "共12,345人、1,234,567元",
        "增长23.8%",
        "1.加强管理",
        "1)加强管理",
        "臭氧(O₃)浓度",
        "函数f(x,y)的值",
        "见 https://www.jz.gov.cn/a,b;c?d=e:f 网站",
        "发到 a.b@c.com 邮箱",
        "Clean air, clear water: yes! (really)",
        "他说Clean air, clear water. 后来",
        "照片.jpg",
        "努力......",
        "买买提.艾力说得好。",
        "“十四五”期间",
        "擦亮生态底色 描绘美丽画卷",
        "",
    ],
)
def test_other_marks_stay(text):
    assert normalise_punctuation(text) == text


@bounded
@given(st.text(alphabet=st.one_of(st.sampled_from(MARKS), st.characters(exclude_categories=()))))
def test_normalising_keeps_length_and_twice_is_once(text):
    once = normalise_punctuation(text)
    assert len(once) == len(text)
    assert normalise_punctuation(once) == once
    assert all(a == b or a in ",:;!?()." for a, b in zip(text, once, strict=True))


@bounded
@given(st.text(alphabet=st.sampled_from(MARKS), max_size=40))
def test_normalising_marks_in_every_company(text):
    once = normalise_punctuation(text)
    assert normalise_punctuation(once) == once


@bounded
@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_a_clean_line_is_one_clean_line(text):
    line = clean_line(text)
    assert clean_line(line) == line == line.strip()
    assert len(line.splitlines()) <= 1
    assert len(fold_width(line)) == len(line)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (" 武玲芳\u200b ", "武玲芳"),
        ("\u202e武\u2066玲芳\x00", "武玲芳"),
        ("擦亮生态底色\u3000描绘美丽画卷", "擦亮生态底色\u3000描绘美丽画卷"),
        ("上\r\n下\t左\u2028右", "上 下 左 右"),
        ("e\u0301", "é"),
        ("\ufeff绿\ud800水\u00ad", "绿水"),
        ("　　绿　水　　", "绿　水"),
    ],
)
def test_clean_line(text, wanted):
    assert clean_line(text) == wanted


SURNAMES = """
单shan 曾zeng 解xie 仇qiu 查zha 任ren 盖ge 缪miao 朴piao 区ou 翟zhai 乐yue 覃qin 冼xian 员yun 黑he 秘bi 华hua
燕yan 宁ning 石shi 万wan 召shao
"""


@pytest.mark.parametrize(("surname", "reading"), [(pair[0], pair[1:]) for pair in SURNAMES.split()])
def test_surnames_are_read_as_surnames(surname, reading):
    assert name_sort_key(surname + "小明") == f"{reading} xiao ming"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("尉迟恭", "yuchi gong"),
        ("万俟卨", "moqi xie"),
        ("长孙无忌", "zhangsun wu ji"),
        ("欧阳修", "ouyang xiu"),
        ("澹台灭明", "tantai mie ming"),
        ("武玲芳", "wu ling fang"),
        ("买买提·艾力", "mai mai ti ai li"),
        ("李　娜", "li na"),
        ("John Smith", "john smith"),
        ("Émile Zola", "emile zola"),
        ("", ""),
    ],
)
def test_sort_keys(name, key):
    assert name_sort_key(name) == key


def test_names_sort_by_syllable():
    assert sorted(["李娟", "黎安", "林青", "李"], key=name_sort_key) == ["李", "黎安", "李娟", "林青"]


def test_words_of_a_headline():
    assert words("我市各界人士就美丽晋中建设畅所欲言") == ["我市", "各界人士", "就", "美丽", "晋中", "建设", "畅所欲言"]


@given(st.text(max_size=60) | st.text(MARKS, max_size=60))
@bounded
def test_words_joined_are_the_text(text):
    assert "".join(words(text)) == text
