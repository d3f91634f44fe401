"""The static press: what it writes, and what it writes again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest
from django.core.management import CommandError
from django.utils import timezone

from interviews import document as d
from interviews import people, photodesk, publishing
from interviews.models import Feature, Invalidation, Photo, Speaker
from interviews.photodesk import storage
from interviews.public.press import Press, PressError, differences, discovery, rendering
from interviews.public.press.manifest import NAME
from interviews.public.press.sheet import file_of
from tests.builders import a_document, a_speaker, a_topic, an_interview, published
from tests.publishing.test_editions import next_version
from tests.thorough import THOROUGH

from .pages import a_full_document, publish_many
from .pressed import collect, press_once, run, tree
from .register import a_site, pages_pressed
from .stores import ask, handler
from .test_freshness import PERFORMED, moments

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def data_of_its_own(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.STATIC_ROOT = settings.DATA_DIR / "static"
    settings.PAGE_STAMP = settings.DATA_DIR / "pages.stamp"
    settings.ALLOWED_HOSTS = ["*"]
    collect(settings.STATIC_ROOT)


@pytest.fixture
def filters():
    """Requested by tests that press filtered lists."""


@pytest.fixture(autouse=True)
def no_filters(request, monkeypatch):
    """Leave out the lists' filters unless the test asks for them or is thorough: they have the lists' tags."""
    if not THOROUGH and "filters" not in request.fixturenames:
        lists = ("/features/?", "/topics/?", "/speakers/?")
        monkeypatch.setattr(rendering, "_NOT_FOLLOWED", (*rendering._NOT_FOLLOWED, *lists))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "pressed"


@pytest.fixture
def site(cast, at):
    keys = a_site(cast)
    feature, photo = Feature.objects.get(pk=keys["feature"]), Photo.objects.get(pk=keys["photo"])
    other = published(cast, a_full_document(7)).feature
    return SimpleNamespace(cast=cast, keys=keys, feature=feature, photo=photo, other=other, at=at)


def verified(folder) -> list[str]:
    press = Press(folder)
    with press.open():
        return list(differences(press))


def outdated(folder) -> list[str]:
    """Compare digests only, to save time."""
    press = Press(folder)
    with press.open():
        addresses = {*press.manifest.addresses(), *discovery.everything()}
        pages = [address for address in sorted(addresses) if not address.startswith("/static/")]
        return [each for each in pages if press.renderer.render(each).digest != press.manifest.known(each).digest]


def test_pages_are_the_live_ones(site, folder, filters):
    press_once(folder)
    pressed = pages_pressed()
    for page in pressed:
        address = page.address.format(**site.keys)
        live = ask(handler, address, HTTP_HOST="127.0.0.1:8000").body
        if page.url == "features" and "?" in page.address:
            continue  # no link leads to a year without pages
        assert (folder / file_of(address)).read_bytes() == live, address
    assert len(pressed) > 20


def test_compressed_files_are_the_plain_ones(site, folder):
    press_once(folder)
    compressed = list(folder.rglob("*.br"))
    assert len(compressed) > 40
    for path in compressed:
        assert brotli.decompress(path.read_bytes()) == path.with_suffix("").read_bytes()
        assert path.with_suffix(".gz").exists()
    assert not list(folder.rglob("*.jpg.gz"))


def test_lists_in_all_their_filters_and_pages(cast, folder, filters, monkeypatch):
    monkeypatch.setattr("interviews.public.views.features.FEATURES_ON_A_PAGE", 2)
    publish_many(cast, 3)
    press_once(folder)
    names = {path.name for path in (folder / "features").iterdir()}
    assert {"index@page=2.html", "index@year=2021.html", "index@year=2021&month=2.html"} <= names
    assert "index@year=2021&month=2&subject=1.html" in {name.replace("subject=2", "subject=1") for name in names}
    assert "index@page=3.html" not in names
    assert (folder / "features/1/index@lite=1.html").exists()
    assert "index@initial=Z.html" in {path.name for path in (folder / "speakers").iterdir()}


def test_newsroom_is_not_pressed(site, folder):
    press_once(folder)
    assert {path.name for path in (folder / "static").iterdir()} == {"css", "js", "img"}
    assert not (folder / "admin").exists()
    assert not (folder / "preview").exists()


class TestAgain:
    def test_nothing_changed(self, site, folder):
        press_once(folder)
        again = press_once(folder)
        # The news sitemap and robots.txt have no tags.
        assert (again.rendered, again.changed, again.files) == (2, 0, 0)

    @pytest.mark.slow
    def test_one_correction(self, cast, folder, filters):
        publish_many(cast, 9)
        first = press_once(folder)
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("[!.]*") if path.is_file()}
        publishing.publish(
            feature=next_version(cast, Feature.objects.get(pk=3)), actor=cast.chief, wrong="285 天", right="297 天"
        )
        again = press_once(folder)
        written = {path for path in before if path.exists() and path.stat().st_mtime_ns != before[path]}
        # All lists in all their filters are rendered, because any could have changed; few have.
        assert again.rendered < first.rendered * 0.8
        assert (again.changed, again.files) == (28, 84)
        assert len(written) == 84
        names = {str(path.relative_to(folder)) for path in written}
        assert {"features/3/index.html", "features/3.json", "features/3/history/index.html"} <= names
        assert not {name for name in names if name.startswith(("static/", "features/4/", "features/9/"))}
        assert verified(folder) == []

    def test_people_and_topics_of_other_pages_are_left(self, cast, folder):
        for month in (1, 4):
            issue = d.Issue(date=f"2025-{month:02}-10", page=3)
            interview = an_interview(speaker=a_speaker(f"张{month}"))
            published(cast, a_document(issue=issue, topics=(a_topic(f"话题{month}", interview),)))
        press_once(folder)
        pages = {path: path.stat().st_mtime_ns for path in folder.glob("speakers/*/index.html")}
        published(cast, a_full_document(9))
        press_once(folder)
        assert len(pages) == 2
        assert {path: path.stat().st_mtime_ns for path in pages} == pages

    def test_another_release_database_or_age_is_a_whole_press(self, cast, folder, settings, monkeypatch):
        publish_many(cast, 2)
        whole = press_once(folder).rendered
        settings.PUBLISHER = "晋中日报社"
        changed = press_once(folder)
        assert changed.rendered >= whole
        assert changed.changed > whole / 3
        monkeypatch.setattr("interviews.public.press.release.database", lambda: "another")
        again = press_once(folder)
        assert (again.rendered >= whole, again.changed) == (True, 0)
        assert press_once(folder).rendered == 2
        press = Press(folder)
        with press.open(), press.manifest.changing():
            press.manifest.note(read="1")
        assert press_once(folder).rendered >= whole

    def test_database_set_back_is_a_whole_press(self, cast, folder):
        publish_many(cast, 2)
        whole = press_once(folder).rendered
        Invalidation.objects.order_by("-pk").first().delete()
        assert press_once(folder).rendered >= whole

    @pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"no database" * 100)])
    def test_without_manifest_everything_is_pressed_and_strangers_go(self, cast, folder, damage):
        publish_many(cast, 2)
        press_once(folder)
        before = tree(folder)
        (folder / "features/strange.html").write_text("x")
        damage(folder / NAME)
        press_once(folder)
        assert tree(folder) == before


@pytest.mark.slow
@pytest.mark.engine
@pytest.mark.timeout(480)
def test_press_follows_every_verb(site, folder, tmp_path, monkeypatch):
    # To save time, lists without their filters: those have the same tags.
    filters = ("/features/?", "/topics/?", "/speakers/?")
    monkeypatch.setattr(rendering, "_NOT_FOLLOWED", (*rendering._NOT_FOLLOWED, *filters))
    press_once(folder)
    for performed in PERFORMED:
        for _ in moments(performed, site):
            press_once(folder)
            assert outdated(folder) == [], performed.__name__
    assert verified(folder) == []

    press_once(tmp_path / "whole")
    whole, grown = tree(tmp_path / "whole"), tree(folder)
    assert {name for name in whole if whole[name] != grown.get(name)} == set()
    # Pages and pictures that no page links to any more stay, as fresh as all.
    assert {name for name in set(grown) - set(whole) if "@" not in name and "/share-" not in name} == set()


class TestWithdrawal:
    def test_page_becomes_its_reason(self, cast, folder):
        publish_many(cast, 2)
        press_once(folder)
        assert (folder / "features/1.json").exists()
        publishing.withdraw(feature=Feature.objects.get(pk=1), actor=cast.chief, reason="其中一处数据有误。")
        press_once(folder)
        reason = (folder / "features/1/index.html.410.html").read_bytes()
        assert "其中一处数据有误" in reason.decode()
        assert (folder / "features/1/index.html").read_bytes() == reason
        assert brotli.decompress((folder / "features/1/index.html.br").read_bytes()) == reason
        assert not (folder / "features/1.json").exists()
        assert not list((folder / "features/1").glob("index@*"))
        assert not list((folder / "features/1").glob("share*.png"))
        assert (folder / "features/1.json.410.html").exists()

    def test_page_that_comes_back(self, cast, folder):
        publish_many(cast, 1)
        feature = Feature.objects.get(pk=1)
        publishing.withdraw(feature=feature, actor=cast.chief, reason="有误。")
        press_once(folder)
        publishing.publish(feature=next_version(cast, feature), actor=cast.chief, note="更新")
        press_once(folder)
        assert not list(folder.rglob("*.410.html*"))
        assert (folder / "features/1.json").exists()

    def test_photo(self, site, folder):
        press_once(folder)
        file = folder / "media" / site.keys["file"]
        assert file.exists()
        photodesk.withdraw(photo=site.photo, actor=site.cast.chief, reason="当事人不同意")
        press_once(folder)
        assert not file.exists()
        assert file.with_name(file.name + ".410.txt").read_text() == "照片已撤下。\n"
        assert (folder / f"photos/{site.photo.pk}/index.html.410.html").exists()


def test_merged_person_is_redirected(cast, folder):
    for organisation in ("市环保局", "市生态环境局"):
        topic = a_topic("碧水", an_interview(speaker=a_speaker("裴国欣二", organisation)))
        published(cast, a_document(topics=(topic,)))
    press_once(folder)
    kept, merged = Speaker.objects.filter(name="裴国欣二")
    done = people.merge(kept=kept, merged=merged, actor=cast.editor)
    press_once(folder)
    line = f"/speakers/{merged.pk}/ /speakers/{kept.pk}/;\n"
    assert line in (folder / ".press/redirects.conf").read_text()
    assert f"url=/speakers/{kept.pk}/" in (folder / f"speakers/{merged.pk}/index.html").read_text()
    people.undo_merge(merge=done, actor=cast.editor)
    press_once(folder)
    assert (folder / ".press/redirects.conf").read_text() == ""


def test_term_of_photo_ends_at_midnight(site, folder):
    moment = timezone.now()
    photodesk.describe(photo=site.photo, actor=site.cast.chief, changes={"expires_on": timezone.localdate(moment)})
    press_once(folder)
    file = folder / "media" / site.keys["file"]
    assert file.with_name(file.name + ".term").exists()
    site.at(moment + timedelta(days=1))
    press_once(folder)
    assert not file.exists()
    assert not file.with_name(file.name + ".term").exists()
    assert (folder / f"photos/{site.photo.pk}/index.html.410.html").exists()


def test_rewritten_file_has_a_later_second(cast, folder):
    """Web servers make ETags of a file's size and the second of its change."""
    publish_many(cast, 1)
    press_once(folder)
    page = folder / "features/1/history/index.html"
    before = int(page.stat().st_mtime)
    for number in range(2):
        feature = next_version(cast, Feature.objects.get(pk=1), f"<p>第{number}次。</p>")
        publishing.publish(feature=feature, actor=cast.chief, note="更新")
        press_once(folder)
    assert int(page.stat().st_mtime) >= before + 2


