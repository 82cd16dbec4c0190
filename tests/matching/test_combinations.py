"""The table of outcome combinations: what stands in it, in which order, and always the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.combinations import Combination, combinations, combinations_of, in_words
from matching.engines.local import Resolution, resolve
from matching.errors import SpecError
from matching.frame import build_frame
from matching.model import default_model
from matching.scoring import score
from tests.matching.people import SPEC, population

RECORDS, NAMES, _ = population(150)
BY = ("family", "born", "emails")
MODEL = replace(default_model(SPEC), prior=-12_000, link_weight=14_000, review_weight=-2_000)


@pytest.fixture(scope="module")
def resolution() -> Resolution:
    return resolve(SPEC, RECORDS, NAMES, model=MODEL)


@pytest.fixture(scope="module")
def table(resolution: Resolution) -> tuple[Combination, ...]:
    return combinations_of(resolution, SPEC, by=BY)


def test_every_pair_stands_in_one_combination(resolution: Resolution, table: tuple[Combination, ...]) -> None:
    assert sum(row.pairs for row in table) == len(resolution.pairs)
    assert sum(row.linked for row in table) == len(resolution.pairs) - len(resolution.review_pairs())
    assert len({row.outcomes for row in table}) == len(table)
    assert [row.pairs for row in table] == sorted((row.pairs for row in table), reverse=True)


def test_a_combination_reads_as_words_and_leaves_out_what_is_missing() -> None:
    said = [("given", "close"), ("emails", "equal"), ("born", "differs"), ("street", "missing")]
    assert in_words(SPEC, said) == "given close + emails equal + born differs"
    assert in_words(SPEC, [("street", "missing")]) == "nothing to compare"


def test_the_expected_precision_is_the_mean_probability_of_the_pairs() -> None:
    frame = build_frame(SPEC, RECORDS, NAMES)
    left, right = np.arange(0, 40, 2, dtype=np.int32), np.arange(1, 41, 2, dtype=np.int32)
    found = combinations(frame, SPEC, MODEL, left, right, np.zeros(20, dtype=bool), by=("born",))
    weights = score(frame, SPEC, MODEL, left, right).tolist()
    mean = sum(MODEL.probability(weight) for weight in weights) / 20
    assert sum(row.expected_precision * row.pairs for row in found) / 20 == pytest.approx(mean, abs=1e-6)


def test_the_table_does_not_depend_on_the_order_of_records_or_pairs(
    table: tuple[Combination, ...],
) -> None:
    again = resolve(SPEC, RECORDS[::-1], NAMES[::-1], model=MODEL)
    assert combinations_of(again, SPEC, by=BY) == table
    frame = build_frame(SPEC, RECORDS, NAMES)
    left, right = np.arange(0, 100, dtype=np.int32), np.arange(50, 150, dtype=np.int32)
    apart = np.zeros(100, dtype=bool)
    one = combinations(frame, SPEC, MODEL, left, right, apart, by=BY)
    assert combinations(frame, SPEC, MODEL, right[::-1], left[::-1], apart, by=BY) == one


def test_examples_are_a_few_pairs_of_the_combination_itself(table: tuple[Combination, ...]) -> None:
    frame = build_frame(SPEC, RECORDS, NAMES)
    place = {name: row for row, name in enumerate(NAMES)}
    for row in table:
        assert len(row.examples) == min(20, row.pairs)
        one, other = row.examples[0]
        left, right = np.array([place[one]], np.int32), np.array([place[other]], np.int32)
        again = combinations(frame, SPEC, MODEL, left, right, np.array([False]), by=BY)
        assert again[0].outcomes == row.outcomes


def test_without_a_choice_at_most_eight_comparisons_count(resolution: Resolution) -> None:
    found = combinations_of(resolution, SPEC)
    names = {name for row in found for name, _ in row.outcomes}
    assert len(names) <= 8
    # who stands first and who last says nothing by itself
    assert "order" not in names


def test_a_decided_combination_says_so_and_its_expectation_stays_the_models(
    resolution: Resolution, table: tuple[Combination, ...]
) -> None:
    chosen = next(row for row in table if {outcome for _, outcome in row.outcomes} == {"equal"})
    model = replace(MODEL, combinations=(chosen.rule("review", by="eva"),))
    again = resolve(SPEC, RECORDS, NAMES, model=model)
    row = next(row for row in combinations_of(again, SPEC, by=BY) if row.outcomes == chosen.outcomes)
    assert (row.decision, row.expected_precision) == ("review", chosen.expected_precision)
    # No such pair links by itself any more; a third record may still bring two together.
    assert (chosen.share_linked, row.share_linked < 0.5) == (1.0, True)
    assert row.pairs == chosen.pairs


def test_an_unknown_comparison_is_refused(resolution: Resolution) -> None:
    with pytest.raises(SpecError, match="shoe size"):
        combinations_of(resolution, SPEC, by=("shoe size",))


def test_no_pairs_are_no_combinations() -> None:
    frame = build_frame(SPEC, RECORDS, NAMES)
    nothing = np.empty(0, dtype=np.int32)
    assert combinations(frame, SPEC, MODEL, nothing, nothing, np.empty(0, dtype=bool)) == ()
