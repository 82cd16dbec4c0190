"""Pairs of rows become levels: equal values are compared once, unequal ones where cheap bounds leave it open.

A value of several elements is compared with another by its best pair of elements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodedColumn
from matching.frame import Frame
from matching.kernels import Kernel, Levels, Pairing
from matching.kernels.registry import kernel_of
from matching.spec import Comparison, MatchSpec
from matching.weights import TextWeights

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

LEAST_CROSS = 3
UNKNOWN = 255


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
    compared = nothing_compared(spec, len(left))
    compare_some(frame, spec, texts, left, right, range(len(spec.comparisons)), compared)
    return compared


def nothing_compared(spec: MatchSpec, pairs: int) -> Compared:
    """Return levels that are all "missing" yet, to be filled by `compare_some`."""
    levels = np.zeros((pairs, len(spec.comparisons)), dtype=np.uint8, order="F")
    return Compared(levels, tuple(comparison.name for comparison in spec.comparisons))


def compare_some(
    frame: Frame,
    spec: MatchSpec,
    texts: Mapping[str, TextWeights],
    left: Ints,
    right: Ints,
    places: Iterable[int],
    compared: Compared,
) -> None:
    """Fill in the levels of the comparisons at some places of the spec; those of two crossed columns go
    together.
    """
    straight: dict[tuple[str, str], Levels] = {}
    crossings: dict[tuple[str, str], Crossing] = {}

    def along(name: str, comparison: Comparison) -> Levels:
        key = (name, comparison.kernel)
        if key not in straight:
            column = frame.column(name)
            straight[key] = column_levels(column, column, comparison, texts, left, right)
        return straight[key]

    for place in places:
        comparison = spec.comparisons[place]
        if not comparison.other:
            column = frame.column(comparison.column)
            compared.levels[:, place] = column_levels(column, column, comparison, texts, left, right)
            continue
        pair = _pair(comparison)
        if pair not in crossings:
            lined = along(pair[0], comparison), along(pair[1], comparison)
            crossings[pair] = _crossing(frame, comparison, texts, left, right, lined)
        if comparison.kernel == "order":
            compared.levels[:, place] = _order_levels(frame, comparison, crossings[pair], left, right)
        else:
            compared.levels[:, place] = _oriented(
                comparison, along(comparison.column, comparison), crossings[pair]
            )


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
    result = np.zeros(len(left), dtype=np.uint8)
    if not one.size or not other.size:
        return result
    kernel = kernel_of(comparison.kernel)
    left_codes, right_codes = one.codes[left], other.codes[right]
    present = np.flatnonzero((left_codes >= 0) & (right_codes >= 0))
    if not len(present):
        return result
    weights = texts.get(comparison.column)
    if one is other:
        same = left_codes[present] == right_codes[present]
        equal, present = present[same], present[~same]
        result[equal] = _own_levels(kernel, one, left_codes[equal], weights)
    if not len(present):
        return result
    low, high = left_codes[present], right_codes[present]
    if kernel.quick:
        result[present] = _value_levels(kernel, one, low, other, high, weights)
        return result
    if one is other:
        low, high = np.minimum(low, high), np.maximum(low, high)
    keys, spread = np.unique((low.astype(np.int64) << 32) | high, return_inverse=True)
    low, high = (keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32)
    result[present] = _value_levels(kernel, one, low, other, high, weights)[spread]
    return result


def _own_levels(kernel: Kernel, column: CodedColumn, codes: Ints, weights: TextWeights | None) -> Levels:
    """Return the levels of values against themselves; each distinct one is compared once a frame."""
    if not len(codes):
        return np.empty(0, dtype=np.uint8)
    if kernel.reflexive:
        return np.full(len(codes), len(kernel.levels) - 1, dtype=np.uint8)
    known, table = column.feature(
        f"own {kernel.name}", lambda _: (weights, np.full(column.size, UNKNOWN, dtype=np.uint8))
    )
    if known is not weights:
        table = np.full(column.size, UNKNOWN, dtype=np.uint8)
    fresh = codes[table[codes] == UNKNOWN]
    if len(fresh):
        used = np.unique(fresh)
        table[used] = _value_levels(kernel, column, used, column, used, weights)
    return np.asarray(table[codes])


def _value_levels(
    kernel: Kernel, one: CodedColumn, left: Ints, other: CodedColumn, right: Ints, weights: TextWeights | None
) -> Levels:
    """Return levels of pairs of values, the best over their elements."""
    left_starts, right_starts = one.offsets[left], other.offsets[right]
    plain = Pairing(one, one.members[left_starts], other, other.members[right_starts], weights)
    if one.single and other.single:
        return kernel.measure(plain)
    many = one.offsets[left + 1] - left_starts > 1
    many |= other.offsets[right + 1] - right_starts > 1
    levels = np.empty(len(left), dtype=np.uint8)
    few = np.flatnonzero(~many)
    levels[few] = kernel.measure(plain.at(few))
    several = np.flatnonzero(many)
    if len(several):
        places, first, second = element_pairs(one, left[several], other, right[several])
        best = kernel.measure(Pairing(one, first, other, second, weights))
        levels[several] = np.maximum.reduceat(best, np.flatnonzero(np.r_[True, places[1:] != places[:-1]]))
    return levels


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


def _crossing(
    frame: Frame,
    comparison: Comparison,
    texts: Mapping[str, TextWeights],
    left: Ints,
    right: Ints,
    lined: tuple[Levels, Levels],
) -> Crossing:
    """Return where the values of a comparison's two columns agree better crosswise than straight.

    Both cross agreements must be at least an initial's; straight wins ties. The higher and lower level, not
    "mine" and "theirs", are kept, so that the result does not depend on which record stands left. Only pairs
    that leave room for better ones are compared crosswise.
    """
    first, second = (frame.column(name) for name in _pair(comparison))
    along = lined[0].astype(np.int16) + lined[1]
    most = 2 * (len(kernel_of(comparison.kernel).levels) - 1)
    higher, lower = np.zeros(len(left), dtype=np.uint8), np.zeros(len(left), dtype=np.uint8)
    swapped = np.zeros(len(left), dtype=bool)
    room = np.flatnonzero(along + 2 < most)
    across = column_levels(first, second, comparison, texts, left[room], right[room])
    room, across = room[across >= LEAST_CROSS], across[across >= LEAST_CROSS]
    back = column_levels(second, first, comparison, texts, left[room], right[room])
    lower[room], higher[room] = np.minimum(across, back), np.maximum(across, back)
    swapped[room] = (lower[room] >= LEAST_CROSS) & (
        higher[room].astype(np.int16) + lower[room] > along[room] + 2
    )
    return Crossing(swapped, higher, lower)


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
