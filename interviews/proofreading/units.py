"""Check formulas, units and forms of numerals (GB 3100-1993, GB/T 15835-2011)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviews.text.chinese import HAN

from .findings import Fault
from .passages import Passage
from .patterns import Pattern, pattern
from .rules import Severity

_SUB = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_UPPER = str.maketrans("23", "²³")
# Formulas used in newspapers, without short ones that have other meanings (H2, N2).
_FORMULAS = "CO2|SO2|NO2|SO3|NO3|O3|O2|CH4|N2O|NH3|H2O|H2S|CaCO3|Na2CO3|H2SO4|HNO3|P2O5|C2H4|SF6"
_VOLUMES = r"(?:km|hm|cm|mm|dm|m|μm)"
_COUNTED = (
    "元|吨|亩|人|户|公里|千米|米|平方米|立方米|公顷|公斤|千克|斤|株|棵|辆|家|个|件|次|千瓦时|千瓦|度|册|人次|头|只|羽"
)
_NUMBER = r"\d{1,9}(?:\.\d{1,6})?"
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

FORMULA = Pattern(
    "formula",
    re.compile(rf"(?<![A-Za-z0-9])(?:{_FORMULAS})(?![A-Za-z0-9₀-₉])"),
    lambda match: match[0].translate(_SUB),
    "化学式中的数字应为下标：“{written}”。",
)
AREA = Pattern(
    "unit",
    re.compile(rf"(?<=[\d万亿余多/·]){_VOLUMES}[23](?![A-Za-z0-9])"),
    lambda match: match[0][:-1] + match[0][-1].translate(_UPPER),
    "单位中的指数应为上标：“{written}”。",
)


def unscripted(passage: Passage) -> Iterator[Fault]:
    """Report formulas and units with plain digits, unless the markup sets them as subscript or superscript."""
    scripts = [(start - passage.offset, end - passage.offset) for start, end in passage.field.scripts]
    for check in (FORMULA, AREA):
        for fault in check.faults(passage):
            if not any(start < fault.end and fault.start < end for start, end in scripts):
                yield fault


def _with_unit(match: re.Match[str]) -> str:
    first, mark, second, unit = match.groups()
    mark = {"-": "—", "--": "—", "–": "—", "——": "—", "~": "～"}.get(mark, mark)
    return f"{first}{unit}{mark}{second}{unit}"


PATTERNS = (
    pattern("formula", r"(?i:pm)\s?(2[.。．·，]5|10)(?!\d)|PM₂\.₅|PM₁₀", lambda m: "PM2.5" if "5" in m[0] or "₅" in m[0] else "PM10", "应写作“{written}”。"),
    pattern("unit", r"(?<=\d) ?(?:°C|° C|º ?C|oC(?![A-Za-z])|。C(?![A-Za-z])|˚C|度C(?![A-Za-z]))", "℃", "摄氏度的符号是“℃”。"),
    pattern("unit", r"(?<=\d) ?(?:KM|Km)(?![A-Za-z])", "km", "千米的符号是“km”。"),
    pattern("unit", r"(?<=\d) ?(?:KG|Kg)(?![A-Za-z])", "kg", "千克的符号是“kg”。"),
    pattern("unit", r"(?<=\d) ?(?:KW|Kw)(?![A-Za-z·])", "kW", "千瓦的符号是“kW”。"),
    pattern("unit", r"(?<=\d) ?(?:KWH|KWh|kwh|Kwh|kWh)(?![A-Za-z])", "kW·h", "千瓦时的符号是“kW·h”。"),
    pattern("unit", r"(?<=\d) ?[uU]g/m[3³]", "μg/m³", "微克每立方米写作“μg/m³”。"),
    pattern("unit", rf"(?<=[\d万亿多余])平米(?![{HAN}]?粮)", "平方米", "应写作“平方米”。"),
    # --- marks and letters within numbers
    pattern("number-mark", r"(?<=[0-9])[。．](?=[0-9])", ".", "小数点应为“.”。"),
    pattern("number-mark", r"(?<=\d)：(?=\d)", ":", "时刻、比例中的冒号应为半角“:”。", severity=Severity.WARNING),
    pattern("number-mark", r"(?<![\d，])\d{1,3}，\d{3}(?=[元吨亩人户米台辆株万亿公平千家个])", "", "这里像是千分位，写成了全角逗号，请核对。", severity=Severity.WARNING),
    pattern("number-mark", rf"(?<![\d,.])\d{{1,3}},\d{{1,2}}(?![\d,.])(?=[{HAN}%])", "", "小数点应为“.”，两个数并列用顿号，请核对。", severity=Severity.WARNING),
    pattern("number-mark", r"(?<=\d)[OoＯ○〇](?=\d)", "0", "数字里混进了“{found}”，应为“0”。"),
    pattern("number-mark", r"(?<=[一二三四五六七八九〇])[○OＯ0](?=[一二三四五六七八九〇○])", "〇", "汉字年份里的零应为“〇”。"),
    pattern("number-mark", r"(?<=\d)[lI](?=\d)", "1", "数字里混进了字母“{found}”，应为“1”。"),
    pattern("leading-zero", rf"(?<=[{HAN}（，、：“])\.(\d{{1,4}})(?=[{HAN}%‰])", r"0.\1", "纯小数要写出小数点前的“0”。"),
    # --- ranges
    pattern("range-unit", rf"(?<![\d.\-])({_NUMBER})([-–—~～]{{1,2}}|至|到)({_NUMBER})([%％‰])", _with_unit, "百分数的范围，前一个百分号不能省：“{written}”。"),
    pattern("range-unit", rf"(?<![\d.\-年月])({_NUMBER})([-–—~～]{{1,2}}|至|到)({_NUMBER})([万亿])", _with_unit, "范围的前一个数也要带“万”“亿”：“{written}”。"),
    pattern("range-mark", r"(?<=[\d%万亿元℃米吨日月年])~(?=[\d零])", "～", "数值范围的浪纹线应为全角“～”。"),
    pattern("range-mark", rf"(?<![\d.\-A-Za-z])({_NUMBER}[%万亿年月日℃]{{0,2}})(?:-|–|－|--|——)(?={_NUMBER}(?:[%％‰万亿年月日时天分元℃级倍层岁]|{_COUNTED}))", r"\1—", "数值范围用“—”或“～”，不用“-”。"),
    # --- Han and Arabic numerals together
    pattern("number-form", r"(?<![\d.A-Za-z])[1-9]\d?(?:百|十)(?![一二三四五六七八九\d年强佳大校户日节])", lambda m: m[0][:-1] + ("00" if m[0][-1] == "百" else "0"), "阿拉伯数字不与“十”“百”连写：“{written}”。"),
    pattern("number-form", rf"(?<![\d.A-Za-z])[1-9]千(?=[余多]?(?:{_COUNTED}|名|种))(?![米克瓦卡伏])", lambda m: m[0][:-1] + "000", "阿拉伯数字不与“千”连写：“{written}”。"),
    pattern("number-form", r"(?<![\d.A-Za-z])\d{1,9}[百千]\d{0,9}十?|(?<![\dA-Za-z])\d十\d", "", "一个数里不能又用汉字又用阿拉伯数字。"),
    pattern("zero", "[一二]零[一二三四五六七八九零][一二三四五六七八九零](?=年)|[一二][一二三四五六七八九零]零[一二三四五六七八九零](?=年)", lambda m: m[0].replace("零", "〇"), "年份的编号用“〇”：“{written}”。"),
    # --- approximate numbers
    pattern("double-approximate", rf"(?:大约|约|近|将近|接近|大概)有?(?=\d)({_NUMBER}[万亿]?)(?:余|多)(?![元件种年少])", "", "“约”“近”与“多”“余”只用一个。"),
    pattern("double-approximate", rf"(?:大约|约|近|将近|接近|大概){_NUMBER}[%万亿]?(?:余|多)?(?:{_COUNTED}|[名种岁天年])?(?:左右|上下|余(?![{HAN}]?[额年])|多(?![么少种]))", "", "“约”“近”与“左右”“多”“余”只用一个。"),
    pattern("double-approximate", rf"(?:超过|超|逾|多达|高达)了?{_NUMBER}[%万亿]?(?:(?:余|多)(?:{_COUNTED}|[名种岁天年])|(?:{_COUNTED}|[名种岁天年])?以上)", "", "“超过”“逾”与“多”“余”只用一个。"),
    pattern("double-approximate", rf"(?<!\d){_NUMBER}[万亿]?(?:余|多)(?:{_COUNTED}|[名种岁天年])(?:左右|上下)", "", "“余”“多”与“左右”“上下”只用一个。"),
    pattern("decrease", r"(?:减少|下降|降低|缩小|减轻|压缩|少|降)(?:了|到|至)?(?:近|约|超过|逾)?(?:\d{1,4}(?:\.\d+)?|[一两二三四五六七八九十]{1,3})倍", "", "减少、下降不用倍数，应说百分之几或几分之几。"),
)  # fmt: skip

_APPROXIMATE = re.compile(
    "(?<![一二三四五六七八九十、第\\d])([一二两三四五六七八九])、([二三四五六七八九])(?=[个天人名岁斤亩家户倍千百十万](?!月|季|级|等|类|期))"
)


def approximate(passage: Passage) -> Iterator[Fault]:
    """Report a mark between adjacent numerals that give an approximate number: 七、八个."""
    for match in _APPROXIMATE.finditer(passage.text):
        if _DIGITS[match[2]] - _DIGITS[match[1]] == 1:
            message = "相邻两个数字连用表示概数，中间不用顿号。"
            yield Fault("approximate", match.start(), match.end(), message, match[1] + match[2])


CHECKS = (*(check.faults for check in PATTERNS), unscripted, approximate)
