from __future__ import annotations

from django.db import models


class SearchTally(models.Model):
    """The counted hits of a search that has very many, at a moment: counting them anew would take seconds.

    What was published or ended since is counted on top. Rebuildable: it may be deleted at any time.
    """

    # Digest of the terms and filters.
    key = models.CharField(max_length=64, unique=True)
    moment = models.DateTimeField()
    # By month, subject, speaker and contributor.
    counts = models.JSONField()

    class Meta:
        verbose_name = verbose_name_plural = "检索计数"
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key
