"""Build what an editor window sends."""

import json

from django.urls import reverse

from interviews.drafting import freeze
from interviews.workflow import latest_revision

WINDOW = "a-window"


def screen(name, feature, *more):
    return reverse(f"admin:interviews_feature_{name}", args=[feature.pk, *more])


def send(client, name, feature, content=None, *, base=None, window=WINDOW):
    if base is None:
        latest = latest_revision(feature)
        base = latest.number if latest else 0
    data = {"window": window, "base": base, "content": content}
    return client.post(screen(name, feature), json.dumps(data), content_type="application/json")


def page_of(feature, **changes):
    """Return the form's page, with `changes`."""
    return {**freeze(feature).to_data(), **changes}


def reworded(feature, body):
    page = page_of(feature)
    page["topics"][0]["interviews"][0]["body"] = body
    return page
