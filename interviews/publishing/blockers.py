from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from interviews import document as d
from interviews.document import FeatureDocument, Interview
from interviews.document.credit_roles import RoleKind, RoleKinds
from interviews.document.walk import PlacedTopic, placed_pictures, placed_topics
from interviews.drafting import freeze
from interviews.house_style.proofing import Checked, checked
from interviews.models import CreditRole, Feature, Photo
from interviews.models.photo import expired
from interviews.text import richtext


class Blocker(str):
    """A sentence that says what is missing. `.path` is its address in the document: `topics[1].interviews[0].body`."""

    path: str

    def __new__(cls, sentence: str, path: str) -> Blocker:
        blocker = super().__new__(cls, sentence)
        blocker.path = path
        return blocker


def blockers(feature: Feature) -> list[str]:
    """Return what keeps the feature from being submitted and published: sentences, in the order of the page."""
    document, kinds = freeze(feature), CreditRole.objects.kinds()
    return document_blockers(document, checked(document, feature, kinds), kinds)


def document_blockers(
    document: FeatureDocument, found: Iterable[Checked], kinds: RoleKinds, at: datetime | None = None
) -> list[str]:
    """Collect blockers from every source.

    `found` are the proofreader's findings in the document; dismissed ones do not block. `at` is when readers will first
    see it, if not now.
    """
    return [
        *_missing(document, kinds),
        *_pictures(document, at),
        *_errors(found),
    ]


def _errors(found: Iterable[Checked]) -> Iterator[Blocker]:
    for each in found:
        finding = each.finding
        if finding.severity == "error" and not each.dismissal:
            yield Blocker(f"{each.place}“{finding.excerpt[:20]}”：{finding.message}", finding.path)


def _pictures(document: FeatureDocument, at: datetime | None) -> Iterator[Blocker]:
    """Check that every picture may be published. One query, none for a page without pictures."""
    keys = {picture.id for picture in document.pictures}
    known = Photo.objects.in_bulk(keys) if keys else {}
    for path, picture in placed_pictures(document):
        photo = known.get(picture.id)
        name = (getattr(picture, "caption", "") or picture.alt_text or str(photo or f"照片 {picture.id}"))[:20]
        if photo is None:
            yield Blocker(f"照片“{name}”已不在图片库。", path)
        elif photo.withdrawn_at:
            yield Blocker(f"照片“{name}”已撤下，不能再用。", path)
        elif expired(photo.expires_on, at):
            over = "已过" if photo.is_expired else "到发布时已过"
            yield Blocker(f"照片“{name}”的使用期限（{photo.expires_on:%Y年%-m月%-d日}）{over}。", path)
        elif not picture.alt_text.strip():
            yield Blocker(f"照片“{name}”没有替代文字。", f"{path}.alt_text")


def _missing(document: FeatureDocument, kinds: RoleKinds) -> Iterator[Blocker]:
    if not document.headline.strip():
        yield Blocker("缺少主标题。", "headline")
    if not document.topics:
        yield Blocker("还没有话题。", "topics")
    # A reprint's author is its reporter.
    page_byline = document.reprint is not None or any(kinds[credit.role].reports for credit in document.credits)
    for topic in placed_topics(document):
        yield from _missing_in_topic(topic, None if page_byline else kinds)
    if document.reprint:
        yield from _missing_in_reprint(document.reprint, document.credits, kinds)
    if not document.credits:
        yield Blocker("缺少本版署名（策划、统筹等）。", "credits")


def _missing_in_reprint(reprint: d.Reprint, credits: Iterable[d.Credit], kinds: RoleKinds) -> Iterator[Blocker]:
    """Check a reprint's source, author, title and editor: 互联网新闻信息服务管理规定, art. 15."""
    for name, label in (("source", "来源"), ("author", "原作者"), ("title", "原标题")):
        if not getattr(reprint, name).strip():
            yield Blocker(f"转载缺少{label}。", f"reprint.{name}")
    if not any(kinds[credit.role] == RoleKind.EDITING for credit in credits):
        yield Blocker("转载缺少责任编辑（或编辑）的署名。", "credits")


def _missing_in_topic(placed: PlacedTopic, kinds: RoleKinds | None) -> Iterator[Blocker]:
    """Check a topic. `kinds` is None if the page's own byline covers all interviews."""
    where, several = f"第 {placed.number + 1} 个话题", len(placed.topic.interviews) > 1
    if not placed.topic.title.strip():
        yield Blocker(f"{where}缺少题目。", f"{placed.address}.title")
    if not placed.topic.interviews:
        yield Blocker(f"{where}下还没有访谈。", f"{placed.address}.interviews")
    for each in placed.interviews:
        speaker = f"{where}第 {each.place + 1} 位受访者" if several else where
        yield from _missing_in_interview(speaker, each.address, each.interview, kinds)


def _missing_in_interview(where: str, path: str, interview: Interview, kinds: RoleKinds | None) -> Iterator[Blocker]:
    if not interview.speaker.name.strip():
        yield Blocker(f"{where}缺少受访者。", f"{path}.speaker")
    if not richtext.plain_text(interview.body).strip():
        yield Blocker(f"{where}没有谈话内容。", f"{path}.body")
    if kinds is not None and not any(kinds[credit.role].reports for credit in interview.credits):
        yield Blocker(f"{where}缺少记者署名。", f"{path}.credits")