class TestSearch:
    def test_says_that_it_needs_the_application(self, cast, folder):
        press_once(folder)
        text = (folder / "search/index.html").read_text()
        assert "这里不能检索" in text
        assert "<form" not in text

    def test_links_to_the_application(self, cast, folder):
        press_once(folder, "https://app.example.cn/")
        assert 'href="https://app.example.cn/search/"' in (folder / "search/index.html").read_text()

    def test_address_must_be_one(self, cast, folder):
        with pytest.raises(CommandError, match="不是网址"):
            run(folder, "--search-url", "app")


class TestVerify:
    def test_sound(self, cast, folder):
        publish_many(cast, 1)
        run(folder)
        assert run(folder, "--verify") == "每个文件都和现在的页面相同。\n"

    def test_differences_are_named_and_mended(self, cast, folder, capsys):
        publish_many(cast, 2)
        run(folder)
        before = tree(folder)
        (folder / "features/1/index.html").write_text("改过")
        (folder / "features/2/index.html.br").write_bytes(b"x")
        (folder / "topics/index.html").unlink()
        (folder / "strange.html").write_text("x")
        with pytest.raises(CommandError, match="4 处不同"):
            run(folder, "--verify")
        press_once(folder)
        assert tree(folder) == before
        assert verified(folder) == []

    def test_outdated(self, cast, folder):
        publish_many(cast, 1)
        press_once(folder)
        publish_many(cast, 2)
        assert "index.html：和现在的页面不同。" in verified(folder)


