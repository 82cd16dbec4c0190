"""The golden values of a golden record of one source record: its own, read as the rules read them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mdm.survivorship.plan import Plan
from mdm.survivorship.provenance import GoldenValues
from mdm.survivorship.rules import Rule
from mdm.survivorship.strategies import without_repeats
from mdm.survivorship.values import Candidate, Member, is_filled

EVERYWHERE = "*"
"""The scope of a plain value of a scoped attribute."""


def speaks_alone(plan: Plan, member: Member) -> bool:
    """Whether what a single member gives is told by its values alone."""
    return not plan.unites_strangers and not (member.invalid and plan.trust.bars_invalid)


def alone(plan: Plan, member: Member) -> GoldenValues:
    """The golden values of one member, the lot of most golden records: its own."""
    attributes = {name: value for name, value in member.attributes.items() if is_filled(value)}
    for name in plan.own_ways:
        if name in attributes:
            kept = _own_value(plan, member, name, attributes)
            if is_filled(kept):
                attributes[name] = kept
            else:
                del attributes[name]
    return GoldenValues(attributes=attributes, provenance={}, sole=member.name)


def _own_value(plan: Plan, member: Member, name: str, attributes: Mapping[str, Any]) -> Any:
    """What a single member gives for one attribute that it has."""
    rule = plan.rule_for(name, attributes)
    if rule.fall_back and not _admits(rule, member, attributes):
        rules = plan.rules_for(name, attributes)
        rule = next(one for one in rules if not one.fall_back or _admits(one, member, attributes))
    if not _admits(rule, member, attributes):
        return None
    if "union" in rule.strategies:
        value = attributes[name]
        if type(value) is list and len(value) == 1 and is_filled(value[0]):
            return value
        return without_repeats([Candidate(member, attributes[name], None)], rule.weak)[0]
    return plain(scopes_of(attributes[name])) if rule.scoped else attributes[name]


def _admits(rule: Rule, member: Member, attributes: Mapping[str, Any]) -> bool:
    """Whether the member is a candidate under the rule."""
    if rule.follows:
        return rule.follows in attributes
    return not rule.when or all(condition.admits(member) for condition in rule.when)


def scopes_of(value: Any) -> dict[str, Any]:
    """What a value of a scoped attribute says, scope by scope."""
    scopes = value if isinstance(value, Mapping) else {EVERYWHERE: value}
    return {scope: said for scope, said in scopes.items() if is_filled(said)}


def plain(scopes: Mapping[str, Any]) -> Any:
    """The scopes as they are kept: what counts everywhere stands alone where there is no other scope."""
    return scopes[EVERYWHERE] if scopes.keys() == {EVERYWHERE} else dict(scopes)
