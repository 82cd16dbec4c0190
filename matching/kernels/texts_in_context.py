"""Kernel for texts that may hold what stands in another field of the other record.

"Outrage - Echo" of one source is the title "Echo" by Outrage of another; the brand stands before the name of
one offer, and in a field of its own in the next. Words that only one text has, and that are a value of
another field of the other record, are no difference: they are taken out before the texts are compared.

An element is the text and the other fields, joined by SEPARATOR (the reading `in_context`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodedColumn
from matching.kernels import Kernel, Levels, Pairing
from matching.kernels.sets import Sets, overlap
from matching.kernels.texts import TEXT, text_levels, token_sets
from matching.texts import Texts
from matching.weights import SEPARATOR

Ints = NDArray[np.int32]

MOST_OF = 0.6  # so much of a field's words stand in the text, where the whole field is meant


@dataclass(frozen=True)
class _Fields:
    """Each element taken apart: the text, as a column of its own, and the words of every other field."""

    texts: CodedColumn
    others: tuple[Sets, ...]


def _fields(elements: Texts) -> _Fields:
    rows = [element.split(SEPARATOR) for element in elements]
    width = max(map(len, rows), default=1)
    return _Fields(
        _column([row[0] for row in rows]),
        tuple(Sets.of([row[place].split() for row in rows]) for place in range(1, width)),
    )


def _levels(pairing: Pairing) -> Levels:
    """Return the better level: of the texts as they are, or without what the other says elsewhere."""
    left, right = pairing.features("fields", _fields)
    one, other = pairing.left_elements, pairing.right_elements
    levels = text_levels(Pairing(left.texts, one, right.texts, other, pairing.weights))
    found = np.flatnonzero(
        (levels < len(TEXT.levels) - 1) & (_holds(left, one, right, other) | _holds(right, other, left, one))
    )
    kept, short_left, short_right = [], [], []
    for place in found.tolist():
        shorter = _shortened(left, int(one[place]), right, int(other[place]))
        if shorter is not None:
            kept.append(place)
            short_left.append(shorter[0])
            short_right.append(shorter[1])
    if kept:
        again = Pairing(_column(short_left), _all(kept), _column(short_right), _all(kept), pairing.weights)
        levels[kept] = np.maximum(levels[kept], text_levels(again))
    return levels


def _holds(one: _Fields, rows: Ints, other: _Fields, other_rows: Ints) -> NDArray[np.bool_]:
    """Tell for each pair whether the text of the one holds most of another field of the other."""
    words = one.texts.feature("tokens", token_sets)
    found = np.zeros(len(rows), dtype=bool)
    for field in other.others:
        sizes = field.sizes[other_rows]
        found |= (sizes > 0) & (overlap(words, rows, field, other_rows) >= np.maximum(1, MOST_OF * sizes))
    return found


def _shortened(one: _Fields, row: int, other: _Fields, other_row: int) -> tuple[str, str] | None:
    """Return both texts without what the other record says elsewhere; None where none or all would go."""
    left, right = one.texts.elements[row].split(), other.texts.elements[other_row].split()
    left_rest = _without_fields(left, set(right), other, other_row)
    right_rest = _without_fields(right, set(left), one, row)
    if not left_rest or not right_rest or (len(left_rest), len(right_rest)) == (len(left), len(right)):
        return None
    return " ".join(left_rest), " ".join(right_rest)


def _without_fields(words: list[str], met: set[str], other: _Fields, row: int) -> list[str]:
    lone = set(words) - met
    said: set[str] = set()
    for field in other.others:
        names = field.names
        value = {names[term] for term in field.terms[field.offsets[row] : field.offsets[row + 1]].tolist()}
        if value and len(value & set(words)) >= MOST_OF * len(value):
            said |= value & lone
    return [word for word in words if word not in said]


def _column(texts: Sequence[str]) -> CodedColumn:
    count = len(texts)
    return CodedColumn(
        "",
        np.empty(0, np.int32),
        Texts.of(texts),
        np.arange(count + 1),
        np.arange(count, dtype=np.int32),
    )


def _all(places: Sequence[int]) -> Ints:
    return np.arange(len(places), dtype=np.int32)


TEXT_IN_CONTEXT = Kernel("text_in_context", TEXT.levels, TEXT.agrees, TEXT.m, TEXT.u, _levels, weighted=True)
