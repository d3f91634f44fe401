"""Read the environment: one reader per type, and errors that name the variable."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from interviews.storage import Location, LocationError, parse

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def secret(name: str) -> str:
    """The value of NAME, or the content of the file that NAME_FILE names."""
    file = text(f"{name}_FILE")
    if not file:
        return text(name)
    if text(name):
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: keep one of them.")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{name}_FILE={file!r} cannot be read: {error}.") from error


def flag(name: str) -> bool:
    value = text(name).lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}={value!r} is neither 1 nor 0.")
    return value in TRUE


def words(name: str, default: list[str]) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or default


def host_names(name: str, default: list[str]) -> list[str]:
    """Host names of the site. Refuses `*`, which would let any Host header into links and mails."""
    hosts = words(name, default)
    if "*" in hosts:
        raise ImproperlyConfigured(f"{name} contains '*': name the site's hosts.")
    return hosts


def refuse_on_public_sites(address: str, **flags: bool) -> None:
    """Refuse settings that give a site away as soon as strangers reach it, as they do with https."""
    for name, value in flags.items():
        if value and address.startswith("https://"):
            raise ImproperlyConfigured(f"{name}=1 is for trying the site out, but SITE_URL={address!r} is public.")


def folder(name: str, default: Path) -> Path:
    """A folder, created for nobody but this user if need be."""
    path = Path(text(name) or default).expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}={str(path)!r} cannot be made: {error.strerror}.") from error
    return path


def bucket(name: str, access_key: str, secret_key: str) -> Location | None:
    """The bucket at the address NAME; None if that is a folder. Never repeats the address, which may hold keys."""
    if "://" not in text(name):
        return None
    try:
        return parse(text(name), access_key, secret_key)
    except LocationError as error:
        raise ImproperlyConfigured(f"{name} {error}.") from None


def whole_number(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name) or str(default)
    if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):
        raise ImproperlyConfigured(f"{name}={value!r} is no whole number from {least} to {most}.")
    return int(value)


def one_of(name: str, default: str, choices: set[str]) -> str:
    value = text(name) or default
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} is none of {', '.join(sorted(filter(None, choices)))}.")
    return value


def metrics_access(name: str) -> str:
    """Empty (nobody), loopback, or a token of at least 20 characters."""
    value = secret(name)
    if value not in {"", "loopback"} and (len(value) < 20 or not value.isascii() or " " in value):
        raise ImproperlyConfigured(f"{name} is neither loopback nor a token of at least 20 ASCII characters.")
    return value


def hashed_tokens(name: str) -> list[str]:
    """SHA-256 hashes of comma-separated tokens, each in clear or as `sha256:` and its hash. Never repeats them."""
    hashes = []
    for value in filter(None, (each.strip() for each in secret(name).split(","))):
        if re.fullmatch("sha256:[0-9a-f]{64}", value):
            hashes.append(value.removeprefix("sha256:"))
        elif len(value) >= 20 and value.isascii() and " " not in value and not value.startswith("sha256:"):
            hashes.append(hashlib.sha256(value.encode()).hexdigest())
        else:
            raise ImproperlyConfigured(f"{name}: a token has at least 20 ASCII characters, or is sha256:… (64 digits).")
    return hashes


def error_reports(name: str, mail: bool) -> tuple[list[str], str]:
    """Where errors are reported: addresses of administrators, or a Sentry DSN. Never repeats the DSN."""
    value = secret(name)
    if value.startswith(("https://", "http://")):
        parts = urlsplit(value)
        if not (parts.username and parts.hostname and parts.path.rpartition("/")[2].isdigit()):
            raise ImproperlyConfigured(f"{name} is no DSN such as https://key@sentry.example.cn/1.")
        return [], value
    addresses = [each.strip() for each in value.split(",") if each.strip()]
    for address in addresses:
        if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", address):
            raise ImproperlyConfigured(f"{name}: {address!r} is neither an e-mail address nor a DSN.")
    if addresses and not mail:
        raise ImproperlyConfigured(f"{name} names e-mail addresses, but MAIL_URL is not set.")
    return addresses, ""


def security_contacts(name: str, expires: str) -> tuple[list[str], datetime | None]:
    """Contact URIs and the end of their term, for security.txt (RFC 9116); empty if there are none.

    A contact is an https:// address or an e-mail address. The term ends at the end of the given day, in UTC.
    """
    contacts, end = words(name, []), text(expires)
    if bool(contacts) != bool(end):
        raise ImproperlyConfigured(f"{name} and {expires} are set together or not at all.")
    if not contacts:
        return [], None
    for contact in contacts:
        if not re.fullmatch(r"(mailto:)?[^@\s<>:/]+@[^@\s<>]+\.[^@\s<>]+|https://\S+", contact):
            raise ImproperlyConfigured(f"{name}: {contact!r} is neither an e-mail address nor an https:// address.")
    try:
        day = date.fromisoformat(end)
    except ValueError as error:
        raise ImproperlyConfigured(f"{expires}={end!r} is no day such as 2027-06-30.") from error
    uris = [each if each.startswith(("https://", "mailto:")) else f"mailto:{each}" for each in contacts]
    return uris, datetime.combine(day, datetime.max.time().replace(microsecond=0), UTC)


def matching(name: str, pattern: str, example: str) -> str:
    """A value that matches a pattern, or empty."""
    value = text(name)
    if value and not re.fullmatch(pattern, value):
        raise ImproperlyConfigured(f"{name}={value!r} is not written like {example}.")
    return value


def existing_file(name: str) -> str:
    """A file's path, `none`, or empty."""
    value = text(name)
    if value not in {"", "none"} and not Path(value).is_file():
        raise ImproperlyConfigured(f"{name}={value!r} is no file.")
    return value


