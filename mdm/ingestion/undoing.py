"""The undo of a load as a whole.

It withdraws what the load said: records that it brought are retired, records that it changed say again what
they said before, of others too, with the payload they had; versions of it that are held back are dropped.
Resolution does the rest: ids by homes, so that the clusters, ids and values are those that would stand had
the load never been. What somebody changed since stays, and is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection

from mdm.compliance import audit
from mdm.copying import array
from mdm.ingestion import overlays
from mdm.ingestion.accept import accept
from mdm.ingestion.incoming import Incoming, Status
from mdm.ingestion.loads import load_of
from mdm.models import Judgement, ObjectType, Overlay, Override
from mdm.relationships.stated import Stated

BATCH = 1_000
SHOWN = 10

ENTRIES = """SELECT id FROM mdm_auditentry
  WHERE action = 'ingest' AND detail ? 'load' AND detail ->> 'load' = %(load)s"""

# The version before is the last one of before the load; whoever changed a record holds its row, so that the
# numbers of its history rows ascend.
SAID = f"""
WITH mine AS (
  SELECT h.id, min(h.history_id) AS first, max(h.history_id) AS last, min(h.history_entry_id) AS entry
  FROM mdm_historicalsourcerecord h WHERE h.history_entry_id IN ({ENTRIES}) GROUP BY h.id
)
SELECT r.id, r.object_type_id, r.source_key, r.attributes, r.payload, newer.actor, newer.at,
       before.status, before.attributes, before.warnings, before.content_changed_at, before.merged_into,
       (SELECT f.payload FROM mdm_formerpayload f WHERE f.record_id = r.id AND f.entry_id IN ({ENTRIES})
        ORDER BY f.entry_id LIMIT 1)
FROM mine JOIN mdm_sourcerecord r ON r.id = mine.id
LEFT JOIN LATERAL (
  SELECT h.history_actor AS actor, h.history_date AS at, e.action = 'undo load'
         AND e.detail ? 'load' AND e.detail ->> 'load' = %(load)s AS undone
  FROM mdm_historicalsourcerecord h JOIN mdm_auditentry e ON e.id = h.history_entry_id
  WHERE h.id = mine.id AND h.history_id > mine.last ORDER BY h.history_id DESC LIMIT 1
) AS newer ON true
LEFT JOIN LATERAL (
  SELECT h.status, h.attributes, h.warnings, h.content_changed_at, h.merged_into
  FROM mdm_historicalsourcerecord h
  WHERE h.id = mine.id AND h.history_id < mine.first ORDER BY h.history_id DESC LIMIT 1
) AS before ON true
WHERE newer.undone IS NOT TRUE
ORDER BY r.object_type_id, r.id
"""

# Nobody has changed these records since, so what they stated before is what stands, less what the load added,
# and what it took away.
STATED = f"""
WITH touched AS (
  SELECT DISTINCT ON (h.id) h.id, h.history_id, h.history_type
  FROM mdm_historicalsourcerelationship h
  WHERE h.record_id = ANY(%(ids)s::bigint[]) AND h.history_entry_id IN ({ENTRIES})
  ORDER BY h.id, h.history_id
), said AS (
  SELECT x.record_id, x.type, x.forward, x.other_source, x.other_object_type, x.other_key, x.valid_from,
         x.valid_to, x.attributes
  FROM mdm_sourcerelationship x
  WHERE x.record_id = ANY(%(ids)s::bigint[]) AND NOT x.gone AND x.id NOT IN (SELECT id FROM touched)
  UNION ALL
  SELECT b.record_id, b.type, b.forward, b.other_source, b.other_object_type, b.other_key, b.valid_from,
         b.valid_to, b.attributes
  FROM touched CROSS JOIN LATERAL (
    SELECT h.* FROM mdm_historicalsourcerelationship h
    WHERE h.id = touched.id AND h.history_id < touched.history_id ORDER BY h.history_id DESC LIMIT 1
  ) AS b
  WHERE touched.history_type <> '+' AND NOT b.gone
)
SELECT * FROM said
"""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a record of the load says now, who changed it since (None: nobody), and what it said before.

    status: None where the load brought the record.
    """

    id: int
    key: str
    attributes: dict[str, Any]
    payload: dict[str, Any]
    changed_by: str | None
    changed_at: datetime | None
    status: Status | None
    attributes_before: dict[str, Any]
    warnings: tuple[dict[str, Any], ...]
    stamp: datetime | None
    merged_into: str
    payload_before: dict[str, Any]


@dataclass
class Undone:
    """What became of the records of a load.

    kept: source/type/key of those that somebody changed since, with who and when. decided: what people
    decided or set since about its records, which stands. dropped: held-back versions of it.
    """

    retired: int = 0
    restored: int = 0
    kept: list[str] = field(default_factory=list)
    dropped: int = 0
    decided: list[str] = field(default_factory=list)

    @property
    def sentences(self) -> list[str]:
        """The same for people."""
        told = []
        told.append(
            f"{self.retired:,} records retired, {self.restored:,} say again what they said before,"
            f" {len(self.kept):,} were changed since and are left{_named(self.kept)}."
        )
        if self.dropped:
            told.append(f"{self.dropped:,} versions that were held back are dropped.")
        if self.decided:
            told.append(f"{len(self.decided):,} decisions made since stand{_named(self.decided)}.")
        return told


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return f": {', '.join(names[:SHOWN])}{more}" if names else ""


