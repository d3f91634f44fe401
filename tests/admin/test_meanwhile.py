"""A colleague's change between GET and POST is neither overwritten nor a server error."""

from functools import partial

import pytest
from django.urls import reverse

from interviews import editing, people, publishing
from interviews.admin import review
from interviews.admin.features import FeatureAdmin
from interviews.admin.people import SpeakerAdmin
from interviews.models import Feature, Interview, Speaker
from tests.builders import a_document, a_draft, a_speaker, a_topic, an_interview, submitted

pytestmark = pytest.mark.django_db


def meanwhile(monkeypatch, screen, method, act):
    """Run `act` after the screen's permission check and before its action."""
    carried_out = getattr(screen, method)

    def late(*arguments):
        act()
        return carried_out(*arguments)

    monkeypatch.setattr(screen, method, late)


def test_stale_form_does_not_undo_merge(client, cast, monkeypatch):
    speakers = [an_interview(speaker=a_speaker("裴国欣", place)) for place in ("市局", "市环保局")]
    a_draft(cast, a_document(topics=(a_topic("蓝天", *speakers),)))
    kept, merged = Speaker.objects.order_by("pk")
    act = partial(people.merge, kept=kept, merged=merged, actor=cast.editor)
    meanwhile(monkeypatch, SpeakerAdmin, "save_model", act)
    client.force_login(cast.editor)
    typed = {
        "name": "裴国欣",
        "organisation": "市环保局",
        "job_title": "处长",
        "name_sort": merged.name_sort,
        "note": "",
    }
    client.post(reverse("admin:interviews_speaker_change", args=[merged.pk]), typed)
    merged.refresh_from_db()
    assert merged.merged_into == kept
    assert merged.job_title == "处长"
    assert set(Interview.objects.values_list("speaker", flat=True)) == {kept.pk}


def test_signed_meanwhile_is_not_deleted(client, cast, monkeypatch):
    feature = submitted(cast)
    act = partial(publishing.sign, feature=feature, actor=cast.editor)
    meanwhile(monkeypatch, FeatureAdmin, "delete_model", act)
    client.force_login(cast.chief)
    url = reverse("admin:interviews_feature_delete", args=[feature.pk])
    page = client.post(url, {"post": "yes"}, follow=True).content.decode()
    assert "不能删除" in page
    assert Feature.objects.filter(pk=feature.pk).exists()


@pytest.mark.parametrize("verb", ["submit", "sign", "comment", "share"])
def test_deleted_meanwhile_is_404(client, cast, monkeypatch, verb):
    feature = a_draft(cast)
    act = partial(editing.delete, feature=feature, actor=cast.reporter)
    meanwhile(monkeypatch, review, "carry_out", act)
    client.force_login(cast.editor)
    url = reverse("admin:interviews_feature_review", args=[feature.pk])
    typed = {"verb": verb, "revision": 1, "text": "核", "days": 1}
    assert client.post(url, typed).status_code == 404
