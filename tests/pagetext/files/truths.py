"""Documents to print: pages of the corpus, several put together into one that fills a sheet."""

import json

from tests.pagetext.readings import FOLDER, expected, nfkc

PIECES = {path.stem[:2]: path for path in sorted((FOLDER / "corpus").glob("*.json"))}


def piece(number):
    return nfkc(json.loads(PIECES[number].read_text(encoding="utf-8")))


def sample():
    return expected() | {"kicker": "", "credit_lines": [], "unplaced": []}


def together(first, *others):
    """The first page with the topics of the others, and with a caption below each of its portraits."""
    page = piece(first)
    for number in others:
        page["topics"] += piece(number)["topics"]
    page["captions"] = [i["speaker"]["name"] for topic in page["topics"][:3] for i in topic["interviews"][:1]]
    page["credit_lines"] = [""] * len(page["captions"])
    page["unplaced"] = []
    return page


def fields(page):
    """Every field of a page with its place: what the share of right ones counts."""
    found = {(name,): page[name] for name in ("kicker", "headline", "subtitle") if page[name]}
    found |= {("lead", n): text for n, text in enumerate(page["lead"])}
    for t, topic in enumerate(page["topics"]):
        found["title", t] = topic["title"]
        for i, interview in enumerate(topic["interviews"]):
            found |= {(part, t, i): text for part, text in interview["speaker"].items() if text}
            found["body", t, i] = "\n".join(interview["paragraphs"])
            found |= _roll(interview["credits"], "byline", t, i)
    return found | _roll(page["credits"], "credit") | {("caption", text): text for text in page["captions"]}


def _roll(credits, *place):
    return {(*place, n): f"{c['role']} {' '.join(c['contributors'])}" for n, c in enumerate(credits)}


def right(truth, read):
    """How many fields are as they should be, of how many; and those that are not."""
    want, have = fields(truth), fields(read)
    wrong = {place: (text, have.get(place)) for place, text in want.items() if have.get(place) != text}
    invented = {place: (None, text) for place, text in have.items() if place not in want}
    wrong |= invented
    return len(want) + len(invented) - len(wrong), len(want) + len(invented), wrong
