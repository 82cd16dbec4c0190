"""Expectation maximisation on counted agreement patterns (Dempster, Laird and Rubin 1977; Winkler 1988).

Equal patterns are counted once, so an iteration costs the number of patterns, not of pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST = 1e-7
FEWEST = 30.0


@dataclass(frozen=True)
class Patterns:
    """states int16[patterns, comparisons]: class * levels + level of each comparison, counts per pattern.

    widths: number of states per comparison; missing[c]: which states mean "missing" and are no evidence.
    """

    states: NDArray[np.int16]
    counts: Floats
    widths: tuple[int, ...]
    missing: tuple[NDArray[np.bool_], ...]
    inverse: NDArray[np.int64]


@dataclass(frozen=True)
class Estimate:
    """m, u: per comparison, P(state | match) and P(state | no match), each summing to 1 within a class."""

    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
    share: float
    match: Floats
    rounds: int


def count_patterns(states: NDArray[np.int16], widths: tuple[int, ...], levels: tuple[int, ...]) -> Patterns:
    """Return distinct rows of states with their counts; rows are packed as mixed-radix integers."""
    packed = np.zeros(len(states), dtype=np.int64)
    spare = 1
    for place, width in enumerate(widths):
        if spare > (1 << 62) // width:  # the radix is full: rename what was packed so far by its rank
            _, packed = np.unique(packed, return_inverse=True)
            spare = int(packed.max(initial=0)) + 1
        packed = packed * width + states[:, place]
        spare *= width
    _, first, inverse, counts = np.unique(packed, return_index=True, return_inverse=True, return_counts=True)
    missing = tuple(np.arange(width) % level == 0 for width, level in zip(widths, levels, strict=True))
    return Patterns(states[first], counts.astype(np.float64), widths, missing, inverse)


def expectation(patterns: Patterns, m: tuple[Floats, ...], u: tuple[Floats, ...], share: float) -> Floats:
    """Return P(match | pattern); missing states carry no evidence."""
    bits = np.full(len(patterns.counts), np.log(share) - np.log1p(-share))
    for place, silent in enumerate(patterns.missing):
        ratio = np.where(silent, 0.0, np.log(m[place]) - np.log(u[place]))
        bits += ratio[patterns.states[:, place]]
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(bits, -500, 500))))


def maximisation(
    patterns: Patterns, weights: Floats, prior: tuple[Floats, ...], strength: float, levels: tuple[int, ...]
) -> tuple[Floats, ...]:
    """Return state probabilities within each class from weighted counts plus `strength` prior observations."""
    found = []
    for place, level in enumerate(levels):
        counts = np.bincount(patterns.states[:, place], weights=weights, minlength=patterns.widths[place])
        table = counts.reshape(-1, level)
        table[:, 0] = 0.0
        table = table + strength * prior[place].reshape(-1, level)
        table /= np.maximum(table.sum(axis=1, keepdims=True), LEAST)
        found.append(np.maximum(table, LEAST).ravel())
    return tuple(found)


def estimate(
    patterns: Patterns,
    levels: tuple[int, ...],
    m: tuple[Floats, ...],
    u: tuple[Floats, ...],
    share: float,
    *,
    strengths: tuple[float, float],
    first: Floats | None = None,
    rounds: int = 50,
    tolerance: float = 1e-4,
) -> Estimate:
    """Return maximum a posteriori m, u and share of matches, started at and drawn towards the given ones.

    An infinite second strength keeps u as given. first: another estimate of P(match) per pattern, taken half and half
    with that of the given parameters to start from.
    """
    prior_m, prior_u = m, u
    match = expectation(patterns, m, u, share)
    match = match if first is None else 0.5 * (match + first)
    total = patterns.counts.sum()
    done = 0
    for done in range(1, rounds + 1):  # noqa: B007 - the number of rounds is part of the result
        mass = float((patterns.counts * match).sum())
        m = maximisation(patterns, patterns.counts * match, prior_m, FEWEST + strengths[0] * mass, levels)
        if np.isfinite(strengths[1]):
            u = maximisation(patterns, patterns.counts * (1.0 - match), prior_u, strengths[1], levels)
        share = float(np.clip((patterns.counts * match).sum() / total, 1e-6, 1 - 1e-6))
        before, match = match, expectation(patterns, m, u, share)
        if float((patterns.counts * np.abs(match - before)).sum()) < tolerance * max(1.0, share * total):
            break
    return Estimate(m, u, share, match, done)
