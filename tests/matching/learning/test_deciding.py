"""The link weight is drawn where held-out clusters are best, and never at the price of more wrong links."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.learning.deciding import CHANCES, best_chance, together, wrong
from matching.learning.judged import Judged
from tests.matching.learning.school import School, school
from tests.matching.people import SPEC


@pytest.fixture(scope="module")
def place() -> School:
    return school(200)


def decided(place: School) -> Judged:
    """Return answers that say of every fifth candidate what clustering makes of it."""
    at = np.arange(0, len(place.candidates), 5)
    asked = Judged.of(place.candidates.left[at], place.candidates.right[at], np.zeros(len(at), dtype=bool))
    found = together(place.frame, SPEC, place.model, place.candidates, place.weights, asked)
    return Judged(asked.left, asked.right, found)


def test_clustering_agrees_with_answers_that_were_read_off_it(place: School) -> None:
    judged = decided(place)
    found = together(place.frame, SPEC, place.model, place.candidates, place.weights, judged)
    assert 0 < int(found.sum()) < len(judged)
    assert wrong(found, judged).all == 0
    assert wrong(~found, judged) == replace(
        wrong(found, judged), together=int((~found).sum()), apart=int(found.sum())
    )


def test_a_link_weight_far_off_is_found_back(place: School) -> None:
    judged = decided(place)
    nothing = replace(place.model, link_weight=10**6, review_weight=10**6)
    everyone = np.ones(len(judged), dtype=bool)
    chance, after, before = best_chance(
        place.frame, SPEC, place.model, [(nothing, everyone)], place.candidates, judged
    )
    assert chance in CHANCES
    assert (before.all, after.together) == (0, 0)
    assert after.all <= int(judged.is_match.sum()) // 10
