"""Security events: what is recorded, how it is protected, pruned and exported."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from interviews.accounts.events import faults, record_event
from interviews.models import ReviewStep, SecurityEvent, SecurityEventHead, append_only
from interviews.models import SecurityEventKind as Kind
from interviews.photodesk import storage
from tests.builders import a_photo

from .signing import AUTHENTICATE, code_of, sign_in, with_totp

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
LIST = "/admin/interviews/securityevent/"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


def recorded(since=0):
    """Kinds, actors and subjects of the events after the first `since`."""
    rows = SecurityEvent.objects.order_by("sequence")[since:]
    return [(Kind(row.kind), row.actor_name, row.subject) for row in rows]


@pytest.fixture
def before(cast):
    return SecurityEvent.objects.count()


class TestRecorded:
    def test_sign_in_and_out(self, client, before):
        sign_in(client, "reporter", headers={"user-agent": EDGE}, REMOTE_ADDR="203.0.113.7")
        client.post("/admin/logout/")
        assert recorded(before) == [(Kind.SIGNED_IN, "reporter", ""), (Kind.SIGNED_OUT, "reporter", "")]
        event = SecurityEvent.objects.get(sequence=before + 1)
        assert (event.address, event.browser) == ("203.0.113.7", EDGE)

    def test_failure_names_existing_accounts_only(self, client, before):
        sign_in(client, "Reporter", "猜")
        sign_in(client, "夜班-编辑部-2025", "reporter")
        assert recorded(before) == [
            (Kind.SIGN_IN_FAILED, "", "reporter"),
            (Kind.SIGN_IN_FAILED, "", "（没有这个账号）"),
        ]

    def test_lock_out_once(self, client, before):
        for _ in range(8):
            sign_in(client, "reporter", "猜")
        kinds = [kind for kind, _, _ in recorded(before)]
        assert kinds == [Kind.SIGN_IN_FAILED] * 5 + [Kind.LOCKED_OUT]

    def test_second_factor(self, client, cast, before):
        secret = with_totp(cast.reporter)
        sign_in(client, "reporter")
        client.post(AUTHENTICATE, {"code": "12345"})
        client.post(AUTHENTICATE, {"code": code_of(secret)})
        assert recorded(before) == [
            (Kind.FACTOR_FAILED, "reporter", "验证器"),
            (Kind.FACTOR_USED, "reporter", "验证器"),
            (Kind.SIGNED_IN, "reporter", ""),
        ]

    def test_roles(self, cast, before):
        group = Group.objects.get(name="编辑")
        cast.reporter.groups.add(group)
        group.user_set.remove(cast.reporter)
        cast.reporter.groups.clear()
        assert recorded(before) == [(Kind.ROLES_CHANGED, "", "reporter")] * 3
        details = (
            SecurityEvent.objects.filter(sequence__gt=before).order_by("sequence").values_list("details", flat=True)
        )
        assert [json.loads(each) for each in details] == [
            {"added": ["编辑"]},
            {"removed": ["编辑"]},
            {"removed": ["记者"]},
        ]

    def test_accounts(self, cast, before):
        user = User.objects.create_user("wang", password="一个新的密码-2026")
        user.is_active = False
        user.save()
        user.save()
        user.delete()
        assert recorded(before) == [
            (Kind.ACCOUNT_ADDED, "", "wang"),
            (Kind.ACCOUNT_CHANGED, "", "wang"),
            (Kind.ACCOUNT_REMOVED, "", "wang"),
        ]

    def test_settings(self, client, cast, before):
        step = ReviewStep.objects.get(name="复审")
        client.force_login(cast.administrator)
        data = {"name": "二审", "group": step.group_id, "position": step.position, "active": "on"}
        client.post(f"/admin/interviews/reviewstep/{step.pk}/change/", data)
        assert recorded(before)[1] == (Kind.SETTINGS_CHANGED, "administrator", "审稿环节：二审")

    def test_exports_and_downloads(self, client, cast, before):
        photo = a_photo(uploaded_by=cast.photographer)
        storage.originals().path(photo.original).parent.mkdir(parents=True)
        storage.originals().path(photo.original).write_bytes(b"jpeg")
        client.force_login(cast.chief)
        client.get("/admin/interviews/ledgerentry/export/", {"export": "1"})
        client.get(f"/admin/interviews/photo/{photo.pk}/original/")
        kinds = [each[:2] for each in recorded(before)]
        assert kinds[1:] == [(Kind.EXPORTED, "chief"), (Kind.ORIGINAL_DOWNLOADED, "chief")]
        assert recorded(before)[2][2] == f"照片 {photo.pk}"

    def test_refused_download_is_no_download(self, client, cast, before):
        photo = a_photo(uploaded_by=cast.photographer)
        client.force_login(cast.reporter)
        assert client.get(f"/admin/interviews/photo/{photo.pk}/consent/").status_code in {403, 404}
        assert Kind.CONSENT_DOWNLOADED not in [kind for kind, _, _ in recorded(before)]


class TestProtected:
    def test_chain_holds(self, client, cast):
        sign_in(client, "reporter")
        assert faults() == []

    @pytest.mark.parametrize("verb", ["update", "delete"])
    def test_database_refuses_changes(self, cast, verb):
        record_event(Kind.EXPORTED, subject="表")
        rows = SecurityEvent.objects.filter(subject="表")
        with pytest.raises(DatabaseError, match="只能增加"), transaction.atomic():
            rows.update(subject="别的表") if verb == "update" else rows.delete()

    def test_young_events_stay_even_if_a_clock_lies(self, cast, monkeypatch):
        """The triggers ask the database's clock."""
        record_event(Kind.EXPORTED)
        now = timezone.now() + timedelta(days=400)
        monkeypatch.setattr(timezone, "now", lambda: now)
        with pytest.raises(DatabaseError, match="只能增加"), transaction.atomic():
            call_command("prune_events", stdout=io.StringIO())

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (lambda rows: rows.filter(sequence=2).update(address="198.51.100.1"), "第 2 条安全记录的散列值不符"),
            (lambda rows: rows.filter(sequence=2).delete(), "第 2 条安全记录缺失"),
            (lambda rows: rows.filter(sequence=1).delete(), "第 1 条安全记录缺失"),
            (lambda rows: rows.filter(sequence=rows.count()).delete(), "末端不符"),
        ],
    )
    def test_tampering_is_found(self, db, change, sentence):
        for subject in ("一", "二", "三"):
            record_event(Kind.EXPORTED, subject=subject)
        assert faults() == []
        with append_only.lifted(connection):
            change(SecurityEvent.objects.all())
        assert sentence in faults()[0]
        with pytest.raises(CommandError, match=sentence):
            call_command("verify_events")


