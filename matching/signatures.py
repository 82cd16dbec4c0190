"""Records that no comparison can tell apart are one node with a multiplicity, found, weighed, clustered once.

A signature is the codes of every column, generic values dropped, and of the gates' columns as they stand.
Rows of one signature become one node where their weight with each other links them. The lowest row stands
for a node: of a frame in the order of its names' hashes (see `resolve`) the one with the lowest hash,
whatever order the records came in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.frame import Frame
from matching.groups import Groups
from matching.model import Model
from matching.scoring import score
from matching.spec import MatchSpec
from matching.texts import in_order, lowest, mix, runs

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

FEW = 10
LEAST_PRESENT = 3
LEAST_REPEATED, SHARE_REPEATED = 25, 0.002


@dataclass(frozen=True)
class Nodes:
    """of: per row the row that stands for it, itself or a lower one; counts: how many rows each stands for, 0
    where another stands for it; own: weight of two rows of its node, 0 where it stands for itself only.
    """

    of: Longs
    counts: Longs
    own: Longs

    @property
    def standing(self) -> Bools:
        """Whether a row stands for a node."""
        return self.counts > 0

    def expanded(self, groups: Groups) -> Groups:
        """Return groups of standing rows with all rows that they stand for; other rows of the groups fall
        out.
        """
        order, starts = self._members()
        counts = self.counts[groups.rows]
        return Groups.numbered(order[runs(starts[groups.rows], counts)], np.repeat(groups.numbers(), counts))

    def record_pairs(self, left: Ints, right: Ints) -> int:
        """Return how many pairs of records these pairs of nodes and the nodes by themselves stand for."""
        across = int((self.counts[left] * self.counts[right]).sum())
        return across + int((self.counts * (self.counts - 1) // 2).sum())

    def spread(
        self, left: Ints, right: Ints, weights: Longs, rules: NDArray[np.uint64]
    ) -> tuple[Ints, Ints, Longs, NDArray[np.uint64]]:
        """Return the pairs of records that pairs of nodes stand for, with those within nodes, ascending.

        Nodes of more than FEW records are not spelt out: their lowest record stands for them against others,
        and meets each of its own once. Pairs within a node needed no blocking rule and have no bit of one.
        """
        order, starts = self._members()
        few = np.where(self.counts <= FEW, self.counts, 1)
        width = few[right]
        times = few[left] * width
        at = np.repeat(np.arange(len(left)), times)
        within = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
        one = order[starts[left[at]] + within // width[at]]
        other = order[starts[right[at]] + within % width[at]]
        twin, second = self._within(order, starts)
        low = np.concatenate([np.minimum(one, other), twin]).astype(np.int32)
        high = np.concatenate([np.maximum(one, other), second]).astype(np.int32)
        all_weights = np.concatenate([weights[at], self.own[self.of[twin]]])
        all_rules = np.concatenate([rules[at], np.zeros(len(twin), dtype=np.uint64)])
        sort = np.argsort((low.astype(np.int64) << 32) | high)
        return low[sort], high[sort], all_weights[sort], all_rules[sort]

    def _members(self) -> tuple[Longs, Longs]:
        """Return the rows in order of their nodes, and where those of each standing row begin."""
        order = in_order(self.of, np.arange(len(self.of)))
        return order, np.asarray(np.searchsorted(self.of[order], np.arange(len(self.of))), dtype=np.int64)

    def _within(self, order: Longs, starts: Longs) -> tuple[Longs, Longs]:
        """Return pairs within nodes: all of small ones, of a large one its lowest row with each other."""
        place = np.arange(len(order))
        node = self.of[order]
        large = self.counts[node] > FEW
        twin, second = [node[large & (order != node)]], [order[large & (order != node)]]
        for distance in range(1, FEW):
            ends = starts[node] + self.counts[node]
            inner = np.flatnonzero(~large & (place + distance < ends))
            twin.append(order[inner])
            second.append(order[inner + distance])
        return np.concatenate(twin), np.concatenate(second)


def nodes_of(frame: Frame, spec: MatchSpec, model: Model) -> Nodes | None:
    """Return the nodes of a frame; None where no row stands for another.

    Records whose weight with their like does not reach the link weight, or says nothing for it, stay apart,
    as isolated ones do.
    """
    telling = frame.telling(model.generic)
    columns = [column.codes for column in telling.columns.values()]
    columns += [frame.column(gate.column).codes for gate in spec.gates]
    first = lowest_equal(columns, len(frame))
    rows = np.flatnonzero(np.bincount(first, minlength=1) > 1).astype(np.int32)
    for gate in spec.gates:
        if gate.form == "isolated":
            rows = rows[frame.column(gate.column).codes[rows] < 0]
    if not len(rows):
        return None
    own = score(frame, spec, model, rows, rows)
    linked = own >= max(model.link_weight, 1)
    if not linked.any():
        return None
    weights = np.zeros(len(frame), dtype=np.int64)
    weights[rows[linked]] = own[linked]
    of = np.where(weights[first] > 0, first, np.arange(len(frame)))
    return Nodes(of, np.bincount(of, minlength=len(frame)), weights)


def lowest_equal(columns: Sequence[Ints], rows: int) -> Ints:
    """Return per row the lowest row with the same codes in every column.

    Rows meet by a 64-bit hash and are compared: different rows are never taken for equal.
    """
    hashed = np.zeros(rows, dtype=np.uint64)
    for codes in columns:
        hashed = mix(hashed + np.uint64(1)) ^ codes.astype(np.int64).view(np.uint64)
    found = lowest(hashed)
    again = np.flatnonzero(found != np.arange(rows, dtype=np.int32))
    for codes in columns:
        differs = codes[again] != codes[found[again]]
        if differs.any():
            found[again[differs]] = again[differs]
    return found


def without_repeats(frame: Frame) -> Frame:
    """Return the frame to learn from: of rows that repeat beyond what namesakes do, only the lowest.

    The limit is that of generic values, on rows of at least three known values: who is entered 5,000 times
    with name, address and mailbox makes none of these common. Rarer repeats all count: they show what
    matches look like, and how frequent values are.
    """
    columns = [column.codes for column in frame.columns.values()]
    first = lowest_equal(columns, len(frame))
    counts = np.bincount(first, minlength=len(frame))[first]
    present = np.zeros(len(frame), dtype=np.int64)
    for codes in columns:
        present += codes >= 0
    often = (counts > max(LEAST_REPEATED, SHARE_REPEATED * len(frame))) & (present >= LEAST_PRESENT)
    dropped = often & (first != np.arange(len(frame)))
    return frame.at(np.flatnonzero(~dropped)) if dropped.any() else frame
