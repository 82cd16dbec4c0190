"""A load as one thing: what it would do before it is done, and its undo as a whole.

Undo withdraws what the load said: records that it brought are retired, records that it changed say again what
they said before. Resolution does the rest: ids by homes, so that the clusters, ids and values are those that
would stand had the load never been. What somebody changed since stays, and is named.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import connection

from mdm.compliance import audit
from mdm.ingestion.accept import accept
from mdm.ingestion.incoming import Incoming, Status
from mdm.models import AuditEntry, ObjectType, OutboxEvent, ReviewTask
from mdm.publishing.events import MERGED, SPLIT

BATCH = 1_000
MERGES_SHOWN = 20

# The version before is the last one of before the load; whoever changed a record holds its row, so that the
# numbers of its history rows ascend.
SAID = """
WITH mine AS (
  SELECT h.id, min(h.history_id) AS first, max(h.history_id) AS last
  FROM mdm_historicalsourcerecord h JOIN mdm_auditentry e ON e.id = h.history_entry_id
  WHERE e.action = 'ingest' AND e.detail ->> 'load' = %(load)s
  GROUP BY h.id
)
SELECT r.object_type_id, r.source_key, r.status, r.attributes, newer.found, before.status, before.attributes,
       before.warnings, before.content_changed_at, before.merged_into
FROM mine JOIN mdm_sourcerecord r ON r.id = mine.id
CROSS JOIN LATERAL (
  SELECT EXISTS (SELECT FROM mdm_historicalsourcerecord h WHERE h.id = mine.id AND h.history_id > mine.last)
) AS newer (found)
LEFT JOIN LATERAL (
  SELECT h.status, h.attributes, h.warnings, h.content_changed_at, h.merged_into
  FROM mdm_historicalsourcerecord h
  WHERE h.id = mine.id AND h.history_id < mine.first ORDER BY h.history_id DESC LIMIT 1
) AS before ON true
ORDER BY r.object_type_id, r.id
"""


@dataclass
class Undone:
    """What became of the records of a load; kept: those that somebody changed since, as source/type/key."""

    retired: int = 0
    restored: int = 0
    kept: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The same for people."""
        named = f": {', '.join(self.kept[:10])}" if self.kept else ""
        return (
            f"{self.retired:,} records retired, {self.restored:,} say again what they said before,"
            f" {len(self.kept):,} were changed since and are left{named}."
        )


def new_load() -> str:
    """Return the name of a load: eight letters and digits that nobody else draws."""
    return secrets.token_hex(4)


def undo(load: str, *, actor: str, reason: str, user_id: int | None = None) -> Undone:
    """Withdraw what a load said, in transactions of a thousand records; afterwards they are due.

    Run again after a crash it goes on where it was. Raises LookupError for an unknown load, ValueError
    without a reason.
    """
    if not reason.strip():
        raise ValueError("Say in a sentence why the load is undone.")
    if not AuditEntry.objects.filter(action="ingest", detail__load=load).exists():
        raise LookupError(f"There is no load {load}: the audit log names them in the detail of 'ingest'.")
    undone = Undone()
    for object_type, rows in _by_type(load):
        said = [row for row in rows if not row[3]]
        undone.kept += [f"{object_type.source.code}/{object_type.code}/{row[0]}" for row in rows if row[3]]
        if not said:
            continue
        detail = {"load": load, "records": len(said)}
        entry = {"actor": actor, "action": "undo load", "cause": f"load {load}", "reason": reason}
        with audit.entry(**entry, user_id=user_id, detail=detail):
            accept(
                [_before(row) for row in said],
                object_type=object_type,
                origin=load,
                mode="restore",
                looked_at=True,
            )
        undone.retired += sum(row[4] is None for row in said)
        undone.restored += sum(row[4] is not None for row in said)
    return undone


Said = tuple[str, str, str, bool, Status | None, str | None, str | None, Any, str | None]
"""Key, status and attributes now, whether changed since; status, attributes, warnings, stamp and whom it was
merged into before.
"""


@dataclass(frozen=True)
class Effect:
    """What a resolution under one audit entry did: golden records that came, that others joined, that merged.

    merged: golden id -> the ids that went into it.
    """

    created: int
    joined: int
    merged: dict[str, list[str]]
    split: int
    questions: int

    @property
    def sentences(self) -> list[str]:
        """The same for people; the first merges by name."""
        gone = sum(map(len, self.merged.values()))
        told = (
            f"{self.created:,} new golden records; {self.joined:,} records join golden records that stand;"
            f" {gone:,} golden records merge into {len(self.merged):,} others; {self.split:,} split;"
            f" {self.questions:,} new questions."
        )
        first = islice(self.merged.items(), MERGES_SHOWN)
        return [told, *(f"  {one} <- {', '.join(sorted(others))}" for one, others in first)]


def effect_of(entry_id: int) -> Effect:
    """Return what the events and tasks of one audit entry tell."""
    created = joined = split = 0
    merged: dict[str, list[str]] = {}
    events = OutboxEvent.objects.filter(entry_id=entry_id).order_by("id")
    for kind, payload in events.values_list("type", "payload").iterator():
        before, after = payload.get("before", {}), payload.get("after", {})
        known = {tuple(name) for names in before.values() for name in names}
        created += sum(code not in before for code in after)
        joined += sum(tuple(name) not in known for code in after if code in before for name in after[code])
        split += kind == SPLIT
        if kind == MERGED:
            for survivor in after:
                gone = [code for code in before if code not in after]
                merged.setdefault(survivor, []).extend(gone)
    at = AuditEntry.objects.get(pk=entry_id).at
    return Effect(created, joined, merged, split, ReviewTask.objects.filter(created_at=at).count())


def _by_type(load: str) -> Iterator[tuple[ObjectType, Sequence[Said]]]:
    with connection.cursor() as cursor:
        cursor.execute(SAID, {"load": load})
        found = cursor.fetchall()
    types = {kind.pk: kind for kind in ObjectType.objects.select_related("source")}
    for type_id in dict.fromkeys(row[0] for row in found):
        rest = iter([row[1:] for row in found if row[0] == type_id])
        while batch := list(islice(rest, BATCH)):
            yield types[type_id], batch


def _before(row: Said) -> Incoming:
    """Return what a record is to say again: what it said before, or that it is gone."""
    key, _, attributes, _, status, before, warnings, stamp, merged_into = row
    if status is None:
        return Incoming(source_key=key, attributes=json.loads(attributes), payload={}, status="retired")
    return Incoming(
        source_key=key,
        attributes=json.loads(before or "{}"),
        payload={},
        status=status,
        merged_into=merged_into or "",
        changed_at=stamp,
        warnings=tuple(json.loads(warnings or "[]")),
    )
