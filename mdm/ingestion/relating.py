"""What a mapping says of relationships: which columns name the other record, and what is known of the two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mdm import relationships
from mdm.ingestion import documents
from mdm.ingestion.compiling import Give, compile_condition, compile_first
from mdm.ingestion.documents import BadMapping, Section
from mdm.ingestion.paths import Row, reach_all
from mdm.ingestion.problems import Problem, shown
from mdm.ingestion.rules import Condition, Rule

FIELDS = ("type", "to", "from", "each", "where", "when", "valid_from", "valid_to", "attributes", "itself")
COLUMN = "relationships"
"""Where a canonical row holds its relationships: a list of objects with fields as in FIELDS."""

Said = dict[str, Any]
"""A relationship as a row says it: type, forward, other, valid_from, valid_to, attributes."""


@dataclass(frozen=True, slots=True)
class Relating:
    """How rows of one object type name another record that they stand in a relationship to.

    forward     it goes from the row's record to the other one.
    each        a list in the row: every element of it names another record.
    itself      what becomes of one that names the row's own record: a customer is its own bill-to party.
    """

    type: str
    forward: bool
    other: tuple[Rule, ...]
    each: str = ""
    where: Condition | None = None
    when: Condition | None = None
    valid_from: tuple[Rule, ...] = ()
    valid_to: tuple[Rule, ...] = ()
    attributes: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    itself: str = "refused"

    @property
    def column(self) -> str:
        """The column that names the other record."""
        return self.other[0].columns[0]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, of the other record, the days and the attributes."""
        inner = (rule for rules in self.attributes.values() for rule in rules)
        return (*self.other, *self.valid_from, *self.valid_to, *inner)


def read_relationships(place: str, value: Any, domain: str, codes: Mapping[str, Any]) -> tuple[Relating, ...]:
    """Read the tables [[relationships]] of a mapping; raises BadMapping with the field and what may be
    there.
    """
    if not isinstance(value, list):
        raise BadMapping(f"{place}: expected a list of tables ([[relationships]]), found {value!r}.")
    return tuple(
        _read_one(Section(f"{place}[{number}]", one), domain, codes) for number, one in enumerate(value, 1)
    )


def _read_one(section: Section, domain: str, codes: Mapping[str, Any]) -> Relating:
    section.known(FIELDS)
    type_ = relationships.get(section.text("type", among=sorted(relationships.registered())))
    ends = [end for end in ("to", "from") if end in section]
    if len(ends) != 1:
        raise BadMapping(f"{section.place}: say which record it goes to, or from: one of to, from.")
    forward = ends == ["to"]
    if (type_.from_domain if forward else type_.to_domain) != domain:
        raise BadMapping(
            f"{section.at('type')}: {type_.code} goes from {type_.from_domain} to {type_.to_domain};"
            f" no {domain} stands at that end."
        )
    if "where" in section and "each" not in section:
        raise BadMapping(f"{section.at('where')}: only with 'each' there are elements to choose from.")

    def rules(name: str) -> tuple[Rule, ...]:
        if name not in section:
            return ()
        return documents.read_attribute(section.at(name), section.table[name], None, codes)

    def condition(name: str) -> Condition | None:
        return documents.read_condition(section.at(name), section.table[name]) if name in section else None

    other = rules(ends[0])
    if not other or any(rule.source != "reference" for rule in other):
        example = '{ reference = "ParentId", object_type = "Account" }'
        raise BadMapping(f"{section.at(ends[0])}: name the other record by a reference, such as {example}.")
    attributes = Section(section.at("attributes"), section.table.get("attributes", {}))
    attributes.known([one.name for one in type_.attributes])
    return Relating(
        type=type_.code,
        forward=forward,
        other=other,
        each=section.text("each", ""),
        where=condition("where"),
        when=condition("when"),
        valid_from=rules("valid_from"),
        valid_to=rules("valid_to"),
        itself=section.text("itself", "refused", among=("refused", "left_out")),
        attributes={
            name: documents.read_attribute(attributes.at(name), written, None, codes)
            for name, written in attributes.table.items()
        },
    )


def compile_relating(one: Relating, missing: frozenset[str]) -> Callable[[Row, list[Problem]], list[Said]]:
    """Return the rule as a function of a row that gives every relationship the row says."""
    gives: dict[str, Give] = {"other": compile_first(one.other, missing)}
    for name, rules in (("valid_from", one.valid_from), ("valid_to", one.valid_to)):
        if rules:
            gives[name] = compile_first(rules, missing)
    attributes = [(name, compile_first(rules, missing)) for name, rules in one.attributes.items()]
    elements = reach_all(one.each) if one.each else None
    where = compile_condition(one.where) if one.where else None
    when = compile_condition(one.when) if one.when else None

    def said(row: Row, problems: list[Problem]) -> list[Said]:
        if when is not None and not when(row):
            return []
        found = []
        for element in [row] if elements is None else elements(row):
            if type(element) is not dict or (where is not None and not where(element)):
                continue
            values = {name: give(element, problems) for name, give in gives.items()}
            if values["other"] is None:
                continue
            named = {
                name: value for name, give in attributes if (value := give(element, problems)) is not None
            }
            about = {"type": one.type, "forward": one.forward, "at": one.column, "itself": one.itself}
            found.append({**values, **about, "attributes": named})
        return found

    return said


def of_canonical_row(row: Row, problems: list[Problem]) -> list[Said]:
    """Return what a canonical row says: objects with type, to or from (a record's name), days, attributes."""
    value = row.get(COLUMN)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        reason = "The relationships of a row are a list of objects."
        problems.append(Problem("wrong_type", COLUMN, shown(value), reason, f"Give {', '.join(FIELDS[:2])}."))
        return []
    return [
        {
            **{name: one.get(name) for name in ("type", "valid_from", "valid_to")},
            "forward": "from" not in one,
            "other": one.get("from") if "from" in one else one.get("to"),
            "attributes": one.get("attributes") or {},
            "at": COLUMN,
        }
        for one in value
    ]
