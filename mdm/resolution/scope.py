"""What resolution knows of the records it looks at: read in a few statements, held as plain values."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from matching.frame import Frame, build_frame
from mdm.copying import array
from mdm.rulesets.active import ActiveRules
from mdm.together import Answer, Statement

RecordName = tuple[str, str, str]

ROWS = """
SELECT r.id, s.code, t.code, r.source_key, r.status, r.version, r.attributes, r.warnings,
      r.content_changed_at, s.trust,
       m.component_id, m.golden_id, m.home_id, m.resolved_version, m.due, m.due_version,
       {said}
FROM mdm_sourcerecord r
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_sourcesystem s ON s.id = t.source_id
JOIN mdm_membership m ON m.record_id = r.id
WHERE {condition}
ORDER BY r.id
"""

SAID_OF_ROW = """(SELECT jsonb_object_agg(o.attribute, o.value) FROM mdm_override o
        WHERE o.record_id = r.id AND o.about = 'record' AND o.withdrawn_at IS NULL)"""

SAID = """
SELECT record_id, jsonb_object_agg(attribute, value) FROM mdm_override
WHERE {condition} AND about = 'record' AND withdrawn_at IS NULL GROUP BY record_id
"""


DUE_VERSIONS = "SELECT record_id, due_version FROM mdm_membership WHERE record_id = ANY(%s::bigint[])"

# Few records have an override: they are looked for once, and not for each record.
VOICES = """
WITH overlaid AS MATERIALIZED (
  SELECT record_id, jsonb_object_agg(attribute, value) AS said FROM mdm_override
  WHERE record_id = ANY(%(ids)s::bigint[]) AND about = 'record' AND withdrawn_at IS NULL GROUP BY record_id
)
SELECT r.id, r.version, s.code, t.code, r.source_key, r.attributes, o.said
FROM mdm_sourcerecord r
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_sourcesystem s ON s.id = t.source_id
LEFT JOIN overlaid o ON o.record_id = r.id
WHERE r.id = ANY(%(ids)s::bigint[])
"""

# Records of components, and those that a stored edge joins to them.
INSIDE_AND_JOINED = """
inside AS MATERIALIZED (
  SELECT record_id, due AND parked_reason = '' AS waits FROM mdm_membership
  WHERE component_id = ANY({components})
), joined AS (
  SELECT e.right_id AS record_id FROM inside JOIN mdm_edge e ON e.left_id = inside.record_id
  UNION
  SELECT e.left_id FROM inside JOIN mdm_edge e ON e.right_id = inside.record_id
)
"""
# Named one by one: a join reads all memberships of a large hub.
JOINED_COMPONENTS = """
component_id FROM mdm_membership WHERE record_id = ANY(ARRAY(SELECT record_id FROM joined))
"""
AROUND = f"""
WITH {INSIDE_AND_JOINED.format(components="%(ids)s::bigint[]")}
SELECT record_id, NULL FROM inside WHERE waits
UNION ALL
SELECT NULL, {JOINED_COMPONENTS}
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One source record with its membership.

    attributes  what it says: its source's record, and over it what stewards set in their partial record.
    said        the attributes that stewards set.
    """

    id: int
    source: str
    object_type: str
    source_key: str
    status: str
    version: int
    attributes: dict[str, Any]
    warnings: list[Any]
    content_changed_at: datetime
    trust: int
    component_id: int
    golden_id: int | None
    home_id: int | None
    resolved_version: int
    due: bool
    due_version: int
    said: frozenset[str] = frozenset()

    @property
    def name(self) -> RecordName:
        """The name that breaks ties: (source system, object type, source key)."""
        return (self.source, self.object_type, self.source_key)

    @property
    def active(self) -> bool:
        """Whether the record has a voice."""
        return self.status == "active"


def rows_of(record_ids: Collection[int]) -> list[Row]:
    """Return the named records, in id order."""
    return _read("r.id = ANY(%s::bigint[])", [array(record_ids)])


def rows_in_components(component_ids: Collection[int]) -> list[Row]:
    """Return all records of these components, in id order."""
    with connection.cursor() as cursor:
        cursor.execute(*in_components(component_ids))
        return rows_told(cursor.fetchall())


def in_components(component_ids: Collection[int]) -> Statement:
    """Return the statement that tells all records of these components, in id order."""
    said = ROWS.format(condition="m.component_id = ANY(%s::bigint[])", said=SAID_OF_ROW)
    return said, [array(component_ids)]


def rows_told(found: Answer) -> list[Row]:
    """Return rows as the statement has told them."""
    return [row_of(*columns) for columns in found]


def rows_in_domain(domain: str) -> list[Row]:
    """Return all records of a domain, in id order."""
    # Few records have an override: a look for each row costs 2 µs, two seconds a million.
    said = said_in_domain(domain)
    return _under(said, _read("r.domain = %s", [domain], said="NULL"))


def rows_under(said: Mapping[int, Mapping[str, Any]], read: Sequence[tuple[Any, ...]]) -> list[Row]:
    """Return rows as they were read, under what stewards say of them; needs no database."""
    return _under(said, [row_of(*columns) for columns in read])


def _under(said: Mapping[int, Mapping[str, Any]], rows: list[Row]) -> list[Row]:
    """Return rows under what stewards say of them."""
    if not said:
        return rows
    return [
        replace(row, attributes=corrected(row.attributes, said[row.id]), said=frozenset(said[row.id]))
        if row.id in said
        else row
        for row in rows
    ]


def read_domain(domain: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield what `rows_under` takes of all records of a domain, in id order, so many at a time.

    Inside the caller's transaction.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(ROWS.format(condition="r.domain = %s", said="NULL"), [domain])
        while read := cursor.fetchmany(size):
            yield read


def said_in_domain(domain: str) -> dict[int, dict[str, Any]]:
    """Return record id -> the stewards' partial record of it, of a whole domain."""
    return _said("domain = %s", [domain])


