"""A row that stands for many equal records is clustered as all of them would be."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import linkage
from matching.admissibility import Facts, tie_hash
from matching.clustering import partition
from matching.errors import MatchingError

LINK, SELF = 5_000, 20_000
WEIGHTS = st.sampled_from([-9_000, 0, 2_000, 5_000, 6_000, 8_000, 15_000])
CODES = st.sampled_from([frozenset(), frozenset(), frozenset("1"), frozenset("2"), frozenset("12")])


@st.composite
def nodes(draw: st.DrawFn) -> dict[str, Any]:
    n = draw(st.integers(2, 5))
    triangle = draw(st.lists(WEIGHTS, min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2))
    weights = np.zeros((n, n), dtype=np.int64)
    weights[np.triu_indices(n, 1)] = triangle
    return {
        "weights": weights + weights.T,
        "multiplicities": draw(st.lists(st.integers(1, 4), min_size=n, max_size=n)),
        "kind": draw(st.lists(st.sampled_from([0, 0, 1, 2]), min_size=n, max_size=n)),
        "codes": draw(st.lists(CODES, min_size=n, max_size=n)),
        "keys": draw(st.permutations(range(n))),
        "bridge": draw(st.booleans()),
    }


def both(given_nodes: dict[str, Any]) -> tuple[list[list[int]], list[list[int]]]:
    """Return the groups of nodes: clustered as nodes, and with every record spelt out."""
    sizes, weights = given_nodes["multiplicities"], given_nodes["weights"]
    facts = Facts(kind=given_nodes["kind"], exclusive=[given_nodes["codes"]], schemes=["id"])
    # A node goes by the lowest of its names; here by the only name that the hash puts first among its own.
    names = [[("crm", "Contact", f"{key}-{copy}") for copy in range(4)] for key in given_nodes["keys"]]
    from_hash = [sorted(of, key=tie_hash)[: sizes[row]] for row, of in enumerate(names)]
    found = partition(
        [of[0] for of in from_hash], weights, facts,
        link_weight=LINK, multiplicities=sizes, bridge=given_nodes["bridge"], max_size=50,
    )  # fmt: skip
    node = [row for row, size in enumerate(sizes) for _ in range(size)]
    whole = weights[np.ix_(node, node)]
    whole[np.equal.outer(node, node)] = SELF
    spelt = partition(
        [name for of in from_hash for name in of], whole,
        Facts(
            kind=[facts.kind[row] for row in node],
            exclusive=[[facts.exclusive[0][row] for row in node]],
            schemes=["id"],
        ),
        link_weight=LINK, bridge=given_nodes["bridge"], max_size=50,
    )  # fmt: skip
    expanded = [sorted(row for row, of in enumerate(node) if of in group) for group in found.groups]
    return sorted(expanded), sorted(sorted(group) for group in spelt.groups)


@settings(max_examples=300, deadline=None)
@given(nodes())
def test_nodes_are_clustered_as_their_records_would_be(given_nodes: dict[str, Any]) -> None:
    found, spelt = both(given_nodes)
    assert found == spelt


@settings(max_examples=150, deadline=None)
@given(nodes())
def test_rows_of_numbers_weigh_nodes_as_lists_do(given_nodes: dict[str, Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linkage, "SMALL", 0)
        found, spelt = both(given_nodes)
    assert found == spelt


def test_a_node_of_many_outweighs_a_node_of_one() -> None:
    # a and b merge first; c weighs 8,000 with a and -10,000 with b: one a leaves it out, ten take it in.
    weights = np.array([[0, 9_000, 8_000], [9_000, 0, -10_000], [8_000, -10_000, 0]], dtype=np.int64)
    names = [("crm", "Contact", key) for key in "abc"]
    few = partition(names, weights, link_weight=LINK)
    many = partition(names, weights, link_weight=LINK, multiplicities=[10, 1, 1])
    assert (len(few.groups), len(many.groups)) == (2, 1)


def test_a_hundred_thousand_records_are_one_node() -> None:
    names = [("crm", "Contact", key) for key in "ab"]
    found = partition(
        names, np.array([7_000]), link_weight=LINK, multiplicities=[100_000, 3], max_size=100_003
    )
    assert [sorted(group) for group in found.groups] == [[0, 1]]
    small = partition(names, np.array([7_000]), link_weight=LINK, multiplicities=[100_000, 3])
    assert [merge.gate for merge in small.refused] == ["size"]


@pytest.mark.parametrize("counts", [[1], [1, 0], [[1, 1]]])
def test_multiplicities_that_are_none_are_refused(counts: Any) -> None:
    names = [("crm", "Contact", key) for key in "ab"]
    with pytest.raises(MatchingError, match="one whole number from 1 up"):
        partition(names, np.array([7_000]), link_weight=LINK, multiplicities=counts)


def test_a_node_of_several_has_no_one_source() -> None:
    names = [("crm", "Contact", key) for key in "ab"]
    with pytest.raises(MatchingError, match="no one source"):
        partition(names, np.array([7_000]), link_weight=LINK, one_to_one=True, multiplicities=[2, 1])
