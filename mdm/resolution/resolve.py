"""Resolve: from changed records to changed golden records, in one transaction (design §5, step 2).

Publish, then look, then lock: the records' keys are already committed; we look which components they touch,
lock those, look again, and go on only when nothing new came into sight.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection, transaction

from mdm.compliance import audit
from mdm.resolution import apply, candidates, scope
from mdm.resolution.apply import Settled
from mdm.resolution.candidates import ScoredPair
from mdm.resolution.locks import lock_components, seize_domain, share_domain
from mdm.rulesets.active import ActiveRules, in_force

ROUNDS = 5


@dataclass(frozen=True)
class Sight:
    """What a look sees: the edges of the records, and the components they reach."""

    edges: list[ScoredPair]
    components: frozenset[int]


class _Grown(Exception):
    """The second look reached components that are not locked."""

    def __init__(self, components: frozenset[int]) -> None:
        super().__init__()
        self.components = components


def resolve(domain: str, record_ids: Collection[int], *, actor: str, cause: str) -> Settled:
    """Resolve these records and everything their components touch; afterwards they are no longer due.

    Idempotent. Opens an audit entry unless one is open. Raises LookupError when the domain has no rule set
    yet.
    """
    ids = sorted(set(record_ids))
    with audit.entry(actor=actor, action="resolve", cause=cause):
        share_domain(domain)
        rules = in_force(domain)
        components = look(rules, ids).components
        for _ in range(ROUNDS):
            try:
                with transaction.atomic():
                    lock_components(components)
                    sight = look(rules, ids)
                    if not sight.components <= components:
                        raise _Grown(components | sight.components)
                    return _settle(rules, ids, sight)
            except _Grown as grown:
                components = grown.components
        seize_domain(domain)
        return _settle(rules, ids, look(rules, ids))


def look(rules: ActiveRules, record_ids: list[int]) -> Sight:
    """Return the edges of these records and the components that they, their edges and their must-links
    reach.
    """
    pairs = candidates.candidate_ids(record_ids, rules.model.cap)
    seen = {record_id for pair in pairs for record_id in pair[:2]} | set(record_ids)
    rows = scope.rows_of(seen)
    edges = candidates.scored(rules, rows, pairs, at_least=rules.model.review_weight)
    reached = set(record_ids)
    for edge in edges:
        if edge.weight >= rules.model.link_weight:
            reached |= {edge.left, edge.right}
    for left, right in scope.judgements_of(rules.domain, record_ids).links:
        reached |= {left, right}
    return Sight(edges, frozenset(_components_of(reached)))


def _components_of(record_ids: Collection[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT component_id FROM mdm_membership WHERE record_id = ANY(%s)", [list(record_ids)]
        )
        return {component for (component,) in cursor.fetchall()}


def _settle(rules: ActiveRules, record_ids: list[int], sight: Sight) -> Settled:
    """Write the edges of the records, then settle the whole components they lie in."""
    write_edges(rules, record_ids, sight.edges)
    rows = scope.rows_in_components(sight.components)
    return apply.settle_and_write(rules, rows)


def write_edges(rules: ActiveRules, record_ids: list[int], edges: list[ScoredPair]) -> None:
    """Make the stored edges of these records exactly `edges`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM mdm_edge WHERE left_id = ANY(%(ids)s) OR right_id = ANY(%(ids)s)",
            {"ids": record_ids},
        )
        cursor.executemany(
            "INSERT INTO mdm_edge (left_id, right_id, domain, weight, rules, rule_set_id)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [
                (edge.left, edge.right, rules.domain, edge.weight, edge.rules, rules.rule_set_id)
                for edge in edges
            ],
        )
