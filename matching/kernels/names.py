"""Kernel for one part of a person's name: typing errors, initials, everyday forms, several given names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matching.kernels import Kernel, Levels, Pairing, Texts
from matching.kernels.strings import likeness, shorter, starts, where, within
from matching.readings import HAN, name_forms

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
    left, right = pairing.features("forms", _forms)
    may = (left.blooms[pairing.left_elements] & right.blooms[pairing.right_elements]) > 0

    def test(at: NDArray[np.int64]) -> NDArray[np.bool_]:
        both = zip(left.sets[pairing.left_elements[at]], right.sets[pairing.right_elements[at]], strict=True)
        return np.fromiter((not one.isdisjoint(other) for one, other in both), dtype=bool, count=len(at))

    return where(may, test)


def _han(texts: Texts) -> NDArray[np.bool_]:
    """Return which names were written in Han signs; against a spelled one they say nothing."""
    return np.array([text.startswith(HAN) for text in texts], dtype=bool)


@dataclass(frozen=True)
class _Forms:
    """Per name the set of its parts' everyday forms, so that "bob" meets "robert" and "anna" "anna maria".

    blooms: 64 bits per name, one for each form: names without a bit in common have no form in common.
    """

    sets: NDArray[np.object_]
    blooms: NDArray[np.uint64]


def _forms(texts: Texts) -> _Forms:
    sets = np.empty(len(texts), dtype=object)
    sets[:] = [frozenset(name_forms(text)) for text in texts]
    blooms = [reduce(or_, (1 << (crc32(form.encode()) & 63) for form in forms), 0) for forms in sets]
    return _Forms(sets, np.array(blooms, dtype=np.uint64))


NAME = Kernel(
    "name",
    LEVELS,
    5,
    (0.06, 0.02, 0.02, 0.05, 0.05, 0.1, 0.7),
    (0.955, 0.02, 0.006, 0.006, 0.003, 0.002, 0.008),
    _name,
    quick=True,
)
