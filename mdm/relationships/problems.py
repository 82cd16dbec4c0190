"""What sources and merges made of relationships that cannot be right: found whenever somebody asks.

A steward is refused what would go round in a circle; sources and merges are not, so it is named here until
somebody puts it right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import connection

from mdm import relationships
from mdm.compliance.policy import Principal
from mdm.domains.relationship import RelationshipType
from mdm.models import GoldenRecord
from mdm.relationships.edges import Edge
from mdm.relationships.ends import all_edges
from mdm.relationships.graph import chosen, cycles

Fault = Literal["cycle", "several", "kind"]

MOST = 500

UNKNOWN = """
SELECT x.type, x.other_source, x.other_object_type, count(*), count(DISTINCT x.other_key)
FROM mdm_sourcerelationship x
JOIN mdm_sourcerecord r ON r.id = x.record_id AND r.status = 'active'
LEFT JOIN mdm_sourcesystem s ON s.code = x.other_source
LEFT JOIN mdm_objecttype t ON t.source_id = s.id AND t.code = x.other_object_type
WHERE NOT x.gone
  AND NOT EXISTS (SELECT FROM mdm_sourcerecord o WHERE o.object_type_id = t.id AND o.source_key = x.other_key)
  AND NOT EXISTS (SELECT FROM mdm_alternatekey k WHERE k.object_type_id = t.id AND k.key = x.other_key)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

WITHIN = """
SELECT x.type, g.code, count(*)
FROM mdm_sourcerelationship x
JOIN mdm_sourcerecord r ON r.id = x.record_id AND r.status = 'active'
JOIN mdm_membership m ON m.record_id = r.id
JOIN mdm_goldenrecord g ON g.id = m.golden_id
JOIN mdm_sourcesystem s ON s.code = x.other_source
JOIN mdm_objecttype t ON t.source_id = s.id AND t.code = x.other_object_type
LEFT JOIN mdm_sourcerecord o ON o.object_type_id = t.id AND o.source_key = x.other_key
LEFT JOIN mdm_alternatekey k ON k.object_type_id = t.id AND k.key = x.other_key AND o.id IS NULL
JOIN mdm_membership n ON n.record_id = coalesce(o.id, k.record_id) AND n.golden_id = m.golden_id
WHERE NOT x.gone
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """Golden records that stand to each other as they cannot, and in a sentence how."""

    type: str
    fault: Fault
    golden_ids: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """How many statements wait for records of an object type that have never come."""

    type: str
    source: str
    object_type: str
    statements: int
    records: int


@dataclass(frozen=True, slots=True)
class Problems:
    """What is wrong with relationships on a day, the counts of all and the first of each fault."""

    on: date
    counts: Mapping[str, int]
    found: tuple[Problem, ...]
    unknown: tuple[Unknown, ...]
    within: tuple[tuple[str, str, int], ...]
    """Type, golden id, statements: both ends are one golden record, by a merge or by a source's error."""


def problems(*, on: date, type_: str | None = None) -> Problems:
    """Return what cannot be right on a day; raises LookupError for an unknown type."""
    types = [relationships.get(type_)] if type_ else list(relationships.registered().values())
    by_type: dict[str, list[Edge]] = {}
    for key, edge in all_edges().items():
        if edge.holds_on(on):
            by_type.setdefault(key[0], []).append(edge)
    kinds = _kinds(edge for edges in by_type.values() for edge in edges)
    found = [
        problem for declared in types for problem in _of_type(declared, by_type.get(declared.code, []), kinds)
    ]
    wanted = {declared.code for declared in types}
    unknown = tuple(Unknown(*row) for row in _rows(UNKNOWN) if row[0] in wanted)
    within = tuple((row[0], row[1], row[2]) for row in _rows(WITHIN) if row[0] in wanted)
    counts: Counter[str] = Counter(problem.fault for problem in found)
    return Problems(on, dict(counts), tuple(found[:MOST]), unknown, within)


def _of_type(
    type_: RelationshipType, edges: list[Edge], known: Mapping[int, tuple[str, str]]
) -> Iterator[Problem]:
    def code(golden_id: int) -> str:
        return known[golden_id][0]

    if type_.acyclic:
        onward: dict[int, list[int]] = {}
        for edge in edges:
            onward.setdefault(edge.key[1], []).append(edge.key[2])
        for members in cycles(onward):
            codes = tuple(map(code, members))
            yield Problem(type_.code, "cycle", codes, f"Each is {type_.label} the others, round in a circle.")
    for once, mine, theirs in ((type_.points_once, 1, 2), (type_.pointed_once, 2, 1)):
        if once:
            yield from _several(type_, edges, mine, theirs, known)
    for edge in edges:
        ends: tuple[tuple[int, Literal["from", "to"]], ...] = ((edge.key[1], "from"), (edge.key[2], "to"))
        for golden_id, end in ends:
            golden_code, kind = known[golden_id]
            if not type_.fits(end, kind):
                wanted = " or ".join(type_.kinds_at(end))
                sentence = f"{golden_code} is of kind {kind}; {wanted} should stand there."
                yield Problem(type_.code, "kind", tuple(map(code, edge.key[1:])), sentence)


def _several(
    type_: RelationshipType,
    edges: Iterable[Edge],
    mine: int,
    theirs: int,
    known: Mapping[int, tuple[str, str]],
) -> Iterator[Problem]:
    by_end: dict[int, list[Edge]] = {}
    for edge in edges:
        by_end.setdefault(_end(edge, mine), []).append(edge)
    for end, several in sorted(by_end.items()):
        best = chosen(several)
        if best is None or len(several) < 2:
            continue
        others = sorted(known[_end(edge, theirs)][0] for edge in several)
        taken = known[_end(best, theirs)][0]
        sentence = f"{known[end][0]} stands in it to {', '.join(others)} at once; {taken} counts."
        yield Problem(type_.code, "several", (known[end][0], *others), sentence)


def _end(edge: Edge, place: int) -> int:
    """Return the golden number at the end it goes from (1) or to (2)."""
    return edge.key[1] if place == 1 else edge.key[2]


def _kinds(edges: Iterable[Edge]) -> dict[int, tuple[str, str]]:
    """Return golden number → id and kind of everybody at an end."""
    ends = {end for edge in edges for end in edge.key[1:]}
    rows = GoldenRecord.objects.filter(pk__in=ends).values_list("pk", "code", "kind")
    return {pk: (code, kind) for pk, code, kind in rows}


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def seen(found: Problems, principal: Principal) -> Problems:
    """Return the problems as far as a reader may see them: who sees some sources only gets counts alone."""
    return found if principal.sources is None else Problems(found.on, found.counts, (), (), ())
