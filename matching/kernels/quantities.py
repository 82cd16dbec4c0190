"""Kernels for dates, numbers and prices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.kernels import Kernel, Levels, Pairing
from matching.kernels.strings import within
from matching.texts import Texts

GENERATION = 14  # years between a parent's birth and a child's, at the least
CENTURY = 100
TIME_UNITS = (1.0, 60.0, 3600.0, 1000.0, 60_000.0)  # how many of one unit of time another is


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


def _year(pairing: Pairing) -> Levels:
    """differs; decade; typo: one digit; near: a year apart; short: the last two digits agree, where one side
    has no more; exact.
    """
    left_years, right_years = pairing.features("years", _years)
    left, right = left_years[pairing.left_elements], right_years[pairing.right_elements]
    short = (left < CENTURY) | (right < CENTURY)
    one, other = (np.where(short, years % CENTURY, years) for years in (left, right))
    apart = np.abs(one - other)
    apart = np.where(short, np.minimum(apart, CENTURY - apart), apart)
    levels = np.ones(len(pairing), dtype=np.uint8)
    levels[apart <= 10] = 2
    levels[within(pairing, ~short & (apart > 1), 1, digits=True)] = 3
    levels[apart <= 1] = 4
    levels[short & (apart == 0)] = 5
    levels[left == right] = 6
    return levels


def _years(texts: Texts) -> NDArray[np.int64]:
    return np.array([int(text) for text in texts], dtype=np.int64)


def _duration(pairing: Pairing) -> Levels:
    """differs; wide: within a fifth; near: within a twentieth; close: within a hundredth; exact: within three
    thousandths; all of them in the same unit or in two (seconds and minutes, thousandths and seconds).
    """
    numbers_left, numbers_right = pairing.features("floats", _floats)
    left, right = numbers_left[pairing.left_elements], numbers_right[pairing.right_elements]
    ratio = np.maximum(left, right) / np.maximum(np.minimum(left, right), 1e-9)
    apart = np.min([np.abs(ratio / unit - 1.0) for unit in TIME_UNITS], axis=0)
    levels = np.ones(len(pairing), dtype=np.uint8)
    for level, most in ((2, 0.2), (3, 0.05), (4, 0.01), (5, 0.003)):
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
YEAR = Kernel(
    "year",
    ("missing", "differs", "decade", "typo", "near", "short", "exact"),
    4,
    (0.05, 0.05, 0.03, 0.07, 0.1, 0.7),
    (0.4, 0.42, 0.05, 0.09, 0.01, 0.03),
    _year,
    quick=True,
)
DURATION = Kernel(
    "duration",
    ("missing", "differs", "wide", "near", "close", "exact"),
    4,
    (0.07, 0.03, 0.05, 0.1, 0.75),
    (0.6, 0.27, 0.09, 0.025, 0.015),
    _duration,
    quick=True,
)
