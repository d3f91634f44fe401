from django.contrib.admin.apps import AdminConfig


class NewsroomAdminConfig(AdminConfig):
    default_site = "jinzhong_eco.admin_site.NewsroomSite"
