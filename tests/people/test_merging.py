"""Merging two records of one person, and undoing it."""

import pytest
from django.db import IntegrityError, transaction

from interviews import projection, publishing, workflow
from interviews.document import FeatureDocument
from interviews.drafting.aliases import aliases, resolved
from interviews.errors import RefusedError
from interviews.models import (
    Contributor,
    Credit,
    Edition,
    Interview,
    Merge,
    PublishedCredit,
    PublishedInterview,
    Speaker,
)
from interviews.people import merge, merging, undo_merge
from interviews.people.duplicates import (
    duplicates_of,
    likely_duplicates,
    one_character_apart,
    refusal_to_delete,
    warnings,
)
from interviews.projection import rebuild_published
from tests.builders import a_credit, a_document, a_draft, a_photo, a_speaker, a_topic, an_interview, published, signed
from tests.shared_rows import built_once

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


def page(speaker, reporter="武玲芳"):
    topic = a_topic("蓝天白云", an_interview(speaker=speaker, credits=(a_credit("记者", reporter),)))
    return a_document(topics=(topic,))


@built_once
def two(cast):
    """Publish two pages with one person under two organisations; return both records."""
    published(cast, page(a_speaker("裴国欣", "市生态环境局大气科"), "武玲芳"))
    published(cast, page(a_speaker("裴国欣", "市环保局"), "武铃芳"))
    return list(Speaker.objects.order_by("pk"))


@pytest.fixture
def reporters(two):
    return Contributor.objects.get(name="武玲芳"), Contributor.objects.get(name="武铃芳")


def rows():
    return [
        list(table.objects.order_by("pk").values_list())
        for table in (Interview, Credit, PublishedInterview, PublishedCredit)
    ]


def who_is_in(*photos):
    for photo in photos:
        photo.refresh_from_db()
    return [({person.pk for person in photo.people.all()}, photo.photographer_id) for photo in photos]


