"""How many questions people can answer sets where questions begin; what lies below stays unasked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matching.model import Model
from matching.possible import PossibleMatches
from matching.spec import Aims

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


def labels_of(groups: Sequence[Sequence[int]]) -> Ints:
    """Return the number of its group for every row."""
    labels = np.empty(sum(map(len, groups)), dtype=np.int32)
    for number, rows in enumerate(groups):
        labels[list(rows)] = number
    return labels


def allowed(aims: Aims, records: int) -> int:
    """Return how many questions may wait at once.

    With a capacity set, what people decide in the days that a backlog may take to clear; else so many per
    100 records.
    """
    if aims.decisions_a_day is not None:
        return aims.decisions_a_day * aims.days_to_clear
    return int(aims.questions_per_100 * records / 100.0)


def within_capacity(model: Model, found: PossibleMatches, most: int) -> Model:
    """Return the model whose review weight leaves at most so many questions: the likeliest.

    What lies between its possible weight and its review weight is known, but not asked.
    """
    free = np.array([not veto for veto in found.vetoes], dtype=bool) & ~found.ruled
    weight = review_weight_for(found.mean[free], model.possible_from, most - int(found.ruled.sum()))
    return replace(model, review_weight=weight, possible_weight=model.possible_from)


def review_weight_for(means: Longs, floor: int, most: int) -> int:
    """Return the lowest review weight, the floor at least, that leaves at most so many of these means."""
    falling = np.sort(means[means >= floor])[::-1]
    return floor if len(falling) <= most else int(falling[max(0, most)]) + 1
