"""The API's description, OpenAPI 3.1, made from the shapes of its responses."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from pydantic.json_schema import models_json_schema

from interviews.public.addresses import address

from . import schemas
from .answering import LIMIT, MOST

VERSION = "1.0.0"


class Kind(NamedTuple):
    """A kind of resource: its name in addresses, its Chinese name, the shape in lists and alone."""

    many: str
    one: str
    label: str
    listed: type[schemas.Shape]
    alone: type[schemas.Shape]


KINDS = (
    Kind("features", "feature", "专题", schemas.FeatureSummary, schemas.Feature),
    Kind("topics", "topic", "话题", schemas.TopicSummary, schemas.Topic),
    Kind("speakers", "speaker", "受访者", schemas.Speaker, schemas.Speaker),
    Kind("statements", "statement", "访谈", schemas.Statement, schemas.Statement),
    Kind("photos", "photo", "照片", schemas.Photo, schemas.Photo),
    Kind("corrections", "correction", "更正", schemas.Correction, schemas.Correction),
)


def document() -> dict[str, Any]:
    return _document(settings.SITE_NAME, settings.SITE_URL, bool(settings.API_TOKENS))


@lru_cache
def _document(site: str, url: str, private: bool) -> dict[str, Any]:
    shapes, components = _components()
    security: dict[str, Any] = {"security": [{"token": []}]} if private else {}
    if private:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{site} · 只读接口", "version": VERSION, "description": "只含读者看得到的内容。"},
        "servers": [{"url": url}],
        "paths": {path: {"get": operation} for kind in KINDS for path, operation in _paths(kind, shapes).items()},
        "components": components,
        **security,
    }


def _components() -> tuple[dict[type[schemas.Shape], dict[str, str]], dict[str, Any]]:
    """References to the shapes, and their schemas."""
    lists = [schemas.Items[kind.listed] for kind in KINDS]  # type: ignore[name-defined]
    models: list[type[schemas.Shape]] = [*lists, *(kind.alone for kind in KINDS), schemas.Problem]
    references, definitions = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    return {model: references[model, "validation"] for model in models}, {"schemas": definitions["$defs"]}


def _paths(kind: Kind, shapes: dict[type[schemas.Shape], dict[str, str]]) -> dict[str, dict[str, Any]]:
    own = [_parameter("speaker", "query", "只要这位受访者的访谈")] if kind.many == "statements" else []
    paging = [
        _parameter("before", "query", "只要编号小于它的；照 next 写的地址请求即可"),
        _parameter("limit", "query", "每页多少条", maximum=MOST, default=LIMIT),
    ]
    listed = schemas.Items[kind.listed]  # type: ignore[name-defined]
    problems = {code: _content("出错", shapes[schemas.Problem], "application/problem+json") for code in _ERRORS}
    return {
        address(f"api-{kind.many}"): {
            "operationId": kind.many,
            "summary": f"{kind.label}，编号大的在前",
            "parameters": [*own, *paging],
            "responses": {"200": _content(kind.label, shapes[listed]), **problems},
        },
        address(f"api-{kind.one}", 1).replace("/1/", "/{id}/"): {
            "operationId": kind.one,
            "summary": f"一项{kind.label}；撤下的答 410 和原因",
            "parameters": [{**_parameter("id", "path", "编号"), "required": True}],
            "responses": {"200": _content(kind.label, shapes[kind.alone]), **problems},
        },
    }


_ERRORS = ("4XX", "5XX")


def _parameter(name: str, place: str, description: str, **limits: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, **limits}
    return {"name": name, "in": place, "description": description, "schema": schema}


def _content(description: str, schema: dict[str, str], kind: str = "application/json") -> dict[str, Any]:
    return {"description": description, "content": {kind: {"schema": schema}}}
