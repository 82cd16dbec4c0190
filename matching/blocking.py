"""Blocking: each record maps to its own 64-bit keys; records that share an open key become candidate pairs.

A key depends on the record and the frozen document frequencies of the model only, never on other records. A
key carried by more rows than the cap is closed: it is counted and reported, not half used. In its place stand
the finer keys that its rule declares. Two records that share a finer key share the key itself, so finer keys
of open keys change nothing: a store may keep them for every record, one machine makes them where needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodedColumn, mix, runs
from matching.cuts import cut_keys
from matching.frame import Frame
from matching.spec import BlockingRule, KeyPart, MatchSpec

if TYPE_CHECKING:
    from matching.model import Model

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Unsigned = NDArray[np.uint64]


@dataclass(frozen=True)
class BlockingKeys:
    """rows int64, keys int64 (signed), rules uint8 of equal length, sorted by rule, key, row; no key twice
    a row.
    """

    rows: Longs
    keys: Longs
    rules: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, standing: NDArray[np.bool_]) -> BlockingKeys:
        """Return the keys of some rows only."""
        kept = standing[self.rows]
        return BlockingKeys(self.rows[kept], self.keys[kept], self.rules[kept])


@dataclass(frozen=True)
class RuleCount:
    """What one rule contributed: candidate pairs, keys closed by the cap, the rows they held, and how many
    of these rows meet nobody by any key of the rule.
    """

    pairs: int
    closed_keys: int
    closed_rows: int
    lost_rows: int = 0


@dataclass(frozen=True)
class Pairs:
    """left < right int32, distinct, ascending; rules: bit r of word r // 64 is set when rule r found the
    pair.
    """

    left: Ints
    right: Ints
    rules: Unsigned
    counts: dict[int, RuleCount] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.left)

    def at(self, places: Longs) -> Pairs:
        """Return the pairs at some ascending places; what the rules contributed stays as counted."""
        return Pairs(self.left[places], self.right[places], self.rules[places], self.counts)


def record_keys(
    frame: Frame, spec: MatchSpec, model: Model | None = None, *, cap: int | None = None
) -> BlockingKeys:
    """Return every blocking key of every row; with a cap, finer keys only of rows with a key over it."""
    frame = frame.telling(model.generic) if model else frame
    rows, keys, rules = [], [], []
    for place, rule in enumerate(spec.blocking):
        rule_rows, rule_keys = _with_finer(frame, rule, model, cap)
        if len(rule_rows):
            seed = np.uint64(place + 1) * np.uint64(0x9E3779B97F4A7C15 & 0xFFFFFFFF)
            mixed = mix(rule_keys ^ seed).view(np.int64)
            order = np.lexsort((rule_rows, mixed))
            rule_rows, mixed = rule_rows[order], mixed[order]
            first = np.r_[True, (rule_rows[1:] != rule_rows[:-1]) | (mixed[1:] != mixed[:-1])]
            rows.append(rule_rows[first])
            keys.append(mixed[first])
            rules.append(np.full(int(first.sum()), place, dtype=np.uint8))
    if not rows:
        return BlockingKeys(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint8))
    return BlockingKeys(np.concatenate(rows), np.concatenate(keys), np.concatenate(rules))


def _with_finer(
    frame: Frame, rule: BlockingRule, model: Model | None, cap: int | None
) -> tuple[Longs, Unsigned]:
    """Return rows and unmixed keys of a rule, those of its finer parts behind the others."""
    rows = np.arange(len(frame), dtype=np.int64)
    keys = np.zeros(len(frame), dtype=np.uint64)
    for part in rule.parts:
        rows, keys = _added(frame, part, model, rows, keys)
    if not rule.finer:
        return rows, keys
    wide = np.ones(len(rows), dtype=bool)
    if cap is not None:
        _, place, counts = np.unique(keys, return_inverse=True, return_counts=True)
        wide = counts[place] > cap
    if not wide.any():
        return rows, keys
    finer = [_added(frame, part, model, rows[wide], keys[wide]) for part in rule.finer]
    return np.concatenate([rows, *(more for more, _ in finer)]), np.concatenate(
        [keys, *(more for _, more in finer)]
    )


def _added(
    frame: Frame, part: KeyPart, model: Model | None, rows: Longs, keys: Unsigned
) -> tuple[Longs, Unsigned]:
    """Return rows and keys with each key of one more part added: every combination of one key per part."""
    column = frame.column(part.column)
    offsets, hashes = part_keys(column, part, model)
    codes = column.codes[rows]
    present = codes >= 0
    rows, keys, codes = rows[present], keys[present], codes[present]
    counts = offsets[codes.astype(np.int64) + 1] - offsets[codes]
    found = hashes[runs(offsets[codes], counts)]
    return np.repeat(rows, counts), mix(np.repeat(keys, counts)) ^ found


def part_keys(column: CodedColumn, part: KeyPart, model: Model | None) -> tuple[Longs, Unsigned]:
    """Return CSR offsets and key hashes per distinct value of a column."""
    texts = model.texts.get(part.column) if model else None
    if part.cut == "value_pairs":
        return _paired(*part_keys(column, KeyPart(part.column, "sound", part.size), model))
    per_element = [cut_keys(text, part, texts) for text in column.elements.tolist()]
    sizes = np.fromiter(map(len, per_element), dtype=np.int64, count=len(per_element))
    flat = np.fromiter(chain.from_iterable(per_element), dtype=np.uint64, count=int(sizes.sum()))
    starts = np.cumsum(sizes) - sizes
    counts = sizes[column.members]
    owner = np.repeat(np.arange(column.size), np.diff(column.offsets))
    value = np.repeat(owner, counts)
    keys = flat[runs(starts[column.members], counts)]
    if len(keys) > 1:
        order = np.lexsort((keys, value))
        value, keys = value[order], keys[order]
        first = np.r_[True, (value[1:] != value[:-1]) | (keys[1:] != keys[:-1])]
        value, keys = value[first], keys[first]
    return _offsets(value, column.size), keys


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


def candidate_pairs(keys: BlockingKeys, cap: int, sources: Ints | None = None) -> Pairs:
    """Return the distinct pairs of rows that share a key carried by at most `cap` rows.

    With sources given, only pairs of rows of different sources are returned (linking without deduplication).
    """
    found, bits, counts = [], [], {}
    for rule in np.unique(keys.rules):
        start, stop = np.searchsorted(keys.rules, [rule, int(rule) + 1])
        pairs, count = _rule_pairs(keys.rows[start:stop], keys.keys[start:stop], cap, sources)
        counts[int(rule)] = count
        found.append(pairs)
        bits.append(np.full(len(pairs), np.uint64(1) << np.uint64(int(rule) % 64), dtype=np.uint64))
    return merge_pairs(found, bits, counts)


def closed_keys(keys: BlockingKeys, cap: int) -> frozenset[int]:
    """Return the keys that more than `cap` rows carry: nobody is found by them."""
    found, counts = np.unique(keys.keys, return_counts=True)
    return frozenset(found[counts > cap].tolist())


def merge_pairs(found: list[Unsigned], bits: list[Unsigned], counts: dict[int, RuleCount]) -> Pairs:
    """Return distinct pairs from packed ones (left << 32 | right), with the bits of all rules that found
    each.
    """
    if not found:
        return Pairs(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.uint64), counts)
    pairs = _distinct(np.concatenate(found))
    merged = np.zeros(len(pairs), dtype=np.uint64)
    for some, bit in zip(found, bits, strict=True):
        merged[np.searchsorted(pairs, some)] |= bit  # each list holds a pair once
    left = (pairs >> np.uint64(32)).astype(np.int32)
    right = (pairs & np.uint64(0xFFFFFFFF)).astype(np.int32)
    return Pairs(left, right, merged, counts)


def _distinct(packed: Unsigned) -> Unsigned:
    """Return the distinct values, ascending; sorting in place beats hashing by far on pairs."""
    packed.sort()
    return packed[np.r_[True, packed[1:] != packed[:-1]]] if len(packed) else packed


def pack(left: Ints, right: Ints) -> Unsigned:
    """Return each pair as one number, the smaller row in the upper half."""
    low, high = np.minimum(left, right).astype(np.uint64), np.maximum(left, right).astype(np.uint64)
    return (low << np.uint64(32)) | high


def _rule_pairs(rows: Longs, keys: Longs, cap: int, sources: Ints | None) -> tuple[Unsigned, RuleCount]:
    """Pair the rows of each run of equal keys, one distance at a time: as many passes as the largest open
    run.
    """
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    sizes = np.diff(np.r_[starts, len(keys)])
    closed = sizes > cap
    ends = np.repeat(starts + sizes, sizes)
    open_places = np.flatnonzero(np.repeat(~closed & (sizes > 1), sizes))
    found = []
    for distance in range(1, int(sizes[~closed].max(initial=1))):
        open_places = open_places[open_places + distance < ends[open_places]]
        left, right = rows[open_places], rows[open_places + distance]
        if sources is not None:
            cross = sources[left] != sources[right]
            left, right = left[cross], right[cross]
        found.append((left.astype(np.uint64) << np.uint64(32)) | right.astype(np.uint64))
    pairs = _distinct(np.concatenate(found)) if found else np.empty(0, np.uint64)
    lost = 0
    if closed.any():
        alone = np.zeros(int(rows.max()) + 1, dtype=bool)
        alone[rows[np.repeat(closed, sizes)]] = True
        alone[rows[np.repeat(~closed & (sizes > 1), sizes)]] = False
        lost = int(alone.sum())
    return pairs, RuleCount(len(pairs), int(closed.sum()), int(sizes[closed].sum()), lost)
