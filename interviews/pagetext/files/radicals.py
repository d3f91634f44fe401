"""Replace radicals by the characters meant: PDF writers emit ⻓ for 长 where a font uses one glyph for both."""

from __future__ import annotations

import unicodedata

# Kangxi radicals (U+2F00–2FD5) have compatibility decompositions; the supplement (U+2E80–2EF3) has hardly any. This
# table has the ones that are characters of their own, in the form printed on Simplified Chinese pages.
_SUPPLEMENT = dict(
    zip(
        "⺁⺇⺊⺋⺎⺒⺓⺗⺙⺛⺝⺟⺠⺡⺢⺣⺥⺩⺫⺬⺭⺮⺯⺰⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⻀⻁⻂⻃⻄⻅⻆⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂几卜㔾兀巳幺心攵旡月母民氵氺灬爫王目示礻竹糸纟罒罓罒罓羊羊羋耂肀聿月臼艹艹虎衤覀西见角贝足车辶辶辶阝钅長镸长门阝雨青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
_KANGXI = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_TABLE = str.maketrans(_KANGXI | _SUPPLEMENT | {"⼾": "户", "⾭": "青", "⸺": "——", "⸻": "———"})


def replace_radicals(text: str) -> str:
    return text.translate(_TABLE)
