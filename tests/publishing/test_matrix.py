"""The permission matrix: who may do what in which state, written from the newsroom's rules, not from the code.

It is checked on functions and on screens. A refused verb changes no row.
"""

import json
from contextlib import contextmanager
from datetime import timedelta
from functools import cache

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interviews import editing, people, publishing, workflow
from interviews.accounts.roles import SEPARATE
from interviews.drafting import freeze
from interviews.errors import RefusedError
from interviews.models import Comment, Feature, Interview, PreviewLink, Speaker
from interviews.workflow.permissions import may_view
from tests.admin.windows import page_of, screen, send
from tests.builders import a_document, a_draft
from tests.cast import PASSWORD
from tests.rows import Snapshot
from tests.thorough import THOROUGH

pytestmark = pytest.mark.django_db

# States of a feature; the table uses the letters.
STATES = {
    "d": "draft",
    "r": "returned",
    "1": "first step of review",
    "2": "second step",
    "3": "third step",
    "s": "signed",
    "t": "scheduled",
    "l": "live",
    "c": "live, with changes",
    "w": "withdrawn",
}
# "shared" is a reporter with whom the feature is shared; "stranger" one without access.
ROLES = ["anonymous", "outsider", "photographer", "stranger", "shared", "reporter"]
ROLES += ["editor", "head", "chief", "superuser"]

# Each verb is followed by the roles allowed and in which states. Roles not listed are never allowed.
TABLE = """
view
  reporter shared                     d r 1 2 3 s t l c w
  editor head chief superuser         d r 1 2 3 s t l c w
keep       (whoever wrote keeps what is typed, even when it cannot be saved any more)
  reporter shared editor              d r 1 2 3 s t l c w
  chief superuser                     d r 1 2 3 s t l c w
save
  reporter shared                     d r . . . . . . . w
  editor                              d r 1 2 3 s . . . w
  chief superuser                     d r 1 2 3 s t l c w
record
  reporter shared                     d r . . . . . . . w
  editor                              d r 1 2 3 s . . . w
  chief superuser                     d r 1 2 3 s t l c w
restore
  reporter shared                     d r . . . . . . . w
  editor                              d r 1 2 3 s . . . w
  chief superuser                     d r 1 2 3 s t l c w
submit
  reporter shared editor              d r . . . . . . . w
  chief superuser                     d r . . . . . . c w
recall     (by its writers, as long as nobody has signed)
  reporter shared                     . . 1 . . . . . . .
sign       (the superuser with a reason)
  editor                              . . 1 . . . . . . .
  head                                . . . 2 . . . . . .
  chief                               . . . . 3 . . . . .
  superuser                           . . 1 2 3 . . . . .
send_back
  editor                              . . 1 . . . . . . .
  head chief superuser                . . 1 2 3 s . . . .
publish
  chief superuser                     . . . . . s t . . .
schedule
  chief superuser                     . . . . . s t . . .
withdraw
  chief superuser                     . . . . . . t l c .
comment
  reporter shared editor head         d r 1 2 3 s t l c w
  chief superuser                     d r 1 2 3 s t l c w
resolve
  reporter shared                     d r . . . . . . . w
  editor head chief superuser         d r 1 2 3 s t l c w
share
  reporter editor superuser           d r 1 2 3 s t l c w
share_preview
  reporter shared editor head         d r 1 2 3 s t l c w
  chief superuser                     d r 1 2 3 s t l c w
revoke
  reporter shared                     d r . . . . . . . w
  editor                              d r 1 2 3 s . . . w
  chief superuser                     d r 1 2 3 s t l c w
delete     (what nobody has signed, nor published)
  reporter                            d . . . . . . . . .
  editor chief superuser              d . 1 . . . . . . .
merge
  editor chief superuser              d r 1 2 3 s t l c w
look_back  (to a moment that is still to come, too)
  chief superuser                     . . . . . . t l c w
export
  chief superuser                     d r 1 2 3 s t l c w
create
  reporter shared stranger editor     d r 1 2 3 s t l c w
  superuser                           d r 1 2 3 s t l c w
"""


