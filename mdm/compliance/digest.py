"""One hash over everything a reader of golden records can see: the same files again leave it unchanged.

Things stand in it under their names (source, object type, source key; golden code), in the order of names:
no database id, no time, no version number, so that two databases that hold the same agree.
"""

import hashlib
import json
from collections.abc import Iterator

from django.db import connection

from mdm.relationships.ends import all_edges

# Text comparison is bytewise ("C"), so that the order is the same on every server.
RECORDS = """
SELECT jsonb_build_array(s.code, t.code, r.source_key, r.status, r.domain, {golden}, {xref})::text
FROM mdm_sourcerecord r
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_sourcesystem s ON s.id = t.source_id
JOIN mdm_membership m ON m.record_id = r.id
LEFT JOIN mdm_goldenrecord g ON g.id = m.golden_id
LEFT JOIN mdm_xref x ON x.record_id = r.id AND x.valid_to IS NULL
LEFT JOIN mdm_goldenrecord xg ON xg.id = x.golden_id
LEFT JOIN first ON first.golden_id = m.golden_id
LEFT JOIN first xfirst ON xfirst.golden_id = x.golden_id
{where}
ORDER BY s.code COLLATE "C", t.code COLLATE "C", r.source_key COLLATE "C"
"""

GOLDENS = """
SELECT jsonb_build_array({name}, g.domain, g.kind, g.status, g.title, g.member_count, g.attributes)::text
FROM mdm_goldenrecord g
{join}
ORDER BY ({name})::text COLLATE "C"
"""

# Open holds are inputs of resolution like the records: two databases that differ in them may part later.
HOLDS = """
WITH named AS (
  SELECT h.id, h.gate, side.side, jsonb_agg(jsonb_build_array(s.code, t.code, r.source_key)
         ORDER BY s.code COLLATE "C", t.code COLLATE "C", r.source_key COLLATE "C") AS records
  FROM mdm_hold h
  CROSS JOIN LATERAL (VALUES (1, h.left_records), (2, h.right_records)) AS side (side, ids)
  JOIN mdm_sourcerecord r ON r.id = ANY(side.ids)
  JOIN mdm_objecttype t ON t.id = r.object_type_id
  JOIN mdm_sourcesystem s ON s.id = t.source_id
  WHERE h.status = 'open' GROUP BY h.id, h.gate, side.side
), held AS (SELECT jsonb_build_array(gate, jsonb_agg(records ORDER BY side))::text AS line FROM named
            GROUP BY id, gate)
SELECT line FROM held ORDER BY line COLLATE "C"
"""

RELATIONSHIPS = """
SELECT jsonb_build_array(x.type, x.forward, s.code, t.code, r.source_key, x.other_source, x.other_object_type,
                         x.other_key, x.valid_from, x.valid_to, x.attributes)::text COLLATE "C"
FROM mdm_sourcerelationship x
JOIN mdm_sourcerecord r ON r.id = x.record_id
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_sourcesystem s ON s.id = t.source_id
{where} NOT x.gone
ORDER BY 1
"""

NAMES = {
    False: "SELECT id, to_jsonb(code)::text FROM mdm_goldenrecord",
    True: "SELECT golden_id, name::text FROM first",
}

# Without golden ids a cluster is named by the first of its active members.
FIRST = """
WITH first AS (
  SELECT DISTINCT ON (m.golden_id) m.golden_id, jsonb_build_array(s.code, t.code, r.source_key) AS name
  FROM mdm_membership m
  JOIN mdm_sourcerecord r ON r.id = m.record_id
  JOIN mdm_objecttype t ON t.id = r.object_type_id
  JOIN mdm_sourcesystem s ON s.id = t.source_id
  WHERE m.golden_id IS NOT NULL AND r.status = 'active'
  ORDER BY m.golden_id, s.code COLLATE "C", t.code COLLATE "C", r.source_key COLLATE "C"
)
"""


def digest(*, partition: bool = False) -> str:
    """Return the SHA-256 over members, golden ids, values, cross-references, open holds and relationships: 64
    hexadecimal digits.

    partition: without golden ids, retired records and holds, so that two ways to the same clusters agree.
    """
    total = hashlib.sha256()
    for line in _lines(partition):
        total.update(line.encode())
        total.update(b"\n")
    return total.hexdigest()


def _lines(partition: bool) -> Iterator[str]:
    if partition:
        statements = (
            RECORDS.format(golden="first.name", xref="xfirst.name", where="WHERE r.status = 'active'"),
            GOLDENS.format(name="first.name", join="JOIN first ON first.golden_id = g.id"),
            RELATIONSHIPS.format(where="WHERE r.status = 'active' AND"),
        )
    else:
        statements = (
            RECORDS.format(golden="g.code", xref="xg.code", where=""),
            GOLDENS.format(name="to_jsonb(g.code)", join=""),
            RELATIONSHIPS.format(where="WHERE"),
        )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(FIRST + statement)
            for (line,) in cursor:
                yield line
        if not partition:
            cursor.execute(HOLDS)
            yield from (line for (line,) in cursor)
    yield from sorted(_edge_lines(partition))


def _edge_lines(partition: bool) -> Iterator[str]:
    """Yield how golden records stand to each other, by what sources and stewards say together."""
    edges = all_edges()
    if not edges:
        return
    with connection.cursor() as cursor:
        cursor.execute((FIRST if partition else "") + NAMES[partition])
        names = dict(cursor.fetchall())
    for (code, from_id, to_id), edge in edges.items():
        days = [[day and day.isoformat() for day in (span.first, span.last)] for span in edge.spans]
        said = [code, names[from_id], names[to_id], days, sorted(edge.attributes.items())]
        yield json.dumps(said, ensure_ascii=False)
