"""The second factor: who needs it, how it is set up and used."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from interviews.accounts.second_factor import is_required
from tests.builders import submitted

from .signing import ACTIVATE, AUTHENTICATE, FACTORS, HOME, code_of, is_signed_in, sentences, sign_in, with_totp

pytestmark = pytest.mark.django_db
REQUIRED = {"editor", "head", "chief", "superuser"}
FREE = {"reporter", "photographer"}


@pytest.mark.parametrize(
    ("rule", "asked"),
    [
        ("none", set()),
        ("roles", REQUIRED),
        ("all", REQUIRED | FREE),
        (["摄影", "总编辑"], {"photographer", "chief", "superuser"}),
    ],
)
def test_rules(cast, settings, rule, asked):
    settings.REQUIRE_OTP = rule
    assert {name for name in REQUIRED | FREE if is_required(getattr(cast, name))} == asked


def test_retired_step_asks_nobody(cast, required):
    group = Group.objects.get(name="编辑")
    group.reviewstep_set.update(active=False)
    assert not is_required(cast.editor)


def test_demo_accounts_are_exempt_only_in_a_demo(cast, settings, required):
    real = User.objects.create_superuser("director")
    for demo, asked in ((True, {"director"}), (False, {"director", "chief"})):
        settings.DEMO = demo
        assert {user.username for user in (cast.chief, real) if is_required(user)} == asked


@pytest.mark.usefixtures("required")
class TestWithout:
    def test_others_sign_in_with_a_password(self, client, cast):
        assert sign_in(client, "reporter")["Location"] == HOME
        assert is_signed_in(client)

    def test_sign_in_leads_to_setting_one_up(self, client, cast):
        sign_in(client, "chief")
        response = client.get(HOME, follow=True)
        assert response.redirect_chain[-1][0] == FACTORS
        assert "要求第二步验证" in sentences(response)[0]

    def test_no_staff_address_opens(self, client, cast):
        feature = submitted(cast)
        sign_in(client, "chief")
        for address in (HOME, "/admin/interviews/photo/", f"/admin/interviews/feature/{feature.pk}/review/"):
            assert client.get(address)["Location"].startswith("/admin/login/"), address
        keep = f"/admin/interviews/feature/{feature.pk}/keep/"
        assert client.post(keep, "{}", content_type="application/json").status_code == 401

    def test_no_privilege_on_public_pages(self, client, edition, cast):
        sign_in(client, "chief")
        address = f"/features/{edition.feature_id}/?at=2099-03-12T08:00"
        assert client.get(address).status_code == 403
        client.force_login(cast.reporter)
        assert client.get(address).status_code == 403

    def test_session_without_sign_in_form_is_asked_too(self, client, cast):
        client.force_login(cast.chief)
        assert client.get(HOME)["Location"].startswith("/admin/login/")

    def test_role_given_later_asks_at_once(self, client, cast):
        sign_in(client, "reporter")
        cast.reporter.groups.add(Group.objects.get(name="总编辑"))
        assert not is_signed_in(client)


@pytest.mark.usefixtures("required")
class TestSettingUp:
    def secret(self, client):
        page = client.get(ACTIVATE)
        assert "<svg" in page.content.decode()
        return page.context["form"].secret

    @pytest.mark.django_db(transaction=True)
    def test_code_of_the_drawn_secret_opens_the_newsroom(self, client, cast):
        sign_in(client, "chief")
        response = client.post(ACTIVATE, {"code": code_of(self.secret(client))}, follow=True)
        assert response.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
        assert len(response.context["unused_codes"]) == 10
        assert is_signed_in(client)

    def test_wrong_code_is_refused(self, client, cast):
        sign_in(client, "chief")
        secret = self.secret(client)
        page = client.post(ACTIVATE, {"code": "000000" if code_of(secret) != "000000" else "111111"})
        assert "errorlist" in page.content.decode()
        assert not Authenticator.objects.exists()
        assert not is_signed_in(client)

    def test_removing_the_last_asks_for_a_new_one(self, client, cast):
        sign_in(client, "chief")
        client.post(ACTIVATE, {"code": code_of(self.secret(client))})
        client.post(reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
        assert not is_signed_in(client)

    def test_stolen_session_needs_the_password(self, client, cast):
        client.force_login(cast.reporter)
        assert client.get(ACTIVATE)["Location"].startswith(reverse("account_reauthenticate"))


class TestUsing:
    def test_code_is_asked_and_opens(self, client, cast, required):
        secret = with_totp(cast.chief)
        assert sign_in(client, "chief")["Location"] == AUTHENTICATE
        assert not is_signed_in(client)
        client.post(AUTHENTICATE, {"code": code_of(secret)})
        assert is_signed_in(client)

    def test_who_has_one_is_asked_although_not_required(self, client, cast):
        with_totp(cast.reporter)
        sign_in(client, "reporter")
        assert not is_signed_in(client)

    def test_next_page_is_kept(self, client, cast):
        secret = with_totp(cast.reporter)
        data = {"username": "reporter", "password": "夜班-编辑部-2025", "next": "/admin/interviews/photo/"}
        client.post("/admin/login/", data)
        assert client.post(AUTHENTICATE, {"code": code_of(secret)})["Location"] == "/admin/interviews/photo/"

    @pytest.mark.parametrize("step", [-1, 0, 1])
    def test_slow_hands_and_wrong_clocks(self, client, cast, step):
        secret = with_totp(cast.reporter)
        sign_in(client, "reporter")
        client.post(AUTHENTICATE, {"code": code_of(secret, step)})
        assert is_signed_in(client)

    def test_code_works_once(self, client, cast):
        code = code_of(with_totp(cast.reporter), 1)
        sign_in(client, "reporter")
        client.post(AUTHENTICATE, {"code": code})
        other = Client()
        sign_in(other, "reporter")
        assert "errorlist" in other.post(AUTHENTICATE, {"code": code}).content.decode()

    def test_guessing_codes_is_locked_out(self, client, cast):
        secret = with_totp(cast.reporter)
        sign_in(client, "reporter")
        wrong = next(str(n) * 6 for n in range(9) if str(n) * 6 not in {code_of(secret, s) for s in (-1, 0, 1)})
        for _ in range(5):
            client.post(AUTHENTICATE, {"code": wrong})
        client.post(AUTHENTICATE, {"code": code_of(secret)})
        assert not is_signed_in(client)

    def test_recovery_code_works_once(self, client, cast, required):
        sign_in(client, "chief")
        secret = client.get(ACTIVATE).context["form"].secret
        page = client.post(ACTIVATE, {"code": code_of(secret)}, follow=True)
        code = page.context["unused_codes"][0]
        for opens in (True, False):
            other = Client()
            sign_in(other, "chief")
            other.post(AUTHENTICATE, {"code": code})
            assert is_signed_in(other) == opens
