"""Answers become rows once each, are folded without a record on two sides, and stand above weights."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.clustering import components
from matching.frame import build_frame
from matching.learning.judged import FOLDS, SURE, Judged, with_answers
from tests.matching.people import SPEC, population


def judged(*pairs: tuple[int, int, bool]) -> Judged:
    left, right, same = (np.array(column) for column in zip(*pairs, strict=True))
    return Judged.of(left.astype(np.int32), right.astype(np.int32), same.astype(bool))


def rows_of(found: Judged) -> list[tuple[int, int, bool]]:
    return list(zip(found.left.tolist(), found.right.tolist(), found.is_match.tolist(), strict=True))


def test_of_two_answers_about_a_pair_the_last_counts():
    found = judged((5, 2, True), (1, 3, True), (2, 5, False))
    assert rows_of(found) == [(1, 3, True), (2, 5, False)]


def test_answers_about_named_records_become_rows_and_strangers_are_left_out():
    records, names, _ = population(3)
    frame = build_frame(SPEC, records[:3], names[:3])
    stranger = ("none", "none", "none")
    found = Judged.named(frame, [(names[2], names[0], True), (names[0], stranger, True)])
    assert rows_of(found) == [(0, 2, True)]
    assert len(Judged.named(frame, [])) == 0


pairs = st.lists(st.tuples(st.integers(0, 60), st.integers(61, 120), st.booleans()), min_size=1, max_size=80)


@given(pairs)
def test_pairs_that_hang_together_share_a_fold_unless_they_are_most(found):
    answers = judged(*found)
    folds = answers.folds()
    pieces = components(121, answers.left, answers.right)[answers.left]
    assert set(folds.tolist()) <= set(range(FOLDS))
    held = pieces if np.bincount(pieces).max() <= len(answers) / 2 else answers.left
    assert all(len(set(folds[held == piece].tolist())) == 1 for piece in set(held.tolist()))


def test_an_answer_is_beyond_any_weight():
    left, right = np.array([0, 1, 2], np.int32), np.array([3, 4, 5], np.int32)
    weights = np.array([-50, 7, 90])
    answers = judged((3, 0, True), (2, 5, False))
    assert with_answers(left, right, weights, answers).tolist() == [SURE, 7, -SURE]
    nobody = Judged.of(left[:0], right[:0], np.empty(0, bool))
    assert with_answers(left, right, weights, nobody).tolist() == [-50, 7, 90]
