"""The table of rules: name, title, severity, matter and source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Matter(StrEnum):
    """The category of a fault; the error score weights faults by it."""

    MARK = "mark"
    NUMERAL = "numeral"
    WORD = "word"
    NAME = "name"
    TIME = "time"
    PHOTO = "photo"
    FACT = "fact"


MATTER_NAMES = {
    Matter.MARK: "标点",
    Matter.NUMERAL: "数字用法",
    Matter.WORD: "文字、词语",
    Matter.NAME: "人名、单位、职务",
    Matter.TIME: "时间",
    Matter.PHOTO: "图片",
    Matter.FACT: "数据、事实",
}


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    title: str
    severity: Severity
    matter: Matter
    source: str
    # A warning that is certainly a fault: it counts in the error score, but does not block the page.
    certain: bool = False


MARKS = "GB/T 15834—2011 标点符号用法"
NUMERALS = "GB/T 15835—2011 出版物上数字用法"
UNITS = "GB 3100—1993 国际单位制及其应用"
DOCUMENTS = "GB/T 9704—2012 党政机关公文格式，7.2.5"
QUALITY = "报纸编校差错率计算方法（国新出发〔2020〕10号附件）"
HOUSE = "本报编校规范"

_E, _W, _H = Severity.ERROR, Severity.WARNING, Severity.HINT
_TABLE = (
    # --- marks
    Rule("invisible", "看不见的字符", _W, Matter.MARK, HOUSE, certain=True),
    Rule("garbled", "乱码", _E, Matter.WORD, QUALITY),
    Rule("half-width", "半角标点", _W, Matter.MARK, f"{MARKS}，5.1", certain=True),
    Rule("dot", "半角圆点", _W, Matter.MARK, f"{MARKS}，4.1、4.14"),
    Rule("full-width", "全角字母数字", _W, Matter.MARK, f"{NUMERALS}，5.1.7", certain=True),
    Rule("straight-quote", "直引号", _W, Matter.MARK, f"{MARKS}，4.8.2", certain=True),
    Rule("unpaired", "标点不成对", _W, Matter.MARK, f"{MARKS}，4.8、4.9、4.15", certain=True),
    Rule("crossed", "成对标点交叉", _W, Matter.MARK, f"{MARKS}，4.8、4.9、4.15", certain=True),
    Rule("quote-direction", "引号方向相反", _W, Matter.MARK, f"{MARKS}，4.8.2", certain=True),
    Rule("nested", "内外层标点相同", _W, Matter.MARK, f"{MARKS}，4.8.3、4.15.3", certain=True),
    Rule("single-outside", "外层用了单引号", _W, Matter.MARK, f"{MARKS}，4.8.3"),
    Rule("empty-pair", "成对标点之间没有内容", _W, Matter.MARK, f"{MARKS}，4.8、4.9、4.15", certain=True),
    Rule("doubled-stop", "点号连用", _W, Matter.MARK, f"{MARKS}，附录B.2", certain=True),
    Rule("mixed-stops", "问号叹号连用", _W, Matter.MARK, f"{MARKS}，4.3.3", certain=True),
    Rule("stop-at-quote", "引号内外的点号", _W, Matter.MARK, f"{MARKS}，附录B.2", certain=True),
    Rule("stop-in-bracket", "括号内的点号", _W, Matter.MARK, f"{MARKS}，附录B.2"),
    Rule("missing-stop", "段末缺点号", _W, Matter.MARK, f"{MARKS}，4.1"),
    Rule("bad-end", "段末点号不当", _W, Matter.MARK, f"{MARKS}，4.1、4.4、4.5", certain=True),
    Rule("line-start", "段首出现点号", _W, Matter.MARK, f"{MARKS}，5.1", certain=True),
    Rule("title-stop", "标题末用句号", _W, Matter.MARK, HOUSE),
    Rule("caption-stop", "图说末用句号", _H, Matter.MARK, f"{MARKS}，附录A.1"),
    Rule("dash", "破折号", _W, Matter.MARK, f"{MARKS}，4.10.2", certain=True),
    Rule("hyphen", "连接号", _W, Matter.MARK, f"{MARKS}，4.13"),
    Rule("ellipsis", "省略号", _W, Matter.MARK, f"{MARKS}，4.11.2、附录A.9", certain=True),
    Rule("ellipsis-and-etc", "省略号与“等”并用", _W, Matter.MARK, f"{MARKS}，附录A.9"),
    Rule("list-mark", "引号、书名号之间的顿号", _W, Matter.MARK, f"{MARKS}，4.5.3.5"),
    Rule("ordinal-mark", "序次语后的点号", _W, Matter.MARK, f"{MARKS}，4.4.3、4.5.3"),
    Rule("middle-dot", "间隔号", _W, Matter.MARK, f"{MARKS}，4.14", certain=True),
    Rule("bracket-form", "括号形式", _W, Matter.MARK, f"{MARKS}，4.9、4.15；{DOCUMENTS}"),
    Rule("space", "多余的空格", _W, Matter.MARK, HOUSE),
    Rule("latin-space", "汉字与字母数字之间的空格", _H, Matter.MARK, HOUSE),
    Rule("formula", "化学式与下标", _W, Matter.NUMERAL, UNITS),
    Rule("unit", "计量单位", _W, Matter.NUMERAL, UNITS),
    # --- numerals
    Rule("number-mark", "数字中的标点", _W, Matter.NUMERAL, f"{NUMERALS}，5.1", certain=True),
    Rule("leading-zero", "小数缺整数部分的零", _W, Matter.NUMERAL, f"{NUMERALS}，5.1.2", certain=True),
    Rule("range-mark", "数值范围的连接号", _W, Matter.NUMERAL, f"{NUMERALS}，5.1.3"),
    Rule("range-unit", "数值范围的单位", _W, Matter.NUMERAL, f"{NUMERALS}，5.1.3"),
    Rule("range-order", "数值范围前大后小", _W, Matter.FACT, QUALITY),
    Rule("number-form", "汉字与阿拉伯数字混用", _W, Matter.NUMERAL, f"{NUMERALS}，5.3"),
    Rule("zero", "“零”与“〇”", _W, Matter.NUMERAL, f"{NUMERALS}，5.2.5"),
    Rule("approximate", "概数", _W, Matter.NUMERAL, f"{NUMERALS}，5.2.1"),
    Rule("double-approximate", "约数重复", _W, Matter.WORD, QUALITY),
    Rule("date", "不存在的日期", _E, Matter.TIME, QUALITY),
    Rule("time", "不存在的时刻", _E, Matter.TIME, QUALITY),
    Rule("day-part", "时段与时刻不符", _W, Matter.TIME, QUALITY),
    Rule("weekday", "星期与日期不符", _E, Matter.TIME, QUALITY),
    Rule("plan-period", "五年规划的起止年份", _E, Matter.TIME, QUALITY),
    Rule("percent", "百分比之和", _W, Matter.FACT, QUALITY),
    Rule("growth", "增减幅度与前后数值不符", _W, Matter.FACT, QUALITY),
    Rule("percentage-point", "百分数与百分点", _W, Matter.FACT, QUALITY),
    Rule("decrease", "减少不用倍数", _W, Matter.FACT, QUALITY),
    Rule("sum", "分项与总数不符", _W, Matter.FACT, QUALITY),
    Rule("enumeration", "序号不连贯", _W, Matter.FACT, QUALITY),
    Rule("mixed-style", "同一篇体例不一", _W, Matter.NUMERAL, f"{NUMERALS}，4.3"),
    # --- words
    Rule("doubled-word", "词语重复", _W, Matter.WORD, QUALITY),
    Rule("term", "用语表", _W, Matter.WORD, HOUSE),
    # --- facts of the page
    Rule("official", "领导职务", _E, Matter.NAME, HOUSE),
    Rule("name", "人名写法不一", _W, Matter.NAME, QUALITY),
    Rule("organisation", "单位名称写法不一", _W, Matter.NAME, QUALITY),
    Rule("job-title", "职务写法不一", _W, Matter.NAME, QUALITY),
    Rule("record", "与人物库不符", _W, Matter.NAME, HOUSE),
    Rule("reporter", "署名不在名单", _W, Matter.NAME, HOUSE),
    Rule("caption", "图说与受访者不符", _W, Matter.PHOTO, QUALITY),
    Rule("photo-credit", "图片署名与本版摄影不符", _W, Matter.NAME, HOUSE),
    Rule("portrait", "受访者没有照片", _H, Matter.PHOTO, HOUSE),
    Rule("quotation", "同一引文文字不一", _W, Matter.FACT, QUALITY),
    Rule("repeated", "段落或句子重复", _W, Matter.WORD, QUALITY),
    Rule("furniture", "版面杂项留在正文", _W, Matter.WORD, HOUSE),
)

RULES: dict[str, Rule] = {rule.name: rule for rule in _TABLE}
