"""Levels and a model become match weights: integers in 1/1000 bit that depend on the two records and the
model only.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodedColumn
from matching.combination_rules import ruled
from matching.comparing import Compared, compare, element_pairs, nothing_compared
from matching.frame import Frame
from matching.kernels.registry import kernel_of
from matching.learning.evidence import Scored, gathered
from matching.model import AGREES, MILLI, Frequencies, Model
from matching.spec import Comparison, MatchSpec
from matching.texts import Texts
from matching.weights import TextWeights

T = TypeVar("T")
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

MOST_RARE = 3 * MILLI  # a single agreed value is never worth more than 3 bits above its attribute's average
MOST_COMMON = -12 * MILLI
UNKNOWN = np.iinfo(np.int64).min
CHUNK = 1 << 17  # pairs scored at a time: memory stays flat, and both cores have work
THREADS = min(4, os.cpu_count() or 1)


def parent_classes(spec: MatchSpec, compared: Compared, comparison: Comparison) -> NDArray[np.uint8]:
    """Return 0, 1 or 2 per pair: what `comparison` depends on is missing (or nothing), disagrees, agrees."""
    if not comparison.given:
        return np.zeros(len(compared.levels), dtype=np.uint8)
    parent = spec.comparison(comparison.given)
    levels = compared.of(parent.name)
    agrees = kernel_of(parent.kernel).agrees
    return np.where(levels == 0, 0, np.where(levels >= agrees, 2, 1)).astype(np.uint8)


def parts(
    frame: Frame, spec: MatchSpec, model: Model, compared: Compared, left: Ints, right: Ints
) -> tuple[Longs, Longs]:
    """Return the weight of each comparison and its frequency adjustment, int64[pairs, comparisons] each."""
    weights = np.zeros((len(left), len(spec.comparisons)), dtype=np.int64)
    adjustments = np.zeros_like(weights)
    for place, comparison in enumerate(spec.comparisons):
        if not compared.levels[:, place].any() and not model.parameters[comparison.name].table[:, 0].any():
            continue  # nobody says anything here, and that is no evidence
        weights[:, place] = part_weights(spec, model, compared, place)
        at, found = part_rarities(frame, spec, model, compared, place, left, right)
        adjustments[at, place] = found
    return weights, adjustments


def part_weights(spec: MatchSpec, model: Model, compared: Compared, place: int) -> Longs:
    """Return the weight of one comparison for each pair."""
    comparison = spec.comparisons[place]
    levels = compared.levels[:, place]
    table = model.parameters[comparison.name].table
    if len(table) == 1 or not comparison.given:
        return np.asarray(table[0][levels])
    return np.asarray(table[parent_classes(spec, compared, comparison), levels])


def part_rarities(
    frame: Frame, spec: MatchSpec, model: Model, compared: Compared, place: int, left: Ints, right: Ints
) -> tuple[Longs, Longs]:
    """Return where one comparison's agreement counts by its rarity, and the adjustments there."""
    comparison = spec.comparisons[place]
    frequencies = model.frequencies.get(comparison.column)
    if not comparison.frequencies or frequencies is None:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    agrees = compared.levels[:, place] == len(kernel_of(comparison.kernel).levels) - 1
    if comparison.given:
        agrees &= parent_classes(spec, compared, comparison) < AGREES
    order = next((entry.name for entry in spec.comparisons if entry.kernel == "order"), "")
    if comparison.other and order:
        agrees &= compared.of(order) != 1
    at = np.flatnonzero(agrees)
    if not len(at):
        return at, at
    column = frame.column(comparison.column)
    average = model.parameters[comparison.name].u[0][-1]
    return at, _rarity(column, frequencies, average, column.codes[left[at]], column.codes[right[at]])


def score_levels(
    frame: Frame, spec: MatchSpec, model: Model, compared: Compared, left: Ints, right: Ints
) -> Longs:
    """Return the match weight of each pair from levels already computed."""
    return ruled(
        model.combinations,
        spec,
        compared,
        unruled(frame, spec, model, compared, left, right),
        link_weight=model.link_weight,
    )


def unruled(
    frame: Frame, spec: MatchSpec, model: Model, compared: Compared, left: Ints, right: Ints
) -> Longs:
    """Return the model's own match weight of each pair, before any combination that a person decided."""
    return concluded(frame, spec, model, without_learned(frame, spec, model, compared, left, right))


def concluded(frame: Frame, spec: MatchSpec, model: Model, scored: Scored) -> Longs:
    """Return the match weight of pairs: the sum of their parts, or what a learned classifier makes of it.

    A rule stands above the model: where the spec fixes the weight of a level, the classifier may add to what
    that speaks for, not take from it.
    """
    total = scored.total
    if model.learned is None:
        return total
    found = model.learned.weights(gathered(frame, spec, model, scored, model.learned.features).values)
    fixed = _fixed_signs(spec, scored.compared)
    found = np.where(fixed[:, 0] & (found < total), total, found)
    return np.where(fixed[:, 1] & (found > total), total, found)


def _fixed_signs(spec: MatchSpec, compared: Compared) -> NDArray[np.bool_]:
    """Return bool[pairs, 2]: where a level of fixed weight speaks for a match, where one against."""
    signs = np.zeros((len(compared.levels), 2), dtype=bool)
    for comparison in spec.comparisons:
        names = kernel_of(comparison.kernel).levels
        agrees = parent_classes(spec, compared, comparison) == AGREES
        rows = [(level, weight, True) for level, weight in comparison.fixed]
        rows += [(level, weight, agrees) for level, weight in comparison.fixed_agreeing]
        for level, weight, where in rows:
            signs[:, int(weight < 0)] |= (compared.of(comparison.name) == names.index(level)) & where
    return signs


