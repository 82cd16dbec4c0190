"""What would have to be otherwise: the key that comes closest to finding a pair, and the smallest change of
its levels that would link it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matching.combination_rules import ruled
from matching.comparing import Compared, level_names
from matching.frame import Frame
from matching.keys import part_keys
from matching.learning.evidence import Scored
from matching.model import Model
from matching.scoring import concluded, parts, related
from matching.spec import Comparison, KeyPart, MatchSpec

Longs = NDArray[np.int64]


@dataclass(frozen=True)
class NearKey:
    """The blocking rule that comes closest to finding a pair, and its parts: shared, differing, or missing
    on a side. nearness: 0 nothing in common, 1 a shared key.
    """

    rule: str
    shared: tuple[str, ...]
    differing: tuple[str, ...]
    missing: tuple[str, ...]
    nearness: float

    @property
    def words(self) -> str:
        """What the two records share of the key, and what they lack."""
        found = [
            f"{verb} {', '.join(columns)}"
            for verb, columns in (
                ("shares", self.shared),
                ("differs in", self.differing),
                ("lacks", self.missing),
            )
            if columns
        ]
        return f"“{self.rule}” {', '.join(found)}"


@dataclass(frozen=True)
class Change:
    """One comparison at another level than it is."""

    comparison: str
    before: str
    after: str


@dataclass(frozen=True)
class Tip:
    """The smallest change that links a pair: few comparisons first, then what both sides have rather than
    what is missing, then little weight. weight: the weight it would have then, in 1/1000 bit.
    """

    changes: tuple[Change, ...]
    weight: int

    @property
    def words(self) -> str:
        """The change as part of a sentence."""
        return " and ".join(
            f"{change.comparison.replace('_', ' ')} were “{change.after}” instead of “{change.before}”"
            for change in self.changes
        )


def nearest_key(frame: Frame, spec: MatchSpec, model: Model, compared: Compared) -> NearKey | None:
    """Return the rule whose key the two rows of a frame come closest to sharing; None where no part of any
    key is alike.
    """
    found = [
        _near(frame, spec, model, compared, rule.name, rule.parts) for rule in spec.blocking if rule.parts
    ]
    # Ties: the rule that is declared first.
    return max((near for near in found if near.nearness), key=lambda near: near.nearness, default=None)


def _near(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    compared: Compared,
    rule: str,
    key_parts: Sequence[KeyPart],
) -> NearKey:
    shared, differing, missing, sum_ = [], [], [], 0.0
    for part in key_parts:
        column = frame.column(part.column)
        offsets, hashes = part_keys(column, part, model)
        sides = [
            set(hashes[offsets[code] : offsets[code + 1]].tolist()) if code >= 0 else set()
            for code in column.codes.tolist()
        ]
        if sides[0] & sides[1]:
            shared.append(part.column)
            sum_ += 1.0
        elif sides[0] and sides[1]:
            differing.append(part.column)
            sum_ += 0.9 * _likeness(spec, compared, part.column)
        else:
            missing.append(part.column)
    return NearKey(rule, tuple(shared), tuple(differing), tuple(missing), round(sum_ / len(key_parts), 4))


def _likeness(spec: MatchSpec, compared: Compared, column: str) -> float:
    """Return how alike two values of a column are: the height of their level, from 0 to 1."""
    heights = [0.0]
    for comparison in spec.comparisons:
        if comparison.column == column:
            level = int(compared.of(comparison.name)[0])
            heights.append(max(level - 1, 0) / max(len(level_names(comparison)) - 2, 1))
    return max(heights)


def tipping(
    frame: Frame, spec: MatchSpec, model: Model, compared: Compared, adjustments: Longs, weight: int
) -> Tip | None:
    """Return the smallest rise of one comparison's level, else of two, that would link a pair below the
    link weight; None where no such rise would, or none is needed.

    frame: of the two rows. A value that would agree is taken to be as frequent as values are on average.
    """
    if weight >= model.link_weight:
        return None
    levels = compared.levels[0]
    alternatives = [
        (place, level)
        for place, comparison in enumerate(spec.comparisons)
        if comparison.kernel != "order"
        for level in range(int(levels[place]) + 1, len(level_names(comparison)))
    ]
    singles = [(one,) for one in alternatives]
    pairs = [(one, other) for one, other in combinations(alternatives, 2) if one[0] != other[0]]
    for changes in (singles, pairs):
        weights = _weights_with(frame, spec, model, compared, adjustments, changes)
        enough = np.flatnonzero(weights >= model.link_weight)
        if len(enough):
            best = min(
                enough.tolist(),
                key=lambda number: (
                    sum(levels[place] == 0 for place, _ in changes[number]),
                    int(weights[number]),
                    changes[number],
                ),
            )
            named = tuple(
                _change(spec.comparisons[place], int(levels[place]), level) for place, level in changes[best]
            )
            return Tip(named, int(weights[best]))
    return None


def _change(comparison: Comparison, before: int, after: int) -> Change:
    names = level_names(comparison)
    return Change(comparison.name, names[before], names[after])


def _weights_with(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    compared: Compared,
    adjustments: Longs,
    changes: Sequence[tuple[tuple[int, int], ...]],
) -> Longs:
    """Return the weight of the pair under each of the changes (place of a comparison, level)."""
    levels = np.repeat(compared.levels, len(changes), axis=0)
    rarity = np.repeat(adjustments, len(changes), axis=0)
    for row, change in enumerate(changes):
        for place, level in change:
            levels[row, place], rarity[row, place] = level, 0
    changed = Compared(levels, compared.names)
    left, right = np.zeros(len(changes), dtype=np.int32), np.ones(len(changes), dtype=np.int32)
    plain = replace(model, frequencies={})
    own, _ = parts(frame, spec, plain, changed, left, right)
    explained, _ = related(spec, model, changed, rarity)
    return ruled(
        model.combinations,
        spec,
        changed,
        concluded(frame, spec, model, Scored(changed, left, right, own, rarity, explained)),
        link_weight=model.link_weight,
    )