def read_plainly(record_ids: Collection[int]) -> list[tuple[Any, ...]]:
    """Return what `row_of` takes of these records, in id order, without what stewards say of them."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(condition="r.id = ANY(%s::bigint[])", said="NULL"), [array(record_ids)])
        return list(cursor.fetchall())


def _read(condition: str, parameters: list[Any], *, said: str = SAID_OF_ROW) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(condition=condition, said=said), parameters)
        return rows_told(cursor.fetchall())


def row_of(*columns: Any) -> Row:
    """Return a row as the statement read it: Django hands jsonb to raw cursors as text."""
    *values, said = columns
    values[6] = json.loads(values[6])
    values[7] = [] if values[7] == "[]" else json.loads(values[7])
    if said is not None:
        overlay = json.loads(said)
        values[6] = corrected(values[6], overlay)
        values.append(frozenset(overlay))
    return Row(*values)


def corrected(attributes: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record's attributes under what stewards say of it; a null takes the attribute away."""
    return {name: value for name, value in {**attributes, **said}.items() if value is not None}


def said_by_stewards(record_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return record id -> the stewards' partial record of it, where there is one."""
    if not record_ids:
        return {}
    return _said("record_id = ANY(%s::bigint[])", [array(record_ids)])


def _said(condition: str, parameters: list[Any]) -> dict[int, dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(SAID.format(condition=condition), parameters)
        return {record_id: json.loads(said) for record_id, said in cursor.fetchall()}


def due_versions(record_ids: Collection[int]) -> dict[int, int]:
    """Return how often each of these records was asked to be resolved, up to now."""
    return _numbers(DUE_VERSIONS, record_ids)


def _numbers(statement: str, record_ids: Collection[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [array(record_ids)])
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Voice:
    """What a record says for matching, in which version."""

    version: int
    source: str
    name: RecordName
    attributes: dict[str, Any]
    said: frozenset[str]


def voices(record_ids: Collection[int]) -> dict[int, Voice]:
    """Return what each of these records says now."""
    with connection.cursor() as cursor:
        cursor.execute(VOICES, {"ids": array(record_ids)})
        return {row[0]: _voice(*row[1:]) for row in cursor.fetchall()}


def _voice(version: int, source: str, object_type: str, key: str, attributes: str, said: str | None) -> Voice:
    # Django hands jsonb to raw cursors as text.
    values, overlay = json.loads(attributes), {} if said is None else json.loads(said)
    if overlay:
        values = corrected(values, overlay)
    return Voice(version, source, (source, object_type, key), values, frozenset(overlay))


def versions(record_ids: Collection[int]) -> dict[int, int]:
    """Return the version of each of these records now."""
    return _numbers("SELECT id, version FROM mdm_sourcerecord WHERE id = ANY(%s::bigint[])", record_ids)


def components(record_ids: Collection[int]) -> dict[int, int]:
    """Return the component of each of these records now."""
    return _numbers(
        "SELECT record_id, component_id FROM mdm_membership WHERE record_id = ANY(%s::bigint[])", record_ids
    )


def around(component_ids: Collection[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Return the records of these components that wait for resolution, as parked ones do not, and the
    components that a stored edge joins to one of these.
    """
    with connection.cursor() as cursor:
        cursor.execute(AROUND, {"ids": array(component_ids)})
        found = cursor.fetchall()
    waiting = frozenset(record_id for record_id, _ in found if record_id is not None)
    return waiting, frozenset(component for _, component in found if component is not None)


def frame_of(rules: ActiveRules, rows: Sequence[Row] | Sequence[Voice]) -> Frame:
    """Return the matching frame of these rows; frame row i is rows[i]."""
    return build_frame(rules.spec, matched(rules, rows), [row.name for row in rows])


def matched(rules: ActiveRules, rows: Sequence[Row] | Sequence[Voice]) -> list[Mapping[str, Any]]:
    """Return what these rows say for matching: in canonical codes, where a code takes part in it."""
    if not rules.matches_by_codes:
        return [row.attributes for row in rows]
    return [rules.codes.read(row.source, row.attributes, row.said).attributes for row in rows]
