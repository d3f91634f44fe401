"""What the environment may say: nonsense and danger are refused at the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from jinzhong_eco import environment


def test_hosts_are_named(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "news.example.cn, app.example.cn")
    assert environment.host_names("ALLOWED_HOSTS", []) == ["news.example.cn", "app.example.cn"]
    monkeypatch.setenv("ALLOWED_HOSTS", "news.example.cn,*")
    with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS"):
        environment.host_names("ALLOWED_HOSTS", [])


@pytest.mark.parametrize("name", ["DEBUG", "DEMO"])
def test_public_site_is_no_trial(name):
    environment.refuse_on_public_sites("http://127.0.0.1:8000", **{name: True})
    environment.refuse_on_public_sites("https://news.example.cn", **{name: False})
    with pytest.raises(ImproperlyConfigured, match=name):
        environment.refuse_on_public_sites("https://news.example.cn", **{name: True})


def test_new_folder_is_for_its_owner_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    assert environment.folder("DATA_DIR", tmp_path).stat().st_mode & 0o777 == 0o700
