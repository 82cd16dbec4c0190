"""Is a mapped row good enough to be accepted? Refusals and remarks, each with column, value, reason and
advice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from functools import cache
from typing import Any

from mdm import domains
from mdm.domains import Attribute
from mdm.domains.placeholders import without_placeholders
from mdm.ingestion import checks, composites
from mdm.ingestion.checks import Check, Crossed, Notes, not_crossed
from mdm.ingestion.countries import country_code
from mdm.ingestion.mapping import MappedRow, Mapping
from mdm.ingestion.problems import UNSTORABLE, Problem, shown

CHECKS: MappingType[str, Check] = {
    "text": checks.text,
    "name": checks.text,
    "choice": checks.choice,
    "date": checks.day,
    "code": checks.code,
    "email": checks.email,
    "phone": checks.phone,
    "url": checks.url,
    "money": checks.money,
    "integer": checks.integer,
    "quantity": composites.quantity,
    "address": composites.address,
    "identifier": composites.identifier,
    "gtin": composites.gtin,
    "flags": composites.flags,
}


@dataclass(frozen=True, slots=True)
class Validated:
    """What validation says of a row: `refusal` is None for one that may be accepted."""

    attributes: dict[str, Any]
    warnings: tuple[dict[str, Any], ...]
    refusal: Problem | None


def validate(mapped: MappedRow, mapping: Mapping, *, crossed: Crossed = not_crossed) -> Validated:
    """Return the row's attributes in canonical form with remarks, or the first thing it must be refused
    for.

    A code that a cross-walk in force leads to a canonical one (`crossed`) is kept as the source writes it.
    """
    refusal = next((problem for problem in mapped.problems if problem.severity == "refused"), None)
    if refusal is not None:
        return Validated({}, (), refusal)
    attributes, problems = canonicalise(
        mapped.attributes,
        mapping.domain,
        country=mapped.country,
        column_of=mapping.column_of,
        crossed=crossed,
    )
    problems = [*mapped.problems, *problems]
    refusal = next((problem for problem in problems if problem.severity == "refused"), None)
    if refusal is None:
        refusal = _nameless(mapped, attributes, mapping)
    if refusal is not None:
        return Validated({}, (), refusal)
    return Validated(attributes, tuple(problem.to_json() for problem in problems), None)


def canonicalise(
    record: dict[str, Any],
    domain: str,
    *,
    country: str = "",
    column_of: Callable[[str], str] = str,
    crossed: Crossed = not_crossed,
) -> tuple[dict[str, Any], list[Problem]]:
    """Return a record of canonical attributes in canonical form, and everything that is wrong with it.

    `country` (code or name) is assumed for phone numbers and tax ids that name none; `column_of` tells the
    source's column of an attribute, for the problems. Attributes that the domain does not declare are
    refused.
    """
    declared = _declared(domain)
    if declared is None:
        return dict(record), []
    homes = [record[name] for name in _of_type(domain, "address") if record.get(name)]
    home_country = next((home.get("country") for home in homes if isinstance(home, dict)), None)
    home = str(home_country or country or "")
    notes = Notes(column_of, crossed("country", home) or country_code(home) or "", crossed)
    canonical: dict[str, Any] = {}
    for name, value in record.items():
        known = declared.get(name)
        if known is None:
            reason = f"The {domain} domain has no attribute {name!r}."
            notes.refuse("unknown_attribute", name, value, reason, f"It has {', '.join(declared)}.")
            continue
        attribute, check = known
        if attribute.scoped and isinstance(value, dict):
            scopes = {
                str(scope): _read(item, attribute, check, f"{name}.{scope}", notes)
                for scope, item in value.items()
            }
            checked: Any = {scope: item for scope, item in scopes.items() if item is not None} or None
        elif attribute.multi_valued:
            items = value if isinstance(value, list) else [value]
            read = (_read(item, attribute, check, name, notes) for item in items)
            values = [found for found in read if found is not None]
            checked = [item for place, item in enumerate(values) if item not in values[:place]] or None
        else:
            checked = _read(value, attribute, check, name, notes)
        if checked is not None:
            canonical[name] = checked
    return canonical, notes.problems


ONCE = frozenset({"text", "name", "date", "email", "phone", "url"})
"""Types whose reading depends on text, attribute and country alone."""
MOST_KNOWN = 1 << 17
_known: dict[tuple[int, str, str], tuple[Attribute, Any]] = {}
_known_parts: dict[tuple[str, Any, int], str] = {}
"""Part of an address, what was written, longest text -> the same in canonical form."""


def _read(value: Any, attribute: Attribute, check: Check, place: str, notes: Notes) -> Any:
    """Return a value checked and without placeholders; a text that gave no problem is read once."""
    if type(value) is not str or attribute.type not in ONCE:
        if attribute.type == "address":
            return _read_address(value, attribute, check, place, notes)
        return _said(check(value, attribute, place, notes), attribute, notes)
    name = (id(attribute), value, notes.country)
    known = _known.get(name)
    if known is not None:
        return known[1]
    problems = len(notes.problems)
    found = _said(check(value, attribute, place, notes), attribute, notes)
    if len(notes.problems) == problems:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[name] = (attribute, found)  # which keeps the attribute, so that its id stays its own
    return found


def _read_address(value: Any, attribute: Attribute, check: Check, place: str, notes: Notes) -> Any:
    """Return the same for an address: its parts but for the country are read once each."""
    if isinstance(value, dict) and not value.get("country"):
        longest = attribute.longest
        parts = {name: _known_parts.get((name, part, longest)) for name, part in value.items() if part}
        if parts and None not in parts.values():
            return parts
    problems = len(notes.problems)
    found = _said(check(value, attribute, place, notes), attribute, notes)
    if found is not None and len(notes.problems) == problems:
        if len(_known_parts) >= MOST_KNOWN:
            _known_parts.clear()
        for name, part in found.items():
            if type(value[name]) is str and name != "country":
                _known_parts[name, value[name], attribute.longest] = part
    return found


def _said(value: Any, attribute: Attribute, notes: Notes) -> Any:
    """Return a checked value without what only says "not known", which is remarked on."""
    kept, placeholders = without_placeholders(attribute, value)
    for written in placeholders:
        reason = f"{attribute.shown_as} {shown(written)!r} only stands for 'not known'; it was left out."
        notes.warn("placeholder", attribute.name, written, reason)
    return kept


def find_unstorable(row: dict[str, Any]) -> Problem | None:
    """Return the problem of a text that no database can hold: a NUL, an undecodable byte, half a
    character.
    """
    plain = "".join([value for value in row.values() if type(value) is str])
    if plain.isascii() and "\0" not in plain and all(type(value) is str for value in row.values()):
        names = "".join(row)
        if names.isascii() and "\0" not in names:
            return None
    try:
        text = json.dumps(row, allow_nan=False)
    except (TypeError, ValueError) as error:
        return Problem("no_json", "", "", f"The row holds something that is no JSON: {error}.")
    # The escapes of json.dumps: cheap to look for, and rare.
    if "\\u0000" not in text and "\\ud" not in text:
        return None
    for column, value in _texts(row, ""):
        found = UNSTORABLE.search(value)
        if found is None:
            continue
        code = ord(found.group())
        if code == 0:
            advice = "Remove it at the source: it is usually a sign of a broken export."
            return Problem(
                "nul_character", column, shown(value), "The value has a NUL character in it.", advice
            )
        advice = "State the right --encoding, or have the file exported again."
        reason = "The value has bytes in it that are no characters of the file's encoding."
        return Problem("undecodable_bytes", column, shown(value), reason, advice)
    return None


@cache
def _declared(domain: str) -> dict[str, tuple[Attribute, Check]] | None:
    found = domains.registered().get(domain)
    if found is None:
        return None
    return {attribute.name: (attribute, CHECKS[attribute.type]) for attribute in found.attributes}


@cache
def _of_type(domain: str, kind: str) -> tuple[str, ...]:
    """Return the names of the attributes of a type, in the domain's order."""
    declared = _declared(domain) or {}
    return tuple(name for name, (attribute, _) in declared.items() if attribute.type == kind)


@cache
def _identifying(domain: str) -> dict[str, None]:
    """Return the names of the attributes that a record can be told by, in the domain's order."""
    declared = _declared(domain) or {}
    return {name: None for name, (attribute, _) in declared.items() if attribute.identifying}


def _nameless(mapped: MappedRow, attributes: dict[str, Any], mapping: Mapping) -> Problem | None:
    """A record that nothing can be told by is refused, unless the source says that it is gone."""
    identifying = _identifying(mapping.domain)
    if not identifying or mapped.status != "active" or not identifying.keys().isdisjoint(attributes):
        return None
    reason = "The row holds nothing that tells one record from another."
    advice = f"Fill at least one of {', '.join(identifying)}."
    return Problem("not_identifiable", mapping.column_of(next(iter(identifying))), "", reason, advice)


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a JSON value with the path to it; the names of fields count as texts."""
    match value:
        case str():
            yield place, value
        case dict():
            for name, part in value.items():
                inner = f"{place}.{name}" if place else name
                yield inner, name
                yield from _texts(part, inner)
        case list():
            for part in value:
                yield from _texts(part, f"{place}[]")
