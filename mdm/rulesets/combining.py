"""The outcome combinations of a domain's stored edges, and people's decisions about whole combinations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.db import connection

from matching.combination_rules import CombinationRule, refuse_unfit
from matching.combinations import Combination, combinations
from mdm.models import RuleSet
from mdm.resolution import scope
from mdm.rulesets.active import ActiveRules, in_force
from mdm.rulesets.drafts import propose

# Which edges are looked at when there are too many does not depend on when they came.
EDGES = """
SELECT e.left_id, e.right_id, l.golden_id = r.golden_id
FROM mdm_edge e
JOIN mdm_membership l ON l.record_id = e.left_id
JOIN mdm_membership r ON r.record_id = e.right_id
WHERE e.domain = %(domain)s AND l.golden_id IS NOT NULL AND r.golden_id IS NOT NULL
ORDER BY hashint8(e.left_id * 1000003 # e.right_id), e.left_id, e.right_id
LIMIT %(most)s
"""


@dataclass(frozen=True)
class Table:
    """The combinations of a domain: `counted` of its `edges` were looked at."""

    domain: str
    rules: ActiveRules
    edges: int
    counted: int
    rows: tuple[Combination, ...]


def table(domain: str, *, by: Sequence[str] = (), examples: int = 20, most_edges: int | None = None) -> Table:
    """Return the combinations of the domain's edges under its rule set in force.

    Raises LookupError when there is none; SpecError names a comparison in `by` that it does not have.
    """
    rules = in_force(domain)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mdm_edge WHERE domain = %s", [domain])
        (edges,) = cursor.fetchone()
        cursor.execute(EDGES, {"domain": domain, "most": most_edges})
        found = cursor.fetchall()
    rows = scope.rows_of({record_id for left, right, _ in found for record_id in (left, right)})
    place = {row.id: number for number, row in enumerate(rows)}
    left = np.array([place[one] for one, _, _ in found], dtype=np.int32)
    right = np.array([place[other] for _, other, _ in found], dtype=np.int32)
    together = np.array([same for _, _, same in found], dtype=bool)
    counted = combinations(
        scope.frame_of(rules, rows),
        rules.spec,
        rules.model,
        left,
        right,
        together,
        by=by,
        examples=examples,
    )
    return Table(domain, rules, edges, len(found), counted)


def propose_decisions(
    domain: str,
    decided: Sequence[CombinationRule],
    *,
    withdrawn: Sequence[tuple[tuple[str, str], ...]] = (),
    actor: str,
    reason: str,
    user_id: int | None = None,
) -> RuleSet:
    """Draft a rule set with these decisions about combinations beside those in force.

    A decision about a combination that was decided before takes the place of that one; withdrawn: the
    outcomes of decisions that fall. Raises ValueError when nothing would change.
    """
    rules = in_force(domain)
    refuse_unfit(decided, rules.spec)
    gone = {rule.outcomes for rule in decided} | {tuple(sorted(outcomes)) for outcomes in withdrawn}
    kept = [rule for rule in rules.model.combinations if rule.outcomes not in gone]
    after = tuple(sorted((*kept, *decided), key=lambda rule: rule.outcomes))
    if {_said(rule) for rule in after} == {_said(rule) for rule in rules.model.combinations}:
        raise ValueError("Nothing was proposed: every combination is decided as it was before.")
    return propose(
        domain,
        spec=rules.spec,
        model=replace(rules.model, combinations=after),
        survivorship=rules.survivorship,
        actor=actor,
        reason=reason,
        user_id=user_id,
    )


def _said(rule: CombinationRule) -> tuple[object, ...]:
    return rule.outcomes, rule.decision
