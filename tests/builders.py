"""Test builders with realistic values."""

from itertools import count
from pathlib import Path

from django.db import transaction
from django.utils import timezone

import interviews
from interviews import document as d
from interviews import publishing
from interviews.drafting import draft
from interviews.models import Edition, Feature, Photo, Stage, Verdict
from interviews.publishing import review
from interviews.workflow.state import latest_revision, review_steps

from .cast import Cast
from .thorough import THOROUGH

SAMPLE = Path(interviews.__file__).parent / "pages" / "ecology-2025.txt"


def a_speaker(name="裴国欣", organisation="市生态环境局大气科", job_title="科长") -> d.Speaker:
    return d.Speaker(name=name, organisation=organisation, job_title=job_title)


def a_credit(role="记者", *names: str) -> d.Credit:
    return d.Credit(role=role, contributors=tuple(d.Contributor(name=name) for name in names or ("武玲芳",)))


def an_interview(body="<p>清新的空气、如洗的蓝天，令人心旷神怡。</p>", **fields) -> d.Interview:
    return d.Interview(**{"speaker": a_speaker(), "body": body, "credits": (a_credit(),), **fields})


def a_topic(title="蓝天白云常相伴", *interviews: d.Interview) -> d.Topic:
    return d.Topic(title=title, interviews=interviews or (an_interview(),))


def a_reprint(**fields) -> d.Reprint:
    url = "https://www.sxrb.com/2025/0311/汾河.html?from=a&to=b"
    return d.Reprint(**{"source": "山西日报", "author": "沈佳", "title": "汾河水清", "url": url, **fields})


def a_document(**fields) -> d.FeatureDocument:
    """Build a page with one topic and no blockers."""
    defaults = {
        "headline": "擦亮生态底色\u3000描绘美丽画卷",
        "subtitle": "我市各界人士就美丽晋中建设畅所欲言",
        "lead": ("良好的生态环境是美好生活的基础、人民共同的期盼。",),
        "topics": (a_topic(),),
        "credits": (a_credit("策划", "路丽华"),),
    }
    return d.FeatureDocument(**{**defaults, **fields})


_numbers = count(1)


def a_photo(**fields) -> Photo:
    """Insert a photo row without files, for code that only reads rows."""
    number = next(_numbers)
    defaults = {
        "original": f"00/{number:064x}.jpg",
        "sha256": f"{number:064x}",
        "format": "JPEG",
        "bytes": 1000,
        "width": 1600,
        "height": 1200,
        "perceptual_hash": number,
        "colour": "#336699",
        "caption": "三月十二日，干部群众在乌金山义务植树。",
        "alt_text": "几十个人在山坡上植树",
        "credit_line": "程婧 摄",
    }
    return Photo.objects.create(**{**defaults, **fields})


def a_document_with(photo: Photo, **fields) -> d.FeatureDocument:
    """Build a page with the photo as cover, portrait and figure."""
    picture = d.Photo(id=photo.pk, caption=photo.caption, credit_line=photo.credit_line, alt_text=photo.alt_text)
    portrait = d.Portrait(id=photo.pk, credit_line=photo.credit_line, alt_text="裴国欣，市生态环境局大气科科长")
    topics = (a_topic("蓝天白云常相伴", an_interview(portrait=portrait)),)
    return a_document(**{"cover": picture, "photos": (picture,), "topics": topics, **fields})


def a_draft(cast: Cast, document: d.FeatureDocument | None = None) -> Feature:
    """Create a feature, saved by the reporter."""
    feature = draft(document=document or a_document(), actor=cast.reporter)
    publishing.record(feature=feature, actor=cast.reporter)
    return feature


def submitted(cast: Cast, document: d.FeatureDocument | None = None) -> Feature:
    feature = a_draft(cast, document)
    publishing.submit(feature=feature, actor=cast.reporter)
    return feature


def sign_all(cast: Cast, feature: Feature) -> None:
    for reviewer in (cast.editor, cast.head, cast.chief):
        publishing.sign(feature=feature, actor=reviewer)


def signed_by_verbs(cast: Cast, document: d.FeatureDocument | None = None) -> Feature:
    feature = submitted(cast, document)
    sign_all(cast, feature)
    return feature


def signed(cast: Cast, document: d.FeatureDocument | None = None) -> Feature:
    """Create a feature under review with all signatures, without the verbs' checks and counts unless thorough.

    Half of the time of tests that need a published page would go into these.
    """
    if THOROUGH:
        return signed_by_verbs(cast, document)
    feature = a_draft(cast, document)
    feature.stage, feature.submitted_at = Stage.REVIEW, timezone.now()
    feature.save(update_fields=["stage", "submitted_at", "updated_at"])
    revision = latest_revision(feature)
    with transaction.atomic():
        for step, signer in zip(review_steps(), (cast.editor, cast.head, cast.chief), strict=True):
            review.give_verdict(revision, step, signer, Verdict.SIGNED, "", override=False)
    return feature


def published(cast: Cast, document: d.FeatureDocument | None = None, at=None) -> Edition:
    return publishing.publish(feature=signed(cast, document), actor=cast.chief, at=at)
