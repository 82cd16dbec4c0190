"""Comparison kernels: from distinct pairs of elements to agreement levels, whole arrays at a time.

Level 0 is always "missing"; the others ascend from "differs" to the strongest agreement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodedColumn
from matching.texts import Scored, Texts
from matching.weights import TextWeights

T = TypeVar("T")
Levels = NDArray[np.uint8]
Strings = NDArray[np.object_]

FEW = 64
"""Pairs, or texts, that are sooner looked at one by one than prepared for many."""


@dataclass(frozen=True)
class Pairing:
    """Pairs of distinct elements: left_elements[i] of the left column meets right_elements[i] of the right
    one.
    """

    left: CodedColumn
    left_elements: NDArray[np.int32]
    right: CodedColumn
    right_elements: NDArray[np.int32]
    weights: TextWeights | None = None

    def texts(self) -> tuple[Strings, Strings]:
        """Return both sides as arrays of strings."""
        return (
            strings_of(self.left.elements.at(self.left_elements)),
            strings_of(self.right.elements.at(self.right_elements)),
        )

    def strings(self) -> tuple[list[str], list[str]]:
        """Return both sides as strings, of few pairs."""
        left, right = self.left.elements, self.right.elements
        return [left[at] for at in self.left_elements.tolist()], [
            right[at] for at in self.right_elements.tolist()
        ]

    def scored(self) -> tuple[Scored, Scored]:
        """Return both sides as a string metric takes them."""
        return self.left.elements.scored(self.left_elements), self.right.elements.scored(self.right_elements)

    def same(self) -> NDArray[np.bool_]:
        """Return where both sides are the same text."""
        if self.left is self.right:
            return np.asarray(self.left_elements == self.right_elements)
        return self.left.elements.same(self.left_elements, self.right.elements, self.right_elements)

    def at(self, places: NDArray[np.int64]) -> Pairing:
        """Return the pairs at some places only."""
        left, right = self.left_elements[places], self.right_elements[places]
        return Pairing(self.left, left, self.right, right, self.weights)

    def features(self, name: str, build: Callable[[Texts], T]) -> tuple[T, T]:
        """Return a derived feature of the distinct elements of both columns."""
        return self.left.feature(name, build), self.right.feature(name, build)

    def __len__(self) -> int:
        return len(self.left_elements)


def strings_of(texts: Iterable[str]) -> Strings:
    """Return texts as an array of strings."""
    rows = list(texts)
    found = np.empty(len(rows), dtype=object)
    found[:] = rows
    return found


@dataclass(frozen=True)
class Kernel:
    """A way to compare; m and u are untrained estimates per level from "differs" up, seen across many data
    sets.

    agrees: the first level that counts as agreement for comparisons that depend on this one.
    weighted: the kernel needs document frequencies from the model.
    crowded: it also needs to know how crowded it is around each text.
    ordered: a higher level never counts less than a lower one.
    firm: its m holds by definition (two colours are two variants): training hardly moves it.
    quick: comparing a pair costs less than finding out whether the same two values met before.
    reflexive: any text reaches the last level against itself.
    """

    name: str
    levels: tuple[str, ...]
    agrees: int
    m: tuple[float, ...]
    u: tuple[float, ...]
    measure: Callable[[Pairing], Levels]
    weighted: bool = False
    crowded: bool = False
    ordered: bool = True
    firm: bool = False
    quick: bool = False
    reflexive: bool = False
