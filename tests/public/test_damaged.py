"""A revision whose JSON was damaged in the database."""

import pytest
from django.db import connection

from interviews.models import Observation, Revision, append_only
from interviews.public import readable
from tests.builders import published

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
LISTS = ["/", "/features/", "/topics/", "/speakers/", "/feeds/features.atom", "/feeds/topics.atom", "/corrections/"]
LISTS += ["/search/?q=%E7%A9%BA%E6%B0%94", "/sitemap.xml", "/sitemaps/features-1.xml", "/news-sitemap.xml"]


def test_damaged_revision_takes_no_list_with_it(cast, client, caplog):
    whole, damaged = published(cast), published(cast)
    with append_only.lifted(connection):
        Revision.objects.filter(pk=damaged.revision_id).update(document='{"schema": 1, "head')
    readable._reported.clear()
    assert {path: client.get(path).status_code for path in LISTS} == dict.fromkeys(LISTS, 200)
    client.get("/feeds/features.atom")
    assert len([each for each in caplog.records if "is damaged" in each.getMessage()]) == 1
    assert Observation.objects.filter(name=f"revision:{damaged.revision_id}").exists()
    assert f"/features/{whole.feature_id}/" in client.get("/").content.decode()
