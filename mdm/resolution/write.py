"""Writes what resolution settled: golden records, memberships, cross-references, set by set.

Invariant: a row is written only where it differs, so that settling the same inputs again leaves no trace.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from mdm.compliance import audit
from mdm.copying import array, copy_columns, copy_rows
from mdm.resolution.scope import Row
from mdm.together import FEW, Statement, insertion, together

CHUNK = 5000
POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

Rows = list[dict[str, Any]]

GOLDEN_COLUMNS = (
    "id", "code", "domain", "kind", "status", "confirmed", "version", "title", "attributes", "provenance",
    "member_count", "rule_set_id", "created_at", "changed_at", "changes_on",
)  # fmt: skip

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

# Accept may have made a record due again meanwhile: it rests only where nobody asked since we looked.
UPDATE_MEMBERSHIP = """
UPDATE mdm_membership m
SET component_id = g.component, golden_id = g.golden, home_id = g.home,
    resolved_version = CASE WHEN g.asked >= 0 THEN g.version ELSE m.resolved_version END,
    due = CASE WHEN g.asked >= 0 THEN m.due_version <> g.asked ELSE m.due END,
    attempts = CASE WHEN g.asked >= 0 THEN 0 ELSE m.attempts END,
    parked_reason = CASE WHEN g.asked >= 0 THEN '' ELSE m.parked_reason END,
    taken_by = CASE WHEN g.asked >= 0 THEN NULL ELSE m.taken_by END
FROM unnest(%(records)s::bigint[], %(components)s::bigint[], %(goldens)s::bigint[], %(homes)s::bigint[],
            %(versions)s::int[], %(asked)s::int[]) AS g (record, component, golden, home, version, asked)
WHERE m.record_id = g.record
"""

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


# The moment is one for all rows, and later than what was written before.
FIRST_XREFS = """
INSERT INTO mdm_xref (record_id, golden_id, valid_from, valid_to, entry_id, closing_entry_id)
SELECT g.record, g.golden, (SELECT coalesce(%(now)s::timestamptz, clock_timestamp())), NULL, %(entry)s, NULL
FROM unnest(%(records)s::bigint[], %(goldens)s::bigint[]) AS g(record, golden)
"""

FOUNDERS = "founders"
"""Under which name the history of a golden record that was born merged tells which records it is home to."""


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
    changes_on: date | None = None

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


def goldens_before(golden_ids: Collection[int], *, lock: bool = False) -> dict[int, GoldenBefore]:
    """Return the present state of these golden records; locked, nobody else gives their ids away."""
    if not golden_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, code, status, kind, title, attributes, provenance, member_count, version, confirmed,"
            " changes_on"
            " FROM mdm_goldenrecord WHERE id = ANY(%s::bigint[]) ORDER BY id"
            + (" FOR NO KEY UPDATE" if lock else ""),
            [array(golden_ids)],
        )
        # Django hands jsonb to raw cursors as text.
        found = [_golden(*columns) for columns in cursor.fetchall()]
    return {golden.id: golden for golden in found}


def _golden(*columns: Any) -> GoldenBefore:
    values = list(columns)
    values[5:7] = map(json.loads, values[5:7])
    return GoldenBefore(*values)


def write_goldens(
    values: Sequence[GoldenValue],
    before: Mapping[int, GoldenBefore],
    now: datetime,
    *,
    domain: str,
    rule_set_id: int,
) -> list[GoldenValue]:
    """Insert new golden records, update those that differ; returns what was written."""
    born = [value for value in values if value.id not in before]
    moved = [value for value in values if value.id in before and before[value.id].differs(value)]
    if 0 < len(born) <= FEW:
        rows = list(births(born, domain, rule_set_id, now))
        with connection.cursor() as cursor:
            cursor.execute(*insertion("mdm_goldenrecord", GOLDEN_COLUMNS, rows))
    elif born:
        copy_rows("mdm_goldenrecord", GOLDEN_COLUMNS, births(born, domain, rule_set_id, now))
    parameters = {"domain": domain, "rule_set": rule_set_id, "now": now}
    _in_chunks(UPDATE_GOLDEN, [value.columns() for value in moved], parameters)
    turns = [
        {"id": value.id, "changes_on": value.changes_on and str(value.changes_on)}
        for value in values
        if value.id in before and before[value.id].changes_on != value.changes_on
    ]
    _in_chunks(UPDATE_TURN, turns, {})
    return born + moved


def births(
    born: Sequence[GoldenValue], domain: str, rule_set_id: int, now: datetime
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of golden records that are new, in the order of GOLDEN_COLUMNS."""
    for value in born:
        yield (
            value.id, value.code, domain, value.kind, value.status, False, 1, value.title[:300],
            value.attributes, value.provenance, value.member_count, rule_set_id, now, now, value.changes_on,
        )  # fmt: skip


