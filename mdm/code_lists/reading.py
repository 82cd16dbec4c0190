"""A source's own codes read as canonical ones: rules and a record -> what the record says. Pure.

Reading happens whenever a record is looked at, never when it is taken in: the record keeps its own codes, so
that another cross-walk reads it anew without another pull.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mdm.code_lists.lists import EVERY_SOURCE, CodeList, CodeLists
from mdm.code_lists.standards import STANDARDS
from mdm.domains.base import Domain

PARTS: Mapping[str, tuple[str, str, bool]] = {
    "address": ("country", "country", False),
    "quantity": ("unit", "unit", True),
}
"""Type of attribute -> the part of its value that is a code, the list of that code, and whether the value is
nothing without it: an address without a country is one, an amount without a unit is none."""

NOTHING: frozenset[str] = frozenset()


class Place(NamedTuple):
    """Where a code stands: in an attribute, or in a part of its value ("" for the value itself)."""

    attribute: str
    part: str
    code_list: str
    needed: bool = False

    @property
    def path(self) -> str:
        """The place as people write it."""
        return f"{self.attribute}.{self.part}" if self.part else self.attribute


def places_of(domain: Domain) -> tuple[Place, ...]:
    """Return every place of a domain's records where a code of a list stands."""
    found = []
    for attribute in domain.attributes:
        if attribute.code_list:
            found.append(Place(attribute.name, "", attribute.code_list))
        elif attribute.type in PARTS:
            found.append(Place(attribute.name, *PARTS[attribute.type]))
    return tuple(found)


class Reading(NamedTuple):
    """What a code is read as: None where it is left out; `mapped`: it is, or leads to, a canonical code."""

    canonical: str | None
    mapped: bool


class SourceCodes:
    """One list as one source writes it."""

    __slots__ = ("_folded", "_list", "_standard", "exact")

    def __init__(self, code_list: CodeList, source: str) -> None:
        lines: dict[str, str] = {}
        for whose in (EVERY_SOURCE, source):
            lines |= {code: to for (one, code), to in code_list.crosswalk.items() if one == whose}
        self._list = code_list
        self._standard = STANDARDS[code_list.standard] if code_list.standard else None
        self.exact: Mapping[str, str] = {**{code: code for code in code_list.canonical}, **lines}
        self._folded = {code.casefold(): to for code, to in self.exact.items()}

    def read(self, code: str) -> Reading:
        """Read a code by its line of the cross-walk, as a canonical code, or as the standard reads it."""
        found = self.exact.get(code) or self._folded.get(code.casefold())
        if found is None and self._standard is not None:
            found = self._standard.read(code)
        if found is not None:
            return Reading(found, mapped=True)
        if self._list.says_nothing:
            return Reading(code, mapped=True)
        return Reading(None if self._list.closed else code, mapped=False)


class Read(NamedTuple):
    """A record in canonical codes, and the attributes whose code is unmapped and was kept."""

    attributes: Mapping[str, Any]
    doubted: frozenset[str] = NOTHING


class CodeReader:
    """The code lists of a rule set, ready to read the records of every source of the domain."""

    def __init__(self, domain: Domain, code_lists: CodeLists) -> None:
        self._lists = {one.name: one for one in code_lists.lists}
        self.places = tuple(place for place in places_of(domain) if place.code_list in self._lists)
        """Where codes of these lists stand."""
        self._scoped = frozenset(one.name for one in domain.attributes if one.scoped)
        self._of: dict[str, tuple[tuple[Place, SourceCodes], ...]] = {}

    def of_source(self, source: str) -> tuple[tuple[Place, SourceCodes], ...]:
        """Return the places where records of this source have codes to be read."""
        found = self._of.get(source)
        if found is None:
            read = [place for place in self.places if not self._lists[place.code_list].says_nothing]
            found = tuple((place, SourceCodes(self._lists[place.code_list], source)) for place in read)
            self._of[source] = found
        return found

    def touches(self, paths: Iterable[str]) -> bool:
        """Whether any of these attributes or paths ("category", "billing_address.country") holds a code."""
        looked_at = set(paths)
        return any(place.path in looked_at or place.attribute in looked_at for place in self.places)

    def read(self, source: str, attributes: Mapping[str, Any], said: frozenset[str] = NOTHING) -> Read:
        """Read a record of a source; what stewards `said` is canonical already."""
        coded = self.of_source(source)
        if not coded:
            return Read(attributes)
        changed: dict[str, Any] = {}
        doubted: set[str] = set()
        for place, codes in coded:
            name, part = place.attribute, place.part
            value = attributes.get(name)
            if value is None or name in said:
                continue
            code = value.get(part) if part and type(value) is dict else value
            # Most codes are canonical already.
            if code is None or (type(code) is str and codes.exact.get(code) == code):
                continue
            after, doubtful = _read_value(value, place, codes, scoped=name in self._scoped)
            if doubtful:
                doubted.add(name)
            if after != value:
                changed[name] = after
        if changed:
            merged = {**attributes, **changed}
            attributes = {name: value for name, value in merged.items() if value is not None}
        return Read(attributes, frozenset(doubted) if doubted else NOTHING)


def codes_at(attributes: Mapping[str, Any], place: Place) -> list[str]:
    """Return the codes that stand at a place of a record, of every scope and element."""
    value = attributes.get(place.attribute)
    if isinstance(value, Mapping):
        found = [value.get(place.part)] if place.part else list(value.values())
    else:
        found = list(value) if isinstance(value, list) else [value]
    return [code for code in found if isinstance(code, str) and code]


def _read_value(value: Any, place: Place, codes: SourceCodes, *, scoped: bool) -> tuple[Any, bool]:
    """Return a value in canonical codes (None: nothing is left of it), and whether it keeps an unmapped
    one."""
    if place.part:
        if not isinstance(value, dict) or not isinstance(value.get(place.part), str):
            return value, False
        read = codes.read(value[place.part])
        if read.canonical is not None:
            return {**value, place.part: read.canonical}, not read.mapped
        kept = {name: one for name, one in value.items() if name != place.part}
        return (None if place.needed else kept or None), False
    if isinstance(value, str):
        read = codes.read(value)
        return read.canonical, _is_doubtful(read)
    if isinstance(value, list):
        several = [codes.read(one) for one in value if isinstance(one, str)]
        unique = dict.fromkeys(one.canonical for one in several if one.canonical is not None)
        return list(unique) or None, any(map(_is_doubtful, several))
    if scoped and isinstance(value, dict):
        scopes = {scope: codes.read(one) for scope, one in value.items() if isinstance(one, str)}
        left = {scope: one.canonical for scope, one in scopes.items() if one.canonical is not None}
        return left or None, any(map(_is_doubtful, scopes.values()))
    return value, False


def _is_doubtful(read: Reading) -> bool:
    return not read.mapped and read.canonical is not None
