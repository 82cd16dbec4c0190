"""What depends on data is in the saved model: the live records around a pair change nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from matching.blocking import candidate_pairs, record_keys
from matching.engines.local import resolve
from matching.frame import Frame, build_frame
from matching.model import Model
from matching.scoring import score
from matching.training import train
from tests.matching.people import SPEC, Record, population

RECORDS, NAMES, _ = population(150)
# Two hundred who share one mailbox, one name and one day of birth, and nothing else.
CROWD: list[Record] = [
    {
        "given_name": f"p{row}",
        "family_name": "novak",
        "birth_date": "1980-01-01",
        "emails": ["info@firm.test"],
    }
    for row in range(200)
]
CROWD_NAMES = [("shop", "customer", str(row)) for row in range(len(CROWD))]


@pytest.fixture(scope="module")
def model() -> Model:
    return train(build_frame(SPEC, RECORDS, NAMES), SPEC)


def frame_of(records: list[Record]) -> Frame:
    names = [("crm", "Contact", str(row)) for row in range(len(records))]
    return build_frame(SPEC, records, names)


def first_pair(records: list[Record], model: Model) -> int:
    one, other = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
    return int(score(frame_of(records), SPEC, model, one, other)[0])


def test_a_value_that_became_frequent_weighs_what_it_weighed(model: Model) -> None:
    pair = CROWD[:2]
    assert first_pair(pair + CROWD[2:], model) == first_pair(pair, model)


def test_training_on_the_new_records_finds_the_shared_mailbox_generic(model: Model) -> None:
    assert "emails" not in model.generic
    proposed = train(build_frame(SPEC, RECORDS + CROWD, NAMES + CROWD_NAMES), SPEC)
    assert proposed.generic["emails"] == frozenset(["info@firm.test"])
    assert first_pair(CROWD[:2], proposed) < first_pair(CROWD[:2], model)


def test_the_cap_is_the_models_not_the_specs(model: Model) -> None:
    frame, capped = frame_of(CROWD[:10]), replace(model, cap=5)
    assert SPEC.aims.cap > 10
    assert len(candidate_pairs(record_keys(frame, SPEC, model), model.caps(SPEC))) == 45
    names = [("crm", "Contact", str(row)) for row in range(10)]
    assert resolve(SPEC, CROWD[:10], names, model=capped).report["candidates"] == 0


def test_the_thresholds_are_the_models(model: Model) -> None:
    found = resolve(SPEC, RECORDS, NAMES, model=model)
    assert found.model == model
    strict = replace(model, link_weight=10**6, review_weight=10**6)
    assert len(resolve(SPEC, RECORDS, NAMES, model=strict).groups) == len(RECORDS)


def test_a_saved_model_resolves_as_the_one_that_was_saved(model: Model) -> None:
    saved = Model.from_json(json.loads(json.dumps(model.to_json())))
    one, other = (resolve(SPEC, RECORDS, NAMES, model=each) for each in (model, saved))
    assert one.groups == other.groups
    assert one.pairs.weights.tolist() == other.pairs.weights.tolist()
