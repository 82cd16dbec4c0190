"""Rule sets and the audit log."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString

from mdm.models import AuditEntry, RuleSet
from stewardship.admin.base import DomainFilter, ReadOnlyAdmin, badge


@admin.register(RuleSet)
class RuleSetAdmin(ReadOnlyAdmin):
    """Frozen versions; the model's dictionaries hold names of people, so only its figures are shown."""

    list_display = ("__str__", "standing", "fingerprint", "created_by", "activated_at")
    list_filter = (DomainFilter, "status")
    fields = (
        "domain", "number", "status", "fingerprint", "created_by", "created_at", "activated_at", "thresholds",
        "blocking_rules", "comparisons",
    )  # fmt: skip
    readonly_fields = ("thresholds", "blocking_rules", "comparisons")

    @admin.display(description="Standing", ordering="status")
    def standing(self, rules: RuleSet) -> SafeString:
        """Return whether it is in force."""
        return badge(rules.get_status_display(), "good" if rules.status == "active" else "")

    @admin.display(description="Thresholds")
    def thresholds(self, rules: RuleSet) -> str:
        """Return the link and review weight in bits, and the cap of a key."""
        model: dict[str, Any] = rules.model
        link, review = model["link_weight"] / 1000, model["review_weight"] / 1000
        return (
            f"link from {link:.1f} bits, review from {review:.1f} bits, at most {model['cap']} records a key"
        )

    @admin.display(description="Blocking rules")
    def blocking_rules(self, rules: RuleSet) -> str:
        """Return the names of the blocking rules."""
        return ", ".join(rule["name"] for rule in rules.spec["blocking"])

    @admin.display(description="Comparisons")
    def comparisons(self, rules: RuleSet) -> str:
        """Return the names of the comparisons."""
        return ", ".join(one["name"] for one in rules.spec["comparisons"])


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, when, why, and what caused it."""

    list_display = ("at", "actor", "action", "cause", "reason")
    list_filter = ("action", "actor")
    search_fields = ("actor", "cause", "reason")
    ordering = ("-id",)
    fields = ("at", "actor", "action", "cause", "reason", "detail")
