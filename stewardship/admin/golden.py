"""Golden records, their cross-references, memberships and the machinery behind them: to be looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from mdm.compliance.policy import visible
from mdm.compliance.reading import title_of
from mdm.compliance.roles import TRY_AGAIN
from mdm.models import ClosedKey, Component, Edge, GoldenRecord, GoldenStatus, Membership, Xref
from mdm.xref.search import search_ids
from stewardship.access import may_decide, reader, sees_everything
from stewardship.admin.base import DomainFilter, ReadOnlyAdmin, badge, code_tag
from stewardship.screens import golden_page
from stewardship.screens.again_page import MOST, address

TONES = {GoldenStatus.LIVE: "good", GoldenStatus.MERGED: "", GoldenStatus.TOMBSTONE: "bad"}


class LiveFirstFilter(admin.SimpleListFilter):
    """Shows live golden records unless retired ones are asked for."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return what else there is."""
        return [("merged", "Redirects"), ("tombstone", "Tombstones"), ("any", "Any")]

    def choices(self, changelist: Any) -> Any:
        """Name the default after what it shows."""
        for choice in super().choices(changelist):
            yield {**choice, "display": "Live" if choice["display"] == "All" else choice["display"]}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the chosen status."""
        value = self.value()
        return queryset if value == "any" else queryset.filter(status=value or GoldenStatus.LIVE)


@admin.register(GoldenRecord)
class GoldenRecordAdmin(ReadOnlyAdmin):
    """The list of golden records; each opens the page where everything about it stands."""

    list_filter = (DomainFilter, LiveFirstFilter, "kind", "confirmed")
    search_fields = ("code", "title")
    search_help_text = "Any id ever issued, in any spelling: golden id, source key; or the start of a name"
    ordering = ("-member_count", "code")
    actions = ("merge_chosen",)

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """Return the columns; the name is made of what the reader may see."""
        principal = reader(request)

        @admin.display(description="Name", ordering="title")
        def name(golden: GoldenRecord) -> str:
            return title_of(golden.domain, visible(principal, golden.domain, golden.attributes))

        return ("golden_id", name, "kind", "records", "state", "changed_at")

    @admin.display(description="Golden id", ordering="code")
    def golden_id(self, golden: GoldenRecord) -> SafeString:
        """Return the id, to be compared letter by letter."""
        return code_tag(golden.code)

    @admin.display(description="Records", ordering="member_count")
    def records(self, golden: GoldenRecord) -> SafeString:
        """Return how many source records it is made of."""
        return badge(golden.member_count, "gold" if golden.member_count > 1 else "")

    @admin.display(description="State", ordering="status")
    def state(self, golden: GoldenRecord) -> SafeString:
        """Return whether it is live, and whether a person confirmed it."""
        if golden.confirmed and golden.status == GoldenStatus.LIVE:
            return badge("confirmed", "gold")
        return badge(golden.status, TONES.get(GoldenStatus(golden.status), ""))

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Let only those search by name who may see every name."""
        return ("code", "title") if sees_everything(request) else ("code",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[GoldenRecord], search_term: str
    ) -> tuple[QuerySet[GoldenRecord], bool]:
        """Find by any id ever issued, as a person says it over the phone, else search as usual."""
        found = [one.golden.pk for one in search_ids(search_term) if one.golden]
        if found:
            return GoldenRecord.objects.filter(pk__in=found), False
        usual: Any = super().get_search_results
        return (*usual(request, queryset, search_term),)

    @admin.action(description="Merge the chosen records …")
    def merge_chosen(self, request: HttpRequest, queryset: QuerySet[GoldenRecord]) -> HttpResponse | None:
        """Lead to the preview of a merge of the chosen records."""
        codes = list(queryset.values_list("code", flat=True)[:20])
        if len(codes) < 2:
            messages.warning(request, "A merge needs two records or more.")
            return None
        query = urlencode([("verb", "merge"), *(("id", code) for code in codes)])
        return HttpResponseRedirect(f"{reverse('decide')}?{query}")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer decisions only to those who may decide."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions if may_decide(request) else {}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the page of one golden record."""
        golden = self.get_object(request, object_id)
        if golden is None or request.method == "POST" or not self.has_view_permission(request, golden):
            return self.refused(request, object_id)
        return golden_page.show(request, golden, self.admin_site)


