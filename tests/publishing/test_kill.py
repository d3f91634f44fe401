"""Crash safety of verbs: after SIGKILL, a verb is done completely or not at all, and can be repeated.

A forked child runs the verb and kills itself at its first, middle and last statement (at each, if thorough), right
before COMMIT, and right after COMMIT.
"""

import os
import signal
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from interviews import editing, people, projection, publishing
from interviews.drafting import freeze
from interviews.models import Comment, Merge, PreviewLink, Speaker
from interviews.pagetext import parse
from interviews.pagetext.files import PageSource
from interviews.workflow import state
from tests.builders import SAMPLE, a_document, a_draft, a_speaker, a_topic, an_interview, published, signed, submitted
from tests.rows import digest
from tests.thorough import THOROUGH

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork"),
]
BEFORE_COMMIT, AFTER_COMMIT = "before commit", "after commit"


def reworded(feature):
    return freeze(feature).model_copy(update={"headline": "停电以前写的", "topics": (a_topic("水"), a_topic("气"))})


def save(cast):
    feature = a_draft(cast)
    document = reworded(feature)
    return lambda: editing.save(feature=feature, actor=cast.reporter, document=document, base=1, window="w")


def restore(cast):
    save(cast)()
    revision = state.Revision.objects.get(number=1)
    return lambda: editing.restore(feature=revision.feature, actor=cast.editor, revision=revision)


def submit(cast):
    """Submit a feature with an unrecorded change."""
    feature = a_draft(cast)
    feature.topics.update(title="换了题目")
    return lambda: publishing.submit(feature=feature, actor=cast.reporter)


def recall(cast):
    feature = submitted(cast)
    return lambda: publishing.recall(feature=feature, actor=cast.reporter)


def sign(cast):
    feature = submitted(cast)
    return lambda: publishing.sign(feature=feature, actor=cast.editor)


def send_back(cast):
    feature = submitted(cast)
    return lambda: publishing.send_back(feature=feature, actor=cast.head, comment="重写")


def publish(cast):
    """Publish a second edition, which ends the first."""
    feature = published(cast).feature
    editing.save(feature=feature, actor=cast.superuser, document=reworded(feature), base=1)
    publishing.submit(feature=feature, actor=cast.superuser)
    for reviewer in (cast.editor, cast.head, cast.chief):
        publishing.sign(feature=feature, actor=reviewer)
    return lambda: publishing.publish(feature=feature, actor=cast.chief, note="更新")


def reschedule(cast):
    start = timezone.now() + timedelta(hours=1)
    feature = published(cast, at=start).feature
    return lambda: publishing.publish(feature=feature, actor=cast.chief, at=start + timedelta(hours=1))


def withdraw(cast):
    feature = published(cast).feature
    return lambda: publishing.withdraw(feature=feature, actor=cast.chief, reason="核实中")


def two_records(cast):
    speakers = [an_interview(speaker=a_speaker("裴国欣", place)) for place in ("市环保局", "市生态环境局")]
    published(cast, a_document(topics=(a_topic("蓝天", *speakers),)))
    return Speaker.objects.order_by("pk")


def merge(cast):
    kept, merged = two_records(cast)
    return lambda: people.merge(kept=kept, merged=merged, actor=cast.editor)


def undo_merge(cast):
    merge(cast)()
    return lambda: people.undo_merge(merge=Merge.objects.get(), actor=cast.editor)


def import_page(cast):
    text = SAMPLE.read_text()
    reading = parse(text)
    return lambda: editing.import_page(reading=reading, source_text=text, actor=cast.reporter)


def confirm_import(cast):
    session = editing.open_import(actor=cast.reporter, source=PageSource(SAMPLE.read_text()))
    seen = editing.read_import(session).document.digest
    return lambda: editing.confirm_import(session=session, actor=cast.reporter, seen=seen)


def comment(cast):
    feature = submitted(cast)
    return lambda: publishing.comment(feature=feature, actor=cast.editor, text="核", path="headline")


