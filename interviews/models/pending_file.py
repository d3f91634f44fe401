from __future__ import annotations

from django.db import models


class PendingFile(models.Model):
    """A stored file that perhaps no row names, so that orphans are found without listing all files.

    Noted before the file is written and forgotten with the commit of the row that names it; noted again when that row
    is deleted.
    """

    kind = models.CharField("种类", max_length=10)
    name = models.CharField("文件名", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "待登记的文件"
        default_permissions = []
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="pending_file_once")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"
