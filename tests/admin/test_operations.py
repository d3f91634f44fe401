import pytest
from django.test import Client
from django.urls import reverse

from interviews.models import Observation, Task
from jinzhong_eco import __version__

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:interviews_observation_changelist")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("superuser", 200),
        ("administrator", 200),
        ("chief", 403),
        ("auditor", 403),
        ("reporter", 403),
        ("outsider", 302),
    ],
)
def test_only_administrators_see_it(cast, role, status):
    client = Client()
    client.force_login(getattr(cast, role))
    assert client.get(PAGE).status_code == status


@pytest.mark.engine
def test_page_says_what_is_not_well(cast, client):
    Observation.note("record", well=False, sentence="第 3 条记录缺失。")
    Task.objects.create(kind="renditions", subject=8, not_before=None, error="原图文件不见了。")
    client.force_login(cast.superuser)
    text = client.get(PAGE).content.decode()
    assert "第 3 条记录缺失。" in text
    assert "照片 8 的公开图：原图文件不见了。" in text
    assert "3 处不正常" in text
    assert f"本站 {__version__}" in text
