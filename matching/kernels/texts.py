"""Kernel for longer texts: names of organisations and products, titles, street lines.

Two similarities over terms weighted by frozen document frequency: tokens, and character trigrams, which
forgive typing errors and compounds. Each is a cosine (Salton 1975); the overlap coefficient forgives that
one side says more. All sums are of integers: the similarity of two texts depends on the two texts and the
model only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodedColumn
from matching.kernels import FEW, Kernel, Levels, Pairing
from matching.kernels.sets import Sets, overlap
from matching.texts import Texts

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

STEPS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
TOKENS, PART = 0.1, 0.3  # what tokens and the overlap coefficient weigh in the similarity
AGREES = STEPS.index(0.6) + 2


def token_sets(texts: Texts) -> Sets:
    """Return the set of blank-separated tokens of each text."""
    return Sets.of([text.split() for text in texts])


def grams(text: str, size: int = 3) -> list[str]:
    """Return the character n-grams of a text whose ends are marked."""
    padded = f" {text} "
    return [padded[place : place + size] for place in range(max(1, len(padded) - size + 1))]


def gram_sets(texts: Texts) -> Sets:
    """Return the set of character trigrams of each text."""
    return Sets.of([grams(text) for text in texts])


TERMS_OF: dict[str, Callable[[str], list[str]]] = {"tokens": str.split, "grams": grams}


def similarity(pairing: Pairing) -> Floats:
    """Return the similarity of each pair of texts, 0 to 1."""
    weights = pairing.weights
    if weights is None:
        raise ValueError("Texts are compared with the document frequencies of a model; give the model.")
    by_token, token_part = _cosine(pairing, "tokens", token_sets, weights.of_tokens)
    by_gram, gram_part = _cosine(pairing, "grams", gram_sets, weights.of_grams)
    whole = TOKENS * by_token + (1.0 - TOKENS) * by_gram
    part = TOKENS * token_part + (1.0 - TOKENS) * gram_part
    return np.asarray((1.0 - PART) * whole + PART * part)


def _cosine(
    pairing: Pairing, name: str, build: Callable[[Texts], Sets], weigh: Callable[[Iterable[str]], Longs]
) -> tuple[Floats, Floats]:
    """Return the cosine and the overlap coefficient of the weighted term sets of each pair."""
    if len(pairing) <= FEW:
        shared, one, other = _shares_of_few(pairing, TERMS_OF[name], weigh)
    else:
        left, right = pairing.features(name, build)
        squares = _squares(pairing.left, name, left, weigh)
        shared = overlap(left, pairing.left_elements, right, pairing.right_elements, squares.terms)
        one = squares.totals[pairing.left_elements]
        other = _squares(pairing.right, name, right, weigh).totals[pairing.right_elements]
    product = np.sqrt(one.astype(np.float64) * other)
    return shared / np.maximum(product, 1.0), shared / np.maximum(np.minimum(one, other), 1)


def _shares_of_few(
    pairing: Pairing, terms_of: Callable[[str], list[str]], weigh: Callable[[Iterable[str]], Longs]
) -> tuple[Longs, Longs, Longs]:
    """Return the squared weights of the terms that both sides of each pair have, and of each side's."""
    left, right = pairing.strings()
    sets = {text: set(terms_of(text)) for text in {*left, *right}}
    terms = list(set().union(*sets.values()))
    squares = dict(zip(terms, (weigh(terms) ** 2).tolist(), strict=True))
    totals = {text: sum(squares[term] for term in found) for text, found in sets.items()}
    shared = [sum(squares[term] for term in sets[a] & sets[b]) for a, b in zip(left, right, strict=True)]
    one, other = ([totals[text] for text in side] for side in (left, right))
    return np.array(shared, dtype=np.int64), np.array(one, dtype=np.int64), np.array(other, dtype=np.int64)


@dataclass(frozen=True)
class _Squares:
    """Squared weights of terms, and their sums per text; weigh: the frozen frequencies that they are of."""

    weigh: Callable[[Iterable[str]], Longs]
    terms: Longs
    totals: Longs


def _squares(column: CodedColumn, name: str, sets: Sets, weigh: Callable[[Iterable[str]], Longs]) -> _Squares:
    """Return the squares of a column's terms, computed once per frame and model."""

    def build(_: Texts) -> _Squares:
        terms = np.asarray(weigh(sets.names) ** 2)
        return _Squares(weigh, terms, sets.totals(terms))

    found = column.feature(f"squares of {name}", build)
    if found.weigh != weigh:  # another model looks at the same frame
        found = column.features[f"squares of {name}"] = build(column.elements)
    return found


def text_levels(pairing: Pairing) -> Levels:
    """differs, then steps of similarity, then exact."""
    alike = similarity(pairing)
    levels = (1 + np.searchsorted(STEPS, alike, side="right")).astype(np.uint8)
    # one text may stand in several contexts, so that different elements may be equal here
    equal = pairing.left.elements.same(pairing.left_elements, pairing.right.elements, pairing.right_elements)
    levels[equal] = len(STEPS) + 2
    return levels


TEXT = Kernel(
    "text",
    ("missing", "differs", *(f"alike {round(step * 100)}%" for step in STEPS), "exact"),
    AGREES,
    (*(0.02 + 0.06 * step for step in (0.0, *STEPS)), 0.25),
    (*(2.0 ** -(6.0 + 16.0 * step) for step in (-0.375, *STEPS)), 2.0**-22),
    text_levels,
    weighted=True,
    reflexive=True,
)


def _terms(pairing: Pairing) -> Levels:
    """differs: no term in common; some; inside: all terms of one side in the other; same."""
    left, right = pairing.features("tokens", token_sets)
    shared = overlap(left, pairing.left_elements, right, pairing.right_elements)
    one, other = left.sizes[pairing.left_elements], right.sizes[pairing.right_elements]
    levels = np.ones(len(pairing), dtype=np.uint8)
    levels[shared > 0] = 2
    levels[(shared > 0) & (shared == np.minimum(one, other))] = 3
    levels[(shared == one) & (shared == other)] = 4
    return levels


TERMS = Kernel(
    "terms",
    ("missing", "differs", "some", "inside", "same"),
    3,
    (0.1, 0.15, 0.25, 0.5),
    (0.85, 0.07, 0.05, 0.03),
    _terms,
)
