"""A person's decision about a combination of outcomes holds for every pair, in scores and in clusters."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.clustering import partition
from matching.combination_rules import NEVER, OUTCOMES, CombinationRule, outcome_codes
from matching.engines.local import resolve
from matching.errors import ModelError
from matching.frame import build_frame
from matching.model import Model, default_model
from matching.scoring import score
from matching.spec import Comparison
from tests.matching.people import SPEC

MODEL = replace(default_model(SPEC), prior=-10_000, link_weight=12_000, review_weight=8_000)
ANNA = {"given_name": "anna", "family_name": "novak", "birth_date": "1980-03-14", "emails": ["a.n@mail.test"]}
# Same name and mailbox, another day of birth.
ALIKE = ANNA | {"birth_date": "1951-07-02"}
EMAIL_EQUAL, BORN_DIFFERS = ("emails", "equal"), ("born", "differs")


def rule(decision: str, *outcomes: tuple[str, str]) -> CombinationRule:
    return CombinationRule(outcomes, decision)


def weight(*rules: CombinationRule, records: tuple[dict[str, Any], ...] = (ANNA, ALIKE)) -> int:
    frame = build_frame(SPEC, records, [("crm", "Contact", str(row)) for row in range(len(records))])
    one, other = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
    return int(score(frame, SPEC, replace(MODEL, combinations=rules), one, other)[0])


ALONE = weight()


@pytest.mark.parametrize(
    ("kernel", "words"),
    [
        # below what the kernel calls agreement it differs
        ("date", "missing differs differs differs differs close equal"),
        ("exact", "missing differs equal"),
        ("name", "missing differs differs differs differs close close equal"),
        ("email", "missing differs close close close equal"),
    ],
)
def test_levels_become_four_outcomes(kernel: str, words: str) -> None:
    codes = outcome_codes(Comparison("x", "x", kernel))
    assert " ".join(OUTCOMES[code] for code in codes) == words


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        # no rule: the model's own weight
        ((), ALONE),
        # one that does not fit the pair
        ((rule("never", ("emails", "differs")),), ALONE),
        ((rule("merge", EMAIL_EQUAL),), max(ALONE, 12_000)),
        ((rule("review", EMAIL_EQUAL),), min(max(ALONE, 8_000), 11_999)),
        ((rule("never", EMAIL_EQUAL),), NEVER),
        # of two with one condition each the more careful one
        ((rule("merge", EMAIL_EQUAL), rule("review", BORN_DIFFERS)), min(max(ALONE, 8_000), 11_999)),
        ((rule("review", EMAIL_EQUAL), rule("never", BORN_DIFFERS)), NEVER),
        # more conditions are an exception to fewer
        ((rule("never", BORN_DIFFERS), rule("merge", EMAIL_EQUAL, BORN_DIFFERS)), max(ALONE, 12_000)),
    ],
)
def test_a_rule_decides_the_weight(rules: tuple[CombinationRule, ...], expected: int) -> None:
    assert weight(*rules) == expected
    assert weight(*rules[::-1]) == expected
    assert weight(*rules, records=(ALIKE, ANNA)) == expected


def test_a_rule_to_merge_lifts_a_light_pair_to_the_link_weight() -> None:
    light = ({"given_name": "anna", "emails": ["x@y.test"]}, {"given_name": "hugo", "emails": ["x@y.test"]})
    assert weight(records=light) < 12_000
    assert weight(rule("merge", EMAIL_EQUAL), records=light) == 12_000


@given(
    st.lists(
        st.builds(
            CombinationRule,
            st.lists(
                st.tuples(st.sampled_from(["given", "family", "born", "emails"]), st.sampled_from(OUTCOMES)),
                min_size=1,
                max_size=3,
                unique_by=lambda entry: entry[0],
            ).map(tuple),
            st.sampled_from(["merge", "review", "never"]),
        ),
        max_size=6,
    ),
    st.randoms(),
)
def test_the_order_of_rules_changes_nothing(rules: list[CombinationRule], random: Any) -> None:
    shuffled = rules[:]
    random.shuffle(shuffled)
    assert weight(*rules) == weight(*shuffled)


@pytest.mark.parametrize(
    ("decision", "groups"),
    [
        # the model alone keeps all three together
        (None, [["0", "1", "2"]]),
        # never: record 1 has no day of birth and could be either, but the two never stand in one cluster
        ("never", 2),
    ],
)
def test_never_holds_through_a_third_record(decision: str | None, groups: Any) -> None:
    records = [ANNA, {name: ANNA[name] for name in ("given_name", "family_name", "emails")}, ALIKE]
    names = [("crm", "Contact", str(row)) for row in range(3)]
    rules = (rule(decision, BORN_DIFFERS),) if decision else ()
    low = replace(MODEL, link_weight=2_000, review_weight=1_000, combinations=rules)
    found = resolve(SPEC, records, names, model=low)
    clusters = sorted(sorted(found.frame.names[row][2] for row in group) for group in found.groups)
    if decision:
        assert len(clusters) == groups
        assert not any({"0", "2"} <= set(cluster) for cluster in clusters)
    else:
        assert clusters == groups


@pytest.mark.parametrize("size", [4, 60, 300])
def test_one_pair_that_is_never_one_splits_a_large_group(size: int) -> None:
    weights = np.full((size, size), 150_000, dtype=np.int64)
    weights[0, 1] = weights[1, 0] = NEVER
    found = partition([("s", "o", str(row)) for row in range(size)], weights, link_weight=10_000)
    assert len(found.groups) == 2
    assert not any({0, 1} <= set(group) for group in found.groups)


def test_a_persons_must_link_outranks_a_rule() -> None:
    weights = np.array([[0, NEVER], [NEVER, 0]], dtype=np.int64)
    names = [("s", "o", "a"), ("s", "o", "b")]
    found = partition(names, weights, link_weight=10_000, must_links=[(0, 1)])
    assert len(found.groups) == 1


def test_a_model_with_rules_survives_json() -> None:
    rules = (CombinationRule((EMAIL_EQUAL, BORN_DIFFERS), "never", "eva", "Father and daughter."),)
    model = replace(MODEL, combinations=rules)
    read = Model.from_json(json.loads(json.dumps(model.to_json())))
    assert read.combinations == rules
    assert read.to_json() == model.to_json()


def test_a_model_from_before_there_were_rules_is_read() -> None:
    document = MODEL.to_json()
    del document["combinations"]
    assert Model.from_json(document).combinations == ()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda: rule("join", EMAIL_EQUAL), "join"),
        (lambda: rule("never"), "at least one"),
        (lambda: rule("never", EMAIL_EQUAL, ("emails", "close")), "at most once"),
        (lambda: rule("never", ("emails", "exact")), "known are missing, differs"),
        (lambda: weight(rule("never", ("shoe size", "equal"))), "shoe size"),
    ],
)
def test_a_broken_rule_is_refused_by_what_is_wrong(broken: Any, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        broken()
