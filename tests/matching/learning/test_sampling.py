"""A clerical sample spends its questions where they tell most, and its intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.learning.sampling import (
    LEAST_IN_STRATUM,
    SampleError,
    allocated,
    estimates,
    plan_sample,
    wilson,
)

BOUNDS = (-6000, -2000, 2000, 6000)


def town(slope: float, seed: int = 5):
    """Return weights, what is linked, the model's probabilities, and the truth, which the model misjudges."""
    generator = np.random.default_rng(seed)
    weights = generator.normal(-6000, 7000, 8000).astype(np.int64)
    bits = (weights - 1000) / 1000
    truth = generator.random(len(weights)) < 1 / (1 + 2.0 ** (-slope * bits))
    return weights, weights >= 2000, 1 / (1 + 2.0**-bits), truth


@pytest.mark.parametrize(
    "slope",
    [
        pytest.param(1.0, id="a model that is right"),
        pytest.param(0.5, id="a model that is too sure"),
        pytest.param(2.0, id="a model that is too modest"),
    ],
)
def test_the_intervals_hold_the_truth_as_often_as_they_promise(slope):
    weights, linked, chance, truth = town(slope)
    precision, recall = truth[linked].mean(), (truth & linked).sum() / truth.sum()
    held = []
    for seed in range(300):
        plan = plan_sample(weights, linked, chance, 200, bounds=BOUNDS, seed=seed)
        found = estimates(plan, truth[plan.places], draws=1000, seed=seed)
        held.append(
            (
                found.precision.low <= precision <= found.precision.high,
                found.recall.low <= recall <= found.recall.high,
                found.precision.value - precision,
                found.recall.value - recall,
            )
        )
    covered = np.mean(held, axis=0)
    assert (covered[:2] >= 0.91).all()  # 0.95 less three standard errors of 300 trials
    assert (np.abs(covered[2:]) <= 0.01).all()


def test_all_pairs_asked_leave_no_doubt():
    weights, linked = np.array([1, 1, 9, 9]), np.array([False, False, True, True])
    plan = plan_sample(weights, linked, np.full(4, 0.5), 30, bounds=(5,))
    found = estimates(plan, np.array([False, True, True, False]))
    assert (found.precision.low, found.precision.value, found.precision.high) == (0.5, 0.5, 0.5)
    assert (found.recall.value, found.matches.value, found.judged) == (0.5, 2.0, 4)


@given(
    st.lists(st.tuples(st.integers(1, 900), st.floats(0.01, 0.5)), min_size=1, max_size=8),
    st.integers(0, 600),
)
def test_every_question_is_allocated_and_no_stratum_is_asked_for_more_than_it_has(strata, spare):
    sizes = np.array([size for size, _ in strata])
    wanted = LEAST_IN_STRATUM * len(strata) + spare
    found = allocated(sizes, np.array([spread for _, spread in strata]), wanted)
    assert int(found.sum()) == min(wanted, int(sizes.sum()))
    assert (found <= sizes).all()
    assert (found >= np.minimum(sizes, LEAST_IN_STRATUM)).all()


def test_large_and_doubtful_strata_get_most():
    found = allocated(np.array([1000, 1000, 4000]), np.array([0.1, 0.5, 0.5]), 500)
    assert found.tolist() == [19, 96, 385]  # 500 by 100 : 500 : 2000


def test_questions_that_are_too_few_for_the_strata_are_refused():
    weights, linked, chance, _ = town(1.0)
    with pytest.raises(SampleError, match="20 questions are too few for 5 strata of pairs; ask at least 75"):
        plan_sample(weights, linked, chance, 20, bounds=BOUNDS)


def test_answers_that_are_not_one_each_are_refused():
    weights, linked, chance, truth = town(1.0)
    plan = plan_sample(weights, linked, chance, 100, bounds=BOUNDS)
    with pytest.raises(SampleError, match="The plan asked 100 questions, but 99 answers came; give one each"):
        estimates(plan, truth[plan.places][:99])


@pytest.mark.parametrize(
    ("yes", "asked", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),  # Brown, Cai and DasGupta 2001: 0 of 10
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (0, 0, 0.0, 1.0),  # nobody was asked
    ],
)
def test_wilson_s_interval(yes, asked, low, high):
    found = wilson(yes, asked)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
