"""What the admin pages of the hub have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from mdm import domains
from mdm.compliance import audit
from stewardship.access import may_decide


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold publishes no types
    """Shows what the hub has derived or recorded; nobody adds, changes or deletes it here."""

    list_per_page = 50
    show_full_result_count = False
    actions: Sequence[str] | None = None
    list_filter_sheet = False
    list_fullwidth = True
    compressed_fields = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes one by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes one by hand."""
        return False

    def refused(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let the admin answer what an own page does not: nothing found, not allowed, a change tried."""
        answer: HttpResponse = super().change_view(request, object_id)
        return answer


class WithdrawableAdmin(ReadOnlyAdmin):
    """Shows what people decided, each with the way to withdraw it, or who did."""

    withdrawal = ("", "", "")  # the verb of the decision page, its parameter, and the words of the link

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Mark the rows of a reader who may decide: others are not offered what they would be refused."""
        rows: QuerySet[Any] = super().get_queryset(request).annotate(offered=Value(may_decide(request)))
        return rows

    @admin.display(description="Standing")
    def standing(self, row: Any) -> SafeString:
        """Return whether it is in force, and the way to withdraw it."""
        if row.withdrawn_at is not None:
            return badge(f"withdrawn by {row.withdrawn_by}")
        if not row.offered:
            return badge("in force", "good")
        verb, parameter, words = self.withdrawal
        query = f"{reverse('decide')}?verb={verb}&{parameter}={row.pk}"
        return format_html('<a class="au-link" href="{}">{} …</a>', query, words)


class AuditedAdmin(ModelAdmin):  # type: ignore[misc]
    """Lets those change a table who may; every change stands in the audit log, nothing is deleted."""

    list_fullwidth = True
    actions: Sequence[str] | None = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may change them adds them."""
        return bool(self.has_change_permission(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What records hang on is switched off, not deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save under an audit entry that names who did it."""
        action = f"{'change' if change else 'add'} {obj._meta.verbose_name}"
        with audit.entry(
            actor=request.user.get_username(),
            action=action,
            cause="admin",
            user_id=request.user.pk,
            detail={"object": str(obj), "changed": list(form.changed_data)},
        ):
            super().save_model(request, obj, form, change)


class DomainFilter(admin.SimpleListFilter):
    """One of the declared domains."""

    title = "domain"
    parameter_name = "domain"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """Return the declared domains."""
        return [(code, domain.label) for code, domain in domains.registered().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the chosen domain."""
        return queryset.filter(domain=self.value()) if self.value() else queryset


class OpenFirstFilter(admin.SimpleListFilter):
    """Shows what is open unless something else is asked for."""

    title = "status"
    parameter_name = "status"
    choices_shown: Sequence[tuple[str, str]] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """Return every status but the open one, which is the default."""
        return [*self.choices_shown, ("any", "Any")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Name the default after what it shows."""
        for choice in super().choices(changelist):
            shown = dict(choice)
            if shown["display"] == "All":
                shown["display"] = "Open"
            yield shown

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the chosen status."""
        if self.value() == "any":
            return queryset
        return queryset.filter(status=self.value() or "open")


def code_tag(text: object) -> SafeString:
    """Return a name that people compare letter by letter."""
    return format_html('<span class="au-code">{}</span>', text)


def badge(text: object, tone: str = "") -> SafeString:
    """Return a small label; tones: good, bad, warn, gold."""
    return format_html('<span class="au-badge au-{}">{}</span>', tone, text)
