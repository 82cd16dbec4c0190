"""Candidate pairs of a few records, by their keys in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from matching.engines.local import score
from mdm.resolution.scope import Stand, frame_of, rows_of
from mdm.rulesets.active import ActiveRules

# One index look-up a key, whatever the planner believes of the table: after a load it knows nothing yet.
CANDIDATES = """
WITH mine AS MATERIALIZED (
  SELECT record_id, key, rule FROM mdm_blockingkey WHERE record_id = ANY(%(ids)s)
), met AS MATERIALIZED (
  SELECT key, carriers.ids
  FROM (SELECT DISTINCT key, rule FROM mine) AS keys
  CROSS JOIN LATERAL (
    SELECT array_agg(record_id) AS ids
    FROM (SELECT record_id FROM mdm_blockingkey b
          WHERE b.key = keys.key AND b.domain = %(domain)s
          LIMIT (%(caps)s::int[])[keys.rule + 1] + 1) AS seen
  ) AS carriers
  WHERE cardinality(carriers.ids) BETWEEN 2 AND (%(caps)s::int[])[keys.rule + 1]
)
SELECT least(mine.record_id, other), greatest(mine.record_id, other), bit_or(1::bigint << mine.rule)
FROM mine JOIN met USING (key) CROSS JOIN LATERAL unnest(met.ids) AS other
WHERE other <> mine.record_id
GROUP BY 1, 2
HAVING bit_or(1::bigint << mine.rule) & ~%(weak)s::bigint <> 0
    OR bit_or(1::bigint << mine.rule) & (bit_or(1::bigint << mine.rule) - 1) <> 0
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """An edge: two record ids (left < right), the weight in 1/1000 bit, the blocking rules that found it."""

    left: int
    right: int
    weight: int
    rules: int


def candidate_ids(
    domain: str, record_ids: Collection[int], caps: Sequence[int], weak: int
) -> list[tuple[int, int, int]]:
    """Return (left, right, rule mask) of every pair of these records with any record under an open key.

    weak: the bits of rules that make no pair alone.
    """
    with connection.cursor() as cursor:
        limits: dict[str, Any] = {"caps": list(caps), "weak": weak}
        cursor.execute(CANDIDATES, {"domain": domain, "ids": list(record_ids), **limits})
        return [(left, right, mask) for left, right, mask in cursor.fetchall()]


Weighed = dict[tuple[int, int, int, int], int]
"""Weights already computed, by (left id, its version, right id, its version)."""


def scored(
    rules: ActiveRules,
    stands: Mapping[int, Stand],
    pairs: Sequence[tuple[int, int, int]],
    weighed: Weighed,
    *,
    at_least: int,
) -> list[ScoredPair]:
    """Return the pairs whose weight reaches `at_least`; stands: of every id of a pair.

    Pairs in `weighed` are not scored again, and new ones are added: the look under the locks sees mostly what
    the look before them saw.
    """
    names = [(left, stands[left].version, right, stands[right].version) for left, right, _ in pairs]
    fresh = [name for name in names if name not in weighed]
    if fresh:
        rows = rows_of({record_id for name in fresh for record_id in (name[0], name[2])})
        # A version may be newer by now: then its record is due again, and is weighed under its new name.
        place = {row.id: index for index, row in enumerate(rows)}
        weights = score(
            frame_of(rules, rows),
            rules.spec,
            rules.model,
            np.array([place[name[0]] for name in fresh], dtype=np.int32),
            np.array([place[name[2]] for name in fresh], dtype=np.int32),
        )
        weighed |= dict(zip(fresh, weights.tolist(), strict=True))
    return [
        ScoredPair(left, right, weighed[name], mask)
        for (left, right, mask), name in zip(pairs, names, strict=True)
        if weighed[name] >= at_least
    ]