@admin.register(Xref)
class XrefAdmin(ReadOnlyAdmin):
    """Cross-references over time."""

    list_display = ("record", "golden_id_shown", "valid_from", "valid_to", "entry_id")
    list_select_related = ("record__object_type__source", "golden")
    search_fields = ("golden__code", "record__source_key")
    ordering = ("-id",)
    fields = ("record_name", "golden_id_shown", "valid_from", "valid_to", "entry_id", "closing_entry_id")
    readonly_fields = ("record_name", "golden_id_shown")

    @admin.display(description="Golden id", ordering="golden__code")
    def golden_id_shown(self, xref: Xref) -> SafeString:
        """Return the golden id alone: its name is for the gate to show."""
        return code_tag(xref.golden.code)

    @admin.display(description="Record")
    def record_name(self, xref: Xref) -> str:
        """Return the name of the source record."""
        return str(xref.record)


class GivenUpFilter(admin.SimpleListFilter):
    """Records that resolution gave up after three tries."""

    title = "given up"
    parameter_name = "given_up"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the one choice beside all."""
        return [("yes", "Given up")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the records that were given up."""
        return queryset.exclude(parked_reason="") if self.value() == "yes" else queryset


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Where each source record stands."""

    list_display = (
        "record",
        "golden_code",
        "home_code",
        "component_id",
        "resolved_version",
        "due",
        "parked_reason",
    )
    list_select_related = ("record__object_type__source", "golden", "home")
    list_filter = (DomainFilter, "due", GivenUpFilter)
    actions = ("resolve_again",)
    search_fields = ("record__source_key", "golden__code")
    ordering = ("record",)
    fields = (
        "golden_code",
        "home_code",
        "component_id",
        "resolved_version",
        "due",
        "attempts",
        "parked_reason",
    )
    readonly_fields = ("golden_code", "home_code")

    @admin.display(description="Golden id")
    def golden_code(self, row: Membership) -> SafeString:
        """Return the golden id it belongs to."""
        return code_tag(row.golden.code if row.golden else "—")

    @admin.display(description="Home")
    def home_code(self, row: Membership) -> SafeString:
        """Return the golden id it was born into."""
        return code_tag(row.home.code if row.home else "—")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer it to those who may; the admin itself changes nothing here."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions if request.user.has_perm(TRY_AGAIN) else {}

    @admin.action(description="Resolve again what was given up …")
    def resolve_again(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        """Lead to the page that asks why the chosen records shall be tried again."""
        parked = list(queryset.exclude(parked_reason="").values_list("pk", flat=True)[:MOST])
        if not parked:
            messages.warning(request, "Resolution gave none of the chosen records up.")
            return None
        return HttpResponseRedirect(address("membership", parked))


@admin.register(Edge)
class EdgeAdmin(ReadOnlyAdmin):
    """Scored pairs."""

    list_display = ("id", "left_id", "right_id", "domain", "weight", "rule_set")
    list_filter = (DomainFilter,)
    list_select_related = ("rule_set",)
    ordering = ("-id",)
    raw_id_fields = ("left", "right")
    fields = ("left_id", "right_id", "domain", "weight", "rules", "rule_set")
    readonly_fields = ("left_id", "right_id")


@admin.register(ClosedKey)
class ClosedKeyAdmin(ReadOnlyAdmin):
    """Keys that too many records carry, and values that too many names share."""

    list_display = ("id", "domain", "key", "closed", "generic", "of_column", "value")
    list_filter = (DomainFilter, "generic")
    search_fields = ("value",)
    ordering = ("-id",)


@admin.register(Component)
class ComponentAdmin(ReadOnlyAdmin):
    """One lock a record."""

    list_display = ("record_id",)
    ordering = ("record_id",)
    fields = ("record_id",)
    readonly_fields = ("record_id",)
