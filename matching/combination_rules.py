"""A person decides what a combination of outcomes means ("e-mail equal, birth date differs: never"); the
decision is part of the model and holds for every pair, in every engine, because it acts on the pair's weight.

Conflicts do not depend on the order of the rules: the rule with more conditions wins, so that an exception
can be carved out of a broad rule; of rules with as many conditions the more careful one: never, review,
merge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matching.comparing import Compared
from matching.errors import ModelError
from matching.kernels.registry import kernel_of
from matching.spec import Comparison, MatchSpec

Longs = NDArray[np.int64]

OUTCOMES = ("missing", "differs", "close", "equal")
DECISIONS = ("merge", "review", "never")
NEVER = -(10**12)
"""Weight of a pair that a rule keeps apart, in 1/1000 bit: no mean over a component's other pairs makes up
for it. It is no infinity: sums stay within 64 bits, and a person's must-link is no part of a mean.
"""


@dataclass(frozen=True)
class CombinationRule:
    """What every pair with these outcomes becomes; a comparison that is not named may have any outcome.

    outcomes: (comparison, one of OUTCOMES), sorted. merge: at least the link weight; review: below the link
    weight, not below the review weight; never: apart, whatever other records say. by, reason: who decided
    and why.
    """

    outcomes: tuple[tuple[str, str], ...]
    decision: str
    by: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "outcomes", tuple(sorted(map(tuple, self.outcomes))))
        names = [name for name, _ in self.outcomes]
        if not names or len(set(names)) < len(names):
            raise ModelError("A combination rule names at least one comparison, and each at most once.")
        if self.decision not in DECISIONS:
            raise ModelError(
                f"A combination rule decides {', '.join(DECISIONS)}; '{self.decision}' is none of them."
            )
        for name, outcome in self.outcomes:
            if outcome not in OUTCOMES:
                raise ModelError(
                    f"A combination rule says that '{name}' is '{outcome}'; known are {', '.join(OUTCOMES)}."
                )

    @property
    def rank(self) -> tuple[int, int]:
        """The higher one wins a conflict: more conditions first, then the more careful decision."""
        return len(self.outcomes), DECISIONS.index(self.decision)

    def to_json(self) -> dict[str, Any]:
        """Return the rule as JSON-able values."""
        return {
            "outcomes": [list(entry) for entry in self.outcomes],
            "decision": self.decision,
            "by": self.by,
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        """Read a rule; a missing part raises KeyError."""
        return cls(
            tuple((name, outcome) for name, outcome in row["outcomes"]),
            row["decision"],
            row.get("by", ""),
            row.get("reason", ""),
        )


def outcome_codes(comparison: Comparison) -> NDArray[np.uint8]:
    """Return the place in OUTCOMES of each level: below what the kernel calls agreement it differs, the
    highest level is equal, what lies between is close.
    """
    kernel = kernel_of(comparison.kernel)
    highest = len(kernel.levels) - 1
    codes = [0] + [
        3 if level == highest else 2 if level >= kernel.agrees else 1 for level in range(1, highest + 1)
    ]
    return np.array(codes, dtype=np.uint8)


def outcomes_of(spec: MatchSpec, compared: Compared, name: str) -> NDArray[np.uint8]:
    """Return the outcome of one comparison for every pair, as places in OUTCOMES."""
    return np.asarray(outcome_codes(spec.comparison(name))[compared.of(name)])


def refuse_unfit(rules: Sequence[CombinationRule], spec: MatchSpec) -> None:
    """Raise ModelError when a rule names a comparison that the spec does not have."""
    known = {comparison.name for comparison in spec.comparisons}
    unknown = sorted({name for rule in rules for name, _ in rule.outcomes} - known)
    if unknown:
        raise ModelError(
            f"A combination rule names '{unknown[0]}', which is no comparison of the spec '{spec.name}'."
        )


def deciding(rules: Sequence[CombinationRule], spec: MatchSpec, compared: Compared) -> NDArray[np.int32]:
    """Return the place of the rule that decides each pair, -1 where none applies."""
    found = np.full(len(compared.levels), -1, dtype=np.int32)
    known: dict[str, NDArray[np.uint8]] = {}
    # The strongest is written last. Equal ranks decide the same, and which of them is named is fixed.
    for place in sorted(range(len(rules)), key=lambda place: (rules[place].rank, rules[place].outcomes)):
        held = np.ones(len(found), dtype=bool)
        for name, outcome in rules[place].outcomes:
            if name not in known:
                known[name] = outcomes_of(spec, compared, name)
            held &= known[name] == OUTCOMES.index(outcome)
        found[held] = place
    return found


def ruled(
    rules: Sequence[CombinationRule],
    spec: MatchSpec,
    compared: Compared,
    weights: Longs,
    *,
    link_weight: int,
) -> Longs:
    """Return the weights as the rules want them; those of pairs that no rule decides stay as they are."""
    if not rules:
        return weights
    decisions = np.array([*(DECISIONS.index(rule.decision) for rule in rules), -1], dtype=np.int8)
    decided = decisions[deciding(rules, spec, compared)]
    weights = np.where(decided == 0, np.maximum(weights, link_weight), weights)
    weights = np.where(decided == 1, np.int64(link_weight - 1), weights)
    return np.where(decided == 2, np.int64(NEVER), weights)
