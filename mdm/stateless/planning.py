"""The plan as a person reads it: per column its type, what it is compared as and blocked by, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.generic import Plan
from matching.spec import MatchSpec
from mdm.ingestion.mapping import Mapping as RowMapping
from mdm.ingestion.rules import Rule
from mdm.ingestion.suggest import Suggestion
from mdm.stateless.keys import KeyChoice

HEADINGS = ("column", "type", "comparison", "blocking", "why")
MOST_SHOWN = 3
"""Blocking rules named for one column."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """How one column takes part, and why."""

    column: str
    type: str
    comparison: str = ""
    blocking: tuple[str, ...] = ()
    why: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the row as texts, with the surplus of blocking rules counted."""
        more = len(self.blocking) - MOST_SHOWN
        rules = ", ".join(self.blocking[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")
        return self.column, self.type, self.comparison or "-", rules or "-", self.why


def as_text(rows: Iterable[PlanRow]) -> str:
    """Return the plan as an aligned table."""
    table = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(row[place]) for row in table) for place in range(4)]
    return "\n".join(
        "  ".join([*(row[place].ljust(widths[place]) for place in range(4)), row[4]]).rstrip()
        for row in table
    )


def key_rows(key: KeyChoice, source_column: str) -> list[PlanRow]:
    """Return the rows of the columns that name a record."""
    rows = [PlanRow(key.column or "(row number)", "key", why=key.why)]
    return rows + ([PlanRow(source_column, "source", why="as asked for")] if source_column else [])


def of_suggestion(
    suggestion: Suggestion, spec: MatchSpec, key: KeyChoice, source_column: str
) -> list[PlanRow]:
    """Return the plan of a family whose columns were mapped by header and values."""
    rows = key_rows(key, source_column)
    for plan in suggestion.columns:
        if plan.column in (key.column, source_column):
            continue
        why = f"{plan.attribute}: {plan.reason}" if plan.attribute else f"left out: {plan.reason}"
        rows.append(_row(plan.column, plan.look.kind, plan.attribute, spec, why))
    return rows


def of_mapping(mapping: RowMapping, spec: MatchSpec) -> list[PlanRow]:
    """Return the plan of a mapping: one row for each column that becomes an attribute."""
    rows = [
        PlanRow(column, "key", why=f"the mapping {mapping.name} says so") for column in mapping.key.columns
    ]
    for attribute, column in dict.fromkeys(_attributes(mapping)):
        rows.append(
            _row(column, "mapped", attribute, spec, f"{attribute}: the mapping {mapping.name} says so")
        )
    return rows


def of_generic(plan: Plan, keys: Sequence[KeyChoice], source_column: str) -> list[PlanRow]:
    """Return the plan of a table of any columns."""
    rows = [row for key in dict.fromkeys(keys) for row in key_rows(key, "")]
    rows += [PlanRow(source_column, "source", why="as asked for")] if source_column else []
    return rows + [
        PlanRow(row.column, row.kind, row.comparison, row.blocking, row.why) for row in plan.columns
    ]


def silent(spec: MatchSpec, records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the attributes that the spec compares and no record has."""
    present = {name for record in records for name, value in record.items() if value}
    compared = {entry.column for entry in spec.comparisons}
    wanted = dict.fromkeys(
        path.partition(".")[0]
        for column in spec.columns
        if column.name in compared and not any(path.partition(".")[0] in present for path in column.inputs)
        for path in column.inputs[:1]
    )
    return list(wanted)


def _row(column: str, kind: str, attribute: str, spec: MatchSpec, why: str) -> PlanRow:
    used = {
        entry.name
        for entry in spec.columns
        if attribute and any(_feeds(attribute, path) for path in entry.inputs)
    }
    compared = dict.fromkeys(
        f"{entry.name} ({entry.kernel})" for entry in spec.comparisons if {entry.column, entry.other} & used
    )
    rules = tuple(rule.name for rule in spec.blocking if any(part.column in used for part in rule.parts))
    if attribute and not compared and not rules:
        why = f"{why}; it is not compared"
    return PlanRow(column, kind, ", ".join(compared), rules, why)


def _feeds(attribute: str, path: str) -> bool:
    """Whether an attribute or a part of one ('tax_ids.value') is read under the spec's path ('tax_ids')."""
    return attribute == path or attribute.startswith(f"{path}.") or path.startswith(f"{attribute}.")


def _attributes(mapping: RowMapping) -> Iterator[tuple[str, str]]:
    for name, rules in mapping.attributes.items():
        for rule in rules:
            yield from ((name, column) for column in rule.columns)
            yield from _parts(name, rule)


def _parts(name: str, rule: Rule) -> Iterator[tuple[str, str]]:
    for part, inner in rule.parts.items():
        for one in inner:
            yield from ((f"{name}.{part}", column) for column in one.columns)
