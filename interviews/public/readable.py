"""Read revisions for pages that show many: a damaged one is left out, logged once and noted for the newsroom."""

from __future__ import annotations

import logging
from contextlib import suppress

from django.db import DatabaseError

from interviews.document import DocumentError, FeatureDocument
from interviews.models import Observation, Revision

logger = logging.getLogger(__name__)
_reported: set[int] = set()


def readable(revision: Revision) -> FeatureDocument | None:
    """The revision's document, None if it cannot be read."""
    try:
        return revision.read()
    except DocumentError:
        if revision.pk not in _reported:
            _reported.add(revision.pk)
            logger.error("Revision %s of feature %s is damaged", revision.pk, revision.feature_id)
            sentence = f"专题 {revision.feature_id} 的第 {revision.number} 稿（编号 {revision.pk}）。"
            with suppress(DatabaseError):
                Observation.note(f"revision:{revision.pk}", well=False, sentence=sentence)
        return None
