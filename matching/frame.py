"""A dictionary-encoded columnar frame: each distinct value is stored once, records are integer codes into it.

A column's distinct value is a tuple of one or more elements (two phones are one value of two elements).
Readings run once per distinct combination of raw inputs, comparisons once per distinct pair of values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.admissibility import tie_hash
from matching.errors import FrameError
from matching.readings import reading_of
from matching.spec import Column, MatchSpec

T = TypeVar("T")
RecordName = tuple[str, str, str]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

CHUNK = 4096  # rows read at a time: columns of the same inputs then share what their readings remember


@dataclass(frozen=True)
class CodedColumn:
    """codes: int32[rows] into the distinct values, -1 where missing; offsets, members: CSR value ->
    elements.
    """

    name: str
    codes: Ints
    values: tuple[tuple[str, ...], ...]
    elements: NDArray[np.object_]
    offsets: Longs
    members: Ints
    features: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def feature(self, name: str, build: Callable[[NDArray[np.object_]], T]) -> T:
        """Return what `build` derives from the distinct elements, computed once per frame."""
        if name not in self.features:
            self.features[name] = build(self.elements)
        found: T = self.features[name]
        return found

    def taking(self, rows: Longs) -> CodedColumn:
        """Return the column of the given rows with only the distinct values that they use."""
        codes = self.codes[rows]
        known: dict[int, int] = {}
        fresh = [known.setdefault(code, len(known)) if code >= 0 else -1 for code in codes.tolist()]
        values = tuple(self.values[code] for code in known)
        return coded_column(self.name, np.array(fresh, dtype=np.int32), values)

    def without(self, generic: frozenset[str]) -> CodedColumn:
        """Return the column without some elements; a value of which nothing is left is missing."""
        if not generic:
            return self
        return self.feature(f"without {hash(generic)}", lambda _: self._without(generic))

    def _without(self, generic: frozenset[str]) -> CodedColumn:
        kept = [tuple(element for element in value if element not in generic) for value in self.values]
        known: dict[tuple[str, ...], int] = {}
        place = np.array(
            [known.setdefault(value, len(known)) if value else -1 for value in kept] + [-1], dtype=np.int32
        )
        return coded_column(self.name, place[self.codes], tuple(known))

    @property
    def single(self) -> bool:
        """Tell whether every distinct value has exactly one element."""
        return len(self.members) == len(self.values)

    def rows_per_element(self) -> Longs:
        """Return how many rows carry each distinct element."""
        used = self.codes[self.codes >= 0]
        rows = np.bincount(used, minlength=len(self.values))
        lengths = np.diff(self.offsets)
        return np.bincount(
            self.members, weights=np.repeat(rows, lengths), minlength=len(self.elements)
        ).astype(np.int64)


@dataclass(frozen=True)
class Frame:
    """Records as columns of codes, in the order given; names[i] is the record name of row i."""

    names: tuple[RecordName, ...]
    columns: Mapping[str, CodedColumn]
    sources: Ints

    def __len__(self) -> int:
        return len(self.names)

    def column(self, name: str) -> CodedColumn:
        """Return the coded column of that name."""
        return self.columns[name]

    def telling(self, generic: Mapping[str, frozenset[str]]) -> Frame:
        """Return the frame without generic values, per column name."""
        columns = {
            name: column.without(generic.get(name, frozenset())) for name, column in self.columns.items()
        }
        return Frame(self.names, columns, self.sources)

    def at(self, rows: Longs) -> Frame:
        """Return the frame of the given rows, in their order."""
        columns = {name: column.taking(rows) for name, column in self.columns.items()}
        return Frame(tuple(self.names[row] for row in rows.tolist()), columns, self.sources[rows])


def build_frame(spec: MatchSpec, records: Sequence[Mapping[str, Any]], names: Sequence[RecordName]) -> Frame:
    """Encode canonical records as the columns that the spec declares; the row order is the order given."""
    if len(records) != len(names):
        raise FrameError(
            f"There are {len(records)} records but {len(names)} names; give one name per record."
        )
    encoders = [_Encoder(column) for column in spec.columns]
    paths = sorted({path for column in spec.columns for path in column.inputs})
    for start in range(0, len(records), CHUNK):
        part = records[start : start + CHUNK]
        raw = {path: _read_path(part, path) for path in paths}
        for encoder in encoders:
            encoder.encode([raw[path] for path in encoder.column.inputs])
    columns = {encoder.column.name: encoder.coded() for encoder in encoders}
    known: dict[str, int] = {}
    sources = np.fromiter(
        (known.setdefault(name[0], len(known)) for name in names), dtype=np.int32, count=len(names)
    )
    return Frame(tuple(names), columns, sources)


def _read_path(records: Sequence[Mapping[str, Any]], path: str) -> list[Any]:
    """Return per record the hashable value at a dotted path, None where absent."""
    steps = path.split(".")
    if len(steps) == 1:
        return [_hashable(record.get(path)) for record in records]
    return [_hashable(_walk(record, steps)) for record in records]


def _walk(value: Any, steps: list[str]) -> Any:
    for position, step in enumerate(steps):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list | tuple):
            return [_walk(entry, steps[position:]) for entry in value]
        else:
            return None
    return value


def _hashable(value: Any) -> Any:
    """Return the value as a string, a tuple of pairs, or a tuple of such; empty ones are None."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, Mapping):
        return tuple((str(key), _hashable(entry)) for key, entry in sorted(value.items())) or None
    if isinstance(value, list | tuple | set | frozenset):
        entries = (
            _hashable(entry) for entry in (sorted(value, key=str) if isinstance(value, set) else value)
        )
        return tuple(entry for entry in entries if entry is not None) or None
    if isinstance(value, float):
        return None if value != value else repr(value)
    return str(value)


