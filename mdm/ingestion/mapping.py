"""A mapping: how the rows of one object type of a source become canonical attributes."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from mdm.ingestion import documents
from mdm.ingestion.compiling import Give, compile_first
from mdm.ingestion.documents import BadMapping, Section
from mdm.ingestion.incoming import Status
from mdm.ingestion.paths import Row, root
from mdm.ingestion.problems import Problem
from mdm.ingestion.relating import Relating, Said, compile_relating, of_canonical_row, read_relationships
from mdm.ingestion.row_reading import key_reader, no_key, stamp_reader, status_reader
from mdm.ingestion.rules import ChangedAt, Condition, KeySpec, Rule
from mdm.ingestion.shapes import Shape, shapes_of

FIELDS = (
    "name", "domain", "source", "object_type", "key", "alternate_keys", "former_key", "merged_into",
    "changed_at", "retired_when", "deleted_when", "defaults", "missing", "codes", "attributes",
    "relationships",
)  # fmt: skip
DECLARATIONS = "mdm.connectors.declarations"
ADDRESSES = ("billing_address", "shipping_address")


@dataclass(frozen=True, slots=True)
class MappedRow:
    """One row in canonical words; `key` is normalised, and empty when it could not be."""

    attributes: dict[str, Any]
    key: str
    alternate_keys: tuple[str, ...]
    former_key: str
    """The key the source called the record by before; empty: it says nothing."""
    merged_into: str
    """The key of the record that the source merged this one into; empty: it stands for itself."""
    changed_at: datetime | None
    status: Status
    country: str
    """ISO code that phone numbers and addresses without one are of; empty: not known."""
    relationships: list[Said]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class Mapping:
    """How the rows of one object type become canonical attributes; `apply` never raises on a row."""

    name: str
    domain: str
    source: str
    object_type: str
    key: KeySpec
    attributes: MappingType[str, tuple[Rule, ...]]
    alternate_keys: tuple[KeySpec, ...] = ()
    former_key: KeySpec | None = None
    merged_into: KeySpec | None = None
    changed_at: ChangedAt | None = None
    retired_when: Condition | None = None
    deleted_when: Condition | None = None
    country: tuple[Rule, ...] = ()
    missing: frozenset[str] = frozenset()
    relationships: tuple[Relating, ...] | None = ()
    """How a row names records that it stands in a relationship to; None: as canonical rows do."""
    _apply: Callable[[Row], MappedRow] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_apply", _compiled(self))

    def apply(self, row: Row) -> MappedRow:
        """Return the row in canonical words, with everything that was wrong with it."""
        return self._apply(row)

    def columns(self) -> frozenset[str]:
        """Return the columns, or paths into them, that the mapping looks at."""
        return frozenset(_columns(self))

    def column_of(self, attribute: str) -> str:
        """Return the column that an attribute ('emails', 'billing_address.city') comes from, or the
        attribute.
        """
        name, _, part = attribute.partition(".")
        for rule in self.attributes.get(name, ()):
            for inner in rule.parts.get(part, ()) if part else ():
                if inner.columns:
                    return f"{rule.columns[0]}.{inner.columns[0]}" if rule.columns else inner.columns[0]
            if rule.columns:
                return rule.columns[0]
            for inner in (inner for rules in rule.parts.values() for inner in rules):
                if inner.columns:
                    return inner.columns[0]
        return attribute


def read_mapping(document: MappingType[str, Any], *, name: str = "mapping") -> Mapping:
    """Return the mapping that a document describes; raises BadMapping with the field and what is allowed
    there.
    """
    top = Section(name, dict(document))
    top.known(FIELDS)
    domain = top.text("domain")
    shapes = shapes_of(domain)
    if "key" not in top:
        raise BadMapping(f"{name}: 'key' is missing: the column that names a record.")
    tables = Section(top.at("codes"), top.table.get("codes", {}))
    attributes = Section(top.at("attributes"), top.table.get("attributes", {}))
    if not attributes.table:
        raise BadMapping(
            f"{name}: 'attributes' is missing or empty: name the column of each canonical attribute."
        )
    if shapes is not None:
        attributes.known(sorted(shapes))
    defaults = Section(top.at("defaults"), top.table.get("defaults", {}))
    defaults.known(("country",))
    country = defaults.table.get("country")
    if isinstance(country, str):
        country = {"constant": country}
    alternates = top.table.get("alternate_keys", [])
    if not isinstance(alternates, list):
        raise BadMapping(f"{top.at('alternate_keys')}: expected a list of keys, found {alternates!r}.")
    return Mapping(
        name=top.text("name", name),
        domain=domain,
        source=top.text("source", ""),
        object_type=top.text("object_type", ""),
        key=documents.read_key(top.at("key"), top.table["key"]),
        attributes={
            attribute: documents.read_attribute(
                attributes.at(attribute), value, _shape(shapes, attribute), tables.table
            )
            for attribute, value in attributes.table.items()
        },
        alternate_keys=tuple(documents.read_key(top.at("alternate_keys"), value) for value in alternates),
        former_key=_key_at(top, "former_key"),
        merged_into=_key_at(top, "merged_into"),
        changed_at=documents.read_changed_at(top.at("changed_at"), top.table["changed_at"])
        if "changed_at" in top
        else None,
        retired_when=_condition_at(top, "retired_when"),
        deleted_when=_condition_at(top, "deleted_when"),
        country=documents.read_attribute(defaults.at("country"), country, None, tables.table)
        if country
        else (),
        missing=frozenset(top.texts("missing")),
        relationships=read_relationships(
            top.at("relationships"), top.table.get("relationships", []), domain, tables.table
        ),
    )


def _key_at(top: Section, name: str) -> KeySpec | None:
    return documents.read_key(top.at(name), top.table[name]) if name in top else None


def _condition_at(top: Section, name: str) -> Condition | None:
    return documents.read_condition(top.at(name), top.table[name]) if name in top else None


def parse_mapping(text: str, *, name: str = "mapping") -> Mapping:
    """Return the mapping written in a TOML text; raises BadMapping."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"{name}: this is no valid TOML: {error}.") from error
    return read_mapping(document, name=name)


