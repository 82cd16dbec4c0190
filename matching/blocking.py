"""Blocking: each record maps to its own 64-bit keys; records that share an open key become candidate pairs.

A key depends on the record and the frozen document frequencies of the model only, never on other records. A
key carried by more rows than the cap is closed: it is counted and reported, not half used. In its place stand
the finer keys that its rule declares. Two records that share a finer key share the key itself, so finer keys
of open keys change nothing: a store may keep them for every record, one machine makes them where needed.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matching.frame import Frame
from matching.keys import FEW, RuleKeys, cut_ahead, rule_keys
from matching.keys_of_few import rule_keys_of_few
from matching.reading_columns import FEW_ROWS
from matching.spec import MatchSpec

if TYPE_CHECKING:
    from matching.model import Model

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Unsigned = NDArray[np.uint64]

NOTHING: Mapping[int, tuple[Ints, Ints]] = {}
THREADS = min(4, os.cpu_count() or 1)
MERGED_AT_ONCE = 1 << 20  # packed pairs merged at a time: memory stays flat
SAMPLED = 1 << 8  # so many of them are looked at to cut stretches of that size
SIX = np.uint64(63)


@dataclass(frozen=True)
class BlockingKeys:
    """rows int64, keys int64 (signed), rules uint8 of equal length: by rule, equal keys of a rule together;
    no key twice a row.

    shallow: of which keys the finer ones are not among them, though their rule has some; empty: of none.
    """

    rows: Longs
    keys: Longs
    rules: NDArray[np.uint8]
    shallow: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))

    def __len__(self) -> int:
        return len(self.rows)

    def at(self, places: Longs) -> BlockingKeys:
        """Return the keys at some places."""
        return BlockingKeys(self.rows[places], self.keys[places], self.rules[places], self.shallow[places])


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
    frame: Frame,
    spec: MatchSpec,
    model: Model | None = None,
    *,
    caps: Sequence[int] | None = None,
    closed: Collection[int] | None = None,
) -> BlockingKeys:
    """Return every blocking key of every row, finer ones included.

    caps: finer keys only of rows with a key that more rows carry than its rule's cap; closed: only of rows
    with one of these keys. Both give the same candidates where `closed` are the keys over the cap.
    """
    frame = frame.telling(model.generic) if model else frame
    if caps is None and len(frame) <= FEW_ROWS:
        return _keys_of_few(frame, spec, model, None if closed is None else frozenset(closed))
    cut_ahead(frame, spec, model)
    known = None if closed is None else np.fromiter(closed, dtype=np.int64, count=len(closed))

    def of_rule(place: int) -> RuleKeys:
        cap = None if caps is None else caps[place]
        return rule_keys(frame, spec.blocking[place], model, place, cap=cap, closed=known)

    if len(frame) < FEW:
        found = [of_rule(place) for place in range(len(spec.blocking))]
    else:
        with ThreadPoolExecutor(THREADS) as threads:
            found = list(threads.map(of_rule, range(len(spec.blocking))))
    rules = [np.full(len(one.rows), place, dtype=np.uint8) for place, one in enumerate(found)]
    return BlockingKeys(
        np.concatenate([np.empty(0, np.int64), *(one.rows for one in found)]),
        np.concatenate([np.empty(0, np.int64), *(one.keys for one in found)]),
        np.concatenate([np.empty(0, np.uint8), *rules]),
        np.concatenate([np.empty(0, np.bool_), *(one.shallow for one in found)]),
    )


def _keys_of_few(
    frame: Frame, spec: MatchSpec, model: Model | None, closed: Collection[int] | None
) -> BlockingKeys:
    found = [
        (row, key, place, shallow)
        for place, rule in enumerate(spec.blocking)
        for row, key, shallow in rule_keys_of_few(frame, rule, model, place, closed)
    ]
    rows, keys, rules, shallow = zip(*found, strict=True) if found else ((), (), (), ())
    return BlockingKeys(
        np.array(rows, dtype=np.int64),
        np.array(keys, dtype=np.int64),
        np.array(rules, dtype=np.uint8),
        np.array(shallow, dtype=bool),
    )


def candidate_pairs(
    keys: BlockingKeys,
    caps: Sequence[int],
    sources: Ints | None = None,
    *,
    weak: int = 0,
    asked: NDArray[np.bool_] | None = None,
) -> Pairs:
    """Return the distinct pairs of rows that share a key carried by no more rows than its rule allows.

    caps: per rule (`Model.caps`). weak: the bits of rules that make no pair alone (`MatchSpec.weak_rules`).
    With sources given, only pairs of rows of different sources are returned (linking without deduplication);
    with asked, only pairs of which one row at least is asked for.
    """
    found, counts = [], {}
    rows = 1 + int(keys.rows.max(initial=0))
    for rule in np.unique(keys.rules).tolist():
        start, stop = np.searchsorted(keys.rules, [rule, rule + 1])
        packed, counts[rule] = _rule_pairs(
            keys.rows[start:stop], keys.keys[start:stop], caps[rule], sources, rule, rows, asked
        )
        found.append(packed)
    return _merged(found, counts, rows, weak)


def frame_pairs(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    *,
    sources: Ints | None = None,
    standing: NDArray[np.bool_] | None = None,
    also: Mapping[int, tuple[Ints, Ints]] = NOTHING,
) -> Pairs:
    """Return the candidate pairs of a frame's rows, rule by rule, so that no more than a few rules' keys
    stand at once; finer keys are made where they are needed.

    sources: pairs of different sources only. standing: only these rows are paired and counted against the
    caps. also: pairs that were found in another way, by the number of the rule they are counted under.
    """
    frame = frame.telling(model.generic)
    cut_ahead(frame, spec, model)
    caps, rows = model.caps(spec), len(frame)

    def of_rule(place: int) -> tuple[Unsigned, RuleCount | None]:
        found = rule_keys(frame, spec.blocking[place], model, place, cap=caps[place], standing=standing)
        if not len(found.keys):
            return np.empty(0, dtype=np.uint64), None
        return _rule_pairs(found.rows, found.keys, caps[place], sources, place, rows)

    with ThreadPoolExecutor(THREADS) as threads:
        of_rules = list(threads.map(of_rule, range(len(spec.blocking))))
    counts = {place: count for place, (_, count) in enumerate(of_rules) if count is not None}
    counts |= {number: RuleCount(len(one), 0, 0) for number, (one, _) in also.items()}
    found = [packed for packed, _ in of_rules]
    found += [_ascending([_packed(one, other, number, rows)]) for number, (one, other) in also.items()]
    del of_rules
    return _merged(found, counts, rows, spec.weak_rules)


def closed_keys(keys: BlockingKeys, caps: Sequence[int]) -> Longs:
    """Return the keys that more rows carry than their rule allows: nobody is found by them."""
    if not len(keys):
        return np.empty(0, dtype=np.int64)
    starts = np.flatnonzero(
        np.r_[True, (keys.keys[1:] != keys.keys[:-1]) | (keys.rules[1:] != keys.rules[:-1])]
    )
    sizes = np.diff(np.r_[starts, len(keys)])
    return np.asarray(keys.keys[starts[sizes > np.array(caps)[keys.rules[starts]]]])


def _packed(left: Ints | Longs, right: Ints | Longs, rule: int, rows: int) -> Unsigned:
    """Return pair and rule as one number, the lower row highest, the rule in the lowest six bits."""
    low, high = np.minimum(left, right).astype(np.uint64), np.maximum(left, right).astype(np.uint64)
    width = _width(rows)
    return (low << np.uint64(width + 6)) | (high << np.uint64(6)) | np.uint64(rule)


def _ascending(parts: list[Unsigned]) -> Unsigned:
    found = _whole(parts, np.uint64)
    found.sort()
    return found


def _width(rows: int) -> int:
    """Return how many bits a row takes: two of them and a rule's number fit into 64 up to half a billion."""
    width = max(1, (rows - 1).bit_length())
    if 2 * width + 6 > 64:
        raise ValueError(f"{rows} rows are more than one machine pairs at once; take less than 2**29.")
    return width


