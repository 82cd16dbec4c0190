"""Random choice that gives the same results for a seed on every Python and every machine.

Only ``random.Random.random()`` is used: its sequence is promised to stay (Python documentation, "Notes on
Reproducibility"), while ``choice``, ``shuffle`` and ``randrange`` have changed between versions.
"""

import hashlib
from bisect import bisect
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

_ZIPF: dict[int, list[float]] = {}


def _zipf_table(size: int) -> list[float]:
    """Cumulated weights 1/(rank + 3): the head is frequent as in life, yet the tail is still met."""
    table = _ZIPF.get(size)
    if table is None:
        total = 0.0
        table = []
        for rank in range(size):
            total += 1.0 / (rank + 3)
            table.append(total)
        _ZIPF[size] = table
    return table


class Dice:
    """One named stream of chance: the same seed and name give the same stream, whatever others draw."""

    def __init__(self, seed: int, name: str) -> None:
        digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
        self._draw = Random(int.from_bytes(digest[:8], "big")).random

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self._draw() < probability

    def below(self, limit: int) -> int:
        """A whole number from 0 to ``limit`` - 1."""
        return int(self._draw() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self._draw() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, all alike likely."""
        return choices[int(self._draw() * len(choices))]

    def skewed(self, choices: Sequence[T]) -> T:
        """One of the choices, the earlier ones more often (Zipf)."""
        table = _zipf_table(len(choices))
        return choices[min(bisect(table, self._draw() * table[-1]), len(choices) - 1)]

    def weighted(self, choices: Sequence[tuple[T, int]]) -> T:
        """One of the (choice, weight) rows, by whole-number weight."""
        mark = self.below(sum(weight for _, weight in choices))
        for choice, weight in choices:
            mark -= weight
            if mark < 0:
                return choice
        return choices[-1][0]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a new random order (Fisher-Yates)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def digits(self, count: int) -> str:
        """``count`` random decimal digits."""
        return "".join(str(self.below(10)) for _ in range(count))

    def fill(self, pattern: str) -> str:
        """The pattern with # replaced by a digit, % by a digit 1-9 and @ by a capital letter."""
        marks = {
            "#": lambda: str(self.below(10)),
            "%": lambda: str(self.between(1, 9)),
            "@": lambda: "ABDEFGHJLNPQRSTUWXYZ"[self.below(20)],
        }
        return "".join(marks[sign]() if sign in marks else sign for sign in pattern)
