"""Stored edges as columns: read, and replaced as a whole for some records."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from mdm.copying import array, copy_columns, read_columns
from mdm.resolution.candidates import ScoredPair
from mdm.rulesets.active import ActiveRules
from mdm.together import FEW, Statement, insertion, together

Longs = NDArray[np.int64]

STORED = """
SELECT left_id, right_id, weight, rules FROM mdm_edge WHERE left_id = ANY(%(ids)s::bigint[])
UNION
SELECT left_id, right_id, weight, rules FROM mdm_edge WHERE right_id = ANY(%(ids)s::bigint[])
"""

GONE = "DELETE FROM mdm_edge WHERE left_id = ANY(%(ids)s::bigint[]) OR right_id = ANY(%(ids)s::bigint[])"
COLUMNS = ("left_id", "right_id", "domain", "weight", "rules", "rule_set_id")


@dataclass(frozen=True)
class Edges:
    """Two record ids (left < right), the weight in 1/1000 bit, the bits of the rules that found the pair."""

    left: Longs
    right: Longs
    weight: NDArray[np.int32]
    rules: Longs

    def __len__(self) -> int:
        return len(self.left)

    def at(self, places: Longs) -> "Edges":
        """Return the edges at some places."""
        return Edges(self.left[places], self.right[places], self.weight[places], self.rules[places])

    def without(self, record_ids: Longs) -> "Edges":
        """Return the edges that none of these records is an end of."""
        ends = np.isin(self.left, record_ids) | np.isin(self.right, record_ids)
        return self.at(np.flatnonzero(~ends))

    def beside(self, others: "Edges") -> "Edges":
        """Return these and others, which are no edges of these."""
        return Edges(
            np.concatenate([self.left, others.left]),
            np.concatenate([self.right, others.right]),
            np.concatenate([self.weight, others.weight]),
            np.concatenate([self.rules, others.rules]),
        )

    @classmethod
    def united(cls, several: Iterable["Edges"]) -> "Edges":
        """Return edges that may stand in more than one of these, each once, ascending."""
        whole = reduce(cls.beside, several)
        order = np.lexsort((whole.right, whole.left))
        whole = whole.at(order)
        again = (np.diff(whole.left) == 0) & (np.diff(whole.right) == 0)
        return whole.at(np.flatnonzero(np.r_[True, ~again][: len(whole)]))

    def differing(self, others: "Edges") -> Longs:
        """Return the ends of edges that stand only on one side, or with another weight or other rules."""
        both = self.beside(others)
        told = np.column_stack([both.left, both.right, both.weight.astype(np.int64), both.rules])
        rows, counts = np.unique(told, axis=0, return_counts=True)
        return np.unique(rows[counts == 1][:, :2])

    @classmethod
    def of(cls, pairs: Collection[ScoredPair]) -> "Edges":
        """Return scored pairs as columns."""
        told = [(one.left, one.right, one.weight, one.rules) for one in pairs]
        columns = np.array(told, dtype=np.int64).reshape(-1, 4).T
        return cls(columns[0], columns[1], columns[2].astype(np.int32), columns[3])


def stored(record_ids: Longs) -> Edges:
    """Return the edges of these records that stand in the database."""
    kinds = ("one i8", "other i8", "weight i4", "rules i8")
    return Edges(*read_columns(STORED, {"ids": array(record_ids.tolist())}, kinds))


def replace_edges(rules: ActiveRules, record_ids: Collection[int], edges: Edges) -> None:
    """Make the stored edges of these records exactly `edges`."""
    if len(edges) <= FEW:
        together(*replacing(rules, record_ids, edges))
        return
    with connection.cursor() as cursor:
        cursor.execute(GONE, {"ids": array(record_ids)})
    copy_columns(
        "mdm_edge",
        {
            "left_id": edges.left,
            "right_id": edges.right,
            "domain": rules.domain,
            "weight": edges.weight,
            "rules": edges.rules,
            "rule_set_id": np.full(len(edges), rules.rule_set_id, dtype=np.int64),
        },
    )


def replacing(rules: ActiveRules, record_ids: Collection[int], edges: Edges) -> list[Statement]:
    """Return the statements that do so where the edges are few."""
    gone: Statement = (GONE, {"ids": array(record_ids)})
    if not len(edges):
        return [gone]
    columns = (edges.left, edges.right, edges.weight, edges.rules)
    rows = [
        (left, right, rules.domain, weight, mask, rules.rule_set_id)
        for left, right, weight, mask in zip(*(column.tolist() for column in columns), strict=True)
    ]
    return [gone, insertion("mdm_edge", COLUMNS, rows)]
