"""Settings of a press in a process of its own: as in tests, static files keep their names."""

from jinzhong_eco.settings import *  # noqa: F403

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
