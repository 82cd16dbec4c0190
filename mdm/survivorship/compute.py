"""Members, overrides, rules and a day -> golden values with their provenance. Pure, whatever the order of
members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from mdm.survivorship.choosing import Choice, choose, rank
from mdm.survivorship.overrides import ADD, IGNORE, SET, Override, is_ignored, judge, without_ignored
from mdm.survivorship.plan import Plan
from mdm.survivorship.provenance import GoldenValues, Loser, Provenance
from mdm.survivorship.rules import Rule
from mdm.survivorship.strategies import without_repeats
from mdm.survivorship.values import ACTIVE, Candidate, Member, is_filled, same_form

EVERYWHERE = "*"  # the scope of a plain value of a scoped attribute


def compute(
    plan: Plan, members: Iterable[Member], overrides: Sequence[Override] = (), *, today: date
) -> GoldenValues:
    """The golden values of these members on a day; members that are not active have no voice."""
    voices = [member for member in members if member.status == ACTIVE]
    if len(voices) == 1 and not overrides and not plan.looks_at_records:
        return _alone(plan, voices[0])
    # Nothing below prefers a place, but what provenance lists has one order too.
    return _Computation(plan, sorted(voices, key=lambda one: one.name), overrides, today).golden()


def _alone(plan: Plan, member: Member) -> GoldenValues:
    """The golden values of one member, the lot of most golden records: its own."""
    attributes = {name: value for name, value in member.attributes.items() if is_filled(value)}
    for name in plan.own_ways:
        if name in attributes:
            rule = plan.rule_for(name, attributes)
            if rule.follows:
                kept = attributes[name] if rule.follows in attributes else None
            elif "union" in rule.strategies:
                kept, _ = without_repeats([Candidate(member, attributes[name], None)], rule.weak)
            else:
                continue
            if is_filled(kept):
                attributes[name] = kept
            else:
                del attributes[name]
    return GoldenValues(attributes=attributes, provenance={}, sole=member.name)


class _Computation:
    """A golden record in the making: attributes are decided one after the other."""

    def __init__(
        self, plan: Plan, voices: Sequence[Member], overrides: Sequence[Override], today: date
    ) -> None:
        self.plan, self.voices, self.today = plan, voices, today
        self.overrides: dict[str, list[Override]] = {}
        self.spent: list[str] = []
        self.turns: list[date] = []
        for override in sorted(overrides, key=lambda one: (one.set_at, one.key)):
            if override.action == SET or override.holds(None, None, today):
                self.overrides.setdefault(override.attribute, []).append(override)
            else:
                self.spent.append(override.key)
            self._note(override.turns_on(today))
        self.attributes: dict[str, Any] = {}
        self.provenance: dict[str, Provenance] = {}
        self.winners: dict[str, Member] = {}
        self.decided: set[str] = set()

    def golden(self) -> GoldenValues:
        """Decide every attribute that a member has or an override names."""
        present = {
            name for member in self.voices for name, value in member.attributes.items() if is_filled(value)
        }
        for attribute in self.plan.in_order(present | self.overrides.keys()):
            if attribute not in self.decided:
                self._decide(attribute)
        return GoldenValues(
            attributes=self.attributes,
            provenance=self.provenance,
            changes_on=min(self.turns, default=None),
            spent=tuple(sorted(self.spent)),
        )

    def _decide(self, attribute: str) -> None:
        rule = self.plan.rule_for(attribute, self.attributes)
        if rule.follows:
            self._follow(attribute, rule)
        elif "union" in rule.strategies:
            self._unite(attribute, rule)
        elif rule.scoped:
            self._decide_scopes(attribute, rule)
        elif rule.group:
            self._decide_group(rule)
        else:
            choice = self._choose(self._candidates(attribute, rule), rule, (attribute,))
            if choice is None:
                self._settle(attribute, None)
            else:
                self._settle(attribute, choice.winner.value, choice.why, choice.winner.member)

    def _candidates(self, attribute: str, rule: Rule) -> list[Candidate]:
        pool = []
        for member in self._eligible(rule, (attribute,)):
            value = self._heard(member, attribute)
            if is_filled(value):
                pool.append(Candidate(member, value, same_form(value)))
        return pool

    def _eligible(self, rule: Rule, attributes: Sequence[str]) -> list[Member]:
        """The members that the rule's conditions admit and whose values are not barred by failed
        validation."""
        conditions = [condition for condition in rule.when if condition.side == "record"]
        return [
            member
            for member in self.voices
            if all(condition.holds(member.attributes) for condition in conditions)
            and not self.plan.trust.is_barred(member, attributes)
        ]

    def _heard(self, member: Member, attribute: str) -> Any:
        """What a member says of an attribute, less what a steward ignores."""
        value = member.attributes.get(attribute)
        if attribute not in self.overrides or not is_filled(value):
            return value
        ignored = [one for one in self.overrides[attribute] if one.action == IGNORE]
        return None if is_ignored(value, ignored) else without_ignored(value, ignored)

    def _choose(self, pool: Sequence[Candidate], rule: Rule, attributes: tuple[str, ...]) -> Choice | None:
        if not pool:
            return None
        choice = choose(pool, rule, attributes, self.plan, self.today)
        self._note(choice.turn)
        return choice

    def _decide_group(self, rule: Rule) -> None:
        """One record wins all attributes of the group that this rule decides."""
        names = tuple(
            name
            for name in rule.attributes
            if name not in self.decided and self.plan.rule_for(name, self.attributes) is rule
        )
        pool = []
        for member in self._eligible(rule, names):
            heard = {name: self._heard(member, name) for name in names}
            value = {name: part for name, part in heard.items() if is_filled(part)}
            if value:
                pool.append(Candidate(member, value, same_form(value)))
        choice = self._choose(pool, rule, names)
        for name in names:
            if choice is None or name not in choice.winner.value:
                self._settle(name, None)
            else:
                self._settle(name, choice.winner.value[name], choice.why, choice.winner.member)

    def _follow(self, attribute: str, rule: Rule) -> None:
        """The value of the record that won the lead, also when that record has none."""
        lead = rule.follows or ""
        winner = self.winners.get(lead)
        value = None if winner is None else self._heard(winner, attribute)
        if winner is None or not is_filled(value):
            self._settle(attribute, None)
        else:
            self._settle(attribute, value, Provenance(winner.name, rule.label, f"follows {lead}"), winner)

    def _unite(self, attribute: str, rule: Rule) -> None:
        pool, turn = rank(self._candidates(attribute, rule), rule, (attribute,), self.plan, self.today)
        self._note(turn)
        elements, contributors = without_repeats(pool, rule.weak)
        if not elements:
            self._settle(attribute, None)
            return
        names = tuple(one.member.name for one in contributors)
        silent = (Loser(one.member.name, "adds nothing") for one in pool if one.member.name not in names)
        why = Provenance(names[0], rule.label, "union", tuple(silent), contributors=names)
        self._settle(attribute, elements, why, contributors[0].member)

    def _decide_scopes(self, attribute: str, rule: Rule) -> None:
        """Each scope of the attribute survives alone; a plain value counts for the scope "*"."""
        pools: dict[str, list[Candidate]] = {}
        for candidate in self._candidates(attribute, rule):
            scopes = candidate.value if isinstance(candidate.value, dict) else {EVERYWHERE: candidate.value}
            for scope, value in scopes.items():
                if is_filled(value):
                    pools.setdefault(scope, []).append(Candidate(candidate.member, value, same_form(value)))
        found: dict[str, Any] = {}
        for scope in sorted(pools):
            choice = self._choose(pools[scope], rule, (attribute,))
            if choice is not None:
                found[scope] = choice.winner.value
                self.provenance[f"{attribute}/{scope}"] = choice.why
        self._settle(attribute, found.get(EVERYWHERE) if found.keys() == {EVERYWHERE} else found)

    def _settle(
        self, attribute: str, base: Any, why: Provenance | None = None, winner: Member | None = None
    ) -> None:
        """Write down what the sources give and what stewards made of it."""
        self.decided.add(attribute)
        if winner is not None:
            self.winners[attribute] = winner
        value = base
        if attribute in self.overrides:
            stamp = None if winner is None else winner.stamp_of((attribute,))
            value, why = self._overridden(attribute, base, why, stamp)
        if is_filled(value):
            self.attributes[attribute] = value
        if why is not None:
            self.provenance[attribute] = why

    def _overridden(
        self, attribute: str, base: Any, why: Provenance | None, stamp: datetime | None
    ) -> tuple[Any, Provenance | None]:
        setters = [one for one in self.overrides[attribute] if one.action == SET]
        verdict = judge(setters, base, stamp, self.today)
        self.spent += [one.key for one in verdict.spent]
        value = base
        if verdict.setter is not None:
            told = () if why is None or why.winner is None else (Loser(why.winner, "override"), *why.losers)
            value = verdict.setter.value
            why = Provenance(None, verdict.setter.mode, "override", told, override=verdict.setter.key)
        for one in self.overrides[attribute]:
            if one.action == ADD and (more := _with_element(value, one.value)) != value:
                value = more
                said = why or Provenance(None, one.mode, "override")
                why = replace(said, override=one.key)
        return value, why

    def _note(self, turn: date | None) -> None:
        if turn is not None:
            self.turns.append(turn)


def _with_element(value: Any, element: Any) -> Any:
    """A multi-valued value that also has the element."""
    elements = list(value) if isinstance(value, list | tuple) else [value] if is_filled(value) else []
    said = {same_form(known) for known in elements}
    return elements if same_form(element) in said else [*elements, element]
