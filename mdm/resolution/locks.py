"""Locks of resolution: the domain lock, and components in id order (design §5).

Invariant: a transaction locks all components that it needs by one statement, in id order. One that finds out
that it needs more gives back what it holds and begins anew with all of them, so that no two ever wait for
each other; after five rounds it has the domain alone. Nothing is ever locked stronger than it is held.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, transaction

from mdm.copying import array
from mdm.together import Answer, Statement, together

T = TypeVar("T")

DOMAIN_LOCK = "hashtextextended('aurum.domain.' || %s, 0)"
LOCK_COMPONENTS = """
SELECT FROM mdm_component WHERE record_id = ANY(%s::bigint[]) ORDER BY record_id FOR NO KEY UPDATE
"""
ROUNDS = 5


class _Grown(Exception):
    """Components came into sight that are not locked."""

    def __init__(self, components: frozenset[int]) -> None:
        super().__init__()
        self.components = components


@dataclass(frozen=True)
class Held:
    """The components that the transaction holds; None: the whole domain.

    told: what was asked right under the locks, where somebody asked.
    """

    components: frozenset[int] | None
    told: Answer | None = None

    def demand(self, components: Collection[int]) -> None:
        """Go on only when these are held; otherwise the work begins anew, holding them as well."""
        if self.components is not None and not self.components.issuperset(components):
            raise _Grown(self.components.union(components))


def holding(
    domain: str,
    work: Callable[[Held], T],
    components: frozenset[int] = frozenset(),
    asked: Statement | None = None,
) -> T:
    """Run work beside others in the domain, in a savepoint; it says by `demand` what it touches.

    Work whose demand is not met is rolled back and runs again, so it must look at everything anew. Locks last
    until the transaction ends. components: what it will most likely demand, held from the first round on.
    asked: what it asks first of all under the locks.
    """
    for _ in range(ROUNDS):
        try:
            with transaction.atomic():
                return work(Held(components, _hold(domain, components, asked)))
        except _Grown as grown:
            components = grown.components
    seize_domain(domain)
    return work(Held(None))


def _hold(domain: str, components: Collection[int], asked: Statement | None) -> Answer | None:
    """Share the domain, then lock these components; return the answer to what is asked under the locks."""
    statements = [sharing(domain)]
    if components:
        statements.append(locking(components))
    if asked is not None:
        statements.append(asked)
    answers = together(*statements)
    return None if asked is None else answers[-1]


def share_domain(domain: str) -> None:
    """Hold the domain's shared lock until the transaction ends: no bulk load or activation runs beside us."""
    with connection.cursor() as cursor:
        cursor.execute(*sharing(domain))


def sharing(domain: str) -> Statement:
    """Return the statement that takes the domain's shared lock, to be asked before others in one trip."""
    return f"SELECT pg_advisory_xact_lock_shared({DOMAIN_LOCK})", [domain]


def seize_domain(domain: str) -> None:
    """Hold the domain alone until the transaction ends: bulk load, activation, repair."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({DOMAIN_LOCK})", [domain])


def locking(component_ids: Collection[int]) -> Statement:
    """Return the statement that locks component rows in id order; a later one sees what earlier holders
    committed.
    """
    return LOCK_COMPONENTS, [array(sorted(component_ids))]
