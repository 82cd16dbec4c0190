"""Expectation maximisation on counted agreement patterns (Dempster, Laird and Rubin 1977; Winkler 1988).

Equal patterns are counted once, so an iteration costs the number of patterns, not of pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST = 1e-7


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
class Latent:
    """One latent class: P(state | class) per comparison, its share of all pairs, how firmly it keeps its
    start.

    firmness: prior observations per observation given to the class; fixed: prior observations beyond that.
    holds: places of comparisons that it keeps more firmly, by `held`.
    """

    states: tuple[Floats, ...]
    share: float
    firmness: float
    fixed: float = 30.0
    holds: frozenset[int] = frozenset()
    held: float = 0.0


@dataclass(frozen=True)
class Estimate:
    """The classes after EM (matches first, then chance, then relations), P(class | pattern), rounds taken."""

    classes: tuple[Latent, ...]
    membership: Floats
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


def expectation(patterns: Patterns, classes: tuple[Latent, ...]) -> Floats:
    """Return P(class | pattern), float64[patterns, classes]; missing states carry no evidence."""
    bits = np.empty((len(patterns.counts), len(classes)))
    for number, latent in enumerate(classes):
        bits[:, number] = np.log(latent.share)
        for place, silent in enumerate(patterns.missing):
            bits[:, number] += np.where(silent, 0.0, np.log(latent.states[place]))[patterns.states[:, place]]
    bits -= bits.max(axis=1, keepdims=True)
    likely = np.exp(bits)
    return np.asarray(likely / likely.sum(axis=1, keepdims=True))


def maximisation(
    patterns: Patterns, weights: Floats, prior: Latent, total: float, levels: tuple[int, ...]
) -> Latent:
    """Return a class whose state probabilities follow weighted counts and its prior."""
    mass = float(weights.sum())
    found = []
    for place, level in enumerate(levels):
        counts = np.bincount(patterns.states[:, place], weights=weights, minlength=patterns.widths[place])
        table: Floats = counts.reshape(-1, level).astype(np.float64)
        table[:, 0] = 0.0
        held = prior.held if place in prior.holds else prior.firmness
        table = table + (prior.fixed + held * mass) * prior.states[place].reshape(-1, level)
        table /= np.maximum(table.sum(axis=1, keepdims=True), LEAST)
        found.append(np.maximum(table, LEAST).ravel())
    share = float(np.clip(mass / total, 1e-6, 1.0 - 1e-6))
    return replace(prior, states=tuple(found), share=share)


def estimate(
    patterns: Patterns,
    levels: tuple[int, ...],
    start: tuple[Latent, ...],
    *,
    first: Floats | None = None,
    rounds: int = 50,
    tolerance: float = 1e-4,
) -> Estimate:
    """Return maximum a posteriori classes, started at and drawn towards the given ones.

    first: another estimate of P(match) per pattern, taken half and half with the start's own; what it takes
        for a
    match may also be a relation, so it is divided between those two as the start divides them.
    """
    membership = expectation(patterns, start)
    if first is not None:
        membership = 0.5 * (membership + _divided(membership, first))
    total = float(patterns.counts.sum())
    classes, done = start, 0
    while done < rounds:
        done += 1
        classes = tuple(
            maximisation(patterns, patterns.counts * membership[:, number], prior, total, levels)
            for number, prior in enumerate(start)
        )
        before, membership = membership, expectation(patterns, classes)
        moved = float((patterns.counts * np.abs(membership[:, 0] - before[:, 0])).sum())
        if moved < tolerance * max(1.0, classes[0].share * total):
            break
    return Estimate(classes, membership, done)


def _divided(membership: Floats, match: Floats) -> Floats:
    related = membership.copy()
    related[:, 1] = 0.0
    related /= np.maximum(related.sum(axis=1, keepdims=True), LEAST)
    found = related * match[:, None]
    found[:, 1] = 1.0 - match
    return found
