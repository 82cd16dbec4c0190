"""Kernel for product titles: which words one title has that the other lacks, weighted by how rare they are.

Words meet when they are equal, one begins or abbreviates the other, or one letter is mistyped; words with a
figure in them meet only when equal. What both sides have of their own speaks against a match, what one side
adds hardly does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from matching.kernels import Kernel, Levels, Pairing
from matching.kernels.sets import Sets
from matching.kernels.texts import token_sets

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

STEPS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
CHUNK = 1 << 15
LOOSE = 0.85  # what two words that meet without being equal count
ADDED = 0.25  # what words count against a match that only one side has
VOWELS = frozenset("aeiouy")


@dataclass(frozen=True)
class _Terms:
    """Both sides' words under one numbering; weights and first letters (-1: figures) of each."""

    left: Sets
    right: Sets
    recode: Longs
    names: tuple[str, ...]
    weights: Floats
    letters: NDArray[np.int16]


def similarity(pairing: Pairing) -> Floats:
    """Return how alike each pair of titles is, 0 to 1."""
    if pairing.weights is None:
        raise ValueError("Titles are compared with the document frequencies of a model; give the model.")
    left, right = pairing.features("tokens", token_sets)
    codes = {name: code for code, name in enumerate(left.names)}
    recode = np.array([codes.setdefault(name, len(codes)) for name in right.names], dtype=np.int64)
    names = tuple(codes)
    letters = [-1 if any(sign.isdigit() for sign in name) else ord(name[0]) for name in names]
    terms = _Terms(
        left,
        right,
        recode,
        names,
        pairing.weights.of_tokens(names).astype(np.float64) ** 2,
        np.array(letters, dtype=np.int16),
    )
    found = np.empty(len(pairing))
    for start in range(0, len(pairing), CHUNK):
        part = slice(start, start + CHUNK)
        found[part] = _chunk(terms, pairing.left_elements[part], pairing.right_elements[part])
    return found


def _chunk(terms: _Terms, left_rows: NDArray[np.int32], right_rows: NDArray[np.int32]) -> Floats:
    pairs = len(left_rows)
    left_pairs, left_terms = _spread(terms.left, left_rows)
    right_pairs, right_terms = _spread(terms.right, right_rows)
    right_terms = terms.recode[right_terms]
    span = len(terms.names)
    left_keys, right_keys = left_pairs * span + left_terms, right_pairs * span + right_terms
    equal_left = np.isin(left_keys, right_keys)
    equal_right = np.isin(right_keys, left_keys)
    met = _sums(left_pairs[equal_left], terms.weights[left_terms[equal_left]], pairs)
    lone_left, lone_right = ~equal_left, ~equal_right
    left_pairs, left_terms = left_pairs[lone_left], left_terms[lone_left]
    right_pairs, right_terms = right_pairs[lone_right], right_terms[lone_right]
    near_left, near_right = _loosely(terms, left_pairs, left_terms, right_pairs, right_terms)
    sides = []
    for owners, words, near in ((left_pairs, left_terms, near_left), (right_pairs, right_terms, near_right)):
        weights = terms.weights[words]
        met = met + 0.5 * LOOSE * _sums(owners[near], weights[near], pairs)
        sides.append(_sums(owners[~near], weights[~near], pairs))
    against = np.minimum(*sides) + ADDED * np.abs(sides[0] - sides[1])
    return np.asarray(met / np.maximum(met + against, 1.0))


def _sums(owners: Longs, weights: Floats, pairs: int) -> Floats:
    return np.asarray(np.bincount(owners, weights=weights, minlength=pairs), dtype=np.float64)


def _spread(sets: Sets, rows: NDArray[np.int32]) -> tuple[Longs, Longs]:
    """Return the place of each row and each of its terms."""
    sizes = sets.sizes[rows]
    places = np.repeat(np.arange(len(rows), dtype=np.int64), sizes)
    within = np.arange(len(places), dtype=np.int64) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return places, sets.terms[sets.offsets[rows][places] + within]


def _loosely(
    terms: _Terms, left_pairs: Longs, left_terms: Longs, right_pairs: Longs, right_terms: Longs
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which lone words of either side meet a lone word of the other without being equal to it."""
    starts = np.searchsorted(right_pairs, left_pairs, side="left")
    counts = np.searchsorted(right_pairs, left_pairs, side="right") - starts
    one = np.repeat(np.arange(len(left_pairs)), counts)
    other = np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(starts, counts)
    letters = terms.letters[left_terms[one]]
    kept = (letters >= 0) & (letters == terms.letters[right_terms[other]])
    one, other = one[kept], other[kept]
    keys = left_terms[one] * len(terms.names) + right_terms[other]
    distinct, spread = np.unique(keys, return_inverse=True)
    pairs = zip((distinct // len(terms.names)).tolist(), (distinct % len(terms.names)).tolist(), strict=True)
    alike = np.fromiter(
        (abbreviates(terms.names[a], terms.names[b]) for a, b in pairs), dtype=bool, count=len(distinct)
    )
    alike = alike[spread]
    near_left, near_right = np.zeros(len(left_pairs), dtype=bool), np.zeros(len(right_pairs), dtype=bool)
    near_left[one[alike]] = True
    near_right[other[alike]] = True
    return near_left, near_right


@lru_cache(maxsize=1 << 18)
def abbreviates(one: str, other: str) -> bool:
    """Tell whether two words without figures, of one first letter, are one word shortened or mistyped."""
    short, full = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) < 3:
        return False
    if full.startswith(short):
        return True
    if len(short) >= 5 and len(full) - len(short) <= 1 and OSA.distance(short, full, score_cutoff=1) <= 1:
        return True
    shortened = sum(letter in VOWELS for letter in short) < sum(letter in VOWELS for letter in full)
    return shortened and len(short) >= 0.4 * len(full) and _within(short, full)


def _within(short: str, full: str) -> bool:
    """Tell whether the letters of the short word come in the full one in their order."""
    rest = iter(full)
    return all(letter in rest for letter in short)


def _title(pairing: Pairing) -> Levels:
    alike = similarity(pairing)
    levels = (1 + np.searchsorted(STEPS, alike, side="right")).astype(np.uint8)
    levels[pairing.same()] = len(STEPS) + 2
    return levels


TITLE = Kernel(
    "title",
    ("missing", "differs", *(f"alike {round(step * 100)}%" for step in STEPS), "exact"),
    STEPS.index(0.7) + 2,
    (0.002, 0.003, 0.005, 0.01, 0.02, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.12, 0.12, 0.3),
    (0.25, 0.19, 0.155, 0.155, 0.11, 0.04, 0.04, 0.03, 0.0156, 0.0088, 0.0036, 0.0018, 0.0009, 0.0008),
    _title,
    weighted=True,
)
