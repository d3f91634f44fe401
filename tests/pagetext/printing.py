"""Print the sample in other styles: topic marks, bylines, positions of the sidebar, column breaks."""

import copy
from dataclasses import dataclass

from .readings import expected

MARKS = {
    "colon": "话题：\n\n{title}",
    "half-width colon": "话题:\n\n{title}",
    "bare": "话题\n\n{title}",
    "han number": "话题{han}：\n\n{title}",
    "arabic number": "话题{n}：\n\n{title}",
    "full-width number": "话题{wide}：\n\n{title}",
    "number, no colon": "话题{han}\n{title}",
    "brackets": "【话题{han}】\n\n{title}",
    "brackets, same line": "【话题{han}】{title}",
    "bracketed whole": "【话题{n}：{title}】",
    "bullet and word": "●话题：\n\n{title}",
    "square bullet and number": "■话题{han}：\n{title}",
    "bullet": "■ {title}",
    "diamond": "◆{title}",
    "bullet alone": "■\n{title}",
    "same line": "话题{han}：{title}",
    "same line, half-width": "话题{n}:{title}",
    "same line, space": "话题{han} {title}",
    "same line, U+3000": "话题{han}　{title}",
    "bar": "话题{han}｜{title}",
    "ordinal": "第{han}话题：{title}",
    "in brackets": "话题（{han}）：{title}",
    "之": "话题之{han}：\n{title}",
    "letterspaced": "话 题：\n{title}",
    "issue": "议题{han}：{title}",
    "indented": "　　话题：\n　　{title}",
    "none": "{title}",
}
BYLINES = {
    "half-width": "\n\n(记者 {name})",
    "full-width": "\n\n（记者 {name}）",
    "at the end": "（记者 {name}）",
    "at the end, half-width": "(记者 {name})",
    "after a space": " （记者 {name}）",
    "U+3000": "（记者　{name}）",
    "colon": "\n\n（记者：{name}）",
    "glued": "\n\n（记者{name}）",
    "own paper": "\n\n（本报记者 {name}）",
    "own paper, glued": "（本报记者{name}）",
    "mixed widths": "（记者 {name})",
    "square brackets": "\n【记者 {name}】",
    "no brackets": "\n\n本报记者 {name}",
    "no brackets, short": "\n\n记者 {name}",
    "box": "\n\n□记者 {name}",
    "box at the end": "　□本报记者 {name}",
    "inner spaces": "\n\n（ 记者 {name} ）",
    "broken over lines": "（记者\n{name}）",
    "before the stop": None,
}
# role, template, people
OTHER_BYLINES = [
    ("（记者 {0} {1}）", [("记者", 2)]),
    ("（记者 {0}、{1}）", [("记者", 2)]),
    ("(记者 {0},{1})", [("记者", 2)]),
    ("（本报记者 {0} 通讯员 {1}）", [("记者", 1), ("通讯员", 1)]),
    ("（记者{0} 通讯员{1}）", [("记者", 1), ("通讯员", 1)]),
    ("（记者 {0}　通讯员 {1} {2}）", [("记者", 1), ("通讯员", 2)]),
    ("（见习记者 {0}）", [("见习记者", 1)]),
    ("（本报见习记者 {0}）", [("见习记者", 1)]),
    ("（实习生 {0}）", [("实习生", 1)]),
    ("（记者 {0} 实习生 {1}）", [("记者", 1), ("实习生", 1)]),
    ("（记者 {0}；见习记者 {1}）", [("记者", 1), ("见习记者", 1)]),
    ("（通讯员 {0}、{1}）", [("通讯员", 2)]),
    ("（文/图 {0}）", [("文/图", 1)]),
    ("（{0} 文/图）", [("文/图", 1)]),
    ("（全媒体记者 {0}）", [("全媒体记者", 1)]),
    ("（特约记者 {0}）", [("特约记者", 1)]),
    ("（记者 {0} 摄影 {1}）", [("记者", 1), ("摄影", 1)]),
    ("（记者 {0} 文 {1} 图）", None),
]
CAPTIONS = {
    "names": "\n\n\n{name}\n\n",
    "one blank": "\n{name}\n",
    "adjacent": "{name}",
}
CREDITS = {
    "one a line": ["本版策划:路丽华", "本版统筹:武玲芳", "本版摄影:程婧"],
    "full-width": ["本版策划：路丽华", "本版统筹：武玲芳", "本版摄影：程婧"],
    "one line": ["本版策划：路丽华 本版统筹：武玲芳 本版摄影：程婧"],
    "one line, U+3000": ["本版策划：路丽华　统筹：武玲芳　摄影：程婧"],
    "spaces": ["本版策划 路丽华", "本版统筹 武玲芳", "本版摄影 程婧"],
    "spaces, one line": ["策划 路丽华 统筹 武玲芳 摄影 程婧"],
    "no 本版": ["策划：路丽华", "统筹：武玲芳", "摄影：程婧"],
    "letterspaced": ["策　划：路丽华", "统　筹：武玲芳", "摄　影：程　婧"],
    "slash": ["策划/路丽华 统筹/武玲芳 摄影/程婧"],
    "blank lines": ["本版策划:路丽华", "", "本版统筹:武玲芳", "", "本版摄影:程婧"],
}
NUMERALS = "一二三四五六七八九十"


