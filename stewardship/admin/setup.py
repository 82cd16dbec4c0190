"""Sources, object types, destinations and keys: the few tables that administrators change by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from mdm.compliance import api_keys
from mdm.ingestion.documents import BadMapping
from mdm.ingestion.mapping import parse_mapping
from mdm.ingestion.stored_mappings import check_name
from mdm.models import ApiKey, Destination, ObjectType, SourceMapping, SourceSystem
from stewardship.admin.base import AuditedAdmin, badge, code_tag


@admin.register(SourceSystem)
class SourceSystemAdmin(AuditedAdmin):
    """The platforms."""

    list_display = ("name", "code", "contributes", "accepts", "trust")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A code names records for ever, so it is chosen once."""
        return ("code",) if obj else ()


@admin.register(ObjectType)
class ObjectTypeAdmin(AuditedAdmin):
    """Their kinds of objects."""

    list_display = ("__str__", "domain", "key_rule", "mapping", "record_url")
    list_select_related = ("source",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What gives records their names is chosen once."""
        return ("source", "code", "domain", "key_rule") if obj else ()


class MappingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A mapping is taken only when it can be used."""

    document = forms.CharField(widget=UnfoldAdminTextareaWidget(attrs={"rows": 30, "class": "font-mono"}))

    class Meta:
        model = SourceMapping
        fields = ("name", "document")

    def clean_name(self) -> str:
        """Return the name, which is a file's too."""
        name: str = self.cleaned_data["name"]
        try:
            check_name(name)
        except BadMapping as error:
            raise forms.ValidationError(str(error)) from error
        return name

    def clean_document(self) -> str:
        """Return the mapping as it was written."""
        document: str = self.cleaned_data["document"]
        try:
            parse_mapping(document)
        except BadMapping as error:
            raise forms.ValidationError(str(error)) from error
        return document


@admin.register(SourceMapping)
class SourceMappingAdmin(AuditedAdmin):
    """How rows of their objects are read, where Aurum ships no mapping or another one."""

    form = MappingForm
    list_display = ("name", "of")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Object types name it."""
        return ("name",) if obj else ()

    @admin.display(description="Object type")
    def of(self, mapping: SourceMapping) -> str:
        """Return which object types are read by it."""
        return ", ".join(map(str, ObjectType.objects.select_related("source").filter(mapping=mapping.name)))


@admin.register(Destination)
class DestinationAdmin(AuditedAdmin):
    """Who is told, and whether the breaker lets anything through."""

    list_display = ("source", "connector", "enabled", "breaker", "failures", "last_error")
    list_select_related = ("source",)
    readonly_fields = ("failures", "open_until", "last_error")

    @admin.display(description="Breaker")
    def breaker(self, destination: Destination) -> SafeString:
        """Return whether anything is sent."""
        return badge("open", "bad") if destination.open_until else badge("closed", "good")


MAY = {
    "xref:read": "ask for golden ids, see no value",
    "golden:read": "see golden records, sensitive values masked",
    "golden:read:masked": "see golden records, contact and identity masked",
    "golden:override": "set and withdraw values that its other scopes show",
    "golden:decide": "merge, split, keep apart, move, isolate, confirm, undo",
    "review:queue": "take possible matches into the review queue",
    "rules:propose": "draft cross-walks and see what a draft would change",
    "pii:read": "see every value",
    "ingest": "send records",
}
"""What each scope of a key allows, as docs/reference/api.md says it at length."""


class KeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a new key may do."""

    name = forms.CharField(max_length=120, widget=UnfoldAdminTextInputWidget)
    scopes = forms.MultipleChoiceField(
        choices=[(scope, f"{scope}: {MAY[scope]}") for scope in api_keys.SCOPES],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    expires_at = forms.SplitDateTimeField(
        required=False, widget=UnfoldAdminSplitDateTimeWidget, help_text="Empty: until it is revoked."
    )

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "expires_at")


@admin.register(ApiKey)
class ApiKeyAdmin(AuditedAdmin):
    """Keys for programs: shown once when issued, revoked by an action, never changed."""

    form = KeyForm
    list_display = ("name", "prefix_shown", "scopes_shown", "owner", "expires_at", "standing")
    list_select_related = ("owner",)
    actions = ("revoke_chosen",)
    fields = ("name", "scopes", "expires_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may change keys issues them."""
        return bool(request.user.has_perm("mdm.change_apikey"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A key is never changed: a second one is issued and the first revoked."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Issue the key and show its text this once."""
        key, text = api_keys.issue(
            name=obj.name,
            scopes=obj.scopes,
            owner=request.user,  # type: ignore[arg-type]  # the admin lets only users in
            actor=request.user.get_username(),
            cause="admin",
            expires_at=obj.expires_at,
        )
        obj.pk, obj.prefix, obj.digest, obj.owner = key.pk, key.prefix, key.digest, key.owner
        messages.warning(
            request,
            format_html("Copy the key now, it is never shown again: <code class='au-code'>{}</code>", text),
        )

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer revoking to those who may issue."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions if self.has_add_permission(request) else {}

    @admin.action(description="Revoke")
    def revoke_chosen(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """End the chosen keys for good."""
        for key in queryset:
            api_keys.revoke(
                key, actor=request.user.get_username(), cause="admin", reason="Revoked in the admin."
            )
        messages.success(request, f"{len(queryset)} keys were revoked.")

    @admin.display(description="Key")
    def prefix_shown(self, key: ApiKey) -> SafeString:
        """Return how the key begins."""
        return code_tag(f"{api_keys.START}_{key.prefix}_…")

    @admin.display(description="Scopes")
    def scopes_shown(self, key: ApiKey) -> str:
        """Return what it may do."""
        return ", ".join(key.scopes)

    @admin.display(description="Standing")
    def standing(self, key: ApiKey) -> SafeString:
        """Return whether it opens anything."""
        return badge("revoked", "bad") if key.revoked_at else badge("in force", "good")
