"""What stewards set by hand, in force and withdrawn, with reasons: the overrides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mdm.compliance.policy import visible
from mdm.models import Override
from mdm.resolution.standing import why_of
from stewardship.access import reader
from stewardship.admin.base import DomainFilter, WithdrawableAdmin, badge, code_tag
from stewardship.formatting import ABSENT, label_of, lines_of
from stewardship.overriding import sources_lines
from stewardship.screens import debt_page


class InForceFilter(admin.SimpleListFilter):
    """Shows what is in force unless something else is asked for."""

    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """Return what else there is."""
        return [("withdrawn", "Withdrawn"), ("any", "Any")]

    def choices(self, changelist: Any) -> Any:
        """Name the default after what it shows."""
        for choice in super().choices(changelist):
            yield {**choice, "display": "In force" if choice["display"] == "All" else choice["display"]}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the overrides of the chosen standing."""
        if self.value() == "any":
            return queryset
        return queryset.filter(withdrawn_at__isnull=self.value() != "withdrawn")


@admin.register(Override)
class OverrideAdmin(WithdrawableAdmin):
    """The debt of overrides: what stands, by whom, since when, against what the sources say today."""

    withdrawal = ("withdraw", "override", "Withdraw")
    list_filter = (DomainFilter, InForceFilter, "mode", "attribute", "actor")
    list_select_related = ("record__object_type__source", "record__membership__golden")
    search_fields = ("record__source_key", "record__membership__golden__code", "attribute")
    search_help_text = "Golden id, source key or attribute"
    ordering = ("created_at", "id")

    def get_urls(self) -> list[URLPattern]:
        """Add the report of the debt to the addresses of the admin."""
        site = self.admin_site

        def debt(request: HttpRequest) -> HttpResponse:
            return debt_page.show(request, site)

        return [path("debt/", site.admin_view(debt), name="override-debt"), *super().get_urls()]

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """Return the columns; the value is what the reader may see of it."""
        said, sources = self._said(request), self._sources(request)
        return ("about_shown", "golden_id", said, sources, "lives", "actor", "created_at", "standing")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what stands on the page of one override; values stand in the list, gated."""
        return (
            "about_shown", "golden_id", "record_name", "lives", "actor", "reason_shown", "created_at",
            "withdrawn_at", "withdrawn_by", "withdrawn_reason", "standing",
        )  # fmt: skip

    readonly_fields = ("about_shown", "golden_id", "record_name", "lives", "reason_shown", "standing")

    @staticmethod
    def _said(request: HttpRequest) -> Any:
        principal = reader(request)

        @admin.display(description="Value")
        def said(override: Override) -> str:
            shown = visible(principal, override.domain, {override.attribute: override.value})
            lines = lines_of(override.domain, override.attribute, shown.get(override.attribute))
            return f"{override.get_action_display()} {' | '.join(lines) or ABSENT}"

        return said

    @staticmethod
    def _sources(request: HttpRequest) -> Any:
        principal = reader(request)

        @admin.display(description="Sources say today")
        def sources(override: Override) -> str:
            # Where both columns agree, the override has done its work.
            return ABSENT if override.withdrawn_at else " | ".join(sources_lines(override, principal))

        return sources

    @admin.display(description="Attribute", ordering="attribute")
    def about_shown(self, override: Override) -> SafeString:
        """Return which attribute of what."""
        label = label_of(override.domain, override.attribute)
        return format_html("{} {}", label, badge(override.get_about_display()))

    @admin.display(description="Golden id")
    def golden_id(self, override: Override) -> SafeString:
        """Return the golden record that it speaks for now."""
        golden = override.record.membership.golden
        if golden is None:
            return code_tag("pending")
        page = reverse("golden-page", args=[golden.code])
        return format_html('<a class="au-code au-link" href="{}">{}</a>', page, golden.code)

    @admin.display(description="Source record")
    def record_name(self, override: Override) -> str:
        """Return the source record that it hangs on."""
        return str(override.record)

    @admin.display(description="Lives", ordering="mode")
    def lives(self, override: Override) -> str:
        """Return how long it stands."""
        return f"until {override.until}" if override.until else override.get_mode_display()

    @admin.display(description="Reason")
    def reason_shown(self, override: Override) -> str:
        """Return the reason in words."""
        return why_of(override)
