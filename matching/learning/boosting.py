"""Gradient boosting (Friedman 2001) by scikit-learn, kept as small trees of whole numbers.

Its histogram variant is quicker from ten thousand labels on and keeps its trees private; a steward's few
hundred labels need neither.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.learning.evidence import Evidence
from matching.learning.learned import Learned, Tree
from matching.model import MILLI

TREES, LEAVES, RATE = 80, 6, 0.08
LEAST_LEAF = 5


def boosting(judged: Evidence, is_match: NDArray[np.bool_], background: Evidence) -> Learned:
    """Return a boosted classifier on all features; the seed is fixed, so equal labels give equal trees."""
    from sklearn.ensemble import GradientBoostingClassifier  # noqa: PLC0415 - 1 s to import

    classifier = GradientBoostingClassifier(
        n_estimators=TREES, learning_rate=RATE, max_leaf_nodes=LEAVES, min_samples_leaf=LEAST_LEAF,
        subsample=0.7, max_features=0.4, random_state=0,
    )  # fmt: skip
    classifier.fit(judged.values.astype(np.float64), is_match.astype(np.int64))
    share = float(np.clip(is_match.mean(), 1e-6, 1.0 - 1e-6))
    grown = [_grown(stage[0].tree_) for stage in classifier.estimators_]
    used = sorted({feature for tree in grown for feature in tree.features if feature >= 0})
    place = {feature: number for number, feature in enumerate(used)}
    return Learned(
        "gradient boosting",
        tuple(judged.names[feature] for feature in used),
        (0,) * len(used),
        round(MILLI * math.log2(share / (1.0 - share))),
        tuple(_renamed(tree, place) for tree in grown),
    )


def _grown(tree: Any) -> Tree:
    """Return a fitted tree; features are whole, so a threshold may be rounded down."""
    bits = np.rint(MILLI * RATE / math.log(2.0) * tree.value[:, 0, 0]).astype(np.int64)
    leaf = tree.children_left < 0
    return Tree(
        tuple(np.where(leaf, -1, tree.feature).tolist()),
        tuple(np.where(leaf, 0, np.floor(tree.threshold)).astype(np.int64).tolist()),
        tuple(np.where(leaf, 0, tree.children_left).tolist()),
        tuple(np.where(leaf, 0, tree.children_right).tolist()),
        tuple(bits.tolist()),
    )


def _renamed(tree: Tree, place: dict[int, int]) -> Tree:
    features = tuple(place[feature] if feature >= 0 else -1 for feature in tree.features)
    return Tree(features, tree.thresholds, tree.left, tree.right, tree.values)
