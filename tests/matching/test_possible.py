"""Possible matches: which clusters may be one, in which order, and how many of them are asked about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import possible
from matching.between import between
from matching.blocking import frame_pairs
from matching.capacity import allowed, labels_of, review_weight_for, within_capacity
from matching.engines.local import cluster
from matching.errors import SpecError
from matching.frame import build_frame
from matching.model import Model, default_model
from matching.possible import PossibleMatches, possible_matches
from matching.scoring import score
from matching.spec import Aims, MatchSpec
from tests.matching.people import SPEC, Record, population

RECORDS, NAMES, _ = population(120)
MODEL = replace(default_model(SPEC), prior=-12_000, link_weight=14_000, review_weight=-2_000)


def found_in(order: list[int], model: Model = MODEL) -> tuple[PossibleMatches, list[tuple[str, str, int]]]:
    """Return the possible matches of the records in this order; and their lowest names, with the means."""
    names = [NAMES[row] for row in order]
    frame = build_frame(SPEC, [RECORDS[row] for row in order], names)
    pairs = frame_pairs(frame, SPEC, model)
    weights = score(frame, SPEC, model, pairs.left, pairs.right)
    groups, _ = cluster(frame, SPEC, model, pairs, weights)
    labels = labels_of(groups)
    found = possible_matches(frame, SPEC, model, pairs, weights, labels)
    told = []
    for at, mean in zip(found.place.tolist(), found.mean.tolist(), strict=True):
        sides = [groups[labels[side[at]]] for side in (pairs.left, pairs.right)]
        one, other = sorted(min(names[row] for row in side) for side in sides)
        told.append(("/".join(one), "/".join(other), mean))
        assert mean == between(frame, SPEC, model, sides[0], sides[1]).mean
    return found, told


def test_the_likeliest_come_first_by_the_mean_over_all_their_pairs() -> None:
    found, told = found_in(list(range(len(RECORDS))))
    assert len(told) > 10
    assert found.mean.tolist() == sorted(found.mean.tolist(), reverse=True)
    assert found.mean.min() >= MODEL.review_weight
    assert len({both[:2] for both in told}) == len(told)  # one question for two clusters


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(60)))
def test_neither_order_nor_portions_make_a_difference(order: list[int]) -> None:
    _, expected = found_in(list(range(60)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(possible, "CROSS_AT_ONCE", 3)
        _, told = found_in(order)
    assert sorted(told) == sorted(expected)


ANNA: Record = {
    "given_name": "anna",
    "family_name": "miller",
    "birth_date": "1980-02-03",
    "emails": ["a@x.test"],
}
NAMED: Record = {"given_name": "anna", "family_name": "miller"}


def two(
    left: dict[str, object], right: dict[str, object], labels: list[int], *more: dict[str, object]
) -> PossibleMatches:
    """Return the possible matches among these records under the given clusters."""
    records = [left, right, *more]
    frame = build_frame(SPEC, records, [("crm", "person", str(row)) for row in range(len(records))])
    pairs = frame_pairs(frame, SPEC, MODEL)
    weights = score(frame, SPEC, MODEL, pairs.left, pairs.right)
    return possible_matches(frame, SPEC, MODEL, pairs, weights, np.array(labels, dtype=np.int32))


def test_a_pair_that_agrees_does_not_speak_for_clusters_that_do_not() -> None:
    other: Record = {
        "given_name": "paul",
        "family_name": "moreau",
        "birth_date": "1951-09-30",
        "emails": ["p@y.test"],
    }
    alone = two(NAMED, NAMED, [0, 1])
    beside = two(NAMED, NAMED, [0, 1, 1], other)
    assert len(alone) == 1
    assert not len(beside) or beside.mean[0] < alone.mean[0]


def test_what_contradicts_itself_is_named_with_its_gate_and_never_asked() -> None:
    mine, theirs = ({**ANNA, "tax_ids": [{"scheme": "vat", "value": f"DE{number}", "country": "DE"}]}
                    for number in ("136695976", "811569869"))  # fmt: skip
    found = two(mine, theirs, [0, 1])
    assert [veto.partition(":")[0] for veto in found.vetoes] == ["exclusive"]
    assert not found.asked(MODEL).any()
    kinds = two({**ANNA, "kind": "person"}, {**ANNA, "kind": "organisation"}, [0, 1])
    assert (kinds.vetoes, kinds.asked(MODEL).tolist()) == (("kind",), [False])


def test_of_a_large_cluster_the_records_with_the_lowest_hashes_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(possible, "MOST_ROWS", 1)
    many = two(NAMED, ANNA, [0, 1, 1, 1], ANNA, ANNA)
    assert len(many) == len(two(NAMED, ANNA, [0, 1])) == 1
    assert many.mean.tolist() == two(NAMED, ANNA, [0, 1]).mean.tolist()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-5_000, 5_000), max_size=30), st.integers(0, 12))
def test_at_most_so_many_are_asked_and_none_of_them_is_less_likely_than_one_that_is_not(
    means: list[int], most: int
) -> None:
    found = PossibleMatches(
        np.arange(len(means)),
        np.array(sorted(means, reverse=True), dtype=np.int64),
        np.zeros(len(means), dtype=bool),
        ("",) * len(means),
    )
    model = within_capacity(replace(MODEL, review_weight=-6_000), found, most)
    asked = found.asked(model)
    assert asked.sum() <= most
    assert model.possible_from == -6_000
    if asked.any() and not asked.all():
        assert found.mean[asked].min() > found.mean[~asked].max()
    if len(means) <= most:
        assert asked.all()


def test_a_capacity_is_stated_per_day_or_per_100_records() -> None:
    assert allowed(Aims(questions_per_100=1.0), 22_412) == 224
    assert allowed(Aims(decisions_a_day=30, days_to_clear=10), 22_412) == 300
    assert review_weight_for(np.array([9, 7, 7, 5]), 4, 2) == 8  # as likely ones are asked together or not
    assert review_weight_for(np.array([9, 7, 7, 5]), 4, 0) == 10
    assert review_weight_for(np.array([9, 3]), 4, 2) == 4


def test_a_spec_from_before_capacities_keeps_its_fingerprint_and_one_with_a_capacity_has_another() -> None:
    assert "decisions_a_day" not in SPEC.to_json()["aims"]
    stated = replace(SPEC, aims=replace(SPEC.aims, decisions_a_day=40))
    assert MatchSpec.from_json(stated.to_json()) == stated
    assert stated.fingerprint() != SPEC.fingerprint()
    with pytest.raises(SpecError, match="one or more"):
        replace(SPEC, aims=replace(SPEC.aims, decisions_a_day=0))


def test_the_weight_of_possible_matches_survives_json() -> None:
    model = replace(MODEL, review_weight=5_000, possible_weight=-2_000)
    assert Model.from_json(model.to_json()) == model
    assert (model.kept_from, MODEL.possible_from) == (-2_000, MODEL.review_weight)
    assert "possible_weight" not in MODEL.to_json()
