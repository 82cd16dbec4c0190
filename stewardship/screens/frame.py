"""The frame that every page of a signed-in person stands in."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def page(
    request: HttpRequest,
    template: str,
    title: str,
    context: dict[str, Any],
    *,
    site: AdminSite | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return a page inside the admin's frame; the caller has gated its values, and no browser keeps them."""
    framed = {**(site or admin.site).each_context(request), "title": title, "is_fullwidth": "1", **context}
    response = TemplateResponse(request, f"stewardship/{template}", framed, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
