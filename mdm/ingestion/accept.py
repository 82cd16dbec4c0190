"""Accept: a short transaction after which a record is ours for good (design §5, step 1).

Invariant: the version of the source record, its blocking keys, its component row and its membership row
become visible together, before anybody resolves it. Nothing that resolution derives is written here.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from django.db import connection

from mdm.compliance import audit
from mdm.ingestion.incoming import Incoming, Outcome
from mdm.models import AlternateKey, ObjectType, SourceRecord
from mdm.relationships import statements
from mdm.relationships.stated import Stated, in_order
from mdm.resolution import keys, scope
from mdm.resolution.locks import share_domain
from mdm.rulesets.active import active

Mode = Literal["snapshot", "patch"]
"""snapshot: an absent attribute is not known any more; patch: it is as it was."""

INSERT = """
INSERT INTO mdm_sourcerecord (object_type_id, source_key, domain, status, version, attributes, payload,
      warnings,
                              content_hash, content_changed_at, accepted_at)
SELECT %(object_type)s, r.source_key, %(domain)s, r.status, 1, r.attributes, r.payload, r.warnings,
       r.content_hash, coalesce(r.changed_at, %(now)s), %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(source_key text, status text, attributes jsonb, payload jsonb,
     warnings jsonb, content_hash text, changed_at timestamptz)
ON CONFLICT (object_type_id, source_key) DO NOTHING
RETURNING id, source_key
"""

UPDATE = """
UPDATE mdm_sourcerecord s
SET status = r.status, version = s.version + 1, attributes = r.attributes, payload = r.payload,
      warnings = r.warnings,
    content_hash = r.content_hash, content_changed_at = coalesce(r.changed_at, %(now)s), accepted_at = %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(id bigint, status text, attributes jsonb, payload jsonb,
     warnings jsonb, content_hash text, changed_at timestamptz)
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

JOIN_UP = """
WITH born AS (SELECT unnest(%(ids)s::bigint[]) AS id),
     locks AS (INSERT INTO mdm_component (record_id) SELECT id FROM born)
INSERT INTO mdm_membership (record_id, domain, component_id, resolved_version, due, due_version, attempts,
                            parked_reason)
SELECT id, %(domain)s, id, 0, true, 1, 0, '' FROM born
"""


@dataclass(frozen=True, slots=True)
class _Held:
    """What we hold of a record before this batch."""

    id: int
    content_hash: str
    changed_at: datetime
    attributes: dict[str, Any]


def accept(
    rows: Sequence[Incoming], *, object_type: ObjectType, origin: str, mode: Mode = "snapshot"
) -> list[Outcome]:
    """Accept a batch inside the caller's audit entry; outcomes stand in the order of the rows.

    The same content again is "unchanged", content older than ours is "stale"; both leave no trace.
    Everything that becomes "created" or "changed" is due for resolution. Rows of one key are taken in
    order, one after the other.
    """
    audit.current()
    share_domain(object_type.domain)
    asked, rows = rows, _under_own_keys(rows, object_type)
    outcomes: list[Outcome | None] = [None] * len(rows)
    waiting = list(range(len(rows)))
    while waiting:
        now_keys: set[str] = set()
        turn: list[int] = []
        later: list[int] = []
        for index in waiting:
            (later if rows[index].source_key in now_keys else turn).append(index)
            now_keys.add(rows[index].source_key)
        results = _accept_distinct([rows[index] for index in turn], object_type, mode)
        raced = []
        for index, outcome in zip(turn, results, strict=True):
            if outcome is None:
                raced.append(index)
            outcomes[index] = outcome
        waiting = sorted(raced + later)
    return [
        replace(outcome, source_key=row.source_key)
        for row, outcome in zip(asked, outcomes, strict=True)
        if outcome is not None
    ]


def _under_own_keys(rows: Sequence[Incoming], object_type: ObjectType) -> list[Incoming]:
    """Return the rows under the source key of the record that their key names: it may be a further key."""
    own = dict(
        AlternateKey.objects.filter(
            object_type=object_type, key__in=[row.source_key for row in rows]
        ).values_list("key", "record__source_key")
    )
    return [replace(row, source_key=own.get(row.source_key, row.source_key)) for row in rows]


def _accept_distinct(rows: Sequence[Incoming], object_type: ObjectType, mode: Mode) -> list[Outcome | None]:
    """Accept rows of distinct keys; None for one that another connection inserted at this moment (take it
    again).
    """
    held = _held(object_type, [row.source_key for row in rows])
    said = statements.said_by([one.id for one in held.values()])
    outcomes: dict[str, Outcome | None] = {}
    born: dict[str, dict[str, Any]] = {}
    changed: dict[str, dict[str, Any]] = {}
    relating: dict[str, tuple[Stated, ...]] = {}
    for row in sorted(rows, key=lambda row: row.source_key):
        before = held.get(row.source_key)
        attributes = {**before.attributes, **row.attributes} if before and mode == "patch" else row.attributes
        stated = row.relationships
        if before and mode == "patch" and not stated:
            stated = tuple(said.get(before.id, {}).values())
        digest = content_hash(attributes, row.status, stated)
        if before and before.content_hash == digest:
            outcomes[row.source_key] = Outcome(row.source_key, "unchanged", before.id)
        elif before and row.changed_at and row.changed_at < before.changed_at:
            reason = (
                f"It is of {row.changed_at:%Y-%m-%d %H:%M:%S}; we hold a version of"
                f" {before.changed_at:%Y-%m-%d %H:%M:%S}."
            )
            outcomes[row.source_key] = Outcome(row.source_key, "stale", before.id, reason)
        else:
            (changed if before else born)[row.source_key] = _columns(row, attributes, digest, before)
            relating[row.source_key] = stated
    new_ids = _insert(born, object_type)
    _update(changed)
    for key in born:
        outcomes[key] = Outcome(key, "created", new_ids[key]) if key in new_ids else None
    for key in changed:
        outcomes[key] = Outcome(key, "changed", held[key].id)
    touched = {key: {**born, **changed}[key] for key in (*new_ids, *changed)}
    ids = {**new_ids, **{key: held[key].id for key in changed}}
    statements.restate({ids[key]: relating[key] for key in touched}, said)
    _publish_keys(object_type, touched, ids)
    ids |= {key: one.id for key, one in held.items()}
    clashes = _alternate_keys(
        object_type, {ids[row.source_key]: row for row in rows if row.source_key in ids}
    )
    return [_with_reason(outcomes[row.source_key], clashes) for row in rows]


