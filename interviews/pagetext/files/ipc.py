"""Serialise the child process's result: a line of JSON, then the pictures' bytes.

Not pickle: a file that exploits the child must not be able to exploit the parent.
"""

from __future__ import annotations

import json

from interviews.pagetext.decoding import UnreadablePageError
from interviews.pagetext.labels import Label

from .geometry import PageSource, Picture


def dump(source: PageSource) -> bytes:
    head = {
        "text": source.text,
        "labels": source.labels,
        "reasons": source.reasons,
        "notes": source.notes,
        "pictures": [[len(p.data), p.media_type, p.width, p.height, p.page, p.caption] for p in source.pictures],
    }
    return json.dumps(head).encode() + b"\n" + b"".join(picture.data for picture in source.pictures)


def dump_error(sentence: str) -> bytes:
    return json.dumps({"refused": sentence}).encode() + b"\n"


def load(data: bytes) -> PageSource:
    """Deserialise. Raises UnreadablePageError with the child's message; ValueError, KeyError, TypeError or
    AttributeError for malformed data."""
    line, _, rest = data.partition(b"\n")
    head = json.loads(line)
    if "refused" in head:
        raise UnreadablePageError(str(head["refused"]))
    pictures: list[Picture] = []
    position = 0
    for size, media_type, width, height, page, caption in head["pictures"]:
        content = rest[position : position + size]
        pictures.append(Picture(content, str(media_type), int(width), int(height), int(page), str(caption)))
        position += size
    return PageSource(
        text=str(head["text"]),
        labels={int(line): Label(label) for line, label in head["labels"].items()},
        reasons={int(line): str(reason) for line, reason in head["reasons"].items()},
        pictures=tuple(pictures),
        notes=tuple(map(str, head["notes"])),
    )
