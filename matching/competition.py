"""Competition between candidate pairs of duplicate-free sources: a record has at most one partner in
another source, unless that one holds several records of one thing.

Each round accepts the pairs that are the best of both their records and drops what competes with them: the
result of taking pairs by falling weight (unique mapping), found in a few passes over arrays.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.admissibility import tie_hash
from matching.frame import Frame, RecordName
from matching.model import MILLI, Model

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Lone = NDArray[np.bool_]

MOST_EQUAL = 0.05
SHORT = 4
CROWDED, FEWEST_CHOICES, CLEARLY, LIKELY = 0.5, 20, 3 * MILLI, 0.5


def undisputed(
    left: Ints,
    right: Ints,
    weights: Longs,
    sources: Ints,
    names: Sequence[RecordName],
    lone: Lone | None = None,
) -> NDArray[np.bool_]:
    """Return a mask of the pairs that win: no record wins two partners of one source. Ties by hash of the
    names.

    lone: bool[sources, sources], whether a record of the first may win one partner only in the second (None:
    all).
    """
    accepted = np.zeros(len(left), dtype=bool)
    if not len(left):
        return accepted
    rank = _ranks(left, right, weights, names)
    count = int(sources.max()) + 1
    left_seat = left.astype(np.int64) * count + sources[right]
    right_seat = right.astype(np.int64) * count + sources[left]
    if lone is not None:  # where partners are many, each pair has a seat of its own
        own = (int(max(left.max(), right.max())) + 1) * count + np.arange(len(left))
        left_seat = np.where(lone[sources[left], sources[right]], left_seat, own)
        right_seat = np.where(lone[sources[right], sources[left]], right_seat, own + len(left))
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


def lone_partners(
    frame: Frame, left: Ints, right: Ints, weights: Longs, model: Model, one_to_one: bool | None
) -> Lone | None:
    """Return lone[a, b], whether a record of source a has at most one partner in source b; None where no
    records compete.

    one_to_one: what the caller knows; None leaves it to the data. Sources with exact copies do not compete.
    A source of at most a quarter of another's records is a list that is looked up there, maybe one thing
    twice: two of so few would hardly want one record by chance. The same holds for a source of any size half
    of whose records (of those with one clear choice) choose what another of them has chosen.
    """
    if not (free_of_duplicates(frame) if one_to_one is None else one_to_one):
        return None
    sizes = np.bincount(frame.sources)
    lone = np.ones((len(sizes), len(sizes)), dtype=bool)
    if one_to_one is None:
        lone &= SHORT * sizes[None, :] > sizes[:, None]
        lone &= ~_crowded(frame.sources, left, right, weights, model.weight_at(LIKELY))
    return lone


def _crowded(sources: Ints, left: Ints, right: Ints, weights: Longs, likely: int) -> Lone:
    """Return crowded[a, b], whether records of source b clearly choose the same records of source a."""
    count = int(sources.max(initial=0)) + 1
    crowded = np.zeros((count, count), dtype=bool)
    chooser, chosen = np.concatenate([left, right]), np.concatenate([right, left])
    both = np.concatenate([weights, weights])
    seat = chooser.astype(np.int64) * count + sources[chosen]
    order = np.lexsort((-both, seat))
    seat, chosen, both, by = seat[order], chosen[order], both[order], sources[chooser[order]]
    first = np.r_[True, seat[1:] != seat[:-1]][: len(seat)]
    alone = np.r_[first[1:], True][: len(seat)]  # no second choice follows
    rival = np.r_[both[1:], 0][: len(seat)]
    clear = np.flatnonzero(first & (both >= likely) & (alone | (both - rival > CLEARLY)))
    for source in range(count):
        for other in range(count):
            at = chosen[clear][(by[clear] == other) & (sources[chosen[clear]] == source)]
            again = len(at) - len(np.unique(at))
            crowded[source, other] = len(at) >= FEWEST_CHOICES and again >= CROWDED * len(at)
    return crowded
