"""Pairs of rows become levels: each distinct pair of values is compared once, then spread over the pairs.

A value of several elements is compared with another by its best pair of elements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.frame import CodedColumn, Frame
from matching.kernels import Kernel, Levels, Pairing
from matching.kernels.registry import kernel_of
from matching.spec import Comparison, MatchSpec
from matching.weights import TextWeights

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

LEAST_CROSS = 3


@dataclass(frozen=True)
class Compared:
    """levels uint8[pairs, comparisons]: agreement of each pair, in the order of the spec's comparisons."""

    levels: NDArray[np.uint8]
    names: tuple[str, ...]

    def of(self, name: str) -> Levels:
        """Return the levels of one comparison."""
        return self.levels[:, self.names.index(name)]


def compare(
    frame: Frame, spec: MatchSpec, texts: Mapping[str, TextWeights], left: Ints, right: Ints
) -> Compared:
    """Return the level of every comparison for every pair of rows (left[i], right[i])."""
    levels = np.zeros((len(left), len(spec.comparisons)), dtype=np.uint8, order="F")
    crossings: dict[tuple[str, str], Crossing] = {}
    for place, comparison in enumerate(spec.comparisons):
        if comparison.other and _pair(comparison) not in crossings:
            crossings[_pair(comparison)] = crossing(frame, comparison, texts, left, right)
        if comparison.kernel == "order":
            levels[:, place] = _order_levels(frame, comparison, crossings[_pair(comparison)], left, right)
            continue
        column = frame.column(comparison.column)
        straight = column_levels(column, column, comparison, texts, left, right)
        if comparison.other:
            straight = _oriented(comparison, straight, crossings[_pair(comparison)])
        levels[:, place] = straight
    return Compared(levels, tuple(comparison.name for comparison in spec.comparisons))


def level_names(comparison: Comparison) -> tuple[str, ...]:
    """Return the names of the levels of a comparison, "missing" first."""
    return kernel_of(comparison.kernel).levels


def column_levels(
    one: CodedColumn,
    other: CodedColumn,
    comparison: Comparison,
    texts: Mapping[str, TextWeights],
    left: Ints,
    right: Ints,
) -> Levels:
    """Return levels of values of column `one` at the left rows against `other` at the right rows."""
    kernel = kernel_of(comparison.kernel)
    left_codes, right_codes = one.codes[left], other.codes[right]
    result = np.zeros(len(left), dtype=np.uint8)
    present = np.flatnonzero((left_codes >= 0) & (right_codes >= 0))
    if not len(present):
        return result
    weights = texts.get(comparison.column)
    if one is other:
        same = left_codes[present] == right_codes[present]
        equal, present = present[same], present[~same]
        result[equal] = _own_levels(kernel, one, left_codes[equal], weights)
    low, high = left_codes[present].astype(np.uint64), right_codes[present].astype(np.uint64)
    if one is other:
        low, high = np.minimum(low, high), np.maximum(low, high)
    keys, spread = np.unique((low << np.uint64(32)) | high, return_inverse=True)
    value_left = (keys >> np.uint64(32)).astype(np.int32)
    value_right = (keys & np.uint64(0xFFFFFFFF)).astype(np.int32)
    if len(keys):
        result[present] = _value_levels(kernel, one, value_left, other, value_right, weights)[spread]
    return result


def _own_levels(kernel: Kernel, column: CodedColumn, codes: Ints, weights: TextWeights | None) -> Levels:
    """Return the levels of values against themselves, each distinct one compared once and none sorted."""
    if not len(codes):
        return np.empty(0, dtype=np.uint8)
    table = np.zeros(len(column.values), dtype=np.uint8)
    table[codes] = 1
    used = np.flatnonzero(table).astype(np.int32)
    table[used] = _value_levels(kernel, column, used, column, used, weights)
    return table[codes]


def _value_levels(
    kernel: Kernel, one: CodedColumn, left: Ints, other: CodedColumn, right: Ints, weights: TextWeights | None
) -> Levels:
    """Return levels of distinct pairs of values, the best over their elements."""
    if one.single and other.single:
        pairing = Pairing(one, one.members[left], other, other.members[right], weights)
        return kernel.measure(pairing)
    places, left_elements, right_elements = element_pairs(one, left, other, right)
    key = (left_elements.astype(np.uint64) << np.uint64(32)) | right_elements.astype(np.uint64)
    distinct, spread = np.unique(key, return_inverse=True)
    pairing = Pairing(
        one,
        (distinct >> np.uint64(32)).astype(np.int32),
        other,
        (distinct & np.uint64(0xFFFFFFFF)).astype(np.int32),
        weights,
    )
    levels = kernel.measure(pairing)[spread]
    starts = np.flatnonzero(np.r_[True, places[1:] != places[:-1]])
    return np.maximum.reduceat(levels, starts)


def element_pairs(one: CodedColumn, left: Ints, other: CodedColumn, right: Ints) -> tuple[Longs, Ints, Ints]:
    """Return every pair of elements of every pair of values: place in `left`, left element, right element."""
    left_sizes = np.diff(one.offsets)[left]
    right_sizes = np.diff(other.offsets)[right]
    counts = left_sizes * right_sizes
    places = np.repeat(np.arange(len(left), dtype=np.int64), counts)
    within = np.arange(len(places), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    width = right_sizes[places]
    left_elements = one.members[one.offsets[left][places] + within // width]
    right_elements = other.members[other.offsets[right][places] + within % width]
    return places, left_elements, right_elements


@dataclass(frozen=True)
class Crossing:
    """Where two columns agree better crosswise: the mask, and the higher and lower level of the two cross
    pairs.
    """

    swapped: NDArray[np.bool_]
    higher: Levels
    lower: Levels


def crossing(
    frame: Frame, comparison: Comparison, texts: Mapping[str, TextWeights], left: Ints, right: Ints
) -> Crossing:
    """Return where the values of a comparison's two columns agree better crosswise than straight.

    Both cross agreements must be at least an initial's; straight wins ties. The higher and lower level, not
    "mine" and "theirs", are kept, so that the result does not depend on which record stands left.
    """
    first, second = (frame.column(name) for name in _pair(comparison))
    across = column_levels(first, second, comparison, texts, left, right)
    back = column_levels(second, first, comparison, texts, left, right)
    along = column_levels(first, first, comparison, texts, left, right).astype(np.int16)
    along += column_levels(second, second, comparison, texts, left, right)
    lower, higher = np.minimum(across, back), np.maximum(across, back)
    swapped = (lower >= LEAST_CROSS) & (higher.astype(np.int16) + lower > along + 2)
    return Crossing(np.asarray(swapped), higher, lower)


def _pair(comparison: Comparison) -> tuple[str, str]:
    one, other = comparison.column, comparison.other
    return (one, other) if one < other else (other, one)


def _oriented(comparison: Comparison, straight: Levels, found: Crossing) -> Levels:
    cross = found.higher if comparison.column == _pair(comparison)[0] else found.lower
    return np.where(found.swapped, cross, straight).astype(np.uint8)


def _order_levels(frame: Frame, comparison: Comparison, found: Crossing, left: Ints, right: Ints) -> Levels:
    """Return 0 where a part is missing, 1 where the parts are swapped, 2 where they stand straight."""
    present = np.ones(len(left), dtype=bool)
    for name in _pair(comparison):
        codes = frame.column(name).codes
        present &= (codes[left] >= 0) & (codes[right] >= 0)
    return np.where(present, np.where(found.swapped, 1, 2), 0).astype(np.uint8)
