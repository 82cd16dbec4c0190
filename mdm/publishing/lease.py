"""Leases on lanes: a short transaction takes them, the work happens outside, a token fences who may
finish.
"""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connection, transaction

from mdm.models import Delivery, Destination

MAX_ATTEMPTS = 15
FIRST_WAIT = 0.25
LONGEST_WAIT = 300.0
RUNNERS = 4
"""How many batches of one destination may be under way at a time, those of killed workers included."""

TAKE = """
UPDATE mdm_lane SET state = 'leased', lease_token = %(token)s, attempts = attempts + 1,
       lease_until = now() + make_interval(secs => %(seconds)s)
FROM (
  SELECT id FROM mdm_lane
  WHERE destination_id = %(destination)s
    AND ((state = 'due' AND next_attempt_at <= now()) OR (state = 'leased' AND lease_until < now()))
    AND (SELECT count(DISTINCT lease_token) FROM mdm_lane
         WHERE destination_id = %(destination)s AND state = 'leased' AND lease_until >= now()) < %(runners)s
  ORDER BY golden_id IS NULL, golden_id, record_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) AS taken
WHERE mdm_lane.id = taken.id
RETURNING mdm_lane.id, record_id, golden_id, due_version, acknowledged_hash, attempts
"""

# Locks are taken in the order in which lanes.mark_due takes them: no ring of waiting.
FINISH = """
WITH ours AS (
  SELECT id FROM mdm_lane WHERE id = ANY(%(ids)s) AND lease_token = %(token)s
  ORDER BY destination_id, record_id, golden_id FOR NO KEY UPDATE
)
UPDATE mdm_lane l SET
  state = CASE WHEN l.due_version > f.version OR f.verdict IN ('retry', 'later') THEN 'due'
               WHEN f.verdict = 'dead' THEN 'dead' ELSE 'idle' END,
  acknowledged_version = CASE WHEN f.verdict = 'ok' THEN f.version ELSE l.acknowledged_version END,
  acknowledged_hash = CASE WHEN f.verdict = 'ok' THEN f.hash ELSE l.acknowledged_hash END,
  acknowledged_at = CASE WHEN f.verdict = 'ok' THEN now() ELSE l.acknowledged_at END,
  attempts = CASE f.verdict WHEN 'ok' THEN 0 WHEN 'later' THEN greatest(l.attempts - 1, 0)
             ELSE l.attempts END,
  next_attempt_at = now() + make_interval(secs => f.wait),
  last_error = f.error, lease_token = NULL, lease_until = NULL
FROM ours, unnest(%(ids)s::bigint[], %(verdicts)s::text[], %(versions)s::int[], %(hashes)s::text[],
                  %(waits)s::float8[], %(errors)s::text[]) AS f(id, verdict, version, hash, wait, error)
WHERE l.id = ours.id AND f.id = ours.id
RETURNING l.id
"""

SOONEST = """
SELECT extract(epoch FROM min(CASE state WHEN 'due' THEN next_attempt_at ELSE lease_until END) -
      now())::float8
FROM mdm_lane WHERE destination_id = %s AND state IN ('due', 'leased')
"""

Verdict = Literal["ok", "retry", "later", "dead"]


@dataclass(frozen=True, slots=True)
class Leased:
    """One lane in our hands."""

    id: int
    record_id: int | None
    golden_id: int | None
    due_version: int
    acknowledged_hash: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Finish:
    """What became of one leased lane; outcome and status go into the delivery row, no outcome leaves none.

    Verdicts: ok; retry, the record failed; later, the platform did, which counts as no attempt; dead.
    """

    lane: Leased
    verdict: Verdict
    outcome: str = ""
    hash: str = ""
    wait: float = 0.0
    error: str = ""
    status: str = ""
    sent: dict[str, object] | None = None


def take(destination: Destination, limit: int, *, seconds: float) -> tuple[uuid.UUID, list[Leased]]:
    """Lease due lanes of a destination for so many seconds, creates first, and those whose lease ran out.

    Takes none while as many batches are under way there as may be.
    """
    token = uuid.uuid4()
    parameters = {"token": token, "destination": destination.pk, "limit": limit, "seconds": seconds}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {**parameters, "runners": RUNNERS})
        return token, [Leased(*columns) for columns in cursor.fetchall()]


def finish(token: uuid.UUID, finishes: Sequence[Finish]) -> int:
    """Write what became of leased lanes, where the lease is still ours; returns how many were."""
    if not finishes:
        return 0
    columns: dict[str, list[Any]] = {
        "ids": [one.lane.id for one in finishes],
        "verdicts": [one.verdict for one in finishes],
        "versions": [one.lane.due_version for one in finishes],
        "hashes": [one.hash for one in finishes],
        "waits": [one.wait for one in finishes],
        "errors": [one.error[:2000] for one in finishes],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FINISH, {**columns, "token": token})
        ours = {lane_id for (lane_id,) in cursor.fetchall()}
        Delivery.objects.bulk_create(
            Delivery(
                lane_id=one.lane.id,
                outcome=one.outcome if one.lane.id in ours else Delivery.Outcome.LATE,
                status=one.status[:60],
                detail=one.error[:2000],
                sent=one.sent or {},
            )
            for one in finishes
            if one.outcome
        )
    return len(ours)


def failed(lane: Leased, error: str, *, status: str = "", retry_after: float | None = None) -> Finish:
    """Return the finish of an attempt that failed: tried again with growing waits, a dead letter after the
    last.
    """
    if lane.attempts >= MAX_ATTEMPTS:
        return refused(lane, f"Given up after {lane.attempts} attempts. {error}", status=status)
    growing = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(lane.attempts, 12))
    wait = (growing if retry_after is None else retry_after) * random.uniform(1.0, 1.3)
    return Finish(lane, "retry", Delivery.Outcome.RETRY, wait=wait, error=error, status=status)


def refused(lane: Leased, error: str, *, status: str = "") -> Finish:
    """Return the finish of a sending that the platform will never take as it is: a dead letter at once."""
    return Finish(lane, "dead", Delivery.Outcome.REFUSED, error=error, status=status)


def soonest(destination: Destination) -> float | None:
    """Return in how many seconds a lane of the destination can be taken next, 0.0 or less: now; None: none
    waits.
    """
    with connection.cursor() as cursor:
        cursor.execute(SOONEST, [destination.pk])
        row: tuple[float | None] = cursor.fetchone()
        return row[0]
