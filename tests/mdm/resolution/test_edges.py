"""Edges that several looks found stand once, whoever found them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mdm.resolution.edges import Edges

PAIRS = st.dictionaries(
    st.tuples(st.integers(1, 6), st.integers(7, 12)), st.tuples(st.integers(-9, 9), st.integers(1, 7))
)


def of(found: dict[tuple[int, int], tuple[int, int]]) -> Edges:
    """Return edges as columns, in the order of their ends."""
    rows = np.array([(*ends, *told) for ends, told in sorted(found.items())], dtype=np.int64).reshape(-1, 4)
    return Edges(rows[:, 0], rows[:, 1], rows[:, 2].astype(np.int32), rows[:, 3])


def told(edges: Edges) -> list[tuple[int, ...]]:
    """Return edges as rows."""
    columns = (edges.left, edges.right, edges.weight, edges.rules)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(PAIRS, st.lists(st.sets(st.integers(1, 12)), min_size=1, max_size=4))
def test_what_several_see_of_the_same_edges_is_what_one_sees_of_all(edges, looks):
    def seen(asked: set[int]) -> dict[tuple[int, int], tuple[int, int]]:
        return {ends: said for ends, said in edges.items() if asked.intersection(ends)}

    united = Edges.united([of(seen(asked)) for asked in looks])
    assert told(united) == told(of(seen(set().union(*looks))))
