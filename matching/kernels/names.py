"""Kernel for one part of a person's name: typing errors, initials, everyday forms, several given names."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.kernels import Kernel, Levels, Pairing, Texts
from matching.kernels.sets import Sets, overlap
from matching.kernels.strings import edits, jaro_winkler, shorter, where
from matching.readings import HAN, name_forms

LEVELS = ("missing", "differs", "faint", "initial", "similar", "form", "close", "exact")


def _name(pairing: Pairing) -> Levels:
    left, right = pairing.texts()
    levels = np.ones(len(pairing), dtype=np.uint8)
    short = shorter(pairing)
    alike = jaro_winkler(left, right)
    levels[(alike >= 0.75) & (short >= 3)] = 2
    starts_left, starts_right = pairing.features("starts", _starts)
    same_start = starts_left[pairing.left_elements] == starts_right[pairing.right_elements]
    levels[same_start & (short == 1)] = 3
    levels[(alike >= 0.85) & (short >= 3)] = 4
    forms_left, forms_right = pairing.features("forms", _forms)
    known = (forms_left.sizes[pairing.left_elements] > 0) & (forms_right.sizes[pairing.right_elements] > 0)
    levels[
        where(
            known & (short > 1),
            lambda at: (
                overlap(forms_left, pairing.left_elements[at], forms_right, pairing.right_elements[at]) > 0
            ),
        )
    ] = 5
    levels[(alike >= 0.93) & (short >= 4)] = 6
    levels[where((alike >= 0.7) & (short >= 4), lambda at: edits(left[at], right[at], 1) <= 1)] = 6
    levels[left == right] = 7
    han_left, han_right = pairing.features("han", _han)
    levels[han_left[pairing.left_elements] != han_right[pairing.right_elements]] = 0
    return levels


def _han(texts: Texts) -> NDArray[np.bool_]:
    """Return which names were written in Han signs; against a spelled one they say nothing."""
    return np.array([text.startswith(HAN) for text in texts], dtype=bool)


def _starts(texts: Texts) -> Texts:
    found = np.empty(len(texts), dtype=object)
    found[:] = [text[:1] for text in texts]
    return found


def _forms(texts: Texts) -> Sets:
    """Return per name the set of its parts' everyday forms, so that "bob" meets "robert" and "anna" "anna
    maria".
    """
    return Sets.of([name_forms(text) for text in texts])


NAME = Kernel(
    "name",
    LEVELS,
    5,
    (0.06, 0.02, 0.02, 0.05, 0.05, 0.1, 0.7),
    (0.955, 0.02, 0.006, 0.006, 0.003, 0.002, 0.008),
    _name,
)
