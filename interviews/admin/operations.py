"""编务 › 运行状况: for administrators, what is well, what is not, and what to do."""

import platform
from datetime import UTC, datetime

import django
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from interviews.models import Observation, Task
from interviews.monitoring import metrics
from interviews.monitoring.health import checks

from .read_only import ReadOnlyAdmin

MOST_TASKS = 20


@admin.register(Observation)
class ObservationAdmin(ReadOnlyAdmin):
    def get_urls(self):
        """Only the overview: the rows behind it are its material."""
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="interviews_observation_changelist")]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = checks()
        context = {
            **self.admin_site.each_context(request),
            "title": "运行状况",
            "opts": self.opts,
            "checks": sorted(found, key=lambda check: check.well),
            "faults": sum(not check.well for check in found),
            "given_up": Task.objects.filter(not_before=None).order_by("pk")[:MOST_TASKS],
            "slow": [
                {**each._asdict(), "ended": timezone.localtime(datetime.fromtimestamp(each.ended, UTC))}
                for each in reversed(metrics.slow)
            ],
            "versions": {
                "本站": settings.VERSION,
                "Python": platform.python_version(),
                "Django": django.get_version(),
                "数据库": _database(),
            },
            "now": timezone.localtime(),
        }
        return TemplateResponse(request, "admin/interviews/observation/overview.html", context)


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
        return f"{name} {cursor.fetchone()[0]}"
