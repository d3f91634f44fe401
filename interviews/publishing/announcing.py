"""Tell other systems what readers see: editions from their moment on, and withdrawals."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.conf import settings
from django.urls import reverse

from interviews import outbox
from interviews.document import FeatureDocument
from interviews.models import Edition, EditionKind, PublicEvent, Withdrawal

EVENTS = {
    EditionKind.FIRST: PublicEvent.PUBLISHED,
    EditionKind.CORRECTION: PublicEvent.CORRECTED,
    EditionKind.UPDATE: PublicEvent.UPDATED,
}


def published(edition: Edition, document: FeatureDocument) -> None:
    """Announce an edition. Call in the verb's transaction, under the feature's lock."""
    facts = {
        "headline": document.headline,
        "edition": edition.number,
        "published_from": edition.published_from.astimezone(UTC).isoformat(),
        "note": edition.note,
        "wrong": edition.wrong,
        "right": edition.right,
    }
    outbox.post(
        event=EVENTS[EditionKind(edition.kind)],
        moment=edition.published_from,
        data=_addresses(edition.feature_id) | {name: value for name, value in facts.items() if value},
        feature=edition.feature,
        edition=edition,
    )


def withdrawn(withdrawal: Withdrawal) -> None:
    """Announce a withdrawal, of a feature that readers saw."""
    outbox.post(
        event=PublicEvent.WITHDRAWN,
        moment=withdrawal.created_at,
        data=_addresses(withdrawal.feature_id) | {"reason": withdrawal.reason},
        feature=withdrawal.feature,
    )


def _addresses(feature: int) -> dict[str, Any]:
    page, document = (reverse(f"public:{name}", args=[feature]) for name in ("feature", "feature-json"))
    return {"feature": feature, "url": settings.SITE_URL + page, "json": settings.SITE_URL + document}
