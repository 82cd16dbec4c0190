"""Fathers and sons: what tells two people of one name under one roof apart."""

from typing import Any

import numpy as np
import pytest

from matching.frame import build_frame
from matching.model import default_model
from matching.scoring import score
from mdm.domains.customer_match import MATCH_SPEC

HOME = {
    "kind": "person",
    "full_name": "Jean-Paul Moreau",
    "phones": ["+33 1 44 55 66 77"],
    "billing_address": {"street": "12 rue des Lilas", "city": "Lyon"},
}


def bits(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Return the untrained weight of two records that share all of HOME but what is given."""
    names = [("crm", "contact", "1"), ("shop", "customer", "2")]
    frame = build_frame(MATCH_SPEC, [{**HOME, **one}, {**HOME, **other}], names)
    rows = np.array([0], np.int32), np.array([1], np.int32)
    return float(score(frame, MATCH_SPEC, default_model(MATCH_SPEC), *rows)[0]) / 1000


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ({"birth_date": "1951-03-12"}, {"birth_date": "1978-11-04"}, 20),  # dates a generation apart
        ({"full_name": "Jean-Paul Moreau père"}, {"full_name": "Jean-Paul Moreau fils"}, 25),
        ({"full_name": "Jean-Paul Moreau Sr."}, {"name_suffix": "Jr."}, 25),
    ],
)
def test_father_and_son_lose_what_the_home_gives_them(
    one: dict[str, Any], other: dict[str, Any], least: float
) -> None:
    assert bits({}, {}) - bits(one, other) >= least


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"birth_date": "1951-03-12"}, {"birth_date": "1971-03-12"}),  # a slip of one digit
        ({"birth_date": "1951-03-12"}, {"birth_date": "1951-12-03"}),  # day and month transposed
        ({"full_name": "Jean-Paul Moreau père"}, {}),  # only one side says which
    ],
)
def test_a_slip_or_a_silence_is_no_other_generation(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert bits({}, {}) - bits(one, other) < 5
