"""No page is older than its request: after every verb, every page of two processes equals a fresh one."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.utils import timezone

from interviews import document as d
from interviews import people, photodesk, publishing
from interviews.models import Contributor, CreditRole, Feature, Photo, Speaker, Subject
from interviews.projection import rebuild_published
from tests.builders import a_document, a_document_with, a_draft, a_speaker, a_topic, an_interview, published, submitted
from tests.photodesk.files import a_file, a_made_photo, taken
from tests.publishing.test_editions import next_version
from tests.thorough import THOROUGH

from .pages import a_full_document
from .register import a_site, pages_there
from .stores import Process, ask, handler, shown

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engine]

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def stamp_of_its_own(settings, tmp_path):
    settings.PAGE_STAMP = tmp_path / "pages.stamp"


@pytest.fixture
def site(cast, at):
    """A site with one page of each kind, and a later unrelated one, which verbs may use up."""
    keys = a_site(cast)
    feature = Feature.objects.get(pk=keys["feature"])
    photo = Photo.objects.get(pk=keys["photo"])
    other = published(cast, a_full_document(7)).feature
    return SimpleNamespace(cast=cast, keys=keys, feature=feature, photo=photo, other=other, at=at)


def publish_new(site):
    published(site.cast, a_full_document(11))


def publish_correction(site):
    publishing.publish(feature=next_version(site.cast, site.feature), actor=site.cast.chief, wrong="三", right="四")


def publish_scheduled(site):
    moment = timezone.now()
    feature = next_version(site.cast, site.feature, "<p>明天的话。</p>")
    publishing.publish(feature=feature, actor=site.cast.chief, at=moment + HOUR, note="更新")
    published(site.cast, a_full_document(9), at=moment + HOUR)
    yield
    site.at(moment + HOUR)


def withdraw(site):
    publishing.withdraw(feature=site.other, actor=site.cast.chief, reason="其中一处数据有误。")


def withdraw_scheduled(site):
    edition = published(site.cast, a_full_document(13), at=timezone.now() + HOUR)
    publishing.withdraw(feature=edition.feature, actor=site.cast.chief, reason="不登了。")


def withdraw_photo(site):
    photodesk.withdraw(photo=site.photo, actor=site.cast.chief, reason="当事人不同意")


def describe(site):
    changes = {"caption": "改过的说明", "photographer": Contributor.objects.first()}
    photodesk.describe(photo=site.photo, actor=site.cast.photographer, changes=changes)


def expire(site):
    moment = timezone.now()
    photodesk.describe(photo=site.photo, actor=site.cast.chief, changes={"expires_on": timezone.localdate(moment)})
    yield
    site.at(moment + timedelta(days=1))
    yield
    photodesk.describe(photo=site.photo, actor=site.cast.chief, changes={"expires_on": None})


def replace(site):
    photo = a_made_photo(site.cast.photographer, seed=21, size=(320, 240))
    published(site.cast, a_document_with(photo))
    new = photodesk.replace(photo=photo, file=a_file(seed=22), actor=site.cast.chief).photo
    photodesk.make(new)


def focus(site):
    photodesk.set_focal(photo=site.photo, actor=site.cast.photographer, x=0.1, y=0.9)
    yield
    photodesk.make(site.photo)


def merge_and_undo(site):
    for organisation in ("市环保局", "市生态环境局"):
        topic = a_topic("碧水", an_interview(speaker=a_speaker("裴国欣二", organisation)))
        published(site.cast, a_document(topics=(topic,)))
    yield
    kept, merged = Speaker.objects.filter(name="裴国欣二")
    done = people.merge(kept=kept, merged=merged, actor=site.cast.editor)
    yield
    people.undo_merge(merge=done, actor=site.cast.editor)


def merge_reporters(site):
    kept, merged = Contributor.objects.filter(name__in=["李娟", "史俊杰"]).order_by("pk")
    people.merge(kept=kept, merged=merged, actor=site.cast.editor)


def rename(site):
    for table in (Speaker, Contributor):
        for person in table.objects.all()[:3]:
            person.name_sort = "AAA"
            person.name += "甲"
            person.save()


def lists_of_the_newsroom(site):
    Subject.objects.filter(name="水").update(colour="#123456")
    yield
    Subject.objects.create(name="湿地")
    yield
    CreditRole.objects.filter(name="记者").update(kind="other")
    yield
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE interviews_subject SET name = '水体' WHERE name = '水'")


def rebuild(site):
    rebuild_published()


def work_in_the_newsroom(site):
    """Verbs that readers do not see."""
    cast, feature = site.cast, submitted(site.cast)
    publishing.recall(feature=feature, actor=cast.reporter)
    publishing.submit(feature=feature, actor=cast.reporter)
    publishing.sign(feature=feature, actor=cast.editor)
    publishing.send_back(feature=feature, actor=cast.head, comment="核对数字")
    draft = a_draft(cast)
    note = publishing.comment(feature=draft, actor=cast.editor, text="这里再核一下", path="headline")
    publishing.resolve_comment(comment=note, actor=cast.editor)
    publishing.reopen_comment(comment=note, actor=cast.editor)
    link = publishing.share_preview(feature=draft, actor=cast.editor, days=1)
    publishing.revoke_preview(link=link, actor=cast.editor)
    publishing.reopen(feature=Feature.objects.get(pk=site.keys["corrected"]), actor=cast.chief)
    photo = taken(cast.photographer, seed=31)
    photodesk.delete(photo=photo, actor=cast.photographer)


# By the verbs that each performs. A new verb must be added here, or to those that change nothing that readers see.
PERFORMED: dict[Callable, set[str]] = {
    work_in_the_newsroom: {
        *("record", "submit", "recall", "sign", "send_back", "comment", "resolve_comment", "reopen_comment"),
        *("share_preview", "revoke_preview", "reopen", "intake", "delete"),
    },
    publish_new: {"publish"},
    publish_correction: {"publish"},
    publish_scheduled: {"publish"},
    withdraw_scheduled: {"withdraw"},
    describe: {"describe"},
    focus: {"set_focal", "make"},
    expire: {"describe"},
    replace: {"replace"},
    withdraw_photo: {"withdraw"},
    lambda site: photodesk.reinstate(photo=site.photo, actor=site.cast.chief): {"reinstate"},
    merge_and_undo: {"merge", "undo_merge"},
    merge_reporters: {"merge"},
    rename: set(),
    lists_of_the_newsroom: set(),
    rebuild: set(),
    withdraw: {"withdraw"},
}
# They answer a question, or write what only the newsroom sees.
SILENT = {
    *("Blocker", "Refused", "blockers", "verify_editions"),
    *("DETAILS", "FAILURES", "Crop", "Match", "Move", "Picture", "Pictures", "Replacement", "UploadResult", "Use"),
    *(
        "alt_text_for",
        "as_placed",
        "as_portrait",
        "attach_consent",
        "consent_of",
        "credit_by_page",
        "damaged",
        "failure_of",
    ),
    *("former_portraits", "hindrances", "known", "match_portraits", "may_delete", "may_edit", "may_see"),
    *("may_upload", "may_withdraw", "missing", "near_duplicates", "photographer_of", "pictures", "pictures_of"),
    *("reason", "schedule", "soon", "sweep", "sweep_unnoted", "uses", "with_newest_files", "with_use"),
    *("NEW", "PEOPLE", "Mention", "match_people", "people_named"),
}


def test_every_verb_is_performed():
    verbs = {*publishing.__all__, *photodesk.__all__, *people.__all__}
    assert verbs - SILENT == set().union(*PERFORMED.values())


def moments(performed, site):
    """Perform the verbs; yield after each step."""
    steps = performed(site)
    if not hasattr(steps, "__next__"):
        yield
        return
    for _ in steps:
        yield
    yield


def test_pages_are_fresh_after_every_verb(site):
    processes = [Process(), Process()]
    addresses = [page.address.format(**site.keys) for page in pages_there() if page.cached]
    addresses += [f"/features/{site.other.pk}/", f"/features/{site.other.pk}/history/", "/features/?page=2"]
    if THOROUGH:
        addresses += [f"/speakers/{key}/" for key in Speaker.objects.values_list("pk", flat=True)]
        addresses += [f"/contributors/{key}/" for key in Contributor.objects.values_list("pk", flat=True)]
    for process in processes:
        for address in addresses:
            process.ask(address)
    steps, questions = count(), 0
    for performed in PERFORMED:
        for _ in moments(performed, site):
            step = next(steps)
            for number, address in enumerate(addresses):
                # Unless thorough, every other page in turn: what one step leaves outdated, a later one finds.
                if not THOROUGH and (step + number) % 2:
                    continue
                fresh = shown(ask(handler, address))
                assert fresh[0] < 500, (performed.__name__, address)
                # Two processes have the same stamp and rows: the other one is asked for each third page in turn.
                asked = processes if THOROUGH or (step + number) % 3 == 0 else processes[:1]
                questions += 1
                for process in asked:
                    assert shown(process.ask(address)) == fresh, (performed.__name__, address)
    # Asked for some pages only, most have changed since the last time.
    if THOROUGH:
        assert len(processes[0].rendered) < 0.8 * questions


def test_schedule_is_kept_to_the_second(cast):
    edition = published(cast, a_full_document(1))
    process, front = Process(), "/features/"
    start = timezone.now() + timedelta(seconds=1.5)
    new = published(cast, a_full_document(2), at=start)
    seen = {}
    while timezone.now() < start + timedelta(seconds=0.5):
        before = timezone.now()
        text = process.ask(front).body.decode()
        seen[before] = f"/features/{new.feature_id}/" in text
        assert f"/features/{edition.feature_id}/" in text
        time.sleep(0.02)
    late = [moment for moment, shown in seen.items() if moment >= start and not shown]
    early = [moment for moment, shown in seen.items() if moment < start - timedelta(seconds=0.2) and shown]
    assert (late, early) == ([], [])
    assert len(process.rendered) < 8


class TestWarmth:
    """Publishing makes cold only what it touches."""

    @pytest.fixture
    def archive(self, cast):
        """Seven issues in seven months, of different people and subjects, by different reporters."""
        editions = []
        for month in range(1, 8):
            credits = (d.Credit(role="记者", contributors=(d.Contributor(name=f"记者{'甲乙丙丁戊己庚'[month - 1]}"),)),)
            interview = an_interview(speaker=a_speaker(f"张{'一二三四五六七'[month - 1]}"), credits=credits)
            issue = d.Issue(date=f"2025-{month:02}-10", page=3)
            document = a_document(issue=issue, topics=(a_topic(f"话题{month}", interview),))
            editions.append(published(cast, document))
        return editions

    def addresses(self, editions):
        for edition in editions:
            topic = edition.revision.read().topics[0]
            yield f"/features/{edition.feature_id}/"
            yield f"/topics/{topic.id}/"
            yield f"/speakers/{topic.interviews[0].speaker.id}/"

    def test_unrelated_pages_stay_warm(self, cast, archive):
        process = Process()
        kept = list(self.addresses(archive[4:6]))
        for address in [*kept, "/"]:
            process.ask(address)
        published(cast, a_document(issue=d.Issue(date="2025-08-10", page=3)))
        assert [address for address in kept if not process.keeps(address)] == []
        assert not process.keeps("/")

    def test_newsroom_work_makes_nothing_cold(self, site):
        process = Process()
        kept = ["/", f"/features/{site.keys['feature']}/", "/speakers/", "/search/?q=空气"]
        for address in kept:
            process.ask(address)
        work_in_the_newsroom(site)
        assert [address for address in kept if not process.keeps(address)] == []

    def test_page_between_two_issues(self, cast, archive):
        process, address = Process(), f"/features/{archive[3].feature_id}/"
        process.ask(address)
        between = published(cast, a_document(issue=d.Issue(date="2025-04-20", page=1)))
        assert f"/features/{between.feature_id}/" in process.ask(address).body.decode()


def test_rolled_back_write_touches_nothing(cast, settings):
    published(cast)
    before = settings.PAGE_STAMP.stat().st_size
    with transaction.atomic():
        Subject.objects.create(name="湿地")
        transaction.set_rollback(True)
    assert settings.PAGE_STAMP.stat().st_size == before


def test_write_of_another_host_is_found_by_polling(cast, settings, tmp_path):
    published(cast)
    process = Process()
    process.ask("/")
    settings.PAGE_STAMP = tmp_path / "of another host"
    new = published(cast, a_document(issue=d.Issue(date=str(date(2030, 1, 1)))))
    settings.PAGE_STAMP = tmp_path / "pages.stamp"
    process.stored._freshness.read()
    assert f"/features/{new.feature_id}/" in process.ask("/").body.decode()
