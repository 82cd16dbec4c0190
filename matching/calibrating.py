"""The link weight under competition, from the runners-up.

Where each record has at most one partner, the best pair of a record that won elsewhere shows how alike a
record and the nearest *wrong* one are. The expected precision of winners at a weight follows from comparing
their counts with those of the runners-up: target and decoy (Elias and Gygi 2007), with the share of wrong
winners estimated below the runners-up's median, where right ones are rare (Storey 2002).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.model import MILLI, ascending

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

BIN = MILLI // 2
FEWEST = 20
NOTHING = np.iinfo(np.int64).min


def runners_up(
    weights: Longs, won: NDArray[np.bool_], left: Ints, right: Ints, choosing: NDArray[np.bool_]
) -> Longs:
    """Return, for each record that has a winning pair, the weight of its best losing one, where there is
    any.

    choosing: per row whether its record has one partner only. Who may have several tells nothing: what
    lost there lost against a choice of the other side.
    """
    best = np.full(len(choosing), NOTHING)
    np.maximum.at(best, left[~won], weights[~won])
    np.maximum.at(best, right[~won], weights[~won])
    winners = np.zeros(len(choosing), dtype=bool)
    winners[left[won]] = winners[right[won]] = True
    return best[winners & choosing & (best > NOTHING)]


def weights_at(winners: Longs, decoys: Longs, aims: tuple[float, ...]) -> tuple[int, ...] | None:
    """Return for each aimed expected precision the lowest weight whose winners reach it; None where too few
    tell.

    What counts is how winners stand to runners-up, not the sign of a weight: where every title is worded
    anew, right winners and the nearest wrong ones both weigh less than nothing, and yet keep apart.
    """
    if min(len(winners), len(decoys)) < FEWEST:
        return None
    low = int(min(winners.min(), decoys.min())) // BIN
    bins = int(max(winners.max(), decoys.max())) // BIN + 2 - low
    found = _smooth(np.bincount(winners // BIN - low, minlength=bins).astype(np.float64))
    null = _smooth(np.bincount(decoys // BIN - low, minlength=bins) / len(decoys))
    middle = int(np.searchsorted(np.cumsum(null), 0.5)) + 1
    wrong = min(1.0, float(found[:middle].sum() / max(null[:middle].sum(), 1e-9)) / len(winners))
    expected = np.clip(1.0 - wrong * len(winners) * null / np.maximum(found, 1e-9), 0.0, 1.0)
    expected = ascending(expected, np.maximum(found, 1e-6))
    return tuple((low + int(np.searchsorted(expected, aim))) * BIN for aim in aims)


def _smooth(counts: Floats) -> Floats:
    """Return counts averaged over three bins, so that one empty bin is not taken for certainty."""
    return np.convolve(counts, np.ones(3) / 3.0, mode="same")
