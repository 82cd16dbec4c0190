"""Kernel for texts that are all a record has: is a pair nearer than both are to their neighbours?

The similarity is one of trigrams and tokens (`matching.kernels.texts`) and one of words, graded by how far
two words are one word. From it the mean of how crowded it is around either text is subtracted: half the
cross-domain similarity local scaling of Conneau, Lample, Ranzato, Denoyer and Jégou (2018). What is left
means the same in a dense list of leagues as in a sparse one of museums.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from matching.kernels import Kernel, Levels, Pairing
from matching.kernels.sets import Sets
from matching.kernels.strings import scored
from matching.kernels.texts import similarity as letters_alike
from matching.kernels.texts import token_sets
from matching.standardise.organisations import JOINING
from matching.weights import THOUSAND

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Rows = NDArray[np.int32]
Lone = tuple[Longs, Longs]
"""Pairs and words, ascending by pair: words of one side that the other side of the pair does not have."""
Initials = list[dict[str, frozenset[str]]]
"""Per text what the initials of its words in a row stand for: "uc" for university and california."""

STEPS = tuple(round(0.01 * step, 2) for step in range(-20, 91))
WORDS = 0.4  # what the words weigh in the similarity
ADDED = 0.2  # what words count against a pair that only one side has; both sides' own words count in full
SHORTEST, LONGEST = 2, 6  # words that initials stand for
LEAST_ALIKE, LEAST_START, LEAST_LETTERS = 600, 4, 4
CHUNK = 1 << 15


@dataclass(frozen=True)
class _Words:
    """Both sides' words under one numbering, with the weight of each."""

    left: Sets
    right: Sets
    recode: Longs
    names: NDArray[np.object_]
    weights: Longs
    left_initials: Initials
    right_initials: Initials


def similarity(pairing: Pairing) -> Floats:
    """Return the similarity of each pair of texts by letters and by words, 0 to 1."""
    return np.asarray((1.0 - WORDS) * letters_alike(pairing) + WORDS * _words_alike(pairing))


def _words_alike(pairing: Pairing) -> Floats:
    if pairing.weights is None:
        raise ValueError("Texts are compared with the document frequencies of a model; give the model.")
    left, right = pairing.features("tokens", token_sets)
    codes = {name: code for code, name in enumerate(left.names)}
    recode = np.array([codes.setdefault(name, len(codes)) for name in right.names], dtype=np.int64)
    names = np.empty(len(codes), dtype=object)
    names[:] = list(codes)
    initials = pairing.features("initials", lambda texts: [initials_of(text) for text in texts])
    words = _Words(left, right, recode, names, pairing.weights.of_tokens(codes), *initials)
    found = np.empty(len(pairing))
    for start in range(0, len(pairing), CHUNK):
        part = slice(start, start + CHUNK)
        found[part] = _chunk(words, pairing.left_elements[part], pairing.right_elements[part])
    return found


def _chunk(words: _Words, left_rows: NDArray[np.int32], right_rows: NDArray[np.int32]) -> Floats:
    """Sums are of integers, in thousandths of a weight, so that they do not depend on the order of words."""
    pairs = len(left_rows)
    left_pairs, left_terms = words.left.spread(left_rows)
    right_pairs, right_terms = words.right.spread(right_rows)
    right_terms = words.recode[right_terms]
    span = len(words.names)
    left_keys, right_keys = left_pairs * span + left_terms, right_pairs * span + right_terms
    equal, lone_right = np.isin(left_keys, right_keys), ~np.isin(right_keys, left_keys)
    met = 2 * THOUSAND * _sums(left_pairs[equal], words.weights[left_terms[equal]], pairs)
    lone = [(left_pairs[~equal], left_terms[~equal]), (right_pairs[lone_right], right_terms[lone_right])]
    sides = []
    found = _best_alike(words.names, *lone)
    _spelt_out(words, lone[0], found[0], lone[1], found[1], words.right_initials, right_rows)
    _spelt_out(words, lone[1], found[1], lone[0], found[0], words.left_initials, left_rows)
    for (owners, terms), best in zip(lone, found, strict=True):
        weights = words.weights[terms]
        met = met + _sums(owners, weights * best, pairs)
        sides.append(_sums(owners, weights * (THOUSAND - best), pairs))
    against = 2.0 * (np.minimum(*sides) + ADDED * np.abs(sides[0] - sides[1]))
    return np.asarray(met / np.maximum(met + against, 1.0))


def _sums(owners: Longs, weights: Longs, pairs: int) -> Floats:
    return np.asarray(np.bincount(owners, weights=weights, minlength=pairs), dtype=np.float64)


def initials_of(text: str) -> dict[str, frozenset[str]]:
    """Return the initials of two to six words in a row, joining words left out or not, with these words."""
    found: dict[str, frozenset[str]] = {}
    whole = text.split()
    for words in (whole, [word for word in whole if word not in JOINING]):
        for size in range(SHORTEST, LONGEST + 1):
            for place in range(len(words) - size + 1):
                run = words[place : place + size]
                found.setdefault("".join(word[0] for word in run), frozenset(run))
    return found


