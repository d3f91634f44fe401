"""Addresses of buckets: `s3://bucket/prefix?endpoint=https://…&region=…&addressing=virtual`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, urlsplit

from .errors import LocationError

PARAMETERS = {"endpoint", "region", "addressing"}
DEFAULT_REGION = "us-east-1"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_REGION = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True)
class Location:
    """A bucket, a prefix in it, and how to reach it. `endpoint` is the server, without the bucket's name."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    # The bucket is named by the host (AWS, OSS, COS), not by the path (MinIO).
    virtual: bool
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)

    @property
    def url(self) -> str:
        """The endpoint that requests go to."""
        if not self.virtual:
            return self.endpoint
        scheme, _, host = self.endpoint.partition("://")
        return f"{scheme}://{self.bucket}.{host}"

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


def parse(address: str, access_key: str, secret_key: str) -> Location:
    """Parse an address. Raises LocationError, which repeats neither the address nor the keys."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise LocationError("is no address") from None
    if parts.scheme != "s3" or parts.fragment:
        raise LocationError("is no folder and no address such as s3://bucket/prefix?endpoint=https://…")
    if "@" in parts.netloc:
        raise LocationError("holds a key: put it into MEDIA_ACCESS_KEY and MEDIA_SECRET_KEY")
    prefix = parts.path.strip("/")
    if not _BUCKET.fullmatch(parts.netloc):
        raise LocationError("has no bucket's name of 3 to 63 small letters, digits, dots and hyphens")
    if prefix and not _PREFIX.fullmatch(prefix):
        raise LocationError("has a prefix with other characters than letters, digits and ._-/")
    if not access_key or not secret_key:
        raise LocationError("needs MEDIA_ACCESS_KEY and MEDIA_SECRET_KEY")
    given = _parameters(parts)
    endpoint = _endpoint(given)
    return Location(
        bucket=parts.netloc,
        prefix=prefix,
        endpoint=endpoint,
        region=given.get("region", DEFAULT_REGION),
        virtual=_is_virtual(given.get("addressing", ""), endpoint),
        access_key=access_key,
        secret_key=secret_key,
    )


def _parameters(parts: SplitResult) -> dict[str, str]:
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    given = dict(pairs)
    if unknown := sorted(set(given) - PARAMETERS):
        raise LocationError(f"has the unknown parameter {unknown[0][:20]!r}: use endpoint, region and addressing")
    if len(given) < len(pairs):
        raise LocationError("has a parameter twice")
    if "region" in given and not _REGION.fullmatch(given["region"]):
        raise LocationError("has a region with other characters than small letters, digits and hyphens")
    return given


def _endpoint(given: dict[str, str]) -> str:
    if "endpoint" not in given:
        if "region" not in given:
            raise LocationError("needs an endpoint or, for AWS, a region")
        suffix = ".cn" if given["region"].startswith("cn-") else ""
        return f"https://s3.{given['region']}.amazonaws.com{suffix}"
    endpoint = given["endpoint"].rstrip("/")
    try:
        parts = urlsplit(endpoint)
        plain = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc) and (parts.port or 443)
    except ValueError:
        plain = False
    if not plain or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise LocationError("has an endpoint that is not written like https://oss-cn-beijing.aliyuncs.com")
    return endpoint


def _is_virtual(addressing: str, endpoint: str) -> bool:
    """Virtual addressing unless told otherwise, except for servers that have no name."""
    named = _has_name(urlsplit(endpoint).hostname or "")
    if addressing not in {"", "virtual", "path"}:
        raise LocationError("has an addressing other than virtual and path")
    if addressing == "virtual" and not named:
        raise LocationError("has virtual addressing, but its endpoint is a number")
    return addressing == "virtual" or (not addressing and named)


def _has_name(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host != "localhost"
    return False
