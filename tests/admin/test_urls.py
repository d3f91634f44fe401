"""Every admin URL from the resolver, with every role, valid and invalid keys.

No response is a server error, GET changes nothing, and POST by an outsider changes nothing.
"""

import re

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver

from interviews import editing, people, publishing
from interviews.models import PublicEvent, Speaker, WebhookSubscription
from interviews.models.outbox import new_secret
from interviews.pagetext.files import PageSource
from tests.builders import a_photo, published, submitted
from tests.rows import Snapshot
from tests.shared_rows import built_once
from tests.thorough import THOROUGH

pytestmark = pytest.mark.django_db

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
ROLES = ["anonymous", "outsider", "photographer", "colleague", "reporter", "editor", "head", "chief"]
ROLES += ["administrator", "manager", "auditor", "superuser"]
LARGE = "9" * 25


def patterns(resolver=None, prefix=""):
    """Return every route below /admin/."""
    resolver = resolver or next(
        each for each in get_resolver().url_patterns if getattr(each, "namespace", None) == "admin"
    )
    found = []
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern)
        if hasattr(each, "url_patterns"):
            found += patterns(each, route)
        else:
            found.append(route)
    return found


def model_of(route):
    """Return the model that a route is about: feature for `interviews/feature/…`."""
    label, _, rest = route.partition("/")
    try:
        return apps.get_model(label, rest.partition("/")[0])
    except (LookupError, ValueError):
        return None


def addresses(route, keys):
    """Fill a route with an existing key, if there is one, and with unknown keys."""
    values = {"app_label": "interviews", "url": "interviews/nothing/", "content_type_id": "1", "copy": keys["copy"]}

    def filled(key):
        path = PARAMETER.sub(lambda found: str(values.get(found[2] or found[3], key)), route)
        return "/admin/" + path.replace("^", "").replace("$", "").replace("\\Z", "")

    known = keys["intake"] if "/import/" in route else keys.get(model_of(route))
    return list(dict.fromkeys(map(filled, (known, 999_999, LARGE))))


@built_once
def newsroom(cast):
    """Create one object of everything that a key can name."""
    events = PublicEvent.values
    WebhookSubscription.objects.create(name="省报", url="https://a.example/", secret=new_secret(), events=events)
    published(cast)
    feature = submitted(cast)
    publishing.comment(feature=feature, actor=cast.editor, text="核")
    publishing.share_preview(feature=feature, actor=cast.editor, days=1)
    a_photo(uploaded_by=cast.reporter)
    two = [Speaker.objects.create(name="裴国欣", organisation=place) for place in ("市局", "市环保局")]
    people.merge(kept=two[0], merged=two[1], actor=cast.editor)
    keys = {model: row.pk for model in apps.get_models() if (row := model._default_manager.order_by("-pk").first())}
    intake = editing.open_import(actor=cast.superuser, source=PageSource("话题：水"))
    copy = editing.keep(feature=feature, actor=cast.superuser, window="w", base=1, content='{"headline": "写"}')
    return {**keys, "copy": copy.pk, "intake": intake.pk, type(feature): feature.pk}


def test_patterns_are_found():
    found = patterns()
    assert len(found) > 60
    assert any(route.startswith("interviews/feature/<int:pk>/save") for route in found)


@pytest.mark.parametrize("role", ROLES if THOROUGH else ["anonymous", "reporter", "auditor", "superuser"])
def test_get_changes_nothing(cast, newsroom, role):
    client = signed_in(cast, role)
    before, wrong = Snapshot(), []
    for route in patterns():
        for address in addresses(route, newsroom):
            with transaction.atomic():
                answer = client.get(address, HTTP_REFERER="/admin/")
            # Everybody with an account may change its password.
            own = role == "outsider" and address == "/admin/password_change/"
            away = own or role not in {"anonymous", "outsider"} or _turned_away(answer, address)
            if answer.status_code >= 500 or not away:
                wrong.append((address, answer.status_code))
        if before.changed():
            wrong.append((route, "changed"))
            before = Snapshot()
        if "logout" in route:
            client = signed_in(cast, role)
    assert wrong == []


def test_every_address_asks_for_the_second_factor(cast, newsroom, settings):
    settings.REQUIRE_OTP = "roles"
    client, opened = signed_in(cast, "superuser"), []
    for route in patterns():
        if "logout" in route or "password" in route:
            continue
        address = addresses(route, newsroom)[0]
        for send in (client.get, client.post):
            answer = send(address)
            if answer.status_code == 200 and not _turned_away(answer, address):
                opened.append(address)
            assert answer.status_code < 500, address
    assert opened == []


# Form data sent by accident or malice.
SENT = [
    {},
    {"number": LARGE, "verb": "publish", "revision": LARGE, "days": LARGE, "other": LARGE, "keep": LARGE, "at": "x"},
    {"number": "9" * 5000, "verb": "comment", "comment": "²", "text": "\x00", "start": "-1", "path": "topics[0]"},
    {"verb": "resolve", "comment": LARGE, "link": "0", "revision": "1", "user": ["1", LARGE, "²"], "path": "x" * 100},
]


