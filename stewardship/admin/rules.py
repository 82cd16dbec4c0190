"""Rule sets and the audit log."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString, mark_safe

from matching.charts.levels import level_chart
from mdm.models import AuditEntry, AuditSeal, ClosedKey, RuleSet
from mdm.rulesets.active import ActiveRules, parsed
from mdm.rulesets.canary import held_back
from mdm.rulesets.capacity import backlog
from mdm.rulesets.charting import edge_weights
from mdm.rulesets.describing import TIE_BREAK_IN_WORDS, described
from mdm.rulesets.limits import limits_of
from stewardship.access import may_decide
from stewardship.admin.base import DomainFilter, ReadOnlyAdmin, badge
from stewardship.screens import capacity_page, code_lists_page, combinations_page, simulation_page


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
    list_before_template = "stewardship/ruleset_list_top.html"
    change_form_outer_before_template = "stewardship/ruleset_before.html"
    change_form_outer_after_template = "stewardship/ruleset_after.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the combinations of a domain and the approval of a draft to the addresses of the admin."""
        site = self.admin_site

        def combinations(request: HttpRequest) -> HttpResponse:
            return combinations_page.show(request, site)

        def code_lists(request: HttpRequest) -> HttpResponse:
            return code_lists_page.show(request, site)

        def simulation(request: HttpRequest, rule_set_id: int) -> HttpResponse:
            return simulation_page.show(request, rule_set_id, site)

        own = [
            path("code-lists/", site.admin_view(code_lists), name="ruleset-code-lists"),
            path("<int:rule_set_id>/simulation/", site.admin_view(simulation), name="ruleset-simulation"),
            path("combinations/", site.admin_view(combinations), name="ruleset-combinations"),
            path(
                "<int:rule_set_id>/approve/",
                site.admin_view(combinations_page.approve),
                name="ruleset-approve",
            ),
            path("capacity/<str:domain>/", site.admin_view(capacity_page.propose), name="ruleset-capacity"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a rule set with the combinations that people decided in it, and a draft with its approval."""
        rules = self.get_object(request, object_id)
        more: dict[str, Any] = {}
        if rules is not None:
            mine = rules.created_by == request.user.get_username()
            more = {
                "rules": rules,
                "decided": combinations_page.decided_in(rules),
                "may_approve": rules.status == RuleSet.Status.DRAFT and may_decide(request) and not mine,
                "waits": rules.status == RuleSet.Status.DRAFT,
                "closed": ClosedKey.objects.filter(domain=rules.domain, closed=True).count(),
                "generic": ClosedKey.objects.filter(domain=rules.domain, generic=True).count(),
                "limits": limits_of(parsed(rules.pk)),
                "held_back": held_back(rules.domain) if rules.status == RuleSet.Status.ACTIVE else 0,
                "charts": _drawn(parsed(rules.pk)),
                "described": described(parsed(rules.pk)),
                "trust": parsed(rules.pk).survivorship.trust,
                "ranking": parsed(rules.pk).survivorship.ranking,
                "tie_break": TIE_BREAK_IN_WORDS,
                "may_decide": may_decide(request),
            }
            if rules.status == RuleSet.Status.ACTIVE:
                more["backlog"] = backlog(rules.domain)
        shown: HttpResponse = super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **more}
        )
        return shown

    @admin.display(description="Standing", ordering="status")
    def standing(self, rules: RuleSet) -> SafeString:
        """Return whether it is in force."""
        tones = {"active": "good", "draft": "warn"}
        return badge(rules.get_status_display(), tones.get(rules.status, ""))

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


def _drawn(rules: ActiveRules) -> list[SafeString]:
    """Return the charts of a rule set; the drawings escape every text themselves."""
    return [
        mark_safe(chart.to_svg()) for chart in (edge_weights(rules), level_chart(rules.spec, rules.model))
    ]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, when, why, and what caused it."""

    list_display = ("at", "actor", "action", "cause", "reason")
    list_filter = ("action", "actor")
    search_fields = ("actor", "cause", "reason")
    ordering = ("-id",)
    fields = ("at", "actor", "action", "cause", "reason", "detail")


@admin.register(AuditSeal)
class AuditSealAdmin(ReadOnlyAdmin):
    """The chain over the audit log, newest link first."""

    list_display = ("position", "entry_id", "digest", "sealed_at")
    search_fields = ("entry_id", "digest")
    ordering = ("-position",)
