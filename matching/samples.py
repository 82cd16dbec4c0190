"""Seeded samples of pairs to learn from, drawn by row: rows stand in the order of their names' hashes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.blocking import Pairs
from matching.frame import Frame

Ints = NDArray[np.int32]

RANDOM_PAIRS = 200_000
MOST_CANDIDATES = 300_000


def some_of(pairs: Pairs, seed: int) -> tuple[Ints, Ints]:
    """Return all pairs, or MOST_CANDIDATES of them drawn without replacement."""
    if len(pairs) <= MOST_CANDIDATES:
        return pairs.left, pairs.right
    chosen = np.sort(np.random.default_rng(seed).choice(len(pairs), MOST_CANDIDATES, replace=False))
    return pairs.left[chosen], pairs.right[chosen]


def random_pairs(frame: Frame, seed: int, link_only: bool) -> tuple[Ints, Ints]:
    """Return random pairs of different rows, of different sources when linking only."""
    rows = len(frame)
    if rows < 2:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    generator = np.random.default_rng(seed)
    left = generator.integers(0, rows, RANDOM_PAIRS, dtype=np.int32)
    right = generator.integers(0, rows, RANDOM_PAIRS, dtype=np.int32)
    keep = left != right
    if link_only:
        keep &= frame.sources[left] != frame.sources[right]
    return left[keep], right[keep]
