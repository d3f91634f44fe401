"""Choose photographers by name."""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from django import forms

from interviews.models import Contributor


class Photographers:
    """Possible photographers, loaded once a request. Namesakes are told apart by a suffix in brackets."""

    @cached_property
    def labels(self) -> dict[str, Contributor]:
        rows = list(Contributor.objects.living().select_related("user"))
        times = Counter(row.name for row in rows)
        return {row.name if times[row.name] == 1 else str(row): row for row in rows}

    def label_of(self, person: Contributor | None) -> str:
        if person is None:
            return ""
        return next((label for label, row in self.labels.items() if row.pk == person.pk), str(person))

    def named(self, text: str) -> Contributor | None:
        """Find a photographer. Raises ValidationError if there is none, or more than one."""
        if not text:
            return None
        if text in self.labels:
            return self.labels[text]
        found = [row for row in self.labels.values() if text in {row.name, str(row)}]
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(f"有 {len(found)} 位采编人员叫“{text}”，请从列表里选一位。")
        raise forms.ValidationError(f"采编人员里没有“{text[:30]}”。外来作者不填这一栏，只填图片署名。")
