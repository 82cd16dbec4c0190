"""Records as columns of raw inputs: each distinct raw value once, rows as codes into them.

Where records come as dictionaries they are walked path by path; a table that has columns already (pyarrow,
or lists) is coded column by column, without an object per row.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.errors import FrameError
from matching.texts import Texts

THREADS = min(4, os.cpu_count() or 1)
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@dataclass(frozen=True)
class RawColumn:
    """codes: int32[rows] into values, -1 where absent; values: distinct strings, or tuples of such.

    Strings alone may stand as `Texts`.
    """

    codes: Ints
    values: Sequence[Any]

    @property
    def empty(self) -> bool:
        """Whether no row has a value."""
        return not len(self.values)


@dataclass(frozen=True)
class Columns:
    """Raw columns by the dotted path of the canonical attribute; a path that is not here is absent."""

    rows: int
    by_path: Mapping[str, RawColumn]

    def __len__(self) -> int:
        return self.rows

    def column(self, path: str) -> RawColumn:
        """Return the raw column of a path, an empty one where it is absent."""
        return self.by_path.get(path) or RawColumn(np.full(self.rows, -1, dtype=np.int32), ())

    def at(self, order: Longs) -> Columns:
        """Return the rows in another order, or some of them."""
        return Columns(
            len(order), {path: RawColumn(raw.codes[order], raw.values) for path, raw in self.by_path.items()}
        )

    @classmethod
    def of_records(cls, records: Sequence[Mapping[str, Any]], paths: Iterable[str]) -> Columns:
        """Return the columns of canonical records at some dotted paths."""
        named: set[str] = set().union(*records)
        there = [path for path in sorted(set(paths)) if path.partition(".")[0] in named]
        return cls(len(records), {path: coded(_read_path(records, path)) for path in there})

    @classmethod
    def of_batches(cls, batches: Iterable[Sequence[Mapping[str, Any]]], paths: Iterable[str]) -> Columns:
        """Return the columns of records that come batch by batch; none is held when the next one comes."""
        collected = Collecting(paths)
        for batch in batches:
            collected.add(batch)
        return collected.columns()

    @classmethod
    def of_lists(cls, lists: Mapping[str, Sequence[Any]]) -> Columns:
        """Return the columns of lists of raw values by path, all of one length."""
        lengths = {path: len(values) for path, values in lists.items()}
        if len(set(lengths.values())) > 1:
            shown = ", ".join(f"'{path}' {length}" for path, length in sorted(lengths.items()))
            raise FrameError(f"Columns of one table are equally long; here are {shown}.")
        found = {path: coded([_hashable(value) for value in values]) for path, values in lists.items()}
        return cls(next(iter(lengths.values()), 0), found)

    @classmethod
    def of_table(cls, table: Any, columns: Mapping[str, str]) -> Columns:
        """Return the columns of a pyarrow table of strings: dotted path -> column of the table.

        Empty texts are absent. A column that the table lacks is refused with those it has.
        """
        for path, column in columns.items():
            if column not in table.column_names:
                known = ", ".join(table.column_names)
                raise FrameError(f"The table has no column '{column}' for '{path}'; it has {known}.")
        texts = texts_of_batches(table.to_batches(), set(columns.values()))
        return cls.of_texts((path, texts[column]) for path, column in columns.items())

    @classmethod
    def of_texts(cls, texts: Iterable[tuple[str, Texts]]) -> Columns:
        """Return the columns of texts by path, all equally many; empty texts are absent.

        Columns are coded on all cores; one that nobody else holds is let go when it is done.
        """
        with ThreadPoolExecutor(THREADS) as threads:
            waiting = [(path, threads.submit(_texts_coded, column)) for path, column in texts]
            found = {path: coding.result() for path, coding in waiting}
        return cls(len(next(iter(found.values())).codes) if found else 0, found)


class Collecting:
    """Columns of canonical records that come in portions, so that the records themselves need not stay."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._known: dict[str, dict[Any, int]] = {path: {None: -1} for path in sorted(set(paths))}
        self._codes: dict[str, list[Ints]] = {path: [] for path in self._known}
        self._rows = 0

    def add(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Append records, in their order."""
        self.add_values(values_at(records, self._known))

    def add_values(self, values: Mapping[str, Sequence[Any]]) -> None:
        """Append records by what `values_at` read of them."""
        self._rows += len(next(iter(values.values()), ()))
        for path, known in self._known.items():
            self._codes[path].append(_codes_of(values[path], known))

    def columns(self) -> Columns:
        """Return the columns of all records so far; nothing may be added afterwards."""
        found = {}
        for path, known in self._known.items():
            del known[None]
            parts = self._codes.pop(path) or [np.empty(0, dtype=np.int32)]
            found[path] = RawColumn(np.concatenate(parts), list(known))
            known.clear()
        return Columns(self._rows, found)


def values_at(records: Sequence[Mapping[str, Any]], paths: Iterable[str]) -> dict[str, list[Any]]:
    """Return by path what stands there in each record, hashable, None where absent."""
    return {path: _read_path(records, path) for path in paths}


def texts_of_batches(batches: Iterable[Any], columns: Iterable[str]) -> dict[str, Texts]:
    """Return columns of pyarrow record batches as texts; nulls are empty texts.

    A batch is let go before the next one is taken, so that a file is never held twice.
    """
    parts: dict[str, list[Texts]] = {name: [] for name in columns}
    for batch in batches:
        for name, found in parts.items():
            found.append(_from_arrow(batch.column(name)))
    return {name: Texts.joined(parts.pop(name)) for name in list(parts)}


def _from_arrow(strings: Any) -> Texts:
    """Return the texts of a pyarrow array of strings."""
    if strings.null_count:
        strings = strings.fill_null("")
    if not len(strings):
        return Texts.of(())
    _, bounds, signs = strings.buffers()
    kind = np.int64 if str(strings.type) == "large_string" else np.int32
    edges = np.frombuffer(bounds, dtype=kind)[strings.offset : strings.offset + len(strings) + 1]
    start, stop = int(edges[0]), int(edges[-1])
    return Texts.cut(bytes(memoryview(signs)[start:stop]) if stop > start else b"", np.diff(edges))


def _texts_coded(texts: Texts) -> RawColumn:
    """Return the codes of texts; empty ones are absent."""
    place, values = texts.distinct()
    filled = values.sizes > 0
    if filled.all():
        return RawColumn(place, values)
    return RawColumn(np.where(filled, np.cumsum(filled) - 1, -1).astype(np.int32)[place], values.at(filled))


def coded(values: Sequence[Any]) -> RawColumn:
    """Return the codes of hashable values, None where absent."""
    distinct = dict.fromkeys(values)
    distinct.pop(None, None)
    place: dict[Any, int] = {value: code for code, value in enumerate(distinct)}
    place[None] = -1
    codes = np.fromiter(map(place.__getitem__, values), dtype=np.int32, count=len(values))
    return RawColumn(codes, list(distinct))


def _codes_of(values: Iterable[Any], known: dict[Any, int]) -> Ints:
    """Return the codes of values, and note those that are new; None is known as -1."""
    return np.fromiter((known.setdefault(value, len(known) - 1) for value in values), dtype=np.int32)


def combinations(columns: Sequence[RawColumn]) -> tuple[Ints, NDArray[np.int32]]:
    """Return which distinct combination each row has, -1 where all are absent, and the codes of each one.

    The combinations are int32[combinations, columns], -1 where a column is absent.
    """
    packed = np.zeros(len(columns[0].codes), dtype=np.int64)
    spare = 1
    for raw in columns:
        width = len(raw.values) + 1
        if spare > (1 << 62) // width:  # the numbers are used up: rename what was packed so far by its rank
            _, packed = np.unique(packed, return_inverse=True)
            spare = int(packed.max(initial=0)) + 1
        packed = packed * width + (raw.codes + 1)
        spare *= width
    _, first, which = np.unique(packed, return_index=True, return_inverse=True)
    found = np.column_stack([raw.codes[first] for raw in columns])
    absent = (found < 0).all(axis=1)
    place = np.cumsum(~absent, dtype=np.int32) - 1
    place[absent] = -1
    return place[which], found[~absent]


def _read_path(records: Sequence[Mapping[str, Any]], path: str) -> list[Any]:
    """Return per record the hashable value at a dotted path, None where absent."""
    step, *further = path.split(".")
    values = [record.get(step) for record in records]
    if len(further) == 1:
        (inner,) = further
        values = [value.get(inner) if type(value) is dict else _walk(value, further) for value in values]
    elif further:
        values = [_walk(value, further) for value in values]
    return [value if type(value) is str and value else _hashable(value) for value in values]


def _walk(value: Any, steps: list[str]) -> Any:
    for position, step in enumerate(steps):
        if type(value) is dict or isinstance(value, Mapping):
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
    if type(value) is list and len(value) == 1 and type(value[0]) is str:
        return (value[0],) if value[0] else None
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
