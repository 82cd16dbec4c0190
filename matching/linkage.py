"""Average linkage: which two clusters have the best mean weight, exactly.

A mean is a fraction sum/count of integers. It is ordered by the integer floor(K*sum/count) with K at least
the square of the largest count: two different fractions then differ by at least one, and equal ones are
equal, so that no float and no Fraction object is needed. Clusters are named by their lowest record; of equal
means the pair of lowest names comes first. `SmallMeans` keeps Python integers and is quick for a handful of
records; `LargeMeans` keeps numpy rows. Both give the same answers (tests/matching/test_clustering.py holds
them to it).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SMALL = 48
_NEVER = np.iinfo(np.int64).min


class Means(Protocol):
    """The means of all pairs of living clusters that reach the link weight."""

    def best(self) -> tuple[int, int] | None:
        """The pair with the best mean that is not parked, lower name first; None when there is none."""

    def mean(self, left: int, right: int) -> tuple[int, int]:
        """Sum and count of the pair."""

    def merge(self, left: int, right: int) -> None:
        """`right` becomes part of `left`; the pairs of the new cluster are not parked."""

    def park(self, left: int, right: int) -> None:
        """`best` passes the pair over until it is released or one of its clusters merges."""

    def release(self, left: int, right: int) -> None:
        """A parked pair whose clusters both live takes part again."""


def means_of(
    weights: NDArray[np.int64],
    compared: NDArray[np.bool_] | None,
    link_weight: int,
    max_size: int,
    multiplicities: NDArray[np.int64] | None = None,
) -> Means:
    """The means of single records; `compared` marks the pairs that count (None: all); no cluster passes
    max_size.

    multiplicities: how many equal records each one stands for; sums and counts are those of all of them.
    """
    n = len(weights)
    sizes = np.ones(n, dtype=np.int64) if multiplicities is None else multiplicities
    total = int(sizes.sum())
    if compared is not None:
        weights = np.where(compared, weights, 0)
    max_size = max(max_size, int(sizes.max()))
    largest = min((total // 2) * (total - total // 2), max_size * max_size)
    heaviest = max(abs(int(weights.max())), abs(int(weights.min())), abs(link_weight)) + 1
    if n <= SMALL or max(heaviest, largest) * largest * largest >= 2**62:
        counts = None if compared is None else compared.astype(np.int64).tolist()
        return SmallMeans(weights.tolist(), counts, link_weight, largest, sizes.tolist())
    return LargeMeans(weights, compared, link_weight, largest, sizes)


class SmallMeans:
    """Means over lists of integers, in order (mean descending, lower name, higher name)."""

    __slots__ = ("_alive", "_counts", "_link", "_order", "_scale", "_sizes", "_square", "_sums")

    def __init__(
        self,
        weights: list[list[int]],
        counts: list[list[int]] | None,
        link_weight: int,
        largest: int,
        sizes: list[int],
    ) -> None:
        n = len(weights)
        self._sums = weights
        if max(sizes) > 1:
            self._sums = [
                [weight * mine * other for weight, other in zip(row, sizes, strict=True)]
                for row, mine in zip(weights, sizes, strict=True)
            ]
        self._counts = counts
        self._sizes = list(sizes)
        self._link = link_weight
        self._alive = list(range(n))
        self._square = n * n
        self._scale = largest * largest
        self._order: dict[int, int] = {}
        scale, square = self._scale, self._square
        for left in range(n):
            row = weights[left]
            for right in range(left + 1, n):
                if row[right] >= link_weight and (counts is None or counts[left][right]):
                    name = left * n + right
                    self._order[name] = row[right] * scale * square - name

    def best(self) -> tuple[int, int] | None:
        """The best pair that is not parked, or None."""
        if not self._order:
            return None
        name = -max(self._order.values()) % self._square
        return divmod(name, len(self._sums))

    def mean(self, left: int, right: int) -> tuple[int, int]:
        """Sum and count of the pair."""
        if self._counts is None:
            return self._sums[left][right], self._sizes[left] * self._sizes[right]
        return self._sums[left][right], self._counts[left][right]

    def merge(self, left: int, right: int) -> None:
        """`right` becomes part of `left`."""
        self._alive.remove(right)
        mine, other = self._sums[left], self._sums[right]
        for third in self._alive:
            if third != left:
                mine[third] += other[third]
                self._sums[third][left] = mine[third]
                if self._counts is not None:
                    self._counts[left][third] += self._counts[right][third]
                    self._counts[third][left] = self._counts[left][third]
        self._sizes[left] += self._sizes[right]
        n = len(self._sums)
        self._order.pop(left * n + right, None)
        for third in self._alive:
            self._order.pop(right * n + third if right < third else third * n + right, None)
            if third != left:
                self.release(*((left, third) if left < third else (third, left)))

    def park(self, left: int, right: int) -> None:
        """`best` passes the pair over."""
        del self._order[left * len(self._sums) + right]

    def release(self, left: int, right: int) -> None:
        """A parked pair takes part again where its mean still reaches the link weight."""
        name = left * len(self._sums) + right
        total, count = self.mean(left, right)
        if count and total >= self._link * count:
            self._order[name] = total * self._scale // count * self._square - name
        else:
            self._order.pop(name, None)


class LargeMeans:
    """Means over numpy rows: each cluster knows its best partner of a higher name, so a merge costs O(n)."""

    __slots__ = ("_alive", "_best", "_counts", "_link", "_order", "_partner", "_scale", "_sizes", "_sums")

    def __init__(
        self,
        weights: NDArray[np.int64],
        compared: NDArray[np.bool_] | None,
        link_weight: int,
        largest: int,
        sizes: NDArray[np.int64],
    ) -> None:
        n = len(weights)
        self._sums = weights * sizes[:, None] * sizes[None, :]
        self._counts = None if compared is None else compared.astype(np.int64)
        self._sizes = sizes.copy()
        self._link = link_weight
        self._alive = np.ones(n, dtype=np.bool_)
        self._scale = largest * largest
        counted = np.triu(weights >= link_weight, 1)
        if compared is not None:
            counted &= compared
        self._order = np.where(counted, weights * self._scale, _NEVER)
        self._partner = self._order.argmax(axis=1)
        self._best = self._order[np.arange(n), self._partner]

    def best(self) -> tuple[int, int] | None:
        """The best pair that is not parked, or None."""
        left = int(self._best.argmax())
        return None if self._best[left] == _NEVER else (left, int(self._partner[left]))

    def mean(self, left: int, right: int) -> tuple[int, int]:
        """Sum and count of the pair."""
        count = self._sizes[left] * self._sizes[right] if self._counts is None else self._counts[left, right]
        return int(self._sums[left, right]), int(count)

    def merge(self, left: int, right: int) -> None:
        """`right` becomes part of `left`."""
        self._alive[right] = False
        self._sums[left] += self._sums[right]
        self._sums[:, left] = self._sums[left]
        if self._counts is not None:
            self._counts[left] += self._counts[right]
            self._counts[:, left] = self._counts[left]
        self._sizes[left] += self._sizes[right]
        order = self._order_of(left)
        self._order[right] = _NEVER
        self._order[:right, right] = _NEVER
        self._best[right] = _NEVER
        self._order[left, left + 1 :] = order[left + 1 :]
        self._order[:left, left] = order[:left]
        stale = np.flatnonzero((self._partner[:right] == left) | (self._partner[:right] == right))
        self._find(np.append(stale[self._alive[stale] & (stale != left)], left))
        self._prefer(np.flatnonzero(order[:left] > _NEVER), left)

    def _order_of(self, left: int) -> NDArray[np.int64]:
        """The order of all pairs of one cluster; _NEVER below the link weight and for the dead."""
        sums = self._sums[left]
        counts = self._sizes[left] * self._sizes if self._counts is None else self._counts[left]
        reached = self._alive & (counts > 0) & (sums >= self._link * counts)
        reached[left] = False
        # Quotient and remainder apart: sum times scale would not fit into 64 bits.
        whole, rest = np.divmod(sums, np.maximum(counts, 1))
        order = whole * self._scale + rest * self._scale // np.maximum(counts, 1)
        return np.where(reached, order, _NEVER)

    def _find(self, rows: NDArray[np.intp]) -> None:
        partner = self._order[rows].argmax(axis=1)
        self._partner[rows] = partner
        self._best[rows] = self._order[rows, partner]

    def _prefer(self, rows: NDArray[np.intp], column: int) -> None:
        """Rows whose pair with `column` comes before their present best take it."""
        order = self._order[rows, column]
        better = (order > self._best[rows]) | ((order == self._best[rows]) & (column < self._partner[rows]))
        self._best[rows[better]] = order[better]
        self._partner[rows[better]] = column

    def park(self, left: int, right: int) -> None:
        """`best` passes the pair over."""
        self._order[left, right] = _NEVER
        self._find(np.array([left], dtype=np.intp))

    def release(self, left: int, right: int) -> None:
        """A parked pair takes part again where its mean still reaches the link weight."""
        self._order[left, right] = self._order_of(left)[right]
        self._find(np.array([left], dtype=np.intp))


def strong_masks(
    weights: NDArray[np.int64], compared: NDArray[np.bool_] | None, link_weight: int
) -> Sequence[int]:
    """For each record the bit mask of the records it meets at or above the link weight."""
    strong = weights >= link_weight
    if compared is not None:
        strong = strong & compared
    np.fill_diagonal(strong, False)
    packed = np.packbits(strong, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]
