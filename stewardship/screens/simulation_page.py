"""What a drafted rule set would change, before anybody puts it in force."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse

from mdm.compliance.policy import visible
from mdm.models import RuleSet
from mdm.rulesets.drafts import DraftRefused
from mdm.rulesets.simulating import simulate
from stewardship.access import reader, require
from stewardship.formatting import ABSENT, label_of, lines_of
from stewardship.screens.frame import page


def show(request: HttpRequest, rule_set_id: int, site: AdminSite) -> HttpResponse:
    """Return the page of a draft's effect; nothing is written."""
    require(request, "mdm.view_ruleset")
    rules = RuleSet.objects.filter(pk=rule_set_id).first()
    if rules is None:
        raise Http404(f"There is no rule set {rule_set_id}.")
    context: dict[str, Any] = {"rules": rules}
    principal, domain = reader(request), rules.domain
    try:
        found = simulate(rules.pk)
    except DraftRefused as error:
        context["nothing"] = str(error)
    else:

        def lines(attribute: str, value: Any) -> tuple[str, ...]:
            seen = visible(principal, domain, {attribute: value})
            return lines_of(domain, attribute, seen.get(attribute)) or (ABSENT,)

        context |= {
            "found": found,
            "counts": [(label_of(domain, name), count) for name, count in found.by_attribute.items()],
            "examples": [
                {
                    "golden_id": one.golden_id,
                    "label": label_of(domain, one.attribute),
                    "before": lines(one.attribute, one.before),
                    "after": lines(one.attribute, one.after),
                }
                for one in found.examples
            ],
        }
    return page(request, "simulation.html", f"What {rules} would change", context, site=site)
