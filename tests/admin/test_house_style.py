"""The house style lists: permissions, effect on findings, CSV import and export."""

import csv
import io
from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from interviews import house_style
from interviews.models import Official, ScoreWeight, Term
from interviews.proofreading import sample_terms
from tests.builders import a_document, a_topic, an_interview
from tests.rows import Snapshot

pytestmark = pytest.mark.django_db

KEEPERS = {"editor", "head", "chief", "superuser"}
READERS = {*KEEPERS, "reporter"}
EVERYBODY = ["outsider", "photographer", *sorted(READERS)]
HEADING = "词语,类别,级别,改为,理由,出处,负责人,有效期至,不查,例外\n"


def screen(name, kind="term"):
    return reverse(f"admin:interviews_{kind}_{name}")


def found(text, **issue):
    document = a_document(topics=(a_topic("蓝天白云常相伴", an_interview(f"<p>{text}</p>")),))
    if issue:
        document = document.model_copy(update={"issue": document.issue.model_copy(update=issue)})
    return [(each.finding.excerpt, each.finding.rule) for each in house_style.checked(document)]


def looked_at(client, text, kind="term"):
    """Return the import preview's HTML and the token that confirms it."""
    answer = client.post(screen("import", kind), {"text": text})
    plan = answer.context["plan"]
    return answer.content.decode(), plan.seal if plan else ""


def confirmed(client, text, kind="term"):
    _, seal = looked_at(client, text, kind)
    return client.post(screen("import", kind), {"text": text, "seal": seal})


class TestFindings:
    def test_shipped_rows(self, cast):
        assert {row.as_value() for row in Term.objects.all()} == set(sample_terms())
        assert ("帐目", "term") in found("公布帐目，群众满意。")

    def test_changes_take_effect_at_once(self, cast):
        Term.objects.filter(word="帐目").delete()
        Term.objects.create(word="蓝藻爆发", kind="forbidden", severity="error", replacement="蓝藻暴发")
        assert found("公布帐目，蓝藻爆发。") == [("蓝藻爆发", "term")]

    def test_expired_on_day_of_page(self, cast):
        Term.objects.create(word="创卫办", kind="careful", severity="warning", expires=date(2025, 3, 12))
        assert found("创卫办到会。", date="2025-03-12") == [("创卫办", "term")]
        assert found("创卫办到会。", date="2025-03-13") == []

    def test_office_holder_on_the_day(self, cast):
        Official.objects.create(name="赵一鸣", post="榆阳市市长", until=date(2025, 3, 1))
        Official.objects.create(name="钱二方", post="榆阳市市长", since=date(2025, 3, 2))
        assert found("榆阳市市长赵一鸣到会。", date="2025-03-01") == []
        assert found("榆阳市市长赵一鸣到会。", date="2025-03-02") == [("榆阳市市长赵一鸣", "official")]

    def test_query_count_is_fixed(self, cast, django_assert_num_queries):
        Term.objects.bulk_create(Term(word=f"生僻词{number}") for number in range(1000))
        Official.objects.bulk_create(Official(name="赵一鸣", post=f"第{number}局局长") for number in range(1000))
        with django_assert_num_queries(4):
            assert found("生僻词7到会。") == [("生僻词7", "term")]


class TestRows:
    @pytest.mark.parametrize(
        ("fields", "column"),
        [
            ({"word": "其它", "kind": "preferred", "replacement": ""}, "replacement"),
            ({"word": "帐", "replacement": "帐"}, "replacement"),
            ({"word": "园满", "unless": "公园满|花园"}, "unless"),
            ({"word": "园满", "unless": "园满"}, "unless"),
            ({"word": "  "}, "word"),
            ({"word": "长" * 51}, "word"),
            ({"word": "帐", "kind": "x"}, "kind"),
        ],
    )
    def test_invalid_term(self, cast, fields, column):
        with pytest.raises(ValidationError) as refused:
            Term(**fields).full_clean()
        assert column in refused.value.message_dict

    def test_office_ends_before_it_begins(self, cast):
        with pytest.raises(ValidationError, match="离任日期早于任职日期"):
            Official(name="赵", post="市长", since=date(2025, 3, 2), until=date(2025, 3, 1)).full_clean()

    def test_duplicate_office(self, cast):
        Official.objects.create(name="赵一鸣", post="市长")
        with pytest.raises(ValidationError, match="已经在表里"):
            Official(name="赵一鸣", post="市长").full_clean()


