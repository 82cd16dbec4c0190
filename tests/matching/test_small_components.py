"""Small components clustered all at once end as `partition` ends each of them: merges, ties and bridges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.admissibility import tie_hash
from matching.clustering import partition
from matching.engines.small_components import LARGEST, agglomerated

LINK = 10
NAMES = sorted((("crm", "Contact", str(row)) for row in range(LARGEST)), key=tie_hash)


def alone(weights: list[int], size: int, counts: list[int] | None = None) -> list[int]:
    """Return the lowest row of the group of each row, clustered as one component."""
    found = partition(NAMES[:size], np.array(weights), link_weight=LINK, multiplicities=counts)
    lowest = {row: min(group) for group in found.groups for row in group}
    return [lowest[row] for row in range(size)]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([10], [0, 0]),
        ([9], [0, 1]),
        ([20, 10, 9], [0, 0, 2]),  # 0-1 merge; the mean of 10 and 9 is below the link weight
        ([20, 10, 10], [0, 0, 0]),
        ([15, 15, -90], [0, 0, 2]),  # of equal means that of the lowest rows comes first
        ([20, 10, 30, 10, 10, 20], [0, 0, 0, 0]),
        ([40, 90, -9, -9, -9, 40], [0, 0, 0, 3]),  # what merges first decides between two equal means
        ([90, 75, -11, -12, -12, 90], [0, 0, 2, 2]),  # one strong pair between two pairs is a bridge
    ],
)
def test_components_are_clustered_by_their_best_mean(weights: list[int], expected: list[int]) -> None:
    size = len(expected)
    assert alone(weights, size) == expected
    assert agglomerated(np.array([weights]), size, LINK).tolist() == [expected]


@given(size=st.integers(2, 6), data=st.data())
def test_a_row_counts_as_many_records_as_it_stands_for(size: int, data: st.DataObject) -> None:
    pairs = size * (size - 1) // 2
    block = data.draw(st.lists(st.integers(-30, 40), min_size=pairs, max_size=pairs))
    most = LARGEST - size + 1
    counts = data.draw(
        st.lists(st.integers(1, 3), min_size=size, max_size=size).filter(lambda c: sum(c) < most)
    )
    found = agglomerated(np.array([block]), size, LINK, np.array([counts]))
    assert found.tolist() == [alone(block, size, counts)]


@given(size=st.integers(2, LARGEST), data=st.data())
def test_all_at_once_is_each_by_itself(size: int, data: st.DataObject) -> None:
    pairs = size * (size - 1) // 2
    one = st.lists(st.integers(-30, 40), min_size=pairs, max_size=pairs)
    blocks = data.draw(st.lists(one, min_size=1, max_size=5))
    assert agglomerated(np.array(blocks), size, LINK).tolist() == [alone(block, size) for block in blocks]
