"""Answers when something failed: a full disk and a missing database in words, anything else as an error of ours.

Nothing here asks the database or the static files' manifest: whatever failed may fail again.
"""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template

from interviews import faults
from interviews.public.problems import problem, wants_problem

from .error_pages import typed_text

RETRY_AFTER = 10
READERS_SENTENCE = "网站暂时取不到这一页，请过一会儿再试。"


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: called while the exception is handled, so that it can be looked at."""
    sentence = faults.in_words(sys.exc_info()[1])
    if not sentence and wants_problem(request):
        return problem(500, "出错了", "网站出了差错，已记下来，请过一会儿再试。")
    if not sentence:
        return HttpResponse(get_template("public/server_error.html").render(), status=500)
    response = _in_words(request, sentence)
    response["Retry-After"], response["Cache-Control"] = str(RETRY_AFTER), "no-store"
    return response


def _in_words(request: HttpRequest, sentence: str) -> HttpResponse:
    if wants_problem(request):
        return problem(503, "暂时取不到", READERS_SENTENCE)
    if request.content_type == "application/json":
        return JsonResponse({"reasons": [{"text": sentence}]}, status=503)
    newsroom = request.path_info.startswith("/admin/")
    context = {"sentence": sentence if newsroom else READERS_SENTENCE, "typed": _typed(request) if newsroom else []}
    return HttpResponse(get_template("public/unavailable.html").render(context), status=503)


def _typed(request: HttpRequest) -> list[str]:
    try:
        return typed_text(request)
    except Exception:  # the form itself may be what could not be read
        return []
