"""Competition between candidate pairs of duplicate-free sources: a record has at most one partner in
another source.

Each round accepts the pairs that are the best of both their records and drops what competes with them: the
result of taking pairs by falling weight (unique mapping), found in a few passes over arrays.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.admissibility import tie_hash
from matching.frame import Frame, RecordName

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

MOST_EQUAL = 0.05


def undisputed(
    left: Ints, right: Ints, weights: Longs, sources: Ints, names: Sequence[RecordName]
) -> NDArray[np.bool_]:
    """Return a mask of the pairs that win: no record wins two partners of one source. Ties by hash of the
    names.
    """
    accepted = np.zeros(len(left), dtype=bool)
    if not len(left):
        return accepted
    rank = _ranks(left, right, weights, names)
    count = int(sources.max()) + 1
    left_seat = left.astype(np.int64) * count + sources[right]
    right_seat = right.astype(np.int64) * count + sources[left]
    _, seats = np.unique(np.concatenate([left_seat, right_seat]), return_inverse=True)
    left_seat, right_seat = seats[: len(left)], seats[len(left) :]
    taken = np.zeros(int(seats.max()) + 1, dtype=bool)
    standing = np.arange(len(left))
    while len(standing):
        best = np.full(len(taken), np.iinfo(np.int64).max)
        np.minimum.at(best, left_seat[standing], rank[standing])
        np.minimum.at(best, right_seat[standing], rank[standing])
        wins = (best[left_seat[standing]] == rank[standing]) & (best[right_seat[standing]] == rank[standing])
        winners = standing[wins]
        accepted[winners] = True
        taken[left_seat[winners]] = True
        taken[right_seat[winners]] = True
        standing = standing[~taken[left_seat[standing]] & ~taken[right_seat[standing]]]
    return accepted


def _ranks(left: Ints, right: Ints, weights: Longs, names: Sequence[RecordName]) -> Longs:
    """Return the place of each pair by falling weight, ties by the lower and the higher hash of its two
    names.
    """
    rows = np.unique(np.concatenate([left, right]))
    hashes = np.zeros(int(rows[-1]) + 1, dtype=np.uint64)
    hashes[rows] = [int.from_bytes(tie_hash(names[row]), "big") for row in rows.tolist()]
    low, high = np.minimum(hashes[left], hashes[right]), np.maximum(hashes[left], hashes[right])
    order = np.lexsort((high, low, -weights))
    ranks = np.empty(len(left), dtype=np.int64)
    ranks[order] = np.arange(len(left))
    return ranks


def free_of_duplicates(frame: Frame) -> bool:
    """Tell whether hardly any record equals another of its own source in all compared columns."""
    codes = np.column_stack([frame.sources, *(column.codes for column in frame.columns.values())])
    _, counts = np.unique(codes, axis=0, return_counts=True)
    return bool((counts - 1).sum() <= MOST_EQUAL * len(frame))
