"""The blocking keys of one rule: cut once per distinct value, spread over the rows, equal ones together."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodedColumn, taken
from matching.cuts import PAIRED, cut_elements
from matching.frame import Frame
from matching.spec import BlockingRule, KeyPart, MatchSpec
from matching.texts import in_order, mix, runs
from matching.weights import TextWeights

if TYPE_CHECKING:
    from matching.model import Model

Longs = NDArray[np.int64]
Unsigned = NDArray[np.uint64]

THREADS = min(4, os.cpu_count() or 1)
FEW = 5_000  # rows that are sooner done than threads begun
ODD = np.uint64(0x9E3779B97F4A7C15)


def cut_ahead(frame: Frame, spec: MatchSpec, model: Model | None) -> None:
    """Cut what rules share once, before they run side by side; few rows do not."""
    if len(frame) < FEW:
        return
    wanted = dict.fromkeys(part for rule in spec.blocking for part in (*rule.parts, *rule.finer))
    with ThreadPoolExecutor(THREADS) as threads:
        for _ in threads.map(lambda part: part_keys(frame.column(part.column), part, model), wanted):
            pass


def forget_cuts(frame: Frame) -> None:
    """Let go of what was cut, when no more pairs are looked for in the frame."""
    for column in frame.columns.values():
        for name in [name for name in list(column.features) if name.startswith("keys ")]:
            column.features.pop(name, None)


@dataclass(frozen=True)
class RuleKeys:
    """Rows and keys of one rule, equal keys together, finer ones behind the others.

    shallow: keys whose finer keys were not made, though their rule has some.
    """

    rows: Longs
    keys: Longs
    shallow: NDArray[np.bool_]


def rule_keys(
    frame: Frame,
    rule: BlockingRule,
    model: Model | None,
    place: int,
    *,
    cap: int | None = None,
    closed: Longs | None = None,
    standing: NDArray[np.bool_] | None = None,
) -> RuleKeys:
    """Return the keys of the rule at some place; finer ones of every row.

    cap: finer keys only of rows with a key over it. closed: only of rows with one of these keys. standing:
    keys of these rows only.
    """
    rows = np.arange(len(frame), dtype=np.int64) if standing is None else np.flatnonzero(standing)
    keys = np.zeros(len(rows), dtype=np.uint64)
    for part in rule.parts:
        if not frame.column(part.column).size:
            return RuleKeys(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.bool_))
        rows, keys = _added(frame, part, model, rows, keys)
    rows, keys = _together(rows, keys)
    seed = seed_of(place)
    if not rule.finer:
        return RuleKeys(rows, _final(keys, seed), np.zeros(len(rows), dtype=bool))
    if closed is not None:
        wide = np.isin(_final(keys, seed), closed)
    else:
        wide = np.ones(len(rows), dtype=bool) if cap is None else _wide(keys, cap)
    finer = [_added(frame, part, model, rows[wide], keys[wide]) for part in rule.finer]
    found = [(rows, keys)]
    found += [_together(more, fine ^ np.uint64(number)) for number, (more, fine) in enumerate(finer)]
    shallow = np.concatenate([~wide, np.zeros(sum(len(more) for more, _ in found[1:]), dtype=bool)])
    return RuleKeys(
        np.concatenate([part[0] for part in found]),
        _final(np.concatenate([part[1] for part in found]), seed),
        shallow,
    )


def element_keys(column: CodedColumn, rule: BlockingRule, place: int) -> tuple[Longs, Longs]:
    """Return which elements of a column a rule at some place finds by their value, and by which key.

    The rule has one part, of which an element has one key at most.
    """
    sizes, hashed = cut_elements(column.elements, rule.parts[0], None)
    keys = _both(np.zeros(len(hashed), dtype=np.uint64), hashed)
    return np.flatnonzero(sizes), _final(keys, seed_of(place))


def seed_of(place: int) -> np.uint64:
    """Return what keys of the rule at some place are mixed with, so that those of two rules never meet."""
    return np.uint64(place + 1) * np.uint64(0x9E3779B97F4A7C15 & 0xFFFFFFFF)


def _final(keys: Unsigned, seed: np.uint64) -> Longs:
    """Return keys as they are stored: another rule's never equal them."""
    return mix(keys ^ seed).view(np.int64)


