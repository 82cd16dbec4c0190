"""A whole domain at once: a first load, an activation, a repair. The same functions as online, other
candidates.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from sys import intern
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from matching.blocking import Pairs, candidate_pairs
from matching.frame import Frame, build_frame
from matching.generic_values import counted
from matching.memory import give_back
from matching.raw import Collecting, values_at
from matching.scoring import score
from matching.spec import MatchSpec
from mdm.compliance import audit
from mdm.copying import copy_columns
from mdm.forking import PROCESSES, in_order
from mdm.models import SourceRecord
from mdm.resolution import apply, first_load, keys, scope, standardised
from mdm.resolution.apply import Settled
from mdm.resolution.bare_tables import filled_bare
from mdm.resolution.domain_keys import keys_of
from mdm.resolution.first_load import Edges
from mdm.resolution.locks import seize_domain
from mdm.rulesets.active import ActiveRules, in_force

Progress = Callable[[str], None]
Longs = NDArray[np.int64]
SCORED_AT_ONCE = 2_000_000
READ_AT_ONCE = 10_000
FORKED_FROM = 30_000
"""Records from which on other processes are worth their start."""


@dataclass(frozen=True)
class Ground:
    """What a rebuild starts from: the records of a domain, the frame of the active ones, and where they are
    known already its candidate pairs with their weights.

    records, active  record ids, ascending; row i of the frame is the record active[i], in versions[i].
    """

    records: Longs
    active: Longs
    versions: Longs
    frame: Frame
    pairs: Pairs | None = None
    weights: Longs | None = None


def ground_of(spec: MatchSpec, domain: str) -> Ground:
    """Return the ground that the records of a domain make up; they are read, coded and let go in portions."""
    paths = sorted({path for column in spec.columns for path in column.inputs})
    collected, names = Collecting(paths), list[scope.RecordName]()
    records, active, versions = ([np.empty(0, dtype=np.int64)] for _ in range(3))
    several = SourceRecord.objects.filter(domain=domain)[:FORKED_FROM].count() == FORKED_FROM
    portions = scope.read_domain(domain, READ_AT_ONCE)
    state = paths, scope.said_in_domain(domain)
    for voices in in_order(_voices, state, portions, PROCESSES if several else 1):
        collected.add_values(voices.values)
        names += voices.names
        records.append(voices.records)
        active.append(voices.active)
        versions.append(voices.versions)
    frame = build_frame(spec, collected.columns(), names)
    return Ground(np.concatenate(records), np.concatenate(active), np.concatenate(versions), frame)


@dataclass(frozen=True)
class _Voices:
    """Some records of a domain: all ids; ids, versions, names and values by path of the active ones."""

    records: Longs
    active: Longs
    versions: Longs
    names: list[scope.RecordName]
    values: dict[str, list[Any]]


def _voices(
    state: tuple[Sequence[str], Mapping[int, Mapping[str, Any]]], read: Sequence[tuple[Any, ...]]
) -> _Voices:
    paths, said = state
    rows = scope.rows_under(said, read)
    active = [row for row in rows if row.active]
    # Names of sources are one object each: so they travel as one.
    names = [(intern(row.source), intern(row.object_type), row.source_key) for row in active]
    records, voices = (np.array([row.id for row in some], dtype=np.int64) for some in (rows, active))
    versions = np.array([row.version for row in active], dtype=np.int64)
    return _Voices(records, voices, versions, names, values_at([row.attributes for row in active], paths))


def rebuild(
    domain: str,
    *,
    actor: str,
    cause: str,
    ground: Ground | None = None,
    progress: Progress = lambda stage: None,
) -> Settled:
    """Resolve every record of a domain under its rule set in force, alone in the domain.

    ground: what the caller read and learned from in the same transaction, under the domain lock.
    Keys and edges are written anew; the partition is the one that online resolution reaches record by record.
    """
    with audit.entry(actor=actor, action="rebuild", cause=cause):
        seize_domain(domain)
        rules = in_force(domain)
        progress("reading")
        ground = ground or ground_of(rules.spec, domain)
        progress("blocking")
        rules = rules.counting(counted(ground.frame, rules.spec, rules.model))
        if rules.counted:
            ground = replace(ground, pairs=None, weights=None)
        found = keys_of(domain, ground.frame, rules.spec, rules.weighing, caps=rules.caps)
        keys.replace_all(rules, ground.active, ground.frame, found)
        alone = keys.is_alone(domain)
        standardised.replace_all(rules, ground.active, ground.versions, ground.frame, alone=alone)
        pairs = ground.pairs or candidate_pairs(found, rules.caps, weak=rules.spec.weak_rules)
        del found
        progress("comparing")
        edges = _copy_edges(rules, ground, pairs)
        records = ground.records
        del ground, pairs
        give_back()
        progress("settling")
        _analyse("mdm_blockingkey", "mdm_edge")
        if first_load.is_first(domain):
            settled = first_load.settle(rules, records, edges, progress)
        else:
            rows = scope.rows_in_domain(domain)
            asked = {row.id: row.due_version for row in rows}
            settled = apply.settle_and_write(rules, rows, asked, alone=True, progress=progress)
        _analyse("mdm_sourcerecord", "mdm_membership", "mdm_goldenrecord", "mdm_xref")
        return settled


def _analyse(*tables: str) -> None:
    """Let the planner know these tables now: what comes after a first load does not wait for autovacuum."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def _copy_edges(rules: ActiveRules, ground: Ground, pairs: Pairs) -> Edges:
    """Score all candidate pairs, in portions, and copy those that may link or be asked about."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mdm_edge WHERE domain = %s", [rules.domain])
    found = [Edges(*(np.empty(0, dtype=np.int64) for _ in range(3)))]
    # In a hub that people work with others read edges meanwhile, and a bare table is locked.
    with filled_bare(["mdm_edge"] if first_load.is_first(rules.domain) else ()):
        for start in range(0, len(pairs), SCORED_AT_ONCE):
            part = slice(start, start + SCORED_AT_ONCE)
            left, right, masks = pairs.left[part], pairs.right[part], pairs.rules[part]
            if ground.weights is None:
                weights = score(ground.frame, rules.spec, rules.weighing, left, right)
            else:
                weights = ground.weights[part]
            kept = np.flatnonzero(weights >= rules.model.kept_from)
            edges = Edges(ground.active[left[kept]], ground.active[right[kept]], weights[kept])
            copy_columns(
                "mdm_edge",
                {
                    "left_id": edges.left,
                    "right_id": edges.right,
                    "domain": rules.domain,
                    "weight": edges.weight.astype(np.int32),
                    "rules": masks[kept].astype(np.int64),
                    "rule_set_id": np.full(len(kept), rules.rule_set_id, dtype=np.int64),
                },
            )
            found.append(edges)
    return Edges(
        *(np.concatenate([getattr(one, name) for one in found]) for name in ("left", "right", "weight"))
    )
