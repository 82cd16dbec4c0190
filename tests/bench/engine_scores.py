"""What an engine's pairs and clusters are worth: precision, recall and F1 over all pairs of records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.clustering import components

Longs = NDArray[np.int64]

TRIED = 40
"""Thresholds tried for clusters of connected components, evenly spaced over the ranks of the pairs."""


def true_pairs(person: Longs) -> int:
    """Return how many pairs of records are one person."""
    return _pairs_in(np.bincount(person))


def _pairs_in(sizes: NDArray[Any]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def scores(person: Longs, folder: Path, *, search: bool) -> dict[str, float]:
    """Return the best pair F1 over all thresholds with its precision and recall, those of the clusters as
    written, and their largest size.

    search: clusters are connected components of the pairs; the best F1 over thresholds of these is returned
    too. It is chosen with the truth, which is generous.
    """
    pairs = pd.read_parquet(folder / "pairs.parquet").sort_values("match_weight", ascending=False)
    left, right = (pairs[side].str[1:].to_numpy(dtype=np.int64) for side in ("id_l", "id_r"))
    clusters = pd.read_csv(folder / "clusters.csv")
    labels = np.arange(len(person)) + len(clusters)  # whom it does not name stays alone
    labels[clusters["id"].str[1:].to_numpy(dtype=np.int64)] = pd.factorize(clusters["cluster_id"])[0]
    found = {**pair_scores(person, left, right), **cluster_scores(person, labels)}
    if search:
        found["best_cluster_f1"] = best_cluster_f1(person, left, right, pairs["match_weight"].to_numpy())
    return found


def pair_scores(person: Longs, left: Longs, right: Longs) -> dict[str, float]:
    """Return precision, recall and F1 of pairs, strongest first, cut where F1 is best."""
    true = true_pairs(person)
    hits = np.cumsum(person[left] == person[right])
    if not len(hits):
        return {"pair_precision": 0.0, "pair_recall": 0.0, "pair_f1": 0.0}
    kept = np.arange(1, len(hits) + 1)
    f1 = 2.0 * hits / (kept + true)
    best = int(f1.argmax())
    return {
        "pair_precision": round(float(hits[best] / kept[best]), 4),
        "pair_recall": round(float(hits[best] / true), 4),
        "pair_f1": round(float(f1[best]), 4),
    }


def cluster_scores(person: Longs, labels: NDArray[Any]) -> dict[str, float]:
    """Return precision, recall and F1 over the pairs within clusters, and the size of the largest."""
    sizes = np.bincount(pd.factorize(labels)[0])
    both = pd.factorize(labels.astype(np.int64) * (int(person.max()) + 1) + person)[0]
    hit, linked, true = _pairs_in(np.bincount(both)), _pairs_in(sizes), true_pairs(person)
    return {
        "cluster_precision": round(hit / max(linked, 1), 4),
        "cluster_recall": round(hit / max(true, 1), 4),
        "cluster_f1": round(2.0 * hit / max(linked + true, 1), 4),
        "largest": int(sizes.max()),
    }


def best_cluster_f1(person: Longs, left: Longs, right: Longs, weights: NDArray[Any]) -> float:
    """Return the best F1 of connected components over thresholds; pairs are given strongest first."""
    if not len(weights):
        return 0.0
    most = min(len(weights), 2 * true_pairs(person))
    ends = {int(np.searchsorted(-weights, -weights[rank - 1], side="right"))
            for rank in np.linspace(1, most, TRIED).astype(int)}  # fmt: skip
    found = (components(len(person), left[:end], right[:end]) for end in sorted(ends))
    return max(cluster_scores(person, labels)["cluster_f1"] for labels in found)
