"""Export of the audit log."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.urls import reverse

from interviews import publishing
from interviews.models import LedgerEntry, LedgerHead, append_only
from interviews.reports import audit_export
from tests.builders import a_document, published, submitted
from tests.publishing.test_editions import next_version

pytestmark = pytest.mark.django_db
EXPORT = reverse("admin:interviews_ledgerentry_export")


def lines(client, **filters):
    response = client.get(EXPORT, {"export": 1, **filters})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.streaming
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def chief(client, cast):
    client.force_login(cast.chief)
    return cast.chief


class TestPermissions:
    @pytest.mark.parametrize("who", ["chief", "superuser"])
    def test_chiefs(self, client, cast, who):
        client.force_login(getattr(cast, who))
        assert client.get(EXPORT).status_code == 200
        assert EXPORT in client.get(reverse("admin:interviews_ledgerentry_changelist")).content.decode()
        assert lines(client)[-1]["序号"] == "链尾"

    @pytest.mark.parametrize("who", ["reporter", "photographer", "editor", "head"])
    def test_others_are_forbidden(self, client, cast, who):
        client.force_login(getattr(cast, who))
        assert client.get(EXPORT).status_code == 403
        assert client.get(EXPORT, {"export": 1}).status_code == 403

    @pytest.mark.parametrize("who", [None, "outsider"])
    def test_login_required(self, client, cast, who):
        if who:
            client.force_login(getattr(cast, who))
        assert client.get(EXPORT, {"export": 1})["Location"].startswith("/admin/login/")


class TestContent:
    def test_entries(self, client, cast, chief, at):
        at(datetime(2025, 3, 12, 16, 30, tzinfo=UTC))
        edition = published(cast)
        publishing.withdraw(feature=edition.feature, actor=cast.chief, reason="数据有误")
        *entries, end = lines(client)
        assert [entry["动作"] for entry in entries] == ["签发", "签发", "签发", "发布", "撤下"]
        assert [entry["审稿环节"] for entry in entries] == ["初审", "复审", "终审", "", ""]
        assert [entry["修订号"] for entry in entries] == ["1", "1", "1", "1", ""]
        assert [entry["经手人"] for entry in entries] == ["editor", "head", "chief", "chief", "chief"]
        assert {entry["时间（北京）"] for entry in entries} == {"2025-03-13T00:30:00+08:00"}
        assert entries[-1]["意见、理由或说明"] == "数据有误"
        assert entries[0]["专题标题"] == "擦亮生态底色\u3000描绘美丽画卷"
        assert [entry["散列值"] for entry in entries] == list(LedgerEntry.objects.values_list("hash", flat=True))
        assert end["散列值"] == LedgerHead.objects.get().hash

    def test_overrides_are_marked(self, client, cast, chief):
        publishing.sign(feature=submitted(cast), actor=cast.superuser, comment="编辑外出，电话核准")
        entry = lines(client)[0]
        assert (entry["越权"], entry["意见、理由或说明"]) == ("是", "编辑外出，电话核准")

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
    def test_formulas_are_escaped(self, client, cast, chief, start):
        publishing.sign(feature=submitted(cast, a_document(headline="@标题")), actor=cast.editor, comment="x")
        with append_only.lifted(connection):
            entry = LedgerEntry.objects.get()
            payload = entry.payload.replace('"x"', f'"{start}cmd()"'.replace("\t", "\\t"))
            LedgerEntry.objects.update(payload=payload)
        entry = lines(client)[0]
        assert entry["意见、理由或说明"] == f"'{start}cmd()"
        assert entry["专题标题"] == "'@标题"

    def test_renamed_or_deleted_account(self, client, cast, chief):
        publishing.sign(feature=submitted(cast), actor=cast.editor)
        cast.editor.delete()
        assert lines(client)[0]["经手人"] == "editor"
        assert len(lines(client, person="editor")) == 2


class TestFilters:
    @pytest.fixture
    def two(self, cast, at):
        at(datetime(2025, 3, 12, 8, tzinfo=UTC))
        first = published(cast)
        at(datetime(2025, 3, 13, 16, tzinfo=UTC))  # the 14th in Beijing
        return first, published(cast)

    def test_filters(self, client, cast, chief, two):
        cast.head.first_name = "王晓红"
        cast.head.save()
        first, _ = two
        assert len(lines(client)) == 8 + 1
        assert len(lines(client, since="2025-03-13")) == 4 + 1
        assert len(lines(client, until="2025-03-13")) == 4 + 1
        assert len(lines(client, since="2025-03-14", until="2025-03-14")) == 4 + 1
        assert len(lines(client, verb="published")) == 2 + 1
        assert len(lines(client, feature=first.feature_id)) == 4 + 1
        assert len(lines(client, person="head")) == 2 + 1
        assert len(lines(client, person="王晓红")) == 2 + 1
        assert len(lines(client, person="王晓红", verb="published")) == 0 + 1
        assert lines(client, person='he"ad')[0]["序号"] == "链尾"

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"since": "昨天"}, "日期写作"),
            ({"since": "0001-01-01"}, "日期太早"),
            ({"since": "2025-03-13", "until": "2025-03-12"}, "早于开始"),
            ({"feature": "9" * 30}, "errorlist"),
            ({"feature": "x"}, "errorlist"),
            ({"verb": "destroyed"}, "errorlist"),
        ],
    )
    def test_invalid_filter_is_reported_and_kept(self, client, cast, chief, fields, sentence):
        page = client.get(EXPORT, {"export": 1, "person": "陈静", **fields}).content.decode()
        assert sentence in page
        assert fields.get("person", "陈静") in page

    def test_last_representable_date(self, client, cast, chief):
        assert client.get(EXPORT, {"export": 1, "until": "9999-12-31"}).status_code == 200


def test_correction_has_wrong_and_right_text(cast):
    feature = next_version(cast, published(cast).feature)
    publishing.publish(feature=feature, actor=cast.chief, wrong="三成", right="四成")
    assert list(audit_export.table(audit_export.entries(verb="published")))[-2][8] == "三成 → 四成"


def test_query_count_is_fixed(client, cast, chief, measured):
    published(cast)
    few = measured(EXPORT, {"export": 1})
    for _ in range(5):
        published(cast)
    assert measured(EXPORT, {"export": 1}) == few <= 11
