"""The read API: its description, what it shows and hides, its pages, errors and tokens."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils import timezone
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from interviews import people, photodesk, publishing
from interviews.models import Photo, Speaker
from interviews.public.api.openapi import KINDS, document
from interviews.public.urls import urlpatterns
from interviews.public.views.faults import server_error
from jinzhong_eco import environment
from tests.builders import a_document, a_draft, a_speaker, a_topic, an_interview, published
from tests.shared_rows import built_once

from .pages import a_full_document, publish_many
from .register import a_site
from .stores import Process

pytestmark = pytest.mark.django_db

TOKEN = "晋中".encode().hex() * 4


@built_once
def site(cast):
    """Several of everything."""
    publish_many(cast, 3)
    return a_site(cast)


def validator(response_of: str = "", code: str = "200"):
    """The schema of an operation's response, or else of problems."""
    described = document()
    for operations in described["paths"].values():
        if operations["get"]["operationId"] == response_of:
            (content,) = operations["get"]["responses"][code]["content"].values()
            return Draft202012Validator({**described, **content["schema"]})
    return Draft202012Validator({**described, "$ref": "#/components/schemas/Problem"})


def path_of(kind, key: int) -> str:
    return reverse(f"public:api-{kind.one}", args=[key])


def all_of(client, path: str) -> list[dict]:
    """The items of a list, page by page."""
    found = []
    while path:
        data = client.get(path).json()
        found += data["items"]
        path = data["next"] and data["next"].removeprefix("http://127.0.0.1:8000")
    return found


class TestDescription:
    def test_is_openapi(self, client, db):
        described = client.get("/api/v1/openapi.json").json()
        assert described["openapi"].startswith("3.1")
        assert [str(error) for error in OpenAPIV31SpecValidator(described).iter_errors()] == []

    def test_describes_every_address(self, client, db):
        described = set(client.get("/api/v1/openapi.json").json()["paths"])
        routes = {f"/{each.pattern}" for each in urlpatterns if str(each.pattern).startswith("api/")}
        assert described == {re.sub("<.*?>", "{id}", route) for route in routes} - {"/api/v1/openapi.json"}

    def test_responses_are_as_described(self, client, site):
        for kind in KINDS:
            listed = client.get(reverse(f"public:api-{kind.many}"))
            assert listed["Content-Type"] == "application/json"
            assert [error.message for error in validator(kind.many).iter_errors(listed.json())] == []
            assert listed.json()["items"], kind.many
            for item in listed.json()["items"]:
                alone = client.get(path_of(kind, item["id"])).json()
                assert [error.message for error in validator(kind.one).iter_errors(alone)] == []
                assert {name: alone[name] for name in item} == item

    def test_schema_notices_other_responses(self, client, cast, edition):
        data = client.get("/api/v1/features/").json()
        del data["items"][0]["date"]
        assert not validator("features").is_valid(data)


class TestContent:
    def test_feature_is_what_was_signed(self, client, edition):
        data = client.get(f"/api/v1/features/{edition.feature_id}/").json()
        assert data["digest"] == edition.revision.digest
        assert data["document"] == edition.revision.read().to_data()

    def test_addresses_lead_somewhere(self, client, site):
        newest = [client.get(reverse(f"public:api-{kind.many}")).json()["items"][0] for kind in KINDS]
        addresses = {urlsplit(address).path for address in re.findall(r"'(http://[^']*)'", str(newest))}
        assert [address for address in addresses if client.get(address).status_code != 200] == []
        assert len(addresses) > 10

    def test_statement_has_its_bylines(self, client, cast):
        published(cast, a_full_document(1))
        found = client.get("/api/v1/statements/").json()["items"][1]
        assert [(each["role"], each["name"]) for each in found["bylines"]] == [
            ("记者", "李娟"),
            ("记者", "史俊杰"),
            ("通讯员", "王明"),
        ]
        assert found["text"] == "清新的空气、如洗的蓝天，令人心旷神怡。"

    def test_statements_of_one_speaker(self, client, site):
        speaker = Speaker.objects.first()
        found = all_of(client, f"/api/v1/statements/?speaker={speaker.pk}&limit=1")
        every = all_of(client, "/api/v1/statements/")
        assert [each["id"] for each in found] == [each["id"] for each in every if each["speaker"]["id"] == speaker.pk]
        assert 0 < len(found) < len(every)

    def test_drafts_and_scheduled_pages_are_absent(self, client, cast):
        draft = a_draft(cast)
        scheduled = published(cast, at=timezone.now() + timedelta(hours=1)).feature
        assert [client.get(reverse(f"public:api-{kind.many}")).json()["items"] for kind in KINDS] == [[]] * len(KINDS)
        for feature in (draft, scheduled):
            assert client.get(f"/api/v1/features/{feature.pk}/").status_code == 404

    def test_withdrawn_page_says_why(self, client, cast, edition):
        topic = edition.revision.read().topics[0]
        publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="其中一处数据有误。")
        paths = [f"/api/v1/features/{edition.feature_id}/", f"/api/v1/topics/{topic.id}/"]
        for path in [*paths, f"/api/v1/statements/{topic.interviews[0].id}/"]:
            response = client.get(path)
            assert response.status_code == 410
            assert "其中一处数据有误。" in response.json()["detail"]
            assert validator().is_valid(response.json())
        assert client.get("/api/v1/statements/").json()["items"] == []

    def test_withdrawn_photo_is_gone(self, client, cast, site):
        (photo,) = client.get("/api/v1/photos/").json()["items"]
        assert photo["id"] == site["photo"]
        photodesk.withdraw(photo=Photo.objects.get(), actor=cast.chief, reason="当事人不同意")
        assert client.get("/api/v1/photos/").json()["items"] == []
        assert client.get(f"/api/v1/photos/{site['photo']}/").status_code == 410

    def test_merged_speaker_leads_to_the_kept_one(self, client, cast):
        for organisation in ("市环保局", "市生态环境局"):
            topic = a_topic("碧水", an_interview(speaker=a_speaker("裴国欣二", organisation)))
            published(cast, a_document(topics=(topic,)))
        kept, merged = Speaker.objects.order_by("pk")
        people.merge(kept=kept, merged=merged, actor=cast.editor)
        response = client.get(f"/api/v1/speakers/{merged.pk}/")
        assert (response.status_code, response["Location"]) == (301, f"/api/v1/speakers/{kept.pk}/")
        assert {each["speaker"]["id"] for each in all_of(client, "/api/v1/statements/")} == {kept.pk}


