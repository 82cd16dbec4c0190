"""Writes versions of source records: the born with their membership and component rows, the changed as due.

Many new records go by COPY. Two connections that bring the same record at the same moment meet at its key:
the later one takes the slower statement then, which leaves it out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction

from mdm.compliance import audit
from mdm.copying import array, copy_rows
from mdm.models import ObjectType

COLUMNS = """status text, merged_into text, attributes jsonb, payload jsonb, warnings jsonb,
     content_hash text, changed_at timestamptz"""

INSERT = f"""
INSERT INTO mdm_sourcerecord (object_type_id, source_key, domain, status, merged_into, version, attributes,
                              payload, warnings, content_hash, content_changed_at, accepted_at)
SELECT %(object_type)s, r.source_key, %(domain)s, r.status, r.merged_into, 1, r.attributes, r.payload,
       r.warnings, r.content_hash, coalesce(r.changed_at, %(now)s), %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(source_key text, {COLUMNS})
ON CONFLICT (object_type_id, source_key) DO NOTHING
RETURNING id, source_key
"""

UPDATE = f"""
UPDATE mdm_sourcerecord s
SET status = r.status, merged_into = r.merged_into, version = s.version + 1, attributes = r.attributes,
    payload = r.payload, warnings = r.warnings, content_hash = r.content_hash,
    content_changed_at = coalesce(r.changed_at, %(now)s), accepted_at = %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(id bigint, {COLUMNS})
WHERE s.id = r.id
"""

# In id order: settlements hold the memberships of several records too.
MAKE_DUE = """
WITH turn AS (
  SELECT record_id FROM mdm_membership WHERE record_id = ANY(%s) ORDER BY record_id FOR NO KEY UPDATE
)
UPDATE mdm_membership m SET due = true, due_version = m.due_version + 1, attempts = 0, parked_reason = ''
FROM turn WHERE m.record_id = turn.record_id
"""

BORN = f"""
WITH born AS ({INSERT}),
     locks AS (INSERT INTO mdm_component (record_id) SELECT id FROM born ORDER BY id),
     places AS (
  INSERT INTO mdm_membership (record_id, domain, component_id, resolved_version, due, due_version, attempts,
                              parked_reason)
  SELECT id, %(domain)s, id, 0, true, 1, 0, '' FROM born ORDER BY id
)
SELECT id, source_key FROM born
"""

JOIN_UP = """
WITH born AS (SELECT unnest(%(ids)s::bigint[]) AS id),
     locks AS (INSERT INTO mdm_component (record_id) SELECT id FROM born)
INSERT INTO mdm_membership (record_id, domain, component_id, resolved_version, due, due_version, attempts,
                            parked_reason)
SELECT id, %(domain)s, id, 0, true, 1, 0, '' FROM born
"""

NUMBERS = "SELECT nextval(pg_get_serial_sequence('mdm_sourcerecord', 'id')) FROM generate_series(1, %s)"

BY_COPY = 200
"""From so many records on COPY is the quicker way."""
COPIED = (
    "id", "object_type_id", "source_key", "domain", "status", "merged_into", "version", "attributes",
    "payload", "warnings", "content_hash", "content_changed_at", "accepted_at",
)  # fmt: skip

Columns = Mapping[str, Any]
"""What `accept` writes of one record, under the names of the recordset."""


def insert(born: Mapping[str, Columns], object_type: ObjectType) -> dict[str, int]:
    """Write records that are new; returns source key -> id, without those that others brought meanwhile."""
    if not born:
        return {}
    ids = _copied(born, object_type) if len(born) >= BY_COPY else None
    parameters: dict[str, Any] = {"object_type": object_type.pk, "domain": object_type.domain}
    with connection.cursor() as cursor:
        if ids is None:
            parameters |= {"now": audit.current().at, "rows": json.dumps(list(born.values()))}
            cursor.execute(BORN, parameters)
            return {key: record_id for record_id, key in cursor.fetchall()}
        cursor.execute(JOIN_UP, {"ids": array(ids.values()), "domain": object_type.domain})
    return ids


def _copied(born: Mapping[str, Columns], object_type: ObjectType) -> dict[str, int] | None:
    """Write them by COPY; None where one of the keys is taken by now, and nothing was written."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, [len(born)])
        ids = [number for (number,) in cursor.fetchall()]
    kind, domain, now = object_type.pk, object_type.domain, audit.current().at
    rows = (
        (
            number, kind, key, domain, one["status"], one["merged_into"], 1, one["attributes"],
            one["payload"], one["warnings"], one["content_hash"], one["changed_at"] or now, now,
        )
        for number, (key, one) in zip(ids, born.items(), strict=True)
    )  # fmt: skip
    try:
        with transaction.atomic():
            copy_rows("mdm_sourcerecord", COPIED, rows)
    except IntegrityError:
        return None
    return dict(zip(born, ids, strict=True))


def update(changed: Sequence[Columns]) -> None:
    """Write the next version of records that we hold, and make them due."""
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, {"rows": json.dumps(list(changed)), "now": audit.current().at})
        cursor.execute(MAKE_DUE, [[row["id"] for row in changed]])
