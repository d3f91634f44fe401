from django.contrib import admin
from django.urls import include, path

from interviews.admin.account_pages import entrance, own_pages
from interviews.public.views.machines import security_txt

urlpatterns = [
    path("admin/", include(entrance)),
    path("admin/account/", include(own_pages)),
    path("admin/", admin.site.urls),
    path(".well-known/security.txt", security_txt),
    path("", include("interviews.public.urls")),
]

handler400 = "interviews.public.views.error_pages.bad_request"
handler403 = "interviews.public.views.error_pages.forbidden"
handler404 = "interviews.public.views.error_pages.not_found"
handler500 = "interviews.public.views.faults.server_error"
