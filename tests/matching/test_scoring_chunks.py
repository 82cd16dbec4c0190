"""Weights and candidate pairs do not depend on how the work is cut: chunks, threads, order of the records."""

from dataclasses import replace

import numpy as np
import pytest

from matching import scoring
from matching.blocking import BlockingKeys, candidate_pairs, frame_pairs, record_keys
from matching.engines.local import resolve
from matching.frame import build_frame
from matching.model import default_model
from matching.scoring import score
from matching.training import train
from mdm.sandbox.population.people import COLUMNS, Population, population
from tests.matching.people import SPEC
from tests.matching.people import population as people

RECORDS, NAMES, _ = people(150)


@pytest.mark.parametrize(("chunk", "threads"), [(1, 1), (7, 2), (1000, 4)])
def test_weights_are_the_same_for_every_chunk_size_and_thread_count(
    monkeypatch: pytest.MonkeyPatch, chunk: int, threads: int
) -> None:
    frame = build_frame(SPEC, RECORDS, NAMES)
    model = train(frame, SPEC)
    pairs = candidate_pairs(record_keys(frame, SPEC, model), model.caps(SPEC))
    left, right = pairs.left[:600], pairs.right[:600]
    whole = score(frame, SPEC, model, left, right)
    monkeypatch.setattr(scoring, "CHUNK", chunk)
    monkeypatch.setattr(scoring, "THREADS", threads)
    assert score(frame, SPEC, model, left, right).tolist() == whole.tolist()


def test_a_pair_carries_the_bits_of_every_rule_that_found_it() -> None:
    rows = np.array([0, 1, 0, 1, 4, 2, 3], np.int64)
    keys = np.array([7, 7, 8, 9, 9, 9, 9], np.int64)
    rules = np.array([0, 0, 1, 2, 2, 2, 2], np.uint8)
    found = candidate_pairs(BlockingKeys(rows, keys, rules), (10, 10, 10))
    pairs = list(zip(found.left.tolist(), found.right.tolist(), found.rules.tolist(), strict=True))
    assert pairs == [(0, 1, 1), (1, 2, 4), (1, 3, 4), (1, 4, 4), (2, 3, 4), (2, 4, 4), (3, 4, 4)]
    assert {number: count.pairs for number, count in found.counts.items()} == {0: 1, 1: 0, 2: 6}


def test_pairs_found_in_another_way_count_under_a_rule_of_their_own() -> None:
    frame = build_frame(SPEC, RECORDS[:6], NAMES[:6])
    near = np.array([3, 1], np.int32), np.array([2, 0], np.int32)
    nothing = replace(SPEC, blocking=SPEC.blocking[:1])
    model = default_model(nothing)
    found = frame_pairs(frame, nothing, model, also={63: near})
    both = zip(found.left.tolist(), found.right.tolist(), strict=True)
    told = dict(zip(both, found.rules.tolist(), strict=True))
    assert {pair for pair, bits in told.items() if bits >> 63} == {(0, 1), (2, 3)}
    assert found.counts[63].pairs == 2


def test_no_keys_make_no_pairs() -> None:
    nothing = BlockingKeys(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint8))
    assert len(candidate_pairs(nothing, (10,))) == 0


def test_four_hundred_equal_records_of_one_spec_do_not_break_resolving() -> None:
    names = [("crm", "Contact", f"{row:04d}") for row in range(400)]
    found = resolve(SPEC, [RECORDS[0]] * 400, names)
    assert sorted(row for group in found.groups for row in group) == list(range(400))


def test_the_population_is_the_same_for_a_seed_and_has_the_promised_shape() -> None:
    one, same, other = population(2000, 3), population(2000, 3), population(2000, 4)
    assert isinstance(one, Population)
    assert all((one.columns[name] == same.columns[name]).all() for name in COLUMNS)
    assert one.person.tolist() != other.person.tolist()
    assert 1.25 < len(one) / 2000 < 1.42
    assert 0.7 < one.true_pairs() / 2000 < 1.15
