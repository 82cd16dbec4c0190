"""The partition of a component: cases a person can draw. The laws stand in test_clustering_laws.py."""

import numpy as np
import pytest

from matching.admissibility import Facts, Hold
from matching.clustering import Partition, RefusedMerge, partition
from matching.errors import MatchingError

LINK = 5_000


def named(*labels):
    return [(label[0], "customer", label) for label in labels]


def weights_of(n, pairs, other=-9_000):
    weights = np.full((n, n), other, dtype=np.int64)
    for (left, right), weight in pairs.items():
        weights[left, right] = weights[right, left] = weight
    return weights


def cluster(text, pairs, facts=None, **options):
    """Records written as "a1 b1 a2", pairs as {"a1 b1": weight}; returns the groups as a set of texts."""
    names = named(*text.split())
    row = {name[2]: number for number, name in enumerate(names)}
    numbered = {tuple(row[label] for label in pair.split()): weight for pair, weight in pairs.items()}
    for option in ("must_links", "cannot_links", "rule_links"):
        options[option] = [tuple(row[label] for label in pair.split()) for pair in options.get(option, ())]
    options["holds"] = [
        Hold(name, *(tuple(row[label] for label in side.split()) for side in sides))
        for name, *sides in options.get("holds", ())
    ]
    weights = weights_of(len(names), numbered)
    found = partition(names, weights, facts or Facts(), link_weight=LINK, **options)
    groups = {" ".join(sorted(names[r][2] for r in group)) for group in found.groups}
    gates = {
        frozenset(
            " ".join(sorted(names[r][2] for r in side)) for side in (merge.left, merge.right)
        ): merge.gate
        for merge in found.refused
    }
    return groups, gates


def test_records_merge_at_the_link_weight_and_not_below_it():
    assert cluster("a b", {"a b": LINK})[0] == {"a b"}
    assert cluster("a b", {"a b": LINK - 1})[0] == {"a", "b"}


def test_a_chain_whose_ends_disagree_is_not_one_cluster():
    # a-b-c by connected components; the mean of {a,b} against c is (12 - 9) / 2 = 1.5 bit.
    assert cluster("a b c", {"a b": 14_000, "b c": 12_000})[0] == {"a b", "c"}


def test_a_mean_exactly_at_the_link_weight_merges_and_a_thousandth_below_does_not():
    exact = {"a b": 20_000, "a c": 12_000, "b c": -2_000}
    assert cluster("a b c", exact)[0] == {"a b c"}
    assert cluster("a b c", {**exact, "b c": -2_001})[0] == {"a b", "c"}


def test_a_cannot_link_keeps_two_records_apart_and_the_refused_merge_is_named():
    groups, gates = cluster("a b", {"a b": 30_000}, cannot_links=["a b"])
    assert groups == {"a", "b"}
    assert gates == {frozenset({"a", "b"}): "cannot_link"}


def test_a_must_link_joins_records_that_the_weights_keep_apart():
    assert cluster("a b c", {"b c": 9_000}, must_links=["a b"])[0] == {"a b c"}


def test_a_must_link_enters_no_mean():
    # With the link counted as a huge weight, c would follow a into b's cluster although it only resembles a.
    pairs = {"a c": 9_000, "b d": 9_000}
    assert cluster("a b c d e", {**pairs, "c e": 6_000}, must_links=["a b"])[0] == {"a b c d", "e"}


def test_a_cannot_link_holds_across_a_must_link():
    # a and c want to merge, but a person said a is b and b is not c.
    groups, gates = cluster("a b c", {"a c": 30_000}, must_links=["a b"], cannot_links=["b c"])
    assert groups == {"a b", "c"}
    assert gates == {frozenset({"a b", "c"}): "cannot_link"}


def test_a_cannot_link_wins_over_must_links_that_contradict_it():
    groups, gates = cluster("a b c", {}, must_links=["a b", "b c"], cannot_links=["a c"])
    assert groups in ({"a b", "c"}, {"a", "b c"})
    assert list(gates.values()) == ["cannot_link"]


@pytest.mark.parametrize(
    ("kinds", "groups"),
    [
        ((1, 1), {"a b"}),
        ((1, 2), {"a", "b"}),  # a person and an organisation
        ((1, 0), {"a b"}),  # unknown meets both
        ((0, 0), {"a b"}),
    ],
)
def test_no_cluster_holds_two_kinds(kinds, groups):
    assert cluster("a b", {"a b": 30_000}, Facts(kind=kinds))[0] == groups


def test_unknown_kind_meets_both_but_joins_them_never():
    pairs = {"a b": 9_000, "b c": 8_000, "a c": 8_500}
    groups, gates = cluster("a b c", pairs, Facts(kind=(1, 0, 2)))
    assert groups == {"a b", "c"}
    assert gates == {frozenset({"a b", "c"}): "kind"}


@pytest.mark.parametrize(
    ("codes", "groups"),
    [
        (({"1"}, {"1"}), {"a b"}),
        (({"1"}, {"2"}), {"a", "b"}),
        (({"1", "2"}, {"2", "3"}), {"a b"}),  # one in common is agreement
        ((set(), {"2"}), {"a b"}),  # missing is neutral
    ],
)
def test_conflicting_exclusive_identifiers_keep_records_apart(codes, groups):
    facts = Facts(exclusive=(codes,), schemes=("tax_id",))
    found, gates = cluster("a b", {"a b": 30_000}, facts)
    assert found == groups
    assert set(gates.values()) == (set() if groups == {"a b"} else {"exclusive:tax_id"})


