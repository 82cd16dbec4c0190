"""Writes what resolution settled: golden records, memberships, cross-references, set by set.

Invariant: a row is written only where it differs, so that settling the same inputs again leaves no trace.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from mdm.compliance import audit
from mdm.resolution.scope import Row

CHUNK = 5000

Rows = list[dict[str, Any]]

INSERT_GOLDEN = """
INSERT INTO mdm_goldenrecord (id, code, domain, kind, status, confirmed, version, title, attributes,
      provenance,
                              member_count, rule_set_id, created_at, changed_at)
SELECT g.id, g.code, %(domain)s, g.kind, 'live', false, 1, g.title, g.attributes, g.provenance,
      g.member_count,
       %(rule_set)s, %(now)s, %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS g(id bigint, code text, kind text, title text, attributes jsonb,
     provenance jsonb, member_count int)
"""

UPDATE_GOLDEN = """
UPDATE mdm_goldenrecord t
SET kind = g.kind, status = g.status, title = g.title, attributes = g.attributes, provenance = g.provenance,
    member_count = g.member_count, rule_set_id = %(rule_set)s, version = t.version + 1, changed_at = %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS g(id bigint, kind text, status text, title text, attributes jsonb,
     provenance jsonb, member_count int)
WHERE t.id = g.id
"""

UPDATE_TURN = """
UPDATE mdm_goldenrecord t SET changes_on = g.changes_on
FROM jsonb_to_recordset(%(rows)s::jsonb) AS g(id bigint, changes_on date)
WHERE t.id = g.id AND t.changes_on IS DISTINCT FROM g.changes_on
"""

UPDATE_MEMBERSHIP = """
UPDATE mdm_membership m
SET component_id = g.component, golden_id = g.golden, home_id = g.home
FROM jsonb_to_recordset(%(rows)s::jsonb) AS g(record bigint, component bigint, golden bigint, home bigint)
WHERE m.record_id = g.record
"""

# Accept may have made a record due again meanwhile: it rests only where nobody asked since we looked.
REST = """
UPDATE mdm_membership m
SET resolved_version = coalesce(g.version, m.resolved_version), due = m.due_version <> g.asked, attempts = 0,
    parked_reason = '', taken_by = NULL
FROM jsonb_to_recordset(%(rows)s::jsonb) AS g(record bigint, version int, asked int)
WHERE m.record_id = g.record
"""

LOCK_MEMBERSHIPS = "SELECT FROM mdm_membership WHERE record_id = ANY(%s) ORDER BY record_id FOR NO KEY UPDATE"

END_XREFS = """
UPDATE mdm_xref x SET valid_to = greatest(%(now)s, x.valid_from), closing_entry_id = %(entry)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS g(record bigint, golden bigint)
WHERE x.record_id = g.record AND x.valid_to IS NULL
"""

INSERT_XREFS = """
INSERT INTO mdm_xref (record_id, golden_id, valid_from, valid_to, entry_id, closing_entry_id)
SELECT g.record, g.golden,
       greatest(%(now)s, (SELECT max(x.valid_to) FROM mdm_xref x WHERE x.record_id = g.record)), NULL,
       %(entry)s, NULL
FROM jsonb_to_recordset(%(rows)s::jsonb) AS g(record bigint, golden bigint)
"""


@dataclass(frozen=True, slots=True)
class GoldenValue:
    """The state a golden record shall have."""

    id: int
    code: str
    status: str
    kind: str
    title: str
    attributes: dict[str, Any]
    provenance: dict[str, Any]
    member_count: int
    changes_on: date | None = None
    """The next day on which time alone may change it."""
    spent: tuple[str, ...] = ()
    """Overrides that have nothing to say any more; not written."""

    def columns(self) -> dict[str, Any]:
        """The state as the recordset that the statements take."""
        return {
            "id": self.id,
            "code": self.code,
            "status": self.status,
            "kind": self.kind,
            "title": self.title[:300],
            "attributes": self.attributes,
            "provenance": self.provenance,
            "member_count": self.member_count,
        }


@dataclass(frozen=True, slots=True)
class GoldenBefore:
    """The state a golden record has."""

    id: int
    code: str
    status: str
    kind: str
    title: str
    attributes: dict[str, Any]
    provenance: dict[str, Any]
    member_count: int
    version: int
    confirmed: bool

    def differs(self, value: GoldenValue) -> bool:
        """Whether writing the value would change anything a reader can see."""
        return (self.status, self.kind, self.title, self.attributes, self.provenance, self.member_count) != (
            value.status,
            value.kind,
            value.title[:300],
            value.attributes,
            value.provenance,
            value.member_count,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record shall stand."""

    component: int
    golden: int
    home: int


