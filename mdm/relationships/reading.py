"""Relationships as somebody may see them: by golden record, type, direction and day, with who says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection

from mdm import relationships
from mdm.compliance.policy import Principal, visible
from mdm.compliance.reading import title_of
from mdm.models import GoldenRecord
from mdm.relationships.edges import Edge, EdgeKey, Name, Statement
from mdm.relationships.ends import TOUCHING, edges_of

Direction = Literal["out", "in"]

WAITING = f"""
WITH {TOUCHING}
SELECT x.type, s.code, t.code, r.source_key, x.other_source, x.other_object_type, x.other_key
FROM mine
JOIN mdm_sourcerelationship x ON x.record_id = mine.id AND NOT x.gone
JOIN mdm_sourcerecord r ON r.id = x.record_id AND r.status = 'active'
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_sourcesystem s ON s.id = t.source_id
WHERE NOT EXISTS (
    SELECT FROM mdm_sourcesystem os JOIN mdm_objecttype ot ON ot.source_id = os.id
    JOIN mdm_sourcerecord o ON o.object_type_id = ot.id
    JOIN mdm_membership m ON m.record_id = o.id AND m.golden_id IS NOT NULL
    WHERE os.code = x.other_source AND ot.code = x.other_object_type AND (
      o.source_key = x.other_key OR EXISTS (
        SELECT FROM mdm_alternatekey k WHERE k.record_id = o.id AND k.key = x.other_key)))
ORDER BY x.type, x.other_source, x.other_object_type, x.other_key
"""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says so: a source record (`record` and the record it names), or a steward (`steward`, `number`)."""

    record: Name | None
    other: Name | None
    steward: str
    number: int | None
    valid_from: date | None
    valid_to: date | None
    attributes: Mapping[str, Any]
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Relationship:
    """One relationship of a golden record, as it reads from there.

    direction   out: it goes from this record to the other; in: it comes from the other.
    days        spans of whole days on which it holds; None at an end: open.
    title       of the other record, as far as the reader may see its name.
    """

    type: str
    direction: Direction
    label: str
    other_id: str
    kind: str
    title: str
    days: tuple[tuple[date | None, date | None], ...]
    holds: bool
    attributes: Mapping[str, Any]
    said_by: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that a source names and we do not know yet."""

    type: str
    record: Name
    other: Name


def relationships_of(
    golden: GoldenRecord,
    principal: Principal,
    *,
    type_: str | None = None,
    direction: Direction | None = None,
    on: date | None = None,
) -> tuple[Relationship, ...]:
    """Return the relationships of a live golden record, by type and title of the other; on a day, or of ever.

    Raises LookupError for an unknown type.
    """
    if type_ is not None:
        relationships.get(type_)
    edges = {
        key: edge
        for key, edge in edges_seen([golden.pk], principal).items()
        if type_ in (None, key[0]) and edge.holds_on(on)
    }
    others = goldens_by_id({end for key in edges for end in key[1:]} - {golden.pk})
    found = [
        _seen(edge, golden, others, principal, on)
        for key, edge in edges.items()
        if direction in (None, "out" if key[1] == golden.pk else "in")
    ]
    return tuple(sorted(found, key=lambda one: (one.type, one.direction, one.title, one.other_id)))


def edges_seen(golden_ids: Collection[int], principal: Principal) -> dict[EdgeKey, Edge]:
    """Return the relationships of golden records that a reader may know of: one of his sources says so."""
    found = edges_of(golden_ids)
    if principal.sources is None:
        return found
    return {
        key: edge
        for key, edge in found.items()
        if any(voice.said_by is None or voice.said_by[0] in principal.sources for voice in edge.statements)
    }


def goldens_by_id(golden_ids: Collection[int]) -> dict[int, GoldenRecord]:
    """Return golden records by their number."""
    return GoldenRecord.objects.in_bulk(list(golden_ids))


def title_seen(golden: GoldenRecord, principal: Principal) -> str:
    """Return what a reader may call a golden record."""
    return title_of(golden.domain, visible(principal, golden.domain, golden.attributes))


def waiting_of(golden: GoldenRecord, principal: Principal) -> tuple[Waiting, ...]:
    """Return what sources say of this golden record and records that we do not know yet."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"goldens": [golden.pk]})
        rows = [Waiting(row[0], tuple(row[1:4]), tuple(row[4:7])) for row in cursor.fetchall()]
    allowed = principal.sources
    return tuple(one for one in rows if allowed is None or one.record[0] in allowed)


def _seen(
    edge: Edge,
    golden: GoldenRecord,
    others: Mapping[int, GoldenRecord],
    principal: Principal,
    on: date | None,
) -> Relationship:
    code, from_id, to_id = edge.key
    type_ = relationships.get(code)
    out = from_id == golden.pk
    other = others[to_id if out else from_id]
    return Relationship(
        type=code,
        direction="out" if out else "in",
        label=type_.label if out else type_.inverse,
        other_id=other.code,
        kind=other.kind,
        title=title_seen(other, principal),
        days=tuple((span.first, span.last) for span in edge.spans),
        holds=edge.holds_on(on),
        attributes=edge.attributes,
        said_by=tuple(_voice(one) for one in edge.statements if _may_hear(one, principal)),
    )


def _may_hear(voice: Statement, principal: Principal) -> bool:
    return voice.said_by is None or principal.sources is None or voice.said_by[0] in principal.sources


def _voice(voice: Statement) -> Voice:
    return Voice(
        voice.said_by,
        voice.other,
        voice.by_steward,
        voice.number if voice.by_steward else None,
        voice.span.first,
        voice.span.last,
        voice.attributes,
        voice.at,
    )
