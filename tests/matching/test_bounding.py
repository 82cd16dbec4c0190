"""Bounds never decide wrongly: filters of string metrics, and weights not worked out to the end."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, JaroWinkler

from matching import scoring
from matching.bounding import reaching
from matching.columns import coded_column
from matching.combination_rules import CombinationRule
from matching.frame import frame_in_order
from matching.kernels import Pairing
from matching.kernels.filters import alike, near
from matching.scoring import score
from matching.training import all_candidates, train
from mdm.domains.customer_match import MATCH_SPEC as CUSTOMER
from tests.matching.people import SPEC
from tests.matching.people import population as people

texts = st.lists(st.text(st.sampled_from("aabcde019 é漢"), min_size=1, max_size=9), min_size=2, max_size=12)


def every_pair(values: list[str]) -> Pairing:
    known = tuple(dict.fromkeys(values))
    column = coded_column("c", np.arange(len(known), dtype=np.int32), [(value,) for value in known])
    left, right = np.triu_indices(len(known))
    return Pairing(column, left.astype(np.int32), column, right.astype(np.int32))


@given(texts, st.integers(1, 3), st.booleans())
@settings(max_examples=150, deadline=None)
def test_texts_a_few_edits_apart_are_never_filtered_out(values: list[str], most: int, digits: bool) -> None:
    pairing = every_pair(values)
    kept = near(pairing, most, digits=digits)
    for one, other, stays in zip(*pairing.texts(), kept, strict=True):
        assert stays or OSA.distance(one, other) > most


@given(texts, st.sampled_from([0.7, 0.75, 0.85, 0.88, 0.93]))
@settings(max_examples=150, deadline=None)
def test_texts_that_are_alike_are_never_filtered_out(values: list[str], least: float) -> None:
    pairing = every_pair(values)
    kept = alike(pairing, least)
    for one, other, stays in zip(*pairing.texts(), kept, strict=True):
        assert stays or JaroWinkler.similarity(one, other) < least


def test_the_filters_spare_most_comparisons_of_unlike_names() -> None:
    pairing = every_pair(["anna", "robert", "wilhelmina", "guo", "björk", "ferdinand", "lucy", "omar"])
    unlike = pairing.left_elements != pairing.right_elements
    assert alike(pairing, 0.7)[unlike].mean() < 0.1
    assert near(pairing, 1)[unlike].mean() == 0.0


RECORDS, NAMES, _ = people(150)
FRAME = frame_in_order(SPEC, RECORDS, NAMES)
MODEL = train(FRAME, SPEC)


@pytest.mark.parametrize("least", [-30_000, 0, MODEL.review_weight, MODEL.link_weight, 40_000])
@pytest.mark.parametrize(("chunk", "threads"), [(13, 1), (100_000, 2)])
def test_what_reaches_a_weight_is_what_full_scoring_says(
    monkeypatch: pytest.MonkeyPatch, least: int, chunk: int, threads: int
) -> None:
    pairs = all_candidates(FRAME, SPEC, MODEL)
    weights = score(FRAME, SPEC, MODEL, pairs.left, pairs.right)
    monkeypatch.setattr(scoring, "CHUNK", chunk)
    monkeypatch.setattr(scoring, "THREADS", threads)
    places, found = reaching(FRAME, SPEC, MODEL, pairs.left, pairs.right, least)
    assert places.tolist() == np.flatnonzero(weights >= least).tolist()
    assert found.tolist() == weights[weights >= least].tolist()


def test_a_pair_that_a_person_decided_is_weighed_to_the_end() -> None:
    merged = CombinationRule((("given", "differs"),), "merge", by="anna", reason="twins of one desk")
    decided = replace(MODEL, combinations=(merged,))
    pairs = all_candidates(FRAME, SPEC, decided)
    weights = score(FRAME, SPEC, decided, pairs.left, pairs.right)
    places, found = reaching(FRAME, SPEC, decided, pairs.left, pairs.right, decided.link_weight)
    assert places.tolist() == np.flatnonzero(weights >= decided.link_weight).tolist()
    assert found.tolist() == weights[places].tolist()
    assert len(places) > int((score(FRAME, SPEC, MODEL, pairs.left, pairs.right) >= MODEL.link_weight).sum())


def test_swapped_names_reach_the_weight_they_have() -> None:
    people = [
        {"kind": "person", "given_name": given, "family_name": family, "birth_date": "1980-02-03"}
        for given, family in (
            ("Anna", "Lindqvist"),
            ("Lindqvist", "Anna"),
            ("Anna", "Novak"),
            ("A", "Lindqvist"),
        )
    ]
    frame = frame_in_order(CUSTOMER, people * 8, [("crm", "Contact", str(row)) for row in range(32)])
    model = train(frame, CUSTOMER)
    left, right = (side.astype(np.int32) for side in np.triu_indices(32, 1))
    weights = score(frame, CUSTOMER, model, left, right)
    for least in (-50_000, 0, 10_000):
        places, found = reaching(frame, CUSTOMER, model, left, right, least)
        assert places.tolist() == np.flatnonzero(weights >= least).tolist()
        assert found.tolist() == weights[places].tolist()
