from typing import Any, cast

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse


# Not in interviews.admin: importing that package registers models, which needs this site first.
class NewsroomSite(admin.AdminSite):
    site_header = "编辑部"
    site_title = "编辑部"
    index_title = "今日编务"
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "site_name": settings.SITE_NAME, "demo": settings.DEMO}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The newsroom's dashboard."""
        # models are not loaded yet when this module is
        from django.contrib.auth.models import User

        from interviews.reports import overview

        return super().index(request, {**(extra_context or {}), "overview": overview(cast(User, request.user))})