def _spelt_out(
    words: _Words, lone: Lone, best: Longs, others: Lone, best_others: Longs, initials: Initials, rows: Rows
) -> None:
    """Mark lone words that are the initials of words on the other side, and those, as wholly the same."""
    fits = [SHORTEST <= len(name) <= LONGEST and name not in JOINING for name in words.names.tolist()]
    short = np.flatnonzero(np.array(fits, dtype=bool)[lone[1]])
    for place, owner, term in zip(
        short.tolist(), lone[0][short].tolist(), lone[1][short].tolist(), strict=True
    ):
        stands_for = initials[rows[owner]].get(words.names[term])
        if stands_for is None:
            continue
        start, stop = np.searchsorted(others[0], [owner, owner + 1])
        same = [at for at in range(start, stop) if words.names[others[1][at]] in stands_for]
        if same:
            best[place] = THOUSAND
            best_others[same] = THOUSAND


def _best_alike(names: NDArray[np.object_], left: Lone, right: Lone) -> tuple[Longs, Longs]:
    """Return for each lone word of either side how far the most similar one of the other is the same word."""
    starts = np.searchsorted(right[0], left[0], side="left")
    counts = np.searchsorted(right[0], left[0], side="right") - starts
    one = np.repeat(np.arange(len(left[0])), counts)
    other = np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(starts, counts)
    low = np.minimum(left[1][one], right[1][other])
    high = np.maximum(left[1][one], right[1][other])
    keys, spread = np.unique(low * len(names) + high, return_inverse=True)
    alike = words_alike(names[keys // len(names)], names[keys % len(names)])[spread]
    best_left, best_right = np.zeros(len(left[0]), np.int64), np.zeros(len(right[0]), np.int64)
    np.maximum.at(best_left, one, alike)
    np.maximum.at(best_right, other, alike)
    return best_left, best_right


def words_alike(left: NDArray[np.object_], right: NDArray[np.object_]) -> Longs:
    """Return how far each two words are one word, in thousandths: by edits, or by how much both begin alike.

    Words with a figure in them, and words that are hardly alike, are two words.
    """
    alike = np.rint(THOUSAND * scored(left, right, OSA.normalized_similarity, np.float64)).astype(np.int64)
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    begun = np.fromiter((_begun_alike(one, other) for one, other in pairs), np.int64, count=len(left))
    short = np.fromiter(
        (min(len(one), len(other)) for one, other in zip(left, right, strict=True)), np.int64, count=len(left)
    )
    found = np.maximum(np.where(short >= LEAST_LETTERS, alike, 0), begun)
    return np.where((begun < 0) | (found < LEAST_ALIKE), 0, found)


def _begun_alike(one: str, other: str) -> int:
    """Return what part of the longer word both begin with; -1 where either has a figure."""
    if any(sign.isdigit() for sign in one + other):
        return -1
    most = min(len(one), len(other))
    same = next((place for place in range(most) if one[place] != other[place]), most)
    return THOUSAND * same // max(len(one), len(other)) if same >= LEAST_START else 0


def _near(pairing: Pairing) -> Levels:
    """differs, then steps of how much nearer the two are than they are to their neighbours, then exact."""
    weights = pairing.weights
    if weights is None:
        raise ValueError("Texts are compared with the document frequencies of a model; give the model.")
    left, right = (weights.crowding_of(column.elements) for column in (pairing.left, pairing.right))
    around = left[pairing.left_elements] + right[pairing.right_elements]
    nearer = 2 * np.rint(THOUSAND * similarity(pairing)).astype(np.int64) - around
    steps = 2 * np.rint(THOUSAND * np.array(STEPS)).astype(np.int64)
    levels = (1 + np.searchsorted(steps, nearer, side="right")).astype(np.uint8)
    levels[pairing.same()] = len(STEPS) + 2
    return levels


def _shares() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return m and u per level: matches lie around 0.32, chance halves with every sixteenth above -0.2."""
    matches = [0.1 + math.exp(-(((step - 0.32) / 0.2) ** 2) / 2.0) for step in STEPS]
    chance = [2.0 ** (-16.0 * (step - STEPS[0])) for step in STEPS]
    scale, rest = 0.875 / sum(matches), 0.3 / sum(chance)
    m = (0.04, *(scale * share for share in matches), 0.085)
    return m, (0.7, *(rest * share for share in chance), 2.0**-18)


NEAR = Kernel(
    "near",
    ("missing", "differs", *(f"nearer by {round(100 * step)}%" for step in STEPS), "exact"),
    STEPS.index(0.2) + 2,
    *_shares(),
    _near,
    weighted=True,
    crowded=True,
)
