"""Packed pairs are merged a stretch at a time: where the stretches end changes nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import blocking
from matching.blocking import BlockingKeys, Pairs, candidate_pairs

WEAK = 0b100  # the third rule makes no pair alone


def merged(rows: list[list[int]], at_once: int) -> Pairs:
    """Return the pairs of rules under each of which every row carries one key of few."""
    by_key = [sorted((key, row) for row, key in enumerate(keys)) for keys in rows]
    ordered = [(rule, key, row) for rule, entries in enumerate(by_key) for key, row in entries]
    found = np.array(ordered, dtype=np.int64).reshape(-1, 3)
    keys = BlockingKeys(found[:, 2], found[:, 1] + 100 * found[:, 0], found[:, 0].astype(np.uint8))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(blocking, "MERGED_AT_ONCE", at_once)
        patched.setattr(blocking, "SAMPLED", min(at_once, blocking.SAMPLED))
        return candidate_pairs(keys, [5, 9, 9], weak=WEAK)


@given(st.lists(st.lists(st.integers(0, 3), min_size=12, max_size=12), min_size=3, max_size=3))
def test_pairs_do_not_depend_on_where_stretches_end(rows: list[list[int]]) -> None:
    whole = merged(rows, 1 << 20)
    for at_once in (1, 3, 16):
        parts = merged(rows, at_once)
        for one, other in ((parts.left, whole.left), (parts.right, whole.right), (parts.rules, whole.rules)):
            assert one.tolist() == other.tolist()
        assert parts.counts == whole.counts
    pairs = list(zip(whole.left.tolist(), whole.right.tolist(), strict=True))
    assert pairs == sorted(set(pairs)) and all(one < other for one, other in pairs)
