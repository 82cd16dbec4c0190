"""Kernel for one part of a person's name: typing errors, initials, everyday forms, several given names."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from matching.kernels import FEW, Kernel, Levels, Pairing
from matching.kernels.strings import likeness, shorter, starts, where, within
from matching.readings import HAN, name_forms
from matching.texts import Texts, runs

LEVELS = ("missing", "differs", "faint", "initial", "similar", "form", "close", "exact")


def _name(pairing: Pairing) -> Levels:
    same = pairing.same()
    levels = np.ones(len(pairing), dtype=np.uint8)
    short = np.where(same, 0, shorter(pairing))
    alike = likeness(pairing, short >= 3, 0.7)
    levels[alike >= 0.75] = 2
    starts_left, starts_right = pairing.features("starts", lambda texts: starts(texts, 1))
    initial = np.flatnonzero(short == 1)
    one, other = pairing.left_elements[initial], pairing.right_elements[initial]
    levels[initial[starts_left[one] == starts_right[other]]] = 3
    levels[alike >= 0.85] = 4
    levels[where(short > 1, lambda at: _share_form(pairing.at(at)))] = 5
    levels[(alike >= 0.93) & (short >= 4)] = 6
    levels[within(pairing, (alike >= 0.7) & (short >= 4), 1)] = 6
    levels[same] = 7
    han_left, han_right = pairing.features("han", _han)
    if han_left.any() or han_right.any():
        levels[han_left[pairing.left_elements] != han_right[pairing.right_elements]] = 0
    return levels


def _share_form(pairing: Pairing) -> NDArray[np.bool_]:
    """Return where two names have an everyday form in common."""
    if len(pairing) <= FEW:
        pairs = zip(*pairing.strings(), strict=True)
        return np.array(
            [not set(name_forms(one)).isdisjoint(name_forms(other)) for one, other in pairs], dtype=bool
        )
    left, right = pairing.features("forms", _forms)
    may = (left.blooms[pairing.left_elements] & right.blooms[pairing.right_elements]) > 0

    def test(at: NDArray[np.int64]) -> NDArray[np.bool_]:
        one, other = pairing.left_elements[at], pairing.right_elements[at]
        mine, theirs = left.counts[one], right.counts[other]
        count = mine * theirs
        owner = np.repeat(np.arange(len(at)), count)
        step = runs(np.zeros_like(count), count)
        first = left.hashes[left.offsets[one[owner]] + step // theirs[owner]]
        second = right.hashes[right.offsets[other[owner]] + step % theirs[owner]]
        found = np.zeros(len(at), dtype=bool)
        found[owner[first == second]] = True
        return found

    return where(may, test)


def _han(texts: Texts) -> NDArray[np.bool_]:
    """Return which names were written in Han signs; against a spelled one they say nothing."""
    return texts.each(
        bool,
        lambda plain: np.zeros(len(plain), dtype=bool),
        lambda wide: [text.startswith(HAN) for text in wide],
    )


@dataclass(frozen=True)
class _Forms:
    """Per name the hashes of its parts' everyday forms, so that "bob" meets "robert" and "anna" "anna maria".

    blooms: 64 bits per name, one for each form: names without a bit in common have no form in common.
    """

    offsets: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    blooms: NDArray[np.uint64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """The number of forms of each name."""
        return np.diff(self.offsets)


def _forms(texts: Texts) -> _Forms:
    known: dict[str, int] = {}
    rows = [[known.setdefault(form, len(known)) for form in name_forms(text)] for text in texts]
    offsets = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, rows), dtype=np.int64, count=len(rows)), out=offsets[1:])
    members = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=int(offsets[-1]))
    hashes = Texts.of(known).hashes()[members]
    blooms = np.zeros(len(rows), dtype=np.uint64)
    owner = np.repeat(np.arange(len(rows)), np.diff(offsets))
    np.bitwise_or.at(blooms, owner, np.left_shift(np.uint64(1), hashes & np.uint64(63)))
    return _Forms(offsets, hashes, blooms)


NAME = Kernel(
    "name",
    LEVELS,
    5,
    (0.06, 0.02, 0.02, 0.05, 0.05, 0.1, 0.7),
    (0.955, 0.02, 0.006, 0.006, 0.003, 0.002, 0.008),
    _name,
    quick=True,
    reflexive=True,
)
