"""What a run did not do as a reader would expect is said, one sentence each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from matching.cautions import cautions
from matching.engines.local import Resolution, resolve
from matching.model import default_model
from matching.spec import MatchSpec
from tests.matching.people import SPEC, population

RECORDS, NAMES, _ = population(150)


def run(spec: MatchSpec = SPEC, records: Any = RECORDS, **changes: Any) -> Resolution:
    model = replace(default_model(spec), **changes)
    return resolve(spec, records, NAMES[: len(records)], model=model)


def test_a_run_without_surprises_says_nothing() -> None:
    assert cautions(run(), SPEC) == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        # names that many share
        ({"cap": 6}, "of the rule “family sound” are carried by more than 6 records each"),
        ({"cap": 6}, "of these records meet nobody by this rule."),
        ({"generic": {"emails": frozenset("ab")}}, "2 values of emails are carried by so many records"),
        ({"generic": {"emails": frozenset("a")}}, "1 value of emails is carried by so many records that it"),
        ({"training": {"method": "default", "candidates": 7}}, "Only 7 candidate pairs: too few to learn"),
    ],
)  # fmt: skip
def test_each_caution_is_a_sentence(changes: dict[str, Any], said: str) -> None:
    assert said in " ".join(cautions(run(**changes), SPEC))


def test_a_component_that_was_cut_is_named_with_its_size() -> None:
    spec = replace(SPEC, aims=replace(SPEC.aims, largest_component=2))
    less = [{**RECORDS[0], "given_name": None}, {**RECORDS[0], "emails": None}]
    twins = [RECORDS[0]] * 2 + [less[0]] * 2 + [less[1]]
    found = run(spec, twins, link_weight=9_000, review_weight=5_000)
    told = " ".join(cautions(found, spec))
    assert "A component of 3 different records is larger than 2: within it, only pairs from" in told


def test_cautions_name_no_value_of_a_record() -> None:
    found = cautions(run(cap=6, generic={"emails": frozenset(["anna@mail.test"])}), SPEC)
    assert "anna" not in " ".join(found)
