"""Client addresses, behind as many proxies as the site trusts, and the address where a password is set."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.urls import reverse

UNKNOWN = "0.0.0.0"  # noqa: S104 - not bound to
# Providers give each household a network of this size, so it counts as one address.
IPV6_PREFIX = 64


def client_address(environ: Mapping[str, Any]) -> str:
    """Return the address that the outermost trusted proxy saw, or the peer's.

    Entries of X-Forwarded-For further left were sent by the client and prove nothing.
    """
    count = settings.TRUSTED_PROXIES
    forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if 0 < count <= len(forwarded) and (address := _parsed(forwarded[-count])):
        return address
    return _parsed(str(environ.get("REMOTE_ADDR", ""))) or UNKNOWN


def counted_address(environ: Mapping[str, Any]) -> str:
    """Return the client address as it counts for limits: an IPv6 address by its network."""
    address = ip_address(client_address(environ))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_PREFIX), strict=False).network_address)
    return str(address)


def reset_address(uid: str, token: str) -> str:
    return str(settings.SITE_URL) + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})


def _parsed(text: str) -> str | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)
