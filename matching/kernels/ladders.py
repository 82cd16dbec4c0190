"""Kernels of one string metric each, cut at fixed thresholds: exact, then one level for every threshold.

Levels of this kind are common in record linkage (Winkler 1990; Splink's comparison library has the same), so
that another tool's comparisons can be taken over as they are.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from rapidfuzz.distance import DamerauLevenshtein, Levenshtein

from matching.kernels import Kernel, Levels, Pairing
from matching.kernels.filters import alike, near
from matching.kernels.strings import jaro_winkler, scored


def similarity_ladder(*least: float) -> Kernel:
    """Return a kernel by Jaro-Winkler similarity, with a level for each of the ascending thresholds."""
    steps = np.array(least)

    def measure(pairing: Pairing) -> Levels:
        places = np.flatnonzero(alike(pairing, least[0] - 1e-6))
        found = jaro_winkler(*pairing.at(places).scored())
        # in whole millionths: float32 would put a similarity of just 0.92 below its threshold
        found = np.rint(found.astype(np.float64) * 1e6)
        levels = np.ones(len(pairing), dtype=np.uint8)
        levels[places] += np.searchsorted(np.rint(steps * 1e6), found, side="right").astype(np.uint8)
        levels[pairing.same()] = len(steps) + 2
        return levels

    shown = [round(100 * step) for step in least]
    name = "jaro-winkler " + " ".join(map(str, shown))
    return _ladder(name, tuple(f"alike {step}%" for step in shown), measure)


def distance_ladder(metric: str, *most: int) -> Kernel:
    """Return a kernel by "levenshtein" or "damerau-levenshtein" distance, with a level for each of the
    descending limits.
    """
    scorer = {"levenshtein": Levenshtein, "damerau-levenshtein": DamerauLevenshtein}[metric].distance

    def measure(pairing: Pairing) -> Levels:
        places = np.flatnonzero(near(pairing, most[0]) & near(pairing, most[0], digits=True))
        apart = scored(*pairing.at(places).scored(), scorer, np.uint8, score_cutoff=most[0])
        levels = np.ones(len(pairing), dtype=np.uint8)
        for place, limit in enumerate(most):
            levels[places[apart <= limit]] = place + 2
        levels[pairing.same()] = len(most) + 2
        return levels

    name = f"{metric} " + " ".join(map(str, most))
    return _ladder(name, tuple(f"{limit} edit{'s' * (limit > 1)}" for limit in most), measure)


def _ladder(name: str, steps: tuple[str, ...], measure: Callable[[Pairing], Levels]) -> Kernel:
    """Return a kernel whose untrained m and u leave a tenth, and a hundredth, to the steps below exact."""
    count = len(steps)
    return Kernel(
        name,
        ("missing", "differs", *steps, "exact"),
        2 + (count > 1),
        (0.15, *(0.1 / count for _ in steps), 0.75),
        (0.985, *(0.01 / count for _ in steps), 0.005),
        measure,
    )


LADDERS = (
    similarity_ladder(0.92),
    similarity_ladder(0.8, 0.92),
    distance_ladder("levenshtein", 1),
    distance_ladder("levenshtein", 2, 1),
    distance_ladder("damerau-levenshtein", 2, 1),
)
