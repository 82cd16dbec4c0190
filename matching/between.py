"""What two groups of records have against each other as wholes: their mean weight, or a clustering gate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from matching.admissibility import (
    BRIDGE,
    CANNOT_LINK,
    EXCLUSIVE,
    HOLD,
    ISOLATED,
    KIND,
    ONE_PER_SOURCE,
    SIZE,
    Groups,
    Hold,
    Limits,
    mask_of,
)
from matching.blocking import closed_keys, record_keys
from matching.combination_rules import NEVER
from matching.engines.local import Resolution
from matching.explaining import explain
from matching.frame import Frame
from matching.gates import gate_facts, select
from matching.model import MILLI, Model
from matching.scoring import score
from matching.spec import MatchSpec

SENTENCES = {
    CANNOT_LINK: "A person decided that they are not the same.",
    ISOLATED: "One of their records is isolated: it joins others only when a person says so.",
    KIND: "They are of two kinds.",
    ONE_PER_SOURCE: "Both have a record of one source, and a group has at most one of each.",
    SIZE: "Together they would have more records than a group may have.",
    BRIDGE: "A single pair of their records would join two groups of several.",
}


@dataclass(frozen=True)
class Between:
    """Two groups: the mean weight over all their cross pairs in 1/1000 bit (rounded down), how many pairs
    these are and how many of them a rule forbids, the gate that refuses their merge ("" where none does).
    """

    mean: int
    pairs: int
    never: int
    gate: str
    link_weight: int

    @property
    def why_not(self) -> tuple[str, ...]:
        """One sentence for each thing that keeps the groups apart; empty when nothing does."""
        found = []
        if self.gate:
            kind, _, name = self.gate.partition(":")
            if kind == EXCLUSIVE:
                found.append(f"Their identifiers of {name or 'one scheme'} contradict each other.")
            elif kind == HOLD:
                found.append(f"The hold “{name}” is open until somebody decides it.")
            else:
                found.append(SENTENCES[kind])
        if self.never:
            found.append(f"A rule never joins {self.never} of their {self.pairs} pairs.")
        elif self.mean < self.link_weight:
            found.append(
                f"The mean over their {self.pairs} pairs is {self.mean / MILLI:.1f} bits;"
                f" {self.link_weight / MILLI:.1f} are needed."
            )
        return tuple(found)


def between(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    left: Sequence[int],
    right: Sequence[int],
    *,
    cannot_links: Iterable[tuple[int, int]] = (),
    holds: Iterable[Hold] = (),
    one_per_source: bool = False,
) -> Between:
    """Return what keeps two groups of a frame's rows apart; judgements and holds name rows of the frame."""
    rows = [*left, *right]
    place = {row: number for number, row in enumerate(rows)}
    ones, others = (np.array(side, dtype=np.int32) for side in zip(*product(left, right), strict=True))
    weights = score(frame, spec, model, ones, others)
    strong = [0] * len(rows)
    for one, other, weight in zip(ones.tolist(), others.tolist(), weights.tolist(), strict=True):
        if weight >= model.link_weight:
            strong[place[one]] |= 1 << place[other]
            strong[place[other]] |= 1 << place[one]
    cannot = [0] * len(rows)
    for one, other in cannot_links:
        if one in place and other in place:
            cannot[place[one]] |= 1 << place[other]
            cannot[place[other]] |= 1 << place[one]
    sources = [1 << int(frame.sources[row]) for row in rows] if one_per_source else []
    groups = Groups(
        strong=strong,
        facts=select(gate_facts(frame, spec), rows),
        limits=Limits(spec.clusters.most_records, spec.clusters.bridge, one_per_source),
        sources=sources,
        cannot=cannot,
        holds=[
            (hold.name, _mask(hold.left, place), _mask(hold.right, place)) for hold in holds if hold.right
        ],
    )
    heads = []
    for side in (left, right):
        head = place[side[0]]
        for row in side[1:]:
            head = groups.join(head, place[row])
        heads.append(head)
    never = int((weights <= NEVER).sum())
    return Between(
        int(weights.sum()) // len(weights),
        len(weights),
        never,
        groups.refusal(*heads) or "",
        model.link_weight,
    )


def why_apart(resolution: Resolution, spec: MatchSpec, i: int, j: int) -> tuple[str, ...]:
    """Return what keeps two rows of a run apart, as a pair and as members of their clusters; empty where
    they stand together.

    Every key of the run is cut once more, to know the closed ones.
    """
    frame, model, labels = resolution.frame, resolution.model, resolution.labels()
    if labels[i] == labels[j]:
        return ()
    closed = frozenset(closed_keys(record_keys(frame, spec, model), model.caps(spec)).tolist())
    found = explain(frame, spec, model, i, j, closed=closed).why_not
    groups = [np.flatnonzero(labels == labels[row]).tolist() for row in (i, j)]
    if sum(map(len, groups)) > 2:
        unique = bool(resolution.report.get("one_to_one"))
        told = between(frame, spec, model, *groups, one_per_source=unique)
        found += tuple(f"Their clusters: {reason}" for reason in told.why_not)
    return found or ("Another record won: linking takes at most one partner in each source.",)


def _mask(rows: Sequence[int], place: dict[int, int]) -> int:
    return mask_of(place[row] for row in rows if row in place)
