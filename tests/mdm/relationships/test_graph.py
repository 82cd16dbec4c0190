"""Ways up, ways through, circles: they end on any graph, and agree with what is plainly so."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mdm.relationships.graph import climb, cycles, path

GRAPHS = st.dictionaries(st.integers(0, 8), st.lists(st.integers(0, 8), max_size=3, unique=True), max_size=9)


def reaches(graph: dict[int, list[int]], start: int) -> set[int]:
    """Return what can be reached from a node in one step or more."""
    found: set[int] = set()
    waiting = list(graph.get(start, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += graph.get(one, ())
    return found


@given(GRAPHS)
def test_two_are_in_one_circle_if_and_only_if_each_reaches_the_other(graph):
    nodes = range(9)
    for one in nodes:
        for other in nodes:
            mutual = one != other and other in reaches(graph, one) and one in reaches(graph, other)
            assert mutual == any(
                one in circle and other in circle for circle in cycles(graph) if one != other
            )


@given(GRAPHS, st.integers(0, 8), st.integers(0, 8))
def test_a_way_is_found_if_and_only_if_there_is_one_and_every_step_is_one(graph, start, goal):
    way = path(start, goal, lambda one: graph.get(one, ()))
    assert bool(way) == (start == goal or goal in reaches(graph, start))
    if way:
        assert (way[0], way[-1]) == (start, goal)
        assert all(after in graph.get(before, ()) for before, after in pairwise(way))


@given(st.dictionaries(st.integers(0, 8), st.integers(0, 8), max_size=9), st.integers(0, 8))
def test_the_way_up_ends_and_all_that_lead_into_a_circle_agree_on_its_top(above, start):
    up = climb(start, above.get)
    assert len(up.way) == len(set(up.way)) <= 10
    if up.cycle:
        assert {climb(one, above.get).top for one in up.way} == {min(up.cycle)}
    else:
        assert up.way[-1] not in above
        assert {climb(one, above.get).top for one in up.way} == {up.top}


def test_a_long_chain_needs_no_recursion():
    chain = {number: [number + 1] for number in range(50_000)}
    assert cycles(chain) == []
    assert cycles({**chain, 50_000: [0]}) == [tuple(range(50_001))]
