"""Which components are one group without clustering: all pairs strong, and no gate that might refuse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.admissibility import Facts
from matching.clustering import partition
from matching.engines.plain_groups import plainly_one

LINK = 1000
# rows 0 to 5: the components {0, 1, 2}, {3} and {4, 5}, with the weights of their pairs
ORDER, STARTS, SIZES = np.arange(6), np.array([0, 3, 4]), np.array([3, 1, 2])
STRONG = np.array([1000, 2000, 3000, 1500])
NOTHING: frozenset[str] = frozenset()


def plain(inner: np.ndarray, facts: Facts) -> list[bool]:
    """Return the answer for the three components."""
    found: list[bool] = plainly_one(ORDER, STARTS, SIZES, inner, facts, LINK).tolist()
    return found


def test_strong_pairs_and_single_records_need_no_clustering() -> None:
    assert plain(STRONG, Facts()) == [True, True, True]


def test_one_weak_pair_is_clustered() -> None:
    assert plain(np.array([1000, 999, 3000, 1500]), Facts()) == [False, True, True]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(kind=[1, 1, 0, 2, 1, 1]), [True, True, True]),  # unknown meets both
        (Facts(kind=[1, 0, 2, 2, 1, 1]), [False, True, True]),
        (Facts(isolated=[False] * 4 + [True, False]), [True, True, False]),
        (Facts(exclusive=[[frozenset({"1"}), *[NOTHING] * 5]]), [False, True, True]),  # left to the gate
        (Facts(exclusive=[[*[NOTHING] * 3, frozenset({"1"}), *[NOTHING] * 2]]), [True, True, True]),
    ],
)
def test_what_a_gate_might_refuse_is_clustered(facts: Facts, expected: list[bool]) -> None:
    assert plain(STRONG, facts) == expected


@given(
    weights=st.lists(st.integers(1000, 3000), min_size=10, max_size=10),
    kinds=st.lists(st.integers(0, 1), min_size=5, max_size=5),
)
def test_what_is_told_to_be_one_group_is_one_after_clustering(weights: list[int], kinds: list[int]) -> None:
    inner, facts = np.array(weights), Facts(kind=kinds)
    assert plainly_one(np.arange(5), np.array([0]), np.array([5]), inner, facts, LINK).all()
    names = [("crm", "Contact", str(row)) for row in range(5)]
    assert len(partition(names, inner, facts, link_weight=LINK).groups) == 1
