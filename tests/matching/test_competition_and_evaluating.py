"""Unique mapping, thresholds from runners-up, and the measures of a clustering."""

from __future__ import annotations

import numpy as np
import pytest

from matching.blocking import pack
from matching.calibrating import runners_up, weights_at
from matching.competition import free_of_duplicates, undisputed
from matching.evaluating import b_cubed, pairs_of, pairwise
from matching.frame import build_frame
from tests.matching.people import SPEC


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


NAMES = [("a", "o", "0"), ("a", "o", "1"), ("b", "o", "2"), ("b", "o", "3")]
SOURCES = ints(0, 0, 1, 1)


def test_each_record_keeps_its_best_partner_of_another_source() -> None:
    #  a0 - b2: 9   a0 - b3: 7   a1 - b2: 8   a1 - b3: 5
    won = undisputed(ints(0, 0, 1, 1), ints(2, 3, 2, 3), np.array([9, 7, 8, 5]), SOURCES, NAMES)
    assert won.tolist() == [True, False, False, True]


def test_equal_weights_are_decided_by_names_not_by_places() -> None:
    left, right, weights = ints(0, 0), ints(2, 3), np.array([5, 5])
    one = undisputed(left, right, weights, SOURCES, NAMES)
    turned = undisputed(left[::-1], right[::-1], weights, SOURCES, NAMES)
    assert one.tolist() == turned[::-1].tolist()
    assert one.sum() == 1


def test_runners_up_are_the_best_losing_pairs_of_winners() -> None:
    won = np.array([True, False, False])
    found = runners_up(np.array([9, 7, 3]), won, ints(0, 0, 1), ints(2, 3, 3), 4)
    assert found.tolist() == [7]  # of record 0; record 2 has no losing pair, 1 and 3 did not win


def test_the_link_weight_lies_where_winners_stop_looking_like_runners_up() -> None:
    generator = np.random.default_rng(1)
    decoys = generator.normal(0, 1500, 2000).astype(np.int64)
    right = generator.normal(9000, 1500, 1500).astype(np.int64)
    wrong = generator.normal(0, 1500, 500).astype(np.int64)
    link, review = weights_at(np.concatenate([right, wrong]), decoys, (0.5, 0.3)) or (0, 0)
    assert 2500 <= link <= 5500
    assert review <= link


def test_too_few_winners_tell_nothing() -> None:
    assert weights_at(np.arange(5), np.arange(5), (0.5,)) is None


def test_a_source_with_equal_records_is_not_free_of_duplicates() -> None:
    names = [("crm", "Contact", str(row)) for row in range(4)]
    different = [{"given_name": name} for name in ("anna", "ben", "clara", "dora")]
    assert free_of_duplicates(build_frame(SPEC, different, names))
    assert not free_of_duplicates(build_frame(SPEC, [different[0]] * 4, names))


def test_pairwise_quality_counts_pairs_found_true_and_both() -> None:
    truth = pairs_of([(0, 1, 2), (3, 4)])
    quality = pairwise([(0, 1), (2,), (3, 4, 5)], truth)
    assert (quality.found, quality.true, quality.both) == (4, 4, 2)
    assert quality.precision == quality.recall == quality.f1 == 0.5


def test_pairs_within_a_source_do_not_count_when_linking_only() -> None:
    quality = pairwise([(0, 1, 2)], np.sort(pack(ints(0), ints(2))), SOURCES)
    assert (quality.found, quality.both) == (2, 1)


def test_b_cubed_averages_over_records() -> None:
    precision, recall, _ = b_cubed(ints(0, 0, 1, 1), ints(0, 0, 0, 1))
    assert precision == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
