from django.conf import settings
from django.middleware.gzip import GZipMiddleware

from . import inline


def _header(policy: dict[str, list[str]]) -> str:
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


def content_security_policy(get_response):
    """Name what a page may load: nothing foreign, nothing inline but our own files. The newsroom's may carry styles."""

    def middleware(request):
        response = get_response(request)
        policy = settings.ADMIN_CSP if request.path_info.startswith("/admin/") else settings.SECURE_CSP
        response.headers.setdefault("Content-Security-Policy", _header(inline.policy(policy)))
        return response

    return middleware


class TextGZipMiddleware(GZipMiddleware):
    """Pictures are compressed already; zipping them costs time and takes away their length."""

    def process_response(self, request, response):
        if response.get("Content-Type", "").startswith("image/"):
            return response
        return super().process_response(request, response)
