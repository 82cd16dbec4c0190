"""One decision of survivorship: candidates are narrowed step by step until one is left. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mdm.survivorship.plan import Plan
from mdm.survivorship.provenance import ONLY_CANDIDATE, SAME_VALUE, UNANIMOUS, Loser, Provenance
from mdm.survivorship.rules import Rule
from mdm.survivorship.strategies import KEYS, Question, chain_of, in_order, shown
from mdm.survivorship.trust import is_invalid
from mdm.survivorship.values import Candidate, parts_of


@dataclass(frozen=True, slots=True)
class Choice:
    """The winner, why, and the next day on which time alone may choose another."""

    winner: Candidate
    why: Provenance
    turn: date | None


def choose(
    pool: Sequence[Candidate], rule: Rule, attributes: tuple[str, ...], plan: Plan, today: date
) -> Choice:
    """The one candidate that survives; `pool` has at least one."""
    question = Question(attributes, today, plan.trust, plan.ranks)
    left, losers = list(pool), list[tuple[Candidate, str, Any, Any]]()
    step = ONLY_CANDIDATE if len(left) == 1 else UNANIMOUS
    turn = None
    for name in plan.steps(rule):
        if len(left) == 1:
            break
        keys = KEYS[name](left, question) if name in KEYS else _standing(name, left, rule, attributes)
        if name == "source_trust" and (plan.leads.intersection(attributes) or _differ(left)):
            turn = plan.trust.next_turn([one.member for one in left], attributes, today)
        best = max(keys)
        if all(key == best for key in keys):
            continue
        for one, key in zip(left, keys, strict=True):
            if key != best:
                losers.append((one, name, key, best))
        if len({one.same for one in left}) > 1:
            step = name
        left = [one for one, key in zip(left, keys, strict=True) if key == best]
    winner = left[0]
    told = (
        Loser(one.member.name, SAME_VALUE if one.same == winner.same else _why(name, key, best))
        for one, name, key, best in losers
    )
    return Choice(winner, Provenance(winner.member.name, rule.label, step, tuple(told)), turn)


def _why(name: str, key: Any, best: Any) -> str:
    """Return in words by what a candidate lost."""
    return f"{name} {said} against {shown(best)}" if (said := shown(key)) else name


def rank(
    pool: Sequence[Candidate], rule: Rule, attributes: tuple[str, ...], plan: Plan, today: date
) -> tuple[list[Candidate], date | None]:
    """All candidates from best to worst, and the next day on which time alone may change that order."""
    if len(pool) < 2:
        return list(pool), None
    question = Question(attributes, today, plan.trust, plan.ranks)
    turn = plan.trust.next_turn([one.member for one in pool], attributes, today, whole=True)
    return in_order(pool, question, chain_of(rule.strategies)), turn


def _standing(name: str, pool: Sequence[Candidate], rule: Rule, attributes: Sequence[str]) -> list[bool]:
    """Who is kept before the strategies: known values, valid ones of the owner, full enough ones."""
    if name == "known":
        return [one.value not in rule.weak for one in pool]
    if name == "owner":
        return [one.member.source == rule.owner and not is_invalid(one.member, attributes) for one in pool]
    parts = [parts_of(one.value) for one in pool]
    return [part * 100 >= max(parts) * rule.guard for part in parts]


def _differ(pool: Sequence[Candidate]) -> bool:
    """Whether another winner would write another value; values that say the same may be written
    differently."""
    return any(one.value != pool[0].value for one in pool)
