"""Administrators, account managers and auditors: what each may do, and that nobody is two of them."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from interviews.errors import RefusedError

from .signing import is_signed_in, sign_in, with_totp

pytestmark = pytest.mark.django_db
ACCOUNTS = reverse("admin:auth_user_changelist")
ADD = reverse("admin:auth_user_add")
OPEN = {
    "manager": {"auth/user/"},
    "auditor": {"interviews/securityevent/", "interviews/ledgerentry/"},
}
MANAGED = ["link", "factors", "sessions"]


def of(user, name="change"):
    return reverse(f"admin:auth_user_{name}", args=[user.pk])


def typed(user, **changes):
    groups = list(user.groups.values_list("pk", flat=True)) if user.pk else []
    data = {"username": user.username, "first_name": "王晓红", "email": "", "is_active": "on", "groups": groups}
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


class TestSeparation:
    @pytest.mark.parametrize("pair", [("账号管理", "审计"), ("系统管理", "账号管理"), ("系统管理", "审计")])
    def test_nobody_holds_two(self, cast, pair):
        groups = Group.objects.filter(name__in=pair)
        with pytest.raises(RefusedError, match="三权分立"), transaction.atomic():
            cast.reporter.groups.add(*groups)
        cast.reporter.groups.add(groups[0])
        with pytest.raises(RefusedError, match="三权分立"), transaction.atomic():
            groups[1].user_set.add(cast.reporter)
        with pytest.raises(RefusedError, match="三权分立"), transaction.atomic():
            cast.reporter.groups.add(groups[1])

    def test_screen_refuses_in_a_sentence_and_keeps_the_form(self, client, cast):
        client.force_login(cast.manager)
        groups = list(Group.objects.filter(name__in=["账号管理", "审计"]).values_list("pk", flat=True))
        page = client.post(of(cast.reporter), typed(cast.reporter, groups=groups, first_name="新名字")).content.decode()
        assert "不能同时在“账号管理”和“审计”里" in page
        assert "新名字" in page
        assert list(cast.reporter.groups.values_list("name", flat=True)) == ["记者"]


@pytest.mark.parametrize("who", OPEN)
def test_neither_may_do_anything_else(client, cast, edition, who):
    """Every list of the newsroom, by its address in the index of a superuser."""
    client.force_login(cast.superuser)
    lists = set(re.findall(r'href="/admin/((?:auth|interviews)/\w+/)"', client.get("/admin/").content.decode()))
    assert len(lists) > 12
    client.force_login(getattr(cast, who))
    opened = {each for each in lists if client.get(f"/admin/{each}").status_code == 200}
    assert opened - {"interviews/workload/"} == OPEN[who]


@pytest.mark.parametrize("who", ["reporter", "photographer", "editor", "head", "chief", "administrator", "auditor"])
def test_only_managers_manage(client, cast, who):
    client.force_login(getattr(cast, who))
    for address in (ACCOUNTS, ADD, of(cast.reporter)):
        assert client.get(address).status_code == 403, address
    for name in MANAGED:
        assert client.post(of(cast.colleague, name)).status_code == 403, name


@pytest.mark.parametrize("who", ["manager", "reporter", "chief", "administrator"])
def test_only_auditors_read_the_log(client, cast, who):
    client.force_login(getattr(cast, who))
    assert client.get("/admin/interviews/securityevent/").status_code == 403
    assert client.get("/admin/interviews/securityevent/export/", {"export": "csv"}).status_code == 403


class TestManaging:
    @pytest.fixture
    def manager(self, client, cast):
        client.force_login(cast.manager)
        return client

    def test_invitation(self, manager, cast):
        """A new account has no password; the link sets one, once."""
        reporters = Group.objects.get(name="记者")
        manager.post(ADD, typed(User(username="wang"), groups=[reporters.pk]))
        user = User.objects.get(username="wang")
        assert (user.is_staff, user.has_usable_password(), list(user.groups.all())) == (True, False, [reporters])
        page = manager.post(of(user, "link")).content.decode()
        address = re.search(r"http://127\.0\.0\.1:8000(/admin/account/password/reset/key/\S+/)<", page)[1]
        invited = Client()
        form = invited.get(address, follow=True)
        data = {"password1": "晋中夜班-新密码-7", "password2": "晋中夜班-新密码-7"}
        invited.post(form.redirect_chain[-1][0], data)
        sign_in(invited, "wang", "晋中夜班-新密码-7")
        assert is_signed_in(invited)
        assert "不能用了" in Client().get(address, follow=True).content.decode()

    def test_switching_off_ends_sessions(self, manager, cast):
        reporter = Client()
        reporter.force_login(cast.reporter)
        manager.post(of(cast.reporter), typed(cast.reporter, is_active=None))
        assert not is_signed_in(reporter)
        sign_in(reporter, "reporter")
        assert not is_signed_in(reporter)

    def test_lost_phone(self, manager, cast):
        with_totp(cast.reporter)
        other = Client()
        sign_in(other, "colleague")
        manager.post(of(cast.reporter, "factors"))
        assert not Authenticator.objects.filter(user=cast.reporter).exists()
        assert is_signed_in(other)

    def test_ending_sessions(self, manager, cast):
        other = Client()
        sign_in(other, "reporter")
        assert is_signed_in(other)
        manager.post(of(cast.reporter, "sessions"))
        assert not is_signed_in(other)

    @pytest.mark.parametrize("whom", ["manager", "superuser"])
    def test_not_oneself_nor_superusers(self, manager, cast, whom):
        user = getattr(cast, whom)
        manager.post(of(user), typed(user, is_active=None, groups=[]))
        for name in MANAGED:
            assert manager.post(of(user, name)).status_code == 403
        user.refresh_from_db()
        assert user.is_active
        assert user.groups.count() == (whom == "manager")

    def test_no_way_to_superuser(self, manager, cast):
        manager.post(of(cast.reporter), typed(cast.reporter, is_superuser="on", user_permissions=["1"], password="x"))
        cast.reporter.refresh_from_db()
        assert not cast.reporter.is_superuser
        assert not cast.reporter.user_permissions.exists()

    def test_accounts_are_never_deleted(self, manager, cast):
        assert manager.post(f"{ACCOUNTS}{cast.reporter.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_get_does_nothing(self, manager, cast):
        for name in MANAGED:
            assert manager.get(of(cast.reporter, name)).status_code == 405