def hidden_value(golden: int, code: str, founders: Sequence[int]) -> GoldenValue:
    """Return the first state of an id that leads to where its records are merged."""
    return GoldenValue(
        id=golden, code=code, status="merged", kind="", title="", attributes={},
        provenance={FOUNDERS: list(founders)}, member_count=0,
    )  # fmt: skip


@dataclass(frozen=True)
class Moves:
    """What differs of memberships and cross-references.

    changed: record, component, golden, home, resolved version, and the due_version that was asked for (-1: it
    does not rest). born, moved: record and golden of those that had none, or another one.
    """

    changed: list[tuple[int | None, ...]]
    born: list[tuple[int, int]]
    moved: list[tuple[int, int]]


def moves_of(rows: Sequence[Row], places: Mapping[int, Place], asked: Mapping[int, int]) -> Moves:
    """Return what differs once every record stands in its place; needs no database."""
    moves = Moves([], [], [])
    for row in rows:
        place, stands = places.get(row.id), (row.component_id, row.golden_id, row.home_id)
        shall = stands if place is None else (place.component, place.golden, place.home)
        # Also who was not due: a key may have closed since we looked, and then he is.
        rests = row.id in asked
        if rests or shall != stands:
            version = row.resolved_version if place is None else row.version
            moves.changed.append((row.id, *shall, version, asked[row.id] if rests else -1))
        if place is not None and place.golden != row.golden_id:
            (moves.born if row.golden_id is None else moves.moved).append((row.id, place.golden))
    return moves


def write_places(
    rows: Sequence[Row], places: Mapping[int, Place], asked: Mapping[int, int], now: datetime | None = None
) -> list[int]:
    """Write memberships and cross-references that differ; returns whose golden record changed.

    asked: record id -> due_version, of the records that may rest now. The caller holds the memberships. The
    cross-references stand from `now`, or from the moment at which they are written.
    """
    moves = moves_of(rows, places, asked)
    entry = audit.current()
    if moves.changed and moves.born and not moves.moved and len(moves.born) <= FEW:
        together(_memberships(moves.changed), (FIRST_XREFS, _first_xrefs(moves.born, now, entry.pk)))
        return [record for record, _ in moves.born]
    update_memberships(moves.changed)
    now = moment() if now is None and (moves.born or moves.moved) else now
    parameters = {"now": now, "entry": entry.pk}
    named = [{"record": record, "golden": golden} for record, golden in moves.moved]
    _in_chunks(END_XREFS, named, parameters)
    _in_chunks(INSERT_XREFS, named, parameters)
    if now is not None:
        first_xrefs(moves.born, now, entry.pk)
    return [record for record, _ in (*moves.born, *moves.moved)]


def update_memberships(changed: Sequence[tuple[int | None, ...]]) -> None:
    """Write memberships as `Moves.changed` has them."""
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(*_memberships(changed))


def _memberships(changed: Sequence[tuple[int | None, ...]]) -> Statement:
    names = ("records", "components", "goldens", "homes", "versions", "asked")
    columns = {name: array(column) for name, column in zip(names, zip(*changed, strict=True), strict=True)}
    return UPDATE_MEMBERSHIP, columns


def _first_xrefs(born: Sequence[tuple[int, int]], now: datetime | None, entry: int) -> dict[str, Any]:
    records, goldens = zip(*born, strict=True)
    return {"records": array(records), "goldens": array(goldens), "now": now, "entry": entry}


def first_xrefs(born: Sequence[tuple[int, int]] | NDArray[np.int64], now: datetime, entry: int) -> None:
    """Write the first cross-references of records: nothing was before them."""
    pairs = np.array(born, dtype=np.int64).reshape(-1, 2)
    since = np.full(len(pairs), round((now - POSTGRES_EPOCH) / timedelta(microseconds=1)), dtype=np.int64)
    copy_columns(
        "mdm_xref",
        {
            "record_id": pairs[:, 0],
            "golden_id": pairs[:, 1],
            "valid_from": since,
            "entry_id": np.full(len(pairs), entry, dtype=np.int64),
        },
    )


def _in_chunks(statement: str, rows: Rows, parameters: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            cursor.execute(statement, {**parameters, "rows": json.dumps(rows[start : start + CHUNK])})
