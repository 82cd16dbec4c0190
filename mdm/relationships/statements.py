"""What records say of each other, kept as they say it: written by accept, with the record's own version.

Invariant: the rows that stand are what the record's accepted version says. One that is said no more stands on
as "gone" if it was told, until resolution has told its end.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import connection

from mdm.models import SourceRelationship
from mdm.relationships.stated import Stated, in_order

INSERT = """
INSERT INTO mdm_sourcerelationship (record_id, type, forward, other_source, other_object_type, other_key,
                                    valid_from, valid_to, attributes, gone, told)
SELECT r.record, r.type, r.forward, r.source, r.object_type, r.key, r.valid_from, r.valid_to, r.attributes,
       false, false
FROM jsonb_to_recordset(%s::jsonb) AS r(record bigint, type text, forward boolean, source text,
     object_type text, key text, valid_from date, valid_to date, attributes jsonb)
"""

# A record may get a further key by which others name it already; its golden record is their other end then.
WAKE = """
UPDATE mdm_membership m SET due = true, due_version = m.due_version + 1
FROM mdm_alternatekey k
JOIN mdm_objecttype t ON t.id = k.object_type_id
JOIN mdm_sourcesystem s ON s.id = t.source_id
JOIN mdm_sourcerelationship x
  ON x.other_key = k.key AND x.other_object_type = t.code AND x.other_source = s.code AND NOT x.told
WHERE k.record_id = ANY(%s) AND m.record_id = k.record_id AND NOT m.due
"""


def said_by(record_ids: Collection[int]) -> dict[int, dict[int, Stated]]:
    """Return record id → row id → what it says of others now; records that say nothing are absent."""
    found: dict[int, dict[int, Stated]] = {}
    if record_ids:
        for row in SourceRelationship.objects.filter(record__in=list(record_ids), gone=False).order_by("id"):
            found.setdefault(row.record_id, {})[row.pk] = stated(row)
    return found


def all_said() -> dict[int, list[Stated]]:
    """Return record id → what it says of others now, of all records that say anything."""
    found: dict[int, list[Stated]] = {}
    for row in SourceRelationship.objects.filter(gone=False).order_by("id").iterator():
        found.setdefault(row.record_id, []).append(stated(row))
    return found


def stated(row: SourceRelationship) -> Stated:
    """Return a row as the plain value it holds."""
    return Stated(
        row.type, row.forward, row.other_source, row.other_object_type, row.other_key, row.valid_from,
        row.valid_to, row.attributes,
    )  # fmt: skip


def restate(wanted: Mapping[int, Iterable[Stated]], before: Mapping[int, Mapping[int, Stated]]) -> None:
    """Make what these records say of others exactly what is wanted, under the caller's audit entry.

    before: what `said_by` returned of them, their rows locked since.
    """
    over: list[int] = []
    new: list[dict[str, Any]] = []
    for record_id, statements in wanted.items():
        held = before.get(record_id, {})
        due = {repr(one.plain()): one for one in in_order(statements)}
        for row_id, one in held.items():
            if due.pop(repr(one.plain()), None) is None:
                over.append(row_id)
        new += [_columns(record_id, one) for one in due.values()]
    if over:
        rows = SourceRelationship.objects.filter(pk__in=over)
        rows.filter(told=True).update(gone=True)
        rows.filter(told=False).delete()
    if new:
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [json.dumps(new)])


def wake_named(record_ids: Collection[int]) -> None:
    """Make those of these records due whose further keys others name, untold as yet."""
    with connection.cursor() as cursor:
        cursor.execute(WAKE, [list(record_ids)])


def _columns(record_id: int, one: Stated) -> dict[str, Any]:
    return {
        "record": record_id, "type": one.type, "forward": one.forward, "source": one.source,
        "object_type": one.object_type, "key": one.key,
        "valid_from": one.valid_from and one.valid_from.isoformat(),
        "valid_to": one.valid_to and one.valid_to.isoformat(), "attributes": one.attributes,
    }  # fmt: skip
