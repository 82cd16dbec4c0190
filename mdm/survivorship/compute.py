"""Members, overrides, rules and a day -> golden values with their provenance. Pure, whatever the order of
members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from mdm.survivorship.alone import EVERYWHERE, alone, plain, scopes_of, speaks_alone
from mdm.survivorship.choosing import Choice, choose, rank
from mdm.survivorship.overrides import (
    ADD,
    IGNORE,
    SET,
    Override,
    attribute_of,
    is_ignored,
    judge,
    without_ignored,
)
from mdm.survivorship.plan import Plan
from mdm.survivorship.provenance import ADDS_NOTHING, GoldenValues, Loser, Provenance
from mdm.survivorship.rules import Rule
from mdm.survivorship.strategies import without_repeats
from mdm.survivorship.values import ACTIVE, Candidate, Member, is_filled, same_form


def compute(
    plan: Plan, members: Iterable[Member], overrides: Sequence[Override] = (), *, today: date
) -> GoldenValues:
    """The golden values of these members on a day; members that are not active have no voice."""
    voices = [member for member in members if member.status == ACTIVE]
    if len(voices) == 1 and not overrides and speaks_alone(plan, voices[0]):
        return alone(plan, voices[0])
    # Nothing below prefers a place, but what provenance lists has one order too.
    return _Computation(plan, sorted(voices, key=lambda one: one.name), overrides, today).golden()


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
        overridden = {attribute_of(path) for path in self.overrides}
        for attribute in self.plan.in_order(present | overridden):
            if attribute not in self.decided:
                self._decide(attribute)
        return GoldenValues(
            attributes=self.attributes,
            provenance=self.provenance,
            changes_on=min(self.turns, default=None),
            spent=tuple(sorted(self.spent)),
        )

    def _decide(self, attribute: str) -> None:
        rule = self._rule_of(attribute)
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

    def _rule_of(self, attribute: str) -> Rule:
        """The rule that decides: the first whose conditions hold, past those that fall back for want of
        candidates."""
        first = self.plan.rule_for(attribute, self.attributes)
        if not first.fall_back:
            return first
        rules = self.plan.rules_for(attribute, self.attributes)
        return next(rule for rule in rules if not rule.fall_back or self._finds_any(attribute, rule))

    def _finds_any(self, attribute: str, rule: Rule) -> bool:
        if rule.follows:
            winner = self.winners.get(rule.follows)
            return winner is not None and is_filled(self._heard(winner, attribute))
        names = rule.attributes if rule.group else (attribute,)
        return any(
            is_filled(self._heard(member, name)) for member in self._eligible(rule, names) for name in names
        )

    def _candidates(self, attribute: str, rule: Rule) -> list[Candidate]:
        pool = []
        for member in self._eligible(rule, (attribute,)):
            value = self._heard(member, attribute)
            if is_filled(value):
                pool.append(Candidate(member, value, same_form(value)))
        return pool

    def _eligible(self, rule: Rule, attributes: Sequence[str]) -> Sequence[Member]:
        """The members that the rule's conditions admit and whose values are not barred by failed
        validation."""
        if not rule.when and not self.plan.trust.bars_invalid:
            return self.voices
        return [
            member
            for member in self.voices
            if all(condition.admits(member) for condition in rule.when)
            and not self.plan.trust.is_barred(member, attributes)
        ]

    def _heard(self, member: Member, attribute: str) -> Any:
        """What a member says of an attribute, less what a steward ignores."""
        value = member.attributes.get(attribute)
        if attribute not in self.overrides or not is_filled(value):
            return value
        ignored = self._ignored(attribute)
        return None if is_ignored(value, ignored) else without_ignored(value, ignored)

    def _ignored(self, *paths: str) -> list[Override]:
        """The overrides that say which values never win there."""
        return [one for path in paths for one in self.overrides.get(path, ()) if one.action == IGNORE]

    def _choose(self, pool: Sequence[Candidate], rule: Rule, attributes: tuple[str, ...]) -> Choice | None:
        if not pool:
            return None
        choice = choose(pool, rule, attributes, self.plan, self.today)
        self._note(choice.turn)
        return choice

    def _decide_group(self, rule: Rule) -> None:
        """One record wins all attributes of the group that this rule decides."""
        names = tuple(
            name for name in rule.attributes if name not in self.decided and self._rule_of(name) is rule
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
        silent = (Loser(one.member.name, ADDS_NOTHING) for one in pool if one.member.name not in names)
        why = Provenance(names[0], rule.label, "union", tuple(silent), contributors=names)
        stamp = max(one.member.stamp_of((attribute,)) for one in contributors)
        self._settle(attribute, elements, why, contributors[0].member, stamp)

    def _decide_scopes(self, attribute: str, rule: Rule) -> None:
        """Each scope of the attribute survives alone; a plain value counts for the scope "*"."""
        pools: dict[str, list[Candidate]] = {
            path.partition("/")[2]: [] for path in self.overrides if path.startswith(f"{attribute}/")
        }
        for candidate in self._candidates(attribute, rule):
            for scope, value in scopes_of(candidate.value).items():
                if not is_ignored(value, self._ignored(attribute, f"{attribute}/{scope}")):
                    said = Candidate(candidate.member, value, same_form(value))
                    pools.setdefault(scope, []).append(said)
        found: dict[str, Any] = {}
        stamps: list[datetime] = []
        for scope in sorted(pools):
            choice, path = self._choose(pools[scope], rule, (attribute,)), f"{attribute}/{scope}"
            base, why = (None, None) if choice is None else (choice.winner.value, choice.why)
            stamp = None if choice is None else choice.winner.member.stamp_of((attribute,))
            stamps += [stamp] if stamp else []
            if path in self.overrides:
                base, why = self._overridden(path, base, why, stamp)
            if is_filled(base):
                found[scope] = base
            if why is not None:
                self.provenance[path] = why
        # What counts everywhere, and nothing else, is told as the value of the attribute itself.
        why = self.provenance.pop(f"{attribute}/{EVERYWHERE}", None) if list(pools) == [EVERYWHERE] else None
        self._settle(attribute, plain(found), why, stamp=max(stamps, default=None))

    def _settle(
        self,
        attribute: str,
        base: Any,
        why: Provenance | None = None,
        winner: Member | None = None,
        stamp: datetime | None = None,
    ) -> None:
        """Write down what the sources give and what stewards made of it.

        stamp: when the sources last changed it; None: when the winner did.
        """
        self.decided.add(attribute)
        if winner is not None:
            self.winners[attribute] = winner
        value = base
        if attribute in self.overrides:
            if stamp is None and winner is not None:
                stamp = winner.stamp_of((attribute,))
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
