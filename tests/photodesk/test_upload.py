import errno
import os
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError

from interviews.drafting import draft
from interviews.models import Contributor, Photo, Speaker
from interviews.photodesk import intake, storage
from interviews.photodesk.prefill import bare_name
from tests.builders import a_document, a_speaker, a_topic, an_interview
from tests.imaging import pictures as p

from .conftest import FOLDER_ONLY
from .files import a_file, kept, taken

pytestmark = pytest.mark.django_db

CAPTION = "三月十二日，干部群众在乌金山义务植树。"


def described(**fields) -> bytes:
    defaults = {"caption": CAPTION, "byline": "程婧", "city": "晋中市", "location": "乌金山", "keywords": ["植树"]}
    return p.with_segments(p.saved(p.scenery(640, 480)), p.iptc_of("gb18030", **{**defaults, **fields}))


def test_upload_stores_photo_and_file(cast):
    result = intake(file=a_file(), actor=cast.photographer)
    photo = Photo.objects.get()
    assert (result.photo, result.refusal, result.duplicates, result.created) == (photo, "", [], True)
    assert (photo.width, photo.height, photo.uploaded_by) == (640, 480, cast.photographer)
    assert storage.originals().read(photo.original) == a_file().read()
    assert kept() == [photo.original]


def test_django_upload(cast):
    upload = SimpleUploadedFile("春耕.jpg", a_file().read(), "text/html")
    assert intake(file=upload, actor=cast.reporter).photo.file_name == "春耕.jpg"


@pytest.mark.parametrize("role", ["outsider", "head"])
def test_upload_is_forbidden(cast, role):
    result = intake(file=a_file(), actor=getattr(cast, role))
    assert (result.photo, result.refusal) == (None, "你不能上传照片。")
    assert kept() == []


@pytest.mark.parametrize("role", ["reporter", "photographer", "editor", "chief"])
def test_upload_is_allowed(cast, role):
    assert intake(file=a_file(), actor=getattr(cast, role)).created


def test_invalid_file_leaves_nothing(cast):
    result = intake(file=a_file("照片.jpg", b"<html>"), actor=cast.photographer)
    assert result.photo is None
    assert result.refusal == "这是网页，不是照片。请传 JPEG、PNG、WebP 或 HEIC。"
    assert (kept(), Photo.objects.count()) == ([], 0)


def test_reading_stops_at_size_limit(cast, settings):
    settings.PHOTO_MOST_BYTES = 1024 * 1024
    file = BytesIO(b"\xff\xd8\xff" + b"x" * 5_000_000)
    assert intake(file=file, actor=cast.photographer).refusal == "照片超过 1 MB 的上限，请压缩后再传。"
    assert file.tell() == 1024 * 1024 + 1


# --- File names


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\程婧\\桌面\\春耕.jpg", "春耕.jpg"),
        ("gpj.\u202eexe.jpg", "gpj.exe.jpg"),
        ("春\x00耕.jpg", "春耕.jpg"),
        ("春\r\n耕.jpg", "春 耕.jpg"),
        ("", ""),
        ("..", ".."),
    ],
)
def test_file_name_is_only_displayed(cast, given, shown):
    photo = taken(cast.photographer, name=given)
    assert photo.file_name == shown
    assert photo.original == f"{photo.sha256[:2]}/{photo.sha256}.jpg"
    assert kept() == [photo.original]


def test_long_name_keeps_extension(cast):
    photo = taken(cast.photographer, name="春" * 300 + ".jpeg")
    assert len(photo.file_name) == 255
    assert photo.file_name.endswith("春.jpeg")


# --- Metadata


def test_details_from_file(cast):
    photographer = Contributor.objects.create(name="程婧")
    details = {0x9003: "2025:03:12 08:30:00"}
    data = p.with_segments(
        p.saved(p.scenery(640, 480), exif=p.exif_of(details=details)),
        p.iptc_of(
            caption=CAPTION, byline="本报记者 程婧 摄", city="晋中市", location="乌金山", keywords=["植树", "林草"]
        ),
    )
    photo = intake(file=BytesIO(data), actor=cast.reporter).photo
    assert (photo.caption, photo.place, photo.keywords) == (CAPTION, "晋中市乌金山", "植树、林草")
    assert (photo.photographer, photo.credit_line) == (photographer, "程婧 摄")
    assert photo.taken_at == datetime(2025, 3, 12, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    "byline",
    [
        "程婧",
        "记者程婧 文/图",
        "本报记者 程婧 图／文",
        "程婧 图文",
        "程婧图文报道",
        "通讯员 程婧 摄影报道",
        "程婧/摄",
        "程婧 供图",
        "图/程婧",
        "图／本报记者 程婧",
        "文/图 程婧",
        "摄影/程婧",
        "摄影：程婧",
        "摄影: 程婧",
        "摄影 记者 程婧",
        "摄影记者 程婧",
    ],
)
def test_name_from_byline(byline):
    assert bare_name(byline) == "程婧"


