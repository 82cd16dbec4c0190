"""Golden values of clusters: survivorship applied to their members."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from mdm import domains
from mdm.resolution.scope import Row
from mdm.resolution.write import GoldenValue
from mdm.rulesets.active import ActiveRules
from mdm.survivorship.compute import compute
from mdm.survivorship.plan import Plan, plan_of
from mdm.survivorship.values import Member


def golden_values(
    rules: ActiveRules, members_of: Mapping[int, Sequence[Row]], codes: Mapping[int, str], today: date
) -> list[GoldenValue]:
    """Return the state of each live golden record: what its active members add up to on this day."""
    plan = plan_of(rules.survivorship)
    title = domains.get(rules.domain).title
    return [
        _value(golden, codes[golden], members, plan, today, title)
        for golden, members in sorted(members_of.items())
    ]


def _value(
    golden: int,
    code: str,
    members: Sequence[Row],
    plan: Plan,
    today: date,
    title: Callable[[Mapping[str, Any]], str],
) -> GoldenValue:
    found = compute(plan, [member_of(row) for row in members], today=today)
    attributes = dict(found.attributes)
    return GoldenValue(
        id=golden,
        code=code,
        status="live",
        kind=str(attributes.get("kind", "")),
        title=title(attributes)[:300],
        attributes=attributes,
        provenance=found.provenance_json(),
        member_count=len(members),
        changes_on=found.changes_on,
    )


def member_of(row: Row) -> Member:
    """Return a source record as survivorship sees it."""
    return Member(
        name=row.name,
        attributes=row.attributes,
        content_changed_at=row.content_changed_at,
        status=row.status,
        trust=row.trust,
        invalid=frozenset(warning["attribute"] for warning in row.warnings if "attribute" in warning),
    )
