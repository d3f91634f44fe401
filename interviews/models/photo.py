from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from interviews import document

from .feature import Feature
from .fields import LineField, ParagraphsField
from .people import Contributor, Speaker, Subject
from .published import PublishedPhoto

KEYWORDS_LENGTH = 500


def usable(at: datetime | None = None, prefix: str = "") -> Q:
    """Condition for photos that may be shown: not withdrawn and not expired (dates in Beijing time, inclusive)."""
    return usable_on(timezone.localdate(at), prefix)


def usable_on(day: date, prefix: str = "") -> Q:
    in_term = Q(**{f"{prefix}expires_on__isnull": True}) | Q(**{f"{prefix}expires_on__gte": day})
    return Q(**{f"{prefix}withdrawn_at__isnull": True}) & in_term


def unusable(at: datetime | None = None, prefix: str = "") -> Q:
    """The opposite of `usable`, put so that indexes serve it: such photos are few."""
    return Q(**{f"{prefix}withdrawn_at__isnull": False}) | Q(**{f"{prefix}expires_on__lt": timezone.localdate(at)})


class PhotoQuerySet(models.QuerySet["Photo"]):
    def current(self) -> Self:
        """Exclude photos replaced by a newer file: for the library, pickers and searches."""
        return self.filter(replaced_by=None)

    def usable(self, at: datetime | None = None) -> Self:
        return self.filter(usable(at))

    def public(self, at: datetime | None = None) -> Self:
        """Usable photos on public pages."""
        return self.usable(at).filter(Exists(PublishedPhoto.objects.public(at).filter(photo=OuterRef("pk"))))


