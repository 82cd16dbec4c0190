"""Sets of terms per distinct element as sparse integer rows, and their overlaps for many pairs at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matching.columns import taken

Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Sets:
    """offsets int64[n + 1], terms int64 (codes into names, ascending in each row)."""

    offsets: Longs
    terms: Longs
    names: tuple[str, ...]

    @classmethod
    def of(cls, rows: Sequence[Iterable[str]]) -> Sets:
        """Return the sets of the given rows; a term repeated in a row counts once."""
        codes: dict[str, int] = {}
        coded = [sorted({codes.setdefault(term, len(codes)) for term in row}) for row in rows]
        offsets = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(row) for row in coded], out=offsets[1:])
        terms = np.fromiter((term for row in coded for term in row), dtype=np.int64, count=int(offsets[-1]))
        return cls(offsets, terms, tuple(codes))

    @property
    def sizes(self) -> Longs:
        """Return the number of terms per row."""
        return np.diff(self.offsets)

    def recoded(self, other: Sets) -> Longs:
        """Return the number here of each term of other sets, -1 for terms that these do not have."""
        codes = {name: code for code, name in enumerate(self.names)}
        return np.fromiter(
            (codes.get(name, -1) for name in other.names), dtype=np.int64, count=len(other.names)
        )

    @cached_property
    def blooms(self) -> NDArray[np.uint64]:
        """256 bits per row, uint64[rows, 4], one a term: rows without a bit in common share no term."""
        places = np.fromiter(
            (crc32(name.encode("utf-8", "surrogatepass")) & 255 for name in self.names), np.int64
        )
        found = np.zeros((len(self.offsets) - 1, 4), dtype=np.uint64)
        owner = np.repeat(np.arange(len(found)), self.sizes)
        place = places[self.terms] if len(self.terms) else np.empty(0, dtype=np.int64)
        bit = np.left_shift(np.uint64(1), (place & 63).astype(np.uint64))
        np.bitwise_or.at(found, (owner, place >> 6), bit)
        return found

    def meets(self, rows: NDArray[np.int32], other: Sets, other_rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return where two rows may share a term; elsewhere they share none."""
        both = self.blooms[rows] & other.blooms[other_rows]
        return np.asarray(both.any(axis=1))

    def spread(self, rows: NDArray[np.int32]) -> tuple[Longs, Longs]:
        """Return every term of the given rows, with the place of its row among them."""
        offsets, terms = taken(self.offsets, self.terms, rows.astype(np.int64))
        return np.repeat(np.arange(len(rows), dtype=np.int64), np.diff(offsets)), terms

    def totals(self, weights: Longs) -> Longs:
        """Return the sum of the term weights per row."""
        sums = np.zeros(len(self.terms) + 1, dtype=np.int64)
        np.cumsum(weights[self.terms], out=sums[1:])
        return sums[self.offsets[1:]] - sums[self.offsets[:-1]]


CHUNK = 1 << 16


def overlap(
    left: Sets,
    left_rows: NDArray[np.int32],
    right: Sets,
    right_rows: NDArray[np.int32],
    weights: Longs | None = None,
) -> Longs:
    """Return per pair of rows the summed weight (or number) of the terms that both rows hold.

    weights: of the left terms, integers: the result does not depend on the order or number of other terms.
    """
    result = np.zeros(len(left_rows), dtype=np.int64)
    weights = np.ones(len(left.names), dtype=np.int64) if weights is None else weights
    to_left = np.arange(len(left.names)) if right is left else left.recoded(right)
    may = np.flatnonzero(left.meets(left_rows, right, right_rows))
    for start in range(0, len(may), CHUNK):
        part = may[start : start + CHUNK]
        result[part] = _overlap(left, left_rows[part], right, right_rows[part], to_left, weights)
    return result


def _overlap(
    left: Sets,
    left_rows: NDArray[np.int32],
    right: Sets,
    right_rows: NDArray[np.int32],
    to_left: Longs,
    weights: Longs,
) -> Longs:
    """Sort (pair, term) keys of both sides together; a key that follows itself is shared."""
    span = np.int64(len(left.names) + 1)
    left_keys = _expand(left, left_rows, np.arange(len(left.names)), span)
    right_keys = _expand(right, right_rows, to_left, span)
    keys = np.concatenate([left_keys, right_keys])
    keys.sort()
    shared = keys[:-1][keys[:-1] == keys[1:]]
    pairs = shared // span
    return np.bincount(pairs, weights=weights[shared % span], minlength=len(left_rows)).astype(np.int64)


def _expand(sets: Sets, rows: NDArray[np.int32], recode: Longs, span: np.int64) -> Longs:
    pairs, terms = sets.spread(rows)
    terms = recode[terms]
    keep = terms >= 0
    return np.asarray(pairs[keep] * span + terms[keep])
