"""A whole domain at once: a first load, an activation, a repair. The same functions as online, other
candidates.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from matching.blocking import Pairs, candidate_pairs, record_keys
from matching.frame import Frame, build_frame
from matching.generic_values import counted
from matching.scoring import score
from matching.spec import MatchSpec
from mdm.compliance import audit
from mdm.copying import copy_columns
from mdm.resolution import apply, keys, scope
from mdm.resolution.apply import Settled
from mdm.resolution.locks import seize_domain
from mdm.rulesets.active import ActiveRules, in_force

Progress = Callable[[str], None]
SCORED_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Ground:
    """What a rebuild starts from: all records of a domain, the frame of the active ones, and where they are
    known already its candidate pairs with their weights.
    """

    rows: list[scope.Row]
    active: list[scope.Row]
    frame: Frame
    pairs: Pairs | None = None
    weights: NDArray[np.int64] | None = None


def ground_of(spec: MatchSpec, rows: list[scope.Row]) -> Ground:
    """Return the ground that these records of a whole domain make up."""
    active = [row for row in rows if row.active]
    return Ground(
        rows, active, build_frame(spec, [row.attributes for row in active], [row.name for row in active])
    )


def rebuild(
    domain: str,
    *,
    actor: str,
    cause: str,
    carried: Collection[int] = (),
    ground: Ground | None = None,
    progress: Progress = lambda stage: None,
) -> Settled:
    """Resolve every record of a domain under its rule set in force, alone in the domain.

    carried: golden ids that a repair gives back before all others. ground: what the caller read and learned
    from in the same transaction, under the domain lock.
    Keys and edges are written anew; the partition is the one that online resolution reaches record by record.
    """
    with audit.entry(actor=actor, action="rebuild", cause=cause):
        seize_domain(domain)
        rules = in_force(domain)
        progress("reading")
        ground = ground or ground_of(rules.spec, scope.rows_in_domain(domain))
        progress("blocking")
        rules = rules.counting(counted(ground.frame, rules.spec, rules.model))
        if rules.counted:
            ground = replace(ground, pairs=None, weights=None)
        found = record_keys(ground.frame, rules.spec, rules.weighing, caps=rules.caps)
        keys.replace_all(rules, [row.id for row in ground.active], ground.frame, found)
        pairs = ground.pairs or candidate_pairs(found, rules.caps, weak=rules.spec.weak_rules)
        del found
        progress("comparing")
        _copy_edges(rules, ground, pairs)
        progress("settling")
        _analyse("mdm_blockingkey", "mdm_edge")
        rows = ground.rows
        del ground, pairs
        asked = {row.id: row.due_version for row in rows}
        settled = apply.settle_and_write(rules, rows, asked, carried=carried, alone=True, progress=progress)
        _analyse("mdm_sourcerecord", "mdm_membership", "mdm_goldenrecord", "mdm_xref")
        return settled


def _analyse(*tables: str) -> None:
    """Let the planner know these tables now: what comes after a first load does not wait for autovacuum."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def _copy_edges(rules: ActiveRules, ground: Ground, pairs: Pairs) -> None:
    """Score all candidate pairs, in portions, and copy those that may link or be asked about."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mdm_edge WHERE domain = %s", [rules.domain])
    ids = np.array([row.id for row in ground.active], dtype=np.int64)
    for start in range(0, len(pairs), SCORED_AT_ONCE):
        part = slice(start, start + SCORED_AT_ONCE)
        left, right, masks = pairs.left[part], pairs.right[part], pairs.rules[part]
        if ground.weights is None:
            weights = score(ground.frame, rules.spec, rules.weighing, left, right)
        else:
            weights = ground.weights[part]
        kept = np.flatnonzero(weights >= rules.model.kept_from)
        copy_columns(
            "mdm_edge",
            {
                "left_id": ids[left[kept]],
                "right_id": ids[right[kept]],
                "domain": rules.domain,
                "weight": weights[kept].astype(np.int32),
                "rules": masks[kept].astype(np.int64),
                "rule_set_id": np.full(len(kept), rules.rule_set_id, dtype=np.int64),
            },
        )
