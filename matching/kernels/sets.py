"""Sets of terms per distinct element as sparse integer rows, and their overlaps for many pairs at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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

    def spread(self, rows: NDArray[np.int32]) -> tuple[Longs, Longs]:
        """Return every term of the given rows, with the place of its row among them."""
        sizes = self.sizes[rows]
        places = np.repeat(np.arange(len(rows), dtype=np.int64), sizes)
        within = np.arange(len(places), dtype=np.int64) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return places, self.terms[self.offsets[rows][places] + within]

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
    weigh: Callable[[Iterable[str]], Longs] | None = None,
) -> Longs:
    """Return per pair of rows the summed weight (or number) of the terms that both rows hold.

    Sums are of integers, so the result does not depend on the order or number of other terms.
    """
    result = np.zeros(len(left_rows), dtype=np.int64)
    weights = weigh(left.names) if weigh else np.ones(len(left.names), dtype=np.int64)
    codes = {name: code for code, name in enumerate(left.names)}
    to_left = (
        np.arange(len(left.names))
        if right is left
        else np.fromiter(
            (codes.get(name, -1) for name in right.names), dtype=np.int64, count=len(right.names)
        )
    )
    for start in range(0, len(left_rows), CHUNK):
        part = slice(start, start + CHUNK)
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
    starts, sizes = sets.offsets[rows], sets.offsets[rows.astype(np.int64) + 1] - sets.offsets[rows]
    pairs = np.repeat(np.arange(len(rows), dtype=np.int64), sizes)
    places = (
        np.arange(len(pairs), dtype=np.int64)
        - np.repeat(np.cumsum(sizes) - sizes, sizes)
        + np.repeat(starts, sizes)
    )
    terms = recode[sets.terms[places]]
    keep = terms >= 0
    return np.asarray(pairs[keep] * span + terms[keep])
