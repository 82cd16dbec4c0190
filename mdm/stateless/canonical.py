"""Rows as records of a domain: mapped, in canonical form, and with a remark for every value left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.admissibility import tie_hash
from mdm.ingestion.keys import BadKey
from mdm.ingestion.mapping import Mapping as RowMapping
from mdm.ingestion.problems import Problem
from mdm.ingestion.rules import as_text
from mdm.ingestion.validate import canonicalise
from mdm.stateless.gathering import Fault, Gathered, RawRow
from mdm.stateless.keys import NamedRow, ReadKey

RecordName = tuple[str, str, str]
KEY_RULES = ("missing_key", "bad_key")
KIND_OF_OBJECT = "record"
"""Files say nothing of object types: all records of a source share one."""


@dataclass(frozen=True, slots=True)
class Records:
    """Records with their names, in one order whatever the order of files and rows was."""

    names: tuple[RecordName, ...]
    attributes: tuple[Mapping[str, Any], ...]


def in_order(found: Iterable[tuple[RecordName, Mapping[str, Any]]]) -> Records:
    """Return the records in the order that matching puts them in: by the hashes of their names."""
    pairs = sorted(found, key=lambda pair: (tie_hash(pair[0]), pair[0]))
    return Records(tuple(name for name, _ in pairs), tuple(attributes for _, attributes in pairs))


def name_of(row: NamedRow) -> RecordName:
    """Return the name that breaks ties and makes golden ids: (source, object type, source key)."""
    return row.row.source, KIND_OF_OBJECT, row.key


def by_mapping(mapping: RowMapping) -> ReadKey:
    """Return a reader of the keys as a mapping writes them; it raises BadKey."""

    def read(row: RawRow) -> str:
        mapped = mapping.apply(dict(row.raw))
        if mapped.key:
            return mapped.key
        faults = [problem.reason for problem in mapped.problems if problem.rule in KEY_RULES]
        raise BadKey(next(iter(faults), "The row has no key."))

    return read


def canonical_records(
    rows: Sequence[NamedRow], mapping: RowMapping, gathered: Gathered, *, flat: bool = False
) -> list[tuple[RecordName, Mapping[str, Any]]]:
    """Return the rows as records of the mapping's domain; `flat`: it knows the plain cells of a row only.

    Nothing is quarantined here, as a hub would do it: a value that cannot be used is left out of its record
    and told of. A birth date that cannot be one is compared as it is written, for its digits tell much.
    """
    found: list[tuple[RecordName, Mapping[str, Any]]] = []
    for row in rows:
        mapped = mapping.apply(dict(row.row.values if flat else row.row.raw))
        attributes, problems = canonicalise(
            mapped.attributes, mapping.domain, country=mapped.country, column_of=mapping.column_of
        )
        for problem in [*mapped.problems, *problems]:
            if problem.rule in KEY_RULES:
                continue  # the key was read before
            if problem.severity == "refused" or problem.rule == "placeholder":
                _keep_date(problem, mapping, row.row, attributes)
                gathered.faults.append(_left_out(row, problem))
        found.append((name_of(row), attributes))
    return found


def _keep_date(problem: Problem, mapping: RowMapping, row: RawRow, attributes: dict[str, Any]) -> None:
    if problem.rule in ("bad_date", "future_date") and problem.column == mapping.column_of("birth_date"):
        written = as_text(row.values.get(problem.column))
        if written is not None:
            attributes.setdefault("birth_date", written)


def _left_out(row: NamedRow, problem: Problem) -> Fault:
    where = row.row.file, row.row.number, row.key
    return Fault(*where, problem.rule, problem.column, problem.value, problem.reason, whole=False)
