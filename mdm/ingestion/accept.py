"""Accept: a short transaction after which a record is ours for good (design §5, step 1).

Invariant: the version of the source record, its blocking keys, its component row and its membership row
become visible together, before anybody resolves it. Nothing that resolution derives is written here.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from django.db import connection

from mdm.compliance import audit
from mdm.ingestion import overlays, record_names, versions
from mdm.ingestion.incoming import Incoming, Outcome, Verdict, content_hash
from mdm.ingestion.loads import keep_payloads
from mdm.models import ObjectType
from mdm.relationships import statements
from mdm.relationships.stated import Stated
from mdm.resolution import keys, scope, source_links
from mdm.resolution.locks import share_domain, sharing
from mdm.rulesets.active import ActiveRules, active, asking, told
from mdm.together import FEW, Answer, Statement, together

HELD = """
SELECT source_key, id, content_hash, content_changed_at, attributes, status, merged_into
FROM mdm_sourcerecord
WHERE object_type_id = %(object_type)s AND source_key = ANY(ARRAY(SELECT unnest(%(keys)s::text[])))
{unless}
ORDER BY source_key FOR NO KEY UPDATE
"""
# Records are locked in the order of their own keys, all by one statement: none where one is named otherwise.
UNLESS_NAMED_OTHERWISE = """AND NOT EXISTS (
  SELECT FROM mdm_alternatekey WHERE object_type_id = %(object_type)s AND key = ANY(%(keys)s)
)"""

Mode = Literal["snapshot", "patch", "restore"]
"""snapshot: an absent attribute is not known any more; patch: it is as it was; restore: an earlier version is
put back, whatever its stamp.
"""


@dataclass(frozen=True, slots=True)
class _Held:
    """What we hold of a record before this batch."""

    id: int
    content_hash: str
    changed_at: datetime
    attributes: dict[str, Any]
    status: str
    merged_into: str


@dataclass(frozen=True, slots=True)
class _Batch:
    """How a batch is to be taken."""

    object_type: ObjectType
    origin: str
    mode: Mode
    looked_at: bool
    rules: ActiveRules | None


def accept(
    rows: Sequence[Incoming],
    *,
    object_type: ObjectType,
    origin: str,
    mode: Mode = "snapshot",
    looked_at: bool = False,
) -> list[Outcome]:
    """Accept a batch inside the caller's audit entry; outcomes stand in the order of the rows.

    The same content again is "unchanged", content older than ours is "stale"; both leave no trace.
    What would turn a record into somebody else is "held" as an overlay, unless a person has looked at it.
    Everything that becomes "created" or "changed" is due for resolution. Rows of one key are taken in
    order, one after the other.
    """
    audit.current()
    opening = _open(rows, object_type)
    carried, known = opening.carried, opening.known
    batch = _Batch(object_type, origin, mode, looked_at, opening.rules)
    asked, rows = rows, record_names.under_own_keys(rows, opening.own)
    outcomes: list[Outcome | None] = [None] * len(rows)
    waiting = list(range(len(rows)))
    while waiting:
        now_keys: set[str] = set()
        turn: list[int] = []
        later: list[int] = []
        for index in waiting:
            (later if rows[index].source_key in now_keys else turn).append(index)
            now_keys.add(rows[index].source_key)
        results = _accept_distinct([rows[index] for index in turn], batch, known)
        known = None  # of the first turn only: it has written since
        raced = []
        for index, outcome in zip(turn, results, strict=True):
            if outcome is None:
                raced.append(index)
            outcomes[index] = outcome
        waiting = sorted(raced + later)
    return [
        _under_asked_key(row, outcome, carried)
        for row, outcome in zip(asked, outcomes, strict=True)
        if outcome is not None
    ]


@dataclass(frozen=True, slots=True)
class _Opening:
    """What is told when a batch begins.

    carried: new key -> former one, of records that were re-keyed. own: further key -> key of the record it
    names. known: what we hold under the rows' keys, locked, where that is read already.
    """

    carried: Mapping[str, str]
    own: Mapping[str, str]
    known: dict[str, _Held] | None
    rules: ActiveRules | None


def _open(rows: Sequence[Incoming], object_type: ObjectType) -> _Opening:
    """Share the domain and look who is named; few rows are looked up and locked in the same trip."""
    keys_given = [row.source_key for row in rows]
    if len(rows) > FEW or any(row.former_key not in ("", row.source_key) for row in rows):
        share_domain(object_type.domain)
        carried = record_names.take_over(rows, object_type)
        own = record_names.owners_of_further_keys(keys_given, object_type)
        return _Opening(carried, own, None, active(object_type.domain))
    _, owners, found, in_force = together(
        sharing(object_type.domain),
        record_names.owning(keys_given, object_type),
        _holding(object_type, keys_given, UNLESS_NAMED_OTHERWISE),
        asking(object_type.domain),
    )
    return _Opening({}, dict(owners), None if owners else _held_of(found), told(in_force))


def _under_asked_key(row: Incoming, outcome: Outcome, carried: Mapping[str, str]) -> Outcome:
    """Return an outcome under the key the row came with; a record that got a new key has changed."""
    if row.source_key not in carried:
        return replace(outcome, source_key=row.source_key)
    said = f"It was known as {carried[row.source_key]} before. {outcome.reason}".strip()
    verdict: Verdict = "changed" if outcome.verdict == "unchanged" else outcome.verdict
    return replace(outcome, source_key=row.source_key, verdict=verdict, reason=said)


def _accept_distinct(
    rows: Sequence[Incoming], batch: _Batch, known: dict[str, _Held] | None
) -> list[Outcome | None]:
    """Accept rows of distinct keys; None for one that another connection inserted at this moment (take it
    again).

    known: what we hold under their keys, where that was locked and read just now.
    """
    object_type = batch.object_type
    held = _held(object_type, [row.source_key for row in rows]) if known is None else known
    said = statements.said_by([one.id for one in held.values()])
    outcomes: dict[str, Outcome | None] = {}
    born: dict[str, dict[str, Any]] = {}
    changed: dict[str, dict[str, Any]] = {}
    relating: dict[str, tuple[Stated, ...]] = {}
    answered: dict[int, str | None] = {}
    for row in sorted(rows, key=lambda row: row.source_key):
        before = held.get(row.source_key)
        patched = before is not None and batch.mode == "patch"
        attributes = {**before.attributes, **row.attributes} if before and patched else row.attributes
        stated = row.relationships
        if before and patched and not stated:
            stated = tuple(said.get(before.id, {}).values())
        as_it_came = attributes is row.attributes and stated is row.relationships
        digest = row.digest if as_it_came else ""
        digest = digest or content_hash(attributes, row.status, stated, row.merged_into)
        if before and before.content_hash == digest:
            outcomes[row.source_key] = Outcome(row.source_key, "unchanged", before.id)
            answered[before.id] = row.changed_at.isoformat() if row.changed_at else None
        elif before and batch.mode != "restore" and row.changed_at and row.changed_at < before.changed_at:
            reason = (
                f"It is of {row.changed_at:%Y-%m-%d %H:%M:%S}; we hold a version of"
                f" {before.changed_at:%Y-%m-%d %H:%M:%S}."
            )
            outcomes[row.source_key] = Outcome(row.source_key, "stale", before.id, reason)
        else:
            (changed if before else born)[row.source_key] = _columns(row, attributes, digest, before)
            relating[row.source_key] = stated
    for key, outcome in _kept_back(changed, relating, held, batch).items():
        outcomes[key] = outcome
        del changed[key]
    overlays.answer(answered | {held[key].id: columns["changed_at"] for key, columns in changed.items()})
    new_ids = versions.insert(born, object_type)
    keep_payloads([row["id"] for row in changed.values()])
    versions.update(list(changed.values()))
    for key in born:
        outcomes[key] = Outcome(key, "created", new_ids[key]) if key in new_ids else None
    for key in changed:
        outcomes[key] = Outcome(key, "changed", held[key].id)
    touched = {**{key: born[key] for key in new_ids}, **changed}
    ids = {**new_ids, **{key: held[key].id for key in changed}}
    statements.restate({ids[key]: relating[key] for key in touched}, said)
    _publish_keys(batch, touched, ids)
    links = {ids[key]: row["merged_into"] for key, row in touched.items() if _links(row, held.get(key))}
    source_links.link_merged(object_type, links, new_ids)
    ids |= {key: one.id for key, one in held.items()}
    clashes = record_names.add_further_keys(
        object_type, {ids[row.source_key]: row for row in rows if row.source_key in ids}
    )
    return [_with_reason(outcomes[row.source_key], clashes) for row in rows]


def _kept_back(
    changed: Mapping[str, dict[str, Any]],
    relating: Mapping[str, tuple[Stated, ...]],
    held: Mapping[str, _Held],
    batch: _Batch,
) -> dict[str, Outcome]:
    """Keep the changes that wait for a person; returns their outcome."""
    updates = {
        key: overlays.Update(held[key].id, held[key].attributes, columns, relating[key])
        for key, columns in changed.items()
        if held[key].status == columns["status"] == "active"
    }
    return {} if batch.looked_at else overlays.hold_back(updates, batch.object_type, batch.origin)


def _links(row: Mapping[str, Any], before: _Held | None) -> bool:
    """Whether the source says, or said, that a record was merged into another one."""
    return bool(row["merged_into"] or (before and before.merged_into))


def _held(object_type: ObjectType, source_keys: Sequence[str]) -> dict[str, _Held]:
    """Lock and return what we hold under these keys, in key order."""
    with connection.cursor() as cursor:
        cursor.execute(*_holding(object_type, source_keys))
        return _held_of(cursor.fetchall())


def _holding(object_type: ObjectType, source_keys: Sequence[str], unless: str = "") -> Statement:
    return HELD.format(unless=unless), {"object_type": object_type.pk, "keys": list(source_keys)}


def _held_of(found: Answer) -> dict[str, _Held]:
    return {
        # Django hands jsonb to raw cursors as text.
        key: _Held(record_id, digest, changed_at, json.loads(attributes), status, merged_into)
        for key, record_id, digest, changed_at, attributes, status, merged_into in found
    }


def _columns(row: Incoming, attributes: dict[str, Any], digest: str, before: _Held | None) -> dict[str, Any]:
    return {
        "id": before.id if before else None,
        "source_key": row.source_key,
        "status": row.status,
        "merged_into": row.merged_into,
        "attributes": attributes,
        "payload": row.payload,
        "warnings": list(row.warnings),
        "content_hash": digest,
        "changed_at": row.changed_at.isoformat() if row.changed_at else None,
    }


def _publish_keys(batch: _Batch, touched: Mapping[str, dict[str, Any]], ids: Mapping[str, int]) -> None:
    """Write the blocking keys of the touched records; before the first rule set there are none to write."""
    rules, object_type = batch.rules, batch.object_type
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


def _with_reason(outcome: Outcome | None, clashes: Mapping[str, str]) -> Outcome | None:
    if outcome is None or outcome.source_key not in clashes:
        return outcome
    return Outcome(outcome.source_key, outcome.verdict, outcome.record_id, clashes[outcome.source_key])


def counts(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return how many outcomes there are of each verdict."""
    return dict(Counter(outcome.verdict for outcome in outcomes))
