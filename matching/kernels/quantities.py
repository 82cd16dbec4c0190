"""Kernels for dates, numbers and prices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.kernels import Kernel, Levels, Pairing, Texts
from matching.kernels.strings import within

GENERATION = 14  # years between a parent's birth and a child's, at the least


def _parts(texts: Texts) -> NDArray[np.int32]:
    """Return year, month, day per text of YYYYMMDD or YYYY; 0 where a part is not given."""
    rows = [(int(text[:4]), int(text[4:6] or 0), int(text[6:8] or 0)) for text in texts]
    return np.array(rows, dtype=np.int32).reshape(-1, 3)


def _date(pairing: Pairing) -> Levels:
    """differs; decade: within ten years; year; near: two of three parts agree; typo: one digit or two
    swapped, day and month transposed; exact. A date of a year alone reaches "year" at most.
    """
    parts_left, parts_right = pairing.features("parts", _parts)
    left, right = parts_left[pairing.left_elements], parts_right[pairing.right_elements]
    levels = np.ones(len(pairing), dtype=np.uint8)
    full = (left[:, 1] > 0) & (right[:, 1] > 0)
    same = left == right
    levels[np.abs(left[:, 0] - right[:, 0]) <= 10] = 2
    levels[same[:, 0]] = 3
    levels[full & (same.sum(axis=1) == 2)] = 4
    swapped = same[:, 0] & (left[:, 1] == right[:, 2]) & (left[:, 2] == right[:, 1])
    levels[full & swapped] = 5
    levels[within(pairing, full, 1, digits=True)] = 5
    levels[full & same.all(axis=1)] = 6
    return levels


def _generation_gap(pairing: Pairing) -> Levels:
    """gap: two full dates a generation apart that no slip of typing turns into each other; else missing."""
    parts_left, parts_right = pairing.features("parts", _parts)
    left, right = parts_left[pairing.left_elements], parts_right[pairing.right_elements]
    apart = (np.abs(left[:, 0] - right[:, 0]) >= GENERATION) & (left[:, 1] > 0) & (right[:, 1] > 0)
    return np.asarray(apart & ~within(pairing, apart, 2, digits=True)).astype(np.uint8)


def _floats(texts: Texts) -> NDArray[np.float64]:
    return np.array([float(text) for text in texts], dtype=np.float64)


def _number(pairing: Pairing) -> Levels:
    """differs; wide: within a half; near: within a fifth; close: within a twentieth; exact: within a
    thousandth.
    """
    numbers_left, numbers_right = pairing.features("floats", _floats)
    left, right = numbers_left[pairing.left_elements], numbers_right[pairing.right_elements]
    largest = np.maximum(np.maximum(np.abs(left), np.abs(right)), 1e-9)
    apart = np.abs(left - right) / largest
    levels = np.ones(len(pairing), dtype=np.uint8)
    for level, most in ((2, 0.5), (3, 0.2), (4, 0.05), (5, 0.001)):
        levels[apart <= most] = level
    return levels


DATE = Kernel(
    "date",
    ("missing", "differs", "decade", "year", "near", "typo", "exact"),
    5,
    (0.04, 0.02, 0.03, 0.04, 0.12, 0.75),
    (0.78, 0.19, 0.016, 0.01, 0.0035, 0.0005),
    _date,
    quick=True,
)
# One level only: it says nothing by itself, so nothing is learned of it; a spec sets its weight.
GENERATION_GAP = Kernel("generation_gap", ("missing", "gap"), 2, (1.0,), (1.0,), _generation_gap, quick=True)
NUMBER = Kernel(
    "number",
    ("missing", "differs", "wide", "near", "close", "exact"),
    4,
    (0.1, 0.15, 0.15, 0.15, 0.45),
    (0.55, 0.25, 0.12, 0.05, 0.03),
    _number,
    quick=True,
)
