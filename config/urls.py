"""The addresses the web server answers."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("mdm.api.v1.urls")),
    path("admin/", admin.site.urls),
    path("", include("stewardship.urls")),
]
