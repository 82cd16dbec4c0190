"""Once more, because somebody has mended what was wrong: dead letters, and records that were given up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from mdm.compliance.roles import REPLAY, TRY_AGAIN
from mdm.models import Lane, LaneState, Membership
from mdm.publishing.replay import replay
from mdm.resolution.due import try_again
from stewardship.access import require, who
from stewardship.screens.frame import page

MOST = 200
"""Things chosen at once: their numbers stand in the address."""


@dataclass(frozen=True)
class Chosen:
    """One thing to be tried once more: its name, and what went wrong."""

    name: str
    fault: str


@dataclass(frozen=True)
class Way:
    """One kind of trying again: who may, what it does, and where its list is."""

    title: str
    button: str
    permission: str
    listed: str
    done: str
    look: Callable[[Sequence[int]], list[Chosen]]
    make: Callable[..., int]


def _lanes(ids: Sequence[int]) -> list[Chosen]:
    found = Lane.objects.filter(pk__in=ids).exclude(state=LaneState.LEASED).order_by("pk")
    rows = found.select_related("destination__source", "record", "golden")
    return [Chosen(f"{lane.destination}: {_subject(lane)}", lane.last_error) for lane in rows]


def _subject(lane: Lane) -> str:
    if lane.golden is not None:
        return f"create {lane.golden.code}"
    return lane.record.source_key if lane.record else ""


def _parked(ids: Sequence[int]) -> list[Chosen]:
    found = Membership.objects.filter(pk__in=ids).exclude(parked_reason="").order_by("pk")
    return [
        Chosen(str(row.record), row.parked_reason)
        for row in found.select_related("record__object_type__source")
    ]


WAYS: Mapping[str, Way] = {
    "lane": Way(
        "Send again", "Send again", REPLAY, "admin:mdm_lane_changelist", "{} will be sent again.",
        _lanes, replay,
    ),
    "membership": Way(
        "Resolve again", "Resolve again", TRY_AGAIN, "admin:mdm_membership_changelist",
        "{} will be resolved again.", _parked, try_again,
    ),
}  # fmt: skip


def address(what: str, ids: Sequence[int]) -> str:
    """Return the page that asks why these things shall be tried again."""
    return f"{reverse('again')}?{urlencode([('what', what), *(('id', one) for one in ids[:MOST])])}"


@staff_member_required
@require_http_methods(["GET", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """Show what was chosen and what went wrong; a POST with a reason tries it again and leads to the list."""
    way = WAYS.get(request.GET.get("what", ""))
    numbers = request.GET.getlist("id")
    if way is None or not numbers or not all(one.isdecimal() for one in numbers):
        messages.error(request, "Choose in the list what shall be tried again.")
        return HttpResponseRedirect(reverse("admin:index"))
    require(request, way.permission)
    ids = [int(one) for one in numbers]
    if request.method == "POST":
        try:
            count = way.make(ids, reason=request.POST.get("reason", "").strip(), **who(request))
        except ValueError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, way.done.format(count))
            return HttpResponseRedirect(reverse(way.listed))
    context: dict[str, Any] = {"way": way, "chosen": way.look(ids), "back": reverse(way.listed)}
    return page(request, "again.html", way.title, context)
