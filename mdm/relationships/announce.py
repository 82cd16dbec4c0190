"""Tells which relationships of golden records came, changed and went: a step of every settlement.

Whoever moves a record holds the membership rows of both ends of all it is named in, taken in one order: so
two settlements that move the two ends of one relationship see each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from mdm import relationships
from mdm.copying import array
from mdm.models import GoldenRecord, OutboxEvent, SourceRelationship
from mdm.publishing.events import RELATED, RelatedEvent
from mdm.relationships.edges import Edge, EdgeKey
from mdm.relationships.ends import NAMING, OF_GOLDENS, Voices, all_edges, edges_from, voices_of
from mdm.together import together

Known = tuple[str, str, str]
"""Type, golden id it goes from, golden id it goes to."""
ENDS = ("type", "from", "to")

LOCK_ENDS = f"""
WITH {NAMING}, said AS MATERIALIZED (
  SELECT x.* FROM touching JOIN mdm_sourcerelationship x ON x.id = touching.id
), ends AS (
  SELECT record_id FROM said
  UNION
  SELECT coalesce(o.id, k.record_id)
  FROM said
  JOIN mdm_sourcesystem s ON s.code = said.other_source
  JOIN mdm_objecttype t ON t.source_id = s.id AND t.code = said.other_object_type
  LEFT JOIN mdm_sourcerecord o ON o.object_type_id = t.id AND o.source_key = said.other_key
  LEFT JOIN mdm_alternatekey k ON k.object_type_id = t.id AND k.key = said.other_key AND o.id IS NULL
)
SELECT FROM mdm_membership m
WHERE m.record_id = ANY(%(ids)s::bigint[]) OR m.record_id = ANY(ARRAY(SELECT record_id FROM ends))
ORDER BY m.record_id FOR NO KEY UPDATE
"""

LOCK_OWN = (
    "SELECT FROM mdm_membership WHERE record_id = ANY(%(ids)s::bigint[]) ORDER BY record_id FOR NO KEY UPDATE"
)

ANYTHING = (
    "SELECT EXISTS (SELECT FROM mdm_sourcerelationship) OR EXISTS (SELECT FROM mdm_stewardrelationship)"
)

_met_before: set[bool] = set()
"""Not empty once this process has met a relationship: from then on it locks both ends at once, in order."""

# Whether anybody says anything of these records: of most nobody does, and the rest is spared.
SPOKEN_OF = f"""
WITH {NAMING}
SELECT EXISTS (SELECT FROM touching) OR (
    EXISTS (SELECT FROM mdm_stewardrelationship WHERE withdrawn_at IS NULL)
    AND EXISTS (SELECT FROM mdm_stewardrelationship w WHERE w.withdrawn_at IS NULL {OF_GOLDENS}))
"""


@dataclass(frozen=True)
class ToldBefore:
    """What was told of some golden records before a change, and by which rows of the sources' table."""

    goldens: frozenset[int]
    edges: Mapping[EdgeKey, Edge] = field(default_factory=dict)
    rows: frozenset[int] = frozenset()


def told_before(
    record_ids: Collection[int], golden_ids: Collection[int], *, alone: bool = False
) -> ToldBefore | None:
    """Lock these records' memberships and both ends of what they are named in, and return what was told of
    these golden records.

    None when nobody says anything of them. Called before memberships are written; `tell` takes it after.
    alone: the caller holds the domain, so nothing needs to be locked.
    """
    parameters = {"ids": array(sorted(record_ids)), "goldens": array(sorted(golden_ids))}
    if alone and not anything_said():
        return None
    if not alone and not _met_before:
        # Asked under the locks: who says the first word of all after this waits for us to tell it.
        _, said = together((LOCK_OWN, parameters), (ANYTHING, []))
        if not said[0][0]:
            return None
        _met_before.add(True)
    with connection.cursor() as cursor:
        if not alone:
            cursor.execute(LOCK_ENDS, parameters)
        cursor.execute(SPOKEN_OF, parameters)
        if not cursor.fetchone()[0]:
            return None
    return told_of(golden_ids)


def anything_said() -> bool:
    """Whether anybody says anything of any relationship."""
    with connection.cursor() as cursor:
        cursor.execute(ANYTHING)
        return bool(cursor.fetchone()[0])


