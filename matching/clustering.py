"""Weights, judgements and holds of one component -> the records held to be one thing. Pure and order-free.

Average linkage over complete pair weights: at each step, of all pairs of clusters whose mean is at or above
the link weight and whose groups may merge, the best mean merges (ties: the lowest hash of record names). A
group is what must-links make of clusters: they never enter a mean, and every merge is tested on the groups,
so that a cannot-link holds across a must-link.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matching.admissibility import Facts, Groups, Hold, Limits, mask_of, records_of, tie_hash
from matching.agglomeration import Agglomeration
from matching.errors import MatchingError
from matching.linkage import means_of, strong_masks
from matching.record_names import RecordName

Pair = tuple[int, int]
Sides = tuple[Iterable[int], Iterable[int]]
NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class RefusedMerge:
    """Two final groups that the weights or a link would merge, and the gate that kept them apart.

    mean is the best mean that was refused between them, in 1/1000 bit, rounded down.
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    mean: int
    gate: str


@dataclass(frozen=True, slots=True)
class Partition:
    """Each row in exactly one group; rows, groups and refused merges stand in the order of their names'
    hashes."""

    groups: tuple[tuple[int, ...], ...]
    refused: tuple[RefusedMerge, ...] = ()


def components(n: int, left: NDArray[np.integer], right: NDArray[np.integer]) -> NDArray[np.int32]:
    """The connected components of n records under the edges (left[i], right[i]), int32[n].

    Labels count from 0 in the order of each component's lowest record. Hooking to the lowest neighbour and
    pointer jumping (Shiloach and Vishkin 1982): a few numpy passes over the edges that are still open.
    """
    root = np.arange(n, dtype=np.int64)
    low, high = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
    while len(low):
        low, high = root[low], root[high]
        unmet = low != high
        low, high = np.minimum(low[unmet], high[unmet]), np.maximum(low[unmet], high[unmet])
        np.minimum.at(root, high, low)
        above = root[root]
        while not np.array_equal(above, root):
            root = above
            above = root[root]
    labels = np.cumsum(root == np.arange(n)) - 1
    return labels.astype(np.int32)[root]


def partition(
    names: Sequence[RecordName],
    weights: NDArray[np.int64],
    facts: Facts = NO_FACTS,
    *,
    link_weight: int,
    must_links: Iterable[Pair] = (),
    cannot_links: Iterable[Pair] = (),
    apart: Iterable[Sides] = (),
    rule_links: Iterable[Pair] = (),
    holds: Iterable[Hold] = (),
    max_size: int = 500,
    bridge: bool = True,
    link_only: bool = False,
    one_to_one: bool = False,
    multiplicities: Sequence[int] | None = None,
) -> Partition:
    """The partition of one component: the same for any order of its rows, links and holds.

    weights      int64 (n, n) symmetric in 1/1000 bit, or its condensed upper triangle; the diagonal is not
                 read.
    must_links   a person's: outrank every gate and hold, yield only to a cannot-link.
    cannot_links a person's: no group has both rows.
    apart        the same of lists: no group has a row of the one side and a row of the other.
    rule_links   a rule's (the source says merged): join like must-links, but the gates may refuse them.
    link_only    pairs within one source are no evidence: they count in no mean.
    one_to_one   a group has at most one row of a source, unless must-linked.
    multiplicities  how many equal records each row stands for; as if these had merged before all others.
    MatchingError names weights of a wrong shape, names that stand twice and rows that do not exist.
    """
    n = len(names)
    if n == 1:
        return Partition(groups=((0,),))
    order = _canonical_order(names)
    counted = _counted(multiplicities, n, link_only or one_to_one)[order]
    square = _as_square(weights, n)[order][:, order]
    sources = _source_bits([names[row][0] for row in order]) if link_only or one_to_one else []
    compared = _across_sources(sources) if link_only else None
    place = dict(zip(order, range(n), strict=True))
    must, rule = _placed("must_links", must_links, place), _placed("rule_links", rule_links, place)
    held = sorted(_held(holds, place))
    groups = Groups(
        strong=strong_masks(square, compared, link_weight),
        facts=_facts_in_order(facts, order),
        limits=Limits(max_size=max_size, bridge=bridge, one_per_source=one_to_one),
        sources=sources,
        cannot=_cannot_masks(n, _sides(cannot_links, apart, place)),
        holds=[hold for hold in held if hold[2]],
        multiplicity=counted.tolist() if (counted > 1).any() else [],
    )
    if not (must or rule or held) and groups.are_plainly_one():
        return Partition(groups=(tuple(order),))
    bound = int(counted.sum()) if must or rule else max_size
    run = Agglomeration(groups, means_of(square, compared, link_weight, bound, counted))
    run.link(must, gated=False)
    groups.drop_pointless_holds()
    run.link(rule, gated=True)
    run.agglomerate()
    run.keep_together([left for _, left, right in held if not right])
    return _in_rows(run, order)


