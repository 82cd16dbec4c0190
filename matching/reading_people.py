"""The columns of people's names, read part by part where the parts of a name do not look at each other.

Most records keep a plain given and family name in fields of their own: then the columns follow from each
part alone, and a million names cost as many readings as there are different parts. All other names (one full
name, a suffix, a former name, Han signs, a comma in the family name) are read whole (`matching.readings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodedColumn, column_of_rows, taken
from matching.raw import Columns, RawColumn
from matching.readings import name_forms
from matching.spec import Column
from matching.standardise import person_names
from matching.standardise.placeholders import is_placeholder
from matching.texts import Texts

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]
Parts = dict[str, tuple[str, ...]]

PEOPLE = ("given_name", "middle_name", "family_name", "generation", "person_words")
FIRST_THAT_GIVES = PEOPLE[:-1]
GIVEN, MIDDLE, FAMILY, SUFFIX, FORMER = 0, 1, 2, 4, 5


@dataclass(frozen=True)
class PlainPeople:
    """rows: which rows have plain names; per reading the CSR of what they give, one value a row of those."""

    rows: Mask
    read: Mapping[str, tuple[Longs, Ints, tuple[str, ...]]]

    def alone(self, column: Column) -> CodedColumn:
        """Return the column where every row is plain."""
        offsets, members, names = self.read[column.reading]
        rows = np.arange(len(offsets) - 1, dtype=np.int32)
        return _used(column_of_rows(column.name, rows, offsets, members, Texts.of(names)), len(rows))

    def joined(self, column: Column, other: CodedColumn) -> CodedColumn:
        """Return the column of all rows: plain ones as read here, others as they were read whole."""
        offsets, members, names = self.read[column.reading]
        known = {name: code for code, name in enumerate(names)}
        place = np.array([known.setdefault(name, len(known)) for name in other.elements], dtype=np.int32)
        codes = np.where(other.codes >= 0, other.codes + np.int32(len(offsets) - 1), np.int32(-1))
        codes[self.rows] = np.arange(len(offsets) - 1, dtype=np.int32)
        found = column_of_rows(
            column.name,
            codes,
            np.concatenate([offsets, offsets[-1] + other.offsets[1:]]),
            np.concatenate([members, place[other.members]]),
            Texts.of(known),
        )
        return _used(found, len(codes))


def _used(column: CodedColumn, rows: int) -> CodedColumn:
    """Return a column without elements that no row has."""
    used = np.zeros(len(column.elements), dtype=bool)
    used[column.members] = True
    return column if used.all() else column.taking(np.arange(rows))


def plain_people(wanted: Iterable[tuple[str, ...]], raw: Columns) -> dict[tuple[str, ...], PlainPeople]:
    """Return the plain names for each tuple of inputs that columns of names are read from."""
    return {inputs: _plain(inputs, raw) for inputs in wanted}


def _plain(inputs: tuple[str, ...], raw: Columns) -> PlainPeople:
    columns = [raw.column(path) for path in inputs]
    columns += [raw.column("")] * (FORMER + 1 - len(columns))
    parts = [_parts(columns[place], place) for place in (GIVEN, MIDDLE, FAMILY)]
    rows = (columns[SUFFIX].codes < 0) & (columns[FORMER].codes < 0)
    rows &= (columns[GIVEN].codes >= 0) | (columns[FAMILY].codes >= 0)
    for place, read in zip((GIVEN, MIDDLE, FAMILY), parts, strict=True):
        plain = np.array([entry is not None for entry in read] + [True])
        rows &= plain[columns[place].codes]
    at = np.flatnonzero(rows)
    codes = [columns[place].codes[at] for place in (GIVEN, MIDDLE, FAMILY)]
    return PlainPeople(rows, {name: _read(name, parts, codes) for name in PEOPLE})


def plain_person(inputs: Sequence[Any]) -> Parts | None:
    """Return what the inputs of one record give to each reading of people's names, None where they have to be
    read whole; as `plain_people` reads many.
    """
    if any(value is not None for value in (*inputs[SUFFIX : SUFFIX + 1], *inputs[FORMER : FORMER + 1])):
        return None
    read = []
    for place, value in enumerate(inputs[: FAMILY + 1]):
        if value is not None:
            part = _part(value, place)
            if part is None:
                return None
            read.append((place, part))
    if all(place == MIDDLE for place, _ in read):
        return None
    found: Parts = {
        "person_words": tuple(sorted({word for _, part in read for word in part["person_words"]}))
    }
    for name in FIRST_THAT_GIVES:
        found[name] = next((part[name] for _, part in read if part[name]), ())
    return found


def _parts(raw: RawColumn, place: int) -> list[Parts | None]:
    """Return what each distinct part gives to each reading, None where it has to be read with the others."""
    return [_part(value, place) for value in raw.values]


@lru_cache(maxsize=1 << 15)  # a worker meets the same names again and again
def _part(text: Any, place: int) -> Parts | None:
    if not isinstance(text, str) or "," in text:
        return None
    if not text.isascii() and any("\u3400" <= sign <= "\u9fff" for sign in text):
        return None
    if place != MIDDLE and is_placeholder(text, of="person"):
        return None
    field = {GIVEN: "given", MIDDLE: "middle", FAMILY: "family"}[place]
    name = person_names.compose(**{field: text})
    if place != MIDDLE and not name.full:
        return None
    words = [word for word in name.full.split() if len(word) > 1]
    return {
        "given_name": (name.given,) if name.given else (),
        "middle_name": name.middle[:1],
        "family_name": (name.family,) if name.family else (),
        "generation": (name.generation,) if name.generation else (),
        "person_words": tuple(dict.fromkeys((*words, *name_forms(name.given)))),
    }


def _read(
    reading: str, parts: Sequence[Sequence[Parts | None]], codes: Sequence[Ints]
) -> tuple[Longs, Ints, tuple[str, ...]]:
    """Return the values of plain rows as CSR with the elements that its members count.

    Words are those of all parts; anything else is what the first part gives that gives anything.
    """
    known: dict[str, int] = {}
    tables = [_table([entry[reading] if entry else () for entry in read], known) for read in parts]
    if reading != "person_words":
        code = np.full(len(codes[0]), -1, dtype=np.int32)
        for (offsets, members), of in zip(tables, codes, strict=True):
            single = np.full(len(offsets), -1, dtype=np.int32)  # the last: rows without this part
            filled = np.flatnonzero(np.diff(offsets))
            single[filled] = members[offsets[filled]]
            code = np.where(code >= 0, code, single[of])
        present = code >= 0
        offsets = np.zeros(len(code) + 1, dtype=np.int64)
        np.cumsum(present, out=offsets[1:])
        return offsets, code[present], tuple(known)
    owners, words = [], []
    for (offsets, members), of in zip(tables, codes, strict=True):
        rows = np.flatnonzero(of >= 0)
        starts, found = taken(offsets, members, of[rows].astype(np.int64))
        owners.append(np.repeat(rows, np.diff(starts)))
        words.append(found)
    packed = (np.concatenate(owners) << 32) | np.concatenate(words)
    packed.sort()
    packed = packed[np.r_[True, packed[1:] != packed[:-1]]] if len(packed) else packed
    offsets = np.searchsorted(packed >> 32, np.arange(len(codes[0]) + 1)).astype(np.int64)
    return offsets, (packed & 0xFFFFFFFF).astype(np.int32), tuple(known)


def _table(values: Sequence[tuple[str, ...]], known: dict[str, int]) -> tuple[Longs, Ints]:
    offsets = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum([len(value) for value in values], out=offsets[1:])
    members = np.fromiter(
        (known.setdefault(text, len(known)) for value in values for text in value), dtype=np.int32
    )
    return offsets, members