def content_hash(attributes: Mapping[str, Any], status: str, stated: Sequence[Stated] = ()) -> str:
    """Return the BLAKE2b-160 of what a record says (not of how it arrived): 40 hexadecimal digits.

    Technical fields of the payload stay out, so that our own write-back does not come home as a change.
    """
    said = [status, attributes, *([[one.plain() for one in in_order(stated)]] if stated else [])]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=20).hexdigest()


def _held(object_type: ObjectType, source_keys: Sequence[str]) -> dict[str, _Held]:
    """Lock and return what we hold under these keys, in key order."""
    found = SourceRecord.objects.filter(object_type=object_type, source_key__in=source_keys)
    columns = ("source_key", "pk", "content_hash", "content_changed_at", "attributes")
    return {
        key: _Held(*rest)
        for key, *rest in found.order_by("source_key").select_for_update(no_key=True).values_list(*columns)
    }


def _columns(row: Incoming, attributes: dict[str, Any], digest: str, before: _Held | None) -> dict[str, Any]:
    return {
        "id": before.id if before else None,
        "source_key": row.source_key,
        "status": row.status,
        "attributes": attributes,
        "payload": row.payload,
        "warnings": list(row.warnings),
        "content_hash": digest,
        "changed_at": row.changed_at.isoformat() if row.changed_at else None,
    }


def _insert(born: Mapping[str, dict[str, Any]], object_type: ObjectType) -> dict[str, int]:
    if not born:
        return {}
    parameters: dict[str, Any] = {
        "object_type": object_type.pk,
        "domain": object_type.domain,
        "now": audit.current().at,
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT, {**parameters, "rows": json.dumps(list(born.values()))})
        ids = {key: record_id for record_id, key in cursor.fetchall()}
        cursor.execute(JOIN_UP, {"ids": sorted(ids.values()), "domain": object_type.domain})
    return ids


def _update(changed: Mapping[str, dict[str, Any]]) -> None:
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, {"rows": json.dumps(list(changed.values())), "now": audit.current().at})
        cursor.execute(
            MAKE_DUE,
            [[row["id"] for row in changed.values()]],
        )


def _publish_keys(
    object_type: ObjectType, touched: Mapping[str, dict[str, Any]], ids: Mapping[str, int]
) -> None:
    """Write the blocking keys of the touched records; before the first rule set there are none to write."""
    rules = active(object_type.domain)
    if rules is None or not touched:
        return
    source = object_type.source.code
    live = [key for key, row in touched.items() if row["status"] == "active"]
    # A record that is new has nothing said of it yet.
    said = scope.said_by_stewards([row["id"] for row in touched.values() if row["id"] is not None])

    def read(key: str) -> Mapping[str, Any]:
        overlay = said.get(ids[key], {})
        attributes = scope.corrected(touched[key]["attributes"], overlay)
        if not rules.matches_by_codes:
            return attributes
        return rules.codes.read(source, attributes, frozenset(overlay)).attributes

    keys.rewrite(
        rules,
        record_ids=[ids[key] for key in live],
        records=[read(key) for key in live],
        names=[(source, object_type.code, key) for key in live],
        known=[row["id"] for row in touched.values() if row["id"] is not None],
    )


def _alternate_keys(object_type: ObjectType, rows: Mapping[int, Incoming]) -> dict[str, str]:
    """Add further keys of the records; returns a sentence for each source key whose alternate key is
    taken.
    """
    wanted = [
        AlternateKey(object_type=object_type, key=key, record_id=record_id)
        for record_id, row in rows.items()
        for key in row.alternate_keys
        if key != row.source_key
    ]
    if not wanted:
        return {}
    named = [want.key for want in wanted]
    owners = dict(
        SourceRecord.objects.filter(object_type=object_type, source_key__in=named).values_list(
            "source_key", "pk"
        )
    )
    AlternateKey.objects.bulk_create(
        [want for want in wanted if want.key not in owners], ignore_conflicts=True
    )
    statements.wake_named([want.record_id for want in wanted])
    known = AlternateKey.objects.filter(object_type=object_type, key__in=named)
    owners |= dict(known.values_list("key", "record_id"))
    return {
        rows[
            want.record_id
        ].source_key: f"Further key {want.key} already names another record; it was not added."
        for want in wanted
        if owners[want.key] != want.record_id
    }


def _with_reason(outcome: Outcome | None, clashes: Mapping[str, str]) -> Outcome | None:
    if outcome is None or outcome.source_key not in clashes:
        return outcome
    return Outcome(outcome.source_key, outcome.verdict, outcome.record_id, clashes[outcome.source_key])


def counts(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return how many outcomes there are of each verdict."""
    return dict(Counter(outcome.verdict for outcome in outcomes))
