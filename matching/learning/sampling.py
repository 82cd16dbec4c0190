"""Clerical sampling: how good are the links, known from a few answers, with confidence intervals.

Candidate pairs are divided into strata by weight; each stratum gets so many questions as its size and its
doubt deserve (Neyman 1934), pairs are drawn at random within it, and the answers give unbiased estimates of
precision and recall. Their 95 % intervals come from beta posteriors of the strata (Jeffreys' prior, which
also holds where every answer of a stratum was the same), drawn many times with a fixed seed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.errors import MatchingError

Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

DRAWS = 20_000
LEAST_IN_STRATUM = 15
LEAST_SPREAD = 0.15
"""No stratum is taken for surer than this standard deviation: the model may be wrong about it."""
Z = 1.959964


class SampleError(MatchingError):
    """A clerical sample cannot be drawn or read as asked."""


@dataclass(frozen=True)
class Stratum:
    """Pairs with lowest <= weight < below; size pairs, of which `asked` are to be judged.

    linked: how many of them the machine holds to be one.
    """

    lowest: int
    below: int
    size: int
    linked: int
    asked: int


@dataclass(frozen=True)
class Plan:
    """Strata, lightest first, and the places of the pairs to ask about with the stratum of each."""

    strata: tuple[Stratum, ...]
    places: Longs
    stratum: Longs


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its 95 % confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Estimates:
    """Precision of the links, recall of the true matches among the candidates, and how many those are."""

    precision: Interval
    recall: Interval
    matches: Interval
    judged: int


def wilson(yes: int, asked: int) -> Interval:
    """Return the share of yes with its 95 % interval by Wilson's score (1927); 0 to 1 where nobody asked."""
    if not asked:
        return Interval(0.5, 0.0, 1.0)
    share, spread = yes / asked, Z * Z / asked
    middle = (share + spread / 2.0) / (1.0 + spread)
    half = Z * math.sqrt(share * (1.0 - share) / asked + spread / (4.0 * asked)) / (1.0 + spread)
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


def plan_sample(
    weights: Longs, linked: Bools, probabilities: Floats, n: int, *, bounds: Sequence[int], seed: int = 0
) -> Plan:
    """Return which n pairs to ask about: by strata between the bounds and by whether they are linked.

    probabilities: the model's own, only to guess each stratum's spread; the estimates do not trust them.
    Raises SampleError when n is less than fifteen questions for each stratum that has pairs.
    """
    edges = np.array([np.iinfo(np.int64).min, *sorted(bounds), np.iinfo(np.int64).max])
    number = 2 * np.searchsorted(edges[1:-1], weights, side="right") + linked
    present, stratum, sizes = np.unique(number, return_inverse=True, return_counts=True)
    stratum = stratum.reshape(-1).astype(np.int64)
    if n < LEAST_IN_STRATUM * len(present):
        raise SampleError(
            f"{n} questions are too few for {len(present)} strata of pairs; ask at least"
            f" {LEAST_IN_STRATUM * len(present)}, or give fewer bounds."
        )
    mean = np.bincount(stratum, weights=probabilities) / sizes
    spread = np.maximum(np.sqrt(mean * (1.0 - mean)), LEAST_SPREAD)
    asked = allocated(sizes.astype(np.int64), spread, n)
    generator = np.random.default_rng(seed)
    drawn = [
        np.sort(generator.choice(np.flatnonzero(stratum == place), int(count), replace=False))
        for place, count in enumerate(asked)
    ]
    strata = tuple(
        Stratum(
            int(edges[code // 2]), int(edges[code // 2 + 1]), int(size), int(size) * int(code % 2), int(count)
        )
        for code, size, count in zip(present.tolist(), sizes.tolist(), asked.tolist(), strict=True)
    )
    places = np.concatenate(drawn) if drawn else np.empty(0, dtype=np.int64)
    return Plan(strata, places.astype(np.int64), stratum[places])


def allocated(sizes: Longs, spreads: Floats, n: int) -> Longs:
    """Return how many of n questions each stratum gets: in proportion to size times spread (Neyman 1934).

    Each gets fifteen, or all it has; what one cannot take goes to the others.
    """
    found, share = np.minimum(sizes, LEAST_IN_STRATUM), sizes * spreads
    for _ in range(min(n, int(sizes.sum())) - int(found.sum())):
        found[int(np.where(found < sizes, share / (found + 1.0), -1.0).argmax())] += 1
    return np.asarray(found)


def estimates(plan: Plan, is_match: Bools, *, draws: int = DRAWS, seed: int = 0) -> Estimates:
    """Return precision and recall with 95 % intervals from the answers to a plan's questions, in its order.

    Recall counts the candidates only: true matches that no blocking rule finds are not among them.
    """
    if len(is_match) != len(plan.places):
        raise SampleError(
            f"The plan asked {len(plan.places)} questions, but {len(is_match)} answers came; give one each."
        )
    strata = len(plan.strata)
    yes = np.bincount(plan.stratum, weights=is_match, minlength=strata)
    asked = np.bincount(plan.stratum, minlength=strata)
    sizes = np.array([stratum.size for stratum in plan.strata], dtype=np.float64)
    linked = np.array([stratum.linked > 0 for stratum in plan.strata])
    rest = (sizes - asked).astype(np.int64)  # what was judged is known, what was not is estimated
    generator = np.random.default_rng(seed)
    shares = generator.beta(yes + 0.5, asked - yes + 0.5, size=(draws, strata))
    found = np.vstack([yes + rest * yes / np.maximum(asked, 1), yes + generator.binomial(rest, shares)])
    links = float(sizes[linked].sum())
    true_links, true = found[:, linked].sum(axis=1), found.sum(axis=1)
    return Estimates(
        _interval(true_links / max(links, 1.0)) if links else Interval(1.0, 0.0, 1.0),
        _interval(true_links / np.maximum(true, 1e-9)),
        _interval(true),
        len(is_match),
    )


def _interval(values: Floats) -> Interval:
    """Return the first value as the estimate, with the middle 95 % of the others."""
    low, high = np.quantile(values[1:], [0.025, 0.975])
    value = float(values[0])
    return Interval(value, min(float(low), value), max(float(high), value))