class TestPruning:
    def event(self, days, monkeypatch):
        """Record an event some days ago."""
        moment = datetime.now(UTC) - timedelta(days=days)
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", lambda: moment)
            record_event(Kind.EXPORTED, subject=f"{days} 天前")

    def test_old_events_go_and_leave_a_trace(self, db, settings, monkeypatch):
        settings.EVENT_RETENTION_DAYS = 200
        for days in (500, 201, 199, 1):
            self.event(days, monkeypatch)
        out = io.StringIO()
        call_command("prune_events", stdout=out)
        assert "删去 2 条" in out.getvalue()
        subjects = list(SecurityEvent.objects.order_by("sequence").values_list("subject", flat=True))
        assert subjects == ["199 天前", "1 天前", ""]
        trace = SecurityEvent.objects.get(kind=Kind.PRUNED)
        assert (json.loads(trace.details)["count"], json.loads(trace.details)["through"]) == (2, 2)
        assert faults() == []

    def test_again(self, db, settings, monkeypatch):
        settings.EVENT_RETENTION_DAYS = 180
        for days in (500, 181, 1):
            self.event(days, monkeypatch)
        for _ in range(2):
            call_command("prune_events", stdout=io.StringIO())
        assert SecurityEvent.objects.filter(kind=Kind.PRUNED).count() == 1
        assert faults() == []

    def test_gap_without_trace_is_found(self, db, settings, monkeypatch):
        for days in (500, 1):
            self.event(days, monkeypatch)
        SecurityEvent.objects.filter(sequence=1).delete()
        assert "第 1 条安全记录缺失" in faults()[0]


class TestScreen:
    def test_rows_in_beijing_time_with_address_and_browser(self, client, cast, at):
        at(datetime(2026, 3, 12, 16, 30, tzinfo=UTC))
        sign_in(Client(), "reporter", headers={"user-agent": EDGE}, REMOTE_ADDR="203.0.113.7")
        client.force_login(cast.auditor)
        page = client.get(LIST).content.decode()
        for text in ("2026-03-13 00:30:00", "203.0.113.7", "Edge（Windows）", "登录"):
            assert text in page

    def test_filters_and_search(self, client, cast):
        sign_in(Client(), "reporter", "猜", REMOTE_ADDR="203.0.113.7")
        client.force_login(cast.auditor)
        for query, count in (({"kind": "sign_in_failed"}, 1), ({"q": "203.0.113.7"}, 1), ({"q": "203.0.113"}, 0)):
            assert len(client.get(LIST, query).context["cl"].result_list) == count, query

    def test_csv_ends_with_the_head(self, client, cast):
        sign_in(Client(), "reporter", "猜")
        client.force_login(cast.auditor)
        content = b"".join(client.get(f"{LIST}export/", {"export": "csv"}).streaming_content).decode("utf-8-sig")
        *rows, end = csv.DictReader(io.StringIO(content))
        assert end["散列值"] == SecurityEventHead.objects.get().hash
        assert "登录失败" in {row["事件"] for row in rows}
        assert rows[-1]["事件"] == "导出"

    def test_json_lines_can_be_verified(self, client, cast):
        client.force_login(cast.auditor)
        content = b"".join(client.get(f"{LIST}export/", {"export": "json"}).streaming_content).decode()
        *rows, end = map(json.loads, content.splitlines())
        assert end == {"head": {"sequence": rows[-1]["sequence"], "hash": rows[-1]["hash"]}}
        assert [row["previous_hash"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [({"since": "昨天"}, "日期写作"), ({"kind": "x"}, "errorlist"), ({"person": "\x00"}, "NUL")],
    )
    def test_invalid_filter_is_reported(self, client, cast, fields, sentence):
        client.force_login(cast.auditor)
        assert sentence in client.get(f"{LIST}export/", {"export": "csv", **fields}).content.decode()

    def test_query_count_is_fixed(self, client, cast, django_assert_max_num_queries):
        client.force_login(cast.auditor)
        for _ in range(30):
            record_event(Kind.SIGNED_IN, actor=cast.reporter)
        with django_assert_max_num_queries(11):
            client.get(LIST)
