"""The outcomes of a run as combinations a person can read: "e-mail equal + birth date differs: 1,204 pairs".

A combination is one outcome for each of a few comparisons; every pair has exactly one. A person may decide
a whole combination at once: see `matching.combination_rules`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.admissibility import tie_hash
from matching.combination_rules import DECISIONS, OUTCOMES, CombinationRule, deciding, outcome_codes
from matching.comparing import Compared, compare
from matching.engines.local import Resolution
from matching.errors import SpecError
from matching.frame import Frame, RecordName
from matching.kernels.registry import kernel_of
from matching.model import Model
from matching.scoring import parts, score_levels
from matching.spec import MatchSpec

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]

CHUNK = 250_000
MOST_COMPARISONS = 8
"""With more comparisons than a person takes in at a glance, combinations get many and small."""


@dataclass(frozen=True)
class Combination:
    """Pairs with the same outcomes; the share of them in one cluster, and the model's own expectation.

    outcomes: (comparison, outcome) in the order of the spec. expected_precision: the mean match probability
    by the model alone. decision: of the rule that decides all of them, "" where the model decides.
    """

    outcomes: tuple[tuple[str, str], ...]
    words: str
    pairs: int
    linked: int
    expected_precision: float
    decision: str
    examples: tuple[tuple[RecordName, RecordName], ...]

    @property
    def share_linked(self) -> float:
        """The share of the pairs whose records stand in one cluster."""
        return self.linked / self.pairs

    def rule(self, decision: str, *, by: str = "", reason: str = "") -> CombinationRule:
        """Return the rule that decides this combination."""
        return CombinationRule(self.outcomes, decision, by, reason)


def combinations_of(
    resolution: Resolution, spec: MatchSpec, *, by: Sequence[str] = (), examples: int = 20
) -> tuple[Combination, ...]:
    """Return the combinations of the scored pairs of a run, the one with most pairs first."""
    pairs, labels = resolution.pairs, resolution.labels()
    together = labels[pairs.left] == labels[pairs.right]
    return combinations(
        resolution.frame,
        spec,
        resolution.model,
        pairs.left,
        pairs.right,
        together,
        by=by,
        examples=examples,
    )


def combinations(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    left: Ints,
    right: Ints,
    together: NDArray[np.bool_],
    *,
    by: Sequence[str] = (),
    examples: int = 20,
) -> tuple[Combination, ...]:
    """Return the combinations of these pairs, the one with most pairs first.

    together: whether the records of each pair stand in one cluster. by: the comparisons that count; without
    it the eight that say most about these pairs.
    """
    model.require(spec)
    frame = frame.telling(model.generic)
    chances, decided, levels, said = _looked_at(frame, spec, model, left, right)
    chosen = _chosen(spec, by, said)
    coded = np.column_stack(
        [outcome_codes(spec.comparisons[place])[levels[:, place]] for place in chosen]
        or [np.zeros(len(left), np.uint8)]
    )
    patterns, place = np.unique(coded, axis=0, return_inverse=True)
    order = np.lexsort((_pair_hashes(frame, left, right), place.ravel()))
    starts = np.searchsorted(place.ravel()[order], np.arange(len(patterns) + 1))
    names = [spec.comparisons[one].name for one in chosen]
    found = []
    for number, pattern in enumerate(patterns.tolist()):
        at = order[starts[number] : starts[number + 1]]
        outcomes = tuple((name, OUTCOMES[code]) for name, code in zip(names, pattern, strict=True))
        decisions = np.unique(decided[at])
        found.append(
            Combination(
                outcomes,
                in_words(spec, outcomes),
                len(at),
                int(together[at].sum()),
                round(float(chances[at].mean()), 6),
                DECISIONS[decisions[0]] if len(decisions) == 1 and decisions[0] >= 0 else "",
                tuple(_named(frame, int(left[pair]), int(right[pair])) for pair in at[:examples].tolist()),
            )
        )
    return tuple(sorted(found, key=lambda entry: (-entry.pairs, entry.outcomes)))


def in_words(spec: MatchSpec, outcomes: Sequence[tuple[str, str]]) -> str:
    """Return "given name close + emails equal + birth date differs"; what is missing is left out."""
    said = [f"{shown_name(spec, name)} {outcome}" for name, outcome in outcomes if outcome != OUTCOMES[0]]
    return " + ".join(said) or "nothing to compare"


def shown_name(spec: MatchSpec, name: str) -> str:
    """Return what people call a comparison: its attribute, unless others compare that attribute as well."""
    comparison = spec.comparison(name)
    attribute = comparison.attribute or spec.column(comparison.column).shown or comparison.column
    shared = Counter(entry.attribute or entry.column for entry in spec.comparisons)
    return (name if shared[attribute] > 1 else attribute).replace("_", " ")


def _chosen(spec: MatchSpec, by: Sequence[str], said: Longs) -> list[int]:
    """Return the places of the comparisons that count, in the order of the spec."""
    names = [comparison.name for comparison in spec.comparisons]
    if by:
        unknown = sorted(set(by) - set(names))
        if unknown:
            raise SpecError(f"'{unknown[0]}' is no comparison of the spec '{spec.name}'.")
        return [place for place, name in enumerate(names) if name in set(by)]
    graded = [
        place
        for place, comparison in enumerate(spec.comparisons)
        if said[place] and len(kernel_of(comparison.kernel).levels) > 2 and comparison.kernel != "order"
    ]
    return sorted(sorted(graded, key=lambda place: (-said[place], place))[:MOST_COMPARISONS])


def _looked_at(
    frame: Frame, spec: MatchSpec, model: Model, left: Ints, right: Ints
) -> tuple[NDArray[np.float64], NDArray[np.int8], Bytes, Longs]:
    """Return per pair the model's own probability, the decision of a rule (-1: none) and the levels; per
    comparison the sum of absolute weights.
    """
    plain = replace(model, combinations=())
    decisions = np.array([*(DECISIONS.index(rule.decision) for rule in model.combinations), -1], np.int8)
    chances = np.zeros(len(left))
    decided = np.full(len(left), -1, dtype=np.int8)
    levels = np.zeros((len(left), len(spec.comparisons)), dtype=np.uint8)
    said = np.zeros(len(spec.comparisons), dtype=np.int64)
    for start in range(0, len(left), CHUNK):
        here = slice(start, start + CHUNK)
        compared: Compared = compare(frame, spec, dict(model.texts), left[here], right[here])
        weights = score_levels(frame, spec, plain, compared, left[here], right[here])
        bits = np.clip((weights + model.prior) / 1000.0, -1000.0, 1000.0)
        chances[here] = 1.0 / (1.0 + np.exp2(-bits))
        decided[here] = decisions[deciding(model.combinations, spec, compared)]
        levels[here] = compared.levels
        own, rarity = parts(frame, spec, plain, compared, left[here], right[here])
        said += np.abs(own + rarity).sum(axis=0)
    return chances, decided, levels, said


def _pair_hashes(frame: Frame, left: Ints, right: Ints) -> NDArray[np.uint64]:
    """Return a hash of each pair of names, the same whichever record stands left."""
    rows, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    hashes = np.array(
        [int.from_bytes(tie_hash(frame.names[row]), "little") for row in rows.tolist()], dtype=np.uint64
    )
    one, other = hashes[place[: len(left)]], hashes[place[len(left) :]]
    low, high = np.minimum(one, other), np.maximum(one, other)
    return np.asarray(low * np.uint64(0x9E3779B97F4A7C15) ^ high)


def _named(frame: Frame, one: int, other: int) -> tuple[RecordName, RecordName]:
    low, high = sorted((frame.names[one], frame.names[other]))
    return low, high
