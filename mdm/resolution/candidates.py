"""Candidate pairs of a few records, by their keys in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection

from matching.engines.local import score
from mdm.resolution.scope import Row, frame_of
from mdm.rulesets.active import ActiveRules

CANDIDATES = """
WITH mine AS (
  SELECT DISTINCT key FROM mdm_blockingkey WHERE record_id = ANY(%(ids)s)
), open AS (
  SELECT key FROM mine
  WHERE (SELECT count(*) FROM (SELECT FROM mdm_blockingkey b
                               WHERE b.key = mine.key AND b.domain = %(domain)s LIMIT %(cap)s + 1) AS seen)
        BETWEEN 2 AND %(cap)s
)
SELECT least(a.record_id, b.record_id), greatest(a.record_id, b.record_id), bit_or(1::bigint << a.rule)
FROM open
JOIN mdm_blockingkey a USING (key)
JOIN mdm_blockingkey b USING (key)
WHERE a.record_id = ANY(%(ids)s) AND b.record_id <> a.record_id AND b.domain = %(domain)s
GROUP BY 1, 2
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """An edge: two record ids (left < right), the weight in 1/1000 bit, the blocking rules that found it."""

    left: int
    right: int
    weight: int
    rules: int


def candidate_ids(domain: str, record_ids: Collection[int], cap: int) -> list[tuple[int, int, int]]:
    """Return (left, right, rule mask) of every pair of these records with any record under an open key."""
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, {"domain": domain, "ids": list(record_ids), "cap": cap})
        return [(left, right, mask) for left, right, mask in cursor.fetchall()]


def scored(
    rules: ActiveRules, rows: Sequence[Row], pairs: Sequence[tuple[int, int, int]], at_least: int
) -> list[ScoredPair]:
    """Return the pairs whose weight reaches `at_least`; every id of a pair is among the rows."""
    position: Mapping[int, int] = {row.id: index for index, row in enumerate(rows)}
    if not pairs:
        return []
    left = np.fromiter((position[pair[0]] for pair in pairs), dtype=np.int32, count=len(pairs))
    right = np.fromiter((position[pair[1]] for pair in pairs), dtype=np.int32, count=len(pairs))
    weights = score(frame_of(rules, rows), rules.spec, rules.model, left, right).tolist()
    return [
        ScoredPair(pair[0], pair[1], weight, pair[2])
        for pair, weight in zip(pairs, weights, strict=True)
        if weight >= at_least
    ]