def test_ambiguous_photographer_is_left_empty(cast):
    for _ in range(2):
        Contributor.objects.create(name="程婧")
    photo = intake(file=BytesIO(described()), actor=cast.reporter).photo
    assert (photo.photographer, photo.credit_line) == (None, "程婧 摄")


def test_merged_photographer_is_resolved(cast):
    kept_one = Contributor.objects.create(name="程婧")
    Contributor.objects.create(name="程婧", merged_into=kept_one)
    assert intake(file=BytesIO(described()), actor=cast.reporter).photo.photographer == kept_one


def test_longest_name_matches(cast):
    topics = tuple(a_topic(f"题{n}", an_interview(speaker=a_speaker(n))) for n in ("王伟", "王伟东"))
    feature = draft(document=a_document(topics=topics), actor=cast.reporter)
    photo = intake(file=a_file("王伟东.jpg"), actor=cast.reporter, feature=feature).photo
    assert [person.name for person in photo.people.all()] == ["王伟东"]
    photo = intake(file=a_file("王伟东和王伟.jpg", seed=5), actor=cast.reporter, feature=feature).photo
    assert photo.people.count() == 2


def a_feature(cast):
    speakers = [a_speaker(), a_speaker("王丽", "市规划和自然资源局", "副局长")]
    topic = a_topic("题", *(an_interview(speaker=speaker) for speaker in speakers))
    return draft(document=a_document(topics=(topic,)), actor=cast.reporter)


def test_alt_text_names_people(cast):
    feature = a_feature(cast)
    file = a_file("裴国欣接受采访.jpg")
    photo = intake(file=file, actor=cast.reporter, feature=feature).photo
    assert photo.alt_text == "裴国欣，市生态环境局大气科科长"
    assert [person.name for person in photo.people.all()] == ["裴国欣"]
    assert photo.feature == feature


def test_two_people_in_caption(cast):
    data = described(caption="王丽与裴国欣在监测站。")
    photo = intake(file=BytesIO(data), actor=cast.reporter, feature=a_feature(cast)).photo
    assert photo.alt_text == "裴国欣，市生态环境局大气科科长；王丽，市规划和自然资源局副局长"


def test_name_must_stand_alone_without_feature(cast):
    Speaker.objects.create(name="高峰", organisation="市气象局", job_title="台长")
    rush = taken(cast.reporter, name="早高峰.jpg")
    person = taken(cast.reporter, name="高峰2.jpg", seed=5)
    assert (rush.alt_text, person.alt_text) == ("", "高峰，市气象局台长")


# --- Duplicates


def test_same_bytes_give_earlier_photo(cast):
    first = taken(cast.photographer)
    again = intake(file=a_file("另一个名字.jpg"), actor=cast.reporter)
    assert (again.photo, again.duplicates, again.created) == (first, [first], False)
    assert "已有这张照片" in again.notes[0]
    assert Photo.objects.count() == 1


def test_near_duplicate_is_reported(cast):
    first = taken(cast.photographer, size=(1600, 1200))
    taken(cast.photographer, data=p.saved(p.scenery(seed=5).rotate(180)))
    small = p.saved(p.scenery(1600, 1200).resize((400, 300)))
    result = intake(file=a_file("小图.jpg", small), actor=cast.photographer)
    assert result.created
    assert result.duplicates == [first]


# --- Disk failures


@FOLDER_ONLY
@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "服务器的磁盘满了"), (errno.EDQUOT, "服务器的磁盘满了"), (errno.EIO, "服务器没能存下这张照片")],
)
def test_full_disk_leaves_nothing(cast, monkeypatch, call, number, sentence):
    def fails(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fails)
    result = intake(file=a_file(), actor=cast.photographer)
    monkeypatch.undo()
    assert result.photo is None
    assert sentence in result.refusal
    assert Photo.objects.count() == 0


@pytest.mark.parametrize(
    "words",
    ["database or disk is full", 'could not extend file "base/1/2": No space left on device'],
    ids=["SQLite", "PostgreSQL"],
)
def test_full_database_disk(cast, monkeypatch, words):
    def fails(*_, **__):
        raise OperationalError(words)

    monkeypatch.setattr(Photo, "save", fails)
    result = intake(file=a_file(), actor=cast.photographer)
    assert "磁盘满了" in result.refusal
    assert (result.failed, kept()) == (True, [])


@pytest.mark.django_db(transaction=True)
@FOLDER_ONLY
def test_full_disk_after_rename(cast, monkeypatch):
    def full(folder):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("interviews.storage.folder._flush", full)
    assert "磁盘满了" in intake(file=a_file(), actor=cast.photographer).refusal
    monkeypatch.undo()
    assert (Photo.objects.count(), kept()) == (0, [])
    assert intake(file=a_file(), actor=cast.photographer).created


@pytest.mark.django_db(transaction=True)
def test_forty_concurrent_uploads(cast):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    files = [a_file(f"{n}.jpg", size=(200 + n % 20, 160)) for n in range(40)]

    def one(file):
        try:
            return intake(file=file, actor=cast.photographer)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(one, files))
    assert [result.refusal for result in results] == [""] * 40
    assert sum(result.created for result in results) == 20
    assert Photo.objects.count() == len(kept()) == 20