class TestPermissions:
    @pytest.mark.parametrize("who", EVERYBODY)
    @pytest.mark.parametrize("kind", ["term", "official", "grammarword"])
    def test_view_and_change(self, client, cast, who, kind):
        client.force_login(getattr(cast, who))
        assert (client.get(screen("changelist", kind)).status_code == 200) == (who in READERS)
        before = Snapshot()
        data = {
            "term": {"word": "新词", "kind": "careful", "severity": "hint"},
            "official": {"post": "长", "name": "赵"},
        }
        data["grammarword"] = {"table": "posts", "word": "林草专员"}
        client.post(screen("add", kind), data[kind])
        assert before.changed() == (who in KEEPERS)

    @pytest.mark.parametrize("who", EVERYBODY)
    def test_import_and_export(self, client, cast, who):
        client.force_login(getattr(cast, who))
        assert (client.get(screen("export")).status_code == 200) == (who in READERS)
        assert (client.get(screen("import")).status_code == 200) == (who in KEEPERS)
        if who not in KEEPERS:
            before = Snapshot()
            client.post(screen("import"), {"text": "词语\n新词\n", "seal": "x"})
            assert not before.changed()

    @pytest.mark.parametrize("who", EVERYBODY)
    def test_weights(self, client, cast, who):
        client.force_login(getattr(cast, who))
        row = ScoreWeight.objects.get(subject="mark")
        rows = list(ScoreWeight.objects.all())
        data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "1"}
        for place, each in enumerate(rows):
            data |= {f"form-{place}-id": each.pk, f"form-{place}-points": each.points, f"form-{place}-most": ""}
            data |= {f"form-{place}-factor": each.factor}
        data["form-0-points"] = "0.1"
        client.post(screen("changelist", "scoreweight"), data)
        row.refresh_from_db()
        assert (str(row.points) == "0.10") == (who in {"head", "chief", "superuser"})


