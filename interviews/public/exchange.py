"""A feature in the IPTC's formats: ninjs 2.1 as data, and what the NewsML-G2 template needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from markupsafe import Markup

from interviews.document import FeatureDocument, Photo
from interviews.models import Edition, EditionKind
from interviews.photodesk import Crop, Pictures
from interviews.publishing.page_meta import description, page_date
from interviews.text import richtext

from .structured_data import absolute

LANGUAGE = "zh-Hans"
NINJS = {
    "name": "ninjs",
    "version": "2.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_2.1.json",
}


@dataclass(frozen=True)
class NewsItem:
    """A public edition, all editions that readers have seen up to it, and its photos that may be shown."""

    edition: Edition
    seen: list[Edition]
    document: FeatureDocument
    pictures: Pictures

    @property
    def url(self) -> str:
        return absolute("feature", self.edition.feature_id)

    @property
    def publisher(self) -> str:
        return settings.PUBLISHER or settings.SITE_NAME

    @property
    def authors(self) -> list[str]:
        """Reporters by byline, each once; or else a reprint's author."""
        credits = (c for topic in self.document.topics for interview in topic.interviews for c in interview.credits)
        names = list(dict.fromkeys(person.name for credit in credits for person in credit.contributors))
        reprint = self.document.reprint
        return names or ([reprint.author] if reprint and reprint.author else [])

    @property
    def contributors(self) -> list[str]:
        """Names in the page's credits that are not authors."""
        names = (person.name for credit in self.document.credits for person in credit.contributors)
        return [name for name in dict.fromkeys(names) if name not in self.authors]

    @cached_property
    def speakers(self) -> list[tuple[str, str, str]]:
        """Name, post and URL of each speaker once."""
        speakers = (interview.speaker for topic in self.document.topics for interview in topic.interviews)
        return [
            (each.name, each.organisation + each.job_title, absolute("speaker", each.id or 0))
            for each in dict.fromkeys(speakers)
        ]

    @property
    def photos(self) -> list[tuple[Photo, Crop]]:
        """The cover and the placed photos that may be shown and have files, each once."""
        placed = {each.id: each for each in (self.document.cover, *self.document.photos) if each and each.id}
        crops = [(photo, self.pictures[key].crop("full")) for key, photo in placed.items() if key in self.pictures]
        return [(photo, crop) for photo, crop in crops if crop.src]

    @property
    def html(self) -> str:
        corrections = [each for each in self.seen if each.kind == EditionKind.CORRECTION]
        entry = {
            "lead": self.document.lead,
            "topics": self.document.topics,
            "headings": True,
            "reprint": self.document.reprint,
            "corrections": corrections,
        }
        return render_to_string("public/exchange_text.html", {"entry": entry}).strip()

    def newsml(self) -> dict[str, Any]:
        """The context of newsml.xml."""
        return {
            "item": self,
            "document": self.document,
            "site": {"url": settings.SITE_URL},
            "date": page_date(self.document, self.edition),
            "description": description(self.document),
            # The only void element in it.
            "body": Markup(self.html.replace("<br>", "<br/>")),  # noqa: S704 (our own template escapes)
            "language": LANGUAGE,
        }

    def ninjs(self) -> dict[str, Any]:
        document, reprint = self.document, self.document.reprint
        holder = reprint.source if reprint and reprint.source else self.publisher
        item = {
            "uri": self.url,
            "type": "text",
            "representationtype": "full",
            "standard": NINJS,
            "version": str(self.edition.number),
            "firstcreated": self.seen[0].published_from.isoformat(),
            "versioncreated": self.edition.published_from.isoformat(),
            "pubstatus": "usable",
            "language": LANGUAGE,
            "title": document.headline,
            "headlines": _texts(main=document.headline, kicker=document.kicker, subtitle=document.subtitle),
            "descriptions": [{"value": description(document)}],
            "by": "、".join(self.authors),
            "bodies": [{"role": "main", "contenttype": "text/html", **_counted(document), "value": self.html}],
            "people": [
                {"name": name, "rel": "speaker", "uri": uri, "literal": post} for name, post, uri in self.speakers
            ],
            "subjects": [{"name": subject.name} for subject in document.subjects],
            "infosources": [{"name": holder}],
            "copyrightholder": holder,
            "associations": [self._association(photo, crop) for photo, crop in self.photos],
        }
        return {name: value for name, value in item.items() if value not in ("", [])}

    def _association(self, photo: Photo, crop: Crop) -> dict[str, Any]:
        file = {"name": "full", "href": settings.SITE_URL + crop.src, "contenttype": "image/jpeg"}
        item = {
            "name": photo.caption or photo.alt_text or "照片",
            "uri": absolute("photo", photo.id or 0),
            "type": "picture",
            "by": photo.credit_line,
            "descriptions": _texts(caption=photo.caption, alternative=photo.alt_text),
            "renditions": [{**file, "width": crop.width, "height": crop.height}],
        }
        return {name: value for name, value in item.items() if value not in ("", [])}


def _texts(**texts: str) -> list[dict[str, str]]:
    return [{"role": role, "value": value} for role, value in texts.items() if value]


def _counted(document: FeatureDocument) -> dict[str, int]:
    bodies = (interview.body for topic in document.topics for interview in topic.interviews)
    return {"charcount": sum(map(richtext.count_characters, bodies))}