def _merged(found: list[Unsigned], counts: dict[int, RuleCount], rows: int, weak: int) -> Pairs:
    """Return the distinct pairs, ascending, with the bits of all rules that found each.

    found: packed pairs of each rule, ascending; a stretch of them is merged at a time, on all cores.
    weak: the bits of rules of which one alone does not make a pair.
    """
    width = _width(rows)

    def stretch(bounds: tuple[np.uint64, np.uint64]) -> tuple[Ints, Ints, Unsigned, Longs]:
        parts = [packed[slice(*np.searchsorted(packed, bounds))] for packed in found]
        pair, bits, counted = _run_merged(_whole(parts, np.uint64))
        strong = (bits & ~np.uint64(weak)) > 0
        kept = np.flatnonzero(strong | ((bits & (bits - np.uint64(1))) > 0))
        pair = pair[kept]
        left = (pair >> np.uint64(width)).astype(np.int32)
        return left, (pair & np.uint64((1 << width) - 1)).astype(np.int32), bits[kept], counted

    with ThreadPoolExecutor(THREADS) as threads:
        merged = list(threads.map(stretch, pairwise(_edges(found))))
    found.clear()
    lefts, rights, bits, counted = (list(parts) for parts in zip(*merged, strict=True))
    merged.clear()
    per_rule: list[int] = np.vstack(counted).sum(axis=0).tolist()
    counts = {number: replace(count, pairs=per_rule[number]) for number, count in counts.items()}
    return Pairs(_whole(lefts, np.int32), _whole(rights, np.int32), _whole(bits, np.uint64), counts)