def undo(load: str, *, actor: str, reason: str, user_id: int | None = None) -> Undone:
    """Withdraw what a load said, in transactions of a thousand records; afterwards they are due.

    Run again after a crash it goes on where it was. Raises LookupError for an unknown load, ValueError
    without a reason.
    """
    if not reason.strip():
        raise ValueError("Say in a sentence why the load is undone.")
    began = load_of(load).began_at
    undone = Undone()
    entry = {"actor": actor, "action": "undo load", "cause": f"load {load}", "reason": reason}
    for object_type, rows in _by_type(load):
        said = [row for row in rows if row.changed_by is None]
        undone.kept += [
            f"{object_type.source.code}/{object_type.code}/{row.key} (by {row.changed_by} on"
            f" {row.changed_at:%Y-%m-%d})"
            for row in rows
            if row.changed_by is not None
        ]
        undone.decided += _decided_since([row.id for row in rows], began)
        if not said:
            continue
        with audit.entry(**entry, user_id=user_id, detail={"load": load, "records": len(said)}):
            stated = _stated_before(load, [row.id for row in said])
            accept(
                [_before(row, stated.get(row.id, ())) for row in said],
                object_type=object_type,
                origin=load,
                mode="restore",
                looked_at=True,
            )
        undone.retired += sum(row.status is None for row in said)
        undone.restored += sum(row.status is not None for row in said)
    with audit.entry(**entry, user_id=user_id, detail={"load": load}):
        undone.dropped = _drop_held_back(load, actor)
    undone.decided = list(dict.fromkeys(undone.decided))
    return undone


def _by_type(load: str) -> Iterator[tuple[ObjectType, Sequence[_Said]]]:
    with connection.cursor() as cursor:
        cursor.execute(SAID, {"load": load})
        found = cursor.fetchall()
    types = {kind.pk: kind for kind in ObjectType.objects.select_related("source")}
    for type_id in dict.fromkeys(row[1] for row in found):
        rest = (_said(*row) for row in found if row[1] == type_id)
        while batch := list(islice(rest, BATCH)):
            yield types[type_id], batch


def _said(
    number: int, type_id: int, key: str, attributes: str, payload: str | None, by: str | None,
    at: datetime | None, status: Status | None, before: str | None, warnings: str | None,
    stamp: datetime | None, merged_into: str | None, payload_before: str | None,
) -> _Said:  # fmt: skip
    return _Said(
        number, key, json.loads(attributes), json.loads(payload or "{}") or {}, by, at, status,
        json.loads(before or "{}"), tuple(json.loads(warnings or "[]")), stamp, merged_into or "",
        json.loads(payload_before or "{}") or {},
    )  # fmt: skip


def _before(row: _Said, stated: tuple[Stated, ...]) -> Incoming:
    """Return what a record is to say again: what it said before, or that it is gone."""
    if row.status is None:
        return Incoming(source_key=row.key, attributes=row.attributes, payload=row.payload, status="retired")
    return Incoming(
        source_key=row.key,
        attributes=row.attributes_before,
        payload=row.payload_before,
        status=row.status,
        merged_into=row.merged_into,
        changed_at=row.stamp,
        warnings=row.warnings,
        relationships=stated,
    )


def _stated_before(load: str, record_ids: Sequence[int]) -> dict[int, tuple[Stated, ...]]:
    """Return record id -> what it stated of others before the load; those that stated nothing are absent."""
    found: dict[int, list[Stated]] = {}
    with connection.cursor() as cursor:
        cursor.execute(STATED, {"load": load, "ids": array(list(record_ids))})
        for record_id, kind, forward, source, object_type, key, first, last, said in cursor.fetchall():
            found.setdefault(record_id, []).append(
                Stated(kind, forward, source, object_type, key, first, last, json.loads(said))
            )
    return {record_id: tuple(stated) for record_id, stated in found.items()}


def _decided_since(record_ids: Sequence[int], began: datetime) -> list[str]:
    """Return what people decided or set since about these records and what is in force."""
    ids = list(record_ids)
    judgements = Judgement.objects.filter(withdrawn_at=None, rank=Judgement.Rank.HUMAN, created_at__gte=began)
    about = judgements.filter(left_records__overlap=ids) | judgements.filter(right_records__overlap=ids)
    overrides = Override.objects.filter(withdrawn_at=None, created_at__gte=began, record__in=ids)
    return [
        *(f"{one.get_kind_display()} {one.pk} by {one.actor}" for one in about.order_by("pk").distinct()),
        *(f"override of {one.attribute} {one.pk} by {one.actor}" for one in overrides.order_by("pk")),
    ]


def _drop_held_back(load: str, actor: str) -> int:
    """Close the overlays that the load opened and nobody has answered; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT h.id FROM mdm_historicaloverlay h"
            f" WHERE h.history_type = '+' AND h.history_entry_id IN ({ENTRIES})",
            {"load": load},
        )
        numbers = [number for (number,) in cursor.fetchall()]
    waiting = Overlay.objects.filter(pk__in=numbers, status=Overlay.Status.OPEN)
    held = list(waiting.order_by("pk").select_for_update(no_key=True))
    for overlay in held:
        overlays.close(overlay, Overlay.Status.OBSOLETE, actor, f"The load {load} was undone.")
    return len(held)
