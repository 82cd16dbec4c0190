"""Kernels for short strings: names, codes, phones, e-mails, postcodes. String metrics by rapidfuzz over
whole arrays.

Jaro-Winkler: Winkler 1990. Optimal string alignment: Damerau 1964 with one edit per place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from matching.kernels import Kernel, Levels, Pairing, Texts

Mask = NDArray[np.bool_]


def jaro_winkler(left: Texts, right: Texts) -> NDArray[np.float32]:
    """Return the Jaro-Winkler similarity of each pair, 0 to 1."""
    return scored(left, right, JaroWinkler.similarity, np.float32)


def edits(left: Texts, right: Texts, most: int) -> NDArray[np.uint8]:
    """Return the edit distance with transpositions of each pair; beyond `most` it is `most` + 1."""
    return scored(left, right, OSA.distance, np.uint8, score_cutoff=most)


def scored(left: Texts, right: Texts, scorer: Callable[..., Any], kind: Any, **options: Any) -> NDArray[Any]:
    """Return the scorer's value of each pair; an empty list of pairs gives an empty array."""
    if not len(left):
        return np.empty(0, dtype=kind)
    found: NDArray[Any] = process.cpdist(left, right, scorer=scorer, dtype=kind, **options)
    return found


def lengths(elements: Texts) -> NDArray[np.int32]:
    """Return the length of each text."""
    return np.fromiter((len(text) for text in elements), dtype=np.int32, count=len(elements))


def shorter(pairing: Pairing) -> NDArray[np.int32]:
    """Return the length of the shorter side of each pair."""
    left, right = pairing.features("lengths", lengths)
    return np.minimum(left[pairing.left_elements], right[pairing.right_elements])


def where(mask: Mask, test: Callable[[NDArray[np.int64]], Mask]) -> Mask:
    """Return a mask that is true where `mask` is and `test`, asked only there, agrees."""
    places = np.flatnonzero(mask)
    found = np.zeros(len(mask), dtype=bool)
    if len(places):
        found[places] = test(places)
    return found


def _exact(pairing: Pairing) -> Levels:
    left, right = pairing.texts()
    return np.where(left == right, 2, 1).astype(np.uint8)


def _code(pairing: Pairing) -> Levels:
    """differs; close: one edit in five characters or more; part: one contains the other; exact."""
    left, right = pairing.texts()
    levels = np.ones(len(pairing), dtype=np.uint8)
    short = shorter(pairing)
    levels[where(short >= 4, lambda at: _contains(left[at], right[at]))] = 2
    levels[where(short >= 5, lambda at: edits(left[at], right[at], 1) <= 1)] = 3
    levels[left == right] = 4
    return levels


def _contains(left: Texts, right: Texts) -> Mask:
    pairs = zip(left, right, strict=True)
    return np.fromiter((one in other or other in one for one, other in pairs), dtype=bool, count=len(left))


def _phone(pairing: Pairing) -> Levels:
    """differs; close: one edit; tail: the last seven digits agree; exact."""
    left, right = pairing.texts()
    levels = np.ones(len(pairing), dtype=np.uint8)
    short = shorter(pairing)
    levels[where(short >= 7, lambda at: edits(left[at], right[at], 1) <= 1)] = 2
    tails_left, tails_right = pairing.features("tails", lambda texts: _ends(texts, 7))
    same = tails_left[pairing.left_elements] == tails_right[pairing.right_elements]
    levels[same & (short >= 7)] = 3
    levels[left == right] = 4
    return levels


def _ends(texts: Texts, length: int) -> Texts:
    found = np.empty(len(texts), dtype=object)
    found[:] = [text[-length:] for text in texts]
    return found


def _email(pairing: Pairing) -> Levels:
    """differs; similar: local parts alike; local: the same local part; close: one or two edits of the
    whole; exact.
    """
    left, right = pairing.texts()
    levels = np.ones(len(pairing), dtype=np.uint8)
    locals_left, locals_right = pairing.features("locals", _locals)
    one, other = locals_left[pairing.left_elements], locals_right[pairing.right_elements]
    short = np.minimum(lengths(one), lengths(other))
    alike = jaro_winkler(one, other)
    levels[(alike >= 0.88) & (short >= 4)] = 2
    levels[(one == other) & (short >= 3)] = 3
    levels[where(alike >= 0.85, lambda at: edits(left[at], right[at], 2) <= 2)] = 4
    levels[left == right] = 5
    return levels


def _locals(texts: Texts) -> Texts:
    found = np.empty(len(texts), dtype=object)
    found[:] = [text.rpartition("@")[0].partition("+")[0].replace(".", "") for text in texts]
    return found


def _postcode(pairing: Pairing) -> Levels:
    """differs; area: the first two characters agree; close: one edit; exact."""
    left, right = pairing.texts()
    levels = np.ones(len(pairing), dtype=np.uint8)
    areas_left, areas_right = pairing.features("areas", lambda texts: _starts(texts, 2))
    levels[areas_left[pairing.left_elements] == areas_right[pairing.right_elements]] = 2
    levels[where(shorter(pairing) >= 4, lambda at: edits(left[at], right[at], 1) <= 1)] = 3
    levels[left == right] = 4
    return levels


def _starts(texts: Texts, length: int) -> Texts:
    found = np.empty(len(texts), dtype=object)
    found[:] = [text[:length] for text in texts]
    return found


EXACT = Kernel("exact", ("missing", "differs", "exact"), 2, (0.15, 0.85), (0.9, 0.1), _exact)
CODE = Kernel(
    "code",
    ("missing", "differs", "part", "close", "exact"),
    3,
    (0.14, 0.03, 0.08, 0.75),
    (0.994, 0.003, 0.002, 0.001),
    _code,
)
PHONE = Kernel(
    "phone",
    ("missing", "differs", "close", "tail", "exact"),
    2,
    (0.3, 0.04, 0.02, 0.64),
    (0.997, 0.001, 0.001, 0.001),
    _phone,
)
EMAIL = Kernel(
    "email",
    ("missing", "differs", "similar", "local", "close", "exact"),
    2,
    (0.25, 0.05, 0.05, 0.1, 0.55),
    (0.99, 0.006, 0.002, 0.001, 0.001),
    _email,
)
POSTCODE = Kernel(
    "postcode",
    ("missing", "differs", "area", "close", "exact"),
    3,
    (0.2, 0.07, 0.08, 0.65),
    (0.93, 0.05, 0.01, 0.01),
    _postcode,
)
ORDER = Kernel(
    "order", ("missing", "swapped", "straight"), 2, (0.05, 0.95), (0.02, 0.98), _exact, ordered=False
)
