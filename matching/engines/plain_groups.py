"""Components that are one group whatever the order of merging, told for all of them at once.

Where every pair of a component reaches the link weight, every mean does, and where no gate can refuse a
merge, average linkage ends with one group. Most components are of this kind: only the others are clustered
one by one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.admissibility import Facts

Longs = NDArray[np.int64]


def plainly_one(
    order: Longs, starts: Longs, sizes: Longs, inner: Longs, facts: Facts, link_weight: int
) -> NDArray[np.bool_]:
    """Return per run of `order` whether its rows are plainly one group; a gate that might refuse says no.

    inner: the weights of all pairs within the runs, run by run.
    """
    several = sizes > 1
    counts = (sizes * (sizes - 1) // 2)[several]
    found = ~several
    if not len(counts):
        return found
    weakest = np.minimum.reduceat(inner, np.cumsum(counts) - counts)
    found[several] = weakest >= link_weight
    if len(facts.kind):
        kinds = np.array(facts.kind, dtype=np.int64)[order]
        known = np.where(kinds == 0, np.iinfo(np.int64).max, kinds)
        found &= np.maximum.reduceat(kinds, starts) <= np.minimum.reduceat(known, starts)
    held = np.zeros(len(order), dtype=bool)
    if len(facts.isolated):
        held |= np.array(facts.isolated, dtype=bool)
    for scheme in facts.exclusive:
        held |= np.fromiter(map(bool, scheme), dtype=bool, count=len(scheme))
    found &= ~np.logical_or.reduceat(held[order], starts)
    return np.asarray(found | ~several)
