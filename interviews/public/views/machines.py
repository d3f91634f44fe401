"""Endpoints for machines: health check, robots.txt and security.txt."""

import logging

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer")
        return HttpResponse("database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def indexnow_key(request: HttpRequest, key: str) -> HttpResponse:
    """Prove to IndexNow that its pings come from this site: the key, at the address that names it."""
    if not settings.INDEXNOW_KEY or key != settings.INDEXNOW_KEY:
        raise Http404
    return HttpResponse(key, content_type="text/plain; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    maps = (settings.SITE_URL + reverse(f"public:{name}") for name in ("sitemap-index", "news-sitemap"))
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /preview/", "", *(f"Sitemap: {each}" for each in maps)]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a vulnerability (RFC 9116). 404 once expired: readers of the file must not use it then."""
    if settings.SECURITY_EXPIRES is None or timezone.now() > settings.SECURITY_EXPIRES:
        raise Http404
    lines = [f"Contact: {contact}" for contact in settings.SECURITY_CONTACTS]
    lines += [f"Expires: {settings.SECURITY_EXPIRES:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: zh, en"]
    lines.append(f"Canonical: {settings.SITE_URL}{request.path}")
    return HttpResponse("\r\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
