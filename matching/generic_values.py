"""Generic values: a telephone that many different names share identifies nobody.

A value of a column that is told is generic when the model lists it, or when records with more different names
than the spec allows carry it. The second is counted, never learned: it follows from the records alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matching.frame import Frame
from matching.keys import element_keys, part_keys
from matching.keys_of_few import keys_of_values
from matching.model import Model
from matching.reading_columns import FEW_ROWS
from matching.spec import MatchSpec
from matching.texts import WORD, mix, mixed, runs

Longs = NDArray[np.int64]
Values = Mapping[str, frozenset[str]]
"""Column -> elements of it."""

NOTHING: Values = {}


def with_generic(model: Model, more: Values) -> Model:
    """Return the model under which these values are generic beside those that it lists."""
    if not any(more.values()):
        return model
    both = {
        name: model.generic.get(name, frozenset()) | more.get(name, frozenset())
        for name in sorted({*model.generic, *more})
    }
    return replace(model, generic={name: values for name, values in both.items() if values})


def name_keys(frame: Frame, spec: MatchSpec) -> Longs:
    """Return one key per row for what the record is called, 0 where it has no name.

    It depends on the record alone, and not on the order of its names.
    """
    if len(frame) <= FEW_ROWS:
        return _names_of_few(frame, spec)
    total = np.zeros(len(frame), dtype=np.uint64)
    for number, part in enumerate(spec.generic.name if spec.generic else ()):
        column = frame.column(part.column)
        offsets, hashes = part_keys(column, part, None)
        sums = np.zeros(len(hashes) + 1, dtype=np.uint64)  # a sum that overflows is still a difference
        np.cumsum(mix(hashes + np.uint64(number)), out=sums[1:])
        known = column.codes >= 0
        codes = column.codes[known]
        total[known] += sums[offsets[codes + 1]] - sums[offsets[codes]]
    return np.where(total > 0, mix(total), np.uint64(0)).view(np.int64)


def _names_of_few(frame: Frame, spec: MatchSpec) -> Longs:
    totals = [0] * len(frame)
    for number, part in enumerate(spec.generic.name if spec.generic else ()):
        column = frame.column(part.column)
        told = [
            sum(mixed(key + number & WORD) for key in keys)
            for keys in keys_of_values(column, part.cut, part.size, None)
        ]
        for row, code in enumerate(column.codes.tolist()):
            totals[row] += told[code] if code >= 0 else 0
    names = [mixed(total & WORD) if total & WORD else 0 for total in totals]
    return np.array(names, dtype=np.uint64).view(np.int64)


def counted(frame: Frame, spec: MatchSpec, model: Model) -> dict[str, frozenset[str]]:
    """Return the values that records of too many names carry and the model does not list."""
    if spec.generic is None:
        return {}
    names = name_keys(frame, spec)
    named = np.flatnonzero(names != 0)
    found = {}
    for rule, column_name in spec.told_rules.items():
        column = frame.column(column_name).without(model.generic.get(column_name, frozenset()))
        elements, _ = element_keys(column, spec.blocking[rule], rule)
        rows = named[column.codes[named] >= 0]
        codes = column.codes[rows]
        counts = column.offsets[codes + 1] - column.offsets[codes]
        carried = column.members[runs(column.offsets[codes], counts)].astype(np.int64)
        pairs = np.stack([carried, np.repeat(names[rows], counts)], axis=1)
        different = np.bincount(
            np.unique(pairs, axis=0)[:, 0] if len(pairs) else carried, minlength=len(column.elements)
        )
        many = np.intersect1d(np.flatnonzero(different > spec.generic.most_names), elements)
        if len(many):
            found[column_name] = frozenset(column.elements.at(many))
    return found


def carriers(frame: Frame, spec: MatchSpec, values: Values) -> tuple[Longs, Longs, Longs]:
    """Return row, key and blocking rule of every value among these that a row carries: by these keys it is
    known who carries them, though nobody is found by them.
    """
    rows: list[Longs] = [np.empty(0, dtype=np.int64)]
    keys, rules = list(rows), list(rows)
    for rule, column_name in spec.told_rules.items():
        some = values.get(column_name)
        if some:
            column = frame.column(column_name)
            elements, hashed = element_keys(column, spec.blocking[rule], rule)
            texts = column.elements
            wanted = np.array([texts[int(element)] in some for element in elements], dtype=bool)
            key_of = dict(zip(elements[wanted].tolist(), hashed[wanted].tolist(), strict=True))
            known = np.flatnonzero(column.codes >= 0)
            codes = column.codes[known]
            counts = column.offsets[codes + 1] - column.offsets[codes]
            carried = column.members[runs(column.offsets[codes], counts)].tolist()
            hits = [place for place, element in enumerate(carried) if element in key_of]
            rows.append(np.repeat(known, counts)[hits].astype(np.int64))
            keys.append(np.array([key_of[carried[place]] for place in hits], dtype=np.int64))
            rules.append(np.full(len(hits), rule, dtype=np.int64))
    return np.concatenate(rows), np.concatenate(keys), np.concatenate(rules)


def values_of_keys(frame: Frame, spec: MatchSpec, keys: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return key -> (column, value) of those of these keys that a value of the frame has."""
    wanted, found = set(keys), {}
    for rule, column_name in spec.told_rules.items():
        column = frame.column(column_name)
        elements, hashed = element_keys(column, spec.blocking[rule], rule)
        for element, key in zip(elements.tolist(), hashed.tolist(), strict=True):
            if key in wanted:
                found[key] = (column_name, column.elements[element])
    return found
