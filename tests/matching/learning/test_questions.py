"""What is asked next: doubt first, nothing twice, spread over patterns, winners where records compete."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.learning.judged import Judged
from matching.learning.questions import next_questions, undecided
from tests.matching.learning.school import School, school
from tests.matching.people import SPEC


@pytest.fixture(scope="module")
def place() -> School:
    found = school(200)
    return replace(found, model=replace(found.model, training={"judged": 100}))


def asked(place: School, n: int, **given):
    return next_questions(place.frame, SPEC, place.model, place.candidates, place.weights, n, **given)


def test_the_first_question_is_worth_most_and_what_is_expected_stands_beside_it(place):
    found = asked(place, 30)
    assert len({(row.left, row.right) for row in found}) == 30
    assert all(row.gain >= 0 and row.own <= 0.5 and row.alike >= 1 for row in found)
    assert found[0].gain == max(row.gain for row in found)


def test_nothing_is_asked_twice(place):
    first = asked(place, 20)
    rows = np.array([(row.left, row.right) for row in first], dtype=np.int32)
    judged = Judged.of(rows[:, 0], rows[:, 1], np.ones(20, dtype=bool))
    again = asked(place, 20, judged=judged)
    assert {(row.left, row.right) for row in first} & {(row.left, row.right) for row in again} == set()


def test_more_questions_of_a_pattern_are_worth_less(place):
    found = asked(place, 40)
    own = next(row for row in found if row.alike > 3)
    alike = [row.gain - row.own for row in found if row.alike == own.alike and row.weight == own.weight]
    assert alike == sorted(alike, reverse=True)


def test_the_same_is_asked_every_time(place):
    assert asked(place, 25) == asked(place, 25)


def test_questions_never_run_dry_before_the_candidates_do(place):
    doubtful, _ = undecided(place.model, place.candidates, place.weights)
    everything, _ = undecided(place.model, place.candidates, place.weights, 10**6)
    assert 0 < len(doubtful) < len(everything) == len(place.candidates)
    assert len(asked(place, len(doubtful) + 10)) == len(doubtful) + 10
    assert asked(place, 0) == ()


def test_what_lost_against_a_likely_winner_is_hardly_doubtful(place):
    at = np.flatnonzero(place.weights >= place.model.link_weight)[:1]
    won = np.zeros(len(place.weights), dtype=bool)
    won[at] = True
    left = place.candidates.left == place.candidates.left[at[0]]
    sure = np.where(won, place.model.link_weight + 20_000, place.weights)
    _, free = undecided(place.model, place.candidates, sure, len(sure))
    _, lost = undecided(place.model, place.candidates, sure, len(sure), won=won)
    assert (lost[left & ~won] <= free[left & ~won]).all()
    assert lost[left & ~won].max(initial=0.0) < 0.001
