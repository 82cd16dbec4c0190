"""From what is said to relationships of golden records: names resolved, in a few statements, at reading.

A source's statement is resolved through the memberships of both records, a steward's through the redirect of
both golden ids: always one hop.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Literal

from django.db import connection

from mdm import relationships
from mdm.copying import array
from mdm.relationships.edges import Edge, EdgeKey, Span, Statement, Word, edge_of

State = Literal["stands", "told"]
"""stands: what is said now; told: what events have told of sources' statements so far."""

_MINE = """
mine AS MATERIALIZED (
  SELECT r.id, r.source_key, t.code AS object_type, s.code AS source
  FROM {of}
  JOIN mdm_objecttype t ON t.id = r.object_type_id
  JOIN mdm_sourcesystem s ON s.id = t.source_id
), touching AS MATERIALIZED (
  SELECT x.id FROM mine JOIN mdm_sourcerelationship x ON x.record_id = mine.id
  UNION
  SELECT x.id FROM mine JOIN mdm_sourcerelationship x
    ON x.other_key = mine.source_key AND x.other_object_type = mine.object_type
       AND x.other_source = mine.source
  UNION
  SELECT x.id FROM mine JOIN mdm_alternatekey k ON k.record_id = mine.id
  JOIN mdm_sourcerelationship x
    ON x.other_key = k.key AND x.other_object_type = mine.object_type AND x.other_source = mine.source
)
"""

TOUCHING = _MINE.format(
    of="mdm_membership m JOIN mdm_sourcerecord r ON r.id = m.record_id"
    " AND m.golden_id = ANY(%(goldens)s::bigint[])"
)
"""Rows of the sources' table that name a record of these golden records, on either side."""

NAMING = _MINE.format(of="unnest(%(ids)s::bigint[]) AS one(id) JOIN mdm_sourcerecord r ON r.id = one.id")
"""The same, of these records."""

EVERY = "touching AS (SELECT id FROM mdm_sourcerelationship)"

# In steps of few joins each: measured, planning all eleven at once took 82 ms, in steps 2 ms, running 0.4 ms.
STATEMENTS = """
WITH {which}, said AS MATERIALIZED (
  SELECT x.*, s.code AS source, t.code AS object_type, r.source_key, r.status, s.trust, r.content_changed_at,
         m.golden_id
  FROM touching
  JOIN mdm_sourcerelationship x ON x.id = touching.id
  JOIN mdm_sourcerecord r ON r.id = x.record_id
  JOIN mdm_objecttype t ON t.id = r.object_type_id
  JOIN mdm_sourcesystem s ON s.id = t.source_id
  JOIN mdm_membership m ON m.record_id = r.id
), others AS MATERIALIZED (
  SELECT said.id, coalesce(o.id, k.record_id) AS record_id
  FROM said
  JOIN mdm_sourcesystem s ON s.code = said.other_source
  JOIN mdm_objecttype t ON t.source_id = s.id AND t.code = said.other_object_type
  LEFT JOIN mdm_sourcerecord o ON o.object_type_id = t.id AND o.source_key = said.other_key
  LEFT JOIN mdm_alternatekey k ON k.object_type_id = t.id AND k.key = said.other_key AND o.id IS NULL
)
SELECT x.id, x.type, x.forward, x.valid_from, x.valid_to, x.attributes, x.source, x.object_type, x.source_key,
       x.other_source, x.other_object_type, x.other_key, x.trust, x.content_changed_at, g.id, g.domain, h.id,
       h.domain
FROM said x
JOIN others ON others.id = x.id
JOIN mdm_membership m ON m.record_id = others.record_id
JOIN mdm_goldenrecord g ON g.id = x.golden_id
JOIN mdm_goldenrecord h ON h.id = m.golden_id
WHERE {state}
"""

STATES: dict[State, str] = {
    "stands": "NOT x.gone AND x.status = 'active' AND g.status = 'live' AND h.status = 'live'",
    "told": "x.told",
}

LIVE = """
SELECT g.id, CASE WHEN g.status = 'live' THEN g.id WHEN g.status = 'merged' THEN (
    SELECT m.golden_id FROM mdm_membership m JOIN mdm_sourcerecord r ON r.id = m.record_id
    WHERE m.home_id = g.id AND r.status = 'active' ORDER BY m.record_id LIMIT 1) END
FROM mdm_goldenrecord g WHERE g.id = ANY(%s)
"""

SAID = """
SELECT w.id, w.type, w.from_golden_id, w.to_golden_id, w.holds, w.valid_from, w.valid_to, w.attributes,
       w.actor, w.created_at
FROM mdm_stewardrelationship w
WHERE w.withdrawn_at IS NULL {condition}
"""

