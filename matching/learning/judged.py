"""What people judged about pairs of rows, and how it is divided without a record on both sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.blocking import pack
from matching.clustering import components
from matching.frame import Frame, RecordName

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Answer = tuple[RecordName, RecordName, bool]

FOLDS = 5
LEAST_JUDGED = 50
MOST_IN_ONE = 0.5
SURE = 1 << 20
"""A weight in 1/1000 bit beyond any that evidence gives: a person's answer stands above the model."""


@dataclass(frozen=True)
class Judged:
    """left < right: rows of each judged pair, once each and ascending; is_match: what people said."""

    left: Ints
    right: Ints
    is_match: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.left)

    @classmethod
    def of(cls, left: Ints, right: Ints, is_match: NDArray[np.bool_]) -> Judged:
        """Return the pairs in order; of a pair that was judged twice the last answer counts."""
        low, high = np.minimum(left, right), np.maximum(left, right)
        packed = pack(low, high)[::-1]
        _, last = np.unique(packed, return_index=True)
        at = len(packed) - 1 - last
        return cls(low[at].astype(np.int32), high[at].astype(np.int32), is_match[at].astype(bool))

    @classmethod
    def named(cls, frame: Frame, answers: Iterable[Answer]) -> Judged:
        """Return answers about named records as rows of the frame; those about other records are left out."""
        row_of = {name: row for row, name in enumerate(frame.names)}
        found = [
            (row_of[one], row_of[other], same)
            for one, other, same in answers
            if one in row_of and other in row_of and one != other
        ]
        left, right, same = zip(*found, strict=True) if found else ((), (), ())
        return cls.of(np.array(left, np.int32), np.array(right, np.int32), np.array(same, dtype=bool))

    def at(self, chosen: NDArray[np.bool_] | Longs) -> Judged:
        """Return the chosen pairs."""
        return Judged(self.left[chosen], self.right[chosen], self.is_match[chosen])

    def packed(self) -> NDArray[np.uint64]:
        """Return the pairs as packed numbers, ascending."""
        return pack(self.left, self.right)

    def folds(self) -> Longs:
        """Return the fold of each pair, 0 to FOLDS - 1: no record is in pairs of two folds.

        Pairs that hang together by records stay together (an entity is never learned and tested upon);
        where that would leave more than half of all pairs in one piece, they hang together by their left
        records only. Pieces go to the smallest fold, the largest piece first.
        """
        pieces = components(int(self.right.max(initial=-1)) + 1, self.left, self.right)[self.left]
        if len(self) and np.bincount(pieces).max() > MOST_IN_ONE * len(self):
            pieces = self.left
        numbers, place, sizes = np.unique(pieces, return_inverse=True, return_counts=True)
        fold_of, filled = np.zeros(len(numbers), dtype=np.int64), np.zeros(FOLDS, dtype=np.int64)
        for number in np.argsort(-sizes, kind="stable"):
            fold_of[number] = int(filled.argmin())
            filled[fold_of[number]] += sizes[number]
        return np.asarray(fold_of[place])


def with_answers(left: Ints, right: Ints, weights: Longs, judged: Judged) -> Longs:
    """Return the weights of pairs (left < right) with those that people judged beyond doubt."""
    wanted, known = pack(left, right), judged.packed()
    if not len(known):
        return weights
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    found = known[at] == wanted
    return np.where(found, np.where(judged.is_match[at], SURE, -SURE), weights)
