"""Unique mapping, thresholds from runners-up, and the measures of a clustering."""

from __future__ import annotations

import numpy as np
import pytest

from matching.blocking import pack
from matching.calibrating import runners_up, weights_at
from matching.competition import free_of_duplicates, lone_partners, undisputed
from matching.evaluating import b_cubed, pairs_of, pairwise
from matching.frame import build_frame
from matching.model import default_model
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
    found = runners_up(np.array([9, 7, 3]), won, ints(0, 0, 1), ints(2, 3, 3), np.ones(4, dtype=bool))
    assert found.tolist() == [7]  # of record 0; record 2 has no losing pair, 1 and 3 did not win


def test_only_records_with_one_partner_have_runners_up() -> None:
    #  records 0 and 1 look theirs up among 2 and 3, which may have several
    won = np.array([True, False, False])
    choosing = np.array([True, True, False, False])
    found = runners_up(np.array([9, 7, 3]), won, ints(0, 0, 1), ints(2, 3, 2), choosing)
    assert found.tolist() == [7]


def test_the_link_weight_lies_where_winners_stop_looking_like_runners_up() -> None:
    generator = np.random.default_rng(1)
    decoys = generator.normal(0, 1500, 2000).astype(np.int64)
    right = generator.normal(9000, 1500, 1500).astype(np.int64)
    wrong = generator.normal(0, 1500, 500).astype(np.int64)
    link, review = weights_at(np.concatenate([right, wrong]), decoys, (0.5, 0.3)) or (0, 0)
    assert 2500 <= link <= 5500
    assert review <= link


def test_winners_below_nothing_link_where_the_runners_up_weigh_less_still() -> None:
    generator = np.random.default_rng(2)
    weights = generator.normal(0, 1500, 6000).astype(np.int64)
    decoys, right, wrong = weights[:4000], 9000 + weights[4000:5500], weights[5500:]
    found = weights_at(np.concatenate([right, wrong]), decoys, (0.5, 0.3)) or (0, 0)
    lower = weights_at(np.concatenate([right, wrong]) - 20_000, decoys - 20_000, (0.5, 0.3)) or (0, 0)
    assert [found[place] - lower[place] for place in range(2)] == [20_000, 20_000]


def test_too_few_winners_tell_nothing() -> None:
    assert weights_at(np.arange(5), np.arange(5), (0.5,)) is None


def test_a_source_with_equal_records_is_not_free_of_duplicates() -> None:
    names = [("crm", "Contact", str(row)) for row in range(4)]
    different = [{"given_name": name} for name in ("anna", "ben", "clara", "dora")]
    assert free_of_duplicates(build_frame(SPEC, different, names))
    assert not free_of_duplicates(build_frame(SPEC, [different[0]] * 4, names))


def test_a_record_wins_several_partners_only_of_a_source_with_duplicates() -> None:
    #  a0 - b2: 9   a0 - b3: 7   a1 - b3: 5; b holds several records of one thing, a does not
    lone = np.array([[True, False], [True, True]])
    won = undisputed(ints(0, 0, 1), ints(2, 3, 3), np.array([9, 7, 5]), SOURCES, NAMES, lone)
    assert won.tolist() == [True, True, False]
    turned = undisputed(ints(2, 3, 3), ints(0, 0, 1), np.array([9, 7, 5]), SOURCES, NAMES, lone)
    assert turned.tolist() == [True, True, False]


def lone_between(
    first: int, second: int, chosen: list[int], weight: int, known: bool | None = None
) -> list[list[bool]] | None:
    """Return lone_partners of two sources of so many records, where record n of the second meets
    chosen[n] of the first.
    """
    names = [("a", "o", f"{row:04}") for row in range(first)] + [
        ("b", "o", f"{row:04}") for row in range(second)
    ]
    frame = build_frame(SPEC, [{"given_name": f"anna{row}"} for row in range(first + second)], names)
    left = np.array(chosen, dtype=np.int32)
    right = np.arange(first, first + len(chosen), dtype=np.int32)
    weights = np.full(len(chosen), weight, dtype=np.int64)
    lone = lone_partners(frame, left, right, weights, default_model(SPEC), known)
    return None if lone is None else lone.tolist()


ONE_TO_ONE = [[True, True], [True, True]]
MANY_TO_ONE = [[True, False], [True, True]]  # a record of a may have several partners in b


@pytest.mark.parametrize(
    ("first", "second", "chosen", "weight", "known", "expected"),
    [
        (100, 100, list(range(60)), 40_000, None, ONE_TO_ONE),  # each has a partner of its own
        (100, 25, list(range(25)), 40_000, None, MANY_TO_ONE),  # a short list of look-ups
        (100, 26, list(range(26)), 40_000, None, ONE_TO_ONE),
        (100, 60, [row // 3 for row in range(60)], 40_000, None, MANY_TO_ONE),  # two thirds come second
        (100, 60, [row // 3 for row in range(60)], 1_000, None, ONE_TO_ONE),  # unlikely pairs tell nothing
        (100, 60, [row * 4 // 5 for row in range(60)], 40_000, None, ONE_TO_ONE),  # a fifth: look-alikes
        (100, 60, [row // 3 for row in range(18)], 40_000, None, ONE_TO_ONE),  # too few to tell
        (100, 25, [row // 3 for row in range(25)], 40_000, True, ONE_TO_ONE),  # the caller knows better
        (100, 25, list(range(25)), 40_000, False, None),
    ],
)
def test_sources_of_near_duplicates_are_told_by_size_and_by_what_they_choose(
    first: int,
    second: int,
    chosen: list[int],
    weight: int,
    known: bool | None,
    expected: list[list[bool]] | None,
) -> None:
    assert lone_between(first, second, chosen, weight, known) == expected


def test_a_clear_choice_leaves_its_second_choice_behind() -> None:
    names = [("a", "o", f"{row:04}") for row in range(60)] + [("b", "o", f"{row:04}") for row in range(60)]
    frame = build_frame(SPEC, [{"given_name": f"anna{row}"} for row in range(120)], names)
    choosers = np.repeat(np.arange(60, 120, dtype=np.int32), 2)
    left = np.tile(ints(0, 1), 60)  # all of b want a0 a little more than a1: look-alikes of both
    for other, crowded in ((39_000, False), (30_000, True)):
        weights = np.tile(np.array([40_000, other]), 60)
        lone = lone_partners(frame, left, choosers, weights, default_model(SPEC), None)
        assert lone is not None
        assert lone[0, 1] != crowded


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
