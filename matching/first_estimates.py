"""Who matches, as a first estimate before the levels are looked at: EM on whether attributes agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matching.em import Latent, Patterns, count_patterns, estimate
from matching.kernels.registry import kernel_of
from matching.recordlinkage_bridge import ecm_estimate
from matching.spec import MatchSpec

Floats = NDArray[np.float64]

ENOUGH_PAIRS = 100_000  # from so many candidates on, a sample of them tells no more than all of them


def first_estimate(spec: MatchSpec, patterns: Patterns, levels: tuple[int, ...], seed: int) -> Floats:
    """Return P(match) per pattern: by recordlinkage's classifier where candidates are few, else by our own.

    On few candidates theirs settles better (splink_fake_1000 .956 against .946); on many both end with the
    same model, and the two seconds that its import takes are spared.
    """
    few = patterns.counts.sum() < ENOUGH_PAIRS
    return ecm_estimate(spec, patterns, levels, seed) if few else plain_estimate(spec, patterns, levels)


def plain_estimate(spec: MatchSpec, patterns: Patterns, levels: tuple[int, ...]) -> Floats:
    """Return P(match) per pattern by EM with two classes on binary agreement; missing is disagreement."""
    states = np.column_stack(
        [
            patterns.states[:, place] % levels[place] >= kernel_of(entry.kernel).agrees
            for place, entry in enumerate(spec.comparisons)
        ]
    )
    two = (3,) * len(levels)  # a state "missing", which never occurs, then differs and agrees
    binary = count_patterns(states.astype(np.int16) + np.int16(1), two, two)
    counts = np.bincount(binary.inverse, patterns.counts, len(binary.counts)).astype(np.float64)
    same, chance = np.array([1e-7, 0.1, 0.9]), np.array([1e-7, 0.9, 0.1])
    start = (Latent((same,) * len(two), 0.1, 0.0), Latent((chance,) * len(two), 0.9, 0.0))
    found = estimate(replace(binary, counts=counts), two, start)
    return np.asarray(found.membership[binary.inverse, 0])
