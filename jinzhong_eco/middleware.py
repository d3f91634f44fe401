import re

from django.conf import settings
from django.http import HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag

from interviews.public import inline

NEWSROOM = "/admin/"


def _header(policy: dict[str, list[str]]) -> str:
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


def security(get_response):
    """Every answer names what a page may load and do: nothing foreign, nothing inline but our own files. The newsroom's
    may carry styles."""

    headers = {}

    def header(newsroom):
        """Once a process: it names each of our files by its hash. Anew where they change while we look on."""
        if settings.DEBUG or newsroom not in headers:
            headers[newsroom] = _header(inline.policy(settings.ADMIN_CSP if newsroom else settings.SECURE_CSP))
        return headers[newsroom]

    def middleware(request):
        response = get_response(request)
        newsroom = request.path_info.startswith(NEWSROOM)
        response.headers.setdefault("Content-Security-Policy", header(newsroom))
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        return response

    return middleware


def public_answers(get_response):
    """What readers get may be kept by everybody for a little while, and asked for again by its ETag.

    The ETag is that of the page itself: whatever changes on it, be it only a headline below, changes the tag. What a
    view says of caching stands. Answers that are no page are asked for anew.
    """

    def middleware(request):
        if request.path_info.startswith(NEWSROOM):
            return get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = get_response(request)
        if "Cache-Control" not in response:
            kept = response.status_code in {200, 301} and not response.cookies
            response["Cache-Control"] = f"public, max-age={settings.PUBLIC_SECONDS}" if kept else "no-cache"
        if response.status_code != 200 or response.streaming or "no-store" in response["Cache-Control"]:
            return response
        if "ETag" not in response:
            set_response_etag(response)
        # Weak, as it is once the answer is compressed: one tag for both, and what a 304 says fits what was kept.
        response["ETag"] = f"W/{response['ETag'].removeprefix('W/')}"
        patch_vary_headers(response, ["Accept-Encoding"])
        # By the tag alone: a date knows nothing of what stands around the article.
        return get_conditional_response(request, response["ETag"], None, response)

    return middleware


class TextGZipMiddleware(GZipMiddleware):
    """Pictures are compressed already; zipping them costs time and takes away their length."""

    def process_response(self, request, response):
        if response.get("Content-Type", "").startswith("image/"):
            return response
        if re.search(r"\bgzip\s*;\s*q=0(\.0*)?(?![.\d])", request.headers.get("Accept-Encoding", "")):
            return response
        return super().process_response(request, response)
