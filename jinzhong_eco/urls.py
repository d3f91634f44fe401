from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("interviews.public.urls")),
]

handler400 = "interviews.public.views.errors.bad_request"
handler403 = "interviews.public.views.errors.forbidden"
handler404 = "interviews.public.views.errors.not_found"
handler500 = "interviews.public.views.errors.server_error"
