"""The partition of a component: laws, and equality with a brute-force reference."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import linkage
from matching.admissibility import Facts, Hold
from matching.clustering import components, partition
from tests.matching.clustering_reference import Reference

LINK = 5_000


@st.composite
def component_inputs(draw, most=7):
    n = draw(st.integers(2, most))
    rows = st.integers(0, n - 1)
    pairs = st.lists(st.tuples(rows, rows).filter(lambda p: p[0] != p[1]), max_size=3)
    # Few distinct weights: ties and means exactly at the link weight are what goes wrong.
    weight = st.sampled_from([-9_000, 0, 2_000, 5_000, 6_000, 8_000, 15_000])
    triangle = draw(st.lists(weight, min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2))
    weights = np.zeros((n, n), dtype=np.int64)
    weights[np.triu_indices(n, 1)] = triangle
    sides = st.sets(rows, min_size=1, max_size=3)
    holds = []
    for number in range(draw(st.integers(0, 2))):
        left = draw(sides)
        holds.append(Hold(f"h{number}", tuple(left), tuple(draw(sides) - left)))
    columns = {
        "kind": st.sampled_from([0, 0, 0, 1, 2]),
        "isolated": st.sampled_from([False] * 9 + [True]),
        "code": st.sampled_from([frozenset(), frozenset(), frozenset("1"), frozenset("2"), frozenset("12")]),
    }
    column = {name: tuple(draw(st.lists(values, min_size=n, max_size=n))) for name, values in columns.items()}
    plain = draw(st.booleans())
    return {
        "names": [
            (draw(st.sampled_from("ab")), "customer", f"{row}{draw(st.integers(0, 9))}") for row in range(n)
        ],
        "weights": weights + weights.T,
        "facts": Facts(
            kind=(0,) * n if plain else column["kind"],
            exclusive=((frozenset(),) * n if plain else column["code"],),
            isolated=(False,) * n if plain else column["isolated"],
        ),
        "must": draw(pairs),
        "cannot": draw(pairs),
        "rule": draw(pairs) if draw(st.booleans()) else [],
        "holds": holds,
        "max_size": draw(st.sampled_from([3, 50])),
        "link_only": draw(st.booleans()),
        "one_to_one": draw(st.sampled_from([False, False, True])),
    }


def run(given_input, order=None):
    """The groups and refused merges as sets of names, with the rows in another order."""
    names, facts = given_input["names"], given_input["facts"]
    order = list(order) if order is not None else list(range(len(names)))
    place = {row: position for position, row in enumerate(order)}
    moved = [names[row] for row in order]
    found = partition(
        moved,
        given_input["weights"][np.ix_(order, order)],
        Facts(
            kind=[facts.kind[row] for row in order],
            exclusive=[[codes[row] for row in order] for codes in facts.exclusive],
            isolated=[facts.isolated[row] for row in order],
        ),
        link_weight=LINK,
        must_links=[(place[b], place[a]) for a, b in given_input["must"][::-1]],
        cannot_links=[(place[a], place[b]) for a, b in given_input["cannot"]],
        rule_links=[(place[a], place[b]) for a, b in given_input["rule"]],
        holds=[
            Hold(h.name, tuple(place[r] for r in h.left), tuple(place[r] for r in h.right))
            for h in given_input["holds"]
        ],
        max_size=given_input["max_size"],
        link_only=given_input["link_only"],
        one_to_one=given_input["one_to_one"],
    )
    said = lambda group: tuple(moved[row] for row in group)  # noqa: E731
    groups = tuple(said(group) for group in found.groups)
    return groups, tuple((said(m.left), said(m.right), m.mean, m.gate) for m in found.refused)


@settings(max_examples=400, deadline=None)
@given(component_inputs(), st.sampled_from([0, 48]))
def test_the_partition_equals_the_brute_force_reference(drawn, small):
    before, linkage.SMALL = linkage.SMALL, small
    try:
        groups, _ = run(drawn)
    finally:
        linkage.SMALL = before
    options = {name: value for name, value in drawn.items() if name not in ("names", "weights", "facts")}
    reference = Reference(
        drawn["names"], drawn["weights"].tolist(), drawn["facts"], link_weight=LINK, **options
    )
    expected = {frozenset(drawn["names"][row] for row in group) for group in reference.groups}
    assert {frozenset(group) for group in groups} == expected


@st.composite
def tie_free_inputs(draw):
    """Inputs in which no two means between clusters are ever the same: weights are places of a number.

    Two clusters of five records have six pairs at most, so a sum of weights times the number of other pairs
    has no digit above 36, and two such products over other pairs never agree in base 50.
    """
    drawn = draw(component_inputs(most=5))
    n = len(drawn["names"])
    exponents = draw(st.permutations(range(n * (n - 1) // 2)))
    signs = draw(st.lists(st.sampled_from([1, 1, -1]), min_size=len(exponents), max_size=len(exponents)))
    weights = np.zeros((n, n), dtype=np.int64)
    weights[np.triu_indices(n, 1)] = [
        sign * 50**exponent for sign, exponent in zip(signs, exponents, strict=True)
    ]
    # Links of people that contradict a cannot-link, and links of sources, are made in the order of names.
    plain = {
        "rule": [],
        "holds": [],
        "one_to_one": False,
        "link_only": False,
        draw(st.sampled_from(["must", "cannot"])): [],
    }
    return {**drawn, "weights": weights + weights.T, **plain}


@settings(max_examples=1_000, deadline=None)
@given(tie_free_inputs(), st.randoms(use_true_random=False))
def test_other_source_keys_change_nothing_where_there_are_no_ties(drawn, random):
    names = drawn["names"]
    permuted = random.sample(names, len(names))
    was, now = ({frozenset(group) for group in run(one)[0]} for one in (drawn, {**drawn, "names": permuted}))
    row_of = {name: row for row, name in enumerate(permuted)}
    assert {frozenset(names[row_of[name]] for name in group) for group in now} == was


@settings(max_examples=200, deadline=None)
@given(component_inputs(), st.randoms(use_true_random=False))
def test_the_order_of_rows_links_and_holds_changes_nothing(drawn, random):
    order = list(range(len(drawn["names"])))
    random.shuffle(order)
    assert run(drawn, order) == run(drawn)


@settings(max_examples=200, deadline=None)
@given(component_inputs())
def test_cannot_links_hold_always_and_must_links_unless_they_contradict_one(drawn):
    groups, _ = run(drawn)
    names = drawn["names"]
    group_of = {name: number for number, group in enumerate(groups) for name in group}
    assert all(group_of[names[a]] != group_of[names[b]] for a, b in drawn["cannot"])
    if not drawn["cannot"]:
        assert all(group_of[names[a]] == group_of[names[b]] for a, b in drawn["must"])


@settings(max_examples=200, deadline=None)
@given(component_inputs())
def test_without_a_person_no_group_holds_two_kinds_or_more_than_its_size(drawn):
    groups, _ = run({**drawn, "must": [], "holds": []})
    kind = dict(zip(drawn["names"], drawn["facts"].kind, strict=True))
    for group in groups:
        assert len({kind[name] for name in group} - {0}) <= 1
        assert len(group) <= drawn["max_size"]


@settings(max_examples=100, deadline=None)
@given(component_inputs(most=6))
def test_a_record_that_resembles_nobody_changes_nothing(drawn):
    n = len(drawn["names"])
    wider = np.full((n + 1, n + 1), -9_000, dtype=np.int64)
    wider[:n, :n] = drawn["weights"]
    facts = drawn["facts"]
    more = {
        **drawn,
        "names": [*drawn["names"], ("z", "customer", "stranger")],
        "weights": wider,
        "facts": Facts((*facts.kind, 0), ((*facts.exclusive[0], frozenset()),), (*facts.isolated, False)),
    }
    groups, refused = run(more)
    assert (tuple(g for g in groups if g != (("z", "customer", "stranger"),)), refused) == run(drawn)


@settings(max_examples=100, deadline=None)
@given(st.integers(49, 90), st.integers(0, 2**32 - 1))
def test_large_components_give_what_small_ones_give(n, seed):
    random = np.random.default_rng(seed)
    truth = random.integers(0, max(1, n // 6), n)
    weights = (
        np.where(truth[:, None] == truth[None, :], 12_000, -6_000) + random.integers(-9, 9, (n, n)) * 1_000
    )
    weights = np.triu(weights, 1)
    weights = weights + weights.T
    names = [("abc"[row % 3], "customer", str(row)) for row in range(n)]
    facts = Facts(kind=random.integers(0, 3, n).tolist())
    options = {
        "link_weight": LINK,
        "must_links": random.integers(0, n, (3, 2)).tolist(),
        "cannot_links": random.integers(0, n, (9, 2)).tolist(),
        "link_only": bool(seed % 2),
        "max_size": 10,
    }
    options["cannot_links"] = [pair for pair in options["cannot_links"] if pair[0] != pair[1]]
    before = linkage.SMALL
    outcomes = []
    for linkage.SMALL in (0, 1_000):
        outcomes.append(partition(names, weights, facts, **options))
    linkage.SMALL = before
    assert outcomes[0] == outcomes[1]


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 40), st.data())
def test_components_are_what_a_walk_over_the_edges_reaches(n, data):
    rows = st.integers(0, n - 1)
    edges = data.draw(st.lists(st.tuples(rows, rows), max_size=50))
    labels = components(
        n, np.array([e[0] for e in edges], dtype=int), np.array([e[1] for e in edges], dtype=int)
    )
    walked = list(range(n))
    for _ in range(n):
        for left, right in edges:
            walked[left] = walked[right] = min(walked[left], walked[right])
    lowest = sorted(set(walked))
    assert labels.dtype == np.int32
    assert labels.tolist() == [lowest.index(root) for root in walked]


@given(component_inputs(), st.sets(st.integers(0, 6), min_size=1), st.sets(st.integers(0, 6), min_size=1))
def test_two_lists_apart_are_the_product_of_their_cannot_links(drawn, left, right):
    n = len(drawn["names"])
    left, right = ({row for row in side if row < n} for side in (left, right))
    options = {
        "link_weight": LINK,
        "must_links": drawn["must"],
        "rule_links": drawn["rule"],
        "max_size": drawn["max_size"],
    }
    said = (drawn["names"], drawn["weights"], drawn["facts"])
    product = [(a, b) for a in left for b in right if a != b]
    assert partition(*said, apart=[(left, right)], **options) == partition(
        *said, cannot_links=product, **options
    )