class TestImport:
    @pytest.fixture(autouse=True)
    def editor(self, client, cast):
        client.force_login(cast.editor)

    TEXT = (
        HEADING
        + "帐目,禁用,差错,账目,已改理由,现代汉语词典（第7版）,校对组,,,\n蓝藻爆发,禁用,差错,蓝藻暴发,,,,,引语,\n"
    )

    def test_preview_writes_nothing(self, client):
        before = Snapshot()
        text, _ = looked_at(client, self.TEXT)
        assert "新增 1 行，改动 1 行，0 行没有变" in text
        assert "<del>钱物出入用“账”</del> <ins>已改理由</ins>" in text
        assert not before.changed()

    def test_confirmed_import_is_logged(self, client, cast):
        count = Term.objects.count()
        assert confirmed(client, self.TEXT)["Location"] == screen("changelist")
        assert Term.objects.count() == count + 1
        assert Term.objects.get(word="帐目").reason == "已改理由"
        assert Term.objects.get(word="蓝藻爆发").skip_quotations
        assert LogEntry.objects.filter(user=cast.editor).count() == 2

    def test_one_bad_line_prevents_import(self, client):
        text = (
            HEADING
            + "新词,禁用,严重,,,,,,,\n好词,慎用,提示,,,,,,,\n"
            + "长" * 60
            + ",慎用,提示,,,,,,,\n好词,慎用,提示,,,,,,,\n"
        )
        before = Snapshot()
        page, seal = looked_at(client, text)
        assert "第 2 行：级别“严重”应是差错、警告、提示之一。" in page
        assert "第 4 行：词语：" in page
        assert "第 5 行：与第 3 行重复（好词）。" in page
        assert "确认导入" not in page
        client.post(screen("import"), {"text": text, "seal": seal})
        assert not before.changed()

    def test_absent_columns_are_kept(self, client):
        before = Term.objects.values().get(word="园满")
        text, _ = looked_at(client, "词语,理由\n园满,换了理由\n")
        assert "改动 1 行" in text
        confirmed(client, "词语,理由\n园满,换了理由\n")
        assert Term.objects.values().get(word="园满") == before | {"reason": "换了理由"}

    def test_changed_since_preview(self, client):
        _, seal = looked_at(client, self.TEXT)
        Term.objects.filter(word="帐目").update(reason="别人刚改的")
        answer = client.post(screen("import"), {"text": self.TEXT, "seal": seal})
        text = answer.content.decode()
        assert "表里又有改动" in text
        assert "<del>别人刚改的</del>" in text
        assert not Term.objects.filter(word="蓝藻爆发").exists()

    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({}, "请选一个 CSV 文件"),
            ({"text": "  \n"}, "请选一个 CSV 文件"),
            ({"text": "word,kind\n"}, "不认识“word”"),
            ({"text": '词语\n"帐号\n'}, "不是有效的 CSV"),
            ({"text": "词语,类别\n其它,推荐\n新写法,推荐\n"}, "第 3 行：改为：推荐词要写明改为什么。"),
            ({"text": "词语\n" + "x" * 1_000_001}, "errorlist"),
            ({"text": "词语\n" + "字\n" * 5001}, "一次最多导入 5000 行"),
        ],
    )
    def test_invalid_import(self, client, sent, sentence):
        answer = client.post(screen("import"), sent)
        assert answer.status_code == 200
        assert sentence in answer.content.decode()

    def test_pasted_text_is_kept(self, client):
        text, _ = looked_at(client, "词语,级别\n新词,严重\n")
        assert "新词,严重" in text

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
    def test_encodings(self, client, encoding):
        file = SimpleUploadedFile("terms.csv", "词语,改为\r\n蓝藻爆发,蓝藻暴发\r\n".encode(encoding))
        answer = client.post(screen("import"), {"file": file})
        assert [change.row.word for change in answer.context["plan"].new] == ["蓝藻爆发"]

    def test_binary_file_is_refused(self, client):
        file = SimpleUploadedFile("terms.csv", b"PK\x03\x04" + b"\0" * 50)
        assert "不是纯文本" in client.post(screen("import"), {"file": file}).content.decode()

    def test_tab_separated_cells(self, client):
        confirmed(client, "词语\t改为\n蓝藻爆发\t蓝藻暴发\n")
        assert Term.objects.get(word="蓝藻爆发").replacement == "蓝藻暴发"

    def test_unchanged_list(self, client):
        assert "不用导入" in looked_at(client, exported(client))[0]

    def test_officials(self, client):
        text = "姓名,职务,任职日期,离任日期\n赵一鸣,榆阳市市长,2021/3/5,\n钱二方,榆阳市市长,2020-01-01,2019-01-01\n"
        assert "第 3 行：离任日期早于任职日期。" in looked_at(client, text, "official")[0]
        confirmed(client, text.rpartition("钱")[0], "official")
        assert Official.objects.get().since == date(2021, 3, 5)
        assert "不用导入" in looked_at(client, exported(client, "official"), "official")[0]


def exported(client, kind="term"):
    return b"".join(client.get(screen("export", kind)).streaming_content).decode("utf-8-sig")


class TestExport:
    def test_export_has_bom_and_escapes_formulas(self, client, cast):
        Term.objects.create(word="=1+1", reason="@SUM", replacement="'引'")
        client.force_login(cast.reporter)
        content = b"".join(client.get(screen("export")).streaming_content)
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert [row["理由"] for row in rows if row["词语"] == "'=1+1"] == ["'@SUM"]

    def test_escaped_formulas_round_trip(self, client, cast):
        Term.objects.create(word="=1+1", reason="@SUM", replacement="'引'")
        client.force_login(cast.editor)
        assert "不用导入" in looked_at(client, exported(client))[0]

    def test_query_count_is_fixed_for_lists(self, client, cast, measured):
        client.force_login(cast.editor)
        few = [measured(screen(name)) for name in ("export", "changelist")]
        Term.objects.bulk_create(Term(word=f"词{number}") for number in range(90))
        assert [measured(screen(name)) for name in ("export", "changelist")] == few