# A retired id that a steward named answers as the record that holds its most senior home record.
NEAR = """
SELECT home_id FROM mdm_membership WHERE golden_id = ANY(%(goldens)s::bigint[]) AND home_id IS NOT NULL
UNION ALL SELECT unnest(%(goldens)s::bigint[])
"""

OF_GOLDENS = f"""
AND (w.from_golden_id = ANY(ARRAY({NEAR})) OR w.to_golden_id = ANY(ARRAY({NEAR})))
"""

Voices = dict[EdgeKey, list[Statement]]


def edges_of(golden_ids: Collection[int], *, state: State = "stands") -> dict[EdgeKey, Edge]:
    """Return every relationship that one of these golden records stands in, whoever is the other end.

    What lies within one golden record is none; what names a record that we do not know yet waits.
    """
    return edges_from(voices_of(golden_ids, state=state), golden_ids)


def all_edges(*, state: State = "stands") -> dict[EdgeKey, Edge]:
    """Return every relationship of all golden records."""
    return edges_from(all_voices(state=state), None)


def all_voices(*, state: State = "stands") -> Voices:
    """Return what sources say of any two golden records."""
    return _voices(EVERY, state, None)


def voices_of(golden_ids: Collection[int], *, state: State = "stands") -> Voices:
    """Return what sources say of these golden records and others, each with its own words."""
    if not golden_ids:
        return {}
    wanted = set(golden_ids)
    found = _voices(TOUCHING, state, sorted(wanted))
    return {key: said for key, said in found.items() if not wanted.isdisjoint(key[1:])}


def edges_from(voices: Voices, golden_ids: Collection[int] | None) -> dict[EdgeKey, Edge]:
    """Return what sources say together with what stewards say of the same golden records (None: of all)."""
    words = words_on(golden_ids)
    found = {key: edge_of(key, voices.get(key, ()), words.get(key, ())) for key in {*voices, *words}}
    return {key: edge for key, edge in found.items() if edge is not None}


def _voices(which: str, state: State, goldens: list[int] | None) -> Voices:
    voices: Voices = {}
    with connection.cursor() as cursor:
        statement = STATEMENTS.format(which=which, state=STATES[state])
        cursor.execute(statement, {"goldens": array(goldens)} if goldens is not None else None)
        for row in cursor:
            _hear(voices, row)
    return voices


def _hear(voices: Voices, row: tuple[Any, ...]) -> None:
    number, code, forward, first, last, attributes, *rest = row
    said_by, other, (trust, at, mine, my_domain, theirs, their_domain) = rest[:3], rest[3:6], rest[6:]
    ends = ((mine, my_domain), (theirs, their_domain))
    (from_id, from_domain), (to_id, to_domain) = ends if forward else ends[::-1]
    type_ = relationships.registered().get(code)
    fits = type_ is not None and (type_.from_domain, type_.to_domain) == (from_domain, to_domain)
    if fits and from_id != to_id:
        voices.setdefault((code, from_id, to_id), []).append(
            Statement(
                number, Span(first, last), json.loads(attributes), tuple(said_by), tuple(other), trust, at
            )
        )


def words_on(golden_ids: Collection[int] | None) -> dict[EdgeKey, list[Word]]:
    """Return what stewards say, under the golden records that answer for the ids they named."""
    found: dict[EdgeKey, list[Word]] = {}
    with connection.cursor() as cursor:
        if golden_ids is None:
            cursor.execute(SAID.format(condition=""))
        else:
            cursor.execute(SAID.format(condition=OF_GOLDENS), {"goldens": array(sorted(golden_ids))})
        rows = cursor.fetchall()
    live = answering({golden for row in rows for golden in row[2:4]})
    for number, code, one, other, holds, first, last, attributes, actor, at in rows:
        from_id, to_id = live.get(one), live.get(other)
        if from_id is None or to_id is None or from_id == to_id:
            continue
        if golden_ids is None or from_id in golden_ids or to_id in golden_ids:
            said = Statement(number, Span(first, last), json.loads(attributes), at=at, by_steward=actor)
            found.setdefault((code, from_id, to_id), []).append(Word(holds, said))
    return found


def answering(golden_ids: Collection[int]) -> dict[int, int]:
    """Return which live golden record answers for each of these; those of tombstones are absent."""
    if not golden_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(LIVE, [sorted(golden_ids)])
        return {golden: live for golden, live in cursor.fetchall() if live is not None}
