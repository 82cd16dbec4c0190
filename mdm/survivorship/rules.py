"""Survivorship rules: which source record's value becomes the golden value. Frozen, JSON both ways, no
Django.

A domain declares one `Survivorship`. For each attribute the first rule that names it and whose `when` holds
decides; an attribute that no rule names is decided by `default`. The strategies of a rule narrow the
candidates one after the other; what they leave tied is settled by the published TIE_BREAK, so that there is
always exactly one winner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from mdm.survivorship.conditions import BadRule, When, refuse_unknown_fields

STRATEGIES: Mapping[str, str] = {
    "source_ranking": "the source that stands first in the ranking",
    "source_trust": "the highest trust 0-100 of (source, attribute) after decay by age and failed validation",
    "recency": "the newest content change at the source",
    "oldest": "the oldest content change at the source",
    "completeness": "the most filled parts: of the value, or of the whole group",
    "frequency": "the value that most records carry",
    "agreement": "not a spelling of its own where two or more other sources agree on another one",
    "longest": "the longest text",
    "shortest": "the shortest text",
    "min": "the smallest value",
    "max": "the largest value",
    "union": "all values of all records, without duplicates, best source first (multi-valued attributes)",
}
TIE_BREAK = ("source_trust", "source_ranking", "recency", "record_completeness", "record_hash")


@dataclass(frozen=True, slots=True)
class Rule:
    """How the golden values of some attributes are chosen.

    group      the attributes survive together: one record wins all of them (name parts, address lines). A
               record
               without any of them is no candidate; "completeness" counts how many of them it has.
    owner      the source whose value wins while it has a valid one (system of record).
    when       conditions that all must hold.
    follows    the attributes come from the record that won this one, also when it has none (dependent
               attributes).
    weak       values that count as not known while another value exists (kind "unknown").
    guard      a group or an object with less than this percentage of the parts of the fullest one is no
               candidate,
               so that a trusted source that only knows the country does not wipe out an address.
    scoped     the value is an object of scope -> value (company code, sales area) and each scope survives
               alone.
    fall_back  where no record is a candidate, the next rule that names the attribute decides; else there is
               no value then.
    """

    attributes: tuple[str, ...]
    strategies: tuple[str, ...] = ("source_trust", "recency")
    group: bool = False
    owner: str | None = None
    when: tuple[When, ...] = ()
    follows: str | None = None
    weak: tuple[str, ...] = ()
    guard: int = 50
    scoped: bool = False
    fall_back: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        if not self.attributes:
            raise BadRule("a survivorship rule names no attribute; name at least one")
        unknown = [strategy for strategy in self.strategies if strategy not in STRATEGIES]
        if unknown:
            raise BadRule(f"rule for {self._about}: unknown strategies {unknown}; use {sorted(STRATEGIES)}")
        if "union" in self.strategies and (self.group or self.scoped or self.follows):
            raise BadRule(
                f"rule for {self._about}: union keeps all values, so it takes no group, scope or lead"
            )
        if self.group and self.scoped:
            raise BadRule(f"rule for {self._about}: a group survives whole, so it cannot be scoped")
        if not 0 <= self.guard <= 100:
            raise BadRule(f"rule for {self._about}: guard {self.guard} is no percentage")
        if self.follows in self.attributes:
            raise BadRule(f"rule for {self._about}: an attribute cannot follow itself")

    @property
    def _about(self) -> str:
        return ", ".join(self.attributes)

    @property
    def label(self) -> str:
        """What provenance calls this rule."""
        if self.name:
            return self.name
        return f"follows {self.follows}" if self.follows else " > ".join(self.strategies) or "tie-break"

    def to_json(self) -> dict[str, Any]:
        """The rule as plain JSON."""
        return {
            "attributes": list(self.attributes),
            "strategies": list(self.strategies),
            "group": self.group,
            "owner": self.owner,
            "when": [condition.to_json() for condition in self.when],
            "follows": self.follows,
            "weak": list(self.weak),
            "guard": self.guard,
            "scoped": self.scoped,
            "fall_back": self.fall_back,
            "name": self.name,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The rule that `to_json` wrote; BadRule names a field that is unknown."""
        refuse_unknown_fields(cls, document)
        taken = dict(document)
        for name in ("attributes", "strategies", "weak"):
            if name in taken:
                taken[name] = tuple(taken[name])
        taken["when"] = tuple(When.from_json(condition) for condition in taken.get("when", ()))
        return cls(**taken)


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a source is trusted for an attribute ("*" = all its attributes, source "*" = all sources).

    Trust falls in a straight line from `trust` to `floor` over `decay_days` whole days since the content
    changed; decay_days 0 means never. A value that failed validation loses `downgrade` percent of what is
    left, and at 100 percent it never wins. The line that names source and attribute wins over one that names
    only one of them.
    """

    source: str
    attribute: str = "*"
    trust: int = 50
    floor: int = 0
    decay_days: int = 0
    downgrade: int = 50

    def __post_init__(self) -> None:
        about = f"trust of {self.source}.{self.attribute}"
        if not 0 <= self.floor <= self.trust <= 100:
            raise BadRule(
                f"{about}: needs 0 <= floor <= trust <= 100, has floor {self.floor}, trust {self.trust}"
            )
        if self.decay_days < 0 or not 0 <= self.downgrade <= 100:
            raise BadRule(f"{about}: decay_days must not be negative and downgrade must be a percentage")

    def to_json(self) -> dict[str, Any]:
        """The line as plain JSON."""
        return {line.name: getattr(self, line.name) for line in fields(self)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The line that `to_json` wrote."""
        refuse_unknown_fields(cls, document)
        return cls(**document)


@dataclass(frozen=True, slots=True)
class Survivorship:
    """All survivorship rules of a domain. Source names in `ranking` go from best to worst; others come after
    them."""

    rules: tuple[Rule, ...] = ()
    ranking: tuple[str, ...] = ()
    trust: tuple[Trust, ...] = ()
    default: Rule = field(default_factory=lambda: Rule(attributes=("*",), name="default"))

    def __post_init__(self) -> None:
        if self.default.group or self.default.scoped or self.default.follows or self.default.when:
            raise BadRule(
                "the default rule decides single attributes: it takes no group, scope, lead or condition"
            )

    def to_json(self) -> dict[str, Any]:
        """The rules as plain JSON."""
        return {
            "rules": [rule.to_json() for rule in self.rules],
            "ranking": list(self.ranking),
            "trust": [line.to_json() for line in self.trust],
            "default": self.default.to_json(),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The rules that `to_json` wrote."""
        refuse_unknown_fields(cls, document)
        return cls(
            rules=tuple(Rule.from_json(rule) for rule in document.get("rules", ())),
            ranking=tuple(document.get("ranking", ())),
            trust=tuple(Trust.from_json(line) for line in document.get("trust", ())),
            **({"default": Rule.from_json(document["default"])} if "default" in document else {}),
        )
