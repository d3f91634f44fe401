"""Metadata for machines: JSON-LD with schema.org types, and Open Graph."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from interviews.document import Credit, FeatureDocument, Photo, Reprint, Speaker, Topic
from interviews.document.credit_roles import RoleKinds
from interviews.imaging import headlines
from interviews.models import Edition
from interviews.photodesk import Picture, Pictures
from interviews.publishing.page_meta import description, topic_description

from .addresses import address
from .corrections import Corrections

# Escapes that make JSON inert in any HTML, script elements included. These characters occur in strings only.
INERT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
HEADLINE_LENGTH = 110
Node = dict[str, Any]


@dataclass(frozen=True)
class OpenGraph:
    kind: str
    title: str
    description: str
    url: str
    image: str = ""
    width: int = 0
    height: int = 0
    alt: str = ""


def absolute(name: str, *arguments: int | str) -> str:
    return settings.SITE_URL + address(name, *arguments)


def script(*nodes: Node) -> SafeString:
    """A JSON-LD data block. Browsers do not run it, so the CSP for inline scripts does not apply."""
    graph = {"@context": "https://schema.org", "@graph": list(nodes)}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(INERT)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - INERT


def card(
    title: str, text: str, url: str, *, photo: Photo | None = None, pictures: Pictures | None = None, drawn: str = ""
) -> OpenGraph:
    """Open Graph data with a photo, or else `drawn`, the URL of a picture of the headline."""
    crop = pictures[photo.id].crop("social") if pictures and photo and photo.id in pictures else None
    if photo and crop and crop.src:
        where = settings.SITE_URL + crop.src
        return OpenGraph("article", title, text, url, where, crop.width, crop.height, photo.alt_text)
    size = (headlines.WIDTH, headlines.HEIGHT) if drawn else (0, 0)
    return OpenGraph("article", title, text, url, drawn, *size, alt=title)


def publisher() -> Node:
    return {
        "@type": "NewsMediaOrganization",
        "name": settings.PUBLISHER or settings.SITE_NAME,
        "url": settings.SITE_URL,
    }


def breadcrumbs(*steps: tuple[str, str]) -> Node:
    """Breadcrumbs from the front page to this one: (name, URL) each."""
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": url}
        for position, (name, url) in enumerate([(settings.SITE_NAME, absolute("front")), *steps], start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def speaker(person: Speaker) -> Node:
    """A speaker as printed, with the organisation and job title of the day."""
    node: Node = {"@type": "Person", "name": person.name}
    if person.id:
        node["url"] = absolute("speaker", person.id)
    if person.job_title:
        node["jobTitle"] = person.job_title
    if person.organisation:
        node["affiliation"] = {"@type": "Organization", "name": person.organisation}
    return node


def article(
    edition: Edition, document: FeatureDocument, corrections: Corrections, pictures: Pictures, kinds: RoleKinds
) -> Node:
    url = absolute("feature", edition.feature_id)
    node = {
        **_article(url, document.headline, edition, document.topics, document, kinds),
        "description": description(document),
        "hasPart": [
            {"@type": "Article", "name": t.title, "url": absolute("topic", t.id or 0)} for t in document.topics
        ],
        "correction": _corrections(corrections, document.topics),
        "image": _images(document, pictures),
    }
    return _without_empty(node)


def topic_article(
    edition: Edition,
    document: FeatureDocument,
    topic: Topic,
    corrections: Corrections,
    pictures: Pictures,
    kinds: RoleKinds,
) -> Node:
    url = absolute("topic", topic.id or 0)
    node = {
        **_article(url, topic.title, edition, (topic,), document, kinds),
        "description": topic_description(topic),
        "isPartOf": {"@type": "NewsArticle", "name": document.headline, "url": absolute("feature", edition.feature_id)},
        "correction": _corrections(corrections, (topic,)),
        "image": _images(document, pictures),
    }
    return _without_empty(node)


def _article(
    url: str, title: str, edition: Edition, topics: Iterable[Topic], document: FeatureDocument, kinds: RoleKinds
) -> Node:
    topics = list(topics)
    bylines = [credit for topic in topics for interview in topic.interviews for credit in interview.credits]
    credits = [*bylines, *document.credits]
    speakers = [interview.speaker for topic in topics for interview in topic.interviews]
    authors = _people(credit for credit in credits if kinds[credit.role].reports)
    original = _original(document.reprint) if document.reprint else {}
    return {
        "@type": "NewsArticle",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": title[:HEADLINE_LENGTH],
        "inLanguage": "zh-Hans",
        "articleSection": [subject.name for subject in document.subjects],
        "datePublished": document.issue.date or edition.published_from.isoformat(),
        "dateModified": edition.published_from.isoformat(),
        "author": authors or original.get("author") or [publisher()],
        "isBasedOn": original,
        "editor": _people(credit for credit in credits if kinds[credit.role].answers_for_page),
        "contributor": _people(
            credit for credit in credits if not (kinds[credit.role].reports or kinds[credit.role].answers_for_page)
        ),
        "publisher": publisher(),
        "mentions": [speaker(each) for each in dict.fromkeys(speakers)],
        "printPage": str(document.issue.page) if document.issue.page else "",
        "isAccessibleForFree": True,
    }


def _original(reprint: Reprint) -> Node:
    node = {
        "@type": "NewsArticle",
        "name": reprint.title,
        "url": reprint.url,
        "author": {"@type": "Person", "name": reprint.author},
        "publisher": {"@type": "Organization", "name": reprint.source},
    }
    return _without_empty(node)


def person(name: str, kind: str, key: int, organisation: str = "", job_title: str = "") -> Node:
    node: Node = {"@type": "Person", "name": name, "url": absolute(kind, key), "@id": absolute(kind, key)}
    if job_title:
        node["jobTitle"] = job_title
    if organisation:
        node["affiliation"] = {"@type": "Organization", "name": organisation}
    return node


def profile(node: Node) -> Node:
    return {"@type": "ProfilePage", "url": node["url"], "mainEntity": node}


def _people(credits: Iterable[Credit]) -> list[Node]:
    """Merge credits into people, each once with all roles."""
    roles: dict[tuple[int | None, str], list[str]] = {}
    for credit in credits:
        for each in credit.contributors:
            held = roles.setdefault((each.id, each.name), [])
            if credit.role not in held:
                held.append(credit.role)
    found = []
    for (key, name), held in roles.items():
        node: Node = {"@type": "Person", "name": name, "jobTitle": "、".join(held)}
        if key:
            node["url"] = absolute("contributor", key)
        found.append(node)
    return found


def _correction(edition: Edition) -> Node:
    text = f"原文有误：{edition.wrong}；更正为：{edition.right}"
    return {"@type": "CorrectionComment", "text": text, "datePublished": edition.published_from.isoformat()}


def _corrections(found: Corrections, topics: Iterable[Topic]) -> list[Node]:
    """Corrections of the page, of these topics and of their interviews, in order."""
    every = list(found.page)
    for topic in topics:
        every += found.topics.get(topic.id or 0, [])
        for interview in topic.interviews:
            every += found.interviews.get(interview.id or 0, [])
    return [_correction(each) for each in sorted(every, key=lambda each: each.number)]


def image(photo: Photo, picture: Picture | None) -> Node | None:
    """A photo as printed; empty if it may not be shown or has no renditions yet."""
    crop = picture.crop("full") if picture else None
    if not crop or not crop.src or not photo.id:
        return None
    node = {
        "@type": "ImageObject",
        "contentUrl": settings.SITE_URL + crop.src,
        "url": absolute("photo", photo.id),
        "width": crop.width,
        "height": crop.height,
        "caption": photo.caption,
        "creditText": photo.credit_line,
    }
    return _without_empty(node)


def _images(document: FeatureDocument, pictures: Pictures) -> list[Node]:
    """The cover and the placed photos, each once."""
    placed = {photo.id: photo for photo in (document.cover, *document.photos) if photo is not None and photo.id}
    return [node for key, photo in placed.items() if (node := image(photo, pictures.get(key)))]


def _without_empty(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in ("", [], {}, None)}
