"""What a screen's scripts ask is answered in JSON."""

from functools import wraps

from django.http import JsonResponse
from django.views.decorators.cache import never_cache

from interviews import editing
from interviews.document import forms
from interviews.errors import RefusedError


def answering(view):
    """Answers in JSON: 401 where the session has ended, so that the window keeps its text and asks to sign in again."""

    @never_cache
    @wraps(view)
    def answer(request, **keys):
        if not (request.user.is_active and request.user.is_staff):
            return JsonResponse({"reasons": [{"text": "登录已过期，请重新登录。"}]}, status=401)
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
