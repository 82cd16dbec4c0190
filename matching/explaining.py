"""Why two records match or do not: both values, level, m, u and weight of every attribute, and what keeps
them apart.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from matching.blocking import BlockingKeys, record_keys
from matching.columns import coded_column
from matching.combination_rules import CombinationRule, deciding
from matching.comparing import Compared, compare, level_names
from matching.counterfactual import NearKey, Tip, nearest_key, tipping
from matching.frame import Frame
from matching.gates import conflicts
from matching.model import AGREES, MILLI, Model
from matching.scoring import parent_classes, parts, related, score_levels, unruled
from matching.spec import Comparison, MatchSpec
from matching.weights import SEPARATOR

LEFT, RIGHT = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
BY_RULE = "rule: "
"""How the level of the evidence begins that a combination rule gives."""
LEAST_AGAINST = 200
"""Weights in 1/1000 bit that are too small to be named as a reason."""
MOST_AGAINST = 3
"""Attributes that are named as speaking against a match."""


@dataclass(frozen=True)
class Evidence:
    """One attribute's part of a match weight; weights in 1/1000 bit, share of the sum of absolute weights.

    fixed: the weight was set by a rule of the spec instead of learned. m and u are None where they play no
    part: a missing value, a relation, a combination rule.
    """

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
    fixed: bool = False

    @property
    def total(self) -> int:
        """Weight with the adjustment for the rarity of the agreed value."""
        return self.weight + self.frequency


@dataclass(frozen=True)
class Explanation:
    """The whole of one pair.

    weight         what counts, in 1/1000 bit: the sum of the evidence, a combination rule included.
    own_weight     the model's own, as it would be without that rule; the probability is of this one.
    rules          names of the blocking rules that find the pair.
    closed_rules   rules under which the records share only keys that too many others carry.
    weak_rule      the one rule that finds the pair, where that alone is no reason to compare.
    vetoes         names of the gates that conflict, each with both sides' values in `conflict_values`.
    rule           the combination rule that decides the pair.
    nearest        where no rule finds it: the rule that comes closest.
    tip            where it is not linked: the smallest change of levels that would link it.
    generic        (column, value) that both carry, but so do so many that it tells nothing.
    """

    evidence: tuple[Evidence, ...]
    weight: int
    probability: float
    link_weight: int
    review_weight: int
    rules: tuple[str, ...]
    vetoes: tuple[str, ...]
    own_weight: int = 0
    closed_rules: tuple[str, ...] = ()
    weak_rule: str = ""
    conflict_values: tuple[tuple[str, str], ...] = ()
    rule: CombinationRule | None = None
    nearest: NearKey | None = None
    tip: Tip | None = None
    generic: tuple[tuple[str, str], ...] = ()

    @property
    def verdict(self) -> str:
        """ "apart" under a veto or below the review weight, "review" below the link weight, else "link"."""
        if self.vetoes or self.weight < min(self.review_weight, self.link_weight):
            return "apart"
        return "link" if self.weight >= self.link_weight else "review"

    @property
    def why_not(self) -> tuple[str, ...]:
        """One sentence for each thing that keeps the two records apart; empty when nothing does."""
        reasons = [
            f"The {veto} of the two records conflict: {left} against {right}."
            for veto, (left, right) in zip(self.vetoes, self.conflict_values, strict=True)
        ]
        if self.rule is not None and self.rule.decision != "merge":
            reasons.append(f"{rule_words(self.rule)}.")
        if not self.rules:
            reasons.append(self._why_not_found())
        if self.weight < self.link_weight:
            reasons.extend(self._why_not_linked())
        return tuple(reasons)

    def _why_not_found(self) -> str:
        if self.weak_rule:
            return f"Only the rule “{self.weak_rule}” finds the pair, which alone is no reason to compare."
        if self.closed_rules:
            return (
                "No blocking rule finds the pair: the keys they share are carried by more records than the"
                f" cap allows ({', '.join(self.closed_rules)})."
            )
        near = f" The nearest is {self.nearest.words}." if self.nearest else ""
        return f"No blocking rule finds the pair: the records share no key.{near}"

    def _why_not_linked(self) -> list[str]:
        found = []
        if self.own_weight < self.link_weight:
            missing = (self.link_weight - self.own_weight) / MILLI
            found.append(f"The match weight is {missing:.1f} bits below the link weight.")
        against = sorted(
            (
                row
                for row in self.evidence
                if row.total <= -LEAST_AGAINST and not row.level.startswith(BY_RULE)
            ),
            key=lambda row: row.total,
        )
        found += [f"{_against(row)}." for row in against[:MOST_AGAINST]]
        found += [
            f"Both have the {column} “{value}”, but so have too many." for column, value in self.generic
        ]
        if self.tip is not None:
            over = (self.tip.weight - self.link_weight) / MILLI
            found.append(
                f"It would tip if {self.tip.words}: {over:.1f} bits above the link weight."
                if over >= 0.05
                else f"It would tip if {self.tip.words}."
            )
        return found


def rule_words(rule: CombinationRule) -> str:
    """Return a combination rule as a sentence without its full stop."""
    said = " and ".join(f"{name.replace('_', ' ')} {outcome}" for name, outcome in rule.outcomes)
    decided = {"merge": "merges", "review": "asks a person about", "never": "never joins"}[rule.decision]
    by = f" ({rule.by}{': ' + rule.reason if rule.reason else ''})" if rule.by else ""
    return f"A rule {decided} pairs with {said}{by}"


def _against(row: Evidence) -> str:
    name, bits = row.comparison.replace("_", " "), -row.total / MILLI
    if not row.left and not row.right:
        return f"“{row.comparison}” explains part of the agreement and takes {bits:.1f} bits"
    values = f"{' / '.join(row.left) or '—'} against {' / '.join(row.right) or '—'}"
    by = " by a fixed rule" if row.fixed else ""
    return f"{name} {row.level} ({values}) takes {bits:.1f} bits{by}"


def explain(
    frame: Frame, spec: MatchSpec, model: Model, i: int, j: int, *, closed: Collection[int] = frozenset()
) -> Explanation:
    """Return why rows i and j match or do not under the model; weights are exactly those of scoring.

    closed: the keys that too many records carry (`blocking.closed_keys`); without them every shared key
    counts as open.
    """
    model.require(spec)
    whole = pair_of(frame, i, j)
    pair = whole.telling(model.generic)
    compared = compare(pair, spec, dict(model.texts), LEFT, RIGHT)
    weights, adjustments = parts(pair, spec, model, compared, LEFT, RIGHT)
    explained, which = related(spec, model, compared, adjustments)
    lost = int(explained[0])
    size = int(np.abs(weights + adjustments).sum()) + lost or 1
    evidence = [
        _evidence(
            pair, spec, model, compared, place, int(weights[0, place]), int(adjustments[0, place]), size
        )
        for place in range(len(spec.comparisons))
    ]
    if lost:
        name = model.relations[max(int(which[0]), 0)].name
        share = round(lost / size, 4)
        evidence.append(Evidence(name, name, (), (), "explains agreement", None, None, -lost, 0, share))
    own = int(unruled(pair, spec, model, compared, LEFT, RIGHT)[0])
    if model.learned is not None:
        gained = own - int((weights + adjustments).sum()) + lost
        evidence.append(
            Evidence("judgements", "judgements", (), (), "learned from people", None, None, gained, 0, 0.0)
        )
    weight = int(score_levels(pair, spec, model, compared, LEFT, RIGHT)[0])
    place = int(deciding(model.combinations, spec, compared)[0])
    rule = model.combinations[place] if place >= 0 else None
    if rule is not None and weight != own:
        level = f"{BY_RULE}{rule.decision}"
        evidence.append(
            Evidence("combination", "combination", (), (), level, None, None, weight - own, 0, 0.0)
        )
    found, shut, weak = _shared_rules(pair, spec, model, closed)
    vetoed = conflicts(pair, spec)
    return Explanation(
        tuple(evidence),
        weight,
        model.probability(own),
        model.link_weight,
        model.review_weight,
        found,
        tuple(name for name, _, _ in vetoed),
        own,
        shut,
        weak,
        tuple((left, right) for _, left, right in vetoed),
        rule,
        None if found or shut or weak else nearest_key(pair, spec, model, compared),
        tipping(pair, spec, model, compared, adjustments, weight),
        _generic(whole, model),
    )


def _evidence(
    pair: Frame,
    spec: MatchSpec,
    model: Model,
    compared: Compared,
    place: int,
    weight: int,
    frequency: int,
    size: int,
) -> Evidence:
    comparison = spec.comparisons[place]
    level = int(compared.levels[0, place])
    parameters = model.parameters[comparison.name]
    state = min(int(parent_classes(spec, compared, comparison)[0]), len(parameters.m) - 1)
    name = level_names(comparison)[level]
    return Evidence(
        comparison.name,
        comparison.attribute or spec.column(comparison.column).shown or comparison.column,
        _value(pair, comparison.column, 0),
        _value(pair, comparison.column, 1),
        name,
        parameters.m[state][level - 1] if level else None,
        parameters.u[state][level - 1] if level else None,
        weight,
        frequency,
        round(abs(weight + frequency) / size, 4),
        name in _fixed(comparison, state),
    )


def _fixed(comparison: Comparison, state: int) -> set[str]:
    rows = comparison.fixed + (comparison.fixed_agreeing if state == AGREES else ())
    return {level for level, _ in rows}


def _value(frame: Frame, column: str, row: int) -> tuple[str, ...]:
    return tuple(text.partition(SEPARATOR)[0] for text in frame.column(column).value(row))


def _generic(whole: Frame, model: Model) -> tuple[tuple[str, str], ...]:
    """Return the generic values that both records carry."""
    return tuple(
        (column, value)
        for column, values in model.generic.items()
        for value in _value(whole, column, 0)
        if value in values and value in _value(whole, column, 1)
    )


def pair_of(frame: Frame, i: int, j: int) -> Frame:
    """Return a frame of two rows that holds their values only, however many the whole frame has."""
    columns = {}
    for name, column in frame.columns.items():
        values = [column.value(i), column.value(j)]
        known = tuple(dict.fromkeys(value for value in values if value))
        codes = np.array([known.index(value) if value else -1 for value in values], dtype=np.int32)
        columns[name] = coded_column(name, codes, known)
    return Frame((frame.names[i], frame.names[j]), columns, frame.sources[[i, j]])


def shared_rules(frame: Frame, spec: MatchSpec, model: Model, i: int, j: int) -> tuple[str, ...]:
    """Return the names of the blocking rules under which both rows have a key in common."""
    return _shared_rules(pair_of(frame, i, j), spec, model, frozenset())[0]


def _shared_rules(
    pair: Frame, spec: MatchSpec, model: Model, closed: Collection[int]
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the rules under which the two rows share an open key, those of which all are closed, and the
    weak one that is the only to find them.
    """
    keys: BlockingKeys = record_keys(pair, spec, model)
    sides = [
        set(zip(keys.rules[keys.rows == row].tolist(), keys.keys[keys.rows == row].tolist(), strict=True))
        for row in (0, 1)
    ]
    shared = sides[0] & sides[1]
    found = {rule for rule, key in shared if key not in closed}
    shut = {rule for rule, _ in shared} - found
    finding, closing = (
        tuple(spec.blocking[place].name for place in sorted(places)) for places in (found, shut)
    )
    if len(found) == 1 and spec.blocking[min(found)].weak:
        return (), closing, finding[0]
    return finding, closing, ""


def vetoes(frame: Frame, spec: MatchSpec, i: int, j: int) -> tuple[str, ...]:
    """Return the names of the gates that keep two rows apart."""
    return tuple(name for name, _, _ in conflicts(pair_of(frame, i, j), spec))
