"""Kernels for short strings: names, codes, phones, e-mails, postcodes. String metrics by rapidfuzz over
whole arrays.

Jaro-Winkler: Winkler 1990. Optimal string alignment: Damerau 1964 with one edit per place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from matching.kernels import FEW, Kernel, Levels, Pairing, Strings
from matching.kernels.filters import Signatures, alike, letter_signatures, near
from matching.texts import Scored, Texts

Mask = NDArray[np.bool_]
Longs = NDArray[np.int64]
Sides = Scored | Strings


def jaro_winkler(left: Sides, right: Sides) -> NDArray[np.float32]:
    """Return the Jaro-Winkler similarity of each pair, 0 to 1."""
    return scored(left, right, JaroWinkler.similarity, np.float32)


def edits(left: Sides, right: Sides, most: int) -> NDArray[np.uint8]:
    """Return the edit distance with transpositions of each pair; beyond `most` it is `most` + 1."""
    return scored(left, right, OSA.distance, np.uint8, score_cutoff=most)


def scored(left: Sides, right: Sides, scorer: Callable[..., Any], kind: Any, **options: Any) -> NDArray[Any]:
    """Return the scorer's value of each pair; an empty list of pairs gives an empty array."""
    if not len(left):
        return np.empty(0, dtype=kind)
    found: NDArray[Any] = process.cpdist(left, right, scorer=scorer, dtype=kind, **options)
    return found


def shorter(pairing: Pairing) -> NDArray[np.int32]:
    """Return the length of the shorter side of each pair."""
    left, right = pairing.features("lengths", Texts.lengths)
    return np.minimum(left[pairing.left_elements], right[pairing.right_elements])


def where(mask: Mask, test: Callable[[NDArray[np.int64]], Mask]) -> Mask:
    """Return a mask that is true where `mask` is and `test`, asked only there, agrees."""
    places = np.flatnonzero(mask)
    found = np.zeros(len(mask), dtype=bool)
    if len(places):
        found[places] = test(places)
    return found


def within(pairing: Pairing, mask: Mask, most: int, *, digits: bool = False) -> Mask:
    """Return a mask that is true where `mask` is and at most `most` edits lie between the texts."""

    def test(places: NDArray[np.int64]) -> Mask:
        chosen = pairing.at(places)
        if len(places) <= FEW:
            return _edited(chosen, most)
        return where(near(chosen, most, digits=digits), lambda at: _edited(chosen.at(at), most))

    return where(mask, test)


def _edited(pairing: Pairing, most: int) -> Mask:
    return np.asarray(edits(*pairing.scored(), most) <= most)


def likeness(pairing: Pairing, mask: Mask, least: float) -> NDArray[np.float32]:
    """Return the Jaro-Winkler similarity where `mask` is true and `least` may be reached; elsewhere 0, or it
    is below.
    """
    found = np.zeros(len(pairing), dtype=np.float32)
    places = np.flatnonzero(mask)
    if len(places) > FEW:
        places = places[alike(pairing.at(places), least)]
    found[places] = jaro_winkler(*pairing.at(places).scored())
    return found


def starts(texts: Texts, length: int) -> NDArray[np.int64]:
    """Return the first signs of each text as a number: equal starts, equal numbers."""
    return _numbered(texts, lambda starts, stops: (starts, np.minimum(starts + length, stops)), slice(length))


def ends(texts: Texts, length: int) -> NDArray[np.int64]:
    """Return the last signs of each text as a number."""
    return _numbered(
        texts, lambda starts, stops: (np.maximum(starts, stops - length), stops), slice(-length, None)
    )


def _numbered(
    texts: Texts, part: Callable[[Longs, Longs], tuple[Longs, Longs]], cut: slice
) -> NDArray[np.int64]:
    """Return a number a text, the same in every column: the first seven bytes of a part as its digits."""

    def quick(plain: Texts) -> Longs:
        begin, end = part(plain.bounds[:-1], plain.bounds[1:])
        found = np.zeros(len(plain), dtype=np.int64)
        for place in range(7):
            inside = np.flatnonzero(begin + place < end)
            found[inside] |= plain.bytes[begin[inside] + place].astype(np.int64) << (8 * place)
        return found

    def slow(others: Texts) -> list[int]:
        parts = (text[cut].encode("utf-8", "surrogatepass") for text in others)
        return [int.from_bytes(signs[:7], "little") for signs in parts]

    if len(texts) <= FEW:
        return np.array(slow(texts), dtype=np.int64)
    return texts.each(np.int64, quick, slow)


def _exact(pairing: Pairing) -> Levels:
    return np.where(pairing.same(), 2, 1).astype(np.uint8)


def _code(pairing: Pairing) -> Levels:
    """differs; close: one edit in five characters or more; part: one contains the other; exact."""
    same = pairing.same()
    levels = np.where(same, 4, 1).astype(np.uint8)
    short = np.where(same, 0, shorter(pairing))
    levels[where(short >= 4, lambda at: _contains(*pairing.at(at).texts()))] = 2
    levels[within(pairing, short >= 5, 1)] = 3
    return levels


