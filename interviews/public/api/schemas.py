"""The shapes of responses. OpenAPI's schemas are made from them, so field descriptions are in Chinese."""

from __future__ import annotations

from datetime import date as Date
from typing import Annotated, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from interviews.document import FeatureDocument

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Page = Annotated[str, Field(description="读者看的网页", json_schema_extra={"format": "uri"})]
Resource = Annotated[str, Field(description="接口地址", json_schema_extra={"format": "uri"})]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_Item = TypeVar("_Item", bound=Shape)


class Items(Shape, Generic[_Item]):
    items: list[_Item]
    next: Annotated[str | None, Field(description="下一页的地址；没有下一页时为 null")]


class Problem(Shape):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: Annotated[str, Field(description="出了什么问题、怎么办")]


class FeatureRef(Shape):
    id: Id
    headline: str
    url: Page
    api_url: Resource


class TopicRef(Shape):
    id: Id
    title: str
    url: Page
    api_url: Resource


class Named(Shape):
    id: Id
    name: str


class Speaker(Shape):
    """受访者。单位和职务以见报时为准。"""

    id: Id
    name: str
    organisation: str
    job_title: str
    url: Page
    api_url: Resource


class Byline(Shape):
    id: Id
    role: str
    name: str
    url: Page


class FeatureSummary(FeatureRef):
    """专题。"""

    subtitle: str
    summary: str
    date: Annotated[Date, Field(description="见报日期；没有时是发布日期")]
    page: Annotated[int | None, Field(description="版次")]
    page_name: str
    edition: Annotated[int, Field(description="第几次发布")]
    published_at: Annotated[AwareDatetime, Field(description="这一次发布的时间")]
    subjects: list[Named]
    topics: list[TopicRef]


class Correction(Shape):
    """更正。"""

    id: Id
    feature: FeatureRef
    edition: int
    published_at: AwareDatetime
    wrong: Annotated[str, Field(description="原文有误处")]
    right: Annotated[str, Field(description="更正为")]
    note: str
    topic_id: Annotated[int | None, Field(description="更正的话题；全版的更正为 null")]
    statement_id: Annotated[int | None, Field(description="更正的访谈；全版或整个话题的更正为 null")]


class Feature(FeatureSummary):
    """专题，连同正文。"""

    first_published_at: AwareDatetime
    digest: Annotated[str, Field(description="正文的 SHA-256，签发的就是它")]
    document: FeatureDocument
    corrections: list[Correction]


class Statement(Shape):
    """一位受访者在一个话题下的谈话。带格式的正文在专题的 document 里。"""

    id: Id
    speaker: Speaker
    text: Annotated[str, Field(description="纯文本，一段一行")]
    date: Date
    bylines: list[Byline]
    topic: TopicRef
    feature: FeatureRef


class TopicSummary(TopicRef):
    """话题。"""

    date: Date
    position: Annotated[int, Field(description="版面上的次序，从 0 起")]
    feature: FeatureRef
    speakers: list[Speaker]


class Topic(TopicSummary):
    """话题，连同访谈。"""

    statements: list[Statement]


class PhotoFile(Shape):
    url: Page
    width: int
    height: int
    type: Annotated[str, Field(description="媒体类型，如 image/jpeg")]


class Photo(Shape):
    """照片，连同最近一次见报时的说明。`files` 是不裁切的各种大小。"""

    id: Id
    url: Page
    api_url: Resource
    caption: str
    credit_line: str
    alt_text: str
    date: Date
    feature: FeatureRef
    files: list[PhotoFile]
