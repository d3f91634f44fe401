"""The static press: time, files and bytes of a whole site; then counts after nothing, one correction and a schedule.

    .venv/bin/python -m benchmarks.press [--features 60]

On a new SQLite database. Fails if the press after a correction writes more than a fifth of the files.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--features", type=int, default=60)
    features = parser.parse_args().features
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        os.environ |= {"DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "jinzhong_eco.settings", "DEBUG": "0"}
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        measure(Path(folder, "pressed"), features)


def measure(folder: Path, features: int) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from interviews import publishing
    from interviews.models import Feature
    from tests.cast import make_cast
    from tests.public.pages import publish_many
    from tests.public.pressed import collect, press_once
    from tests.publishing.test_editions import next_version

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", verbosity=0)
    collect(Path(settings.STATIC_ROOT))
    cast = make_cast()
    publish_many(cast, features)
    whole = press_once(folder)
    print(f"{features} features, whole: {whole}")
    print(f"{'':16}nothing new: {press_once(folder)}")
    corrected = next_version(cast, Feature.objects.get(pk=3))
    publishing.publish(feature=corrected, actor=cast.chief, wrong="285 天", right="297 天")
    again = press_once(folder)
    print(f"{'':16}one correction: {again}")
    assert again.files < whole.files / 5
    print(f"{'':16}a schedule was pressed {late(folder, cast):.2f} s after its moment")


def late(folder: Path, cast) -> float:
    """Seconds from the moment of a scheduled page to its file, while watching."""
    from django.utils import timezone

    from interviews.public.press import Press, watch
    from tests.builders import published
    from tests.public.pages import a_full_document

    press = Press(folder)
    with press.open():
        press.read()
        press.work()
        start = timezone.now() + timedelta(seconds=3)
        key = published(cast, a_full_document(5), at=start).feature_id
        page = folder / f"features/{key}/index.html"
        ends = threading.Thread(target=lambda: (_appears(page), press.stopped.set()))
        ends.start()
        watch(press, lambda summary: None)
        ends.join()
    return page.stat().st_mtime - start.timestamp()


def _appears(page: Path) -> None:
    while not page.exists():
        time.sleep(0.005)


if __name__ == "__main__":
    main()