def _contains(left: Strings, right: Strings) -> Mask:
    pairs = zip(left, right, strict=True)
    return np.fromiter((one in other or other in one for one, other in pairs), dtype=bool, count=len(left))


def _phone(pairing: Pairing) -> Levels:
    """differs; close: one edit; tail: the last seven digits agree; exact."""
    same = pairing.same()
    levels = np.where(same, 4, 1).astype(np.uint8)
    short = np.where(same, 0, shorter(pairing))
    levels[within(pairing, short >= 7, 1, digits=True)] = 2
    left, right = pairing.features("tails", lambda texts: ends(texts, 7))
    levels[(left[pairing.left_elements] == right[pairing.right_elements]) & (short >= 7)] = 3
    return levels


@dataclass(frozen=True)
class _Locals:
    """The local parts of mailboxes without tag and dots, one a mailbox."""

    texts: Texts

    @cached_property
    def signatures(self) -> Signatures:
        """Their signatures."""
        return letter_signatures(self.texts)

    @cached_property
    def lengths(self) -> NDArray[np.int32]:
        """The number of signs of each."""
        return self.texts.lengths()


def _email(pairing: Pairing) -> Levels:
    """differs; similar: local parts alike; local: the same local part; close: one or two edits of the
    whole; exact.
    """
    same = pairing.same()
    levels = np.where(same, 5, 1).astype(np.uint8)
    left, right = pairing.features("locals", _locals)
    places = np.flatnonzero(~same)
    if len(places) > FEW:
        may = alike(pairing, 0.85, features=(left.signatures, right.signatures))
        places = np.flatnonzero(may & ~same)
    one, other = pairing.left_elements[places], pairing.right_elements[places]
    short = np.minimum(left.lengths[one], right.lengths[other])
    found = jaro_winkler(left.texts.scored(one), right.texts.scored(other))
    levels[places[(found >= 0.88) & (short >= 4)]] = 2
    equal = np.flatnonzero((found >= 1.0) & (short >= 3))
    equal = equal[left.texts.same(one[equal], right.texts, other[equal])]
    levels[places[equal]] = 3
    likely = np.zeros(len(pairing), dtype=bool)
    likely[places[found >= 0.85]] = True
    levels[within(pairing, likely, 2)] = 4
    return levels


def _locals(texts: Texts) -> _Locals:
    found = local_parts(texts)
    found = found.filtered(found.bytes != ord("."))
    return _Locals(found)


def local_parts(texts: Texts) -> Texts:
    """Return what stands before the last @ and there before the first +, nothing where there is no @."""
    at = texts.last("@")
    return texts.sliced(texts.bounds[:-1], np.where(at >= 0, at, texts.bounds[:-1])).before_first("+")


def _postcode(pairing: Pairing) -> Levels:
    """differs; area: the first two characters agree; close: one edit; exact."""
    same = pairing.same()
    left, right = pairing.features("areas", lambda texts: starts(texts, 2))
    levels = np.where(left[pairing.left_elements] == right[pairing.right_elements], 2, 1).astype(np.uint8)
    levels[within(pairing, ~same & (shorter(pairing) >= 4), 1)] = 3
    levels[same] = 4
    return levels


EXACT = Kernel(
    "exact",
    ("missing", "differs", "exact"),
    2,
    (0.15, 0.85),
    (0.9, 0.1),
    _exact,
    quick=True,
    reflexive=True,
)
CODE = Kernel(
    "code",
    ("missing", "differs", "part", "close", "exact"),
    3,
    (0.14, 0.03, 0.08, 0.75),
    (0.994, 0.003, 0.002, 0.001),
    _code,
    quick=True,
    reflexive=True,
)
PHONE = Kernel(
    "phone",
    ("missing", "differs", "close", "tail", "exact"),
    2,
    (0.3, 0.04, 0.02, 0.64),
    (0.997, 0.001, 0.001, 0.001),
    _phone,
    quick=True,
    reflexive=True,
)
EMAIL = Kernel(
    "email",
    ("missing", "differs", "similar", "local", "close", "exact"),
    2,
    (0.25, 0.05, 0.05, 0.1, 0.55),
    (0.99, 0.006, 0.002, 0.001, 0.001),
    _email,
    quick=True,
    reflexive=True,
)
POSTCODE = Kernel(
    "postcode",
    ("missing", "differs", "area", "close", "exact"),
    3,
    (0.2, 0.07, 0.08, 0.65),
    (0.93, 0.05, 0.01, 0.01),
    _postcode,
    quick=True,
    reflexive=True,
)
ORDER = Kernel(
    "order", ("missing", "swapped", "straight"), 2, (0.05, 0.95), (0.02, 0.98), _exact, ordered=False
)
