"""Turn the content of an editing window's form into a document. No Django.

The window sends its form in the shape of a document's JSON, however incomplete. `shape` normalises it to be shown
again; `read` makes it a document or says, field by field, why it cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date as Date
from typing import Any, TypeVar

from interviews import document as d
from interviews.document.walk import LINES
from interviews.text import richtext
from interviews.text.chinese import clean_line

T = TypeVar("T")

# No page has more; a page of hundreds of topics is a mistake or an attack.
MOST_PARTS = 200
# Autosaved content is never refused for its size; this only limits an attack.
LONGEST_LIST = 5000


@dataclass(frozen=True)
class Fault:
    """An error in one field: its address in the document, and a sentence."""

    path: str
    message: str


class FormError(ValueError):
    """The form cannot be made a document. `.faults` says why."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        super().__init__("".join(fault.message for fault in faults))


def shape(data: object) -> dict[str, Any]:
    """Normalise to the schema's shape: missing fields empty, unknown ones dropped, text as typed."""
    page = _dict(data)
    issue = _dict(page.get("issue"))
    return {
        "schema": d.SCHEMA,
        **{name: _text(page.get(name)) for name in LINES},
        "lead": [_text(line) for line in _list(page.get("lead"))],
        "issue": {name: _text(issue.get(name)) for name in ("date", "page", "page_name")},
        "topics": [_topic(topic) for topic in _list(page.get("topics"))],
        "cover": _picture(page.get("cover")),
        "photos": [_photo(photo) for photo in _list(page.get("photos"))],
        "subjects": [{"id": _key(_dict(each)), **_named(each, "name")} for each in _list(page.get("subjects"))],
        "credits": _credits(page.get("credits")),
        "reprint": _named(page.get("reprint"), "source", "author", "title", "url"),
    }


def _topic(data: object) -> dict[str, Any]:
    topic = _dict(data)
    interviews = [_interview(each) for each in _list(topic.get("interviews"))]
    return {"id": _key(topic), "title": _text(topic.get("title")), "interviews": interviews}


def _interview(data: object) -> dict[str, Any]:
    interview = _dict(data)
    speaker = _dict(interview.get("speaker"))
    return {
        "id": _key(interview),
        "speaker": {"id": _key(speaker), **_named(speaker, "name", "organisation", "job_title")},
        "body": _text(interview.get("body")),
        "portrait": _picture(interview.get("portrait")),
        "credits": _credits(interview.get("credits")),
    }


def _photo(data: object) -> dict[str, Any]:
    return {"id": _key(_dict(data)), **_named(data, "caption", "credit_line", "alt_text")}


def _picture(data: object) -> dict[str, Any] | None:
    """Return None if no picture was chosen, whatever was typed beside it."""
    photo = _photo(data)
    return photo if photo["id"] else None


def _credits(data: object) -> list[dict[str, Any]]:
    return [
        {
            "role": _text(credit.get("role")),
            "contributors": [
                {"id": _key(_dict(person)), **_named(person, "name")} for person in _list(credit.get("contributors"))
            ],
        }
        for credit in map(_dict, _list(data))
    ]


def _most(data: object) -> int:
    """Return the length of the longest list at any depth."""
    most, waiting = 0, [data]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            most = max(most, len(each))
            waiting += each
        elif isinstance(each, dict):
            waiting += each.values()
    return most


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value[:LONGEST_LIST] if isinstance(value, list) else []


def _text(value: object) -> str:
    if isinstance(value, str):
        # Lone surrogates: valid in JSON, refused by databases.
        return value.encode(errors="ignore").decode()
    return str(value) if isinstance(value, int | float) else ""


def _key(data: dict[str, Any]) -> int | None:
    key = data.get("id")
    return key if isinstance(key, int) and not isinstance(key, bool) and 0 < key < 2**63 else None


def _named(data: object, *names: str) -> dict[str, str]:
    return {name: _text(_dict(data).get(name)) for name in names}


# --- reading ---------------------------------------------------------------------------------------------------------


def read(data: object) -> d.FeatureDocument:
    """Read a form as a document: clean lines and markup, skip empty rows. Raises FormError."""
    reader = _Reader()
    document = reader.page(shape(data))
    if _most(data) > MOST_PARTS:
        reader.faults.append(Fault("", f"导语、话题、访谈、署名等每处最多 {MOST_PARTS} 段，多出的存不下。"))
    if reader.faults:
        raise FormError(reader.faults)
    return document


def read_as_far_as_possible(data: object) -> d.FeatureDocument:
    """Read a form that need not be stored: too long text is cut, invalid values are left out."""
    return _Reader().page(shape(data))


_NO_ADDRESS = f"原文网址应是 http:// 或 https:// 开头的完整网址，最多 {d.URL_LENGTH} 字。"


