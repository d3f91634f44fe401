"""Expected documents to print: pages of the corpus, combined to fill a sheet."""

import json

from tests.pagetext.readings import FOLDER, expected, nfkc

PIECES = {path.stem[:2]: path for path in sorted((FOLDER / "corpus").glob("*.json"))}


def piece(number):
    return nfkc(json.loads(PIECES[number].read_text(encoding="utf-8")))


def sample():
    return expected() | {"kicker": "", "credit_lines": [], "unplaced": []}


def combine(first, *others):
    """Combine pages: the first with the topics of the others, and with a caption for each portrait."""
    page = piece(first)
    for number in others:
        page["topics"] += piece(number)["topics"]
    page["captions"] = [i["speaker"]["name"] for topic in page["topics"][:3] for i in topic["interviews"][:1]]
    page["credit_lines"] = [""] * len(page["captions"])
    page["unplaced"] = []
    return page


def fields(page):
    """Yield every field of a page with its path."""
    found = {(name,): page[name] for name in ("kicker", "headline", "subtitle") if page[name]}
    found |= {("lead", n): text for n, text in enumerate(page["lead"])}
    for t, topic in enumerate(page["topics"]):
        found["title", t] = topic["title"]
        for i, interview in enumerate(topic["interviews"]):
            found |= {(part, t, i): text for part, text in interview["speaker"].items() if text}
            found["body", t, i] = "\n".join(interview["paragraphs"])
            found |= _credit_fields(interview["credits"], "byline", t, i)
    return found | _credit_fields(page["credits"], "credit") | {("caption", text): text for text in page["captions"]}


def _credit_fields(credits, *place):
    return {(*place, n): f"{c['role']} {' '.join(c['contributors'])}" for n, c in enumerate(credits)}


def count_correct(truth, read):
    """Count the correct fields and all fields, and list the wrong ones."""
    want, have = fields(truth), fields(read)
    wrong = {place: (text, have.get(place)) for place, text in want.items() if have.get(place) != text}
    invented = {place: (None, text) for place, text in have.items() if place not in want}
    wrong |= invented
    return len(want) + len(invented) - len(wrong), len(want) + len(invented), wrong
