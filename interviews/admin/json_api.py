"""JSON routes for the screens' scripts."""

from functools import wraps

from django.http import HttpResponseRedirect, JsonResponse
from django.views.decorators.cache import never_cache

from interviews import editing
from interviews.document import forms
from interviews.errors import RefusedError


def json_view(site, view):
    """Wrap an admin view that answers in JSON.

    An ended session is a 401, so that the window keeps its text and asks to sign in again.
    """
    guarded = site.admin_view(_in_words(view))

    @never_cache
    @wraps(guarded)
    def answer(request, **keys):
        response = guarded(request, **keys)
        # JSON views never redirect: this is admin_view's redirect to the sign-in page.
        if isinstance(response, HttpResponseRedirect):
            return JsonResponse({"reasons": [{"text": "登录已过期，请重新登录。"}]}, status=401)
        return response

    return answer


def _in_words(view):
    @wraps(view)
    def answer(request, **keys):
        try:
            return view(request, **keys)
        except editing.OutdatedError as outdated:
            return JsonResponse({"reasons": _reasons(outdated)}, status=409)
        except RefusedError as refusal:
            return JsonResponse({"reasons": _reasons(refusal)}, status=403)
        except forms.FormError as faulty:
            faults = [{"path": fault.path, "text": fault.message} for fault in faulty.faults]
            return JsonResponse({"reasons": faults}, status=422)

    return answer


def _reasons(refusal):
    return [{"text": str(reason), "path": getattr(reason, "path", "")} for reason in refusal.reasons]
