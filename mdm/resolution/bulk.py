"""A whole domain at once: a first load, an activation, a repair. The same functions as online, other
candidates.
"""

from collections.abc import Callable, Collection

import numpy as np
from django.db import connection

from matching.blocking import Pairs, candidate_pairs, record_keys
from matching.frame import Frame
from matching.scoring import score
from mdm.compliance import audit
from mdm.resolution import apply, keys, scope
from mdm.resolution.apply import Settled
from mdm.resolution.copying import copy_columns
from mdm.resolution.locks import seize_domain
from mdm.rulesets.active import ActiveRules, in_force

Progress = Callable[[str], None]
SCORED_AT_ONCE = 2_000_000


def rebuild(
    domain: str,
    *,
    actor: str,
    cause: str,
    carried: Collection[int] = (),
    progress: Progress = lambda stage: None,
) -> Settled:
    """Resolve every record of a domain under its rule set in force, alone in the domain.

    carried: golden ids that a repair gives back before all others.
    Keys and edges are written anew; the partition is the one that online resolution reaches record by record.
    """
    with audit.entry(actor=actor, action="rebuild", cause=cause):
        seize_domain(domain)
        rules = in_force(domain)
        progress("reading")
        rows = scope.rows_in_domain(domain)
        active = [row for row in rows if row.active]
        frame = scope.frame_of(rules, active)
        progress("blocking")
        found = record_keys(frame, rules.spec, rules.model, caps=rules.caps)
        keys.replace_all(rules, [row.id for row in active], found)
        pairs = candidate_pairs(found, rules.caps, weak=rules.spec.weak_rules)
        del found
        progress("comparing")
        _copy_edges(rules, active, frame, pairs)
        progress("settling")
        _analyse("mdm_blockingkey", "mdm_edge")
        asked = {row.id: row.due_version for row in rows}
        settled = apply.settle_and_write(rules, rows, asked, carried=carried, progress=progress)
        _analyse("mdm_sourcerecord", "mdm_membership", "mdm_goldenrecord", "mdm_xref")
        return settled


def _analyse(*tables: str) -> None:
    """Let the planner know these tables now: what comes after a first load does not wait for autovacuum."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def _copy_edges(rules: ActiveRules, rows: list[scope.Row], frame: Frame, pairs: Pairs) -> None:
    """Score all candidate pairs, in portions, and copy those that may link or be asked about."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mdm_edge WHERE domain = %s", [rules.domain])
    ids = np.array([row.id for row in rows], dtype=np.int64)
    for start in range(0, len(pairs), SCORED_AT_ONCE):
        left, right = pairs.left[start : start + SCORED_AT_ONCE], pairs.right[start : start + SCORED_AT_ONCE]
        weights = score(frame, rules.spec, rules.model, left, right)
        kept = np.flatnonzero(weights >= rules.model.kept_from)
        masks = pairs.rules[start : start + SCORED_AT_ONCE]
        masks = masks if masks.ndim == 1 else masks[:, 0]
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
