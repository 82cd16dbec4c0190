"""What pairs and clusters are worth, on tables that can be counted by hand."""

from __future__ import annotations

import numpy as np

from tests.bench.engine_growth import grown
from tests.bench.engine_scores import best_cluster_f1, cluster_scores, pair_scores, true_pairs

PERSON = np.array([0, 0, 0, 1, 1, 2])  # four true pairs
LEFT = np.array([0, 3, 0, 1])  # true, true, wrong, true
RIGHT = np.array([1, 4, 5, 2])


def test_true_pairs_are_counted_within_each_person() -> None:
    assert true_pairs(PERSON) == 4


def test_pairs_are_cut_where_f1_is_best() -> None:
    assert pair_scores(PERSON, LEFT, RIGHT) == {
        "pair_precision": 0.75,
        "pair_recall": 0.75,
        "pair_f1": 0.75,
    }


def test_an_engine_without_pairs_scores_nothing() -> None:
    assert pair_scores(PERSON, LEFT[:0], RIGHT[:0])["pair_f1"] == 0.0


def test_clusters_count_all_pairs_within_them() -> None:
    assert cluster_scores(PERSON, np.array([7, 7, 8, 9, 9, 9])) == {
        "cluster_precision": 0.5,  # {0, 1}, {3, 4} of {0, 1}, {3, 4}, {3, 5}, {4, 5}
        "cluster_recall": 0.5,
        "cluster_f1": 0.5,
        "largest": 3,
    }


def test_the_best_threshold_of_components_is_found_with_the_truth() -> None:
    """Two pairs give two right ones of four, F1 2/3; the third pair brings a wrong one, the fourth more."""
    weights = np.array([9.0, 8.0, 3.0, 2.0])
    assert best_cluster_f1(PERSON, LEFT, RIGHT, weights) == 0.7273  # all: 4 right of 7 linked, 4 true


def test_growth_is_told_as_ratios_of_each_step() -> None:
    steps = [
        {"records": 100, "total": 1.0, "beyond_frame_mb": 10},
        {"records": 1_000, "total": 10.0, "beyond_frame_mb": 20},
        {"records": 2_000, "total": 20.0, "beyond_frame_mb": 22},
    ]
    assert grown(steps) == {
        "time_growth_1": 10.0,
        "memory_growth_1": 2.0,
        "time_growth_2": 2.0,
        "memory_growth_2": 1.1,
        "time_growth_per_10": 10.0,
    }
