"""Which records wait for resolution, and how a batch of them is worked off without one poison record
stopping all.

Attempts are counted in a commit of their own before the work, so that a record that kills its worker is
counted too.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import F

from mdm.models import Membership
from mdm.resolution.resolve import resolve

T = TypeVar("T")

MAX_ATTEMPTS = 3
RETRIES = 5
RETRY_STATES = frozenset({"40P01", "40001", "55P03"})

TAKE = """
UPDATE mdm_membership SET attempts = attempts + 1
WHERE record_id IN (
  SELECT record_id FROM mdm_membership
  WHERE domain = %s AND due AND parked_reason = '' ORDER BY record_id LIMIT %s FOR UPDATE SKIP LOCKED
)
RETURNING record_id, attempts
"""


def due_count(domain: str) -> int:
    """Return how many records wait for resolution; parked ones do not wait."""
    return Membership.objects.filter(domain=domain, due=True, parked_reason="").count()


def parked_count(domain: str) -> int:
    """Return how many records resolution gave up, each with its reason."""
    return Membership.objects.filter(domain=domain).exclude(parked_reason="").count()


def resolve_due(
    domain: str, *, actor: str, cause: str, batch: int = 200, progress: Callable[[int], None] | None = None
) -> int:
    """Resolve what is due until nothing is; returns how many records were resolved.

    A record whose resolution fails three times is parked with the reason and no longer waits.
    """
    done = 0
    while taken := _take(domain, batch):
        poison = [record_id for record_id, attempts in taken if attempts > MAX_ATTEMPTS]
        _park(poison, f"It was tried {MAX_ATTEMPTS} times and its worker did not come back.")
        done += _resolve_halving(
            [record_id for record_id, attempts in taken if attempts <= MAX_ATTEMPTS], domain, actor, cause
        )
        if progress is not None:
            progress(done)
    return done


def _take(domain: str, batch: int) -> list[tuple[int, int]]:
    with transaction.atomic(durable=not connection.in_atomic_block), connection.cursor() as cursor:
        cursor.execute(TAKE, [domain, batch])
        return [(record_id, attempts) for record_id, attempts in cursor.fetchall()]


def _resolve_halving(record_ids: Sequence[int], domain: str, actor: str, cause: str) -> int:
    """Resolve a batch; one that fails is halved until the poison record is alone."""
    if not record_ids:
        return 0
    try:
        with_retries(lambda: resolve(domain, record_ids, actor=actor, cause=cause))
        return len(record_ids)
    except Exception as error:  # noqa: BLE001 - whatever a record provokes, it is parked with its reason
        if len(record_ids) == 1:
            _park_failed(record_ids[0], error)
            return 0
        middle = len(record_ids) // 2
        halves = (record_ids[:middle], record_ids[middle:])
        return sum(_resolve_halving(half, domain, actor, cause) for half in halves)


def with_retries(work: Callable[[], T]) -> T:
    """Run a transaction; a deadlock or serialisation failure is tried again five times with jitter."""
    for attempt in range(RETRIES):
        try:
            return work()
        except OperationalError as error:
            state = getattr(error.__cause__, "sqlstate", None)
            if state not in RETRY_STATES or connection.in_atomic_block:
                raise
            time.sleep(random.uniform(0.01, 0.05) * 2**attempt)
    return work()


def _park_failed(record_id: int, error: Exception) -> None:
    row = Membership.objects.get(pk=record_id)
    if row.attempts >= MAX_ATTEMPTS:
        _park(
            [record_id], f"Resolution failed {row.attempts} times, last with {type(error).__name__}: {error}"
        )


def _park(record_ids: Sequence[int], reason: str) -> None:
    Membership.objects.filter(pk__in=record_ids).update(parked_reason=reason, attempts=F("attempts"))
