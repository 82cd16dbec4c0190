"""What stewards and source records say of how records stand to each other: looked at, and taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mdm.models import GoldenRecord, SourceRelationship, StewardRelationship
from mdm.resolution.judging import REASONS
from stewardship.access import may_decide
from stewardship.admin.base import ReadOnlyAdmin, badge
from stewardship.admin.overrides import InForceFilter


def _page(golden: GoldenRecord) -> SafeString:
    page = reverse("golden-page", args=[golden.code])
    return format_html('<a class="au-code au-link" href="{}">{}</a>', page, golden.code)


@admin.register(StewardRelationship)
class StewardRelationshipAdmin(ReadOnlyAdmin):
    """What stewards say, in force until taken back."""

    list_filter = (InForceFilter, "type", "holds", "actor")
    list_select_related = ("from_golden", "to_golden")
    search_fields = ("from_golden__code", "to_golden__code")
    search_help_text = "Golden id"
    ordering = ("-id",)
    fields = (
        "type", "from_shown", "to_shown", "says", "valid_from", "valid_to", "attributes", "actor",
        "reason_shown", "created_at", "withdrawn_at", "withdrawn_by", "withdrawn_reason",
    )  # fmt: skip
    readonly_fields = ("from_shown", "to_shown", "says", "reason_shown")

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """Return the columns; who may decide is offered to take a word back."""
        offered = may_decide(request)

        @admin.display(description="Standing")
        def standing(row: StewardRelationship) -> SafeString:
            if row.withdrawn_at is not None:
                return badge(f"withdrawn by {row.withdrawn_by}")
            if not offered:
                return badge("in force", "good")
            query = f"{reverse('relate')}?verb=withdraw&relationship={row.pk}"
            return format_html('<a class="au-link" href="{}">Take back …</a>', query)

        return (
            "id", "type", "from_shown", "to_shown", "says", "valid_from", "valid_to", "actor",
            "reason_shown", "created_at", standing,
        )  # fmt: skip

    @admin.display(description="From")
    def from_shown(self, row: StewardRelationship) -> SafeString:
        """Return the golden id it was said of."""
        return _page(row.from_golden)

    @admin.display(description="To")
    def to_shown(self, row: StewardRelationship) -> SafeString:
        """Return the golden id at the other end."""
        return _page(row.to_golden)

    @admin.display(description="Says", ordering="holds")
    def says(self, row: StewardRelationship) -> SafeString:
        """Return whether it holds or has ended."""
        return badge("holds", "good") if row.holds else badge("over", "bad")

    @admin.display(description="Reason")
    def reason_shown(self, row: StewardRelationship) -> str:
        """Return the reason in words."""
        return f"{REASONS.get(row.reason_code, row.reason_code)}. {row.reason}".strip()


@admin.register(SourceRelationship)
class SourceRelationshipAdmin(ReadOnlyAdmin):
    """What source records say of each other, by their names."""

    list_display = (
        "type",
        "record_shown",
        "direction",
        "other",
        "valid_from",
        "valid_to",
        "attributes",
        "told",
    )
    list_filter = ("type", "other_source", "told", "gone")
    list_select_related = ("record__object_type__source",)
    search_fields = ("record__source_key", "other_key")
    search_help_text = "Source key of either record"
    ordering = ("id",)
    readonly_fields = ("record_shown", "direction", "other")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what stands on the page of one statement."""
        return (
            "type", "record_shown", "direction", "other", "valid_from", "valid_to", "attributes", "told",
            "gone",
        )  # fmt: skip

    @admin.display(description="Said by")
    def record_shown(self, row: SourceRelationship) -> SafeString:
        """Return the record that says so, which opens its page."""
        page = reverse("admin:mdm_sourcerecord_change", args=[row.record_id])
        return format_html('<a class="au-link" href="{}">{}</a>', page, str(row.record))

    @admin.display(description="")
    def direction(self, row: SourceRelationship) -> str:
        """Return which way it points."""
        return "→" if row.forward else "←"

    @admin.display(description="Other record")
    def other(self, row: SourceRelationship) -> str:
        """Return the name of the other record."""
        return f"{row.other_source}/{row.other_object_type} {row.other_key}"
