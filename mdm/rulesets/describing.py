"""The rules of a domain in words: for each attribute who owns it and how its golden value is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mdm import domains
from mdm.domains.base import Attribute
from mdm.rulesets.active import ActiveRules
from mdm.survivorship.conditions import GOLDEN
from mdm.survivorship.rules import TIE_BREAK, Rule, Survivorship
from mdm.survivorship.strategies import chain_of


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a golden value: which source owns it, what narrows the candidates, and when it applies.

    chain  every step in order, the published tie-break at its end; its first `own` are the rule's own.
    """

    rule: str
    owner: str
    chain: tuple[str, ...]
    own: int
    conditions: tuple[str, ...]
    together: tuple[str, ...]
    follows: str
    falls_back: bool


@dataclass(frozen=True, slots=True)
class Described:
    """One attribute under a rule set; the ways are tried in their order."""

    attribute: Attribute
    ways: tuple[Way, ...]

    @property
    def owners(self) -> tuple[str, ...]:
        """The sources whose value wins while it is valid, with the condition where there is one."""
        return tuple(dict.fromkeys(_owned(way) for way in self.ways if way.owner))


def described(rules: ActiveRules) -> list[Described]:
    """Return every attribute of the domain in the declared order."""
    return [
        Described(attribute, tuple(_ways(rules.survivorship, attribute.name)))
        for attribute in domains.get(rules.domain).attributes
    ]


def _owned(way: Way) -> str:
    return f"{way.owner} when {' and '.join(way.conditions)}" if way.conditions else way.owner


def _ways(survivorship: Survivorship, attribute: str) -> Iterator[Way]:
    for rule in survivorship.rules:
        if attribute in rule.attributes:
            yield _way(rule)
            # Nothing behind a rule that is always taken ever is.
            if not rule.fall_back and all(one.side != GOLDEN for one in rule.when):
                return
    yield _way(survivorship.default)


def _way(rule: Rule) -> Way:
    follows = rule.follows or ""
    return Way(
        rule=rule.label,
        owner=rule.owner or "",
        chain=() if follows else chain_of(rule.strategies),
        own=0 if follows else len(rule.strategies),
        conditions=tuple(map(str, rule.when)),
        together=rule.attributes if rule.group else (),
        follows=follows,
        falls_back=rule.fall_back,
    )


TIE_BREAK_IN_WORDS = {
    "source_trust": "the highest trust of source and attribute on the day",
    "source_ranking": "the source that stands first in the ranking",
    "recency": "the newest content change",
    "record_completeness": "the record with the most filled attributes",
    "record_hash": "a hash of the record's name: always decides, and never by order of arrival",
}
assert tuple(TIE_BREAK_IN_WORDS) == TIE_BREAK  # what is published is what is done
