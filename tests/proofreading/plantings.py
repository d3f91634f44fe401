"""Plant faults in clean text: one at a time, in at most MOST places of each statement."""

import re
from collections.abc import Callable
from dataclasses import dataclass

MOST = 2


@dataclass(frozen=True)
class PlantedFault:
    text: str
    start: int
    end: int

    def near(self, findings):
        return [f for f in findings if f.start <= self.end and self.start <= f.end]

    @property
    def excerpt(self):
        return f"{self.text[max(0, self.start - 8) : self.start]}⟦{self.text[self.start : self.end]}⟧{self.text[self.end : self.end + 8]}"


@dataclass(frozen=True)
class Planting:
    """A kind of fault. `widen` accepts findings anywhere in the paragraph: which half of a pair is missing is ambiguous."""

    name: str
    rules: tuple[str, ...]
    find: str
    write: str | Callable[[re.Match], str]
    widen: bool = False

    def plant(self, text):
        places = list(re.finditer(self.find, text))
        step = max(1, len(places) // MOST)
        for match in places[::step][:MOST]:
            written = self.write(match) if callable(self.write) else match.expand(self.write)
            changed = text[: match.start()] + written + text[match.end() :]
            start, end = match.start(), match.start() + len(written)
            if self.widen:
                start, end = text.rfind("\n", 0, start) + 1, (changed + "\n").index("\n", end)
            yield PlantedFault(changed, start, end)


def wide(match):
    return "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else "．" for c in match[0])


PLANTINGS = [
    Planting("half-width comma", ("half-width",), "(?<=[一-龥])，(?=[一-龥])", ","),
    Planting("half-width colon", ("half-width", "stop-at-quote"), "：(?=[一-龥“])", ":"),
    Planting("half-width semicolon", ("half-width",), "；", ";"),
    Planting("half-width question mark", ("half-width",), "？", "?"),
    Planting("half-width full stop at the end", ("half-width", "missing-stop"), "(?<=[一-龥])。(?=\n|$)", "."),
    Planting("half-width full stop inside", ("half-width", "dot"), "(?<=[一-龥])。(?=[一-龥])", "."),
    Planting("doubled comma", ("doubled-stop",), "，", "，，"),
    Planting("doubled full stop", ("doubled-stop",), "。(?=[一-龥])", "。。"),
    Planting("comma and full stop", ("doubled-stop",), "。(?=[一-龥])", "，。"),
    Planting("closing quotation mark lost", ("unpaired", "quote-direction", "nested"), "”", "", widen=True),
    Planting("opening quotation mark lost", ("unpaired", "quote-direction", "nested"), "“", "", widen=True),
    Planting("closing quotation mark turned", ("quote-direction", "unpaired", "nested"), "”", "“", widen=True),
    Planting("opening quotation mark turned", ("quote-direction", "unpaired", "nested"), "“", "”", widen=True),
    Planting("straight quotation marks", ("straight-quote",), "“([^“”\n]+)”", r'"\1"'),
    Planting("closing title mark lost", ("unpaired",), "》", "", widen=True),
    Planting("closing bracket lost", ("unpaired",), "(?<!\\d)）", "", widen=True),
    Planting("stop inside a phrase in quotation marks", ("stop-at-quote",), "(?<=[一-龥])”。(?=[一-龥]|$)", "。”"),
    Planting("stop outside a full quotation", ("stop-at-quote",), "(?<=说：)“([^“”\n]{9,40})。”(?=\n|$)", r"“\1”。"),
    Planting("two stops at a quotation mark", ("stop-at-quote",), "。”", "。”。"),
    Planting("full stop lost at the end", ("missing-stop",), "(?<=[^“”\n]{40})。(?=\n|$)", "", widen=True),
    Planting("comma at the end", ("bad-end",), "。(?=\n|$)", "，"),
    Planting("full-width digits", ("full-width",), r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])", wide),
    Planting("decimal point as a full stop", ("number-mark", "formula"), r"(?<=\d)\.(?=\d)", "。"),
    Planting("letter O in a number", ("number-mark",), r"(?<=\d)0(?=\d)", "O"),
    Planting("half-width tilde", ("range-mark", "range-unit"), "～", "~"),
    Planting("space between characters", ("space",), "(?<=[一-龥])(?=[一-龥])", " "),
    Planting("space after a mark", ("space",), "，", "， "),
    Planting("unseen character", ("invisible",), "(?<=[一-龥])(?=[一-龥])", "\u200b"),
    Planting("plain digit in a formula", ("formula",), "CO₂|SO₂|NO₂|O₃", lambda m: m[0].replace("₂", "2").replace("₃", "3")),
    Planting("dots for an ellipsis", ("ellipsis",), "(?<=[一-龥])、(?=[一-龥]+、)", "...") ,
    Planting("hyphens for a dash", ("dash",), "(?<=[一-龥])，(?=[一-龥])", "--"),
    Planting("single dot of an ellipsis", ("ellipsis",), "(?<=[一-龥])，(?=[一-龥])", "…"),
    Planting("doubled particle", ("doubled-word",), "(?<=[一-龥])的(?=[一-龥])(?![确士])", "的的"),
    Planting("doubled paragraph", ("repeated",), "(?<=\n)([^\n]{20,})\n", r"\1\n\1\n"),
    Planting("doubled sentence", ("repeated",), "(?<=。)([^。“”？！\n]{20,}。)", r"\1\1"),
    Planting("byline left in the statement", ("furniture",), "(?<=。)(?=\n|$)", "（记者 武玲芳）"),
    Planting("turn of the page left in the statement", ("furniture",), "(?<=。)(?=\n|$)", "（下转第4版）"),
    Planting("caption left in the statement", ("furniture",), "(?<=。)\n", "\n王晓红\n"),
    Planting("impossible day", ("date",), r"(?<!\d)(\d{1,2})月\d{1,2}日", r"\1月32日"),
    Planting("misspelt word", ("term",), "部署|安装|其他", lambda m: {"部署": "部暑", "安装": "按装"}.get(m[0], "其它")),
    Planting("about so many twice", ("double-approximate",), r"(?<![约\d.从到])(?<=[一-龥])(\d+)人(?=[。，])", r"约\1人左右"),
    Planting("ungrammatical list in quotation marks", ("list-mark",), "”“", "”、“"),
]  # fmt: skip
