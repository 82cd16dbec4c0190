"""Which records wait for resolution, and how a batch of them is worked off without one poison record
stopping all.

Attempts are counted in a commit of their own before the work, so that a record that kills its worker is
counted too.
"""

import random
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from mdm.compliance import audit
from mdm.models import Membership
from mdm.resolution import hold_life
from mdm.resolution.resolve import resolve

T = TypeVar("T")

MAX_ATTEMPTS = 3
MOST_NAMED = 200
RETRIES = 5
RETRY_STATES = frozenset({"40P01", "40001", "55P03"})

# A batch that did not come back is taken again in smaller parts, at last record by record, so that
# one that kills its worker takes nobody with it. Whose worker lives is not taken: it holds its lock.
TAKE = """
WITH turn AS (
  SELECT attempts FROM mdm_membership
  WHERE domain = %(domain)s AND due AND parked_reason = ''
    AND (taken_by IS NULL OR pg_try_advisory_xact_lock(taken_by))
  ORDER BY attempts, record_id LIMIT 1
)
UPDATE mdm_membership SET attempts = attempts + 1, taken_by = %(worker)s
WHERE record_id IN (
  SELECT record_id FROM mdm_membership
  WHERE domain = %(domain)s AND due AND parked_reason = '' AND attempts = (SELECT attempts FROM turn)
    AND (taken_by IS NULL OR pg_try_advisory_xact_lock(taken_by))
  ORDER BY record_id
  LIMIT greatest(1, (%(batch)s * power(%(batch)s, -(SELECT attempts FROM turn) / 2.0))::int)
  FOR UPDATE SKIP LOCKED
)
RETURNING record_id, attempts
"""

# Time alone changes the values of these golden records; resolving one of their records settles all.
TURNED = """
WITH turned AS MATERIALIZED (
  SELECT id FROM mdm_goldenrecord
  WHERE domain = %s AND status = 'live' AND changes_on <= (now() AT TIME ZONE 'UTC')::date
)
UPDATE mdm_membership m SET due = true, due_version = m.due_version + 1
FROM turned, LATERAL (
  SELECT min(o.record_id) AS record_id, bool_or(o.due) AS due
  FROM mdm_membership o JOIN mdm_sourcerecord r ON r.id = o.record_id AND r.status = 'active'
  WHERE o.golden_id = turned.id
) AS one
WHERE m.record_id = one.record_id AND NOT one.due
"""

# The last day of a judgement is over: resolving its records withdraws it.
OVER = """
UPDATE mdm_membership m SET due = true, due_version = m.due_version + 1
FROM (
  SELECT DISTINCT named.id
  FROM mdm_judgement j CROSS JOIN LATERAL unnest(j.left_records || j.right_records) AS named(id)
  WHERE j.domain = %s AND j.withdrawn_at IS NULL AND j.until < (now() AT TIME ZONE 'UTC')::date
) AS over
WHERE m.record_id = over.id AND NOT m.due
"""

WAITING = """
SELECT domain FROM mdm_membership WHERE due AND parked_reason = ''
UNION
SELECT domain FROM mdm_goldenrecord WHERE changes_on <= (now() AT TIME ZONE 'UTC')::date AND status = 'live'
UNION
SELECT domain FROM mdm_hold WHERE wakes_on <= (now() AT TIME ZONE 'UTC')::date AND status = 'open'
UNION
SELECT domain FROM mdm_judgement
WHERE withdrawn_at IS NULL AND until < (now() AT TIME ZONE 'UTC')::date
ORDER BY 1
"""


def due_count(domain: str) -> int:
    """Return how many records wait for resolution; parked ones do not wait."""
    return Membership.objects.filter(domain=domain, due=True, parked_reason="").count()


def waiting_domains() -> list[str]:
    """Return the domains in which a record waits, or a golden record that time alone changes."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return [domain for (domain,) in cursor.fetchall()]


def parked_count(domain: str) -> int:
    """Return how many records resolution gave up, each with its reason."""
    return Membership.objects.filter(domain=domain).exclude(parked_reason="").count()


def try_again(record_ids: Collection[int], *, actor: str, reason: str, user_id: int | None = None) -> int:
    """Make records due that resolution gave up, because what was wrong is mended; returns how many are.

    Records that were not given up are left alone. Raises ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("Say in a sentence why it should go well now.")
    with audit.entry(
        actor=actor,
        action="try again",
        cause=f"{len(record_ids)} records that were given up",
        reason=reason,
        user_id=user_id,
        detail={"records": sorted(record_ids)[:MOST_NAMED]},
    ):
        given_up = Membership.objects.filter(pk__in=record_ids).exclude(parked_reason="")
        return given_up.update(
            due=True, due_version=F("due_version") + 1, attempts=0, parked_reason="", taken_by=None
        )


def resolve_due(
    domain: str, *, actor: str, cause: str, batch: int = 500, progress: Callable[[int], None] | None = None
) -> int:
    """Resolve what is due until nothing is; returns how many records were resolved.

    A record whose resolution fails three times is parked with the reason and no longer waits.
    """
    done = 0
    with working() as worker:
        while taken := _take(domain, batch, worker) or (_call(domain) and _take(domain, batch, worker)):
            poison = [record_id for record_id, attempts in taken if attempts > MAX_ATTEMPTS]
            _park(poison, f"It was tried {MAX_ATTEMPTS} times and its worker did not come back.")
            done += _resolve_halving(
                [record_id for record_id, attempts in taken if attempts <= MAX_ATTEMPTS], domain, actor, cause
            )
            if progress is not None:
                progress(done)
    return done


@contextmanager
def working() -> Iterator[int]:
    """Give a key whose advisory lock is held until the end, or until the connection dies."""
    worker = random.getrandbits(62)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [worker])
        try:
            yield worker
        finally:
            if connection.connection is not None and not connection.connection.closed:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [worker])


def _call(domain: str) -> bool:
    """Make due whom a day that came concerns; whether there is anybody."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TURNED, [domain])
        turned = cursor.rowcount > 0
        cursor.execute(OVER, [domain])
        over = cursor.rowcount > 0
        woken = hold_life.wake(domain, timezone.now().date())
        return turned or over or woken


def _take(domain: str, batch: int, worker: int) -> list[tuple[int, int]]:
    with transaction.atomic(durable=not connection.in_atomic_block), connection.cursor() as cursor:
        cursor.execute(TAKE, {"domain": domain, "batch": batch, "worker": worker})
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
    """Put a record back that failed alone, or give it up after the last attempt."""
    Membership.objects.filter(pk=record_id).update(taken_by=None)
    row = Membership.objects.get(pk=record_id)
    if row.attempts >= MAX_ATTEMPTS:
        _park(
            [record_id], f"Resolution failed {row.attempts} times, last with {type(error).__name__}: {error}"
        )


def _park(record_ids: Sequence[int], reason: str) -> None:
    Membership.objects.filter(pk__in=record_ids).update(parked_reason=reason, taken_by=None)