class TestRefused:
    @pytest.mark.parametrize("place", ["data/site", "data", "media/x"])
    def test_folder_in_the_data(self, cast, tmp_path, place):
        with pytest.raises(PressError, match="数据目录"):
            press_once(tmp_path / place)

    def test_foreign_folder(self, cast, folder):
        folder.mkdir()
        (folder / "letter.txt").write_text("x")
        with pytest.raises(PressError, match="别的文件"):
            press_once(folder)
        assert [path.name for path in folder.iterdir()] == ["letter.txt"]

    def test_file(self, cast, folder):
        folder.write_text("x")
        with pytest.raises(CommandError, match="不是目录"):
            run(folder)

    def test_second_press(self, cast, folder):
        press = Press(folder)
        with press.open(), pytest.raises(CommandError, match="另一个 press"):
            run(folder)

    def test_unwritable_place(self, cast):
        with pytest.raises(CommandError, match="再运行一次"):
            run(Path("/proc/pressed"))

    def test_debug(self, cast, folder, settings):
        settings.DEBUG = True
        with pytest.raises(CommandError, match="DEBUG"):
            run(folder)

    def test_without_static_files(self, cast, folder, settings, tmp_path):
        settings.STATIC_ROOT = tmp_path / "nothing"
        with pytest.raises(CommandError, match="collectstatic"):
            run(folder)

    def test_foreign_host(self, cast, folder, settings):
        settings.ALLOWED_HOSTS = ["news.example.cn"]
        with pytest.raises(CommandError, match="ALLOWED_HOSTS"):
            run(folder)


def test_full_disk_loses_nothing(cast, folder, monkeypatch):
    publish_many(cast, 2)
    run(folder)
    before = tree(folder)
    publish_many(cast, 2)
    flushed = []

    def full(handle):
        flushed.append(handle)
        if len(flushed) > 20:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(CommandError, match="磁盘满了"):
            run(folder)
    assert set(before) <= set(tree(folder))
    assert not list((folder / ".press/incoming").iterdir())
    run(folder)
    assert verified(folder) == []


@pytest.mark.slow
def test_photos_in_a_bucket(bucket, site, folder):
    press_once(folder)
    name = site.photo.renditions.filter(spec="full").first().name
    assert (folder / "media" / name).read_bytes() == storage.public_files().read(name)
    assert verified(folder) == []


def test_failed_page_is_named_and_waits(cast, folder, monkeypatch, capsys):
    publish_many(cast, 1)
    with monkeypatch.context() as patch:
        patch.setattr("interviews.public.views.features.history", None)
        patch.setattr("interviews.public.views.features.HistoryRow", None)
        with pytest.raises(CommandError, match="1 页没有渲染出来"):
            run(folder)
    assert "/features/1/history/" in capsys.readouterr().err
    run(folder)
    assert (folder / "features/1/history/index.html").exists()
