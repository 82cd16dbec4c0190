"""Where clusters are drawn, not pairs: the link weight that held-out judgements say is best.

A cluster forms on the mean of many pairs, so the weight at which single pairs match with the wanted
probability is not the weight at which clusters do. What clustering makes of judged pairs is compared with
the judgements, under models that have not seen them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.blocking import Pairs
from matching.engines.local import cluster
from matching.frame import Frame
from matching.learning.judged import Judged
from matching.model import Model
from matching.scoring import score
from matching.spec import MatchSpec

Bools = NDArray[np.bool_]
Longs = NDArray[np.int64]

CHANCES = (0.98, 0.95, 0.9, 0.8, 0.65, 0.5, 0.35, 0.2, 0.1)
"""Probabilities of single pairs that are tried as link weights."""


@dataclass(frozen=True)
class Wrong:
    """Judged pairs that clustering decides wrongly: put together, and left apart."""

    together: int
    apart: int

    @property
    def all(self) -> int:
        """Both kinds."""
        return self.together + self.apart


def together(
    frame: Frame, spec: MatchSpec, model: Model, candidates: Pairs, weights: Longs, judged: Judged
) -> Bools:
    """Return which judged pairs clustering puts together."""
    groups, _ = cluster(frame, spec, model, candidates, weights)
    labels = np.empty(len(frame), dtype=np.int64)
    for number, rows in enumerate(groups):
        labels[list(rows)] = number
    return np.asarray(labels[judged.left] == labels[judged.right])


def wrong(found: Bools, judged: Judged) -> Wrong:
    """Return how many decisions about judged pairs are wrong."""
    return Wrong(int((found & ~judged.is_match).sum()), int((~found & judged.is_match).sum()))


def best_chance(
    frame: Frame,
    spec: MatchSpec,
    before: Model,
    models: Sequence[tuple[Model, Bools]],
    candidates: Pairs,
    judged: Judged,
) -> tuple[float, Wrong, Wrong]:
    """Return the probability whose weight links best, what it gets wrong, and what the model before does.

    models: one per fold, with the judged pairs that it has not seen. Of all probabilities that put no more
    pairs together wrongly than the model before, the one with fewest errors; the higher one of equals.
    """
    own = score(frame, spec, before, candidates.left, candidates.right)
    base = wrong(together(frame, spec, before, candidates, own, judged), judged)
    found = {chance: np.zeros(len(judged), dtype=bool) for chance in CHANCES}
    for model, unseen in models:
        weights = score(frame, spec, model, candidates.left, candidates.right)
        for chance, decided in found.items():
            at = replace(model, link_weight=model.weight_at(chance))
            decided[unseen] = together(frame, spec, at, candidates, weights, judged.at(unseen))
    errors = {chance: wrong(decided, judged) for chance, decided in found.items()}
    allowed = [chance for chance, entry in errors.items() if entry.together <= base.together]
    chosen = min(allowed or CHANCES, key=lambda chance: (errors[chance].all, -chance))
    return chosen, errors[chosen], base