# Every parameter that a screen or JSON route of the newsroom reads.
NAMES = [
    "base",
    "caption",
    "comment",
    "copy",
    "earlier",
    "events",
    "feature",
    "format",
    "key",
    "kind",
    "latest",
    "line",
    "new",
    "note",
    "number",
    "old",
    "page",
    "path",
    "photo",
    "photographer",
    "picture",
    "q",
    "reason",
    "revision",
    "secret",
    "seen",
    "since",
    "start",
    "sure",
    "text",
    "url",
    "user",
    "verb",
    "view",
    "window",
    "id",
    "action",
    "index",
]
VERBS = ["comment", "send_back", "withdraw", "publish", "share", "resolve", "sign"]


# On SQLite, too: PostgreSQL refuses more.
POSTING = ["anonymous", pytest.param("superuser", marks=pytest.mark.engine)]


@pytest.mark.parametrize(
    "role", [*POSTING, "outsider", "photographer", "colleague", "auditor"] if THOROUGH else POSTING
)
def test_any_post_is_answered(cast, newsroom, role):
    """No server error; a POST by an outsider changes nothing."""
    client = signed_in(cast, role)
    before, wrong = Snapshot(), []
    for route in patterns():
        if "logout" in route or "password" in route or "login" in route or "autocomplete" in route:
            continue
        for address in addresses(route, newsroom)[: 2 if THOROUGH else 1]:
            # By default something of each kind, and on SQLite only numbers that are too large for it.
            for data in SENT if THOROUGH else SENT[1:] if connection.vendor == "postgresql" else SENT[1:2]:
                with transaction.atomic():
                    answer = client.post(address, data)
                    if role in {"anonymous", "outsider", "photographer", "auditor"} and before.changed():
                        wrong.append((address, data, "changed"))
                    transaction.set_rollback(True)
                before.restored()
                if answer.status_code >= 500:
                    wrong.append((address, data, answer.status_code))
    assert wrong == []


JUNK = [b"", b"{", b"[]", b"\xff\xfe", b'{"window": 1}', b'{"window": "w", "base": true, "content": 1}']
JUNK += [b'{"window": "w", "base": 1, "content": {"headline": "\\ud800", "lead": ["\\u0000"]}}', b"[" * 100_000]
JUNK += [b'{"window": "w", "base": 1, "content": {"topics": [{"id": -1, "interviews": [{"id": 1e999}]}]}}']
JUNK += [b'{"window": "w", "base": 1, "content": {"issue": {"page": 1e999, "date": "0000-00-00"}}}']


@pytest.mark.parametrize("verb", ["keep", "save"])
@pytest.mark.parametrize("sent", JUNK, ids=range(len(JUNK)))
def test_any_json_is_answered(cast, edition, verb, sent):
    feature = edition.feature
    client = signed_in(cast, "superuser")
    answer = client.post(f"/admin/interviews/feature/{feature.pk}/{verb}/", sent, content_type="application/json")
    assert answer.status_code < 500


@pytest.mark.parametrize("text", ["\x00", "字\x00字"] if THOROUGH else ["字\x00字"])
def test_nul_in_any_parameter_is_answered(cast, newsroom, text):
    client = signed_in(cast, "superuser")
    wrong = []
    for route in patterns():
        if "logout" in route:
            continue
        address = addresses(route, newsroom)[0]
        for ask, sent in [(client.get, {}), *((client.post, {"verb": verb}) for verb in VERBS)]:
            with transaction.atomic():
                answer = ask(address, {**dict.fromkeys(NAMES, text), **sent})
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                wrong.append((ask.__name__, address, sent))
            if ask == client.post and "review" not in route:
                break
    assert wrong == []


def test_nul_in_queries_of_lists_is_refused(cast, newsroom):
    """PostgreSQL cannot compare text with NUL."""
    client = signed_in(cast, "superuser")
    model = {"app_label": "interviews", "model_name": "photo", "field_name": "people"}
    for address, names in (("/admin/autocomplete/", ["term"]), ("/admin/auth/group/", ["q", "name", "name__contains"])):
        for name in names:
            with transaction.atomic():
                answer = client.get(address, {**model, name: "字\x00"})
                transaction.set_rollback(True)
            assert answer.status_code == 400, (address, name)


SURROGATES = ["字\\udfff\\u0000", "\\ud800", "\\u0000"]


@pytest.mark.parametrize("text", SURROGATES if THOROUGH else SURROGATES[:1])
def test_unpaired_surrogates_in_any_json_are_answered(cast, newsroom, text):
    client = signed_in(cast, "superuser")
    sent = ", ".join(f'"{name}": "{text}"' for name in [*NAMES, "content", "finding", "1", "0"])
    whole = [
        f"{{{sent}}}",
        f'{{"window": "w", "base": 1, {sent.replace("base", "x").replace("window", "y")}}}',
        f'["{text}"]',
    ]
    wrong = []
    for route in patterns():
        address = addresses(route, newsroom)[0]
        for body in whole if "logout" not in route else []:
            with transaction.atomic():
                answer = client.post(address, body, content_type="application/json")
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                wrong.append((address, body[:40]))
    assert wrong == []


def signed_in(cast, role):
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(getattr(cast, role))
    return client


def _turned_away(answer, address):
    """Whether the response asks to sign in or is a 404. The login page itself is public."""
    public = any(part in address for part in ("/login/", "/logout/", "/jsi18n/"))
    return public or answer.status_code in {302, 401, 403, 404, 405}