@dataclass
class Press:
    """The style of a printed page. `sidebar` is the position of lead, captions and credits: `head`, `end`,
    ("title" or "after", topic), or (topic, paragraph, characters into it)."""

    mark: str = MARKS["half-width colon"]
    byline: str | None = BYLINES["half-width"]
    captions: str = CAPTIONS["names"]
    credits: tuple[str, ...] = tuple(CREDITS["one a line"])
    sidebar: object = "head"
    order: str = "lead captions credits"
    breaks: tuple[tuple[int, int, int], ...] = ()
    gap: str = "\n\n"

    def print(self, page=None) -> str:
        page = copy.deepcopy(page or expected())
        parts = [page["headline"], "——" + page["subtitle"]]
        if self.sidebar == "head":
            parts += [self._sidebar(page)]
        for number, topic in enumerate(page["topics"]):
            parts.append(self._mark(number, topic["title"]))
            if self.sidebar == ("title", number):
                parts.append(self._sidebar(page))
            for interview in topic["interviews"]:
                parts += self._statement(number, interview, page)
            if self.sidebar == ("after", number):
                parts.append(self._sidebar(page))
        if self.sidebar == "end":
            parts.append(self._sidebar(page))
        return self.gap.join(parts)

    def _mark(self, number, title):
        wide = chr(ord("１") + number)
        return self.mark.format(title=title, han=NUMERALS[number], n=number + 1, wide=wide)

    def _sidebar(self, page):
        pieces = {
            "lead": "\n\n".join(page["lead"]),
            "captions": "\n".join(self.captions.format(name=name) for name in page["captions"]),
            "credits": "\n".join(self.credits),
        }
        return self.gap.join(pieces[name] for name in self.order.split() if pieces[name])

    def _statement(self, number, interview, page):
        speaker = interview["speaker"]
        texts = list(interview["paragraphs"])
        texts[0] = f"{speaker['organisation']}{speaker['job_title']}{speaker['name']}:{texts[0]}"
        texts[-1] = self._signed(texts[-1], interview)
        for index in range(len(texts)):
            cuts = [(at, "") for topic, paragraph, at in self.breaks if (topic, paragraph) == (number, index)]
            if isinstance(self.sidebar, tuple) and self.sidebar[:2] == (number, index):
                cuts.append((self.sidebar[2], self.gap + self._sidebar(page)))
            for at, between in sorted(cuts, reverse=True):
                texts[index] = texts[index][:at] + between + self.gap + texts[index][at:]
        return texts

    def _signed(self, text, interview):
        name = interview["credits"][0]["contributors"][0]
        if self.byline is None:
            return f"{text.rstrip('。')}（记者 {name}）。"
        return text + self.byline.format(name=name)
