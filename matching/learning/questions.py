"""Which pairs to ask people about next: those whose answer puts most pairs right.

An answer settles its own pair, and it tells about the undecided pairs of the same agreement pattern: the
expected value of sample information (Raiffa and Schlaifer 1961) under a beta prior around the model's own
probability. Every question asked of a pattern makes the next one about it worth less, which spreads them.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.blocking import Pairs, pack
from matching.comparing import compare
from matching.frame import Frame
from matching.learning.judged import LEAST_JUDGED, Judged
from matching.model import MILLI, Model
from matching.spec import MatchSpec

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PRIOR = 4.0
"""Answers that the model's own probability counts for within a pattern."""
MODEST = 0.25
"""How much a model that never saw a judgement is believed: the share of its log odds."""
DOUBT = 0.01
WEIGHT_BIN = 2 * MILLI
TOLD = 0.05
"""How much of what an answer says of a pattern a learned model will take over."""


@dataclass(frozen=True)
class Question:
    """One pair of rows worth asking about, and how many pairs its answer is expected to put right.

    alike: undecided pairs of the same pattern, this one included; own: the part of the gain that is the
    pair itself.
    """

    left: int
    right: int
    weight: int
    probability: float
    alike: int
    own: float
    gain: float


def undecided(
    model: Model,
    candidates: Pairs,
    weights: Longs,
    least: int = 0,
    *,
    judged: Judged | None = None,
    won: Bools | None = None,
) -> tuple[Longs, Floats]:
    """Return the places of candidates that nobody judged and the model is in doubt about, and P(match).

    Odds are counted from the link weight, where they are even. won: the pairs that win where a record has
    one partner only; what lost against a likely winner is unlikely. At least `least` are returned where
    there are so many: what the model is sure of follows, the least sure first.
    """
    bits = (weights - model.link_weight) / MILLI
    if "judged" not in model.training:
        bits = MODEST * bits
    chance = 1.0 / (1.0 + np.exp2(-np.clip(bits, -60.0, 60.0)))
    if won is not None:
        best = np.zeros(int(candidates.right.max(initial=-1)) + 1)
        np.maximum.at(best, candidates.left[won], chance[won])
        np.maximum.at(best, candidates.right[won], chance[won])
        rival = np.maximum(best[candidates.left], best[candidates.right])
        chance = np.where(won, chance, chance * (1.0 - rival))
    open_ = np.ones(len(weights), dtype=bool)
    if judged is not None:
        open_ &= ~np.isin(pack(candidates.left, candidates.right), judged.packed())
        if won is not None and len(judged) < LEAST_JUDGED:
            open_ &= won  # thresholds are learned from winners first
    doubt = np.minimum(chance, 1.0 - chance)
    at = np.flatnonzero(open_ & (doubt >= DOUBT))
    if len(at) < least:
        rest = np.flatnonzero(open_ & (doubt < DOUBT))
        at = np.sort(np.r_[at, rest[np.argsort(-doubt[rest], kind="stable")][: least - len(at)]])
    return at, chance[at]


def next_questions(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    candidates: Pairs,
    weights: Longs,
    n: int,
    *,
    judged: Judged | None = None,
    won: Bools | None = None,
) -> tuple[Question, ...]:
    """Return the n pairs whose answers are worth most, the best first; each next one knows those before it.

    Until a model has learned from judgements its odds are believed a quarter. While there are too few
    judgements to learn from, pairs are alike when their weights are: the first questions find out what the
    weights are worth.
    """
    at, chance = undecided(model, candidates, weights, n, judged=judged, won=won)
    if not len(at) or n < 1:
        return ()
    left, right = candidates.left[at], candidates.right[at]
    states = [np.zeros(len(at), dtype=np.int64) if won is None else won[at].astype(np.int64)]
    if judged is not None and len(judged) >= LEAST_JUDGED:
        telling = frame.telling(model.generic)
        states.append(compare(telling, spec, dict(model.texts), left, right).levels.astype(np.int64))
    else:
        states.append(weights[at] // WEIGHT_BIN)
    _, pattern, counts = np.unique(np.column_stack(states), axis=0, return_inverse=True, return_counts=True)
    pattern = pattern.reshape(-1)
    means = np.bincount(pattern, weights=chance) / counts
    asked = np.zeros(len(counts), dtype=np.int64)
    own = np.minimum(chance, 1.0 - chance)
    spill = counts * TOLD * _value(means, PRIOR)
    # Ties by the pair itself: the frame's rows stand in the order of their names' hashes.
    heap = [(-gain, place) for place, gain in enumerate((own + spill[pattern]).tolist())]
    heapq.heapify(heap)
    found: list[Question] = []
    while heap and len(found) < n:
        before, place = heapq.heappop(heap)
        number = pattern[place]
        gain = float(own[place]) * _fresh(asked[number]) + float(
            counts[number] * TOLD * _value(float(means[number]), PRIOR + float(asked[number]))
        )
        if gain < -before - 1e-12:
            heapq.heappush(heap, (-gain, place))
            continue
        asked[number] += 1
        row = int(at[place])
        found.append(
            Question(
                int(left[place]), int(right[place]), int(weights[row]), round(float(chance[place]), 6),
                int(counts[number]), round(float(own[place]), 6), round(gain, 6),
            )
        )  # fmt: skip
    return tuple(found)


def _fresh(asked: int) -> float:
    """Return how much a pair's own doubt counts after so many questions of its pattern in this round."""
    return 1.0 / (1.0 + 0.1 * float(asked))


def _value(mean: Floats | float, strength: float) -> Floats:
    """Return by how much one answer lowers the expected error of each pair of a pattern.

    mean: P(match) of the pattern; strength: answers that this counts for.
    """
    yes, no = (strength * mean + 1.0) / (strength + 1.0), strength * mean / (strength + 1.0)
    after = mean * np.minimum(yes, 1.0 - yes) + (1.0 - mean) * np.minimum(no, 1.0 - no)
    return np.asarray(np.maximum(np.minimum(mean, 1.0 - mean) - after, 0.0))
