"""Groups of rows as two arrays: all rows, group by group, and where each group begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Groups(Sequence[tuple[int, ...]]):
    """rows: int32[rows]; bounds: int32[groups + 1]: a million groups are no objects until asked for."""

    rows: Ints
    bounds: Ints

    @classmethod
    def numbered(cls, rows: NDArray[np.integer], numbers: NDArray[np.integer]) -> Groups:
        """Return rows[i] in the group numbers[i]; groups by their numbers, rows of a group ascending."""
        packed = (numbers.astype(np.int64) << 32) | rows
        packed.sort()
        number = packed >> 32
        starts = np.flatnonzero(np.r_[True, number[1:] != number[:-1]][: len(number)])
        bounds = np.append(starts, len(number)).astype(np.int32)
        return cls((packed & 0xFFFFFFFF).astype(np.int32), bounds)

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @overload
    def __getitem__(self, place: int) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[tuple[int, ...], ...]: ...
    def __getitem__(self, place: int | slice) -> tuple[int, ...] | tuple[tuple[int, ...], ...]:
        if isinstance(place, slice):
            return tuple(self[at] for at in range(len(self))[place])
        at = range(len(self))[place]
        return tuple(self.rows[self.bounds[at] : self.bounds[at + 1]].tolist())

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        rows = self.rows.tolist()
        for start, stop in pairwise(self.bounds.tolist()):
            yield tuple(rows[start:stop])

    def __eq__(self, other: object) -> bool:
        """Tell whether another sequence has the same groups in the same order."""
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return all(mine == tuple(theirs) for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment] # equal to tuples of tuples, which hash otherwise

    def numbers(self) -> Ints:
        """Return the number of the group of rows[i]."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.bounds))

    def labels(self) -> Ints:
        """Return the number of its group for every row, of which there are as many as in the groups."""
        found = np.empty(len(self.rows), dtype=np.int32)
        found[self.rows] = self.numbers()
        return found
