"""`/api/v1/domains/{domain}/override-debt`: what stewards hold against the sources, and what can go."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mdm.api.v1 import describing, rule_shapes
from mdm.api.v1.access import ScopedView, principal
from mdm.api.v1.golden import PRIVATE
from mdm.api.v1.overrides import OVERRIDE
from mdm.api.v1.rules import DOMAIN, NO_DOMAIN, rules_of
from mdm.compliance.policy import Principal, visible
from mdm.resolution.debt import Owed, override_debt


class OverrideDebtView(ScopedView):
    """The debt of overrides."""

    scopes = OVERRIDE

    @extend_schema(
        operation_id="override_debt",
        summary="The overrides in force: how many, how old, and which the sources agree with by now",
        parameters=[DOMAIN],
        responses={200: rule_shapes.OverrideDebt, **describing.problems(s404=NO_DOMAIN)},
        tags=["Rules"],
    )
    def get(self, request: Request, domain: str) -> Response:
        """Answer with the counts over all, and with those whose values the reader may see."""
        rules_of(domain)
        debt, reader = override_debt(domain), principal(request)
        shown = [_shown(one, reader) for one in debt.rows]
        body = {
            "domain": domain,
            "standing": len(debt.rows),
            "agreeing": debt.agreeing,
            "drifted": debt.drifted,
            **{f"by_{what}": debt.by(what) for what in ("attribute", "mode", "actor", "age")},
            "overrides": [one for one in shown if one],
        }
        return Response(body, headers=PRIVATE)


def _shown(one: Owed, reader: Principal) -> dict[str, Any]:
    row = one.override
    seen = visible(reader, row.domain, {row.attribute: row.value})
    if row.attribute not in seen:
        return {}
    said = visible(reader, row.domain, {row.attribute: one.sources_say})
    return {
        "id": row.pk,
        "golden_id": one.golden_id,
        "about": row.about,
        "attribute": row.attribute,
        "action": row.action,
        "value": seen[row.attribute],
        "mode": row.mode,
        "until": row.until,
        "actor": row.actor,
        "age_days": one.age_days,
        "sources_say": said.get(row.attribute),
        "agrees": one.agrees,
        "drifted": one.drifted,
        "ruling": one.ruling,
    }
