"""What a folder and a bucket on a real server both do."""

import pytest

from interviews.storage import Bucket, Folder, StorageError
from interviews.storage.bucket import FORBIDDEN, PART, UNANSWERED
from interviews.storage.location import parse
from tests import object_store

TEXT = "一河清水".encode()


@pytest.fixture(params=["folder", "bucket"])
def files(request, tmp_path):
    return Folder(tmp_path) if request.param == "folder" else Bucket(object_store.shared().location(), "originals")


def test_read_what_was_written(files):
    files.write("ab/abc.jpg", b"old")
    files.write("ab/abc.jpg", TEXT)
    assert (files.read("ab/abc.jpg"), files.size("ab/abc.jpg")) == (TEXT, len(TEXT))


def test_missing_file(files):
    assert files.size("ab/abc.jpg") is None
    with pytest.raises(FileNotFoundError):
        files.read("ab/abc.jpg")
    files.delete("ab/abc.jpg")


def test_deleted_file_is_gone(files):
    files.write("ab/abc.jpg", TEXT)
    files.delete("ab/abc.jpg")
    assert (files.size("ab/abc.jpg"), list(files.names())) == (None, [])


def test_every_name_is_listed(files):
    names = {f"{number % 7}/{number}.jpg" for number in range(60)}
    for name in names:
        files.write(name, b"x", durable=False)
    assert set(files.names()) == names


def test_large_file(files):
    """In parts, if in a bucket."""
    data = bytes(range(256)) * (PART // 256 + 1000)
    files.write("ab/large.jpg", data)
    assert files.read("ab/large.jpg") == data


def test_folders_of_a_bucket_are_apart():
    location = object_store.shared().location()
    Bucket(location, "originals").write("a.jpg", TEXT)
    assert list(Bucket(location, "renditions").names()) == []
    assert Bucket(location, "renditions").size("a.jpg") is None


def test_wrong_keys_are_told():
    address = object_store.shared().address()
    for keys in (("site", "wrong"), ("nobody", "secret-of-tests")):
        files = Bucket(parse(address, *keys), "originals")
        for call in (lambda files=files: files.read("a.jpg"), lambda files=files: files.write("a.jpg", TEXT)):
            with pytest.raises(StorageError, match=FORBIDDEN):
                call()


def test_bucket_named_by_the_host(monkeypatch):
    """As AWS, OSS and COS want it. The server is the proxy to a domain that does not exist."""
    server = object_store.shared()
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.port}")
    keys = object_store.ACCESS_KEY, object_store.SECRET_KEY
    files = Bucket(parse(f"s3://photos/virtual?endpoint=http://{object_store.DOMAIN}", *keys), "originals")
    files.write("ab/abc.jpg", TEXT)
    monkeypatch.delenv("HTTP_PROXY")
    same = Bucket(parse(f"s3://photos/virtual?endpoint=http://127.0.0.1:{server.port}", *keys), "originals")
    assert (files.location.virtual, same.location.virtual) == (True, False)
    assert same.read("ab/abc.jpg") == files.read("ab/abc.jpg") == TEXT


def test_absent_bucket_is_no_missing_file():
    server = object_store.shared()
    address = f"s3://nowhere?endpoint=http://127.0.0.1:{server.port}"
    with pytest.raises(StorageError, match="没有这个存储桶"):
        Bucket(parse(address, object_store.ACCESS_KEY, object_store.SECRET_KEY), "originals").read("a.jpg")


def test_refused_connection_is_told(tmp_path):
    files = Bucket(parse("s3://photos?endpoint=http://127.0.0.1:9", "site", "key"), "originals")
    for call in (
        lambda: files.read("a"),
        lambda: files.size("a"),
        lambda: files.delete("a"),
        lambda: list(files.names()),
    ):
        with pytest.raises(StorageError, match=UNANSWERED):
            call()
