"""The hub as it was at a past moment, as one hash: records, golden records, members and holds.

Read from history rows and the spans of cross-references; from the present tables it is the same while nothing
has changed since. Relationships are not part of it.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from django.db import connection

NEWEST = """(
  SELECT * FROM (
    SELECT DISTINCT ON (id) * FROM {history} WHERE history_date <= %(at)s
    ORDER BY id, history_date DESC, history_id DESC
  ) AS newest WHERE history_type <> '-'
)"""

SPANS = "x.valid_from <= %(at)s AND (x.valid_to IS NULL OR x.valid_to > %(at)s)"

RECORDS = """
SELECT jsonb_build_array(s.code, t.code, r.source_key, r.status, r.domain, g.code)::text
FROM {records} AS r
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_sourcesystem s ON s.id = t.source_id
LEFT JOIN mdm_xref x ON x.record_id = r.id AND {spans}
LEFT JOIN mdm_goldenrecord g ON g.id = x.golden_id
ORDER BY s.code COLLATE "C", t.code COLLATE "C", r.source_key COLLATE "C"
"""

GOLDENS = """
SELECT jsonb_build_array(g.code, g.domain, g.kind, g.status, g.confirmed, g.title, g.member_count,
       g.attributes)::text
FROM {goldens} AS g
ORDER BY g.code COLLATE "C"
"""

HOLDS = """
SELECT jsonb_build_array(h.gate, h.left_records, h.right_records)::text AS line
FROM {holds} AS h WHERE h.status = 'open'
ORDER BY (h.gate || h.left_records::text || h.right_records::text) COLLATE "C"
"""


def digest_at(at: datetime | None) -> str:
    """Return the SHA-256 over the hub as it was then: 64 hexadecimal digits; None: as it is now."""
    total = hashlib.sha256()
    for line in _lines(at):
        total.update(line.encode())
        total.update(b"\n")
    return total.hexdigest()


def _lines(at: datetime | None) -> Iterator[str]:
    tables = {name: f"mdm_{model}" for name, model in TABLES.items()}
    if at is not None:
        tables = {name: NEWEST.format(history=f"mdm_historical{model}") for name, model in TABLES.items()}
    spans = "x.valid_to IS NULL" if at is None else SPANS
    with connection.cursor() as cursor:
        for statement in (RECORDS, GOLDENS, HOLDS):
            cursor.execute(statement.format(**tables, spans=spans), {"at": at})
            yield from (line for (line,) in cursor)


TABLES = {"records": "sourcerecord", "goldens": "goldenrecord", "holds": "hold"}
"""What is read -> the tracked model that holds it."""
