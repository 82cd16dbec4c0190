"""Possible matches: two clusters each that linkage would merge next if its link weight were lower.

Linkage merges two clusters by the mean weight over all pairs of their records, so what it would do next is
told by this mean. Their best pair alone does not tell: brothers' records, each with gaps, can agree better
than the brothers do. Sokal and Michener (1958) for the mean; Sadinle (2017) for a zone left undecided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matching.admissibility import tie_hash
from matching.blocking import Pairs
from matching.completing import complete_weights
from matching.frame import Frame
from matching.gates import contradiction, gate_facts
from matching.model import Model
from matching.spec import MatchSpec
from matching.texts import in_order

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

MOST_ROWS = 20
"""Of a larger cluster so many records speak for all: those whose names' hashes are lowest."""
CROSS_AT_ONCE = 1 << 18


@dataclass(frozen=True)
class PossibleMatches:
    """Two clusters each that may be one, the likeliest first.

    place: their heaviest pair, as a place in the pairs given. mean: int64, the mean weight over all pairs of
    their records in 1/1000 bit, rounded down. ruled: a rule sends a pair of theirs to a person.
    vetoes: the gate that what they say breaks, "" where there is none: these are no question.
    """

    place: Longs
    mean: Longs
    ruled: Bools
    vetoes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.place)

    def asked(self, model: Model) -> Bools:
        """Return which of them are questions: from the review weight up, or where a rule wants a person."""
        free = np.array([not veto for veto in self.vetoes], dtype=bool)
        return self.ruled | (free & (self.mean >= model.review_weight))


def possible_matches(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    pairs: Pairs,
    weights: Longs,
    labels: Ints,
    *,
    link_only: bool = False,
    one_to_one: bool = False,
) -> PossibleMatches:
    """Return what may be one among clusters that a pair of weight `model.kept_from` or more joins.

    labels: the cluster of each row. link_only: pairs within a source count in no mean. one_to_one: two
    clusters with a record of one source each are not one. Two clusters whose facts contradict each other
    are named only where the weights alone would merge them.
    """
    place, one, other, ruled = _joined(pairs, weights, labels, model)
    rows = _Rows.of(frame, labels, np.r_[one, other])
    known = pairs.left, pairs.right, weights
    if link_only or one_to_one:  # weights that lost a competition stand lower than they are
        known = pairs.left[:0], pairs.right[:0], weights[:0]
    means = np.empty(len(place), dtype=np.int64)
    for part in rows.portions(one, other):
        means[part] = _means(frame, spec, model, rows, known, one[part], other[part], link_only)
    kept = np.flatnonzero(ruled | (means >= model.possible_from))
    order = np.lexsort((pairs.right[place[kept]], pairs.left[place[kept]], -means[kept]))
    kept = kept[order]
    vetoes = _vetoes(frame, spec, labels, one[kept], other[kept], one_to_one)
    told = ruled[kept] | (means[kept] >= model.link_weight)
    stands = [not veto or bool(loud) for veto, loud in zip(vetoes, told, strict=True)]
    final = kept[np.array(stands, dtype=bool)]
    return PossibleMatches(
        place[final],
        means[final],
        ruled[final],
        tuple(veto for veto, stays in zip(vetoes, stands, strict=True) if stays),
    )


def _joined(pairs: Pairs, weights: Longs, labels: Ints, model: Model) -> tuple[Longs, Longs, Longs, Bools]:
    """Return for every two clusters that a kept pair joins: its heaviest pair, both, whether a rule asks."""
    one, other = labels[pairs.left].astype(np.int64), labels[pairs.right].astype(np.int64)
    at = np.flatnonzero((one != other) & (weights >= model.kept_from))
    low, high = np.minimum(one[at], other[at]), np.maximum(one[at], other[at])
    both = (low << 32) | high
    order = np.argsort(both, kind="stable")  # pairs ascend: of equal weights the first stands first
    at, both = at[order], both[order]
    first = np.flatnonzero(np.r_[True, both[1:] != both[:-1]][: len(at)])
    if not len(first):
        return at, at, at, np.zeros(0, dtype=bool)
    by_rule = np.zeros(len(at), dtype=np.int64)
    if model.combinations:
        by_rule = (weights[at] == model.link_weight - 1).astype(np.int64)
    asked = np.add.reduceat(by_rule, first) > 0
    heaviest = np.repeat(np.maximum.reduceat(weights[at], first), np.diff(np.append(first, len(at))))
    place = np.minimum.reduceat(np.where(weights[at] == heaviest, at, len(weights)), first)
    return place, both[first] >> 32, both[first] & 0xFFFFFFFF, asked


