"""The home page: counts that move while records stream in. Open to all: it shows no value of any record."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from stewardship.live import counts


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Return the page; its counts are filled in at once and every second."""
    response = render(request, "stewardship/home.html", {"counts": counts()})
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """Return the counts as JSON."""
    return JsonResponse(counts(), headers={"Cache-Control": "no-store"})
