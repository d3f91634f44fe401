from django.conf import settings
from django.contrib import admin


# Not in interviews.admin: importing that package registers models, which asks for the site that is being made.
class NewsroomSite(admin.AdminSite):
    site_header = "编辑部"
    site_title = "编辑部"
    index_title = "今日编务"
    enable_nav_sidebar = False

    def each_context(self, request):
        return {**super().each_context(request), "site_name": settings.SITE_NAME, "demo": settings.DEMO}

    def index(self, request, extra_context=None):
        """The first page is the newsroom's: what lies with whom, and since when."""
        from interviews.reports import overview  # models are not ready when this module is loaded

        return super().index(request, {**(extra_context or {}), "overview": overview(request.user)})