class TestMerge:
    def test_references_move_to_kept_record(self, two, cast):
        kept, merged = two
        merge(kept=kept, merged=merged, actor=cast.editor)
        for table in (Interview, PublishedInterview):
            assert set(table.objects.values_list("speaker", flat=True)) == {kept.pk}
        assert list(Speaker.objects.living()) == [kept]

    def test_contributors(self, reporters, cast):
        kept, merged = reporters
        merge(kept=kept, merged=merged, actor=cast.chief)
        for table in (Credit, PublishedCredit):
            assert not table.objects.filter(contributor=merged).exists()
            assert table.objects.filter(contributor=kept).count() == 2

    def test_printed_names_stay(self, two, reporters, cast):
        printed = [
            list(PublishedInterview.objects.order_by("pk").values_list("speaker_name", "organisation", "job_title")),
            list(PublishedCredit.objects.order_by("pk").values_list("contributor_name", flat=True)),
            list(Edition.objects.order_by("pk").values_list("revision__document", flat=True)),
        ]
        merge(kept=two[0], merged=two[1], actor=cast.editor)
        merge(kept=reporters[0], merged=reporters[1], actor=cast.editor)
        assert printed == [
            list(PublishedInterview.objects.order_by("pk").values_list("speaker_name", "organisation", "job_title")),
            list(PublishedCredit.objects.order_by("pk").values_list("contributor_name", flat=True)),
            list(Edition.objects.order_by("pk").values_list("revision__document", flat=True)),
        ]

    def test_rebuild_after_merge(self, two, reporters, cast):
        merge(kept=two[0], merged=two[1], actor=cast.editor)
        merge(kept=reporters[0], merged=reporters[1], actor=cast.editor)
        before = rows()
        rebuild_published()
        assert rows() == before

    def test_chain_resolves_to_last(self, two, cast):
        first, second = two
        third = Speaker.objects.create(name="裴国欣", organisation="市人大")
        merge(kept=second, merged=first, actor=cast.editor)
        merge(kept=third, merged=second, actor=cast.editor)
        assert aliases()["speaker"] == {first.pk: third.pk, second.pk: third.pk}
        before = rows()
        rebuild_published()
        assert rows() == before
        assert set(PublishedInterview.objects.values_list("speaker", flat=True)) == {third.pk}

    def test_later_publication_uses_kept_record(self, two, cast):
        kept, merged = two
        feature = signed(cast, page(a_speaker("裴国欣", "市环保局")))
        assert Interview.objects.get(topic__feature=feature).speaker == merged
        edition = Edition.objects.create(
            feature=feature,
            number=1,
            revision=workflow.latest_revision(feature),
            published_from=feature.created_at,
            created_at=feature.created_at,
        )
        merge(kept=kept, merged=merged, actor=cast.editor)
        projection.write_published(edition)
        assert edition.interviews.get().speaker == kept

    def test_stale_form_is_corrected(self, two, cast):
        kept, merged = two
        feature = a_draft(cast, page(a_speaker("李思")))
        merge(kept=kept, merged=merged, actor=cast.editor)
        Interview.objects.filter(topic__feature=feature).update(speaker=merged)
        publishing.record(feature=feature, actor=cast.reporter)
        assert Interview.objects.get(topic__feature=feature).speaker == kept

    def test_import_finds_kept_record_by_alias(self, two, cast):
        kept, merged = two
        merge(kept=kept, merged=merged, actor=cast.editor)
        feature = a_draft(cast, page(a_speaker("裴国欣", "市环保局")))
        assert Interview.objects.get(topic__feature=feature).speaker == kept
        assert Speaker.objects.count() == 2

    def test_photos_move_and_return(self, two, reporters, cast):
        (kept, merged), (photographer, other) = two, reporters
        alone, both, theirs = a_photo(photographer=other), a_photo(photographer=photographer), a_photo()
        for photo, people in ((alone, [merged]), (both, [kept, merged]), (theirs, [kept])):
            photo.people.set(people)
        before = who_is_in(alone, both, theirs)
        merges = [
            merge(kept=kept, merged=merged, actor=cast.editor),
            merge(kept=photographer, merged=other, actor=cast.editor),
        ]
        assert [each.moved_count for each in merges] == [1 + 2, 1 + 1]
        assert who_is_in(alone, both, theirs) == [
            ({kept.pk}, photographer.pk),
            ({kept.pk}, photographer.pk),
            ({kept.pk}, None),
        ]
        for each in merges:
            undo_merge(merge=each, actor=cast.editor)
        assert who_is_in(alone, both, theirs) == before

    @pytest.mark.parametrize("who", ["reporter", "photographer", "head", "outsider"])
    def test_merge_permission(self, two, cast, who):
        with pytest.raises(RefusedError, match="不能合并"):
            merge(kept=two[0], merged=two[1], actor=getattr(cast, who))
        assert not Merge.objects.exists()

    def test_self_repeated_or_circular_merge(self, two, cast):
        kept, merged = two
        with pytest.raises(RefusedError, match="同一条"):
            merge(kept=kept, merged=kept, actor=cast.editor)
        merge(kept=kept, merged=merged, actor=cast.editor)
        for one, other in [(kept, merged), (merged, kept)]:
            with pytest.raises(RefusedError, match="已经并入"):
                merge(kept=one, merged=other, actor=cast.editor)
        with pytest.raises(IntegrityError), transaction.atomic():
            Speaker.objects.update(merged_into=kept)

    def test_speaker_and_contributor(self, two, reporters, cast):
        with pytest.raises(RefusedError, match="不能合并"):
            merge(kept=two[0], merged=reporters[0], actor=cast.superuser)

    def test_failed_merge_is_rolled_back(self, two, cast, monkeypatch):
        before = rows()
        monkeypatch.setattr(merging, "point_at_people", lambda editions: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            merge(kept=two[0], merged=two[1], actor=cast.editor)
        assert rows() == before
        assert Speaker.objects.living().count() == 2

    def test_account_moves(self, reporters, cast):
        kept, merged = reporters
        Contributor.objects.filter(pk=merged.pk).update(user=cast.reporter)
        done = merge(kept=kept, merged=merged, actor=cast.editor)
        assert Contributor.objects.get(user=cast.reporter) == kept
        undo_merge(merge=done, actor=cast.editor)
        assert Contributor.objects.get(user=cast.reporter) == merged

    def test_two_accounts(self, reporters, cast):
        for person, user in zip(reporters, (cast.reporter, cast.colleague), strict=True):
            Contributor.objects.filter(pk=person.pk).update(user=user)
        with pytest.raises(RefusedError, match="各有账号"):
            merge(kept=reporters[0], merged=reporters[1], actor=cast.editor)


class TestUndo:
    def test_undo_restores_everything(self, two, reporters, cast):
        before = rows()
        merges = [
            merge(kept=two[0], merged=two[1], actor=cast.editor),
            merge(kept=reporters[0], merged=reporters[1], actor=cast.editor),
        ]
        for each in merges:
            undo_merge(merge=each, actor=cast.chief)
        assert rows() == before
        assert Speaker.objects.living().count() == 2
        rebuild_published()
        assert rows() == before

    def test_undo_moves_back_unchanged_references_only(self, two, cast):
        kept, merged = two
        done = merge(kept=kept, merged=merged, actor=cast.editor)
        other = Speaker.objects.create(name="李思")
        moved = Interview.objects.get(pk__in=done.moved["rows"])
        Interview.objects.filter(pk=moved.pk).update(speaker=other)
        undo_merge(merge=done, actor=cast.editor)
        assert Interview.objects.get(pk=moved.pk).speaker == other
        assert Interview.objects.exclude(pk=moved.pk).get().speaker == kept

    def test_undo_once(self, two, cast):
        done = merge(kept=two[0], merged=two[1], actor=cast.editor)
        undo_merge(merge=done, actor=cast.editor)
        with pytest.raises(RefusedError, match="已经撤销"):
            undo_merge(merge=done, actor=cast.editor)
        again = merge(kept=two[0], merged=two[1], actor=cast.editor)
        with pytest.raises(RefusedError, match="已经撤销"):
            undo_merge(merge=done, actor=cast.editor)
        assert again.pk != done.pk

    def test_undo_chain_from_last_merge(self, two, cast):
        first, second = two
        third = Speaker.objects.create(name="裴国欣", organisation="市人大")
        before = rows()
        inner = merge(kept=second, merged=first, actor=cast.editor)
        outer = merge(kept=third, merged=second, actor=cast.editor)
        with pytest.raises(RefusedError, match="请先撤销"):
            undo_merge(merge=inner, actor=cast.editor)
        undo_merge(merge=outer, actor=cast.editor)
        undo_merge(merge=inner, actor=cast.editor)
        assert rows() == before

    def test_undo_permission(self, two, cast):
        done = merge(kept=two[0], merged=two[1], actor=cast.editor)
        with pytest.raises(RefusedError, match="不能合并"):
            undo_merge(merge=done, actor=cast.head)

    def test_merge_record_is_immutable(self, two, cast):
        done = merge(kept=two[0], merged=two[1], actor=cast.editor)
        with pytest.raises(IntegrityError, match="只能增加"), transaction.atomic():
            Merge.objects.filter(pk=done.pk).update(moved={})
        cast.editor.delete()
        assert Merge.objects.get().actor is None


class TestResolved:
    def test_resolved_documents_compare_equal(self, two, cast):
        kept, merged = two
        feature = Edition.objects.get(interviews__speaker=merged).feature
        old = workflow.latest_revision(feature).read()
        assert old.digest
        merge(kept=kept, merged=merged, actor=cast.editor)
        new = resolved(old)
        assert new.topics[0].interviews[0].speaker.id == kept.pk
        assert new.digest == FeatureDocument.from_json(new.to_json()).digest != old.digest
        assert resolved(new) == new

    def test_unmerged_document_is_unchanged(self, two, django_assert_num_queries):
        document = Edition.objects.for_reading().first().revision.read()
        with django_assert_num_queries(1):
            assert resolved(document) is document


class TestDuplicates:
    def reasons(self, kind="speaker"):
        return [(pair.first.name, pair.second.name, pair.reason) for pair in likely_duplicates(kind)[:]]

    def test_three_reasons(self, db):
        for name, organisation in [
            ("裴国欣", "环保局"),
            ("裴国欣", "生态局"),
            ("裴国新", "林业局"),
            ("王晓红", "水利局"),
            ("王小江", "水利局"),
            ("王红", "水利局"),
            ("李思", "水利局"),
        ]:
            Speaker.objects.create(name=name, organisation=organisation)
        assert self.reasons() == [
            ("裴国欣", "裴国欣", "同名"),
            ("裴国欣", "裴国新", "读音相同"),
            ("裴国欣", "裴国新", "读音相同"),
            ("王晓红", "王红", "同一单位，姓名差一字"),
        ]

    def test_contributors_without_department(self, db):
        for name in ("李娟", "李明"):
            Contributor.objects.create(name=name)
        assert self.reasons("contributor") == []

    def test_more_used_first_without_aliases(self, two, cast):
        kept, merged = two
        a_draft(cast, page(a_speaker("裴国欣", "市环保局")))
        assert duplicates_of(kept, "speaker")[0].first == merged
        merge(kept=kept, merged=merged, actor=cast.editor)
        assert self.reasons() == []

    def test_one_query_and_one_for_a_slice(self, two, django_assert_num_queries):
        with django_assert_num_queries(1):
            found = likely_duplicates("speaker")
            assert len(found) == 1
        with django_assert_num_queries(1):
            [pair] = found[:50]
            assert pair.first.used >= pair.second.used
        assert found[1:] == []

    def test_of_one_person_as_of_all(self, db):
        for name, organisation in [
            ("裴国欣", "环保局"),
            ("裴国欣", "生态局"),
            ("裴国新", "环保局"),
            ("裴欣", "环保局"),
        ]:
            Speaker.objects.create(name=name, organisation=organisation)
        Speaker.objects.create(name="李思", organisation="")
        every = likely_duplicates("speaker")[:]
        for person in Speaker.objects.all():
            own = [pair for pair in every if person in (pair.first, pair.second)]
            assert duplicates_of(person, "speaker") == own

    @pytest.mark.parametrize(
        ("one", "other", "apart"),
        [
            ("李思", "李斯", True),
            ("李思", "李思思", True),
            ("李思", "思", True),
            ("李思", "李思", False),
            ("李思", "王斯", False),
            ("李思", "思李", False),
            ("", "李", True),
            ("李思", "李思思思", False),
        ],
    )
    def test_one_character_apart(self, one, other, apart):
        assert one_character_apart(one, other) is apart
        assert one_character_apart(other, one) is apart

    def test_shared_topic_warns(self, cast):
        pair = (an_interview(speaker=a_speaker("裴国欣", "甲")), an_interview(speaker=a_speaker("裴国新", "甲")))
        a_draft(cast, a_document(topics=(a_topic("碧水", *pair),)))
        one, other = Speaker.objects.order_by("pk")
        assert "碧水" in warnings(one, other)[0]
        merge(kept=one, merged=other, actor=cast.editor)
        assert Interview.objects.filter(speaker=one).count() == 2


class TestDeleting:
    def test_used_person_is_not_deleted(self, two, cast):
        assert "专题《擦亮生态底色" in refusal_to_delete(two[0])

    def test_alias_and_its_target_are_not_deleted(self, cast):
        one, other = Speaker.objects.create(name="甲"), Speaker.objects.create(name="乙")
        merge(kept=one, merged=other, actor=cast.editor)
        other.refresh_from_db()
        assert "并入的乙" in refusal_to_delete(one)
        assert "已并入甲" in refusal_to_delete(other)

    def test_unused_person_is_deleted(self, db):
        assert refusal_to_delete(Speaker.objects.create(name="甲")) == ""
