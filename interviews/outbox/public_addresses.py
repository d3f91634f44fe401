"""Addresses that the site may call: those of the public internet, unless DELIVERY_PRIVATE_ADDRESSES allows others."""

from __future__ import annotations

import ipaddress
import socket
from concurrent.futures import Future
from threading import Thread
from typing import Any

from django.conf import settings

# IPv6 addresses that stand for an IPv4 address (RFC 6052).
NAT64 = ipaddress.ip_network("64:ff9b::/96")
MOST_ADDRESSES = 3

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class PrivateAddressError(OSError):
    """A host has no address that may be called."""


def allowed_addresses(host: str, port: int, seconds: float) -> list[tuple[socket.AddressFamily, Any]]:
    """Resolve a host to a few addresses that may be called, each with its family. Raises OSError."""
    found = _resolved(host, port, seconds)
    allowed = [(family, address) for family, address in found if is_allowed(address[0])]
    if not allowed:
        raise PrivateAddressError
    return allowed[:MOST_ADDRESSES]


def is_allowed(address: str) -> bool:
    return settings.DELIVERY_PRIVATE_ADDRESSES or is_public(ipaddress.ip_address(address))


def is_public(address: Address) -> bool:
    """Whether an address, or the IPv4 address that it stands for, belongs to the public internet."""
    if inner := _inner(address):
        return is_public(inner)
    return address.is_global and not address.is_multicast


def _inner(address: Address) -> ipaddress.IPv4Address | None:
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _resolved(host: str, port: int, seconds: float) -> list[tuple[socket.AddressFamily, Any]]:
    """Ask the resolver in a thread: it can't be told how long it may take."""
    answer: Future[list[Any]] = Future()

    def resolve() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)

    Thread(target=resolve, name="resolver", daemon=True).start()
    return [(family, address) for family, _, _, _, address in answer.result(seconds)]
