from django.conf import settings
from django.middleware.gzip import GZipMiddleware


def _header(policy: dict[str, list[str]]) -> str:
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


def content_security_policy(get_response):
    """Name what a page may load: nothing foreign, no inline script. The newsroom's pages may carry style attributes."""
    public, newsroom = _header(settings.SECURE_CSP), _header(settings.ADMIN_CSP)

    def middleware(request):
        response = get_response(request)
        policy = newsroom if request.path_info.startswith("/admin/") else public
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware


class TextGZipMiddleware(GZipMiddleware):
    """Pictures are compressed already; zipping them costs time and takes away their length."""

    def process_response(self, request, response):
        if response.get("Content-Type", "").startswith("image/"):
            return response
        return super().process_response(request, response)
