"""Do the relationships that a row says make sense? Statements; remarks and refusals with place and advice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from mdm import relationships
from mdm.domains.relationship import RelationshipType
from mdm.ingestion.checks import Notes
from mdm.ingestion.problems import Problem, shown
from mdm.ingestion.relating import Said
from mdm.ingestion.validate import CHECKS
from mdm.relationships.stated import Stated, in_order

FAR = 9000
"""From this year on a last day means "until further notice", as platforms write it."""


def checked(
    said: list[Said], *, key: str, source: str, object_type: str, domain: str
) -> tuple[tuple[Stated, ...], list[Problem]]:
    """Return what a row says as statements, and what is wrong with it.

    A relationship whose days or details make no sense is left out with a remark; a record that names itself
    is refused, as is one that names a type or end that there is not.
    """
    found: list[Stated] = []
    problems: list[Problem] = []
    for one in said:
        notes = Notes(partial(_column, one["at"]))
        statement = _checked_one(one, source, domain, notes)
        if statement is not None and _name(statement) == (source, object_type, key):
            if one.get("itself") == "left_out":
                continue
            label = relationships.get(statement.type).code.replace("_", " ")
            advice = "Correct the reference, or leave it empty."
            notes.refuse("self_reference", "", key, f"The record names itself as its {label}.", advice)
        problems += notes.problems
        if statement is not None and not any(problem.severity == "refused" for problem in notes.problems):
            found.append(statement)
    return in_order(found), problems


def _column(column: str, place: str) -> str:
    return column or place


def _name(statement: Stated) -> tuple[str, str, str]:
    return (statement.source, statement.object_type, statement.key)


def _checked_one(said: Said, source: str, domain: str, notes: Notes) -> Stated | None:
    type_ = relationships.registered().get(str(said.get("type")))
    forward = bool(said["forward"])
    if type_ is None or domain != (type_.from_domain if forward else type_.to_domain):
        known = ", ".join(one.code for one in relationships.of_domain(domain))
        reason = f"A {domain} stands in no relationship {shown(said.get('type'))!r} at that end."
        notes.refuse("unknown_relationship", "", said.get("type"), reason, f"There are {known}.")
        return None
    other = said.get("other")
    if not isinstance(other, Mapping) or not other.get("object_type") or not other.get("source_key"):
        reason = f"{type_.code} names another record: object_type and source_key."
        notes.refuse("wrong_type", "", other, reason, "Name the record, or leave the relationship out.")
        return None
    days = [_day(said.get(name), name, notes) for name in ("valid_from", "valid_to")]
    if days[1] is not None and days[1].year >= FAR:
        days[1] = None
    if days[0] and days[1] and days[0] > days[1]:
        reason = f"{type_.code} would end on {days[1]}, before it begins on {days[0]}; it was left out."
        notes.warn("days_turned_round", "", f"{days[0]}-{days[1]}", reason, "Correct the days at the source.")
        return None
    attributes = attributes_of(type_, said["attributes"], notes)
    of_source = str(other.get("source") or source)
    named = (str(other["object_type"])[:60], str(other["source_key"])[:200])
    return Stated(type_.code, forward, of_source, *named, days[0], days[1], attributes)


def attributes_of(type_: RelationshipType, given: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """Return the attributes of a relationship in canonical form; one that it does not have is refused."""
    declared = {one.name: one for one in type_.attributes}
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name not in declared:
            known = ", ".join(declared) or "none"
            reason = f"{type_.code} has no attribute {name!r}; there are: {known}."
            notes.refuse("unknown_attribute", name, value, reason)
        elif (canonical := CHECKS[declared[name].type](value, declared[name], name, notes)) is not None:
            found[name] = canonical
    return found


def _day(value: Any, name: str, notes: Notes) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        reason = f"{shown(value)!r} is no day (YYYY-MM-DD)."
        notes.refuse("bad_date", name, value, reason, "Correct it, or name its format in the mapping.")
        return None