def test_records_that_a_person_linked_against_a_gate_do_not_repel_their_own_new_records():
    # b's tax id is mistyped, a person merged it with a; the next record with the right tax id joins without
    # asking.
    facts = Facts(exclusive=(({"1"}, {"7"}, {"1"}),), kind=(1, 2, 1))
    assert cluster("a b c", {"a c": 9_000}, facts, must_links=["a b"])[0] == {"a b c"}


def test_a_cluster_does_not_grow_beyond_its_size_limit():
    pairs = {"a b": 9_000, "a c": 8_000, "b c": 8_000}
    groups, gates = cluster("a b c", pairs, max_size=2)
    assert groups == {"a b", "c"}
    assert gates == {frozenset({"a b", "c"}): "size"}


def test_an_isolated_record_joins_only_by_a_must_link():
    facts = Facts(isolated=(True, False))
    assert cluster("a b", {"a b": 30_000}, facts) == ({"a", "b"}, {frozenset({"a", "b"}): "isolated"})
    assert cluster("a b", {"a b": 30_000}, facts, must_links=["a b"])[0] == {"a b"}


def test_a_single_strong_pair_does_not_bridge_two_clusters_of_two():
    pairs = {"a b": 30_000, "c d": 29_000, "b c": 28_000, "a c": 0, "a d": 0, "b d": 0}
    groups, gates = cluster("a b c d", pairs)
    assert groups == {"a b", "c d"}
    assert gates == {frozenset({"a b", "c d"}): "bridge"}
    assert cluster("a b c d", pairs, bridge=False)[0] == {"a b c d"}
    assert cluster("a b c d", {**pairs, "a d": LINK})[0] == {"a b c d"}


def test_a_hold_keeps_two_record_sets_apart_until_it_is_gone():
    pairs = {"a b": 9_000}
    groups, gates = cluster("a b", pairs, holds=[("confirmed", "a", "b")])
    assert groups == {"a", "b"}
    assert gates == {frozenset({"a", "b"}): "hold:confirmed"}
    assert cluster("a b", pairs)[0] == {"a b"}


def test_a_judgement_makes_a_hold_pointless():
    pairs = {"a b": 9_000, "c a": 9_000, "c b": 9_000}
    assert cluster("a b c", pairs, holds=[("h", "a", "b")], must_links=["a b"])[0] == {"a b c"}


def test_a_hold_without_a_right_side_keeps_its_records_together_as_far_as_gates_let_it():
    assert cluster("a b c", {}, holds=[("split", "a b")])[0] == {"a b", "c"}
    assert cluster("a b c", {}, holds=[("split", "a b")], cannot_links=["a b"])[0] == {"a", "b", "c"}


def test_a_rule_link_joins_unless_a_gate_refuses_it():
    assert cluster("a b", {}, rule_links=["a b"])[0] == {"a b"}
    groups, gates = cluster("a b", {}, Facts(kind=(1, 2)), rule_links=["a b"])
    assert groups == {"a", "b"}
    assert gates == {frozenset({"a", "b"}): "kind"}


def test_link_only_counts_no_pair_of_one_source():
    # a1 and a2 stand in one source; both resemble b1, and what they think of each other is no evidence.
    pairs = {"a1 b1": 9_000, "a2 b1": 8_000, "a1 a2": -40_000}
    assert cluster("a1 a2 b1", pairs)[0] == {"a1 b1", "a2"}
    assert cluster("a1 a2 b1", pairs, link_only=True)[0] == {"a1 a2 b1"}
    assert cluster("a1 a2", {"a1 a2": 30_000}, link_only=True)[0] == {"a1", "a2"}


def test_one_to_one_takes_at_most_one_record_of_a_source():
    pairs = {"a1 b1": 9_000, "a2 b1": 8_000, "a1 a2": 9_500}
    assert cluster("a1 a2 b1", pairs, one_to_one=True)[0] == {"a1 b1", "a2"}


def test_a_condensed_matrix_gives_the_same_partition():
    names = named("a", "b", "c")
    square = weights_of(3, {(0, 1): 14_000, (1, 2): 12_000})
    condensed = square[np.triu_indices(3, 1)]
    assert partition(names, condensed, link_weight=LINK) == partition(names, square, link_weight=LINK)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.zeros((2, 2)), "give integers"),
        (np.zeros((3, 3), dtype=np.int64), "have shape"),
        (np.array([[0, 1], [2, 0]]), "not symmetric"),
    ],
)
def test_weights_that_are_not_weights_are_refused_with_a_sentence(weights, message):
    with pytest.raises(MatchingError, match=message):
        partition(named("a", "b"), weights, link_weight=LINK)


def test_a_record_named_twice_and_a_row_that_does_not_exist_are_refused():
    with pytest.raises(MatchingError, match="stands twice"):
        partition(named("a", "a"), np.zeros((2, 2), dtype=np.int64), link_weight=LINK)
    with pytest.raises(MatchingError, match="must_links names the rows 0 and 7"):
        partition(named("a", "b"), np.zeros((2, 2), dtype=np.int64), link_weight=LINK, must_links=[(0, 7)])


def test_a_record_alone_is_a_cluster():
    assert partition(named("a"), np.zeros((1, 1), dtype=np.int64), link_weight=LINK) == Partition(
        groups=((0,),)
    )


def test_the_mean_of_a_refused_merge_is_the_best_that_was_refused():
    names = named("a", "b")
    found = partition(names, weights_of(2, {(0, 1): 7_001}), link_weight=LINK, cannot_links=[(0, 1)])
    (left,), (right,) = found.groups
    assert found.refused == (RefusedMerge((left,), (right,), 7_001, "cannot_link"),)
