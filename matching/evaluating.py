"""How good a clustering is against the truth: pairwise and B-cubed precision, recall and F1; losses of
blocking.

Pairwise: over all unordered pairs of records. B-cubed: per record, then averaged (Bagga and Baldwin 1998).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from matching.blocking import Pairs, pack

Unsigned = NDArray[np.uint64]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Quality:
    """Counts of pairs found, true and both, with what follows from them."""

    found: int
    true: int
    both: int

    @property
    def precision(self) -> float:
        """Share of found pairs that are true; 1 when nothing is found."""
        return self.both / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of true pairs that are found; 1 when there is nothing to find."""
        return self.both / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def to_json(self) -> dict[str, float]:
        """Return counts and rates, rounded to four places."""
        rates = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return asdict(self) | {name: round(rate, 4) for name, rate in rates.items()}


def pairs_of(groups: Iterable[Sequence[int]]) -> Unsigned:
    """Return every pair of rows within a group as packed numbers, ascending."""
    found = []
    for group in groups:
        if len(group) > 1:
            rows = np.sort(np.asarray(group, dtype=np.int32))
            one, other = np.triu_indices(len(rows), 1)
            found.append(pack(rows[one], rows[other]))
    return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.uint64)


def pairwise(groups: Iterable[Sequence[int]], truth: Unsigned, sources: Ints | None = None) -> Quality:
    """Return pairwise quality against packed true pairs; with sources given only pairs across sources
    count.
    """
    found = pairs_of(groups)
    if sources is not None:
        found = found[_across(found, sources)]
    return Quality(len(found), len(truth), len(np.intersect1d(found, truth, assume_unique=True)))


def _across(pairs: Unsigned, sources: Ints) -> NDArray[np.bool_]:
    left = (pairs >> np.uint64(32)).astype(np.int64)
    right = (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return np.asarray(sources[left] != sources[right])


def b_cubed(labels: Ints, truth: Ints) -> tuple[float, float, float]:
    """Return B-cubed precision, recall and F1 of cluster labels against true labels, one of each per
    record.
    """
    both = labels.astype(np.int64) * (int(truth.max(initial=0)) + 1) + truth
    _, place, joint = np.unique(both, return_inverse=True, return_counts=True)
    _, found_place, found = np.unique(labels, return_inverse=True, return_counts=True)
    _, true_place, true = np.unique(truth, return_inverse=True, return_counts=True)
    precision = float((joint[place] / found[found_place]).mean()) if len(labels) else 1.0
    recall = float((joint[place] / true[true_place]).mean()) if len(labels) else 1.0
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0


def completeness(candidates: Pairs, truth: Unsigned) -> float:
    """Return the share of true pairs that blocking kept (pairs completeness)."""
    if not len(truth):
        return 1.0
    return len(np.intersect1d(pack(candidates.left, candidates.right), truth)) / len(truth)


def zones(
    weights: NDArray[np.int64], true: NDArray[np.bool_], link_weight: int, review_weight: int, all_true: int
) -> dict[str, float]:
    """Return precision and recall of the automatic zone, and the size and true share of the review zone, by
    pairs.
    """
    automatic = weights >= link_weight
    review = (weights >= review_weight) & ~automatic
    linked, asked = int(automatic.sum()), int(review.sum())
    return {
        "automatic_precision": float(true[automatic].mean()) if linked else 1.0,
        "automatic_recall": float(true[automatic].sum()) / all_true if all_true else 1.0,
        "review_pairs": asked,
        "review_true_share": float(true[review].mean()) if asked else 0.0,
    }