class Photo(models.Model):
    """A picture in the library: its original file, which is never public, and its metadata."""

    # File name in storage: made from the hash, never from the uploader's file name.
    original = models.CharField("原图", max_length=120, editable=False)
    sha256 = models.CharField("校验值", max_length=64, unique=True, editable=False)
    format = models.CharField("格式", max_length=10, editable=False)
    bytes = models.PositiveBigIntegerField("字节数", editable=False)
    # Displayed size, after EXIF orientation.
    width = models.PositiveIntegerField("宽", editable=False)
    height = models.PositiveIntegerField("高", editable=False)
    perceptual_hash = models.BigIntegerField("指纹", editable=False)
    colour = models.CharField("主色", max_length=7, editable=False)
    file_name = LineField("原文件名", max_length=255, blank=True, editable=False)

    headline = LineField("标题", max_length=document.TITLE_LENGTH, blank=True)
    caption = LineField("图片说明", max_length=document.CAPTION_LENGTH, blank=True)
    alt_text = LineField(
        "替代文字",
        max_length=document.ALT_LENGTH,
        blank=True,
        help_text="给看不见图的读者：画面里是谁、在做什么。",
    )
    people = models.ManyToManyField(Speaker, blank=True, verbose_name="画面中的人", related_name="photos")
    subjects = models.ManyToManyField(Subject, blank=True, verbose_name="领域", related_name="+")
    keywords = LineField("关键词", max_length=KEYWORDS_LENGTH, blank=True, help_text="用顿号隔开。")
    photographer = models.ForeignKey(
        Contributor, models.PROTECT, null=True, blank=True, verbose_name="摄影者", related_name="photos"
    )
    credit_line = LineField("图片署名", max_length=document.TITLE_LENGTH, blank=True, help_text="如“程婧 摄”。")
    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True)
    place = LineField("拍摄地点", max_length=document.TITLE_LENGTH, blank=True)
    # Focal point, which every crop keeps: fractions of width and height from the top left.
    focal_x = models.FloatField("焦点（横）", null=True, blank=True)
    focal_y = models.FloatField("焦点（纵）", null=True, blank=True)

    source = LineField("来源", max_length=document.TITLE_LENGTH, blank=True, help_text="本报记者、通讯员、新华社等。")
    copyright = LineField("版权", max_length=document.TITLE_LENGTH, blank=True, help_text="写入公开的图片文件。")
    terms = ParagraphsField("使用条件", blank=True)
    consent_note = ParagraphsField("肖像授权", blank=True, help_text="谁、何时、怎样同意的。")
    consent_file = models.CharField("授权书", max_length=120, blank=True, editable=False)
    expires_on = models.DateField("可用至", null=True, blank=True, help_text="含当天；过后不再公开。")
    withdrawn_at = models.DateTimeField("撤下时间", null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        verbose_name="撤下人",
        related_name="+",
    )
    withdrawal_reason = ParagraphsField("撤下原因", blank=True, editable=False)

    # The feature it was uploaded for; doesn't count as usage.
    feature = models.ForeignKey(
        Feature, models.SET_NULL, null=True, blank=True, verbose_name="为哪个专题上传", related_name="uploads"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        verbose_name="上传人",
        related_name="photos",
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    updated_at = models.DateTimeField("修改时间", auto_now=True)
    # Replacing the file creates a new photo: editions keep the one they were published with.
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, verbose_name="已换成", related_name="replaces"
    )
    # Hash of the settings its renditions were made with; if it differs from the current one, they are outdated.
    recipe = models.CharField("裁切方案", max_length=64, blank=True, editable=False)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "照片"
        ordering = ["-uploaded_at", "-pk"]
        permissions = [("withdraw_photo", "撤下照片")]
        indexes = [
            # For the photo library and its filters.
            models.Index(fields=["-uploaded_at", "-id"], name="photo_newest"),
            models.Index(fields=["-taken_at"], name="photo_taken"),
            # Photos that may not be shown.
            models.Index(fields=["withdrawn_at"], condition=Q(withdrawn_at__isnull=False), name="photo_withdrawn"),
            models.Index(fields=["expires_on"], condition=Q(expires_on__isnull=False), name="photo_expiring"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(focal_x__isnull=True, focal_y__isnull=True)
                | Q(focal_x__range=(0, 1), focal_y__range=(0, 1)),
                name="photo_focal",
                violation_error_message="焦点应在画面之内。",
            ),
            models.CheckConstraint(condition=~Q(replaced_by=F("id")), name="photo_not_its_own_successor"),
        ]

    def __str__(self) -> str:
        return self.headline or self.caption[:40] or self.file_name or f"照片 {self.pk}"

    @property
    def focal(self) -> tuple[float, float] | None:
        return None if self.focal_x is None or self.focal_y is None else (self.focal_x, self.focal_y)

    @property
    def is_expired(self) -> bool:
        return expired(self.expires_on)

    @property
    def is_usable(self) -> bool:
        return self.withdrawn_at is None and not self.is_expired


def expired(expires_on: date | None, at: datetime | None = None) -> bool:
    return expires_on is not None and expires_on < timezone.localdate(at)


class RenditionQuerySet(models.QuerySet["Rendition"]):
    def fresh(self) -> Self:
        return self.filter(superseded_at=None)


class Rendition(models.Model):
    """A public image file: one crop of a photo in one size and format."""

    photo = models.ForeignKey(Photo, models.CASCADE, related_name="renditions", verbose_name="照片")
    spec = models.CharField("裁切", max_length=10)
    format = models.CharField("格式", max_length=4)
    width = models.PositiveIntegerField("宽")
    height = models.PositiveIntegerField("高")
    bytes = models.PositiveIntegerField("字节数")
    # File name: photo id and a hash of crop and bytes, so a name never changes its content.
    name = models.CharField("文件名", max_length=80, unique=True)
    # Superseded files are kept for a while: cached pages still link to them.
    superseded_at = models.DateTimeField("更换时间", null=True)

    objects = RenditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开图"
        ordering = ["photo", "spec", "format", "width"]
        # For the hourly deletion of superseded files, among millions.
        indexes = [
            models.Index(
                fields=["superseded_at"], condition=Q(superseded_at__isnull=False), name="rendition_superseded"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["photo", "spec", "format", "width"],
                condition=Q(superseded_at=None),
                name="rendition_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name
