import pytest
from django.urls import reverse

from interviews import people
from interviews.models import Speaker
from tests.builders import a_document, a_draft, a_speaker, a_topic, an_interview, published

pytestmark = pytest.mark.django_db


def suggested(user, name):
    return [each["name"] for each in people.people_named("speaker", name, user)]


@pytest.fixture
def screen(client):
    return lambda speaker: client.get(reverse("admin:interviews_speaker_change", args=[speaker.pk]))


def test_names_of_others_drafts_are_not_suggested(cast, client, screen):
    a_draft(cast, a_document(topics=(a_topic("蓝天", an_interview(speaker=a_speaker("裴国欣", "市局"))),)))
    speaker = Speaker.objects.get(name="裴国欣")
    assert suggested(cast.reporter, "裴") == suggested(cast.editor, "裴") == ["裴国欣"]
    assert suggested(cast.colleague, "裴") == []
    client.force_login(cast.colleague)
    assert "裴国欣" not in client.get(reverse("admin:interviews_speaker_changelist")).content.decode()
    assert screen(speaker).status_code == 302


def test_published_people_are_seen_and_not_changed_by_others(cast, client, screen):
    feature = published(cast).feature
    speaker = Speaker.objects.first()
    feature.owner = cast.reporter
    feature.save(update_fields=["owner"])
    assert suggested(cast.colleague, speaker.name) == [speaker.name]
    for user, may in ((cast.reporter, True), (cast.colleague, False), (cast.editor, True)):
        client.force_login(user)
        page = screen(speaker)
        assert page.status_code == 200
        assert ('name="_save"' in page.content.decode()) is may
        posted = client.post(page.request["PATH_INFO"], {"name": speaker.name, "note": user.username})
        assert posted.status_code == (302 if may else 403)
    speaker.refresh_from_db()
    assert speaker.note == "editor"


def test_unused_record_is_everybodys(cast):
    Speaker.objects.create(name="无人采访")
    assert suggested(cast.colleague, "无人") == ["无人采访"]
