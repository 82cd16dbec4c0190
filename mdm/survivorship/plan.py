"""Survivorship rules made ready: which rules may decide an attribute, in what order attributes are
decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from mdm.survivorship.rules import BadRule, Rule, Survivorship
from mdm.survivorship.strategies import chain_of
from mdm.survivorship.trust import TrustTable


class Plan:
    """What `compute` reads. Attributes that a condition or a lead needs are decided before those that need
    them."""

    __slots__ = (
        "_chains",
        "_default",
        "_order",
        "_rules",
        "leads",
        "looks_at_records",
        "ranks",
        "trust",
        "unions",
    )

    def __init__(self, rules: Survivorship) -> None:
        self._rules: dict[str, tuple[Rule, ...]] = {}
        for rule in rules.rules:
            for attribute in rule.attributes:
                self._rules[attribute] = (*self._rules.get(attribute, ()), rule)
        self._default = rules.default
        self._order = _decided_in_order(self._rules, rules.default)
        self._chains = {rule.strategies: chain_of(rule.strategies) for rule in (*rules.rules, rules.default)}
        self.ranks: Mapping[str, int] = {source: place for place, source in enumerate(rules.ranking)}
        self.trust = TrustTable(rules.trust)
        self.leads = frozenset(rule.follows for rule in rules.rules if rule.follows)
        self.unions = frozenset(
            attribute for rule in rules.rules if "union" in rule.strategies for attribute in rule.attributes
        )
        self.looks_at_records = (
            self.trust.bars_invalid
            or any(rule.when or rule.follows or rule.scoped for rule in (*rules.rules, rules.default))
            or "union" in rules.default.strategies
        )

    def in_order(self, present: set[str]) -> list[str]:
        """The attributes that some member has, in the order of decision; those without a rule by name at the
        end."""
        return [name for name in self._order if name in present] + sorted(
            present - self._rules.keys() - set(self._order)
        )

    def rule_for(self, attribute: str, golden: Mapping[str, object]) -> Rule:
        """The first rule that names the attribute and whose conditions on golden values hold; else the
        default."""
        for rule in self._rules.get(attribute, ()):
            if all(condition.holds(golden) for condition in rule.when if condition.side == "golden"):
                return rule
        return self._default

    def chain(self, rule: Rule) -> tuple[str, ...]:
        """The rule's strategies and the tie-break."""
        return self._chains[rule.strategies]


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


def _needed_by(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        yield from (condition.attribute for condition in rule.when if condition.side == "golden")
        if rule.follows:
            yield rule.follows