@dataclass(frozen=True)
class _Rows:
    """The rows that speak for each of some clusters: rows[starts[c] : starts[c] + counts[c]]."""

    rows: Longs
    starts: Longs
    counts: Longs

    @classmethod
    def of(cls, frame: Frame, labels: Ints, wanted: Longs) -> _Rows:
        size = int(labels.max(initial=-1)) + 1
        used = np.zeros(size, dtype=bool)
        used[wanted] = True
        rows = np.flatnonzero(used[labels])
        rows = in_order(labels[rows], rows)
        counts = np.bincount(labels[rows], minlength=size)
        starts = np.cumsum(counts) - counts
        for large in np.flatnonzero(counts > MOST_ROWS).tolist():
            here = rows[starts[large] : starts[large] + counts[large]]
            by_hash = sorted(here.tolist(), key=lambda row: (tie_hash(frame.names[row]), frame.names[row]))
            rows[starts[large] : starts[large] + counts[large]] = by_hash
        return cls(rows, starts, np.minimum(counts, MOST_ROWS))

    def portions(self, one: Longs, other: Longs) -> list[slice]:
        """Return runs of cluster pairs with so many pairs of records as may be scored at once."""
        done = np.cumsum(self.counts[one] * self.counts[other]) // CROSS_AT_ONCE
        cuts = [0, *(np.flatnonzero(done[1:] != done[:-1]) + 1).tolist(), len(one)]
        return [slice(begin, end) for begin, end in pairwise(cuts) if begin < end]

    def crossed(self, one: Longs, other: Longs) -> tuple[Ints, Ints, Longs]:
        """Return all pairs of rows of every two clusters, and which two each belongs to."""
        mine, theirs = self.counts[one], self.counts[other]
        count = mine * theirs
        owner = np.repeat(np.arange(len(one)), count)
        step = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        left = self.rows[self.starts[one][owner] + step // theirs[owner]]
        right = self.rows[self.starts[other][owner] + step % theirs[owner]]
        return np.minimum(left, right).astype(np.int32), np.maximum(left, right).astype(np.int32), owner


def _means(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    rows: _Rows,
    known: tuple[Ints, Ints, Longs],
    one: Longs,
    other: Longs,
    link_only: bool,
) -> Longs:
    """Return the mean weight over all pairs of records of every two clusters, in 1/1000 bit, rounded down."""
    left, right, owner = rows.crossed(one, other)
    if link_only:
        across = frame.sources[left] != frame.sources[right]
        left, right, owner = left[across], right[across], owner[across]
    weights = complete_weights(frame, spec, model, known, left, right)
    total = np.zeros(len(one), dtype=np.int64)
    np.add.at(total, owner, weights)
    return np.asarray(total // np.maximum(np.bincount(owner, minlength=len(one)), 1))


def _vetoes(
    frame: Frame, spec: MatchSpec, labels: Ints, one: Longs, other: Longs, one_to_one: bool
) -> list[str]:
    """Return the gate that every two clusters break by what they say, "" for none."""
    if not (one_to_one or any(frame.column(gate.column).size for gate in spec.gates)):
        return [""] * len(one)
    groups: dict[int, list[int]] = {number: [] for number in np.r_[one, other].tolist()}
    involved = np.flatnonzero(np.isin(labels, np.array(sorted(groups), dtype=np.int64)))
    facts = gate_facts(frame.at(involved), spec)
    for number, row in enumerate(involved.tolist()):
        groups[int(labels[row])].append(number)
    sources: Sequence[int] = frame.sources[involved].tolist() if one_to_one else ()
    return [
        contradiction(facts, groups[mine], groups[theirs], sources)
        for mine, theirs in zip(one.tolist(), other.tolist(), strict=True)
    ]
