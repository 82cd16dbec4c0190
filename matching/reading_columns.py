"""Raw columns become coded ones: a reading runs once per distinct raw value wherever it may.

Most readings look at one input at a time; where several inputs are combined, each distinct combination is
read once. The parts of people's names have a way of their own (`matching.reading_people`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodedColumn, coded_column
from matching.raw import Columns, RawColumn, combinations, values_at
from matching.reading_kinds import Each, First, Reading, Union, Where
from matching.reading_people import PEOPLE, plain_people, plain_person
from matching.readings import reading_of
from matching.spec import Column, MatchSpec
from matching.texts import Texts

Ints = NDArray[np.int32]
Value = tuple[str, ...]

FEW = 5_000  # distinct values of one input; more of them are a load, that meets each once
FEW_ROWS = 48  # records that are sooner read one by one than column by column


def read_columns(spec: MatchSpec, raw: Columns) -> dict[str, CodedColumn]:
    """Return the coded column of every column that a spec declares."""
    plain = plain_people({column.inputs for column in spec.columns if column.reading in PEOPLE}, raw)
    found = {}
    for column in spec.columns:
        inputs = [raw.column(path) for path in column.inputs]
        reading = reading_of(column)
        if column.reading in PEOPLE:
            people = plain[column.inputs]
            if people.rows.all():
                found[column.name] = people.alone(column)
                continue
            others = [RawColumn(np.where(people.rows, -1, entry.codes), entry.values) for entry in inputs]
            found[column.name] = people.joined(column, _together(column, reading, others, raw.rows))
        elif isinstance(reading, Each) and _strings(inputs):
            found[column.name] = _texts(column, reading, inputs, raw.rows)
        elif isinstance(reading, Each | Union | First):
            found[column.name] = _apart(column, reading, inputs, raw.rows)
        else:
            found[column.name] = _together(column, reading, _where(reading, inputs), raw.rows)
    return found


def read_rows(spec: MatchSpec, records: Sequence[Mapping[str, Any]]) -> dict[str, CodedColumn]:
    """Return the coded column of every column that a spec declares, of a few records: one by one.

    The same values as `read_columns` reads, perhaps numbered otherwise.
    """
    paths = {path for column in spec.columns for path in column.inputs}
    there: set[str] = set().union(*records)
    given = values_at(records, [path for path in paths if path.partition(".")[0] in there])
    nothing = [None] * len(records)
    people: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    found = {}
    for column in spec.columns:
        if given.keys().isdisjoint(column.inputs):
            found[column.name] = coded_column(column.name, np.full(len(records), -1, dtype=np.int32), ())
            continue
        rows = list(zip(*[given.get(path, nothing) for path in column.inputs], strict=True))
        if column.reading in PEOPLE:
            if column.inputs not in people:
                people[column.inputs] = [(row, plain_person(row)) for row in rows]
            read = _remembered_whole(reading_of(column))
            values = [
                read(row) if plain is None else plain[column.reading] for row, plain in people[column.inputs]
            ]
        else:
            values = list(map(_remembered_whole(reading_of(column)), rows))
        known: dict[Value, int] = {}
        codes = _coded(values, known)
        found[column.name] = coded_column(column.name, codes, tuple(known))
    return found


def _where(reading: Reading, inputs: Sequence[RawColumn]) -> Sequence[RawColumn]:
    """Return the inputs without the rows whose first one cannot lead to anything."""
    if not isinstance(reading, Where):
        return inputs
    may = np.array([reading.may(value) for value in inputs[0].values] + [False])
    rows = may[inputs[0].codes]
    return [RawColumn(np.where(rows, entry.codes, -1), entry.values) for entry in inputs]


def _strings(inputs: Sequence[RawColumn]) -> bool:
    """Tell whether one input alone has values, and these are plain strings."""
    filled = [entry for entry in inputs if not entry.empty]
    if len(filled) != 1:
        return False
    return isinstance(filled[0].values, Texts) or all(type(value) is str for value in filled[0].values)


def _texts(column: Column, reading: Each, inputs: Sequence[RawColumn], rows: int) -> CodedColumn:
    """Return the column of one input of strings: one element a value."""
    raw = next(entry for entry in inputs if not entry.empty)
    given = raw.values if isinstance(raw.values, Texts) else Texts.of(raw.values)
    cut = _remembered_cut(reading) if len(given) < FEW else reading.cut
    place, elements = (reading.whole(given) if reading.whole else Texts.of(map(cut, given))).distinct()
    filled = elements.sizes > 0
    if not filled.all():
        place = np.where(filled, np.cumsum(filled) - 1, -1).astype(np.int32)[place]
        elements = elements.at(filled)
    count = len(elements)
    return CodedColumn(
        column.name,
        _spread(place, raw.codes),
        elements,
        np.arange(count + 1),
        np.arange(count, dtype=np.int32),
    )


def _apart(
    column: Column, reading: Each | Union | First, inputs: Sequence[RawColumn], rows: int
) -> CodedColumn:
    """Return the column whose inputs are read one by one, and joined or taken in their order."""
    known: dict[Value, int] = {}
    codes = []
    for place, entry in enumerate(inputs):
        if entry.empty:
            continue
        read = (_remembered if len(entry.values) < FEW else _one_input)(reading, place)
        values = [read(value) for value in entry.values]
        codes.append(_spread(_coded(values, known), entry.codes))
    if not codes:
        return coded_column(column.name, np.full(rows, -1, dtype=np.int32), ())
    result = codes[0]
    for other in codes[1:]:
        if isinstance(reading, First):
            result = np.where(result >= 0, result, other)
            continue
        both = np.flatnonzero((result >= 0) & (other >= 0) & (result != other))
        joined = _joined(result[both], other[both], known)
        result = np.where(result >= 0, result, other)
        result[both] = joined
    found = coded_column(column.name, result, tuple(known))
    used = np.bincount(result[result >= 0], minlength=len(known)) > 0
    return found if used.all() else found.taking(np.arange(rows))


@lru_cache(maxsize=1 << 7)
def _remembered(reading: Each | Union | First, place: int) -> Callable[[Any], Value]:
    """Return what reads one input and remembers the values read last: a worker meets many of them again."""
    return lru_cache(maxsize=1 << 14)(_one_input(reading, place))


@lru_cache(maxsize=1 << 7)
def _remembered_whole(reading: Reading) -> Callable[[tuple[Any, ...]], Value]:
    """Return what reads all inputs of a record, and remembers who was read last: a record that is accepted is
    read again when it is resolved.
    """
    return lru_cache(maxsize=1 << 12)(lambda inputs: _distinct(reading(inputs)) if any(inputs) else ())


@lru_cache(maxsize=1 << 7)
def _remembered_cut(reading: Each) -> Callable[[str], str]:
    return lru_cache(maxsize=1 << 14)(reading.cut)


def _one_input(reading: Each | Union | First, place: int) -> Callable[[Any], Value]:
    if isinstance(reading, First):
        return lambda value: _distinct((reading.of(place, value),))
    return lambda value: _distinct(reading((value,)))


def _joined(one: Ints, other: Ints, known: dict[Value, int]) -> Ints:
    """Return the codes of values joined two by two."""
    values = list(known)
    pairs, which = np.unique((one.astype(np.int64) << 32) | other, return_inverse=True)
    joined = [_distinct((*values[pair >> 32], *values[pair & 0xFFFFFFFF])) for pair in pairs.tolist()]
    return _coded(joined, known)[which]


def _together(column: Column, read: Reading, inputs: Sequence[RawColumn], rows: int) -> CodedColumn:
    """Return the column whose inputs are read together, each distinct combination of them once."""
    filled = [place for place, entry in enumerate(inputs) if not entry.empty]
    if not filled:
        return coded_column(column.name, np.full(rows, -1, dtype=np.int32), ())
    which, found = combinations([inputs[place] for place in filled])
    sources = [inputs[place].values for place in filled]
    given: list[Any] = [None] * len(inputs)
    values = []
    for combination in found.tolist():
        for place, source, code in zip(filled, sources, combination, strict=True):
            given[place] = source[code] if code >= 0 else None
        values.append(_distinct(read(tuple(given))))
    known: dict[Value, int] = {}
    codes = _spread(_coded(values, known), which)
    return coded_column(column.name, codes, tuple(known))


def _coded(values: Iterable[Value], known: dict[Value, int]) -> Ints:
    """Return the codes of values, -1 for empty ones; new ones are added to the known."""
    return np.array(
        [known.setdefault(value, len(known)) if value else -1 for value in values], dtype=np.int32
    )


def _spread(place: Ints, codes: Ints) -> Ints:
    """Return place[codes], -1 where a code is -1."""
    return np.append(place, np.int32(-1))[codes]


def _distinct(elements: Iterable[str]) -> Value:
    """Return the non-empty elements once each, sorted, so that their order in the source does not matter."""
    if type(elements) is tuple and len(elements) == 1:
        return elements if elements[0] else ()
    return tuple(sorted({element for element in elements if element}))
