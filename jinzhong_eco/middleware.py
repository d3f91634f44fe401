import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag

from interviews.public import inline
from interviews.public.problems import wants_problem, wrong_method
from interviews.storage import StorageError

NEWSROOM = "/admin/"
# Whoever caches a page asks before each use, so nobody reads a page that was corrected or withdrawn.
REVALIDATED = "public, no-cache"
RETRY_AFTER = 10
GetResponse = Callable[[HttpRequest], HttpResponseBase]


def _header(policy: dict[str, list[str]]) -> str:
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


def security(get_response: GetResponse) -> GetResponse:
    """Set security headers: no foreign resources, no inline code except our own files.

    The newsroom may use inline styles.
    """

    headers: dict[bool, str] = {}

    def header(newsroom: bool) -> str:
        """The policy, computed once a process, or each time in DEBUG, because it holds our files' hashes."""
        if settings.DEBUG or newsroom not in headers:
            headers[newsroom] = _header(inline.policy(settings.ADMIN_CSP if newsroom else settings.SECURE_CSP))
        return headers[newsroom]

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        newsroom = request.path_info.startswith(NEWSROOM)
        response.headers.setdefault("Content-Security-Policy", header(newsroom))
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        return response

    return middleware


def without_nul(get_response: GetResponse) -> GetResponse:
    """Refuse newsroom URLs with a NUL in their query: PostgreSQL cannot compare text with it, and nobody types one."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "%00" in request.META["QUERY_STRING"] and request.path_info.startswith(NEWSROOM):
            return HttpResponseBadRequest(
                "地址里有不能用的字符（NUL），请回到列表重新查找。", content_type="text/plain; charset=utf-8"
            )
        return get_response(request)

    return middleware


def public_answers(get_response: GetResponse) -> GetResponse:
    """Make public responses cacheable, with an ETag by which each use is revalidated.

    The ETag covers the whole page, headlines in its margins included. Views may set their own caching; error responses
    are always revalidated.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(NEWSROOM):
            return get_response(request)
        if request.method not in {"GET", "HEAD"}:
            allowed = ["GET", "HEAD"]
            return wrong_method(allowed) if wants_problem(request) else HttpResponseNotAllowed(allowed)
        response = get_response(request)
        if "Cache-Control" not in response:
            kept = response.status_code in {200, 301} and not response.cookies
            response["Cache-Control"] = REVALIDATED if kept else "no-cache"
        if (
            not isinstance(response, HttpResponse)
            or response.status_code != 200
            or "no-store" in response["Cache-Control"]
        ):
            return response
        if "ETag" not in response:
            set_response_etag(response)
        # Weak, so that compressed and plain responses share the tag and a 304 fits either.
        response["ETag"] = f"W/{response['ETag'].removeprefix('W/')}"
        patch_vary_headers(response, ["Accept-Encoding"])
        # By ETag only: Last-Modified ignores what surrounds the article.
        return get_conditional_response(request, response["ETag"], None, response) or response

    return middleware


class StorageFailures:
    """Respond 503 if the photo storage does not answer: browsers and caches ask again instead of remembering a 404."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, StorageError):
            return None
        response = HttpResponse(f"{exception}请稍后再试。\n", status=503, content_type="text/plain; charset=utf-8")
        response["Retry-After"], response["Cache-Control"] = RETRY_AFTER, "no-store"
        return response


class TextGZipMiddleware(GZipMiddleware):
    """Compress text only: compressing pictures costs time and drops their Content-Length."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith("image/"):
            return response
        if re.search(r"\bgzip\s*;\s*q=0(\.0*)?(?![.\d])", request.headers.get("Accept-Encoding", "")):
            return response
        return super().process_response(request, response)
