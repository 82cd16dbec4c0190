"""Cheap bounds that decide which pairs of texts need an exact string metric at all; no bound ever decides
wrongly.

A signature counts the signs of a text in 64 bits, one bit for each first, second ... time a sign occurs. One
edit changes at most two of these bits, so the bits in which two signatures differ bound the edit distance
from below, and the bits that both have bound the matching signs of Jaro's similarity from above (the count
filter of Jokinen and Ukkonen 1991, on single signs).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.kernels import Pairing
from matching.texts import Texts

Mask = NDArray[np.bool_]

BLOCK = 1 << 13  # texts counted at a time: the table of counts stays in the cache
LETTERS = ((26, 2), (10, 1), (2, 1))  # (signs of a class, bits of each): a to z twice, figures once, others
DIGITS = ((10, 6), (4, 1))


@dataclass(frozen=True)
class Signatures:
    """bits uint64[texts]; lengths int32[texts]; spare int32[texts]: signs that have no bit of their own."""

    bits: NDArray[np.uint64]
    lengths: NDArray[np.int32]
    spare: NDArray[np.int32]


def letter_signatures(texts: Texts) -> Signatures:
    """Return signatures of texts of letters: two bits a letter, one a figure."""
    return _signatures(texts, LETTERS, ord("a"), 26, ord("0"), 10)


def digit_signatures(texts: Texts) -> Signatures:
    """Return signatures of texts of figures: six bits a figure."""
    return _signatures(texts, DIGITS, ord("0"), 10, 0, 0)


def _signatures(
    texts: Texts, layout: tuple[tuple[int, int], ...], first: int, many: int, second: int, more: int
) -> Signatures:
    """Count signs by class: `many` from `first` on, `more` from `second` on, all others by their number."""
    classes = sum(signs for signs, _ in layout)
    rest = classes - many - more
    times = np.repeat([bits for _, bits in layout], [signs for signs, _ in layout])
    known = np.arange(128)
    place = many + more + known % rest
    place = np.where((known >= second) & (known < second + more), many + known - second, place)
    place = np.where((known >= first) & (known < first + many), known - first, place)
    bits = np.empty(len(texts), dtype=np.uint64)
    lengths = texts.lengths()
    for start in range(0, len(texts), BLOCK):
        signs = texts.points(start, start + BLOCK)
        count = min(BLOCK, len(texts) - start)
        plain = np.where(signs < 128, place[np.minimum(signs, 127)], many + more + signs % rest)
        owner = np.repeat(np.arange(count), lengths[start : start + count])
        table = np.bincount(owner * classes + plain, minlength=count * classes).reshape(count, classes)
        columns = [table > time for time in range(int(times.max()))]
        kept = [column[:, times > time] for time, column in enumerate(columns)]
        flags = np.zeros((count, 64), dtype=bool)
        together = np.hstack(kept)
        flags[:, : together.shape[1]] = together
        bits[start : start + count] = np.packbits(flags, axis=1, bitorder="little").view(np.uint64)[:, 0]
    spare = lengths - np.bitwise_count(bits).astype(np.int32)
    return Signatures(bits, lengths, spare)


def near(pairing: Pairing, most: int, *, digits: bool = False) -> Mask:
    """Return where at most `most` edits may lie between two texts; elsewhere there are more for certain."""
    one, other = _both(pairing, digits=digits)
    apart = np.bitwise_count(one.bits[pairing.left_elements] ^ other.bits[pairing.right_elements])
    return np.asarray(apart <= 2 * most)


def alike(pairing: Pairing, least: float, *, features: tuple[Signatures, Signatures] | None = None) -> Mask:
    """Return where the Jaro-Winkler similarity may reach `least`, at least 0.7; elsewhere it does not.

    Jaro is at most (m / |a| + m / |b| + 1) / 3 with m signs matched; Winkler adds at most 0.4 of what lacks.
    """
    one, other = features or _both(pairing, digits=False)
    left, right = pairing.left_elements, pairing.right_elements
    shared = np.bitwise_count(one.bits[left] & other.bits[right]).astype(np.int32)
    shared += np.minimum(one.spare[left], other.spare[right])
    first, second = one.lengths[left], other.lengths[right]
    jaro = max(0.7, (least - 0.4) / 0.6)
    return np.asarray(shared * (first + second) >= (3.0 * jaro - 1.0 - 1e-6) * (first * second))


def _both(pairing: Pairing, *, digits: bool) -> tuple[Signatures, Signatures]:
    name, build = ("digit bits", digit_signatures) if digits else ("letter bits", letter_signatures)
    return pairing.features(name, build)
