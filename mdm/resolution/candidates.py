"""Candidate pairs of a few records, by their keys in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from matching.engines.local import score
from mdm.copying import array
from mdm.resolution import standardised
from mdm.resolution.standardised import Said
from mdm.rulesets.active import ActiveRules
from mdm.together import Answer, Statement

# One scan of the index for all keys, whatever the planner believes of the table: after a load it knows
# nothing yet. Of keys that are noted as closed or generic nobody is read, so what is read stays below the
# caps, but for the keys that have just crossed them: these come back too, without a left record, and so do
# values that more records carry than names may.
CANDIDATES = """
WITH mine AS MATERIALIZED (
  SELECT b.record_id, b.key, b.rule FROM mdm_blockingkey b
  WHERE b.record_id = ANY(%(ids)s::bigint[]) AND b.rule >= 0
    AND NOT EXISTS (SELECT FROM mdm_closedkey k
                    WHERE k.domain = %(domain)s AND k.key = b.key AND (k.closed OR k.generic))
), met AS MATERIALIZED (
  SELECT b.key, b.record_id FROM mdm_blockingkey b
  WHERE b.key = ANY(ARRAY(SELECT key FROM mine))
), over AS MATERIALIZED (
  SELECT DISTINCT many.key, mine.rule, many.carriers > (%(caps)s::int[])[mine.rule + 1] AS closes
  FROM (SELECT key, count(*) AS carriers FROM met GROUP BY key HAVING count(*) > %(least)s) AS many
  JOIN mine USING (key)
  WHERE many.carriers > least((%(caps)s::int[])[mine.rule + 1], (%(names)s::int[])[mine.rule + 1])
)
SELECT least(mine.record_id, met.record_id), greatest(mine.record_id, met.record_id),
       bit_or(1::bigint << mine.rule)
FROM mine JOIN met USING (key)
WHERE met.record_id <> mine.record_id
  AND NOT EXISTS (SELECT FROM over WHERE over.closes AND over.key = mine.key)
GROUP BY 1, 2
HAVING bit_or(1::bigint << mine.rule) & ~%(weak)s::bigint <> 0
    OR bit_or(1::bigint << mine.rule) & (bit_or(1::bigint << mine.rule) - 1) <> 0
UNION ALL
SELECT NULL, over.key, over.rule FROM over
"""


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """An edge: two record ids (left < right), the weight in 1/1000 bit, the blocking rules that found it."""

    left: int
    right: int
    weight: int
    rules: int


@dataclass(frozen=True, slots=True)
class Met:
    """Whom some records meet: (left, right, rule mask) of every pair with any record under an open key.

    crossed: key -> rule of the keys that more records carry than may, or than names may, and that are not
    noted as closed or generic yet.
    """

    pairs: list[tuple[int, int, int]]
    crossed: dict[int, int]


def met(rules: ActiveRules, record_ids: Collection[int]) -> Met:
    """Return whom these records meet."""
    with connection.cursor() as cursor:
        cursor.execute(*meeting(rules, record_ids))
        return told(cursor.fetchall())


def meeting(rules: ActiveRules, record_ids: Collection[int]) -> Statement:
    """Return the statement that tells whom these records meet."""
    caps, most_names = rules.caps, rules.most_names
    limits: dict[str, Any] = {
        "caps": array(caps),
        "names": array([most_names.get(rule) for rule in range(len(caps))]),
        "least": min([*caps, *most_names.values()], default=0),
        "weak": rules.spec.weak_rules,
    }
    return CANDIDATES, {"domain": rules.domain, "ids": array(record_ids), **limits}


def told(found: Answer) -> Met:
    """Return what the statement has told."""
    return Met(
        [(left, right, mask) for left, right, mask in found if left is not None],
        {key: rule for left, key, rule in found if left is None},
    )


Weighed = dict[tuple[int, int, int, int], int]
"""Weights already computed, by (left id, its version, right id, its version)."""


def scored(
    rules: ActiveRules,
    versions: Mapping[int, int],
    pairs: Sequence[tuple[int, int, int]],
    weighed: Weighed,
    heard: Mapping[int, Said],
    *,
    at_least: int,
) -> list[ScoredPair]:
    """Return the pairs whose weight reaches `at_least`; versions: of every id of a pair; heard: what some of
    them say, in that version.

    Pairs in `weighed` are not scored again, and new ones are added: the look under the locks sees mostly what
    the look before them saw.
    """
    names = [(left, versions[left], right, versions[right]) for left, right, _ in pairs]
    fresh = [name for name in names if name not in weighed]
    if fresh:
        wanted = {record_id for name in fresh for record_id in (name[0], name[2])}
        # A version may be newer by now: then its record is due again, and is weighed under its new name.
        said = standardised.read(rules, wanted) if wanted - heard.keys() else heard
        place = {record_id: index for index, record_id in enumerate(wanted)}
        weights = score(
            standardised.frame_of(rules, said, wanted),
            rules.spec,
            rules.weighing,
            np.array([place[name[0]] for name in fresh], dtype=np.int32),
            np.array([place[name[2]] for name in fresh], dtype=np.int32),
        )
        weighed |= dict(zip(fresh, weights.tolist(), strict=True))
    return [
        ScoredPair(left, right, weighed[name], mask)
        for (left, right, mask), name in zip(pairs, names, strict=True)
        if weighed[name] >= at_least
    ]
