"""The combinations of outcomes of a domain: what pairs look like, and a decision about all that look so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import NoReverseMatch, reverse

from matching.combination_rules import DECISIONS, OUTCOMES, CombinationRule
from matching.combinations import Combination, shown_name
from matching.errors import MatchingError
from matching.frame import RecordName
from matching.spec import MatchSpec
from mdm import domains
from mdm.compliance.roles import DECIDE
from mdm.models import RuleSet
from mdm.rulesets.combining import Table, propose_decisions, table
from mdm.rulesets.drafts import DraftRefused, put_in_force, rehearse
from stewardship.access import may_decide, require, who
from stewardship.screens.frame import page

MOST_EDGES = 20_000
"""Edges that a page looks at: a few seconds of work; the command looks at all."""
MOST_SHOWN = 60
EXAMPLES = 6
FIELD = "decide:"
CHOICES = (("", "the model"), ("merge", "merge all"), ("review", "review"), ("never", "never"))
ORDERS = (("", "Most pairs"), ("doubt", "Most doubtful"))
TONES = {"equal": "good", "close": "gold", "differs": "bad", "missing": ""}


@dataclass(frozen=True)
class Row:
    """One combination as a line of the page: chips of (name, outcome, tone), choices of (value, label,
    chosen).
    """

    field: str
    chips: tuple[tuple[str, str, str], ...]
    combination: Combination
    choices: tuple[tuple[str, str, bool], ...]
    examples: tuple[tuple[str, str, str], ...]

    @property
    def precision(self) -> str:
        """The expected precision in percent, never rounded up to certainty."""
        return f"{min(self.combination.expected_precision * 100, 99.9):.1f}"


def show(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Return the page of a domain's combinations; a POST drafts a rule set with the decisions."""
    require(request, "mdm.view_ruleset")
    domain = request.GET.get("domain", "customer")
    if request.method == "POST":
        require(request, DECIDE)
        return _propose(request, domain)
    known, order = domains.registered(), request.GET.get("order", "")
    context: dict[str, Any] = {
        "domain_links": [(code, one.label, code == domain) for code, one in known.items()],
        "order_links": [(code, label, code == order) for code, label in ORDERS],
        "domain": domain,
        "may_decide": may_decide(request),
    }
    try:
        found = table(domain, examples=EXAMPLES, most_edges=MOST_EDGES)
    except LookupError as error:
        context["nothing"] = str(error)
    else:
        context |= _shown(found, order)
    return page(request, "combinations.html", "Combinations", context, site=site)


def _shown(found: Table, order: str) -> dict[str, Any]:
    ordered = sorted(found.rows, key=_doubt, reverse=True) if order == "doubt" else found.rows
    rows = [_row(found.rules.spec, combination) for combination in ordered[:MOST_SHOWN]]
    listed = {tuple(sorted(row.combination.outcomes)) for row in rows}
    return {
        "table": found,
        "rows": rows,
        "covered": sum(row.combination.pairs for row in rows),
        "more": len(found.rows) - len(rows),
        "others": [
            (_field(rule.outcomes), _chips(found.rules.spec, rule.outcomes), rule)
            for rule in found.rules.model.combinations
            if rule.outcomes not in listed
        ],
        "drafts": RuleSet.objects.filter(domain=found.domain, status=RuleSet.Status.DRAFT),
    }


def _doubt(combination: Combination) -> float:
    """Return how many pairs the model may expect to be wrong about, whichever way it decides."""
    chance = combination.expected_precision
    return combination.pairs * min(chance, 1.0 - chance)


def _row(spec: MatchSpec, combination: Combination) -> Row:
    return Row(
        field=_field(combination.outcomes),
        chips=_chips(spec, combination.outcomes),
        combination=combination,
        choices=tuple((value, label, value == combination.decision) for value, label in CHOICES),
        examples=tuple(
            (left[2], right[2], _explained_at(left, right)) for left, right in combination.examples
        ),
    )


def _explained_at(left: RecordName, right: RecordName) -> str:
    """Return the address of the explanation; none where a key holds a sign that no part of an address may."""
    try:
        return reverse("explain", args=[*left, *right])
    except NoReverseMatch:
        return ""


def _chips(spec: MatchSpec, outcomes: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (shown_name(spec, name), outcome, TONES[outcome])
        for name, outcome in outcomes
        if outcome != OUTCOMES[0]
    )


def _field(outcomes: tuple[tuple[str, str], ...]) -> str:
    return FIELD + ";".join(f"{name}={outcome}" for name, outcome in outcomes)


def decisions_of(
    form: QueryDict, *, by: str, reason: str
) -> tuple[list[CombinationRule], list[tuple[tuple[str, str], ...]]]:
    """Return the decisions that a form changes, and the outcomes of those that it leaves to the model.

    Raises ModelError when a field is no combination or a value no decision.
    """
    decided, left = [], []
    for field, value in form.items():
        if not field.startswith(FIELD) or form.get(f"was:{field}") == value:
            continue
        outcomes = tuple(
            (name, outcome)
            for name, _, outcome in (part.partition("=") for part in field.removeprefix(FIELD).split(";"))
        )
        if value:
            decided.append(CombinationRule(outcomes, str(value), by, reason))
        else:
            left.append(outcomes)
    return decided, left


def _propose(request: HttpRequest, domain: str) -> HttpResponse:
    here = f"{reverse('admin:ruleset-combinations')}?domain={domain}"
    reason = request.POST.get("reason", "").strip()
    actor = who(request)
    try:
        decided, left = decisions_of(request.POST, by=actor["actor"], reason=reason)
        drafted = propose_decisions(domain, decided, withdrawn=left, reason=reason, **actor)
    except (LookupError, MatchingError, ValueError) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(here)
    messages.success(
        request,
        f"{str(drafted).capitalize()} is drafted with {len(drafted.model['combinations'])} decisions."
        " It changes nothing until somebody else puts it in force.",
    )
    return HttpResponseRedirect(reverse("admin:mdm_ruleset_change", args=[drafted.pk]))


def approve(request: HttpRequest, rule_set_id: int) -> HttpResponse:
    """Put a draft in force, or rehearse it, and lead back to the rule set with what changes hands."""
    require(request, DECIDE)
    if request.method == "POST":
        accepted = request.POST.get("accept_moved", "")
        try:
            if "rehearse" in request.POST:
                messages.info(
                    request, f"If it came into force: {rehearse(rule_set_id, **who(request)).words()}"
                )
            else:
                done = put_in_force(
                    rule_set_id,
                    reason=request.POST.get("reason", "").strip(),
                    accept_moved=int(accepted) if accepted.isdecimal() else None,
                    **who(request),
                )
                said = f"{str(done.rule_set).capitalize()} is in force: {done.churn.words()}"
                messages.success(request, said)
        except (DraftRefused, RuleSet.DoesNotExist) as error:
            messages.error(request, str(error))
    return HttpResponseRedirect(reverse("admin:mdm_ruleset_change", args=[rule_set_id]))


def decided_in(rules: RuleSet) -> list[tuple[tuple[tuple[str, str, str], ...], CombinationRule]]:
    """Return the decisions of a rule set as chips, and the rules themselves."""
    spec = MatchSpec.from_json(rules.spec)
    found = [CombinationRule.from_json(row) for row in rules.model.get("combinations", ())]
    found.sort(key=lambda rule: (-DECISIONS.index(rule.decision), rule.outcomes))
    return [(_chips(spec, rule.outcomes), rule) for rule in found]
