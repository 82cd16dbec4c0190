"""Kernels for what makes one product of a line differ from the next: amounts, packs, colours, numbers, titles.

What both sides state is compared; what only one of them states is no evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from matching.kernels import Kernel, Levels, Pairing, Texts
from matching.kernels.strings import edits, where

ROUNDING = 0.01  # 355 ml are 12 fl. oz
_AMOUNT = re.compile(r"([0-9.]+)([a-z].*)")
Measures = dict[str, tuple[float, ...]]


def _loop(pairing: Pairing, name: str, build: Callable[[Texts], list[object]], level: Callable[..., int]) -> Levels:
    """Return the level of each pair from a feature of either side."""
    left, right = pairing.features(name, build)
    pairs = zip(pairing.left_elements.tolist(), pairing.right_elements.tolist(), strict=True)
    return np.fromiter((level(left[one], right[other]) for one, other in pairs), dtype=np.uint8, count=len(pairing))


def _measures(texts: Texts) -> list[object]:
    """Return unit -> ascending amounts per text of amounts such as "500ml 2700k"."""
    found: list[object] = []
    for text in texts:
        units: dict[str, list[float]] = {}
        for word in text.split():
            if match := _AMOUNT.fullmatch(word):
                units.setdefault(match.group(2), []).append(float(match.group(1)))
        found.append({unit: tuple(sorted(amounts)) for unit, amounts in units.items()})
    return found


def _measure_level(left: Measures, right: Measures) -> int:
    """missing: no unit in common; differs: both have an amount of a unit that the other lacks; part; same."""
    level = 0
    for unit, mine in left.items():
        theirs = right.get(unit)
        if theirs is None:
            continue
        lone = sum(not _among(amount, theirs) for amount in mine), sum(not _among(amount, mine) for amount in theirs)
        if all(lone):
            return 1
        level = 2 if any(lone) or level == 2 else 3
    return level


def _among(amount: float, others: Iterable[float]) -> bool:
    return any(abs(amount - other) <= ROUNDING * max(amount, other) for other in others)


def _sets(texts: Texts) -> list[object]:
    return [frozenset(text.split()) for text in texts]


def _set_level(left: frozenset[str], right: frozenset[str]) -> int:
    """differs: nothing in common; mixed: both have more than what they share; part: one has; same."""
    if left == right:
        return 4
    if not left & right:
        return 1
    return 3 if left < right or right < left else 2


Pack = tuple[int, int, str]


def _packs(texts: Texts) -> list[object]:
    """Return (pack, pieces, level) of texts such as "12 case", "1 20 each"; 0 and "" are not said."""
    found: list[object] = []
    for text in texts:
        words = text.split()
        numbers = [int(word) for word in words if word.isdigit()]
        found.append((numbers[0], numbers[1] if len(numbers) > 1 else 0, words[-1] if not words[-1].isdigit() else ""))
    return found


def _pack_level(left: Pack, right: Pack) -> int:
    """differs; unsaid, other: one side says nothing, the other more than one; unsaid, one; same."""
    one, other = left[0] * (left[1] or 1), right[0] * (right[1] or 1)
    levels = {left[2], right[2]}
    if left[1] and right[1] and left[1] != right[1] and one != other:
        return 1
    if left[0] and right[0]:
        if left[0] != right[0] and one != other:
            return 1
        return 1 if levels == {"case", "each"} else 4
    if levels == {"case", "each"}:
        return 1
    if not left[0] and not right[0]:
        return 4 if left[1] and left[1] == right[1] else 0
    return 2 if max(left[0], right[0]) > 1 or "case" in levels else 3


def _gtin(pairing: Pairing) -> Levels:
    """differs: two right ones; level: one item at two pack levels; doubt: one is wrong; close: one slip; exact."""
    left, right = pairing.texts()
    levels = np.ones(len(pairing), dtype=np.uint8)
    doubt_left, doubt_right = pairing.features("doubt", _doubt)
    doubt = doubt_left[pairing.left_elements] | doubt_right[pairing.right_elements]
    items_left, items_right = pairing.features("items", _items)
    levels[items_left[pairing.left_elements] == items_right[pairing.right_elements]] = 2
    bare_left, bare_right = pairing.features("bare", _bare)
    one, other = bare_left[pairing.left_elements], bare_right[pairing.right_elements]
    levels[doubt] = 3
    levels[where(doubt, lambda at: edits(one[at], other[at], 1) <= 1)] = 4
    levels[one == other] = 5
    return levels


def _doubt(texts: Texts) -> NDArray[np.bool_]:
    return np.array([text[:1] == "?" for text in texts], dtype=bool)


def _bare(texts: Texts) -> Texts:
    return _array(text.lstrip("?") for text in texts)


def _items(texts: Texts) -> Texts:
    return _array(text.lstrip("?")[1:13] for text in texts)


def _array(texts: Iterable[str]) -> Texts:
    rows = list(texts)
    found = np.empty(len(rows), dtype=object)
    found[:] = rows
    return found


def _part_number(pairing: Pairing) -> Levels:
    """differs; close: one edit; part: one begins the other; exact. One figure more often tells two parts apart."""
    left, right = pairing.texts()
    levels = np.ones(len(pairing), dtype=np.uint8)
    levels[edits(left, right, 1) <= 1] = 2
    starts = np.fromiter(
        (min(len(one), len(other)) >= 4 and (one.startswith(other) or other.startswith(one)) for one, other in zip(left, right, strict=True)),
        dtype=bool,
        count=len(pairing),
    )
    levels[starts] = 3
    levels[left == right] = 4
    return levels


def _brand(pairing: Pairing) -> Levels:
    """differs; close: one edit in five letters; part: one begins the other; exact."""
    left, right = pairing.texts()
    levels = np.ones(len(pairing), dtype=np.uint8)
    short = np.fromiter((min(len(one), len(other)) for one, other in zip(left, right, strict=True)), dtype=np.int32, count=len(pairing))
    levels[where(short >= 5, lambda at: edits(left[at], right[at], 1) <= 1)] = 2
    starts = np.fromiter(
        (one.startswith(other) or other.startswith(one) for one, other in zip(left, right, strict=True)), dtype=bool, count=len(pairing)
    )
    levels[starts & (short >= 3)] = 3
    levels[left == right] = 4
    return levels


MEASURES = Kernel(
    "measures", ("missing", "differs", "part", "same"), 3, (0.02, 0.05, 0.93), (0.8, 0.03, 0.17),
    lambda pairing: _loop(pairing, "measures", _measures, _measure_level),
)  # fmt: skip
TRAITS = Kernel(
    "traits", ("missing", "differs", "mixed", "part", "same"), 4, (0.02, 0.01, 0.07, 0.9), (0.8, 0.01, 0.02, 0.17),
    lambda pairing: _loop(pairing, "traits", _sets, _set_level),
)  # fmt: skip
PACK = Kernel(
    "pack", ("missing", "differs", "unsaid, more", "unsaid, one", "same"), 4, (0.01, 0.03, 0.16, 0.8),
    (0.5, 0.1, 0.1, 0.3), lambda pairing: _loop(pairing, "packs", _packs, _pack_level),
)  # fmt: skip
GTIN = Kernel(
    "gtin", ("missing", "differs", "level", "doubt", "close", "exact"), 4, (0.02, 0.001, 0.01, 0.05, 0.919),
    (0.98, 0.0001, 0.0195, 0.0001, 0.0003), _gtin, ordered=False,
)  # fmt: skip
PART_NUMBER = Kernel(
    "part_number", ("missing", "differs", "close", "part", "exact"), 4, (0.05, 0.01, 0.03, 0.91),
    (0.994, 0.003, 0.002, 0.001), _part_number, ordered=False,
)  # fmt: skip
BRAND = Kernel(
    "brand", ("missing", "differs", "close", "part", "exact"), 2, (0.02, 0.02, 0.06, 0.9), (0.97, 0.001, 0.004, 0.025), _brand
)