def web_address(name: str, default: str) -> str:
    """An absolute http(s) URL without path or trailing slash."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(f"{name}={value!r} is no address such as https://news.example.cn.")
    return value


def endpoint(name: str, value: str) -> str:
    """An absolute http(s) URL to be called, or empty. Never repeats it, as it may hold a token."""
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.fragment):
        raise ImproperlyConfigured(f"{name} is no address such as https://hub.example.cn/.")
    return value


def kept_secret(name: str, file: Path) -> str:
    """The secret NAME; by default a random one, generated once and kept in `file` with mode 600."""
    value = secret(name)
    if value:
        if len(value) < 32:
            raise ImproperlyConfigured(f"{name} is shorter than 32 characters.")
        return value
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    except OSError as error:
        raise ImproperlyConfigured(f"{name} is not set and {file} cannot be written: {error.strerror}.") from error
    return file.read_text(encoding="utf-8").strip()


def second_factor(name: str, groups: set[str]) -> str | list[str]:
    """none, roles, all, or a comma-separated list of groups."""
    value = text(name, "roles") or "roles"
    if value in {"none", "roles", "all"}:
        return value
    chosen = [group.strip() for group in value.replace("，", ",").split(",")]
    for group in chosen:
        if group not in groups:
            raise ImproperlyConfigured(
                f"{name}: {group!r} is neither none, roles, all nor a group: use {'、'.join(sorted(groups))}."
            )
    return chosen


def mail_server(name: str) -> dict[str, object]:
    """Django's e-mail settings from smtp://user:password@host:587 (?tls=1 for STARTTLS) or smtps://…."""
    value = secret(name)
    if not value:
        return {}
    try:
        parts = urlsplit(value)
        port = parts.port or {"smtp": 25, "smtps": 465}[parts.scheme]
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"{name} is no address such as smtps://user:password@mail.example.cn.") from error
    if not parts.hostname or parts.path.strip("/") or parts.query not in {"", "tls=1"}:
        raise ImproperlyConfigured(f"{name} is no address such as smtps://user:password@mail.example.cn.")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.query == "tls=1",
    }


def single_sign_on() -> dict[str, dict[str, object]]:
    """django-allauth's providers: OpenID Connect, DingTalk and Feishu, as far as they are set."""
    providers: dict[str, dict[str, object]] = {}
    for prefix, provider, title in (
        ("OIDC", "openid_connect", text("OIDC_NAME", "统一身份认证")),
        ("DINGTALK", "dingtalk", "钉钉"),
        ("FEISHU", "feishu", "飞书"),
    ):
        client, password = text(f"{prefix}_CLIENT_ID"), secret(f"{prefix}_CLIENT_SECRET")
        wanted = {f"{prefix}_CLIENT_ID": client, f"{prefix}_CLIENT_SECRET": password}
        app: dict[str, object] = {"client_id": client, "secret": password, "name": title}
        if prefix == "OIDC":
            address = wanted["OIDC_URL"] = text("OIDC_URL")
            app |= {"provider_id": "house", "settings": {"server_url": address, "oauth_pkce_enabled": True}}
        missing = [name for name, value in wanted.items() if not value]
        if len(missing) == len(wanted):
            continue
        if missing:
            raise ImproperlyConfigured(f"{missing[0]} is not set, but {prefix} single sign-on needs it.")
        if prefix == "OIDC" and urlsplit(str(address)).scheme not in {"http", "https"}:
            raise ImproperlyConfigured(f"OIDC_URL={address!r} is no address such as https://id.example.cn/realms/news.")
        providers[provider] = {"APPS": [app]}
    return providers


def review_steps(name: str, default: str, groups: set[str]) -> list[tuple[str, str]]:
    """Pairs of a step's name and its group: 初审=编辑,复审=部主任."""
    steps: list[tuple[str, str]] = []
    for entry in (text(name) or default).replace("，", ",").split(","):
        step, _, group = (part.strip() for part in entry.replace("＝", "=").partition("="))
        if not step or len(step) > 20 or not step.isprintable():
            raise ImproperlyConfigured(
                f"{name}: {entry.strip()!r} is no step such as 初审=编辑 (20 characters at most)."
            )
        if group not in groups:
            raise ImproperlyConfigured(f"{name}: {group!r} is no group: use {'、'.join(sorted(groups))}.")
        if step in dict(steps):
            raise ImproperlyConfigured(f"{name}: {step!r} stands twice.")
        steps.append((step, group))
    return steps
