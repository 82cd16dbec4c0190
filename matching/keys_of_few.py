"""The blocking keys of a few rows, number by number: for one record a thousand small array operations cost
more than its keys.

Invariant: the same keys in the same order as `matching.keys` makes of the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from matching.columns import CodedColumn
from matching.cuts import MANY, ONE, PAIRED, month_day, no_such_cut
from matching.frame import Frame
from matching.keys import ODD, seed_of
from matching.spec import BlockingRule, KeyPart
from matching.texts import WORD, hash_of, mixed
from matching.weights import TextWeights

if TYPE_CHECKING:
    from matching.model import Model

TIMES = int(ODD)
SIGN = 1 << 63

RowKey = tuple[int, int]
"""A key before it is mixed for the last time, and its row: so they are ordered."""
Told = list[tuple[int, int, bool]]
"""Row, key, and whether its finer keys were not made though its rule has some."""

CUT: dict[str, Callable[[str, int], str]] = {
    "value": lambda text, size: text if len(text) >= size else "",
    "start": lambda text, size: text[:size],
    "end": lambda text, size: text[-size:] if len(text) >= size else "",
    "year": lambda text, size: text[:4],
    "month_day": lambda text, size: month_day(text),
    "local": lambda text, size: _local(text, max(size, 3)),
}
"""What `matching.cuts.ONE` cuts of many texts at once."""
assert CUT.keys() == ONE.keys()


def rule_keys_of_few(
    frame: Frame, rule: BlockingRule, model: Model | None, place: int, closed: Collection[int] | None
) -> Told:
    """Return the keys of the rule at some place, equal keys together, finer ones behind the others.

    closed: finer keys only of rows with one of these keys.
    """
    found = [(0, row) for row in range(len(frame))]
    for part in rule.parts:
        if not frame.column(part.column).size:
            return []
        found = _added(frame, part, model, found)
    found.sort()
    seed = int(seed_of(place))
    keys = [_final(key, seed) for key, _ in found]
    wide = [bool(rule.finer) and (closed is None or key in closed) for key in keys]
    told = [
        (row, key, bool(rule.finer) and not finer)
        for (_, row), key, finer in zip(found, keys, wide, strict=True)
    ]
    further = [one for one, finer in zip(found, wide, strict=True) if finer]
    for number, part in enumerate(rule.finer if further else ()):
        finer = sorted((key ^ number, row) for key, row in _added(frame, part, model, further))
        told += [(row, _final(key, seed), False) for key, row in finer]
    return told


def _added(frame: Frame, part: KeyPart, model: Model | None, found: Sequence[RowKey]) -> list[RowKey]:
    """Return rows and keys with each key of one more part added: every combination of one key per part."""
    column = frame.column(part.column)
    texts = model.texts.get(part.column) if model else None
    of_value = keys_of_values(column, part.cut, part.size, texts)
    codes = column.codes.tolist()
    return [
        ((mixed(key) * TIMES + further) & WORD, row)
        for key, row in found
        if codes[row] >= 0
        for further in of_value[codes[row]]
    ]


def keys_of_values(
    column: CodedColumn, cut: str, size: int, texts: TextWeights | None
) -> list[tuple[int, ...]]:
    """Return the distinct keys of each value of a column, ascending."""
    if cut == PAIRED:
        single = keys_of_values(column, "sound", size, texts)
        return [tuple(mixed(mixed(one) ^ other) for one, other in combinations(keys, 2)) for keys in single]
    known, found = column.feature(
        f"few keys {cut} {size}", lambda _: (texts, _keys_of_elements(column, cut, size, texts))
    )
    return found if known is texts else _keys_of_elements(column, cut, size, texts)


def _keys_of_elements(
    column: CodedColumn, cut: str, size: int, texts: TextWeights | None
) -> list[tuple[int, ...]]:
    if cut in CUT:
        return [
            tuple(sorted({hash_of(part) for text in value if (part := CUT[cut](text, size))}))
            for value in column.values
        ]
    if cut not in MANY:
        raise no_such_cut(cut)
    parts = MANY[cut]
    return [
        tuple(sorted({hash_of(part) for text in value for part in parts(text, size, texts)}))
        for value in column.values
    ]


def _local(text: str, least: int) -> str:
    local = text[: max(text.rfind("@"), 0)]
    return local if len(local) >= least else ""


def _final(key: int, seed: int) -> int:
    """Return a key as it is stored, a signed number."""
    found = mixed(key ^ seed)
    return found - (1 << 64) if found & SIGN else found