def resolve_comment(cast):
    comment(cast)()
    return lambda: publishing.resolve_comment(comment=Comment.objects.get(), actor=cast.editor)


def share_preview(cast):
    feature = submitted(cast)
    return lambda: publishing.share_preview(feature=feature, actor=cast.editor, days=7)


def revoke_preview(cast):
    share_preview(cast)()
    return lambda: publishing.revoke_preview(link=PreviewLink.objects.get(), actor=cast.editor)


def delete(cast):
    feature = a_draft(cast)
    return lambda: editing.delete(feature=feature, actor=cast.reporter)


def rebuild(cast):
    signed(cast)
    published(cast)
    return projection.rebuild_published


VERBS = [save, restore, submit, recall, sign, send_back, publish, reschedule, withdraw, merge, undo_merge, import_page]
VERBS += [confirm_import, comment, resolve_comment, share_preview, revoke_preview, delete, rebuild]
# The gate tries those that must never be half done, the first five on both databases.
ON_BOTH = {sign, publish, withdraw, merge, confirm_import}
IN_GATE = {*ON_BOTH, submit, recall, send_back, reschedule, import_page, undo_merge}
VERBS = [
    pytest.param(
        make,
        marks=[*([pytest.mark.engine] if make in ON_BOTH else []), *([] if make in IN_GATE else [pytest.mark.slow])],
        id=make.__name__,
    )
    for make in VERBS
]


def carried_out(act, killed_at=None):
    """Run `act` in a child, killed at a statement or around COMMIT. Return how many statements it began."""
    connection.close()
    if connection.vendor == "postgresql":
        # Threads do not survive fork().
        connection.close_pool()
    # Connections are per event loop if there is one (Playwright's), and the child has none: pass ours on.
    mine = connections["default"]
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            connections["default"] = mine
            _arm(killed_at, tell)
            act()
            status = 0
        finally:
            os._exit(status)
    os.close(tell)
    with os.fdopen(told, "rb") as pipe:
        statements = len(pipe.read())
    _, status = os.waitpid(child, 0)
    if killed_at is None:
        assert os.WIFEXITED(status)
        assert os.WEXITSTATUS(status) == 0, "the child failed"
    else:
        assert os.WIFSIGNALED(status), "the child was not killed"
        assert os.WTERMSIG(status) == signal.SIGKILL
    return statements


def _arm(when, tell):
    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    statements = 0

    def at_statement(execute, sql, params, many, context):
        nonlocal statements
        statements += 1
        os.write(tell, b".")
        if statements == when:
            die()
        return execute(sql, params, many, context)

    commit = connection._commit

    def about_commit():
        if when == BEFORE_COMMIT:
            die()
        answer = commit()
        if when == AFTER_COMMIT:
            die()
        return answer

    connection.execute_wrappers.append(at_statement)
    connection._commit = about_commit


@pytest.mark.parametrize("make", VERBS)
def test_verb_is_atomic(cast, make):
    act = make(cast)
    before = digest()
    # A rebuild is a transaction a batch, and finds nothing to change.
    last = carried_out(act) if make is rebuild else carried_out(act, BEFORE_COMMIT)
    assert last >= 4
    assert digest() == before
    for when in range(1, last + 1) if THOROUGH else (1, last // 2, last):
        assert carried_out(act, when) == when
        assert digest() == before, when
        assert publishing.verify_editions() == [], when
    # Nothing was left half done, so it still succeeds.
    assert carried_out(act) == last, "a statement after COMMIT"
    assert (digest() == before) == (make is rebuild)
    assert publishing.verify_editions() == []


@pytest.mark.parametrize("make", VERBS)
def test_committed_verb_is_durable(cast, make):
    act = make(cast)
    before = digest()
    carried_out(act, AFTER_COMMIT)
    assert (digest() == before) == (make is rebuild)
    assert publishing.verify_editions() == []
