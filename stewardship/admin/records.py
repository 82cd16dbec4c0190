"""Source records and refused rows."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mdm.compliance.policy import visible
from mdm.compliance.reading import title_of
from mdm.ingestion import quarantine
from mdm.ingestion.documents import BadMapping
from mdm.ingestion.new_keys import NewKeys
from mdm.ingestion.replay import replay
from mdm.models import AlternateKey, QuarantinedRow, SourceRecord
from stewardship.access import reader, sees_everything
from stewardship.admin.base import DomainFilter, OpenFirstFilter, ReadOnlyAdmin, badge, code_tag
from stewardship.screens import record_page


@admin.register(SourceRecord)
class SourceRecordAdmin(ReadOnlyAdmin):
    """Records as their platforms hold them."""

    list_filter = (DomainFilter, "status", ("object_type", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("object_type__source", "membership__golden")
    search_fields = ("source_key", "membership__golden__code")
    search_help_text = "Source key or golden id"
    ordering = ("-id",)

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """Return the columns; the name is made of what the reader may see."""
        principal = reader(request)

        @admin.display(description="Name")
        def name(record: SourceRecord) -> str:
            source = record.object_type.source.code
            return title_of(
                record.domain, visible(principal, record.domain, record.attributes, source=source)
            )

        return ("key", "object_type", name, "status", "golden_id", "version", "accepted_at")

    @admin.display(description="Key", ordering="source_key")
    def key(self, record: SourceRecord) -> SafeString:
        """Return the source key."""
        return code_tag(record.source_key)

    @admin.display(description="Golden id")
    def golden_id(self, record: SourceRecord) -> SafeString:
        """Return the golden id, or that it waits."""
        golden = record.membership.golden
        return code_tag(golden.code) if golden else badge("pending", "warn")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the page of one source record."""
        record = self.get_object(request, object_id)
        if record is None or request.method == "POST" or not self.has_view_permission(request, record):
            return self.refused(request, object_id)
        return record_page.show(request, record, self.admin_site)


@admin.register(AlternateKey)
class AlternateKeyAdmin(ReadOnlyAdmin):
    """Further keys of source records."""

    list_display = ("key", "object_type", "record")
    list_select_related = ("object_type__source", "record__object_type__source")
    search_fields = ("key",)
    ordering = ("-id",)


class QuarantineFilter(OpenFirstFilter):
    """Open rows first."""

    choices_shown = (("replayed", "Replayed"), ("dismissed", "Dismissed"))


@admin.register(QuarantinedRow)
class QuarantinedRowAdmin(ReadOnlyAdmin):
    """Refused rows, with the reason; they are tried again or set aside, never edited."""

    list_filter = (QuarantineFilter, "rule", ("object_type", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("object_type__source",)
    search_fields = ("source_key", "origin")
    search_help_text = "Source key or file"
    ordering = ("-id",)
    actions = ("try_again", "carry_over", "set_aside")

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """Return the columns; reasons quote values, so only those read them who may see every value."""
        told = ("reason",) if sees_everything(request) else ()
        return ("key", "object_type", "column", "rule", *told, "origin", "row_number", "state")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what stands on the page of one row."""
        told = ("value", "reason", "payload") if sees_everything(request) else ()
        place = ("object_type", "source_key", "origin", "row_number", "column", "rule")
        return (*place, *told, "status", "created_at")

    @admin.display(description="Key", ordering="source_key")
    def key(self, row: QuarantinedRow) -> SafeString:
        """Return the source key, if the row had one."""
        return code_tag(row.source_key or "—")

    @admin.display(description="Status", ordering="status")
    def state(self, row: QuarantinedRow) -> SafeString:
        """Return whether it waits for somebody."""
        return badge(row.get_status_display(), "warn" if row.status == "open" else "")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer replay to those who may; the admin itself changes nothing here."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions if request.user.has_perm("mdm.change_quarantinedrow") else {}

    @admin.action(description="Try again")
    def try_again(self, request: HttpRequest, queryset: QuerySet[QuarantinedRow]) -> None:
        """Ingest the chosen rows again, by the rules of today; held new keys become new records."""
        self._replay(request, queryset, "new", "Tried again in the admin.")

    @admin.action(description="Carry known records over to these keys")
    def carry_over(self, request: HttpRequest, queryset: QuerySet[QuarantinedRow]) -> None:
        """Ingest the chosen rows as the records that say the same under other keys."""
        self._replay(request, queryset, "rekey", "Carried over to new keys in the admin.")

    def _replay(
        self, request: HttpRequest, queryset: QuerySet[QuarantinedRow], new_keys: NewKeys, reason: str
    ) -> None:
        try:
            outcomes = replay(
                ids=list(queryset.values_list("pk", flat=True)),
                actor=request.user.get_username(),
                reason=reason,
                new_keys=new_keys,
            )
        except (quarantine.NotOpen, BadMapping) as error:
            messages.error(request, str(error))
            return
        kept = sum(one.verdict == "quarantined" for one in outcomes.values())
        text = "{} of {} rows got in; {} stay in quarantine."
        messages.success(request, format_html(text, len(outcomes) - kept, len(outcomes), kept))

    @admin.action(description="Set aside for good")
    def set_aside(self, request: HttpRequest, queryset: QuerySet[QuarantinedRow]) -> None:
        """Dismiss the chosen rows."""
        try:
            count = quarantine.dismiss(
                ids=list(queryset.values_list("pk", flat=True)),
                actor=request.user.get_username(),
                reason="Set aside in the admin.",
            )
        except quarantine.NotOpen as error:
            messages.error(request, str(error))
            return
        messages.success(request, f"{count} rows were set aside.")
