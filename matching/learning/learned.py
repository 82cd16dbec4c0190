"""A classifier that was learned from judgements, as integers: it scores exactly, in every engine alike.

A log-linear one multiplies whole features by whole coefficients, a boosted one adds leaves of small trees;
both end in 1/1000 bit. What it is made of survives JSON as a part of the saved model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]

SCALE = 1000
"""Coefficients are in 1/SCALE of 1/1000 bit for each unit of a feature; a slope of SCALE changes nothing."""


@dataclass(frozen=True)
class Tree:
    """Nodes by number, the root first: go left where feature <= threshold; a leaf has feature -1 and a value
    in 1/1000 bit.
    """

    features: tuple[int, ...]
    thresholds: tuple[int, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    values: tuple[int, ...]

    def leaves(self, rows: Longs) -> Longs:
        """Return the value of the leaf that each row ends in."""
        features, thresholds = np.array(self.features), np.array(self.thresholds, dtype=np.int64)
        left, right = np.array(self.left), np.array(self.right)
        nodes = np.zeros(len(rows), dtype=np.int64)
        walking = np.flatnonzero(features[nodes] >= 0)
        while len(walking):
            at = nodes[walking]
            less = rows[walking, features[at]] <= thresholds[at]
            nodes[walking] = np.where(less, left[at], right[at])
            walking = walking[features[nodes[walking]] >= 0]
        return np.array(self.values, dtype=np.int64)[nodes]


@dataclass(frozen=True)
class Learned:
    """features: names of the evidence it reads; slope and shift bring its raw sum to calibrated weights.

    weight = shift + slope * (constant + sum of coefficients * features / SCALE + leaves) / SCALE, each
    division rounded down: the log odds of a match less the model's prior.
    """

    trainer: str
    features: tuple[str, ...]
    coefficients: tuple[int, ...]
    constant: int
    trees: tuple[Tree, ...] = ()
    slope: int = SCALE
    shift: int = 0

    def raw(self, rows: Longs) -> Longs:
        """Return the sum before calibration for rows of features, int64[pairs, features]."""
        found = self.constant + (rows @ np.array(self.coefficients, dtype=np.int64)) // SCALE
        for tree in self.trees:
            found = found + tree.leaves(rows)
        return np.asarray(found, dtype=np.int64)

    def weights(self, rows: Longs) -> Longs:
        """Return the match weight of rows of features, in 1/1000 bit."""
        return np.asarray(self.shift + self.raw(rows) * self.slope // SCALE, dtype=np.int64)

    def to_json(self) -> dict[str, Any]:
        """Return the classifier as JSON-able values."""
        return {
            "trainer": self.trainer,
            "features": list(self.features),
            "coefficients": list(self.coefficients),
            "constant": self.constant,
            "slope": self.slope,
            "shift": self.shift,
            "trees": [
                [list(tree.features), list(tree.thresholds), list(tree.left), list(tree.right),
                 list(tree.values)]
                for tree in self.trees
            ],
        }  # fmt: skip

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Self:
        """Read a classifier; a missing field raises KeyError with its name."""
        return cls(
            trainer=document["trainer"],
            features=tuple(document["features"]),
            coefficients=tuple(document["coefficients"]),
            constant=document["constant"],
            trees=tuple(Tree(*(tuple(row) for row in rows)) for rows in document["trees"]),
            slope=document["slope"],
            shift=document["shift"],
        )
