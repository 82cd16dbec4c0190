"""Weights depend on the two records and the model, keys on the record alone; EM finds what was put in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.blocking import candidate_pairs, record_keys
from matching.em import Latent, count_patterns, estimate
from matching.engines.local import resolve
from matching.explaining import explain
from matching.frame import Frame, build_frame
from matching.gates import gate_facts
from matching.model import Model
from matching.scoring import score
from matching.training import train
from tests.matching.people import SPEC, population

RECORDS, NAMES, TRUTH = population(150)


@pytest.fixture(scope="module")
def model() -> Model:
    return train(build_frame(SPEC, RECORDS, NAMES), SPEC)


def frame_of(rows: list[int]) -> Frame:
    return build_frame(SPEC, [RECORDS[row] for row in rows], [NAMES[row] for row in rows])


def weigh(frame: Frame, model: Model, i: int, j: int) -> int:
    return int(score(frame, SPEC, model, np.array([i], dtype=np.int32), np.array([j], dtype=np.int32))[0])


rows = st.integers(0, len(RECORDS) - 1)


@given(rows, rows, st.lists(rows, max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_weight_is_symmetric_and_does_not_see_other_records(
    model: Model, one: int, other: int, others: list[int]
) -> None:
    alone = weigh(frame_of([one, other]), model, 0, 1)
    assert weigh(frame_of([one, other]), model, 1, 0) == alone
    crowd = frame_of([*others, other, *others, one])
    assert weigh(crowd, model, 2 * len(others) + 1, len(others)) == alone


@given(rows, st.lists(rows, max_size=12))
@settings(max_examples=60, deadline=None)
def test_the_keys_of_a_record_do_not_depend_on_the_records_beside_it(
    model: Model, one: int, others: list[int]
) -> None:
    alone = record_keys(frame_of([one]), SPEC, model)
    crowd = record_keys(frame_of([*others, one]), SPEC, model)
    mine = crowd.rows == len(others)
    assert crowd.keys[mine].tolist() == alone.keys.tolist()
    assert crowd.rules[mine].tolist() == alone.rules.tolist()


def test_a_key_over_the_cap_is_closed_and_counted() -> None:
    frame = build_frame(
        SPEC, [{"birth_date": "1980-02-17"}] * 5, [("crm", "Contact", str(row)) for row in range(5)]
    )
    keys = record_keys(frame, SPEC)
    assert len(candidate_pairs(keys, SPEC.caps(5))) == 10
    closed = candidate_pairs(keys, SPEC.caps(4))
    assert len(closed) == 0
    assert closed.counts[0].closed_rows == 5


def test_missing_values_carry_no_weight(model: Model) -> None:
    names = [("crm", "Contact", "a"), ("crm", "Contact", "b")]
    frame = build_frame(SPEC, [{"kind": "person"}, RECORDS[0]], names)
    assert weigh(frame, model, 0, 1) == 0


def test_the_parts_of_an_explanation_sum_to_the_weight(model: Model) -> None:
    frame = build_frame(SPEC, RECORDS, NAMES)
    for one, other in TRUTH[:20]:
        told = explain(frame, SPEC, model, one, other)
        assert sum(row.total for row in told.evidence) == told.weight == weigh(frame, model, one, other)


def test_an_explanation_names_the_veto_of_two_checked_tax_ids(model: Model) -> None:
    ids: list[dict[str, Any]] = [
        {"tax_ids": [{"scheme": "vat", "value": value, "country": "DE"}]}
        for value in ("DE136695976", "DE129273398")
    ]
    frame = build_frame(SPEC, ids, [("crm", "Contact", "a"), ("erp", "Partner", "b")])
    told = explain(frame, SPEC, model, 0, 1)
    assert told.vetoes == ("id:vat.DE",)
    assert told.verdict == "apart"


def test_kinds_are_facts_and_unknown_is_none() -> None:
    kinds = [{"kind": "person"}, {"kind": "organisation"}, {"kind": "unknown"}, {}]
    facts = gate_facts(build_frame(SPEC, kinds, [("s", "o", str(row)) for row in range(4)]), SPEC)
    assert list(facts.kind) == [1, 2, 0, 0]


def test_resolving_finds_the_pairs_whatever_the_order_of_the_records() -> None:
    first = resolve(SPEC, RECORDS, NAMES)
    again = resolve(SPEC, RECORDS[::-1], NAMES[::-1])
    clusters = [
        {frozenset(found.frame.names[row] for row in group) for group in found.groups}
        for found in (first, again)
    ]
    assert clusters[0] == clusters[1]
    together = sum(any({NAMES[i], NAMES[j]} <= group for group in clusters[0]) for i, j in TRUTH)
    assert together >= 0.9 * len(TRUTH)


def test_em_recovers_the_parameters_that_made_the_patterns() -> None:
    generator = np.random.default_rng(3)
    m, u, share, size = (0.9, 0.8, 0.95), (0.1, 0.05, 0.2), 0.2, 60_000
    match = generator.random(size) < share
    states = np.column_stack(
        [1 + (generator.random(size) < np.where(match, p, q)) for p, q in zip(m, u, strict=True)]
    ).astype(np.int16)
    patterns = count_patterns(states, (3, 3, 3), (3, 3, 3))
    guess = tuple(np.array([1e-7, 0.3, 0.7]) for _ in m)
    chance = tuple(np.array([1e-7, 0.7, 0.3]) for _ in m)
    found = estimate(
        patterns,
        (3, 3, 3),
        (Latent(guess, 0.4, 0.0, 0.0), Latent(chance, 0.6, 0.0, 0.0)),
        rounds=500,
        tolerance=1e-7,
    )
    for place in range(3):
        assert found.classes[0].states[place][2] == pytest.approx(m[place], abs=0.03)
        assert found.classes[1].states[place][2] == pytest.approx(u[place], abs=0.03)
    assert found.classes[0].share == pytest.approx(share, abs=0.02)