class _Encoder:
    """Reads each distinct combination of a column's inputs once and codes the results, chunk by chunk."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self._read = reading_of(column)
        self._values: dict[tuple[str, ...], int] = {}
        self._seen: dict[Any, int] = {}
        self._codes: list[int] = []

    def encode(self, inputs: list[list[Any]]) -> None:
        """Append the codes of more rows; inputs: per input of the column its raw values."""
        seen, codes = self._seen, self._codes
        for combination in zip(*inputs, strict=True):
            code = seen.get(combination)
            if code is None:
                code = seen[combination] = self._code(combination)
            codes.append(code)

    def _code(self, combination: tuple[Any, ...]) -> int:
        value = () if all(part is None for part in combination) else _distinct(self._read(combination))
        return self._values.setdefault(value, len(self._values)) if value else -1

    def coded(self) -> CodedColumn:
        """Return the column of all rows so far."""
        return coded_column(self.column.name, np.array(self._codes, dtype=np.int32), tuple(self._values))


def coded_column(name: str, codes: Ints, values: tuple[tuple[str, ...], ...]) -> CodedColumn:
    """Return a column from row codes and distinct values of one or more elements each."""
    element_codes: dict[str, int] = {}
    members = np.fromiter(
        (element_codes.setdefault(element, len(element_codes)) for value in values for element in value),
        dtype=np.int32,
    )
    offsets = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum([len(value) for value in values], out=offsets[1:])
    elements = np.empty(len(element_codes), dtype=object)
    elements[:] = list(element_codes)
    return CodedColumn(name, codes, values, elements, offsets, members)


def _distinct(elements: Iterable[str]) -> tuple[str, ...]:
    """Return the non-empty elements once each, sorted, so that their order in the source does not matter."""
    return tuple(sorted({element for element in elements if element}))


def in_name_order(frame: Frame) -> Frame:
    """Return the frame with its rows in the order of their names' hashes, itself when they stand so
    already.
    """
    hashes = [tie_hash(name) for name in frame.names]
    order = sorted(range(len(frame)), key=lambda row: (hashes[row], frame.names[row]))
    if order == list(range(len(frame))):
        return frame
    return frame.at(np.array(order, dtype=np.int64))
