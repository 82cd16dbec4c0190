"""Resolve records on one machine: frame, model, candidates, weights, components, partition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.admissibility import Facts
from matching.blocking import Pairs
from matching.bounding import reaching
from matching.capacity import allowed, within_capacity
from matching.clustering import components, partition
from matching.competition import lone_partners, undisputed
from matching.completing import complete_weights
from matching.engines.plain_groups import plainly_one, ungated
from matching.engines.small_components import clustered_small
from matching.frame import Frame, RecordName, frame_in_order
from matching.gates import gate_facts, select
from matching.groups import Groups
from matching.keys import forget_cuts
from matching.memory import give_back
from matching.model import MILLI, Model
from matching.possible import PossibleMatches, possible_matches
from matching.raw import Columns
from matching.scoring import score
from matching.signatures import Nodes, nodes_of
from matching.spec import MatchSpec
from matching.texts import in_order
from matching.training import all_candidates, trained

__all__ = ["Resolution", "ScoredPairs", "resolve", "score"]

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Progress = Callable[[str, float], None]

STEP = MILLI // 2  # a component that is too large is cut by raising the link weight half a bit at a time


@dataclass(frozen=True)
class ScoredPairs:
    """Candidate pairs that may link or make a question: left < right, weight in 1/1000 bit, bits of rules.

    Of equal records that are one node, pairs are spelt out while these are few; of more than ten, the lowest
    row stands for all, and meets each of them once (`Nodes.spread`).
    """

    left: Ints
    right: Ints
    weights: Longs
    rules: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.left)


@dataclass(frozen=True)
class Resolution:
    """groups: rows of each cluster, single ones included; report: counts and seconds per stage by name.

    In the report, candidates are pairs of records; the counts of the rules, closed keys and cut components
    are of different records: equal ones that are one node count once.
    """

    frame: Frame
    groups: Groups
    pairs: ScoredPairs
    model: Model
    report: Mapping[str, Any]

    def labels(self) -> Ints:
        """Return the number of its group for every row."""
        return self.groups.labels()

    def review_pairs(self) -> Longs:
        """Return the places in `pairs` of those whose records stand apart."""
        labels = self.labels()
        return np.flatnonzero(labels[self.pairs.left] != labels[self.pairs.right])

    def possible_matches(self, spec: MatchSpec) -> PossibleMatches:
        """Return which clusters may be one; places are places in `pairs`."""
        return possible_matches(
            self.frame,
            spec,
            self.model,
            Pairs(self.pairs.left, self.pairs.right, self.pairs.rules),
            self.pairs.weights,
            self.labels(),
            link_only=bool(self.report.get("link_only")),
            one_to_one=bool(self.report.get("one_to_one")),
        )


def resolve(
    spec: MatchSpec,
    records: Sequence[Mapping[str, Any]] | Columns,
    names: Sequence[RecordName],
    *,
    model: Model | None = None,
    link_only: bool = False,
    one_to_one: bool | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Resolution:
    """Return which records belong together; without a model one is trained on these records.

    Rows of the resolution's frame stand in the order of their names' hashes, whatever order is given.

    link_only: only pairs of different sources count. one_to_one: a group holds at most one record of each
    source; None: so when linking only and the sources show no duplicates of their own, near or exact.
    """
    clock = _Clock(progress)
    frame = frame_in_order(spec, records, names)
    del records  # a caller who does not keep them need not pay for them any longer
    clock.stage("frame")
    if model is not None:
        return resolve_frame(frame, spec, model, link_only=link_only, one_to_one=one_to_one, clock=clock)
    learned = trained(frame, spec, seed=seed, link_only=link_only, one_to_one=one_to_one)
    model, known = learned.model, [] if learned.pairs is None else [learned.pairs]
    del learned
    clock.stage("train")
    found = resolve_frame(
        frame, spec, model, link_only=link_only, one_to_one=one_to_one, clock=clock, known=known
    )
    found = _within_capacity(found, spec)
    clock.stage("questions")
    return found


def _within_capacity(found: Resolution, spec: MatchSpec) -> Resolution:
    """Return the resolution with the review weight raised until people can answer what is asked.

    Of pairs whose records stand apart those remain that a question is about.
    """
    possible = found.possible_matches(spec)
    model = within_capacity(found.model, possible, allowed(spec.aims, len(found.frame)))
    labels, pairs = found.labels(), found.pairs
    one, other = labels[pairs.left].astype(np.int64), labels[pairs.right].astype(np.int64)
    both = np.minimum(one, other) * len(labels) + np.maximum(one, other)
    kept = (one == other) | np.isin(both, both[possible.place[possible.asked(model)]])
    asked = ScoredPairs(pairs.left[kept], pairs.right[kept], pairs.weights[kept], pairs.rules[kept])
    return replace(found, pairs=asked, model=model)


def resolve_frame(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    *,
    link_only: bool = False,
    one_to_one: bool | None = None,
    clock: _Clock | None = None,
    known: list[Pairs] | None = None,
) -> Resolution:
    """Return the clusters of a frame under a model.

    known: a list of one, all candidates, where they are at hand; it is emptied.
    """
    clock = clock or _Clock(None)
    nodes = None if link_only or one_to_one else nodes_of(frame, spec, model)
    standing = None if nodes is None else nodes.standing
    candidates = known.pop() if known else None
    if candidates is None or standing is not None:
        candidates = None  # let go of first
        candidates = all_candidates(frame, spec, model, link_only=link_only, standing=standing)
    forget_cuts(frame.telling(model.generic))
    clock.stage("block")
    met = nodes.record_pairs(candidates.left, candidates.right) if nodes else len(candidates)
    competing = None if one_to_one is None and link_only else bool(one_to_one)
    if competing is False:
        at, weights = reaching(frame, spec, model, candidates.left, candidates.right, model.kept_from)
        candidates = candidates.at(at)
    else:
        weights = score(frame, spec, model, candidates.left, candidates.right)
    clock.stage("score")
    kept = weights >= model.kept_from
    lone = lone_partners(frame, candidates.left, candidates.right, weights, model, competing)
    unique = lone is not None and bool(lone.all())
    if lone is not None:
        kept &= undisputed(candidates.left, candidates.right, weights, frame.sources, frame.names, lone)
        weights = np.where(kept | (weights < model.link_weight), weights, model.link_weight - 1)
    groups, cut = cluster(
        frame, spec, model, candidates, weights, link_only=link_only, one_to_one=unique, nodes=nodes
    )
    clock.stage("cluster")
    pairs = ScoredPairs(candidates.left[kept], candidates.right[kept], weights[kept], candidates.rules[kept])
    if nodes is not None:
        pairs = ScoredPairs(*nodes.spread(pairs.left, pairs.right, pairs.weights, pairs.rules))
    report = {
        "records": len(frame),
        "candidates": met,
        "signatures": int(nodes.standing.sum()) if nodes else len(frame),
        "clusters": len(groups),
        "rules": _told(spec, candidates),
        "one_to_one": unique,
        "link_only": link_only,
        "cut_components": cut,
        "seconds": clock.seconds,
    }
    return Resolution(frame, groups, pairs, model, report)


def _told(spec: MatchSpec, candidates: Pairs) -> dict[str, dict[str, int]]:
    """Return by its name what each blocking rule contributed."""
    names = {place: rule.name for place, rule in enumerate(spec.blocking)} | {63: "nearest texts"}
    return {
        names[place]: {
            "pairs": count.pairs,
            "closed_keys": count.closed_keys,
            "closed_rows": count.closed_rows,
            "lost_rows": count.lost_rows,
        }
        for place, count in candidates.counts.items()
    }


class _Clock:
    """Seconds per stage, told to a progress callback as each stage ends."""

    def __init__(self, progress: Progress | None) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress
        self._since = perf_counter()

    def stage(self, name: str) -> None:
        give_back()
        now = perf_counter()
        self.seconds[name] = round(now - self._since, 3)
        self._since = now
        if self._progress:
            self._progress(name, self.seconds[name])


def cluster(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    candidates: Pairs,
    weights: Longs,
    *,
    link_only: bool = False,
    one_to_one: bool = False,
    nodes: Nodes | None = None,
) -> tuple[Groups, list[dict[str, int]]]:
    """Return the groups of rows, and the components that were cut because they were too large.

    nodes: rows that stand for others, whose candidates are given; size and links of a component count these.
    """
    linked = weights >= model.link_weight
    left, right = candidates.left[linked], candidates.right[linked]
    labels, cut = _bounded(
        len(frame), left, right, weights[linked], spec.aims.largest_component, model.link_weight
    )
    order = in_order(labels, np.arange(len(labels)))
    starts = np.flatnonzero(np.r_[True, labels[order][1:] != labels[order][:-1]]) if len(order) else order
    sizes = np.diff(np.r_[starts, len(order)])
    inner_left, inner_right = _inner_pairs(order, starts, sizes)
    known = candidates.left, candidates.right, weights
    inner = complete_weights(frame, spec, model, known, inner_left, inner_right)
    facts = gate_facts(frame, spec)
    fits = sizes <= spec.clusters.most_records
    done = plainly_one(order, starts, sizes, inner, facts, model.link_weight) & fits
    wanted = ~done & ungated(order, starts, facts) & fits & spec.clusters.bridge
    if link_only or one_to_one:
        done, wanted = sizes == 1, np.zeros(len(sizes), dtype=bool)
    counts = None if nodes is None else np.maximum(nodes.counts, 1)
    first, small = clustered_small(frame, order, starts, sizes, inner, wanted, model.link_weight, counts)
    ends = np.cumsum(sizes * (sizes - 1) // 2)
    for run in np.flatnonzero(~(done | small)).tolist():
        start, size = int(starts[run]), int(sizes[run])
        rows = order[start : start + size].tolist()
        block = inner[ends[run] - size * (size - 1) // 2 : ends[run]]
        place = dict(zip(rows, range(start, start + size), strict=True))
        for group in _split(frame, spec, model, facts, rows, block, link_only, one_to_one, nodes):
            first[[place[row] for row in group]] = place[group[0]]
    groups = Groups.numbered(order, first)
    return nodes.expanded(groups) if nodes else groups, cut


def _split(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    facts: Facts,
    rows: list[int],
    block: Longs,
    link_only: bool,
    one_to_one: bool,
    nodes: Nodes | None,
) -> list[tuple[int, ...]]:
    counts = [1] * len(rows) if nodes is None else nodes.counts[rows].tolist()
    # Copies of one record are no cluster that somebody made: they never make one too large.
    most = spec.clusters.most_records
    found = partition(
        [frame.names[row] for row in rows],
        block,
        select(facts, rows),
        link_weight=model.link_weight,
        max_size=most if nodes is None else max(most, sum(counts)),
        bridge=spec.clusters.bridge,
        link_only=link_only,
        one_to_one=one_to_one,
        multiplicities=None if nodes is None else counts,
    )
    return [tuple(rows[member] for member in group) for group in found.groups]


def _bounded(
    rows: int, left: Ints, right: Ints, weights: Longs, largest: int, link_weight: int
) -> tuple[Ints, list[dict[str, int]]]:
    """Return component labels none of which holds more than `largest` rows, raising the link weight where
    needed.
    """
    labels = components(rows, left, right)
    cut: list[dict[str, int]] = []
    threshold = link_weight
    while True:
        sizes = np.bincount(labels, minlength=1)
        large = sizes > largest
        if not large.any() or not len(left):
            return labels, cut
        threshold += STEP
        cut.append({"size": int(sizes.max()), "link_weight": threshold})
        keep = ~large[labels[left]] | (weights >= threshold)
        left, right, weights = left[keep], right[keep], weights[keep]
        labels = components(rows, left, right)


def _inner_pairs(order: Longs, starts: Longs, sizes: Longs) -> tuple[Ints, Ints]:
    """Return all pairs within each run of `order`, run by run, in the order of a condensed matrix."""
    left, right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    owner = [np.empty(0, np.int64)]
    ends = np.repeat(starts + sizes, sizes)
    places = np.flatnonzero(np.repeat(sizes > 1, sizes))
    for distance in range(1, int(sizes.max(initial=1))):
        places = places[places + distance < ends[places]]
        left.append(order[places])
        right.append(order[places + distance])
        owner.append(places)
    one, other, place = np.concatenate(left), np.concatenate(right), np.concatenate(owner)
    # ascending by `place`, then by what stands there: distances ascend, so the second is the order found
    sort = in_order(place, np.arange(len(place)))
    return one[sort].astype(np.int32), other[sort].astype(np.int32)