def moment() -> datetime:
    """Return the present moment; asked after the locks, it is later than all that was written under them.

    The audit entry's own moment is the beginning of the transaction, which may have waited for others.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
        return now  # type: ignore[no-any-return]


def new_golden_ids(count: int) -> list[int]:
    """Take `count` numbers that no golden record ever had."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('mdm_goldenrecord', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return [number for (number,) in cursor.fetchall()]


def goldens_before(golden_ids: Iterable[int], *, lock: bool = False) -> dict[int, GoldenBefore]:
    """Return the present state of these golden records; locked, nobody else gives their ids away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, code, status, kind, title, attributes, provenance, member_count, version, confirmed"
            " FROM mdm_goldenrecord WHERE id = ANY(%s) ORDER BY id" + (" FOR NO KEY UPDATE" if lock else ""),
            [list(golden_ids)],
        )
        # Django hands jsonb to raw cursors as text.
        found = [_golden(*columns) for columns in cursor.fetchall()]
    return {golden.id: golden for golden in found}


def _golden(*columns: Any) -> GoldenBefore:
    values = list(columns)
    values[5:7] = map(json.loads, values[5:7])
    return GoldenBefore(*values)


def write_goldens(
    values: Sequence[GoldenValue], before: Mapping[int, GoldenBefore], *, domain: str, rule_set_id: int
) -> list[GoldenValue]:
    """Insert new golden records, update those that differ; returns what was written."""
    born = [value for value in values if value.id not in before]
    moved = [value for value in values if value.id in before and before[value.id].differs(value)]
    parameters = {"domain": domain, "rule_set": rule_set_id, "now": moment()}
    _in_chunks(INSERT_GOLDEN, [value.columns() for value in born], parameters)
    _in_chunks(UPDATE_GOLDEN, [value.columns() for value in moved], parameters)
    turns = [{"id": value.id, "changes_on": value.changes_on and str(value.changes_on)} for value in values]
    _in_chunks(UPDATE_TURN, turns, {})
    return born + moved


def write_places(rows: Sequence[Row], places: Mapping[int, Place], asked: Mapping[int, int]) -> list[int]:
    """Write memberships and cross-references that differ; returns whose golden record changed.

    asked: record id -> due_version, of the records that may rest now.
    """
    memberships: Rows = [
        {"record": row.id, "component": place.component, "golden": place.golden, "home": place.home}
        for row in rows
        if (place := places.get(row.id))
        and place != Place(row.component_id, row.golden_id or 0, row.home_id or 0)
    ]
    rested: Rows = [
        {"record": row.id, "asked": asked[row.id], "version": row.version if row.id in places else None}
        for row in rows
        if row.id in asked and (row.due or (row.id in places and row.resolved_version != row.version))
    ]
    moved: Rows = [
        {"record": row.id, "golden": places[row.id].golden}
        for row in rows
        if row.id in places and places[row.id].golden != row.golden_id
    ]
    with connection.cursor() as cursor:
        cursor.execute(LOCK_MEMBERSHIPS, [sorted({one["record"] for one in (*memberships, *rested)})])
    entry = audit.current()
    parameters = {"now": moment(), "entry": entry.pk}
    _in_chunks(UPDATE_MEMBERSHIP, memberships, {})
    _in_chunks(REST, rested, {})
    _in_chunks(END_XREFS, moved, parameters)
    _in_chunks(INSERT_XREFS, moved, parameters)
    return [move["record"] for move in moved]


def _in_chunks(statement: str, rows: Rows, parameters: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            cursor.execute(statement, {**parameters, "rows": json.dumps(rows[start : start + CHUNK])})
