"""Convert documents to the plain dicts of the corpus, with all texts in NFKC."""

import html
import json
import re
import unicodedata
from pathlib import Path

FOLDER = Path(__file__).parent
SAMPLE = FOLDER.parent.parent / "interviews" / "pages" / "ecology-2025.txt"


def nfkc(value):
    if isinstance(value, str):
        return unicodedata.normalize("NFKC", value)
    if isinstance(value, list):
        return [nfkc(item) for item in value]
    if isinstance(value, dict):
        return {key: nfkc(item) for key, item in value.items()}
    return value


def _credits(credits):
    return [
        {"role": credit.role, "contributors": [person.name for person in credit.contributors]} for credit in credits
    ]


def _interview(interview):
    return {
        "speaker": {
            "name": interview.speaker.name,
            "organisation": interview.speaker.organisation,
            "job_title": interview.speaker.job_title,
        },
        "paragraphs": [html.unescape(text) for text in re.findall("<p>(.*?)</p>", interview.body)],
        "credits": _credits(interview.credits),
    }


def as_read(document):
    """Return a document in the shape of ecology-2025.expected.json."""
    return nfkc(
        {
            "headline": document.headline,
            "subtitle": document.subtitle,
            "lead": list(document.lead),
            "topics": [
                {"title": topic.title, "interviews": [_interview(interview) for interview in topic.interviews]}
                for topic in document.topics
            ],
            "credits": _credits(document.credits),
            "captions": [photo.caption for photo in document.photos],
        }
    )


def sample():
    return SAMPLE.read_text(encoding="utf-8")


def expected():
    return nfkc(json.loads((FOLDER / "ecology-2025.expected.json").read_text(encoding="utf-8")))
