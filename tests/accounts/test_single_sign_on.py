"""Single sign-on by OpenID Connect, with a provider on this machine."""

import http.client
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User

from .identity_provider import CLIENT, SECRET, running
from .signing import AUTHENTICATE, is_signed_in, sign_in, with_totp

pytestmark = pytest.mark.django_db
LOGIN = "/admin/account/oidc/house/login/"


@pytest.fixture
def provider(settings):
    with running({"sub": "4711", "email": "wang@example.cn", "email_verified": True}) as server:
        app = {"provider_id": "house", "client_id": CLIENT, "secret": SECRET, "name": "统一身份认证"}
        app["settings"] = {"server_url": server.address, "oauth_pkce_enabled": True}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        yield server


def through(client, provider, start=LOGIN):
    """Go to the provider and back."""
    away = client.get(start)["Location"]
    assert away.startswith(f"{provider.address}/authorize?")
    parts = urlsplit(away)
    connection = http.client.HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}")
    back = urlsplit(connection.getresponse().getheader("Location"))
    connection.close()
    return client.get(f"{back.path}?{back.query}", follow=True)


def give_address(user, email="wang@example.cn"):
    user.email = email
    user.save()


def test_sign_in_page_offers_it(client, provider):
    assert "用统一身份认证登录" in client.get("/admin/login/").content.decode()


def test_not_offered_unless_set(client, db):
    assert "统一身份认证" not in client.get("/admin/login/").content.decode()
    assert client.get(LOGIN).status_code == 404


def test_account_is_found_by_its_address(client, cast, provider):
    give_address(cast.reporter)
    through(client, provider)
    assert is_signed_in(client)
    assert client.get("/admin/").context["user"] == cast.reporter


def test_address_must_be_verified(client, cast, provider):
    give_address(cast.reporter)
    provider.claims["email_verified"] = False
    assert "没有对应的账号" in through(client, provider).content.decode()
    assert not is_signed_in(client)


def test_nobody_signs_up(client, cast, provider):
    before = User.objects.count()
    assert "没有对应的账号" in through(client, provider).content.decode()
    assert User.objects.count() == before


def test_second_factor_is_asked_all_the_same(client, cast, provider, required):
    give_address(cast.chief)
    with_totp(cast.chief)
    assert through(client, provider).redirect_chain[-1][0] == AUTHENTICATE
    assert not is_signed_in(client)


def test_connected_by_its_owner(client, cast, provider):
    """For providers that tell no address."""
    provider.claims.pop("email")
    sign_in(client, "reporter")
    through(client, provider, f"{LOGIN}?process=connect")
    client.post("/admin/logout/")
    assert not is_signed_in(client)
    through(client, provider)
    assert is_signed_in(client)


def test_wrong_secret_is_refused_in_words(client, cast, provider, settings):
    give_address(cast.reporter)
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["secret"] = "another"
    assert "没有登录成" in through(client, provider).content.decode()
    assert not is_signed_in(client)