def _together(rows: Longs, keys: Unsigned) -> tuple[Longs, Unsigned]:
    order = np.argsort(keys)
    return rows[order], keys[order]


def _wide(keys: Unsigned, cap: int) -> NDArray[np.bool_]:
    """Return which of sorted keys are carried by more than `cap` rows."""
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.empty(0, np.int64)
    sizes = np.diff(np.r_[starts, len(keys)])
    return np.repeat(sizes > cap, sizes)


def _added(
    frame: Frame, part: KeyPart, model: Model | None, rows: Longs, keys: Unsigned
) -> tuple[Longs, Unsigned]:
    """Return rows and keys with each key of one more part added: every combination of one key per part."""
    column = frame.column(part.column)
    offsets, hashes = part_keys(column, part, model)
    codes = column.codes[rows]
    present = codes >= 0
    rows, keys, codes = rows[present], keys[present], codes[present]
    per_value = np.diff(offsets)
    if per_value.max(initial=0) <= 1:  # one key a value at most: nothing is multiplied
        if not per_value.all():
            has = per_value[codes] > 0
            rows, keys, codes = rows[has], keys[has], codes[has]
        return rows, _both(keys, hashes[offsets[codes]])
    counts = per_value[codes]
    found = hashes[runs(offsets[codes], counts)]
    return np.repeat(rows, counts), _both(np.repeat(keys, counts), found)


def _both(keys: Unsigned, further: Unsigned) -> Unsigned:
    """Return one key of two; times an odd number, since what a name and a city have in common would else
    cancel out where a pair of names follows, and strangers met under 0.
    """
    return np.asarray(mix(keys) * ODD + further)


def part_keys(column: CodedColumn, part: KeyPart, model: Model | None) -> tuple[Longs, Unsigned]:
    """Return CSR offsets and key hashes per distinct value of a column, computed once a frame and model."""
    texts = model.texts.get(part.column) if model else None
    known = column.feature(
        f"keys {part.cut} {part.size}", lambda _: (texts, *_part_keys(column, part, texts))
    )
    if known[0] is not texts:
        return _part_keys(column, part, texts)
    return known[1], known[2]


def _part_keys(column: CodedColumn, part: KeyPart, texts: TextWeights | None) -> tuple[Longs, Unsigned]:
    if part.cut == PAIRED:
        return _paired(*_part_keys(column, KeyPart(part.column, "sound", part.size), texts))
    sizes, flat = cut_elements(column.elements, part, texts)
    starts = np.cumsum(sizes) - sizes
    if column.single:
        offsets, keys = taken(np.append(starts, len(flat)), flat, column.members.astype(np.int64))
        most = int(sizes.max(initial=0))
    else:
        counts = sizes[column.members]
        owner = np.repeat(np.arange(column.size), np.diff(column.offsets))
        keys, offsets = (
            flat[runs(starts[column.members], counts)],
            _offsets(np.repeat(owner, counts), column.size),
        )
        most = 2
    if most < 2:
        return offsets, keys
    value = np.repeat(np.arange(column.size), np.diff(offsets))
    order = np.argsort(keys)
    order = order[in_order(value[order], np.arange(len(order)))]
    value, keys = value[order], keys[order]
    first = np.r_[True, (value[1:] != value[:-1]) | (keys[1:] != keys[:-1])][: len(keys)]
    return _offsets(value[first], column.size), keys[first]


def _offsets(owners: Longs, count: int) -> Longs:
    """Return CSR offsets of `count` owners from the ascending owner of every member."""
    return np.asarray(np.searchsorted(owners, np.arange(count + 1)), dtype=np.int64)


def _paired(offsets: Longs, hashes: Unsigned) -> tuple[Longs, Unsigned]:
    """Return every pair of different keys of each value as one key: "john smith" meets "smith john"."""
    place = np.arange(len(hashes), dtype=np.int64)
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    partners = offsets[1:][owner] - place - 1
    one, other = np.repeat(place, partners), runs(place + 1, partners)
    return _offsets(owner[one], len(offsets) - 1), mix(mix(hashes[one]) ^ hashes[other])
