"""What is to be told, to whom, and how far they have heard it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mdm.compliance.roles import REPLAY
from mdm.models import Delivery, Heartbeat, Lane, LaneState, OutboxEvent
from stewardship.admin.base import DomainFilter, ReadOnlyAdmin, badge, code_tag
from stewardship.screens.again_page import MOST, address

TONES = {LaneState.IDLE: "good", LaneState.DUE: "warn", LaneState.LEASED: "gold", LaneState.DEAD: "bad"}
OUTCOMES = {"acknowledged": "good", "unchanged": "", "retry": "warn", "refused": "bad", "late": "warn"}


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    """Facts in the order in which they became true; they name ids and attributes, never values."""

    list_display = ("id", "type", "subjects_shown", "domain", "entry_id", "created_at")
    list_filter = (DomainFilter, "type")
    ordering = ("-id",)

    @admin.display(description="About")
    def subjects_shown(self, event: OutboxEvent) -> SafeString:
        """Return the golden ids the event is about."""
        return code_tag(", ".join(event.subjects))


@admin.register(Lane)
class LaneAdmin(ReadOnlyAdmin):
    """One lane a record of a destination."""

    list_display = (
        "subject",
        "destination",
        "domain",
        "state_shown",
        "versions",
        "attempts",
        "acknowledged_at",
        "last_error",
    )
    actions = ("send_again",)
    list_filter = ("state", "destination", DomainFilter)
    list_select_related = ("destination__source", "record__object_type__source", "golden")
    search_fields = ("record__source_key", "golden__code")
    ordering = ("-id",)
    fields = (
        "subject", "destination", "domain", "state", "due_version", "acknowledged_version", "acknowledged_at",
        "attempts", "next_attempt_at", "lease_until", "last_error", "entry_id",
    )  # fmt: skip
    readonly_fields = ("subject", "again")

    @admin.display(description="Record")
    def subject(self, lane: Lane) -> SafeString:
        """Return the record, or the golden record to be created."""
        if lane.golden is not None:
            return code_tag(f"create {lane.golden.code}")
        return code_tag(lane.record.source_key if lane.record else "—")

    @admin.display(description="State", ordering="state")
    def state_shown(self, lane: Lane) -> SafeString:
        """Return the state."""
        return badge(lane.get_state_display(), TONES.get(LaneState(lane.state), ""))

    @admin.display(description="Heard of due")
    def versions(self, lane: Lane) -> str:
        """Return how far the destination has heard."""
        return f"{lane.acknowledged_version} of {lane.due_version}"

    @admin.display(description="Dead letter")
    def again(self, lane: Lane) -> SafeString:
        """Return the way to send a dead letter again; the page asks for a reason."""
        if lane.state != LaneState.DEAD:
            return code_tag("")
        return format_html('<a class="au-link" href="{}">Send again …</a>', address("lane", [lane.pk]))

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Return the columns, with the way out of a dead letter for those who may take it."""
        return (*self.list_display, "again") if request.user.has_perm(REPLAY) else self.list_display

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what stands on the page of one lane, with the same way."""
        return ("again", *self.fields) if request.user.has_perm(REPLAY) else self.fields

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer it to those who may; the admin itself changes nothing here."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions if request.user.has_perm(REPLAY) else {}

    @admin.action(description="Send again …")
    def send_again(self, request: HttpRequest, queryset: QuerySet[Lane]) -> HttpResponse:
        """Lead to the page that asks why the chosen lanes shall be sent again."""
        return HttpResponseRedirect(address("lane", list(queryset.values_list("pk", flat=True)[:MOST])))


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Every telling and what came of it."""

    list_display = ("at", "lane_shown", "outcome_shown", "status", "detail")
    list_filter = ("outcome", "lane__destination")
    list_select_related = ("lane__destination__source", "lane__record", "lane__golden")
    ordering = ("-id",)
    fields = ("lane_shown", "outcome", "status", "detail", "sent", "at")
    readonly_fields = ("lane_shown",)

    @admin.display(description="Lane")
    def lane_shown(self, delivery: Delivery) -> str:
        """Return destination and record."""
        lane: Any = delivery.lane
        name = lane.record.source_key if lane.record else lane.golden.code
        return f"{lane.destination}: {name}"

    @admin.display(description="Outcome", ordering="outcome")
    def outcome_shown(self, delivery: Delivery) -> SafeString:
        """Return the outcome."""
        return badge(delivery.get_outcome_display(), OUTCOMES.get(delivery.outcome, ""))


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """What runs by itself, and when it last said so."""

    list_display = ("name", "at", "detail")
