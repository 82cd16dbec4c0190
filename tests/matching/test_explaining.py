"""Why two records match or do not: every number of the evidence, and every reason, as tables of cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.admissibility import Hold
from matching.between import between, why_apart
from matching.blocking import record_keys
from matching.combination_rules import CombinationRule
from matching.counterfactual import Change
from matching.engines.local import resolve
from matching.explaining import Explanation, explain, rule_words
from matching.frame import Frame, build_frame
from matching.model import Frequencies, default_model
from matching.scoring import score
from matching.spec import ClusterLimits, Comparison
from matching.training import train
from tests.matching.people import SPEC, population

MODEL = replace(default_model(SPEC), prior=-10_000, link_weight=12_000, review_weight=8_000)
ANNA: dict[str, Any] = {
    "given_name": "anna",
    "family_name": "novak",
    "birth_date": "1980-03-14",
    "emails": ["a.novak@mail.test"],
    "address": {"street": "oak street 5", "city": "rome"},
}
VATS = ("DE136695976", "DE129273398")


def frame_of(*records: dict[str, Any]) -> Frame:
    return build_frame(SPEC, records, [("crm", "Contact", str(row)) for row in range(len(records))])


def told(one: dict[str, Any], other: dict[str, Any], **changes: Any) -> Explanation:
    return explain(frame_of(one, other), SPEC, replace(MODEL, **changes), 0, 1)


def vat(value: str) -> dict[str, Any]:
    return {"tax_ids": [{"scheme": "vat", "value": value, "country": "DE"}]}


def test_evidence_has_both_values_level_m_u_weight_and_share() -> None:
    found = told(ANNA, ANNA | {"birth_date": "1980-03-15", "emails": []})
    rows = {row.comparison: row for row in found.evidence}
    born = rows["born"]
    assert (born.left, born.right, born.level) == (("19800314",), ("19800315",), "typo")
    assert (born.m, born.u) == (MODEL.parameters["born"].m[0][4], MODEL.parameters["born"].u[0][4])
    assert born.weight == MODEL.parameters["born"].weights[0][5]
    # missing on one side: no weight, no m and u, no share
    emails = rows["emails"]
    assert (emails.level, emails.m, emails.u, emails.weight, emails.share) == ("missing", None, None, 0, 0.0)
    assert sum(row.share for row in found.evidence) == pytest.approx(1.0, abs=0.001)


def test_a_rare_agreed_value_counts_for_more_than_a_frequent_one() -> None:
    frequencies = {"family": Frequencies(1000, {"novak": 200})}
    frequent = told(ANNA, ANNA, frequencies=frequencies)
    rare = told(ANNA | {"family_name": "quist"}, ANNA | {"family_name": "quist"}, frequencies=frequencies)
    shown = [
        next(row.frequency for row in one.evidence if row.comparison == "family") for one in (frequent, rare)
    ]
    assert shown[0] < 0 < shown[1]


def test_a_fixed_weight_says_so() -> None:
    comparisons = tuple(
        replace(entry, fixed=(("differs", -9_000),)) if entry.name == "born" else entry
        for entry in SPEC.comparisons
    )
    spec = replace(SPEC, comparisons=comparisons)
    model = replace(default_model(spec), link_weight=60_000)
    frame = frame_of(ANNA, ANNA | {"birth_date": "1951-11-30"})
    found = explain(frame, spec, model, 0, 1)
    assert next(row for row in found.evidence if row.comparison == "born").fixed
    assert any("by a fixed rule" in reason for reason in found.why_not)


@pytest.mark.parametrize(
    ("one", "other", "rules"),
    [
        # day, name, mailbox and street
        (ANNA, ANNA, ("born", "family sound", "email", "street words")),
        (ANNA, {"family_name": "novack"}, ("family sound",)),
        (ANNA, {"given_name": "anna"}, ()),
    ],
)
def test_the_rules_that_find_a_pair_are_named(
    one: dict[str, Any], other: dict[str, Any], rules: tuple[str, ...]
) -> None:
    assert told(one, other).rules == rules


def test_a_key_that_too_many_carry_finds_nobody_and_says_so() -> None:
    frame = frame_of(ANNA, {"emails": ANNA["emails"]})
    closed = set(record_keys(frame, SPEC, MODEL).keys.tolist())
    found = explain(frame, SPEC, MODEL, 0, 1, closed=closed)
    assert (found.rules, found.closed_rules) == ((), ("email",))
    assert "carried by more records than the cap allows (email)" in found.why_not[0]


@pytest.mark.parametrize(
    ("other", "rule", "shared", "differing", "missing"),
    [
        # both have a day of birth, one digit apart: nearer than anything that is missing
        ({"birth_date": "1980-03-15"}, "born", (), ("born",), ()),
        # names that sound otherwise, an address that is another
        ({"family_name": "kovak"}, "family sound", (), ("family",), ()),
    ],
)
def test_the_nearest_key_is_named(
    other: dict[str, Any],
    rule: str,
    shared: tuple[str, ...],
    differing: tuple[str, ...],
    missing: tuple[str, ...],
) -> None:
    found = told(ANNA, other)
    assert found.nearest is not None
    near = found.nearest
    assert (near.rule, near.shared, near.differing, near.missing) == (rule, shared, differing, missing)
    assert f"The nearest is “{rule}”" in " ".join(found.why_not)


def test_where_no_part_of_any_key_is_alike_no_key_is_near() -> None:
    found = told(ANNA, {"given_name": "anna"})
    assert found.nearest is None
    assert found.why_not[0] == "No blocking rule finds the pair: the records share no key."


NAMED = {"given_name": "anna", "family_name": "novak"}


@pytest.mark.parametrize(
    ("other", "link_weight", "changes"),
    [
        # linked already: nothing is needed
        (NAMED, 12_000, ()),
        # one value more would do, and the least that does is named
        (NAMED, 15_000, (Change("emails", "missing", "similar"),)),
        # what differs need not differ so much
        (NAMED | {"family_name": "hinz"}, 4_000, (Change("family", "differs", "faint"),)),
        # no single value would do
        (NAMED, 34_000, (Change("emails", "missing", "local"), Change("street", "missing", "alike 90%"))),
        # nothing would do
        (NAMED, 90_000, ()),
    ],
)
def test_the_smallest_change_that_would_tip_a_pair(
    other: dict[str, Any], link_weight: int, changes: tuple[Change, ...]
) -> None:
    found = told(NAMED, other, link_weight=link_weight)
    assert (found.tip.changes if found.tip else ()) == changes


people = st.integers(0, 199)
RECORDS, NAMES, _ = population(150)
POPULATION = build_frame(SPEC, RECORDS, NAMES)
TRAINED = train(POPULATION, SPEC)


@given(people, people)
@settings(max_examples=50, deadline=None)
def test_a_tip_links_and_no_smaller_one_does(i: int, j: int) -> None:
    found = explain(POPULATION, SPEC, TRAINED, i, j)
    if found.weight >= found.link_weight:
        assert found.tip is None
    elif found.tip is not None:
        assert found.tip.weight >= found.link_weight
        assert len(found.tip.changes) in (1, 2)


@given(people, people)
@settings(max_examples=50, deadline=None)
def test_an_explanation_is_the_same_in_a_frame_of_two_and_sums_up(i: int, j: int) -> None:
    alone = build_frame(SPEC, [RECORDS[i], RECORDS[j]], [NAMES[i], NAMES[j]])
    found = explain(POPULATION, SPEC, TRAINED, i, j)
    assert explain(alone, SPEC, TRAINED, 0, 1) == found
    one, other = np.array([i], np.int32), np.array([j], np.int32)
    assert sum(row.total for row in found.evidence) == found.weight
    assert found.weight == int(score(POPULATION, SPEC, TRAINED, one, other)[0])


@pytest.mark.parametrize(
    ("one", "other", "changes", "reasons"),
    [
        # nothing keeps them apart
        (ANNA, ANNA, {}, []),
        # a veto, with both values
        (
            ANNA | vat(VATS[0]),
            ANNA | vat(VATS[1]),
            {},
            ["The id:vat.DE of the two records conflict", "136695976"],
        ),
        (ANNA | {"kind": "person"}, ANNA | {"kind": "organisation"}, {}, ["The kinds of the two records"]),
        # no key, too light, and what speaks against
        (
            ANNA,
            {"given_name": "hugo", "birth_date": "1951-11-30"},
            {},
            ["share no key.", "bits below", "born differs (19800314"],
        ),
        # a mailbox that all of them have
        (
            ANNA,
            {"emails": ANNA["emails"]},
            {"generic": {"emails": frozenset(["a.novak@mail.test"])}},
            ["share no key", "bits below", "Both have the emails “a.novak@mail.test”, but so have too many."],
        ),
        # a person's decision about the combination, although the model would link
        (
            ANNA,
            ANNA,
            {"combinations": (CombinationRule((("born", "equal"),), "never", "eva", "Twins."),)},
            ["A rule never joins pairs with born equal (eva: Twins.)."],
        ),
    ],
)  # fmt: skip
def test_why_not_names_what_keeps_them_apart(
    one: dict[str, Any], other: dict[str, Any], changes: dict[str, Any], reasons: list[str]
) -> None:
    found = told(one, other, **changes).why_not
    said = " ".join(found)
    assert [reason for reason in reasons if reason not in said] == []
    assert bool(found) == bool(reasons)


def test_a_rule_that_merges_is_evidence_and_the_probability_stays_the_models() -> None:
    rule = CombinationRule((("emails", "equal"),), "merge", "eva")
    light = told({"emails": ["x@y.test"]}, {"emails": ["x@y.test"], "given_name": "b"}, link_weight=40_000)
    lifted = told(
        {"emails": ["x@y.test"]},
        {"emails": ["x@y.test"], "given_name": "b"},
        link_weight=40_000,
        combinations=(rule,),
    )
    assert (lifted.verdict, lifted.weight, lifted.own_weight) == ("link", 40_000, light.weight)
    assert lifted.probability == light.probability
    assert (lifted.evidence[-1].level, lifted.why_not) == ("rule: merge", ())
    assert rule_words(rule) == "A rule merges pairs with emails equal (eva)"


HUGO: dict[str, Any] = {
    "given_name": "hugo",
    "family_name": "novak",
    "birth_date": "1951-11-30",
    "emails": ["hugo@x.test"],
}
ALIKE: list[dict[str, Any]] = [ANNA, ANNA, HUGO]


@pytest.mark.parametrize(
    ("records", "options", "gate", "said"),
    [
        ([ANNA, ANNA, ANNA], {}, "", []),
        # the mean over all pairs is what counts
        (ALIKE, {}, "", ["The mean over their 2 pairs is"]),
        (
            [ANNA | {"kind": "person"}, ANNA, ANNA | {"kind": "organisation"}],
            {},
            "kind",
            ["They are of two kinds."],
        ),
        (
            [ANNA | vat(VATS[0]), ANNA, ANNA | vat(VATS[1])],
            {},
            "exclusive:id:vat.DE",
            ["Their identifiers of id:vat.DE contradict each other."],
        ),
        ([ANNA, ANNA, ANNA], {"cannot_links": [(1, 2)]}, "cannot_link", ["A person decided that"]),
        (
            [ANNA, ANNA, ANNA],
            {"holds": [Hold("merge budget", (0,), (2,))]},
            "hold:merge budget",
            ["The hold “merge budget” is open"],
        ),
        ([ANNA, ANNA, ANNA], {"one_per_source": True}, "one_per_source", ["Both have a record of one"]),
    ],
)  # fmt: skip
def test_what_keeps_two_groups_apart(
    records: list[dict[str, Any]], options: dict[str, Any], gate: str, said: list[str]
) -> None:
    found = between(frame_of(*records), SPEC, MODEL, [0, 1], [2], **options)
    assert found.gate == gate
    assert [text for text in said if text not in " ".join(found.why_not)] == []
    assert len(found.why_not) == len(said)


def test_a_group_larger_than_the_spec_allows_is_named() -> None:
    spec = replace(SPEC, clusters=ClusterLimits(most_records=2))
    model = replace(MODEL, spec=spec.fingerprint())
    found = between(frame_of(ANNA, ANNA, ANNA), spec, model, [0, 1], [2])
    assert (found.gate, len(found.why_not)) == ("size", 1)
    assert "more records than a group may have" in found.why_not[0]


def test_groups_with_a_pair_that_a_rule_forbids_say_how_many() -> None:
    rule = CombinationRule((("born", "differs"),), "never")
    found = between(frame_of(*ALIKE), SPEC, replace(MODEL, combinations=(rule,)), [0, 1], [2])
    assert found.why_not == ("A rule never joins 2 of their 2 pairs.",)


def test_a_comparison_of_swapped_names_is_no_change_that_anybody_could_make() -> None:
    spec = replace(SPEC, comparisons=(*SPEC.comparisons, Comparison("again", "city", "exact")))
    model = replace(default_model(spec), link_weight=30_000)
    found = explain(frame_of(ANNA, {"family_name": "novak"}), spec, model, 0, 1)
    names = {change.comparison for change in found.tip.changes} if found.tip else set()
    assert "order" not in names


def test_two_rows_of_a_run_are_explained_as_members_of_their_clusters() -> None:
    names = [("crm", "Contact", str(row)) for row in range(3)]
    found = resolve(
        SPEC, [ANNA | {"kind": "person"}, ANNA, HUGO | {"kind": "organisation"}], names, model=MODEL
    )
    place = {name[2]: row for row, name in enumerate(found.frame.names)}
    assert why_apart(found, SPEC, place["0"], place["1"]) == ()
    told = why_apart(found, SPEC, place["1"], place["2"])
    # the pair itself does not conflict: its other member does
    assert not any(reason.startswith("The kinds") for reason in told)
    assert "Their clusters: They are of two kinds." in told
    assert any(reason.startswith("Their clusters: The mean over their 2 pairs") for reason in told)


def test_a_key_closed_in_a_run_is_named() -> None:
    crowd = [{"emails": ANNA["emails"], "given_name": f"p{row}"} for row in range(5)]
    names = [("crm", "Contact", str(row)) for row in range(5)]
    found = resolve(SPEC, crowd, names, model=replace(MODEL, cap=3))
    assert "carried by more records than the cap allows (email)" in why_apart(found, SPEC, 0, 1)[0]


def test_who_lost_to_another_record_is_told_so() -> None:
    names = [("crm", "Contact", "1"), ("shop", "customer", "1"), ("shop", "customer", "2")]
    found = resolve(SPEC, [ANNA, ANNA, ANNA], names, model=MODEL, link_only=True, one_to_one=True)
    labels = found.labels().tolist()
    crm = found.frame.names.index(names[0])
    alone = next(row for row in range(3) if labels.count(labels[row]) == 1)
    assert any("Both have a record of one" in reason for reason in why_apart(found, SPEC, crm, alone))