def load_mapping(path: Path) -> Mapping:
    """Return the mapping written in a TOML file; raises BadMapping."""
    try:
        return parse_mapping(path.read_text(encoding="utf-8"), name=path.name)
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or error
        raise BadMapping(f"The mapping {path} cannot be read: {why}.") from error


@lru_cache
def canonical(domain: str, key_rule: str = "exact") -> Mapping:
    """Return the mapping of rows that are canonical already: `source_key`, `changed_at`, `record_status`,
    attributes.
    """
    names = shapes_of(domain) or {}
    return Mapping(
        name="canonical",
        domain=domain,
        source="",
        object_type="",
        key=KeySpec(("source_key",), key_rule),
        attributes={name: (Rule("as_is", (name,)),) for name in names},
        changed_at=ChangedAt(("changed_at",)),
        former_key=KeySpec(("former_key",), key_rule),
        merged_into=KeySpec(("merged_into",), key_rule),
        retired_when=Condition("record_status", values=frozenset(("retired",))),
        relationships=None,
        deleted_when=Condition("record_status", values=frozenset(("deleted",))),
    )


@lru_cache
def declared(name: str) -> Mapping:
    """Return a mapping that Aurum ships, by its name ('sap.BusinessPartner'); raises BadMapping."""
    file = resources.files(DECLARATIONS).joinpath(f"{name}.toml")
    if not file.is_file():
        raise BadMapping(f"There is no mapping {name!r}; there are: {', '.join(declared_names())}.")
    return parse_mapping(file.read_text(encoding="utf-8"), name=name)


def declared_names() -> list[str]:
    """Return the names of the mappings that Aurum ships."""
    return sorted(
        file.name.removesuffix(".toml")
        for file in resources.files(DECLARATIONS).iterdir()
        if file.name.endswith(".toml") and "[attributes" in file.read_text(encoding="utf-8")
    )


def _shape(shapes: MappingType[str, Shape] | None, attribute: str) -> Shape | None:
    return shapes.get(attribute) if shapes is not None else None


def _compiled(mapping: Mapping) -> Callable[[Row], MappedRow]:
    shapes = shapes_of(mapping.domain)
    missing = mapping.missing
    gives: list[tuple[str, Give]] = []
    for name, rules in mapping.attributes.items():
        shape = _shape(shapes, name)
        gives.append((name, compile_first(rules, missing, many=bool(shape and shape.many))))
    read_key = key_reader(mapping.key)
    alternates = [key_reader(spec) for spec in mapping.alternate_keys]
    read_stamp = stamp_reader(mapping.changed_at)
    read_former, read_merged = (
        key_reader(spec) if spec else no_key for spec in (mapping.former_key, mapping.merged_into)
    )
    read_status = status_reader(mapping.retired_when, mapping.deleted_when)
    read_country = compile_first(mapping.country, missing) if mapping.country else None
    relating = [compile_relating(one, missing) for one in mapping.relationships or ()]
    if mapping.relationships is None:
        relating = [of_canonical_row]

    def apply(row: Row) -> MappedRow:
        problems: list[Problem] = []
        attributes: dict[str, Any] = {}
        for name, give in gives:
            value = give(row, problems)
            if value is not None:
                attributes[name] = value
        country = (read_country(row, problems) or "") if read_country is not None else ""
        if country:
            for name in ADDRESSES:
                if name in attributes and "country" not in attributes[name]:
                    attributes[name]["country"] = country
        return MappedRow(
            attributes=attributes,
            key=read_key(row, problems, needed=True),
            alternate_keys=tuple(key for read in alternates if (key := read(row, problems, needed=False))),
            former_key=read_former(row, problems, needed=False),
            merged_into=read_merged(row, problems, needed=False),
            changed_at=read_stamp(row, problems),
            status=read_status(row),
            country=country,
            relationships=[said for relate in relating for said in relate(row, problems)],
            problems=problems,
        )

    return apply


def _columns(mapping: Mapping) -> Iterator[str]:
    for spec in (mapping.key, *mapping.alternate_keys, mapping.former_key, mapping.merged_into):
        if spec is not None:
            yield from spec.columns
    if mapping.changed_at is not None:
        yield from mapping.changed_at.columns
    for condition in (mapping.retired_when, mapping.deleted_when):
        if condition is not None:
            yield from _condition_columns(condition)
    yield from _rule_columns(
        rule for rules in (*mapping.attributes.values(), mapping.country) for rule in rules
    )
    for one in mapping.relationships or ():
        # What stands in the elements of a list is no column of the row.
        yield from ([one.each] if one.each else _rule_columns(one.rules))
        if one.when is not None:
            yield from _condition_columns(one.when)


def _rule_columns(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        yield from rule.columns
        if rule.when is not None:
            yield from _condition_columns(rule.when)
        if rule.source == "parts":
            yield from _rule_columns(inner for part in rule.parts.values() for inner in part)


def _condition_columns(condition: Condition) -> Iterator[str]:
    if condition.column:
        yield condition.column
    for part in (*condition.any_of, *condition.all_of):
        yield from _condition_columns(part)


def absent_columns(mapping: Mapping, header: Iterable[str]) -> list[str]:
    """Return the columns that the mapping looks at and a table with this header does not have, sorted."""
    present = set(header)
    return sorted(path for path in mapping.columns() if path not in present and root(path) not in present)
