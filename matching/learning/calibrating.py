"""From raw sums to probabilities: a sigmoid through what people judged (Platt 1999), and thresholds on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.model import MILLI

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

ROUNDS = 50
FIRM = 1e-3
LEAST_SLOPE = 0.02


@dataclass(frozen=True)
class Sigmoid:
    """log2 odds of a match = shift + slope * weight, both in bits; slope is positive."""

    slope: float
    shift: float

    def bits(self, weights: Longs) -> Floats:
        """Return the log2 odds of a match for weights in 1/1000 bit."""
        return np.asarray(self.shift + self.slope * weights / MILLI)

    def probability(self, weights: Longs) -> Floats:
        """Return the probability of a match for weights in 1/1000 bit."""
        return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(self.bits(weights), -60.0, 60.0))))

    def weight_at(self, probability: float) -> int:
        """Return the weight in 1/1000 bit at which a pair matches with this probability."""
        wanted = math.log2(probability / (1.0 - probability))
        return round(MILLI * (wanted - self.shift) / self.slope)


def platt(weights: Longs, is_match: NDArray[np.bool_]) -> Sigmoid:
    """Return the sigmoid that fits the judged weights best, by Newton's method on smoothed targets.

    Targets are (n+ + 1)/(n+ + 2) and 1/(n- + 2), so that a clean separation gives no certainty.
    """
    yes, no = int(is_match.sum()), int((~is_match).sum())
    target = np.where(is_match, (yes + 1.0) / (yes + 2.0), 1.0 / (no + 2.0))
    scale = max(float(np.std(weights)), 1.0)
    x = np.column_stack([(weights - np.mean(weights)) / scale, np.ones(len(weights))])
    found = np.array([1.0, math.log((yes + 1.0) / (no + 1.0))])
    for _ in range(ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(x @ found, -30.0, 30.0)))
        pull = FIRM * np.array([found[0] - 1.0, 0.0])
        slope = x.T @ (target - chance) - pull
        bend = (x * (chance * (1.0 - chance))[:, None]).T @ x + FIRM * np.eye(2)
        step = np.linalg.solve(bend, slope)
        found = found + np.clip(step, -2.0, 2.0)
        if float(np.abs(step).max()) < 1e-9:
            break
    by_bit = float(found[0]) / scale * MILLI / math.log(2.0)
    slope_bits = max(by_bit, LEAST_SLOPE)
    middle = float(found[1]) / math.log(2.0) - slope_bits * float(np.mean(weights)) / MILLI
    return Sigmoid(slope_bits, middle)


def surprise(probability: Floats, is_match: NDArray[np.bool_]) -> Floats:
    """Return how surprising each judgement is in bits: 1 is guessing, 0 is knowing."""
    likely = np.clip(np.where(is_match, probability, 1.0 - probability), 1e-9, 1.0)
    return np.asarray(-np.log2(likely))


def log_loss(probability: Floats, is_match: NDArray[np.bool_]) -> float:
    """Return the mean surprise of the judgements, in bits a pair."""
    return float(surprise(probability, is_match).mean())


def f1(found: NDArray[np.bool_], is_match: NDArray[np.bool_]) -> float:
    """Return the harmonic mean of precision and recall over the judged pairs."""
    both = int((found & is_match).sum())
    return 2.0 * both / max(int(found.sum()) + int(is_match.sum()), 1)
