from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Self, TypeVar

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from interviews import document
from interviews.document.credit_roles import RoleKind, RoleKinds, kind_of_role
from interviews.text.chinese import name_sort_key

from .fields import LineField, ParagraphsField

_Person = TypeVar("_Person", bound="Person", covariant=True)


class PersonQuerySet(models.QuerySet[_Person]):
    def living(self) -> Self:
        """Exclude merged records: for lists, pickers and searches."""
        return self.filter(merged_into=None)

    def for_matching(self) -> Self:
        """Order rows for a lookup by name in which later rows win: merged records first, then newest to oldest."""
        return self.order_by(F("merged_into").asc(nulls_last=True), "-pk")


class Person(models.Model):
    """A person's name and its sort key, pinyin by default, editable where pinyin misreads the name."""

    name = LineField("姓名", max_length=document.NAME_LENGTH)
    name_sort = LineField(
        "排序用拼音",
        max_length=document.NAME_LENGTH * 8,
        blank=True,
        db_index=True,
        help_text="留空则自动填写；读音有误可改。",
    )
    # Merged records stay as aliases: old documents and URLs still refer to them.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, verbose_name="已并入", related_name="aliases"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if not self.name_sort:
            self.name_sort = name_sort_key(self.name)
            update_fields = {*update_fields, "name_sort"} if update_fields is not None else None
        super().save(update_fields=update_fields, **kwargs)


class Speaker(Person):
    """An interviewee. Organisation and job title are current; each interview has its own as printed."""

    organisation = LineField("单位", max_length=document.ORGANISATION_LENGTH, blank=True)
    job_title = LineField("职务", max_length=document.JOB_TITLE_LENGTH, blank=True)
    note = ParagraphsField("备注", blank=True, help_text="仅编辑部可见。")
    # The default for new interviews, ahead of the last published portrait. Pages show the interview's own.
    portrait = models.ForeignKey(
        "interviews.Photo", models.PROTECT, null=True, blank=True, verbose_name="肖像", related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "受访者"
        ordering = ["name_sort", "organisation", "pk"]
        # Drafting looks a speaker up by name and organisation.
        indexes = [
            models.Index(fields=["name", "organisation"], name="speaker_by_name"),
            # Readers' list.
            models.Index(fields=["name_sort", "id"], name="speaker_by_pinyin"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(merged_into=F("id")), name="speaker_not_its_own_alias")]

    def __str__(self) -> str:
        post = f"{self.organisation}{self.job_title}"
        return f"{self.name}（{post}）" if post else self.name


class Contributor(Person):
    """A person credited on pages: reporter, photographer, planner, editor."""

    department = LineField(
        "部门",
        max_length=document.ORGANISATION_LENGTH,
        blank=True,
        help_text="仅编辑部可见，用来分辨重名的人。",
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name="账号",
        related_name="contributor",
    )

    class Meta:
        verbose_name = verbose_name_plural = "采编人员"
        ordering = ["name_sort", "pk"]
        # Drafting looks a contributor up by name.
        indexes = [models.Index(fields=["name"], name="contributor_by_name")]
        constraints = [models.CheckConstraint(condition=~Q(merged_into=F("id")), name="contributor_not_its_own_alias")]

    def __str__(self) -> str:
        """Name with department or username, to tell namesakes apart. Needs `select_related("user")` for the latter:
        it never queries the database."""
        user = self.user if self.user_id and "user" in self._state.fields_cache else None
        account = user.get_username() if user else ""
        mark = self.department or account
        return f"{self.name}（{mark}）" if mark else self.name


class Workload(Contributor):
    """Proxy that gives the workload report its admin page and the permission to see everybody's."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "工作量"
        default_permissions = ["view"]


class CreditRoleQuerySet(models.QuerySet["CreditRole"]):
    def kinds(self) -> RoleKinds:
        """Return the kinds of roles by name, also for names without a row: one query."""
        return RoleKinds({name: RoleKind(kind) for name, kind in self.exclude(kind="").values_list("name", "kind")})


class CreditRole(models.Model):
    """A role in the credits (策划, 记者, 摄影 …), with its weight in the workload report."""

    name = LineField("名称", max_length=document.ROLE_LENGTH, unique=True)
    kind = models.CharField(
        "类别",
        max_length=20,
        blank=True,
        choices=[(kind.value, kind.label) for kind in RoleKind],
        help_text="留空则按名称判断（全媒体记者是采写）。送审、差错统计、公开页面和图片库都以此为准。",
    )
    position = models.PositiveSmallIntegerField("次序", default=100)
    weight = models.DecimalField(
        "权重",
        max_digits=5,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(0), "权重不能是负数。")],
        help_text="工作量合计时，一次署名折算为多少。",
    )

    objects = CreditRoleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "署名角色"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def actual_kind(self) -> RoleKind:
        """The kind set by the newsroom, else inferred from the name."""
        return RoleKind(self.kind) if self.kind else kind_of_role(self.name)


class SubjectQuerySet(models.QuerySet["Subject"]):
    def colours(self) -> dict[int, str]:
        """Return the colours by id: one query."""
        return dict(self.values_list("pk", "colour"))


class Subject(models.Model):
    """A subject by which readers filter topics."""

    name = LineField("名称", max_length=document.NAME_LENGTH, unique=True)
    colour = models.CharField(
        "颜色",
        max_length=7,
        default="#2f6f73",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", "颜色写作 #2f6f73 这样的六位十六进制数。")],
    )

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "领域"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
