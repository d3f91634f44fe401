import pytest
from django.core.exceptions import ImproperlyConfigured

from interviews.storage import LocationError, parse
from jinzhong_eco import environment

KEYS = ("AKIA-EXAMPLE", "a-secret")


def parsed(address):
    return parse(address, *KEYS)


@pytest.mark.parametrize(
    ("address", "url", "virtual"),
    [
        ("s3://jinzhong?region=eu-west-1", "https://jinzhong.s3.eu-west-1.amazonaws.com", True),
        ("s3://jinzhong?region=cn-north-1", "https://jinzhong.s3.cn-north-1.amazonaws.com.cn", True),
        (
            "s3://jinzhong?endpoint=https://oss-cn-beijing.aliyuncs.com",
            "https://jinzhong.oss-cn-beijing.aliyuncs.com",
            True,
        ),
        (
            "s3://jinzhong-1250000000/site?endpoint=https://cos.ap-beijing.myqcloud.com&region=ap-beijing",
            "https://jinzhong-1250000000.cos.ap-beijing.myqcloud.com",
            True,
        ),
        ("s3://jinzhong?endpoint=http://127.0.0.1:9000", "http://127.0.0.1:9000", False),
        ("s3://jinzhong?endpoint=http://minio.local:9000&addressing=path", "http://minio.local:9000", False),
    ],
)
def test_endpoint_and_addressing(address, url, virtual):
    location = parsed(address)
    assert (location.bucket.split("-")[0], location.url, location.virtual) == ("jinzhong", url, virtual)


def test_prefix_and_region():
    location = parsed("s3://jinzhong/site/photos/?endpoint=https://oss-cn-beijing.aliyuncs.com&region=oss-cn-beijing")
    assert (location.prefix, location.region) == ("site/photos", "oss-cn-beijing")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://jinzhong", "no folder and no address"),
        ("s3://[jinzhong", "no address"),
        ("s3://a-secret:AKIA@jinzhong?region=eu-west-1", "holds a key"),
        ("s3://晋中?region=eu-west-1", "bucket's name"),
        ("s3://?region=eu-west-1", "bucket's name"),
        ("s3://jinzhong/../x?region=eu-west-1", "prefix"),
        ("s3://jinzhong/a//b?region=eu-west-1", "prefix"),
        ("s3://jinzhong", "endpoint or, for AWS, a region"),
        ("s3://jinzhong?region=太原", "region"),
        ("s3://jinzhong?region=eu-west-1&region=eu-west-2", "twice"),
        ("s3://jinzhong?region=eu-west-1&secret=a-secret", "unknown parameter 'secret'"),
        ("s3://jinzhong?endpoint=oss-cn-beijing.aliyuncs.com", "endpoint"),
        ("s3://jinzhong?endpoint=https://oss-cn-beijing.aliyuncs.com/jinzhong", "endpoint"),
        ("s3://jinzhong?endpoint=https://AKIA:a-secret@minio.local", "endpoint"),
        ("s3://jinzhong?endpoint=http://minio.local:port", "endpoint"),
        ("s3://jinzhong?region=eu-west-1&addressing=both", "addressing"),
        ("s3://jinzhong?endpoint=http://127.0.0.1&addressing=virtual", "addressing"),
        ("s3://jinzhong?region=eu-west-1#part", "no address"),
    ],
)
def test_nonsense_is_refused_without_telling_secrets(address, reason):
    with pytest.raises(LocationError, match=reason) as refusal:
        parsed(address)
    assert "a-secret" not in str(refusal.value)


def test_site_does_not_start_with_nonsense(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("a-secret\n")
    monkeypatch.setenv("MEDIA_SECRET_KEY_FILE", str(tmp_path / "secret"))
    keys = "AKIA", environment.secret("MEDIA_SECRET_KEY")
    monkeypatch.setenv("MEDIA_STORAGE", "s3://jinzhong?region=eu-west-1")
    assert environment.bucket("MEDIA_STORAGE", *keys).secret_key == "a-secret"
    monkeypatch.setenv("MEDIA_STORAGE", "s3://AKIA:a-secret@jinzhong?region=eu-west-1")
    with pytest.raises(ImproperlyConfigured, match=r"^MEDIA_STORAGE holds a key") as refusal:
        environment.bucket("MEDIA_STORAGE", *keys)
    assert "a-secret" not in str(refusal.value)


def test_keys_are_needed_and_not_shown():
    with pytest.raises(LocationError, match="MEDIA_SECRET_KEY"):
        parse("s3://jinzhong?region=eu-west-1", "AKIA", "")
    assert "a-secret" not in repr(parsed("s3://jinzhong?region=eu-west-1"))
