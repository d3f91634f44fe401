from __future__ import annotations

from .. import richtext
from ..document import FeatureDocument, Interview, Topic
from ..drafting import freeze
from ..models import Feature

REPORTER_ROLES = {"记者", "见习记者", "实习记者", "通讯员", "实习生", "文/图", "文"}


def blockers(feature: Feature) -> list[str]:
    """What keeps the feature from being submitted and published: a sentence each, in the order of the page."""
    return document_blockers(freeze(feature))


def document_blockers(document: FeatureDocument) -> list[str]:
    sentences = []
    if not document.headline.strip():
        sentences.append("缺少主标题。")
    if not document.topics:
        sentences.append("还没有话题。")
    page_byline = any(credit.role in REPORTER_ROLES for credit in document.credits)
    for number, topic in enumerate(document.topics, start=1):
        sentences += _topic_blockers(number, topic, page_byline)
    if not document.credits:
        sentences.append("缺少本版署名（策划、统筹等）。")
    return sentences


def _topic_blockers(number: int, topic: Topic, page_byline: bool) -> list[str]:
    sentences = []
    if not topic.title.strip():
        sentences.append(f"第 {number} 个话题缺少题目。")
    if not topic.interviews:
        sentences.append(f"第 {number} 个话题下还没有访谈。")
    for place, interview in enumerate(topic.interviews, start=1):
        where = f"第 {number} 个话题" + (f"第 {place} 位受访者" if len(topic.interviews) > 1 else "")
        sentences += _interview_blockers(where, interview, page_byline)
    return sentences


def _interview_blockers(where: str, interview: Interview, page_byline: bool) -> list[str]:
    sentences = []
    if not interview.speaker.name.strip():
        sentences.append(f"{where}缺少受访者。")
    if not richtext.plain_text(interview.body).strip():
        sentences.append(f"{where}没有谈话内容。")
    if not page_byline and not any(credit.role in REPORTER_ROLES for credit in interview.credits):
        sentences.append(f"{where}缺少记者署名。")
    return sentences