class TestPaging:
    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.many)
    def test_pages_hold_everything_once(self, client, site, kind):
        path = reverse(f"public:api-{kind.many}")
        every = client.get(f"{path}?limit=100").json()
        assert every["next"] is None
        assert all_of(client, f"{path}?limit=1") == every["items"]
        ids = [each["id"] for each in every["items"]]
        assert ids == sorted(set(ids), reverse=True)

    def test_page_published_meanwhile_moves_nothing(self, client, cast):
        publish_many(cast, 3)
        first = client.get("/api/v1/features/?limit=2").json()
        published(cast, a_full_document(4))
        rest = client.get(first["next"].removeprefix("http://127.0.0.1:8000")).json()
        assert len({each["id"] for each in (*first["items"], *rest["items"])}) == 3


class TestProblems:
    @pytest.mark.parametrize(
        ("address", "status", "detail"),
        [
            ("/api/v1/features/?before=x", 400, "before 应是正整数。"),
            ("/api/v1/features/?limit=0", 400, "limit 应是正整数。"),
            ("/api/v1/features/?limit=101", 400, "limit 最多 100。"),
            ("/api/v1/statements/?speaker=-1", 400, "speaker 应是正整数。"),
            ("/api/v1/features/999/", 404, "没有这一项，或者没有公开。"),
            ("/api/v1/photos/999/", 404, "没有这一项，或者没有公开。"),
            ("/api/v1/nothing", 404, "接口没有这个地址，请看 /api/v1/openapi.json。"),
        ],
    )
    def test_are_said_in_chinese(self, client, db, address, status, detail):
        response = client.get(address)
        assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
        assert (response.json()["status"], response.json()["detail"]) == (status, detail)
        assert validator().is_valid(response.json())

    def test_failures_too(self, rf):
        response = server_error(rf.get("/api/v1/features/"))
        assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")

    def test_only_reading(self, client, db):
        response = client.post("/api/v1/features/")
        assert response.status_code == 405
        assert (response["Allow"], response.json()["status"]) == ("GET, HEAD", 405)


class TestTokens:
    @pytest.fixture(autouse=True)
    def _token_only(self, settings, monkeypatch):
        monkeypatch.setenv("API_TOKENS", TOKEN)
        settings.API_TOKENS = environment.hashed_tokens("API_TOKENS")

    def test_setting_holds_hashes(self, settings, monkeypatch):
        hashed = hashlib.sha256(TOKEN.encode()).hexdigest()
        assert [hashed] == settings.API_TOKENS
        monkeypatch.setenv("API_TOKENS", f"sha256:{hashed}, {TOKEN}x")
        assert environment.hashed_tokens("API_TOKENS")[0] == hashed

    @pytest.mark.parametrize("value", ["short", "sha256:abc", "晋中" * 20, "a b" * 10])
    def test_nonsense_is_refused_without_repeating_it(self, monkeypatch, value):
        monkeypatch.setenv("API_TOKENS", value)
        with pytest.raises(ImproperlyConfigured, match="API_TOKENS") as refusal:
            environment.hashed_tokens("API_TOKENS")
        assert value not in str(refusal.value)

    @pytest.mark.parametrize("given", ["", TOKEN, "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}"])
    def test_without_one_nothing_is_shown(self, client, edition, given):
        for address in ("/api/v1/features/", f"/api/v1/features/{edition.feature_id}/", "/api/v1/openapi.json"):
            response = client.get(address, headers={"authorization": given})
            assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
            assert response["Cache-Control"] == "private, no-store"
            assert "擦亮" not in response.content.decode()

    def test_responses_are_private(self, client, edition):
        headers = {"authorization": f"Bearer {TOKEN}"}
        response = client.get("/api/v1/features/", headers=headers)
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-cache"
        assert "Authorization" in response["Vary"]
        again = client.get("/api/v1/features/", headers={**headers, "if-none-match": response["ETag"]})
        assert (again.status_code, again["Cache-Control"]) == (304, "private, no-cache")

    @pytest.mark.django_db(transaction=True)
    def test_page_store_keeps_none(self, edition, settings, tmp_path):
        settings.PAGE_STAMP = tmp_path / "pages.stamp"
        process = Process()
        for _ in range(2):
            assert process.ask("/api/v1/features/", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").status == 200
        assert process.ask("/api/v1/features/").status == 401
        assert len(process.rendered) == 3

    def test_description_says_so(self, client, db):
        described = client.get("/api/v1/openapi.json", headers={"authorization": f"Bearer {TOKEN}"}).json()
        assert described["security"] == [{"token": []}]
        assert OpenAPIV31SpecValidator(described).is_valid()
