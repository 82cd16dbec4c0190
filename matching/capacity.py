"""How many questions people can answer sets where questions begin; what lies below stays unasked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matching.blocking import Pairs
from matching.model import Model

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


def labels_of(groups: Sequence[Sequence[int]]) -> Ints:
    """Return the number of its group for every row."""
    labels = np.empty(sum(map(len, groups)), dtype=np.int32)
    for number, rows in enumerate(groups):
        labels[list(rows)] = number
    return labels


def questions(pairs: Pairs, weights: Longs, labels: Ints, review_weight: int) -> Longs:
    """Return the weight of each question, highest first: of every two clusters their best pair.

    labels: the cluster of each row; pairs below the review weight are no question.
    """
    one, other = labels[pairs.left].astype(np.int64), labels[pairs.right].astype(np.int64)
    asked = np.flatnonzero((one != other) & (weights >= review_weight))
    low, high = np.minimum(one[asked], other[asked]), np.maximum(one[asked], other[asked])
    _, place = np.unique(low * (int(labels.max(initial=0)) + 1) + high, return_inverse=True)
    best = np.full(int(place.max(initial=-1)) + 1, np.iinfo(np.int64).min)
    np.maximum.at(best, place, weights[asked])
    return np.sort(best)[::-1]


def within_capacity(
    model: Model, pairs: Pairs, weights: Longs, labels: Ints, per_100_records: float
) -> Model:
    """Return the model whose review weight leaves so many questions per 100 records: the likeliest."""
    found = questions(pairs, weights, labels, model.review_weight)
    allowed = int(per_100_records * len(labels) / 100.0)
    if len(found) <= allowed:
        return model
    return replace(model, review_weight=int(found[allowed]) + 1)
