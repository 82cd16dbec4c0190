"""Checks of relationships: what is said was told, and whoever reads all events knows what stands."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from mdm.compliance.proof.check import CALM, Broken, Check, sql
from mdm.relationships.announce import known_by_events, standing_now
from mdm.relationships.ends import all_voices

ROWS = f"""
WITH {CALM}
SELECT x.id, x.told, x.gone
FROM mdm_sourcerelationship x
JOIN calm c ON c.record_id = x.record_id
LEFT JOIN (mdm_sourcesystem s JOIN mdm_objecttype t ON t.source_id = s.id)
  ON s.code = x.other_source AND t.code = x.other_object_type
LEFT JOIN mdm_sourcerecord o ON o.object_type_id = t.id AND o.source_key = x.other_key
LEFT JOIN mdm_alternatekey k ON k.object_type_id = t.id AND k.key = x.other_key AND o.id IS NULL
LEFT JOIN calm d ON d.record_id = coalesce(o.id, k.record_id)
WHERE coalesce(o.id, k.record_id) IS NULL OR d.record_id IS NOT NULL
"""

CALM_GOLDENS = f"""
WITH {CALM}
SELECT code FROM mdm_goldenrecord
WHERE id NOT IN (SELECT golden_id FROM stirred WHERE golden_id IS NOT NULL)
"""


def _told() -> Iterator[Broken]:
    """Find statements that stand untold, and told ones that stand no more, where nothing waits."""
    standing = {one.number for said in all_voices().values() for one in said}
    for number, told, gone in _select(ROWS):
        if gone:
            yield Broken(number, "(statement of a source) is over, and its end was never told.")
        elif told != (number in standing):
            fault = "was told, but stands no more" if told else "stands, but was never told"
            yield Broken(number, f"(statement of a source) {fault}.")


def _events() -> Iterator[Broken]:
    """Find relationships about which the last event says something else than what stands."""
    known, standing = known_by_events(), standing_now()
    calm = {code for (code,) in _select(CALM_GOLDENS)} if known or standing else set()
    for key in sorted({*known, *standing}):
        said, holds = known.get(key, {}).get("days"), standing.get(key, {}).get("days")
        if said != holds and calm.issuperset(key[1:]):
            words = f"it holds on {json.dumps(holds)}, the last event about it says {json.dumps(said)}."
            yield Broken(key[1], f"is in {key[0]} with {key[2]}: {words}")


def _select(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


CHECKS = (
    Check(
        "relationship-told",
        8,
        "What sources say of two known records was told, and what they say no more was told to be over.",
        "row",
        _told,
    ),
    Check(
        "events-rebuild-relationships",
        8,
        "Who reads all events knows how golden records stand to each other, and on which days.",
        "row",
        _events,
    ),
    sql(
        "relationship-speaks",
        promise=9,
        of="input",
        holds="A steward's word on a relationship says who gave it and why, and who took it back.",
        about="row",
        sentence="(relationship {0}) by {1} was withdrawn at {2} by {3}.",
        statement="""
SELECT id, type, coalesce(nullif(btrim(actor), ''), 'nobody'), coalesce(withdrawn_at::text, 'no time'),
       coalesce(nullif(withdrawn_by, ''), 'nobody')
FROM mdm_stewardrelationship
WHERE btrim(actor) = '' OR reason_code = '' OR (withdrawn_at IS NULL) <> (withdrawn_by = '')
""",
    ),
    sql(
        "relationship-days",
        promise=3,
        of="input",
        holds="A relationship ends on the day it begins or later, and joins two golden records.",
        about="row",
        sentence="(statement of {0}) goes from {1} to {2}.",
        statement="""
SELECT id, 'a source', valid_from::text, valid_to::text FROM mdm_sourcerelationship
WHERE valid_from > valid_to
UNION ALL
SELECT id, 'a steward', coalesce(valid_from::text, from_golden_id::text),
       coalesce(valid_to::text, to_golden_id::text)
FROM mdm_stewardrelationship WHERE valid_from > valid_to OR from_golden_id = to_golden_id
""",
    ),
)
