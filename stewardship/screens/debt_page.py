"""The debt of overrides: how many stand, how old, by whom, and which can go."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse

from mdm import domains
from mdm.compliance.policy import Principal, visible
from mdm.models import Override
from mdm.resolution.debt import Owed, override_debt
from mdm.resolution.standing import why_of
from stewardship.access import may_decide, reader, require
from stewardship.formatting import ABSENT, label_of, lines_of
from stewardship.screens.frame import page

MOST_SHOWN = 200


def show(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Return the page of a domain's debt; counts are of all, values as far as the reader may see them."""
    require(request, "mdm.view_override")
    domain = request.GET.get("domain", "customer")
    context: dict[str, Any] = {
        "domain_links": [(code, one.label, code == domain) for code, one in domains.registered().items()],
        "domain": domain,
        "may_decide": may_decide(request),
    }
    try:
        debt = override_debt(domain)
    except LookupError as error:
        context["nothing"] = str(error)
    else:
        principal = reader(request)
        shown = [row for one in debt.rows[:MOST_SHOWN] if (row := _row(one, principal))]
        modes = dict(Override.Mode.choices)
        context |= {
            "debt": debt,
            "rows": shown,
            "more": len(debt.rows) - len(shown),
            "counts": [
                ("By attribute", [(label_of(domain, name), n) for name, n in debt.by("attribute").items()]),
                ("By age", list(debt.by("age").items())),
                ("By person", list(debt.by("actor").items())),
                ("How long they stand", [(modes[mode], n) for mode, n in debt.by("mode").items()]),
            ],
        }
    return page(request, "debt.html", "Override debt", context, site=site)


def _row(one: Owed, principal: Principal) -> dict[str, Any] | None:
    row = one.override
    seen = visible(principal, row.domain, {row.attribute: row.value})
    if row.attribute not in seen:
        return None
    said = visible(principal, row.domain, {row.attribute: one.sources_say})
    return {
        "owed": one,
        "label": label_of(row.domain, row.attribute),
        "value": lines_of(row.domain, row.attribute, seen[row.attribute]) or (ABSENT,),
        "sources": lines_of(row.domain, row.attribute, said.get(row.attribute)) or (ABSENT,),
        "lives": f"until {row.until}" if row.until else row.get_mode_display(),
        "why": why_of(row),
        "of_record": str(row.record) if row.about == Override.About.RECORD else "",
    }
