"""Average linkage over many small components at once, with the outcome that `matching.clustering` gives each.

Components of one size are one array: a step finds and merges the best pair of clusters of all of them. Means
are compared as whole numbers on a common denominator, so they are exact; of equal ones the pair of lowest
rows comes first. Of the gates only the bridge is known here: where another might refuse, or rows do not stand
in the order of their names' hashes, a component is clustered by itself.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from matching.frame import Frame

Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

LARGEST = 16  # records of a component, equal ones that are one row included
BATCH = 1 << 14  # components at a time: memory stays flat
COMMON = math.lcm(*(one * other for one in range(1, LARGEST) for other in range(1, LARGEST - one + 1)))
HEAVIEST = (1 << 62) // COMMON  # a heavier weight does not fit on the common denominator


def clustered_small(
    frame: Frame,
    order: Longs,
    starts: Longs,
    sizes: Longs,
    inner: Longs,
    wanted: Bools,
    link_weight: int,
    counts: Longs | None = None,
) -> tuple[Longs, Bools]:
    """Return per place in `order` the place where its group begins, and which of the wanted runs are done.

    inner: the weights of all pairs within the runs, run by run; wanted: runs that no gate but the bridge
    touches; counts: how many records each row stands for, where not each for itself only.
    """
    first = np.repeat(starts, sizes)
    records = sizes if counts is None else np.add.reduceat(counts[order], starts) if len(starts) else sizes
    done = wanted & (records <= LARGEST) & (sizes > 1) & frame.in_order
    ends = np.cumsum(sizes * (sizes - 1) // 2)
    for size in np.unique(sizes[done]).tolist():
        runs = np.flatnonzero(done & (sizes == size))
        pairs = size * (size - 1) // 2
        blocks = inner[ends[runs, None] - pairs + np.arange(pairs)]
        fits = np.abs(blocks).max(axis=1) < HEAVIEST
        done[runs[~fits]] = False
        runs, blocks = runs[fits], blocks[fits]
        places = starts[runs, None] + np.arange(size)
        times = None if counts is None else counts[order[places]]
        first[places] = starts[runs, None] + agglomerated(blocks, size, link_weight, times)
    return first, done


def agglomerated(blocks: Longs, size: int, link_weight: int, counts: Longs | None = None) -> Longs:
    """Return per component the lowest row of the group of each of its rows, int64[components, size].

    blocks: the weights of its pairs, int64[components, size * (size - 1) / 2], as a condensed upper triangle.
    counts: how many records each row stands for. Rows stand in the order of their names' hashes.
    """
    if counts is None:
        counts = np.ones((len(blocks), size), dtype=np.int64)
    parts = [
        _merged(blocks[at : at + BATCH], counts[at : at + BATCH], link_weight)
        for at in range(0, len(blocks), BATCH)
    ]
    return np.concatenate(parts) if parts else np.empty((0, size), dtype=np.int64)


def _merged(blocks: Longs, counts: Longs, link_weight: int) -> Longs:
    size = counts.shape[1]
    upper = np.triu_indices(size, 1)
    sums = np.zeros((len(blocks), size, size), dtype=np.int64)
    sums[:, upper[0], upper[1]] = sums[:, upper[1], upper[0]] = blocks
    times = counts[:, :, None] * counts[:, None, :]
    strong = (sums >= link_weight) * times
    sums *= times
    sizes = counts.copy()
    label = np.tile(np.arange(size), (len(blocks), 1))
    going = np.arange(len(blocks))
    while len(going):
        left, right, found = _best(sums[going], strong[going], sizes[going], upper, link_weight)
        going, left, right = going[found], left[found], right[found]
        for table in (sums, strong):
            table[going, left] += table[going, right]
            table[going, :, left] = table[going, left]
        sizes[going, left] += sizes[going, right]
        sizes[going, right] = 0
        merged = label[going]
        label[going] = np.where(merged == right[:, None], left[:, None], merged)
    return label


def _best(
    sums: Longs, strong: Longs, sizes: Longs, upper: tuple[Longs, Longs], link_weight: int
) -> tuple[Longs, Longs, Bools]:
    """Return the pair of clusters with the best mean that may merge, and whether there is one.

    A bridge is a single strong pair between two clusters of two or more rows: it joins nothing.
    """
    one, other = upper
    mine, theirs = sizes[:, one], sizes[:, other]
    count = mine * theirs
    total = sums[:, one, other]
    bridge = (mine > 1) & (theirs > 1) & (strong[:, one, other] <= 1)
    fits = (count > 0) & (total >= link_weight * count) & ~bridge
    means = np.where(fits, total * (COMMON // np.maximum(count, 1)), np.iinfo(np.int64).min)
    best = means.argmax(axis=1)  # the first of equal ones: pairs stand in the order of their rows
    return one[best], other[best], fits[np.arange(len(best)), best]