def told_of(golden_ids: Collection[int]) -> ToldBefore:
    """Return what was told of golden records whose ends the caller holds."""
    voices = voices_of(golden_ids, state="told")
    return ToldBefore(frozenset(golden_ids), edges_from(voices, golden_ids), _rows(voices))


def tell(before: ToldBefore | None) -> list[RelatedEvent]:
    """Return an event for every golden record whose relationships to others changed; keep what was told."""
    if before is None:
        return []
    voices = voices_of(before.goldens)
    after, rows = edges_from(voices, before.goldens), _rows(voices)
    SourceRelationship.objects.filter(pk__in=rows - before.rows, told=False).update(told=True)
    silent = SourceRelationship.objects.filter(pk__in=before.rows - rows)
    silent.filter(gone=True).delete()
    silent.filter(gone=False).update(told=False)
    return events_between(before.edges, after)


def _rows(voices: Voices) -> frozenset[int]:
    return frozenset(one.number for said in voices.values() for one in said)


def events_between(before: Mapping[EdgeKey, Edge], after: Mapping[EdgeKey, Edge]) -> list[RelatedEvent]:
    """Return an event for every golden record from which relationships came, changed or went."""
    came = [key for key, edge in after.items() if key not in before or before[key].content != edge.content]
    went = [key for key in before if key not in after]
    codes = _codes(came + went)
    events = []
    for from_id in sorted({key[1] for key in came + went}):
        mine = [sorted(key for key in keys if key[1] == from_id) for keys in (came, went)]
        first = next(key for keys in mine for key in keys)
        events.append(
            RelatedEvent(
                domain=_domain(first),
                related=tuple(told(after[key], codes) for key in mine[0]),
                unrelated=tuple(_named(key, codes) for key in mine[1]),
            )
        )
    return events


def told(edge: Edge, codes: Mapping[int, str]) -> dict[str, Any]:
    """Return a relationship as an event tells it: ends by golden id, days, attributes."""
    days = [[day and day.isoformat() for day in (span.first, span.last)] for span in edge.spans]
    return {**_named(edge.key, codes), "days": days, "attributes": dict(edge.attributes)}


def _named(key: EdgeKey, codes: Mapping[int, str]) -> dict[str, Any]:
    code, from_id, to_id = key
    return {"type": code, "from": codes[from_id], "to": codes[to_id]}


def known_by_events(domain: str | None = None) -> dict[Known, dict[str, Any]]:
    """Return what somebody knows who has read all events: (type, from, to) → the last word on it."""
    known: dict[Known, dict[str, Any]] = {}
    events = OutboxEvent.objects.filter(type=RELATED).order_by("id")
    for payload in (events.filter(domain=domain) if domain else events).values_list("payload", flat=True):
        known |= {_place(one): one for one in payload["related"]}
        for one in payload["unrelated"]:
            known.pop(_place(one), None)
    return known


def standing_now(domain: str | None = None) -> dict[Known, dict[str, Any]]:
    """Return how golden records stand to each other, as events tell it."""
    edges = [edge for key, edge in all_edges().items() if domain in (None, _domain(key))]
    codes = _codes(edge.key for edge in edges)
    return {_place(one): one for one in (told(edge, codes) for edge in edges)}


def tell_again(domain: str) -> list[RelatedEvent]:
    """Return events of every relationship about which the last event says something else than what stands."""
    known, standing = known_by_events(domain), standing_now(domain)
    wrong = [key for key in {*known, *standing} if known.get(key) != standing.get(key)]
    return [
        RelatedEvent(
            domain,
            related=tuple(standing[key] for key in sorted(wrong) if key[1] == code and key in standing),
            unrelated=tuple(
                dict(zip(ENDS, key, strict=True))
                for key in sorted(wrong)
                if key[1] == code and key not in standing
            ),
        )
        for code in sorted({key[1] for key in wrong})
    ]


def _place(one: Mapping[str, Any]) -> Known:
    return (one["type"], one["from"], one["to"])


def _domain(key: EdgeKey) -> str:
    return relationships.get(key[0]).from_domain


def _codes(keys: Iterable[EdgeKey]) -> dict[int, str]:
    ends = {end for key in keys for end in key[1:]}
    return dict(GoldenRecord.objects.filter(pk__in=ends).values_list("pk", "code"))
