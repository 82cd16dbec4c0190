"""State lanes: which record of which destination has something to hear. A lane coalesces by nature (design
§6).
"""

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Count

from mdm.compliance import audit
from mdm.copying import array
from mdm.models import Destination, Lane, Membership

RECORD_LANES = """
INSERT INTO mdm_lane (destination_id, domain, record_id, golden_id, state, due_version, acknowledged_version,
                      acknowledged_hash, attempts, next_attempt_at, last_error, entry_id)
SELECT d.source_id, r.domain, r.id, NULL, 'due', 1, 0, '', 0, %(now)s, '', %(entry)s
FROM mdm_membership m
JOIN mdm_sourcerecord r ON r.id = m.record_id
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_destination d ON d.source_id = t.source_id
WHERE m.golden_id = ANY(%(goldens)s::bigint[]) AND r.status = 'active' AND d.enabled
ORDER BY d.source_id, r.id
ON CONFLICT (destination_id, record_id) WHERE record_id IS NOT NULL DO UPDATE SET
  due_version = mdm_lane.due_version + 1,
  state = CASE WHEN mdm_lane.state = 'leased' THEN 'leased' ELSE 'due' END,
  attempts = 0,
  next_attempt_at = excluded.next_attempt_at,
  entry_id = excluded.entry_id
"""

# A destination may ask for golden records it does not know: settings["create"] = {domain: {"object_type": …,
# "from": [sources]}}, narrowed by "kind": […] and "status": […]. An acknowledged create is never repeated.
CREATE_LANES = """
INSERT INTO mdm_lane (destination_id, domain, record_id, golden_id, state, due_version, acknowledged_version,
                      acknowledged_hash, attempts, next_attempt_at, last_error, entry_id)
SELECT d.source_id, g.domain, NULL, g.id, 'due', 1, 0, '', 0, %(now)s, '', %(entry)s
FROM mdm_goldenrecord g
JOIN mdm_destination d ON d.enabled AND d.settings -> 'create' ? g.domain
WHERE EXISTS (SELECT FROM mdm_destination WHERE enabled AND settings ? 'create')
  AND g.id = ANY(%(goldens)s::bigint[]) AND g.status = 'live'
  AND EXISTS (
    SELECT FROM mdm_membership m
    JOIN mdm_sourcerecord r ON r.id = m.record_id AND r.status = 'active'
    JOIN mdm_objecttype t ON t.id = r.object_type_id
    JOIN mdm_sourcesystem s ON s.id = t.source_id
    WHERE m.golden_id = g.id AND d.settings -> 'create' -> g.domain -> 'from' ? s.code
  )
  AND (NOT d.settings -> 'create' -> g.domain ? 'kind' OR d.settings -> 'create' -> g.domain -> 'kind' ?
        g.kind)
  AND (NOT d.settings -> 'create' -> g.domain ? 'status'
       OR d.settings -> 'create' -> g.domain -> 'status' ? (g.attributes ->> 'status'))
  AND NOT EXISTS (
    SELECT FROM mdm_membership m
    JOIN mdm_sourcerecord r ON r.id = m.record_id
    JOIN mdm_objecttype t ON t.id = r.object_type_id
    WHERE m.golden_id = g.id AND t.source_id = d.source_id
  )
ORDER BY d.source_id, g.id
ON CONFLICT (destination_id, golden_id) WHERE golden_id IS NOT NULL DO UPDATE SET
  due_version = mdm_lane.due_version + 1,
  state = CASE WHEN mdm_lane.state = 'leased' THEN 'leased' ELSE 'due' END,
  attempts = 0,
  next_attempt_at = excluded.next_attempt_at,
  entry_id = excluded.entry_id
WHERE mdm_lane.acknowledged_hash = ''
"""

BOTH_LANES = f"WITH of_records AS ({RECORD_LANES}) {CREATE_LANES}"

# Asked alone: where nobody wants to hear anything, planning the rest would take a millisecond.
ANYBODY = "SELECT EXISTS (SELECT FROM mdm_destination WHERE enabled)"

DUE = """
SELECT DISTINCT s.code
FROM mdm_lane l
JOIN mdm_destination d ON d.source_id = l.destination_id
JOIN mdm_sourcesystem s ON s.id = d.source_id
WHERE d.enabled AND (d.open_until IS NULL OR d.open_until <= now())
  AND ((l.state = 'due' AND l.next_attempt_at <= now()) OR (l.state = 'leased' AND l.lease_until < now()))
"""

# What was told is not known any more: it is told again, which is safe.
MEND = """
UPDATE mdm_lane l SET acknowledged_version = least(acknowledged_version, due_version), due_version =
      due_version + 1, state = 'due', lease_token = NULL, lease_until = NULL, attempts = 0,
      next_attempt_at = %(now)s, entry_id = %(entry)s
WHERE domain = %(domain)s AND (
  acknowledged_version > due_version OR (state = 'idle' AND acknowledged_version < due_version)
  OR (state = 'leased') <> (lease_token IS NOT NULL) OR (state = 'leased') <> (lease_until IS NOT NULL)
  OR NOT EXISTS (SELECT FROM mdm_auditentry e WHERE e.id = l.entry_id))
"""


def mark_due(golden_ids: Collection[int]) -> None:
    """Make every lane due that these golden records concern, in the caller's transaction."""
    if not golden_ids:
        return
    entry = audit.current()
    parameters: dict[str, Any] = {"goldens": array(golden_ids), "now": entry.at, "entry": entry.pk}
    with connection.cursor() as cursor:
        cursor.execute(ANYBODY)
        if cursor.fetchone()[0]:
            cursor.execute(BOTH_LANES, parameters)


def mend(domain: str) -> None:
    """Make every lane of a domain due whose state contradicts itself, under the open audit entry."""
    entry = audit.current()
    with connection.cursor() as cursor:
        cursor.execute(MEND, {"domain": domain, "now": entry.at, "entry": entry.pk})


def catch_up(destination: Destination, *, actor: str, cause: str) -> None:
    """Make everything due that a destination should have heard by now: it is new, or was switched off for
    a while.
    """
    members = Membership.objects.filter(golden__isnull=False)
    with audit.entry(actor=actor, action="catch up", cause=cause):
        mark_due(set(members.values_list("golden_id", flat=True)))


def backlog() -> dict[str, dict[str, int]]:
    """Return destination code → lane state → how many lanes are in it."""
    found: dict[str, dict[str, int]] = {}
    rows = Lane.objects.values_list("destination__source__code", "state").annotate(count=Count("id"))
    for code, state, lanes in rows.order_by("destination__source__code", "state"):
        found.setdefault(code, {})[state] = lanes
    return found


def due_destinations() -> list[str]:
    """Return the codes of the destinations that have something to hear now and whose breaker is closed."""
    with connection.cursor() as cursor:
        cursor.execute(DUE)
        return [code for (code,) in cursor.fetchall()]
