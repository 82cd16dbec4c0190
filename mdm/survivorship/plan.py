"""Survivorship rules made ready: which rule decides an attribute, and in what order they are decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from mdm.survivorship.conditions import GOLDEN, BadRule
from mdm.survivorship.rules import Rule, Survivorship
from mdm.survivorship.strategies import chain_of
from mdm.survivorship.trust import TrustTable


class Plan:
    """What `compute` reads: attributes that a condition or a lead needs come before those that need them."""

    __slots__ = (
        "_default",
        "_order",
        "_rules",
        "_steps",
        "leads",
        "own_ways",
        "ranks",
        "trust",
        "unites_strangers",
    )

    def __init__(self, rules: Survivorship) -> None:
        self._rules: dict[str, tuple[Rule, ...]] = {}
        for rule in rules.rules:
            for attribute in rule.attributes:
                self._rules[attribute] = (*self._rules.get(attribute, ()), rule)
        self._default = rules.default
        self._order = _decided_in_order(self._rules, rules.default)
        self._steps = {id(rule): _steps_of(rule) for rule in (*rules.rules, rules.default)}
        self.ranks: Mapping[str, int] = {source: place for place, source in enumerate(rules.ranking)}
        self.trust = TrustTable(rules.trust)
        self.leads = frozenset(rule.follows for rule in rules.rules if rule.follows)
        # What a single member gives is its own values, but for these attributes and these rules.
        self.own_ways = tuple(
            name for name in self._order if any(map(_has_own_way, self._rules.get(name, ())))
        )
        self.unites_strangers = "union" in rules.default.strategies

    def in_order(self, present: set[str]) -> list[str]:
        """The attributes present, in the order of decision; those that no rule names come last, by name."""
        return [name for name in self._order if name in present] + sorted(
            present - self._rules.keys() - set(self._order)
        )

    def rules_for(self, attribute: str, golden: Mapping[str, object]) -> Iterator[Rule]:
        """The rules that name the attribute and whose conditions on golden values hold, and at last the
        default."""
        for rule in self._rules.get(attribute, ()):
            if all(condition.holds(golden) for condition in rule.when if condition.side == GOLDEN):
                yield rule
        yield self._default

    def rule_for(self, attribute: str, golden: Mapping[str, object]) -> Rule:
        """The first of those rules."""
        rules = self._rules.get(attribute)
        if rules is None:
            return self._default
        # Most attributes have one rule, without a condition.
        return rules[0] if not rules[0].when else next(self.rules_for(attribute, golden))

    def steps(self, rule: Rule) -> tuple[str, ...]:
        """What narrows the candidates, from known values to the tie-break."""
        return self._steps[id(rule)]


@lru_cache(maxsize=64)
def plan_of(rules: Survivorship) -> Plan:
    """The plan of a rule set; equal rules share one."""
    return Plan(rules)


def _decided_in_order(rules: Mapping[str, tuple[Rule, ...]], default: Rule) -> tuple[str, ...]:
    """Attributes with a rule, and those a rule looks at, after everything they depend on; BadRule names a
    cycle."""
    order: list[str] = []
    path: list[str] = []

    def visit(attribute: str) -> None:
        if attribute in order:
            return
        if attribute in path:
            circle = " -> ".join([*path[path.index(attribute) :], attribute])
            raise BadRule(f"attributes decide each other in a circle: {circle}; take one condition out")
        path.append(attribute)
        for rule in rules.get(attribute, (default,)):
            # A group is decided with its first attribute, so it needs what any of its attributes needs.
            for name in rule.attributes if rule.group else (attribute,):
                for needed in _needed_by(rules.get(name, (rule,))):
                    visit(needed)
        path.pop()
        order.append(attribute)

    for attribute in rules:
        visit(attribute)
    return tuple(order)


def _has_own_way(rule: Rule) -> bool:
    """Whether the rule may give something else than a single record's own value."""
    looks_at_records = any(condition.side != GOLDEN for condition in rule.when)
    return bool("union" in rule.strategies or rule.follows or rule.scoped or looks_at_records)


def _needed_by(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        yield from (condition.needs for condition in rule.when if condition.side == GOLDEN)
        if rule.follows:
            yield rule.follows


def _steps_of(rule: Rule) -> tuple[str, ...]:
    first = (("known", bool(rule.weak)), ("owner", rule.owner is not None), ("guard", rule.guard > 0))
    return (*(name for name, used in first if used), *chain_of(rule.strategies))
