"""Quarantine: rows that were refused, kept with the reason until somebody replays or dismisses them.

The same row refused again is the same quarantined row: it is told by its content, not by the file it came
with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from mdm.compliance import audit
from mdm.ingestion.problems import Problem, storable, storable_text
from mdm.models import ObjectType, QuarantinedRow

# A row that had been replayed and is refused once more is open again; one that a person dismissed stays
# dismissed.
STORE = """
INSERT INTO mdm_quarantinedrow (object_type_id, source_key, origin, row_number, "column", value, rule, reason,
                                payload, fingerprint, status, created_at)
SELECT %(object_type)s, r.source_key, %(origin)s, r.row_number, r."column", r.value, r.rule, r.reason,
       r.payload, r.fingerprint, 'open', clock_timestamp()
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(source_key text, row_number int, "column" text, value text,
     rule text, reason text, payload jsonb, fingerprint text)
ON CONFLICT (fingerprint) DO UPDATE
SET status = 'open', origin = excluded.origin, row_number = excluded.row_number
WHERE mdm_quarantinedrow.status = 'replayed'
"""

SETTLE = """
UPDATE mdm_quarantinedrow SET status = 'replayed'
WHERE object_type_id = %(object_type)s AND status = 'open' AND source_key = ANY(%(keys)s)
"""


class NotOpen(ValueError):
    """A quarantined row is not open any more."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that did not get in: where it stood, what it held, and why."""

    row_number: int | None
    source_key: str
    payload: dict[str, Any]
    problem: Problem


def store(refused: Sequence[Refused], *, object_type: ObjectType, origin: str) -> None:
    """Keep refused rows inside the caller's audit entry; the same row twice is one."""
    audit.current()
    if not refused:
        return
    rows = {row["fingerprint"]: row for row in (_columns(item, object_type) for item in refused)}
    with connection.cursor() as cursor:
        cursor.execute(
            STORE,
            {
                "object_type": object_type.pk,
                "origin": storable_text(origin)[:300],
                "rows": json.dumps([*rows.values()]),
            },
        )


def settle(source_keys: Sequence[str], *, object_type: ObjectType) -> None:
    """Close the open rows of these keys inside the caller's audit entry: a version that is right has
    arrived.
    """
    audit.current()
    if source_keys:
        with connection.cursor() as cursor:
            cursor.execute(SETTLE, {"object_type": object_type.pk, "keys": list(source_keys)})


def dismiss(*, ids: Sequence[int], actor: str, reason: str) -> int:
    """Set open rows aside for good and return their number; raises NotOpen when one of them is not open."""
    with audit.entry(
        actor=actor, action="dismiss quarantined rows", cause=f"rows {_named(ids)}", reason=reason
    ):
        open_rows(ids)
        return QuarantinedRow.objects.filter(pk__in=ids).update(status=QuarantinedRow.Status.DISMISSED)


def open_rows(ids: Sequence[int]) -> list[QuarantinedRow]:
    """Lock and return these rows, in id order; raises NotOpen when one of them is gone or not open."""
    rows = list(
        QuarantinedRow.objects.select_for_update(of=("self",))
        .select_related("object_type__source")
        .filter(pk__in=ids)
        .order_by("pk")
    )
    closed = [row for row in rows if row.status != QuarantinedRow.Status.OPEN]
    if closed:
        raise NotOpen(f"Quarantined row {closed[0].pk} is {closed[0].status}, not open.")
    missing = sorted(set(ids) - {row.pk for row in rows})
    if missing:
        raise NotOpen(f"There is no quarantined row {missing[0]}.")
    return rows


def fingerprint(payload: Any, *, object_type_id: int, source_key: str, rule: str, column: str) -> str:
    """Return the BLAKE2b-160 of a refused row's content and of what it was refused for: 40 hexadecimal
    digits.
    """
    text = json.dumps(
        [object_type_id, source_key, rule, column, payload], sort_keys=True, separators=(",", ":")
    )
    return hashlib.blake2b(text.encode(), digest_size=20).hexdigest()


def _columns(refused: Refused, object_type: ObjectType) -> dict[str, Any]:
    problem, payload = refused.problem, storable(refused.payload)
    source_key = storable_text(refused.source_key)[:200]
    return {
        "source_key": source_key,
        "row_number": refused.row_number,
        "column": storable_text(problem.column)[:120],
        "value": storable_text(problem.value),
        "rule": problem.rule[:60],
        "reason": storable_text(problem.sentence),
        "payload": payload,
        "fingerprint": fingerprint(
            payload,
            object_type_id=object_type.pk,
            source_key=source_key,
            rule=problem.rule,
            column=problem.column,
        ),
    }


def _named(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids[:20])) + (" …" if len(ids) > 20 else "")
