"""What a learned classifier reads of a pair: whole numbers that follow from the two records and the model.

Every comparison gives its weight, its rarity adjustment and its level; texts that the spec compares with
document frequencies give more than one level can hold: shared words and trigrams, the rarest word that both
or only one of them has, and whether their numbers agree. A missing value gives zeros, which are neutral.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodedColumn
from matching.comparing import Compared, element_pairs
from matching.frame import Frame
from matching.kernels.registry import kernel_of
from matching.kernels.sets import Sets, overlap
from matching.kernels.texts import gram_sets, token_sets
from matching.model import Model
from matching.spec import MatchSpec
from matching.texts import Texts
from matching.weights import SCALE, TextWeights

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Column = Callable[[], Longs]

UNIT = 1000
CHUNK = 1 << 16
MEASURES = (
    "words", "words of the shorter", "trigrams", "trigrams of the shorter", "rarest shared word",
    "rarest lone word of the one", "rarest lone word of the other", "numbers differ", "numbers overlap",
    "numbers agree",
)  # fmt: skip


@dataclass(frozen=True)
class Scored:
    """Pairs as unsupervised scoring leaves them; weights and adjustments int64[pairs, comparisons].

    total: their sums less what relations explain (`explained`).
    """

    compared: Compared
    left: Ints
    right: Ints
    weights: Longs
    adjustments: Longs
    explained: Longs

    @property
    def total(self) -> Longs:
        """The match weight that the model gives without a learned classifier."""
        return np.asarray((self.weights + self.adjustments).sum(axis=1) - self.explained)


@dataclass(frozen=True)
class Evidence:
    """values int64[pairs, features] under their names; "is" features are 0 or UNIT."""

    names: tuple[str, ...]
    values: Longs

    def binary(self) -> tuple[int, ...]:
        """Return the places of the features that are 0 or UNIT: the comparison vector of levels."""
        return tuple(place for place, name in enumerate(self.names) if " is " in name)


def gathered(
    frame: Frame, spec: MatchSpec, model: Model, scored: Scored, names: Sequence[str] | None = None
) -> Evidence:
    """Return the named features of the pairs, all there are when no names are given.

    The frame is one without generic values. A name that the spec does not have raises KeyError.
    """
    columns = _levels(spec, scored) | _texts(frame, spec, model, scored)
    wanted = tuple(columns) if names is None else tuple(names)
    values = np.empty((len(scored.left), len(wanted)), dtype=np.int64)
    for place, name in enumerate(wanted):
        values[:, place] = columns[name]()
    return Evidence(wanted, values)


def _levels(spec: MatchSpec, scored: Scored) -> dict[str, Column]:
    found: dict[str, Column] = {"weight": lambda: scored.total, "relation": lambda: scored.explained}
    for place, comparison in enumerate(spec.comparisons):
        name = comparison.name
        found[f"{name}: weight"] = partial(_column, scored.weights, place)
        if comparison.frequencies:
            found[f"{name}: rarity"] = partial(_column, scored.adjustments, place)
        for level, word in enumerate(kernel_of(comparison.kernel).levels):
            found[f"{name} is {word}"] = partial(_is, scored.compared.levels, place, level)
    return found


def _column(table: Longs, place: int) -> Longs:
    return np.asarray(table[:, place])


def _is(levels: NDArray[np.uint8], place: int, level: int) -> Longs:
    return np.asarray((levels[:, place] == level).astype(np.int64) * UNIT)


def _texts(frame: Frame, spec: MatchSpec, model: Model, scored: Scored) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for comparison in spec.comparisons:
        weights = model.texts.get(comparison.column)
        if weights is None or not kernel_of(comparison.kernel).weighted:
            continue
        once: list[Longs] = []
        for number, measure in enumerate(MEASURES):
            found.setdefault(
                f"{comparison.column}: {measure}",
                partial(_measure, once, frame.column(comparison.column), weights, scored, number),
            )
    return found


def _measure(
    once: list[Longs], column: CodedColumn, weights: TextWeights, scored: Scored, number: int
) -> Longs:
    if not once:
        once.append(text_measures(column, weights, scored.left, scored.right))
    return np.asarray(once[0][:, number])


def text_measures(column: CodedColumn, weights: TextWeights, left: Ints, right: Ints) -> Longs:
    """Return MEASURES for pairs of rows, int64[pairs, measures]: the best over their elements, 0 if missing.

    Shares are in 1/UNIT; words weigh as rare as the model's document frequencies say.
    """
    result = np.zeros((len(left), len(MEASURES)), dtype=np.int64)
    one, other = column.codes[left], column.codes[right]
    present = np.flatnonzero((one >= 0) & (other >= 0))
    if not len(present):
        return result
    low, high = np.minimum(one[present], other[present]), np.maximum(one[present], other[present])
    keys, spread = np.unique((low.astype(np.int64) << 32) | high, return_inverse=True)
    places, first, second = element_pairs(
        column, (keys >> 32).astype(np.int32), column, (keys & 0xFFFFFFFF).astype(np.int32)
    )
    measured = np.vstack(
        [
            _measured(column, weights, first[start : start + CHUNK], second[start : start + CHUNK])
            for start in range(0, len(first), CHUNK)
        ]
    )
    starts = np.flatnonzero(np.r_[True, places[1:] != places[:-1]])
    result[present] = np.maximum.reduceat(measured, starts, axis=0)[spread]
    return result


def _measured(column: CodedColumn, weights: TextWeights, left: Ints, right: Ints) -> Longs:
    tokens = column.feature("tokens", token_sets)
    whole, part = _shares(tokens, weights.of_tokens, left, right)
    gram_whole, gram_part = _shares(column.feature("grams", gram_sets), weights.of_grams, left, right)
    shared, lone, other = _rarest(tokens, weights.of_tokens(tokens.names), left, right)
    numbers = column.feature("numbers", _numbers)
    figures = _numbers_agree(numbers, left, right)
    rare = [UNIT * found // SCALE for found in (shared, np.minimum(lone, other), np.maximum(lone, other))]
    return np.column_stack([whole, part, gram_whole, gram_part, *rare, *figures])


def _shares(
    sets: Sets, weigh: Callable[[Iterable[str]], Longs], left: Ints, right: Ints
) -> tuple[Longs, Longs]:
    """Return cosine and overlap coefficient of weighted term sets, in 1/UNIT."""

    squares = np.asarray(weigh(sets.names) ** 2)
    shared = overlap(sets, left, sets, right, squares)
    totals = sets.totals(squares)
    one, other = totals[left], totals[right]
    cosine = np.rint(UNIT * shared / np.maximum(np.sqrt(one.astype(np.float64) * other), 1.0))
    return cosine.astype(np.int64), UNIT * shared // np.maximum(np.minimum(one, other), 1)


def _rarest(sets: Sets, weights: Longs, left: Ints, right: Ints) -> tuple[Longs, Longs, Longs]:
    """Return the highest weight of a term that both sides have, that only the left has, only the right."""
    left_pairs, left_terms = _spread(sets, left)
    right_pairs, right_terms = _spread(sets, right)
    span = max(len(sets.names), 1)
    left_keys, right_keys = left_pairs * span + left_terms, right_pairs * span + right_terms
    met, met_right = np.isin(left_keys, right_keys), np.isin(right_keys, left_keys)
    found = []
    for owners, terms in (
        (left_pairs[met], left_terms[met]),
        (left_pairs[~met], left_terms[~met]),
        (right_pairs[~met_right], right_terms[~met_right]),
    ):
        most = np.zeros(len(left), dtype=np.int64)
        np.maximum.at(most, owners, weights[terms])
        found.append(most)
    return found[0], found[1], found[2]


def _spread(sets: Sets, rows: Ints) -> tuple[Longs, Longs]:
    """Return the place of each row and each of its terms."""
    sizes = sets.sizes[rows]
    places = np.repeat(np.arange(len(rows), dtype=np.int64), sizes)
    within = np.arange(len(places), dtype=np.int64) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return places, sets.terms[sets.offsets[rows][places] + within]


def _numbers(texts: Texts) -> Sets:
    """Return the words of each text that hold a figure."""
    return Sets.of([[word for word in text.split() if any(map(str.isdigit, word))] for text in texts])


def _numbers_agree(sets: Sets, left: Ints, right: Ints) -> tuple[Longs, Longs, Longs]:
    """Return where both have numbers that differ, overlap, agree: 0 or UNIT each."""
    shared = overlap(sets, left, sets, right)
    one, other = sets.sizes[left], sets.sizes[right]
    said = (one > 0) & (other > 0)
    same = said & (shared == one) & (shared == other)
    some = said & (shared > 0) & ~same
    return UNIT * (said & (shared == 0)), UNIT * some, UNIT * same