class _Reader:
    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def page(self, page: dict[str, Any]) -> d.FeatureDocument:
        lines: dict[str, Any] = {
            name: self.line(page[name], name, label, d.max_length(name)) for name, label in LINES.items()
        }
        return d.FeatureDocument(
            **lines,
            lead=tuple(filter(None, (clean_line(part) for line in page["lead"] for part in line.splitlines()))),
            issue=d.Issue(
                date=self.value(page["issue"]["date"], "issue.date", _date, "见报日期写作 2025-03-12。"),
                page=self.value(page["issue"]["page"], "issue.page", _page_number, "版次应是 1 至 9999 的整数。"),
                page_name=self.line(page["issue"]["page_name"], "issue.page_name", "版名", d.TITLE_LENGTH),
            ),
            topics=tuple(self.topic(topic, f"topics[{n}]") for n, topic in enumerate(page["topics"])),
            cover=self.photo(page["cover"], "cover") if page["cover"] else None,
            photos=tuple(self.photos(page["photos"])),
            subjects=tuple(self.subjects(page["subjects"])),
            credits=tuple(self.credits(page["credits"], "credits")),
            reprint=self.reprint(page["reprint"]),
        )

    def reprint(self, reprint: dict[str, str]) -> d.Reprint | None:
        found = d.Reprint(
            source=self.line(reprint["source"], "reprint.source", "转载来源", d.ORGANISATION_LENGTH),
            author=self.line(reprint["author"], "reprint.author", "原作者", d.TITLE_LENGTH),
            title=self.line(reprint["title"], "reprint.title", "原标题", d.HEADLINE_LENGTH),
            url=self.value(reprint["url"], "reprint.url", d.web_address, _NO_ADDRESS) or "",
        )
        return found if found != d.Reprint() else None

    def topic(self, topic: dict[str, Any], path: str) -> d.Topic:
        interviews = enumerate(topic["interviews"])
        return d.Topic(
            id=topic["id"],
            title=self.line(topic["title"], f"{path}.title", "话题的题目", d.TITLE_LENGTH),
            interviews=tuple(self.interview(each, f"{path}.interviews[{n}]") for n, each in interviews),
        )

    def interview(self, interview: dict[str, Any], path: str) -> d.Interview:
        speaker = interview["speaker"]
        name = self.line(speaker["name"], f"{path}.speaker.name", "受访者姓名", d.NAME_LENGTH)
        return d.Interview(
            id=interview["id"],
            speaker=d.Speaker(
                id=speaker["id"] if name else None,
                name=name,
                organisation=self.line(
                    speaker["organisation"], f"{path}.speaker.organisation", "单位", d.ORGANISATION_LENGTH
                ),
                job_title=self.line(speaker["job_title"], f"{path}.speaker.job_title", "职务", d.JOB_TITLE_LENGTH),
            ),
            body=self.markup(interview["body"], f"{path}.body"),
            portrait=self.portrait(interview["portrait"], f"{path}.portrait"),
            credits=tuple(self.credits(interview["credits"], f"{path}.credits")),
        )

    def credits(self, credits: list[dict[str, Any]], path: str) -> Iterator[d.Credit]:
        for number, credit in enumerate(credits):
            where = f"{path}[{number}]"
            role = self.line(credit["role"], f"{where}.role", "署名角色", d.ROLE_LENGTH)
            named = [
                d.Contributor(id=person["id"], name=name)
                for person in credit["contributors"]
                if (name := self.line(person["name"], f"{where}.contributors", "署名姓名", d.NAME_LENGTH))
            ]
            if named and not role:
                self.faults.append(Fault(f"{where}.role", "署名缺少角色（记者、策划等）。"))
            elif named:
                yield d.Credit(role=role, contributors=tuple(dict.fromkeys(named)))

    def photos(self, photos: list[dict[str, Any]]) -> Iterator[d.Photo]:
        for number, data in enumerate(photos):
            photo = self.photo(data, f"photos[{number}]")
            if photo.id or photo.caption or photo.credit_line:
                yield photo

    def photo(self, photo: dict[str, Any], path: str) -> d.Photo:
        alt_text = self.line(photo["alt_text"], f"{path}.alt_text", "替代文字", d.ALT_LENGTH)
        return d.Photo(
            id=photo["id"],
            caption=self.line(photo["caption"], f"{path}.caption", "图片说明", d.CAPTION_LENGTH),
            credit_line=self.line(photo["credit_line"], f"{path}.credit_line", "图片署名", d.TITLE_LENGTH),
            alt_text=alt_text if photo["id"] else "",
        )

    def portrait(self, photo: dict[str, Any] | None, path: str) -> d.Portrait | None:
        if photo is None:
            return None
        found = self.photo(photo, path)
        return d.Portrait(id=photo["id"], credit_line=found.credit_line, alt_text=found.alt_text)

    def subjects(self, subjects: list[dict[str, Any]]) -> Iterator[d.Subject]:
        for number, subject in enumerate(subjects):
            if name := self.line(subject["name"], f"subjects[{number}]", "领域", d.NAME_LENGTH):
                yield d.Subject(id=subject["id"], name=name)

    def line(self, text: str, path: str, label: str, most: int) -> str:
        line = clean_line(text)
        if len(line) > most:
            self.faults.append(Fault(path, f"{label}有 {len(line)} 字，最多 {most} 字。"))
            return line[:most]
        return line

    def markup(self, html: str, path: str) -> str:
        try:
            return richtext.clean(html)
        except richtext.MarkupRefusedError as refusal:
            self.faults.append(Fault(path, str(refusal)))
            return ""

    def value(self, text: str, path: str, convert: Callable[[str], T], message: str) -> T | None:
        try:
            return convert(clean_line(text)) if text.strip() else None
        except (ValueError, OverflowError):
            self.faults.append(Fault(path, message))
            return None


def _date(text: str) -> str:
    year, month, day = (int(part) for part in text.translate(_DATE_MARKS).split("-"))
    return Date(year, month, day).isoformat()


def _page_number(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 9999:
        raise ValueError(text)
    return number


_DATE_MARKS = {ord("年"): "-", ord("月"): "-", ord("日"): None, ord("/"): "-", ord("."): "-"}
