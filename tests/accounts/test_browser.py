"""Signing in with a browser, under the site's Content-Security-Policy: with and without scripts, with a passkey."""

import re

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import expect

from tests import axe
from tests.cast import PASSWORD

from .signing import ACTIVATE, FACTORS, HOME, code_of, with_totp

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(browser, live_server, settings):
    """Return a function that opens a page at a path. Script errors and CSP violations fail the test."""
    # A passkey is bound to a name; an address has none.
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    faults, contexts = [], []

    def open_page(path, **options):
        context = browser.new_context(locale="zh-CN", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
        page.set_default_timeout(30_000)
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def sign_in(page, name):
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")


@pytest.mark.parametrize("scripts", [True, False])
def test_second_factor_is_set_up_and_used(visit, cast, required, scripts):
    """Everything but passkeys works without scripts."""
    page = visit("/admin/", java_script_enabled=scripts)
    sign_in(page, "chief")
    page.get_by_role("link", name="设置验证器").click()
    secret = page.locator(".secret code").inner_text()
    assert page.locator(".qr svg").bounding_box()["width"] > 100
    page.fill("#id_code", code_of(secret))
    page.click("input[type=submit]")
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="回编辑部").click()
    expect(page.locator("#user-tools")).to_contain_text("chief")
    page.locator("#logout-form button").click()
    page.goto(page.url.partition("/admin/")[0] + "/admin/")
    sign_in(page, "chief")
    # The next code: one works only once.
    page.fill("#id_code", code_of(secret, 1))
    page.click("input[value=登录]")
    expect(page.locator("#user-tools")).to_contain_text("chief")


def test_passkey_is_added_and_signs_in_alone(visit, cast, required):
    page = visit("/admin/")
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, "chief")
    page.get_by_role("link", name="添加通行密钥").click()
    page.check("#id_passwordless")
    page.click("#passkey_use")
    expect(page.locator(".codes li")).to_have_count(10)
    assert Authenticator.objects.filter(user=cast.chief, type=Authenticator.Type.WEBAUTHN).count() == 1
    page.get_by_role("link", name="回编辑部").click()
    page.locator("#logout-form button").click()
    page.goto(page.url.partition("/admin/")[0] + "/admin/login/")
    page.click("#passkey_use")
    expect(page.locator("#user-tools")).to_contain_text("chief")


def test_passkey_that_fails_says_so(visit, cast):
    page = visit("/admin/login/")
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.click("#passkey_use")
    expect(page.get_by_role("alert")).to_contain_text("没有用成")


PAGES = ["/admin/login/", FACTORS, ACTIVATE, "/admin/account/", "/admin/password_change/"]
PAGES += ["/admin/account/password/reset/"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_on_phones(visit, cast, scheme):
    page = visit("/admin/login/", viewport={"width": 390, "height": 800}, color_scheme=scheme)
    site = page.url.partition("/admin/")[0]
    found = {}
    for path in PAGES:
        page.goto(site + path)
        report = Axe().run(page, options=axe.options(scheme, sizes=False))
        found[path] = [each["id"] for each in report.response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        if path == PAGES[0]:
            sign_in(page, "reporter")
            expect(page.locator("#user-tools")).to_contain_text("reporter")
    assert {path: each for path, each in found.items() if each} == {}


# Product names and the like.
FOREIGN = re.compile(r"Microsoft Authenticator|Chrome|Linux|JavaScript|reporter|jinzhong|localhost", re.IGNORECASE)


def test_words_are_chinese(visit, cast):
    with_totp(User.objects.get(username="photographer"))
    page = visit("/admin/login/", java_script_enabled=False)
    site = page.url.partition("/admin/")[0]
    sign_in(page, "reporter")
    for path in [
        *PAGES,
        "/admin/account/second-factor/webauthn/add/",
        "/admin/account/second-factor/webauthn/",
        "/admin/account/reauthenticate/",
        HOME,
    ]:
        page.goto(site + path)
        page.wait_for_load_state()
        text = page.locator("#container").inner_text()
        secret = page.locator(".secret").inner_text() if page.locator(".secret").count() else ""
        words = re.findall(r"[A-Za-z]{3,}", FOREIGN.sub("", text.replace(secret, "")))
        assert words == [], path