def _read(table):
    allowed, verb = {}, ""
    for line in table.strip().splitlines():
        if not line.startswith(" "):
            verb = line.split()[0]
            allowed[verb] = set()
            continue
        words = line.split()
        states = [word for word in words if word in STATES]
        allowed[verb] |= {(role, state) for role in words if role in ROLES for state in states}
    return allowed


ALLOWED = _read(TABLE)
# Functions are tried in these states with every role, in others with those that the verb ever admits, unless thorough.
TYPICAL_STATES = "d3l"


def tried(verb, state):
    """The roles to try a verb's function with."""
    admitted = {role for role, _ in ALLOWED[verb]}
    return [role for role in ROLES if THOROUGH or state in TYPICAL_STATES or role in admitted]


def tried_on_screens(verb, state):
    """The roles to try a verb's screen with, unless thorough: each in two states in which it may, and two in which not.

    The functions decide in every state; a screen only has to show that. Of the latter two one is a state in which
    others may, one in which nobody may.
    """
    return [role for role in ROLES if THOROUGH or state in _granted(verb, role) | _refused(verb, role)]


@cache
def _granted(verb, role):
    granted = [state for state in STATES if (role, state) in ALLOWED[verb]]
    turn = ROLES.index(role) + list(ALLOWED).index(verb)  # so that each state has its share
    return {granted[(turn + step) % len(granted)] for step in (0, len(granted) // 2)} if granted else set()


@cache
def _refused(verb, role):
    refused = [state for state in STATES if (role, state) not in ALLOWED[verb]]
    others_may = [state for state in refused if any(each == state for _, each in ALLOWED[verb])]
    nobody_may = [state for state in refused if state not in others_may]
    turn = ROLES.index(role)  # so that each state has its share
    return {states[turn % len(states)] for states in (others_may, nobody_may) if states}


HOUR = timedelta(hours=1)


class Newsroom:
    """A reporter's feature with two revisions, in a given state, and a user of every role."""

    def __init__(self, cast, state):
        self.state = state
        self.people = {
            **{name: getattr(cast, name) for name in ("outsider", "photographer", "reporter", "editor", "head")},
            "chief": cast.chief,
            "superuser": cast.superuser,
            "shared": cast.colleague,
            "stranger": User.objects.create_user("stranger", password=PASSWORD, is_staff=True),
            "anonymous": AnonymousUser(),
        }
        self.people["stranger"].groups.add(Group.objects.get(name="记者"))
        self.feature = a_draft(cast, a_document(headline="第一稿"))
        self.feature.shared_with.add(cast.colleague)
        Feature.objects.filter(pk=self.feature.pk).update(headline="第二稿")
        publishing.record(feature=self.feature, actor=cast.reporter)
        self.seen = None
        self._bring_to(state)
        self.feature.refresh_from_db()

    def _bring_to(self, state):
        feature, people = self.feature, self.people
        if state == "d":
            return
        publishing.submit(feature=feature, actor=people["reporter"])
        if state == "r":
            publishing.send_back(feature=feature, actor=people["head"], comment="重写")
            return
        signers = {"1": [], "2": ["editor"], "3": ["editor", "head"]}.get(state, ["editor", "head", "chief"])
        for signer in signers:
            publishing.sign(feature=feature, actor=people[signer])
        if state in "tlcw":
            at = timezone.now() + HOUR if state == "t" else None
            edition = publishing.publish(feature=feature, actor=people["chief"], at=at)
            self.seen = edition.published_from
        if state == "c":
            Interview.objects.update(body="<p>后来改的。</p>")
            # Not by the chief, who then could not sign it.
            publishing.record(feature=feature, actor=people["superuser"])
        if state == "w":
            publishing.withdraw(feature=feature, actor=people["chief"], reason="核实中")

    @property
    def latest(self):
        return workflow.latest_revision(self.feature)


@contextmanager
def undone(rows):
    """Roll back the block."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    rows.restored()


# --- Functions


def _save(room, actor):
    document = freeze(room.feature).model_copy(update={"headline": "第三稿"})
    return editing.save(feature=room.feature, actor=actor, document=document, base=room.latest.number)


def _record(room, actor):
    Feature.objects.filter(pk=room.feature.pk).update(headline="绕过了窗口")
    return publishing.record(feature=room.feature, actor=actor)


def _comment_by_superuser(room):
    return publishing.comment(feature=room.feature, actor=room.people["superuser"], text="核")


def _link_by_superuser(room):
    return publishing.share_preview(feature=room.feature, actor=room.people["superuser"], days=1)


def _view(room, actor):
    if not may_view(actor, room.feature):
        raise RefusedError("不能看。")


FUNCTIONS = {
    "view": _view,
    "keep": lambda room, actor: editing.keep(feature=room.feature, actor=actor, window="w", base=1, content="{}"),
    "save": _save,
    "record": _record,
    "restore": lambda room, actor: editing.restore(
        feature=room.feature, actor=actor, revision=room.feature.revisions.get(number=1)
    ),
    "submit": lambda room, actor: publishing.submit(feature=room.feature, actor=actor),
    "recall": lambda room, actor: publishing.recall(feature=room.feature, actor=actor),
    "sign": lambda room, actor: publishing.sign(feature=room.feature, actor=actor, comment="理由"),
    "send_back": lambda room, actor: publishing.send_back(feature=room.feature, actor=actor, comment="重写"),
    "publish": lambda room, actor: publishing.publish(feature=room.feature, actor=actor, note="更新"),
    "schedule": lambda room, actor: publishing.publish(
        feature=room.feature, actor=actor, at=timezone.now() + 2 * HOUR, note="更新"
    ),
    "withdraw": lambda room, actor: publishing.withdraw(feature=room.feature, actor=actor, reason="核实中"),
    "comment": lambda room, actor: publishing.comment(feature=room.feature, actor=actor, text="核"),
    "resolve": lambda room, actor: publishing.resolve_comment(comment=room.comment, actor=actor),
    "share": lambda room, actor: editing.share(feature=room.feature, actor=actor, users=[]),
    "share_preview": lambda room, actor: publishing.share_preview(feature=room.feature, actor=actor, days=1),
    "revoke": lambda room, actor: publishing.revoke_preview(link=room.link, actor=actor),
    "delete": lambda room, actor: editing.delete(feature=room.feature, actor=actor),
    "merge": lambda room, actor: people.merge(kept=room.speakers[0], merged=room.speakers[1], actor=actor),
    "create": lambda room, actor: editing.create(actor=actor),
}
# Setup that a verb needs.
READY = {
    "resolve": lambda room: setattr(room, "comment", _comment_by_superuser(room)),
    "revoke": lambda room: setattr(room, "link", _link_by_superuser(room)),
    "merge": lambda room: setattr(
        room, "speakers", [Speaker.objects.create(name="裴国欣", organisation=place) for place in ("市局", "市环保局")]
    ),
}


def carried_out(act, room, actor):
    """Return True if the verb was done, False if it was refused with reasons."""
    refusal = None
    try:
        with transaction.atomic():
            act(room, actor)
    except RefusedError as error:
        refusal = error
    assert refusal is None or all(reason.strip() for reason in refusal.reasons)
    return refusal is None


def made_ready(room, verb):
    """Set up the verb and return a snapshot; None if it needs no setup."""
    if verb not in READY:
        return None
    READY[verb](room)
    return Snapshot()


@pytest.mark.parametrize("state", STATES, ids=lambda state: STATES[state].replace(" ", "-"))
def test_functions_match_table(cast, state):
    room, wrong = Newsroom(cast, state), []
    untouched = Snapshot()
    for verb, act in FUNCTIONS.items():
        for role in tried(verb, state):
            with undone(untouched):
                before = made_ready(room, verb) or untouched
                done = carried_out(act, room, room.people[role])
                expected = (role, state) in ALLOWED[verb]
                changed = before.changed()
                if done != expected or changed != (expected and verb != "view"):
                    wrong.append((verb, role, done, changed))
    assert wrong == []


# --- Screens


def _post(room, client, verb, **typed):
    return client.post(screen("review", room.feature), {"verb": verb, "revision": room.latest.number, **typed})


def _later():
    return f"{timezone.localtime(timezone.now() + 2 * HOUR):%Y-%m-%d %H:%M}"


def _merge_screen(room, client):
    kept, merged = room.speakers
    url = reverse("admin:interviews_speaker_merge", args=[kept.pk])
    return client.post(url, {"other": merged.pk, "keep": kept.pk, "sure": "on"})


def _look_back(room, client):
    at = (room.seen or timezone.now()).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return client.get(reverse("public:feature", args=[room.feature.pk]), {"at": at})


def _delete_screen(room, client):
    return client.post(reverse("admin:interviews_feature_delete", args=[room.feature.pk]), {"post": "yes"})


SCREENS = {
    "view": lambda room, client: client.get(screen("review", room.feature)),
    "keep": lambda room, client: send(client, "keep", room.feature, page_of(room.feature, headline="第三稿")),
    "save": lambda room, client: send(client, "save", room.feature, page_of(room.feature, headline="第三稿")),
    "restore": lambda room, client: client.post(screen("restore", room.feature), {"number": 1}),
    "submit": lambda room, client: _post(room, client, "submit"),
    "recall": lambda room, client: _post(room, client, "recall"),
    "sign": lambda room, client: _post(room, client, "sign", text="理由"),
    "send_back": lambda room, client: _post(room, client, "send_back", text="重写"),
    "publish": lambda room, client: _post(room, client, "publish", text="更新"),
    "schedule": lambda room, client: _post(room, client, "publish", text="更新", at=_later()),
    "withdraw": lambda room, client: _post(room, client, "withdraw", text="核实中"),
    "comment": lambda room, client: _post(room, client, "comment", text="核"),
    "resolve": lambda room, client: _post(room, client, "resolve", comment=Comment.objects.get().pk),
    "share": lambda room, client: client.post(screen("share", room.feature), {}),
    "share_preview": lambda room, client: _post(room, client, "share", days=1),
    "revoke": lambda room, client: _post(room, client, "revoke", link=PreviewLink.objects.get().pk),
    "delete": _delete_screen,
    "merge": _merge_screen,
    "look_back": _look_back,
    "export": lambda room, client: client.get(reverse("admin:interviews_ledgerentry_export"), {"export": "1"}),
    "create": lambda room, client: client.post(reverse("admin:interviews_feature_create")),
}
READ_ONLY = {"view", "look_back", "export"}
REFUSALS = {200, 302, 401, 403, 404}


def signed_in(people):
    clients = {}
    for role, person in people.items():
        clients[role] = Client()
        if role != "anonymous":
            clients[role].force_login(person)
    return clients


def fault_of(verb, answer, expected, changed):
    """Return what is wrong with a response, or ""."""
    done = answer.status_code == 200 if verb in READ_ONLY else changed
    if done != expected:
        return "done" if done else "not done"
    if changed and verb in READ_ONLY:
        return "a look changed something"
    if answer.status_code not in ({200, 302} if expected else REFUSALS):
        return "status"
    if not expected and answer.status_code == 200 and 'class="error"' not in answer.content.decode():
        return "refused without a sentence"
    return ""


@pytest.mark.parametrize("state", STATES, ids=lambda state: STATES[state].replace(" ", "-"))
def test_screens_match_table(cast, state):
    room, wrong = Newsroom(cast, state), []
    clients = signed_in(room.people)
    untouched = Snapshot()
    for verb, ask in SCREENS.items():
        for role in tried_on_screens(verb, state):
            client = clients[role]
            with undone(untouched):
                before = made_ready(room, verb) or untouched
                answer = ask(room, client)
                list(answer.streaming_content if answer.streaming else ())
                fault = fault_of(verb, answer, (role, state) in ALLOWED[verb], before.changed())
            if fault:
                wrong.append((verb, role, answer.status_code, fault))
    assert wrong == []


# --- Separation of duties


def written_by(cast, author):
    """Submit a feature whose latest revision is by `author`."""
    feature = a_draft(cast)
    feature.topics.update(title=f"{author.username}改的")
    publishing.record(feature=feature, actor=author)
    publishing.submit(feature=feature, actor=cast.reporter)
    return feature


def everybody_signs(actor):
    """Add a user to every group, so that only authorship and earlier sign-offs restrict them."""
    actor.groups.set(Group.objects.exclude(name__in=SEPARATE))
    return User.objects.get(pk=actor.pk)


@pytest.mark.parametrize("who", ["editor", "chief"])
def test_author_cannot_sign(cast, who):
    author = getattr(cast, who)
    feature = written_by(cast, author)
    author = everybody_signs(author)
    for other in (cast.superuser, cast.superuser, cast.superuser):
        before = Snapshot()
        with pytest.raises(RefusedError, match="不能由你签发"):
            publishing.sign(feature=feature, actor=author)
        assert not before.changed()
        publishing.sign(feature=feature, actor=other, comment="主任出差，电话里说定")


def test_nobody_signs_twice(cast):
    feature = written_by(cast, cast.reporter)
    head = everybody_signs(cast.head)
    publishing.sign(feature=feature, actor=head)
    before = Snapshot()
    with pytest.raises(RefusedError, match="一人不能签两次"):
        publishing.sign(feature=feature, actor=head)
    assert not before.changed()


def test_superuser_override_needs_reason(cast):
    feature = written_by(cast, cast.superuser)
    before = Snapshot()
    with pytest.raises(RefusedError, match="理由"):
        publishing.sign(feature=feature, actor=cast.superuser, comment=" \n")
    assert not before.changed()
    assert publishing.sign(feature=feature, actor=cast.superuser, comment="值班只我一人").override


@pytest.mark.parametrize("who", ["reporter", "editor", "chief", "superuser"])
def test_inactive_account(cast, who):
    """Although it owns the feature, wrote revisions and made links."""
    person = getattr(cast, who)
    room = Newsroom(cast, "d")
    Feature.objects.filter(pk=room.feature.pk).update(owner=person)
    room.comment = publishing.comment(feature=room.feature, actor=person, text="核")
    room.link = publishing.share_preview(feature=room.feature, actor=person, days=1)
    READY["merge"](room)
    User.objects.filter(pk=person.pk).update(is_active=False)
    person = User.objects.get(pk=person.pk)
    room.feature.refresh_from_db()
    for verb, act in FUNCTIONS.items():
        before = Snapshot()
        with pytest.raises(RefusedError), transaction.atomic():
            act(room, person)
        assert not before.changed(), verb


@pytest.mark.parametrize("verb", FUNCTIONS)
def test_feature_without_owner(cast, verb):
    """No owner (None) must not match an anonymous user."""
    room = Newsroom(cast, "d")
    Feature.objects.filter(pk=room.feature.pk).update(owner=None)
    made_ready(room, verb)
    PreviewLink.objects.update(maker=None)
    room.feature.refresh_from_db()
    if verb == "revoke":
        room.link.refresh_from_db()
    before = Snapshot()
    with pytest.raises(RefusedError), transaction.atomic():
        FUNCTIONS[verb](room, AnonymousUser())
    assert not before.changed()


def test_table_is_complete():
    """Every verb is checked on functions or screens, and every line names known roles and states."""
    assert set(ALLOWED) == set(FUNCTIONS) | set(SCREENS)
    for line in TABLE.splitlines():
        if line.startswith(" "):
            words = line.split()
            assert all(word in ROLES or word in STATES or word == "." for word in words), line
            assert sum(word in STATES or word == "." for word in words) == len(STATES)


def test_refusals_as_json(cast):
    """401 if not signed in, 403 with a reason if not allowed."""
    room = Newsroom(cast, "l")
    for client, status in ((Client(), 401), (signed_in(room.people)["stranger"], 403)):
        answer = send(client, "save", room.feature, page_of(room.feature, headline="第三稿"))
        assert answer.status_code == status
        assert json.loads(answer.content)["reasons"][0]["text"]
