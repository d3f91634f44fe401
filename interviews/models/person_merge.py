from django.conf import settings
from django.db import models


class PersonKind(models.TextChoices):
    SPEAKER = "speaker", "受访者"
    CONTRIBUTOR = "contributor", "采编人员"


class Merge(models.Model):
    """A merge of two records of one person: by whom, when, and which rows moved. Append-only.

    Ids and labels instead of foreign keys: after an undo, the record may be deleted.
    """

    kind = models.CharField("类别", max_length=20, choices=PersonKind.choices)
    merged_id = models.PositiveBigIntegerField("并入者编号")
    merged_label = models.TextField("并入者")
    kept_id = models.PositiveBigIntegerField("保留者编号")
    kept_label = models.TextField("保留者")
    # Primary keys of the rows that referred to the merged record: see interviews.people.merging.
    moved = models.JSONField("移动的行")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="经手人", related_name="+"
    )
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "人物合并"
        ordering = ["-pk"]
        default_permissions = ["view"]
        permissions = [("merge_people", "合并重复的人物")]
        indexes = [models.Index(fields=["kind", "merged_id"], name="merge_by_merged")]

    def __str__(self) -> str:
        return f"{self.merged_label} → {self.kept_label}"

    @property
    def moved_count(self) -> int:
        return sum(len(self.moved.get(name, ())) for name in ("rows", "photos", "photos_of_both"))


class MergeUndo(models.Model):
    """The undoing of a merge. A row of its own, since merges are append-only."""

    merge = models.OneToOneField(Merge, models.PROTECT, related_name="undo", verbose_name="合并")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="撤销人", related_name="+"
    )
    created_at = models.DateTimeField("撤销时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "合并撤销"
        default_permissions = []

    def __str__(self) -> str:
        return f"撤销 {self.merge_id}"
