"""Coded columns: each distinct value is stored once, rows are integer codes into the values.

A distinct value is a set of one or more elements (two phones are one value of two elements), kept as runs of
element codes (CSR), so that a million values are four arrays and not a million objects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise
from threading import RLock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.texts import Texts, in_order, lowest, mix, runs

T = TypeVar("T")
S = TypeVar("S", bound=np.generic)
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

NO_TEXTS = Texts.of(())
NO_OFFSETS = np.zeros(1, dtype=np.int64)
NO_MEMBERS = np.empty(0, dtype=np.int32)


@dataclass(frozen=True)
class CodedColumn:
    """codes: int32[rows] into the distinct values, -1 where missing; offsets, members: CSR value ->
    elements.
    """

    name: str
    codes: Ints
    elements: Texts
    offsets: Longs
    members: Ints
    features: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    building: RLock = field(default_factory=RLock, compare=False, repr=False)

    @property
    def size(self) -> int:
        """The number of distinct values."""
        return len(self.offsets) - 1

    @cached_property
    def values(self) -> tuple[tuple[str, ...], ...]:
        """The distinct values as tuples of their elements in alphabetical order."""
        elements, offsets = self.elements.tolist(), self.offsets.tolist()
        texts = [elements[member] for member in self.members.tolist()]
        return tuple(tuple(sorted(texts[start:stop])) for start, stop in pairwise(offsets))

    def feature(self, name: str, build: Callable[[Texts], T]) -> T:
        """Return what `build` derives from the distinct elements, computed once per frame."""
        found: T | None = self.features.get(name)
        if found is not None:
            return found
        with self.building:  # threads that want the same wait for the one that makes it
            if name not in self.features:
                self.features[name] = build(self.elements)
            made: T = self.features[name]
        return made

    def value(self, row: int) -> tuple[str, ...]:
        """Return the elements of one row in alphabetical order, none where it is missing."""
        code = int(self.codes[row])
        if code < 0:
            return ()
        members = self.members[self.offsets[code] : self.offsets[code + 1]]
        return tuple(sorted(self.elements[member] for member in members.tolist()))

    def ordered(self, order: Longs) -> CodedColumn:
        """Return the column with its rows in another order; nothing else changes."""
        return CodedColumn(self.name, self.codes[order], self.elements, self.offsets, self.members)

    def taking(self, rows: Longs) -> CodedColumn:
        """Return the column of the given rows with only the distinct values that they use."""
        used, codes = np.unique(self.codes[rows], return_inverse=True)
        missing = int(len(used) > 0 and used[0] < 0)
        kept = used[missing:].astype(np.int64)
        offsets, members = taken(self.offsets, self.members, kept)
        elements, places = np.unique(members, return_inverse=True)
        return CodedColumn(
            self.name, (codes - missing).astype(np.int32), self.elements.at(elements), offsets,
            places.astype(np.int32),
        )  # fmt: skip

    def without(self, generic: frozenset[str]) -> CodedColumn:
        """Return the column without some elements; a value of which nothing is left is missing."""
        if not generic:
            return self
        return self.feature(f"without {hash(generic)}", lambda _: self._without(generic))

    def _without(self, generic: frozenset[str]) -> CodedColumn:
        kept = np.array([element not in generic for element in self.elements], dtype=bool)
        if kept.all():
            return self
        stays = kept[self.members]
        owner = np.repeat(np.arange(self.size), np.diff(self.offsets))[stays]
        place = np.cumsum(kept, dtype=np.int32) - 1
        offsets = np.searchsorted(owner, np.arange(self.size + 1)).astype(np.int64)
        return column_of_rows(
            self.name,
            self.codes,
            offsets,
            place[self.members[stays]].astype(np.int32),
            self.elements.at(kept),
        )

    @property
    def single(self) -> bool:
        """Tell whether every distinct value has exactly one element."""
        return len(self.members) == self.size

    def rows_per_element(self) -> Longs:
        """Return how many rows carry each distinct element."""
        used = self.codes[self.codes >= 0]
        rows = np.bincount(used, minlength=self.size)
        lengths = np.diff(self.offsets)
        return np.bincount(
            self.members, weights=np.repeat(rows, lengths), minlength=len(self.elements)
        ).astype(np.int64)


def taken(offsets: Longs, members: NDArray[S], rows: Longs) -> tuple[Longs, NDArray[S]]:
    """Return the runs of some rows, one after the other, and where each begins."""
    counts = offsets[rows + 1] - offsets[rows]
    found = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(counts, out=found[1:])
    return found, members[runs(offsets[rows], counts)]


def coded_column(name: str, codes: Ints, values: Sequence[tuple[str, ...]]) -> CodedColumn:
    """Return a column from row codes and distinct values of one or more elements each."""
    if not values:
        return CodedColumn(name, codes, NO_TEXTS, NO_OFFSETS, NO_MEMBERS)
    element_codes: dict[str, int] = {}
    members = np.fromiter(
        (element_codes.setdefault(element, len(element_codes)) for value in values for element in value),
        dtype=np.int32,
    )
    offsets = np.fromiter(accumulate(map(len, values), initial=0), dtype=np.int64, count=len(values) + 1)
    return CodedColumn(name, codes, Texts.of(element_codes), offsets, members)


def column_of_rows(name: str, codes: Ints, offsets: Longs, members: Ints, elements: Texts) -> CodedColumn:
    """Return a column from values that may be equal, or empty, which is missing: each is kept once.

    codes: the value of each row, -1 where missing; no element twice in a value, in no order.
    """
    counts = np.diff(offsets)
    same = _first_equal(offsets, members, counts)
    kept = np.flatnonzero((same == np.arange(len(counts))) & (counts > 0))
    place = np.full(len(counts) + 1, -1, dtype=np.int32)  # the last: rows where nothing stands
    place[kept] = np.arange(len(kept), dtype=np.int32)
    place[:-1] = place[same]
    offsets, members = taken(offsets, members, kept)
    return CodedColumn(name, place[codes], elements, offsets, members)


def _first_equal(offsets: Longs, members: Ints, counts: Longs) -> Longs:
    """Return for each value the first that has the same elements: by hash, then looked at."""
    if not len(counts):
        return np.empty(0, dtype=np.int64)
    owner = np.repeat(np.arange(len(counts)), counts)
    if (counts > 1).any():
        members = in_order(owner, members).astype(np.int32)
    sums = np.zeros(len(members) + 1, dtype=np.uint64)  # a sum that overflows is still a difference
    np.cumsum(mix(members.astype(np.uint64) + np.uint64(1)), out=sums[1:])
    ends = np.cumsum(counts)
    found = lowest(mix(counts.astype(np.uint64)) + sums[ends] - sums[ends - counts]).astype(np.int64)
    differs = counts != counts[found]
    near = members == members[np.minimum(runs(offsets[found], counts), max(len(members) - 1, 0))]
    differs[owner[~near]] = True
    if differs.any():  # equal hashes of different values: never seen, and not to be trusted to luck
        rows = [tuple(members[start:stop].tolist()) for start, stop in pairwise(offsets.tolist())]
        firsts: dict[tuple[int, ...], int] = {}
        return np.array([firsts.setdefault(row, place) for place, row in enumerate(rows)], dtype=np.int64)
    return found
