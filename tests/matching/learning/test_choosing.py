"""Judgements teach a model that scores in whole numbers, or are refused with figures."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from matching.comparing import compare
from matching.explaining import explain
from matching.frame import build_frame
from matching.learning.choosing import AS_IT_IS, CONTENDERS, THRESHOLDS, TooFewJudgements, learn
from matching.learning.judged import Judged
from matching.learning.recalibrating import recalibrated
from matching.model import Model
from matching.scoring import score
from tests.matching.learning.school import School, school
from tests.matching.people import SPEC, population


@pytest.fixture(scope="module")
def place() -> School:
    return school()


LEARNED: dict[str, Model] = {}


def one_trainer(place: School, name: str) -> Model:
    """Return what one trainer makes of 240 answers; learned once for all tests."""
    if name not in LEARNED:
        LEARNED[name] = taught_by(place, name)
    return LEARNED[name]


def taught_by(place: School, name: str) -> Model:
    found = learn(place.frame, SPEC, place.model, place.judged(240), place.candidates, contenders=(name,))
    assert (found.accepted, found.chosen) == (True, name), found.sentence
    return found.model


def agreement(place: School, model: Model) -> float:
    weights = score(place.frame, SPEC, model, place.candidates.left, place.candidates.right)
    likely = np.array([model.probability(int(weight)) for weight in weights]) >= 0.5
    return float((likely == place.steward(np.arange(len(place.candidates)))).mean())


@pytest.mark.parametrize("name", ["logistic regression", "gradient boosting", "naive Bayes"])
def test_a_trainer_learns_the_steward_s_opinion(place: School, name: str) -> None:
    before, after = agreement(place, place.model), agreement(place, one_trainer(place, name))
    assert after > before
    assert after > 0.9


@pytest.mark.parametrize("name", ["logistic regression", "gradient boosting"])
def test_a_learned_model_survives_json_and_scores_each_pair_alone(place: School, name: str) -> None:
    model = one_trainer(place, name)
    again = Model.from_json(json.loads(json.dumps(model.to_json())))
    assert again == model
    left, right = place.candidates.left[:40], place.candidates.right[:40]
    whole = score(place.frame, SPEC, again, left, right)
    assert np.array_equal(whole, score(place.frame, SPEC, again, right, left))
    records, names, _ = population(400)
    record_of = dict(zip(names, records, strict=True))
    for at in range(40):
        pair = [place.frame.names[int(left[at])], place.frame.names[int(right[at])]]
        alone = build_frame(SPEC, [record_of[name] for name in pair], pair)
        rows = np.array([0], np.int32), np.array([1], np.int32)
        assert score(alone, SPEC, again, *rows)[0] == whole[at]


def test_the_evidence_of_a_learned_weight_adds_up(place: School) -> None:
    model = one_trainer(place, "logistic regression")
    weights = score(place.frame, SPEC, model, place.candidates.left, place.candidates.right)
    for at in range(0, 200, 10):
        shown = explain(
            place.frame, SPEC, model, int(place.candidates.left[at]), int(place.candidates.right[at])
        )
        assert sum(row.total for row in shown.evidence) == shown.weight == weights[at]
        assert "judgements" in {row.comparison for row in shown.evidence}


def test_the_best_on_held_out_judgements_is_taken_and_every_figure_told(place: School) -> None:
    found = learn(place.frame, SPEC, place.model, place.judged(240), place.candidates)
    assert [row.name for row in found.figures] == [AS_IT_IS, "thresholds only", *CONTENDERS]
    best = min(found.figures, key=lambda row: row.log_loss)
    assert (found.accepted, found.chosen) == (True, best.name)
    assert found.sentence.startswith(f"Learned by {best.name}: on 240 held-out judgements its log loss is ")
    assert found.model.training["judged"] == 240
    assert place.model.learned is None


def test_answers_at_random_move_thresholds_at_most(place: School) -> None:
    judged = place.judged(240)
    guessed = np.random.default_rng(3).random(len(judged)) < 0.5
    answers = Judged(judged.left, judged.right, guessed)
    found = learn(place.frame, SPEC, place.model, answers, place.candidates)
    assert found.chosen in (AS_IT_IS, THRESHOLDS)
    assert found.model.learned is None
    assert found.model.parameters == place.model.parameters


def test_answers_that_the_model_knows_already_are_refused(place: School) -> None:
    at = np.flatnonzero(np.abs(place.weights - place.model.link_weight) > 12_000)
    known = np.array(
        [place.model.probability(int(weight)) >= 0.5 for weight in place.weights[at]], dtype=bool
    )
    chosen = np.r_[np.flatnonzero(known)[:60], np.flatnonzero(~known)[:60]]
    judged = Judged.of(place.candidates.left[at[chosen]], place.candidates.right[at[chosen]], known[chosen])
    found = learn(place.frame, SPEC, place.model, judged, place.candidates)
    assert (found.accepted, found.model) == (False, place.model)
    assert found.sentence.startswith("Nothing was learned: the best contender is ")


@pytest.mark.parametrize(
    ("judged", "says"),
    [
        (0, "There are 0 judged pairs"),
        (40, "There are 40 judged pairs (20 same, 20 not the same); learning needs 50, of either answer 10"),
    ],
)
def test_too_few_judgements_are_refused_with_what_is_needed(place: School, judged: int, says: str) -> None:
    with pytest.raises(TooFewJudgements) as refused:
        learn(place.frame, SPEC, place.model, place.judged(judged), place.candidates)
    assert says in str(refused.value)


def test_recalibrated_levels_ascend_and_follow_the_answers(place: School) -> None:
    judged = place.judged(240)
    before = place.model.to_json()
    model = recalibrated(
        place.frame, SPEC, place.model, judged, place.candidates.left, place.candidates.right, weight=20.0
    )
    assert place.model.to_json() == before
    for name in ("given", "family", "born", "emails"):
        for row in model.parameters[name].weights:
            assert list(row[1:]) == sorted(row[1:])
    exact = [found.parameters["given"].weights[0][-1] for found in (place.model, model)]
    assert exact[1] < exact[0]  # the steward does not look at given names


def test_learning_ignores_the_order_of_the_answers(place: School) -> None:
    judged = place.judged(120)
    order = np.random.default_rng(1).permutation(len(judged))
    shuffled = Judged.of(judged.right[order], judged.left[order], judged.is_match[order])
    one, other = (
        learn(place.frame, SPEC, place.model, rows, place.candidates, contenders=("logistic regression",))
        for rows in (judged, shuffled)
    )
    assert one.model.to_json() == other.model.to_json()


def test_importing_the_room_of_learning_loads_none_of_the_heavy_packages() -> None:
    script = (
        "import sys, matching.learning.choosing, matching.learning.questions, matching.learning.sampling;"
        "sys.exit(' '.join({'pandas', 'sklearn', 'recordlinkage', 'django'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stderr.strip() == ""


def test_a_rule_of_the_spec_stands_above_what_was_learned(place: School) -> None:
    learned = one_trainer(place, "logistic regression")
    ruled = replace(
        SPEC,
        comparisons=tuple(
            replace(row, fixed=(("exact", 30_000), ("differs", -30_000))) if row.name == "given" else row
            for row in SPEC.comparisons
        ),
    )
    left, right = place.candidates.left, place.candidates.right
    given = learned.parameters["given"]
    weights = tuple((0, -30_000, *row[2:-1], 30_000) for row in given.weights)
    parameters = {**learned.parameters, "given": replace(given, weights=weights)}
    under = replace(learned, spec=ruled.fingerprint(), parameters=parameters)
    plain = score(place.frame, ruled, replace(under, learned=None), left, right)
    found = score(place.frame, ruled, under, left, right)
    levels = compare(place.frame, ruled, dict(under.texts), left, right).of("given")
    exact, differs = levels == levels.max(), levels == 1
    assert exact.any() and differs.any()
    assert (found[exact] >= plain[exact]).all()
    assert (found[differs] <= plain[differs]).all()
    assert (found[~exact & ~differs] != plain[~exact & ~differs]).any()


def test_where_records_compete_thresholds_come_from_pairs_that_won(place: School) -> None:
    found = learn(
        place.frame,
        SPEC,
        place.model,
        place.judged(240),
        place.candidates,
        one_to_one=True,
        contenders=("logistic regression",),
    )
    assert found.accepted
    assert "Clusters get" not in found.sentence
    assert (
        found.model.review_weight
        <= found.model.link_weight
        < one_trainer(place, found.chosen).weight_at(0.9999)
    )
