"""Passwords: rules in Chinese, history, reset by mail."""

import email
import re
import socketserver
import threading
from itertools import pairwise

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from interviews.accounts.hashing import QuietPBKDF2PasswordHasher
from interviews.models import PastPassword

from .signing import is_signed_in, sign_in

pytestmark = pytest.mark.django_db
CHANGE = "/admin/password_change/"
RESET = "/admin/account/password/reset/"
NEW = "晋中日报的新密码-{}"


def change(client, old, new):
    """Change a password; return the errors of the page."""
    page = client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new}).content.decode()
    return re.findall(r'<ul class="errorlist"[^>]*>(.*?)</ul>', page)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("短", "10"),
        ("1234567890", "数字"),
        ("password123", "常见"),
        ("reporter-1", "相似"),
    ],
)
def test_rules_are_said_in_chinese(cast, password, sentence):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, cast.reporter)
    assert sentence in "".join(refused.value.messages)
    assert not re.search("[A-Za-z]{4,}", "".join(refused.value.messages))


def test_last_five_are_refused(client, cast, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "change_password": "60/m/user"}
    sign_in(client, "reporter")
    passwords = ["夜班-编辑部-2025", *(NEW.format(n) for n in range(5))]
    for old, new in pairwise(passwords):
        assert change(client, old, new) == []
    for used in passwords[1:]:
        assert "最近用过的 5 个密码" in change(client, passwords[-1], used)[0]
    assert change(client, passwords[-1], passwords[0]) == []
    assert PastPassword.objects.filter(user=cast.reporter).count() == 5


def test_first_password_is_refused_too(client, cast):
    """It is older than the history."""
    sign_in(client, "reporter")
    assert "最近用过" in change(client, "夜班-编辑部-2025", "夜班-编辑部-2025")[0]


@pytest.mark.parametrize("password", ["晋中-夜班", "a" * 500, '"\\\n'])
def test_hashes_are_djangos(password):
    ours, theirs = QuietPBKDF2PasswordHasher(), PBKDF2PasswordHasher()
    encoded = ours.encode(password, "salt", 1000)
    assert encoded == theirs.encode(password, "salt", 1000)
    assert theirs.verify(password, encoded)
    assert ours.verify(password, encoded)
    assert not ours.verify(password + "x", encoded)


class MailServer(socketserver.StreamRequestHandler):
    """Takes one mail at a time; `server.mails` are (recipient, text)."""

    def handle(self):
        answers = {b"EHLO": b"250 localhost", b"DATA": b"354 go on", b"QUIT": b"221 bye"}
        self.wfile.write(b"220 localhost\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            self.wfile.write(answers.get(verb, b"250 ok") + b"\r\n")
            if verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
            elif verb == b"DATA":
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.mails.append((recipient, b"".join(lines).decode()))
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def mails(settings):
    """Run a mail server; the mails that it took."""
    with socketserver.TCPServer(("127.0.0.1", 0), MailServer) as server:
        server.mails = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.MAIL_URL = {"EMAIL_HOST": "127.0.0.1"}
        yield server.mails
        server.shutdown()
        thread.join()


class TestReset:
    def test_mail_leads_to_a_new_password(self, client, cast, mails):
        cast.reporter.email = "wang@example.cn"
        cast.reporter.save()
        assert "已经发过去" in client.post(RESET, {"email": "wang@example.cn"}, follow=True).content.decode()
        ((recipient, text),) = mails
        assert recipient == "wang@example.cn"
        message = email.message_from_string(text)
        body = message.get_payload(decode=True).decode()
        assert not re.search("[A-Za-z]{4,}", re.sub(r"\S+://\S+|reporter|\S+@\S+", "", body)), body
        path = re.search(r"http://127\.0\.0\.1:8000(/admin/account/password/reset/key/\S+)", body)[1]
        page = client.get(path, follow=True)
        new = NEW.format(1)
        client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
        sign_in(client, "reporter", new)
        assert is_signed_in(client)

    def test_unknown_address_is_answered_alike_and_gets_no_mail(self, client, cast, mails):
        page = client.post(RESET, {"email": "nobody@example.cn"}, follow=True).content.decode()
        assert "已经发过去" in page
        assert mails == []

    def test_mail_server_that_is_down_fails_no_page(self, client, cast, mails, settings):
        cast.reporter.email = "wang@example.cn"
        cast.reporter.save()
        settings.EMAIL_PORT = 9
        assert client.post(RESET, {"email": "wang@example.cn"}, follow=True).status_code == 200

    def test_without_mail_it_says_whom_to_ask(self, client, db):
        assert "请找账号管理员" in client.get(RESET).content.decode()
