"""The passages of a document: what a comment hangs on, and what two documents are compared by. No Django here.

A path is stable: it names topics and interviews by their ids (`topic:12:title`, `interview:33:body`), so that it holds
when topics are moved. Where there is no id yet, it names the place (`topic@2`, `interview@2.1`, from 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interviews.text import richtext

from .model import Credit, FeatureDocument, Interview, Issue, Photo, Portrait, Reprint, Topic


@dataclass(frozen=True)
class Passage:
    """One piece of text as a reader sees it, without markup. `label` is Chinese; paragraphs are joined by newlines."""

    path: str
    label: str
    text: str


def passages(document: FeatureDocument) -> list[Passage]:
    """Every passage of the page that holds something, in the order of the page. Topics' passages follow the lead."""
    head, foot = page_passages(document)
    middle = [passage for number, topic in enumerate(document.topics, 1) for passage in topic_passages(topic, number)]
    return [passage for passage in (*head, *middle, *foot) if passage.text]


def page_passages(document: FeatureDocument) -> tuple[list[Passage], list[Passage]]:
    """What belongs to no topic: above the topics, and below them. Empty passages too."""
    head = [
        Passage("issue", "见报", issue_text(document.issue)),
        Passage("kicker", "肩题", document.kicker),
        Passage("headline", "主标题", document.headline),
        Passage("subtitle", "副标题", document.subtitle),
        Passage("subjects", "领域", "、".join(subject.name for subject in document.subjects)),
        Passage("lead", "导语", "\n".join(document.lead)),
    ]
    captions = "\n".join(filter(None, map(caption_text, document.photos)))
    foot = [
        Passage("captions", "图片说明", captions),
        Passage("reprint", "转载", reprint_text(document.reprint)),
        Passage("credits", "本版署名", credits_text(document.credits)),
    ]
    return head, foot


def topic_passages(topic: Topic, number: int) -> Iterator[Passage]:
    yield Passage(f"{topic_path(topic, number)}:title", f"话题 {number} 题目", topic.title)
    for place, interview in enumerate(topic.interviews, 1):
        yield from interview_passages(interview, number, place)


def interview_passages(interview: Interview, number: int, place: int) -> list[Passage]:
    path, name = interview_path(interview, number, place), interview.speaker.name or "未填受访者"
    return [
        Passage(f"{path}:speaker", f"{name}：单位、职务、姓名", speaker_text(interview)),
        Passage(f"{path}:body", f"{name}：谈话", richtext.plain_text(interview.body)),
        Passage(f"{path}:credits", f"{name}：署名", credits_text(interview.credits)),
    ]


def topic_path(topic: Topic, number: int) -> str:
    return f"topic:{topic.id}" if topic.id else f"topic@{number}"


def interview_path(interview: Interview, number: int, place: int) -> str:
    return f"interview:{interview.id}" if interview.id else f"interview@{number}.{place}"


def speaker_text(interview: Interview) -> str:
    speaker = interview.speaker
    return " ".join(filter(None, (speaker.organisation, speaker.job_title, speaker.name)))


def credits_text(credits: tuple[Credit, ...]) -> str:
    return "；".join(f"{credit.role} {'、'.join(person.name for person in credit.contributors)}" for credit in credits)


def issue_text(issue: Issue) -> str:
    page = f"第 {issue.page} 版" if issue.page else ""
    return " ".join(filter(None, (issue.date or "", page, issue.page_name)))


def reprint_text(reprint: Reprint | None) -> str:
    if reprint is None:
        return ""
    named = (("来源", reprint.source), ("原作者", reprint.author), ("原标题", reprint.title), ("原文", reprint.url))
    return "；".join(f"{label} {text}" for label, text in named if text)


def caption_text(photo: Photo) -> str:
    return " ".join(filter(None, (photo.caption, photo.credit_line)))


def picture_text(picture: Photo | Portrait | None) -> str:
    """What a picture is told by where it cannot be shown."""
    if picture is None:
        return "（没有）"
    number = f"照片 {picture.id}" if picture.id else ""
    caption = getattr(picture, "caption", "")
    return " ".join(filter(None, (number, caption, picture.credit_line, picture.alt_text)))
