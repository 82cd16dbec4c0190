"""Kernels for what makes one product of a line differ from the next: amounts, packs, colours, numbers.

What both sides state is compared; what only one of them states is no evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.kernels import Kernel, Levels, Pairing, Strings, strings_of
from matching.kernels.strings import edits, where
from matching.texts import Texts

ROUNDING = 0.01  # 355 ml are 12 fl. oz
_AMOUNT = re.compile(r"([0-9.]+)([a-z].*)")
Measures = dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Traits:
    """What tells a variant from the others of its line; empty, 0 and "" are not said."""

    measures: Measures
    colours: frozenset[str]
    size: str
    pack: int
    pieces: int
    level: str


def traits_of(text: str) -> Traits:
    """Read a text such as "amount:500ml colour:red size:xl pack:12 pieces:20 level:case"."""
    said: dict[str, list[str]] = {}
    for word in text.split():
        name, _, value = word.partition(":")
        said.setdefault(name, []).append(value)
    measures: dict[str, list[float]] = {}
    for value in said.get("amount", ()):
        if match := _AMOUNT.fullmatch(value):
            measures.setdefault(match.group(2), []).append(float(match.group(1)))
    return Traits(
        {unit: tuple(amounts) for unit, amounts in measures.items()},
        frozenset(said.get("colour", ())),
        "".join(said.get("size", ())),
        int("".join(said.get("pack", ())) or 0),
        int("".join(said.get("pieces", ())) or 0),
        "".join(said.get("level", ())),
    )


def _variant(pairing: Pairing) -> Levels:
    left, right = pairing.features("traits", lambda texts: [traits_of(text) for text in texts])
    pairs = zip(pairing.left_elements.tolist(), pairing.right_elements.tolist(), strict=True)
    return np.fromiter(
        (variant_level(left[one], right[other]) for one, other in pairs), dtype=np.uint8, count=len(pairing)
    )


def variant_level(left: Traits, right: Traits) -> int:
    """Return the place in VARIANT_LEVELS of two sets of traits."""
    found = (
        _amounts(left.measures, right.measures),
        _colours(left.colours, right.colours),
        0 if not (left.size and right.size) else 2 if left.size == right.size else DIFFERS,
        _packs(left, right),
    )
    if DIFFERS in found:
        return 1
    if UNSAID in found:
        return 2
    return 3 + min(sum(found) // 2, 3) if any(found) else 0


DIFFERS, UNSAID = -1, -2


def _amounts(left: Measures, right: Measures) -> int:
    """Return DIFFERS where both have an amount of a unit that the other lacks, else 2 per unit agreed on."""
    agreed = 0
    for unit, mine in left.items():
        theirs = right.get(unit)
        if theirs is None:
            continue
        lone = (
            sum(not _among(amount, theirs) for amount in mine),
            sum(not _among(amount, mine) for amount in theirs),
        )
        if all(lone):
            return DIFFERS
        agreed += 1 if any(lone) else 2
    return agreed


def _among(amount: float, others: Iterable[float]) -> bool:
    return any(abs(amount - other) <= ROUNDING * max(amount, other) for other in others)


def _colours(left: frozenset[str], right: frozenset[str]) -> int:
    if not left or not right:
        return 0
    if left == right:
        return 2
    return 1 if left < right or right < left else DIFFERS


def _packs(left: Traits, right: Traits) -> int:
    """Return 1 for single items, 2 for the same pack, UNSAID where one says nothing and the other "more"."""
    one, other = left.pack * (left.pieces or 1), right.pack * (right.pieces or 1)
    if {left.level, right.level} == {"case", "each"}:
        return DIFFERS
    if left.pieces and right.pieces and left.pieces != right.pieces and one != other:
        return DIFFERS
    pieces = 2 if left.pieces and left.pieces == right.pieces else 0
    if left.pack and right.pack:
        same = left.pack == right.pack or one == other
        return pieces + (2 if max(left.pack, right.pack) > 1 else 1) if same else DIFFERS
    if not left.pack and not right.pack:
        return pieces
    return UNSAID if max(left.pack, right.pack) > 1 or "case" in (left.level, right.level) else pieces + 1


def _sets(texts: Texts) -> list[frozenset[str]]:
    return [frozenset(text.split()) for text in texts]


def _marks(pairing: Pairing) -> Levels:
    """differs: both have a mark that the other lacks; part: one has; same."""
    left, right = pairing.features("sets", _sets)
    pairs = zip(pairing.left_elements.tolist(), pairing.right_elements.tolist(), strict=True)
    return np.fromiter(
        (_set_level(left[one], right[other]) for one, other in pairs), dtype=np.uint8, count=len(pairing)
    )


def _set_level(left: frozenset[str], right: frozenset[str]) -> int:
    if left == right:
        return 3
    return 2 if left < right or right < left else 1


def _gtin(pairing: Pairing) -> Levels:
    """differs: two right ones; level: one item, two pack levels; doubt: one is wrong; close: a slip."""
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


def _bare(texts: Texts) -> Strings:
    return strings_of(text.lstrip("?") for text in texts)


def _items(texts: Texts) -> Strings:
    return strings_of(text.lstrip("?")[1:13] for text in texts)


def _part_number(pairing: Pairing) -> Levels:
    """differs; close: one edit, more often another part than a slip; part: one begins the other; exact."""
    left, right = pairing.texts()
    levels = np.ones(len(pairing), dtype=np.uint8)
    levels[edits(left, right, 1) <= 1] = 2
    starts = np.fromiter(
        (
            min(len(one), len(other)) >= 4 and (one.startswith(other) or other.startswith(one))
            for one, other in zip(left, right, strict=True)
        ),
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
    short = np.fromiter(
        (min(len(one), len(other)) for one, other in zip(left, right, strict=True)),
        dtype=np.int32,
        count=len(pairing),
    )
    levels[where(short >= 5, lambda at: edits(left[at], right[at], 1) <= 1)] = 2
    starts = np.fromiter(
        (one.startswith(other) or other.startswith(one) for one, other in zip(left, right, strict=True)),
        dtype=bool,
        count=len(pairing),
    )
    levels[starts & (short >= 3)] = 3
    levels[left == right] = 4
    return levels


VARIANT_LEVELS = (
    "missing",
    "differs",
    "pack unsaid",
    "nothing differs",
    "one agrees",
    "two agree",
    "more agree",
)
VARIANT = Kernel(
    "variant",
    VARIANT_LEVELS,
    3,
    (0.001, 0.002, 0.127, 0.35, 0.35, 0.17),
    (0.87, 0.04, 0.05, 0.03, 0.008, 0.002),
    _variant,
    firm=True,
)
MARKS = Kernel("marks", ("missing", "differs", "part", "same"), 3, (0.04, 0.16, 0.8), (0.8, 0.1, 0.1), _marks)
GTIN = Kernel(
    "gtin", ("missing", "differs", "level", "doubt", "close", "exact"), 4, (0.02, 0.001, 0.01, 0.05, 0.919),
    (0.98, 0.0001, 0.0195, 0.0001, 0.0003), _gtin, ordered=False,
)  # fmt: skip
PART_NUMBER = Kernel(
    "part_number", ("missing", "differs", "close", "part", "exact"), 4, (0.05, 0.01, 0.03, 0.91),
    (0.994, 0.003, 0.002, 0.001), _part_number, ordered=False,
)  # fmt: skip
MODEL_NUMBER = Kernel(
    "model_number", PART_NUMBER.levels, 4, (0.12, 0.02, 0.06, 0.8), (0.93, 0.015, 0.005, 0.05), _part_number,
    ordered=False,
)  # fmt: skip
BRAND = Kernel(
    "brand",
    ("missing", "differs", "close", "part", "exact"),
    2,
    (0.02, 0.02, 0.06, 0.9),
    (0.97, 0.001, 0.004, 0.025),
    _brand,
)
