"""The link weight from a valley: between the pairs that only resemble each other and a last hill of matches.

Where duplicates are few, what is learned of matches is learned of look-alikes too: volumes of a series, songs
of one artist. Their weights thin out before the weights of the few real matches begin, and that gap shows
(the idea of calibrating by the two parts of the distribution of weights is Belin and Rubin's, 1995).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.model import MILLI

BIN = 2 * MILLI
FEWEST, DEEP, CERTAIN, FALLING = 50, 0.5, 3.0, 0.75
FEW_PER_RECORD = 0.25  # pairs from the link weight on; where they are more, matches are learned well enough


def valley(weights: NDArray[np.int64], link_weight: int, records: int) -> int | None:
    """Return the weight from which on more pairs are seen than the falling slope before would leave, as many
    again; None where no hill of its own stands behind a valley.

    weights: of the candidates at or above the link weight, which must be few. The valley must be half as
    deep as the hill behind it, beyond what chance explains, and more must lie before it than behind.
    """
    if not FEWEST <= len(weights) <= FEW_PER_RECORD * records:
        return None
    counts = np.bincount((weights - link_weight) // BIN).astype(np.int64)
    behind = np.cumsum(counts[::-1])[::-1]
    peaks = np.maximum.accumulate(counts[::-1])[::-1]
    for place in np.argsort(counts, kind="stable").tolist():
        if place == 0 or place + 1 >= len(counts):
            continue
        hill, rest = int(peaks[place + 1]), int(behind[place + 1])
        few = rest >= FEWEST and 2 * rest < len(weights)
        if few and counts[place] <= DEEP * hill and hill - counts[place] > CERTAIN * hill**0.5:
            return link_weight + _beyond_slope(counts, place) * BIN
    return None


def _beyond_slope(counts: NDArray[np.int64], valley_place: int) -> int:
    """Return the first bin before the valley with twice what the slope that falls to it leads to expect."""
    top = int(counts[: valley_place + 1].argmax())
    end = top
    while end < valley_place and counts[end + 1] <= FALLING * counts[end]:
        end += 1
    if end - top < 2:
        return valley_place
    rate = (counts[end] / counts[top]) ** (1.0 / (end - top))
    expected = counts[end] * rate ** (np.arange(end + 1, valley_place + 1) - end)
    more = np.flatnonzero(counts[end + 1 : valley_place + 1] >= 2.0 * expected)
    return end + 1 + int(more[0]) if len(more) else valley_place
