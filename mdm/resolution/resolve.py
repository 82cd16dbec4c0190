"""Resolve: from changed records to changed golden records, in one transaction (design §5, step 2).

Publish, then look, then lock: the records' keys are already committed; we look which components they touch,
lock those, look again, and go on only when nothing new came into sight.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from mdm.compliance import audit
from mdm.copying import array
from mdm.resolution import apply, binding, candidates, closed, homes, keys, scope, standardised
from mdm.resolution.apply import Settled
from mdm.resolution.candidates import ScoredPair, Weighed
from mdm.resolution.edges import Edges, replace_edges, replacing
from mdm.resolution.locks import Held, holding
from mdm.rulesets.active import ActiveRules, asking, in_force_now, told_now
from mdm.together import FEW, Answer, together

EDGES_AMONG = """
SELECT left_id, right_id, rules FROM mdm_edge
WHERE left_id = ANY(%(ids)s::bigint[]) AND right_id = ANY(%(ids)s::bigint[])
"""


@dataclass(frozen=True)
class Sight:
    """What a look sees, starting from some records.

    asked       record id -> its due_version, of every record looked at: those asked for, and those due in a
                component they reach.
    waiting     records of the components that are due.
    edges       of these records.
    crossed     key -> rule of their keys that more records carry than may, or than names may.
    components  that they, their edges at the link weight, their must-links and the homes of whom these reach
                reach in turn: to be settled.
    locks       components of all ends of their edges: whoever writes one of these edges waits for us; and
                those that an edge joins to what is settled: a question is about the records of both sides.
    """

    asked: dict[int, int]
    edges: list[ScoredPair]
    crossed: dict[int, int]
    components: frozenset[int]
    locks: frozenset[int]
    waiting: frozenset[int]


def resolve(
    domain: str, record_ids: Collection[int], *, actor: str, cause: str, held: Held | None = None
) -> Settled:
    """Resolve these records and everything their components touch; afterwards they are no longer due.

    Idempotent. Opens an audit entry unless one is open. A decision hands over what it holds. Raises
    LookupError when the domain has no rule set.
    """
    ids = sorted(set(record_ids))
    # Another rule set may come into force between two rounds: it weighs anew.
    weighed: dict[tuple[int, int], Weighed] = {}
    seen: dict[str, Sight] = {}

    def sight(answer: Answer | None = None) -> tuple[ActiveRules, Sight]:
        state, rules = in_force_now(domain) if answer is None else told_now(domain, answer)
        if state not in seen:  # else nobody committed since we looked, and we would see the same again
            seen.clear()
            seen[state] = look(rules, ids, weighed.setdefault((rules.rule_set_id, rules.mark), {}))
        return rules, seen[state]

    def work(held: Held) -> Settled:
        rules, found = sight(held.told)
        held.demand(found.locks)
        return _settle(rules, found)

    with audit.entry(actor=actor, action="resolve", cause=cause):
        if held is not None:
            return work(held)
        _, first = sight()
        return holding(domain, work, first.locks, asking(domain))


def look(rules: ActiveRules, record_ids: Collection[int], weighed: Weighed) -> Sight:
    """Return what is in sight of these records, records that are due beside them included."""
    ids = sorted(set(record_ids))
    while True:
        # Versions first of all: what is accepted later than this raises them, and its record stays due.
        due, met, anybody = together(
            (scope.DUE_VERSIONS, [array(ids)]),
            candidates.meeting(rules, ids),
            binding.naming(rules.domain, ids),
        )
        asked: dict[int, int] = dict(due)
        bonds = binding.judgements_of(rules.domain, asked, named=anybody[0][0]).ends
        sight = _look(rules, asked, candidates.told(met), bonds, weighed)
        beside = sight.waiting - asked.keys()
        if not beside:
            return sight
        ids = sorted({*ids, *beside})


def _look(
    rules: ActiveRules, asked: dict[int, int], met: candidates.Met, bonds: set[int], weighed: Weighed
) -> Sight:
    pairs = met.pairs
    seen = {record_id for pair in pairs for record_id in pair[:2]}
    # Whoever looks for the first time weighs everybody whom it meets.
    heard = {} if weighed else standardised.read(rules, seen)
    versions = {one: said.version for one, said in heard.items()} or standardised.versions(seen)
    edges = candidates.scored(rules, versions, pairs, weighed, heard, at_least=rules.model.kept_from)
    ends, reached = set(asked), set(asked)
    for edge in edges:
        ends |= {edge.left, edge.right}
        if edge.weight >= rules.model.link_weight:
            reached |= {edge.left, edge.right}
    reached |= bonds
    found = homes.reached_from(reached, ends | bonds)
    return Sight(
        asked=asked,
        edges=edges,
        crossed=met.crossed,
        components=found.components,
        locks=found.ends | found.components | found.joined,
        waiting=found.waiting,
    )


def _settle(rules: ActiveRules, sight: Sight) -> Settled:
    """Write the edges of the records, then settle the whole components they lie in."""
    carriers = keys.keep_up(rules, sight.asked, sight.crossed)
    edges, asked = Edges.of(sight.edges), sorted(sight.asked)
    if carriers or len(edges) > FEW:
        replace_edges(rules, asked, edges)
        look_over(rules, carriers)
        rows = scope.rows_in_components(sight.components)
    else:
        *_, found = together(*replacing(rules, asked, edges), scope.in_components(sight.components))
        rows = scope.rows_told(found)
    known = all(row.id in sight.asked for row in rows)
    return apply.settle_and_write(rules, rows, sight.asked, edges=sight.edges if known else None)


def look_over(rules: ActiveRules, carriers: Collection[int]) -> None:
    """Make due the ends of stored edges between carriers of keys that have just closed, where these keys
    were a reason for the edge.
    """
    if not carriers:
        return
    with connection.cursor() as cursor:
        cursor.execute(EDGES_AMONG, {"ids": array(carriers)})
        stored = {(left, right): mask for left, right, mask in cursor.fetchall()}
    ends = {record_id for pair in stored for record_id in pair}
    found = candidates.met(rules, ends) if ends else None
    still = {} if found is None else {(left, right): mask for left, right, mask in found.pairs}
    changed = [pair for pair, mask in stored.items() if still.get(pair) != mask]
    closed.make_due({record_id for pair in changed for record_id in pair})