def _edges(found: list[Unsigned]) -> list[np.uint64]:
    """Return ascending bounds between which about MERGED_AT_ONCE packed pairs lie; no pair is cut apart."""
    sizes = sum(map(len, found))
    step = MERGED_AT_ONCE // SAMPLED
    told = np.sort(np.concatenate([np.empty(0, np.uint64), *(packed[::step] for packed in found)]))
    inner = np.unique(told[SAMPLED::SAMPLED] & ~SIX) if sizes > MERGED_AT_ONCE else told[:0]
    return [np.uint64(0), *inner[inner > 0], np.uint64((1 << 64) - 1)]


def _whole(parts: list[NDArray[Any]], kind: Any) -> NDArray[Any]:
    """Return parts one after the other, and let go of them."""
    found = np.concatenate([np.empty(0, dtype=kind), *parts])
    parts.clear()
    return found


def _run_merged(packed: Unsigned) -> tuple[Unsigned, Unsigned, Longs]:
    """Return the distinct pairs of packed ones, ascending, their rules' bits, and the pairs of each rule."""
    packed.sort()
    packed = packed[np.r_[True, packed[1:] != packed[:-1]][: len(packed)]]
    rule, pair = packed & SIX, packed >> np.uint64(6)
    starts = np.flatnonzero(np.r_[True, pair[1:] != pair[:-1]][: len(pair)])
    bits = np.left_shift(np.uint64(1), rule)
    bits = np.bitwise_or.reduceat(bits, starts) if len(starts) else bits
    return pair[starts], bits, np.bincount(rule.astype(np.int64), minlength=64)


def pack(left: Ints, right: Ints) -> Unsigned:
    """Return each pair as one number, the smaller row in the upper half."""
    low, high = np.minimum(left, right).astype(np.uint64), np.maximum(left, right).astype(np.uint64)
    return (low << np.uint64(32)) | high


def _rule_pairs(
    rows: Longs,
    keys: Longs,
    cap: int,
    sources: Ints | None,
    rule: int,
    count: int,
    asked: NDArray[np.bool_] | None = None,
) -> tuple[Unsigned, RuleCount]:
    """Return the packed pairs of rows in each run of equal keys, ascending; found one distance at a time, in
    as many passes as the largest open run.
    """
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    sizes = np.diff(np.r_[starts, len(keys)])
    closed = sizes > cap
    ends = np.repeat(starts + sizes, sizes)
    open_places = np.flatnonzero(np.repeat(~closed & (sizes > 1), sizes))
    found = [np.empty(0, dtype=np.uint64)]
    for distance in range(1, int(sizes[~closed].max(initial=1))):
        open_places = open_places[open_places + distance < ends[open_places]]
        left, right = rows[open_places], rows[open_places + distance]
        apart = left != right if sources is None else sources[left] != sources[right]
        if asked is not None:
            apart &= asked[left] | asked[right]
        found.append(_packed(left[apart], right[apart], rule, count))
    lost = 0
    if closed.any():
        alone = np.zeros(int(rows.max()) + 1, dtype=bool)
        alone[rows[np.repeat(closed, sizes)]] = True
        alone[rows[np.repeat(~closed & (sizes > 1), sizes)]] = False
        lost = int(alone.sum())
    told = RuleCount(0, int(closed.sum()), int(sizes[closed].sum()), lost)
    return _ascending(found), told