def _counted(multiplicities: Sequence[int] | None, n: int, by_source: bool) -> NDArray[np.int64]:
    """How many records each row stands for, int64[n]."""
    if multiplicities is None:
        return np.ones(n, dtype=np.int64)
    counted = np.asarray(multiplicities, dtype=np.int64)
    if counted.shape != (n,) or (counted < 1).any():
        raise MatchingError(f"multiplicities of {n} records are one whole number from 1 up for each")
    if by_source:
        raise MatchingError("a row that stands for several has no one source; give each row by itself")
    return counted


def _in_rows(run: Agglomeration, order: Sequence[int]) -> Partition:
    """The outcome of a run in the caller's rows."""
    names = sorted(set(run.groups.of))
    members = {
        name: tuple(order[record] for record in records_of(run.groups.members[name])) for name in names
    }
    return Partition(
        groups=tuple(members[name] for name in names),
        refused=tuple(
            RefusedMerge(members[left], members[right], mean, gate)
            for left, right, mean, gate in run.refused()
        ),
    )


def _canonical_order(names: Sequence[RecordName]) -> list[int]:
    keys = sorted((tie_hash(name), name, row) for row, name in enumerate(names))
    for before, after in pairwise(keys):
        if before[1] == after[1]:
            raise MatchingError(f"record {after[1]} stands twice in one component; name each record once")
    return [row for _, _, row in keys]


def _as_square(weights: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    given = np.asarray(weights)
    if given.dtype.kind not in "iu":
        raise MatchingError(
            f"weights are {given.dtype}; give integers in 1/1000 bit, so that means are exact"
        )
    if given.shape == (n, n):
        if not np.array_equal(given, given.T):
            raise MatchingError("weights are not symmetric; a pair has one weight")
        return given.astype(np.int64)
    if given.shape == (n * (n - 1) // 2,):
        square = np.zeros((n, n), dtype=np.int64)
        square[np.triu_indices(n, 1)] = given
        return square + square.T
    raise MatchingError(
        f"weights of {n} records have shape {given.shape}; "
        f"give ({n}, {n}) or the condensed ({n * (n - 1) // 2},)"
    )


def _placed(links: str, pairs: Iterable[Pair], place: dict[int, int]) -> list[Pair]:
    """The pairs in canonical order, lower record first; a pair of one row with itself says nothing."""
    placed = set()
    for left, right in pairs:
        if left not in place or right not in place:
            raise MatchingError(f"{links} names the rows {left} and {right}, but there are {len(place)} rows")
        if left != right:
            placed.add((min(place[left], place[right]), max(place[left], place[right])))
    return sorted(placed)


def _mask(what: str, rows: Iterable[int], place: dict[int, int]) -> int:
    try:
        return mask_of(place[row] for row in rows)
    except KeyError as missing:
        raise MatchingError(f"{what} names the row {missing}, but there are {len(place)} rows") from missing


def _held(holds: Iterable[Hold], place: dict[int, int]) -> list[tuple[str, int, int]]:
    return [
        (hold.name, _mask("a hold", hold.left, place), _mask("a hold", hold.right, place)) for hold in holds
    ]


def _sides(cannot_links: Iterable[Pair], apart: Iterable[Sides], place: dict[int, int]) -> list[Pair]:
    """The masks of both sides of whatever is held apart."""
    pairs = [(1 << left, 1 << right) for left, right in _placed("cannot_links", cannot_links, place)]
    return pairs + [(_mask("apart", left, place), _mask("apart", right, place)) for left, right in apart]


def _source_bits(sources: Sequence[str]) -> list[int]:
    numbers = {source: number for number, source in enumerate(dict.fromkeys(sources))}
    return [1 << numbers[source] for source in sources]


def _across_sources(sources: Sequence[int]) -> NDArray[np.bool_]:
    numbers = np.array([bit.bit_length() for bit in sources])
    compared: NDArray[np.bool_] = numbers[:, None] != numbers[None, :]
    return compared


def _cannot_masks(n: int, sides: Sequence[Pair]) -> list[int]:
    """Per record the mask of the records it must not meet; empty where nothing is forbidden."""
    masks = [0] * n
    for left, right in sides:
        for record in records_of(left):
            masks[record] |= right & ~(1 << record)
        for record in records_of(right):
            masks[record] |= left & ~(1 << record)
    return masks if any(masks) else []


def _facts_in_order(facts: Facts, order: Sequence[int]) -> Facts:
    n = len(order)
    for what, column in (
        ("kind", facts.kind),
        ("isolated", facts.isolated),
        *(("exclusive", c) for c in facts.exclusive),
    ):
        if len(column) not in (0, n):
            raise MatchingError(
                f"gate facts of {n} records have {len(column)} values of {what}; give one a record"
            )
    return Facts(
        kind=[facts.kind[row] for row in order] if len(facts.kind) else (),
        exclusive=[[codes[row] for row in order] for codes in facts.exclusive if len(codes)],
        isolated=[facts.isolated[row] for row in order] if len(facts.isolated) else (),
        schemes=facts.schemes,
    )