def without_learned(
    frame: Frame, spec: MatchSpec, model: Model, compared: Compared, left: Ints, right: Ints
) -> Scored:
    """Return what the comparisons give each pair, without a learned classifier."""
    weights, adjustments = parts(frame, spec, model, compared, left, right)
    explained, _ = related(spec, model, compared, adjustments)
    return Scored(compared, left, right, weights, adjustments, explained)


def related(
    spec: MatchSpec, model: Model, compared: Compared, adjustments: Longs
) -> tuple[Longs, NDArray[np.int8]]:
    """Return how much of a pair's weight relations explain (0 or more), and which relation explains most
    (-1: none).

    The chance of the pattern without a match is a mixture of chance and relations; relative to chance alone
    it is share_0 + sum of share_k * 2 ** s_k, with s_k the relation's summed weights.
    """
    pairs = len(compared.levels)
    mixture = np.full(pairs, max(0.0, 1.0 - sum(entry.share for entry in model.relations)))
    strongest, which = mixture.copy(), np.full(pairs, -1, dtype=np.int8)
    shared = {relation.name: () if relation.chance else relation.shared for relation in spec.relations}
    totals = np.zeros((len(model.relations), pairs), dtype=np.int64)
    for place, comparison in enumerate(spec.comparisons if model.relations else ()):
        tables, levels = model.explained[comparison.name], compared.levels[:, place]
        if levels.any() or tables[:, :, 0].any():
            classes = parent_classes(spec, compared, comparison) if comparison.given else 0
            totals += tables[:, classes, levels]
    for number, entry in enumerate(model.relations):
        common = [place for place, one in enumerate(spec.comparisons) if one.name in shared[entry.name]]
        total = totals[number] + adjustments[:, common].sum(axis=1)
        part = entry.share * np.exp2(np.clip(total / MILLI, -500, 500))
        which[part > strongest] = number
        strongest = np.maximum(strongest, part)
        mixture += part
    bits = np.rint(MILLI * np.log2(np.maximum(mixture, 1e-300))).astype(np.int64)
    return np.maximum(bits, 0), which


def score(frame: Frame, spec: MatchSpec, model: Model, left: Ints, right: Ints) -> Longs:
    """Return the complete match weight of each pair of rows, in 1/1000 bit, without the prior."""
    model.require(spec)
    frame = frame.telling(model.generic)

    def part(at: slice) -> Longs:
        one, other = left[at], right[at]
        return score_levels(frame, spec, model, compare(frame, spec, model.texts, one, other), one, other)

    return np.concatenate([np.empty(0, dtype=np.int64), *in_parts(part, len(left))])


def compare_all(
    frame: Frame, spec: MatchSpec, texts: Mapping[str, TextWeights], left: Ints, right: Ints
) -> Compared:
    """Return the levels of many pairs, compared in chunks on all cores."""
    parts_ = in_parts(lambda at: compare(frame, spec, texts, left[at], right[at]).levels, len(left))
    names = tuple(comparison.name for comparison in spec.comparisons)
    return Compared(np.concatenate([nothing_compared(spec, 0).levels, *parts_]), names)


def in_parts(part: Callable[[slice], T], pairs: int) -> list[T]:
    """Return what `part` makes of each chunk of pairs, given as a slice; all cores take part."""
    chunks = [slice(start, start + CHUNK) for start in range(0, pairs, CHUNK)]
    if len(chunks) < 2:
        return [part(chunk) for chunk in chunks]
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(part, chunks))


@dataclass(frozen=True)
class _Rarities:
    """Bits of each distinct element of a column under some frequencies, worked out as they are met."""

    frequencies: Frequencies
    average: float
    bits: Longs

    def of(self, column: CodedColumn, elements: Ints) -> Longs:
        """Return log2(average chance of agreement / share of the element), in 1/1000 bit, within limits."""
        fresh = elements[self.bits[elements] == UNKNOWN]
        if len(fresh):
            used = sorted(set(fresh.tolist()))
            self.bits[used] = [
                min(max(round(MILLI * math.log2(self.average / share)), MOST_COMMON), MOST_RARE)
                for share in map(self.frequencies.share, column.elements.at(np.array(used)))
            ]
        return np.asarray(self.bits[elements])


def _rarity(column: CodedColumn, frequencies: Frequencies, average: float, left: Ints, right: Ints) -> Longs:
    """Return what the rarity of the agreed element adds: rare values count more.

    left, right: codes of values that agree exactly in one element or more; the rarest counts.
    """
    # Two records of one thing carry a value twice already: where values are nearly unique, twice is rare.
    average = max(average, 2.0 / max(frequencies.rows, 1))

    def nothing(_: Texts) -> _Rarities:
        return _Rarities(frequencies, average, np.full(len(column.elements), UNKNOWN, dtype=np.int64))

    known = column.feature("rarities", nothing)
    if known.frequencies is not frequencies or known.average != average:
        known = column.features["rarities"] = nothing(column.elements)
    plain = left == right
    plain &= column.offsets[left + 1] - column.offsets[left] == 1
    result = np.zeros(len(left), dtype=np.int64)
    result[plain] = known.of(column, column.members[column.offsets[left[plain]]])
    several = np.flatnonzero(~plain)
    if not len(several):
        return result
    places, one, other = element_pairs(column, left[several], column, right[several])
    same = one == other
    if same.any():
        places, found = places[same], known.of(column, one[same])
        starts = np.flatnonzero(np.r_[True, places[1:] != places[:-1]])
        result[several[places[starts]]] = np.maximum.reduceat(found, starts)
    return result
