"""Why two records match or do not: both values, level, m, u and weight of every attribute, and what keeps
them apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.blocking import record_keys
from matching.comparing import Compared, compare, level_names
from matching.frame import Frame
from matching.gates import gate_facts
from matching.model import MILLI, Model
from matching.scoring import parent_classes, parts, related
from matching.spec import MatchSpec


@dataclass(frozen=True)
class Evidence:
    """One attribute's part of a match weight; weights in 1/1000 bit, share of the sum of absolute weights."""

    comparison: str
    attribute: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    level: str
    m: float | None
    u: float | None
    weight: int
    frequency: int
    share: float

    @property
    def total(self) -> int:
        """Weight with the adjustment for the rarity of the agreed value."""
        return self.weight + self.frequency


@dataclass(frozen=True)
class Explanation:
    """The whole of one pair: evidence per comparison, total weight, probability, shared rules, vetoes."""

    evidence: tuple[Evidence, ...]
    weight: int
    probability: float
    link_weight: int
    review_weight: int
    rules: tuple[str, ...]
    vetoes: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """ "apart" under a veto or below the review weight, "review" below the link weight, else "link"."""
        if self.vetoes or self.weight < min(self.review_weight, self.link_weight):
            return "apart"
        return "link" if self.weight >= self.link_weight else "review"

    @property
    def why_not(self) -> tuple[str, ...]:
        """One sentence for each thing that keeps the two records apart; empty when nothing does."""
        reasons = [f"The {veto} of the two records conflict." for veto in self.vetoes]
        if not self.rules:
            reasons.append("No blocking rule finds the pair: the records share no key.")
        if self.weight < self.link_weight:
            missing = (self.link_weight - self.weight) / MILLI
            reasons.append(f"The match weight is {missing:.1f} bits below the link weight.")
            against = sorted((row for row in self.evidence if row.total < 0), key=lambda row: row.total)
            reasons.extend(
                f"{row.comparison} {row.level} ({' / '.join(row.left)} against {' / '.join(row.right)}) "
                f"takes {-row.total / MILLI:.1f} bits."
                for row in against[:3]
            )
        return tuple(reasons)


def explain(frame: Frame, spec: MatchSpec, model: Model, i: int, j: int) -> Explanation:
    """Return why rows i and j match or do not under the model; weights are exactly those of scoring."""
    model.require(spec)
    frame = frame.telling(model.generic)
    left, right = np.array([i], dtype=np.int32), np.array([j], dtype=np.int32)
    compared = compare(frame, spec, dict(model.texts), left, right)
    weights, adjustments = parts(frame, spec, model, compared, left, right)
    size = int(np.abs(weights + adjustments).sum()) or 1
    evidence = tuple(
        _evidence(
            frame,
            spec,
            model,
            compared,
            place,
            i,
            j,
            int(weights[0, place]),
            int(adjustments[0, place]),
            size,
        )
        for place in range(len(spec.comparisons))
    )
    explained, which = related(spec, model, compared, adjustments)
    total = int((weights + adjustments).sum() - explained[0])
    if explained[0]:
        name = model.relations[int(which[0])].name if which[0] >= 0 else model.relations[0].name
        lost = -int(explained[0])
        evidence += (
            Evidence(name, name, (), (), "explains agreement", None, None, lost, 0, round(-lost / size, 4)),
        )
    return Explanation(
        evidence,
        total,
        model.probability(total),
        model.link_weight,
        model.review_weight,
        shared_rules(frame, spec, model, i, j),
        vetoes(frame, spec, i, j),
    )


def _evidence(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    compared: Compared,
    place: int,
    i: int,
    j: int,
    weight: int,
    frequency: int,
    size: int,
) -> Evidence:
    comparison = spec.comparisons[place]
    level = int(compared.levels[0, place])
    parameters = model.parameters[comparison.name]
    state = min(int(parent_classes(spec, compared, comparison)[0]), len(parameters.m) - 1)
    return Evidence(
        comparison.name,
        comparison.attribute or spec.column(comparison.column).shown or comparison.column,
        _value(frame, comparison.column, i),
        _value(frame, comparison.column, j),
        level_names(comparison)[level],
        parameters.m[state][level - 1] if level else None,
        parameters.u[state][level - 1] if level else None,
        weight,
        frequency,
        round(abs(weight + frequency) / size, 4),
    )


def _value(frame: Frame, column: str, row: int) -> tuple[str, ...]:
    coded = frame.column(column)
    code = int(coded.codes[row])
    return coded.values[code] if code >= 0 else ()


def shared_rules(frame: Frame, spec: MatchSpec, model: Model, i: int, j: int) -> tuple[str, ...]:
    """Return the names of the blocking rules under which both rows have a key in common."""
    keys = record_keys(rows_of(frame, (i, j)), spec, model)
    mine = set(zip(keys.rules[keys.rows == 0].tolist(), keys.keys[keys.rows == 0].tolist(), strict=True))
    theirs = set(zip(keys.rules[keys.rows == 1].tolist(), keys.keys[keys.rows == 1].tolist(), strict=True))
    return tuple(spec.blocking[place].name for place in sorted({rule for rule, _ in mine & theirs}))


def rows_of(frame: Frame, rows: tuple[int, ...]) -> Frame:
    """Return a frame of the given rows that shares the distinct values of the whole."""
    at = np.array(rows, dtype=np.int64)
    columns = {name: column.taking(at) for name, column in frame.columns.items()}
    return Frame(tuple(frame.names[row] for row in rows), columns, frame.sources[at])


def vetoes(frame: Frame, spec: MatchSpec, i: int, j: int) -> tuple[str, ...]:
    """Return the names of the gates that keep two rows apart."""
    facts = gate_facts(rows_of(frame, (i, j)), spec)
    found = []
    if len(facts.kind) and facts.kind[0] and facts.kind[1] and facts.kind[0] != facts.kind[1]:
        found.append("kinds")
    for scheme, codes in zip(facts.schemes, facts.exclusive, strict=True):
        mine, theirs = set(codes[0]), set(codes[1])
        if mine and theirs and mine.isdisjoint(theirs):
            found.append(scheme)
    if len(facts.isolated) and any(facts.isolated):
        found.append("isolation")
    return tuple(found)
