"""The codes that the source records of a domain carry, counted, and the records that carry one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection

from mdm.code_lists.reading import Place

EXAMPLES = 3

# A place may hold a code, several of them, or an object of scope -> code.
CODES = """
SELECT jsonb_path_query(r.attributes, %(plain)s::jsonpath) AS code
UNION ALL
SELECT jsonb_path_query(r.attributes, %(scoped)s::jsonpath)
"""
IN_USE = f"""
SELECT s.code, t.code, c.code #>> '{{}}', count(DISTINCT r.id),
       (array_agg(r.source_key ORDER BY r.id))[1:{EXAMPLES}]
FROM mdm_sourcerecord r
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_sourcesystem s ON s.id = t.source_id
CROSS JOIN LATERAL ({CODES}) AS c
WHERE r.domain = %(domain)s AND r.status = 'active' AND jsonb_typeof(c.code) = 'string'
GROUP BY s.code, t.code, c.code #>> '{{}}'
ORDER BY s.code, t.code, c.code #>> '{{}}'
"""
CARRIERS = f"""
SELECT DISTINCT r.id
FROM mdm_sourcerecord r
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_sourcesystem s ON s.id = t.source_id
CROSS JOIN LATERAL ({CODES}) AS c
WHERE r.domain = %(domain)s AND r.status = 'active' AND s.code = %(source)s
  AND jsonb_typeof(c.code) = 'string' AND c.code #>> '{{}}' = ANY(%(codes)s)
"""


@dataclass(frozen=True, slots=True)
class CodeInUse:
    """A code as one object type of a source writes it at one place, with the keys of some who carry it."""

    place: Place
    source: str
    object_type: str
    code: str
    records: int
    examples: tuple[str, ...]


def codes_in_use(domain: str, places: Iterable[Place]) -> list[CodeInUse]:
    """Return every code of the active records of a domain at these places: one pass over them a place."""
    found = []
    with connection.cursor() as cursor:
        for place in places:
            cursor.execute(IN_USE, {"domain": domain, **_paths(place)})
            found += [
                CodeInUse(place, source, object_type, code, records, tuple(examples))
                for source, object_type, code, records, examples in cursor.fetchall()
            ]
    return found


def carriers(domain: str, place: Place, source: str, codes: Collection[str]) -> set[int]:
    """Return the ids of the active records of a source that carry one of these codes at a place."""
    if not codes:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(CARRIERS, {"domain": domain, "source": source, "codes": list(codes), **_paths(place)})
        return {record_id for (record_id,) in cursor.fetchall()}


def _paths(place: Place) -> dict[str, str]:
    """Return the JSON paths of a place; what is not there, or of another shape, yields nothing."""
    if place.part:
        return {"plain": f'lax $."{place.attribute}"."{place.part}"', "scoped": 'lax $."" '}
    return {"plain": f'lax $."{place.attribute}"[*]', "scoped": f'lax $."{place.attribute}"[*].*'}
