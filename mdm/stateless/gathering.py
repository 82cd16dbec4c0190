"""Files as rows that know their source: read, flattened, and what could not be read, by name."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mdm.ingestion.readers import ENDINGS, open_table
from mdm.ingestion.rules import as_text
from mdm.ingestion.table import BrokenRow, Table

MOST_OF_A_LIST = 5
Advance = Callable[[int], None]
"""Hears the position in a table, in the unit of its size."""


class Unmatchable(ValueError):
    """The files cannot be matched as they were asked to be; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that takes no part, or a value that was left out of a row that does: where and why."""

    file: str
    row: int
    source_key: str
    rule: str
    column: str
    value: str
    reason: str
    whole: bool = True
    """Whether the row takes no part at all; else only the value was left out."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as its file holds it; `values` are its plain cells, nested ones under dotted names."""

    file: str
    number: int
    source: str
    raw: Mapping[str, Any]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Family:
    """The files that have the same columns, with all their rows; they are read in one way."""

    files: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[RawRow, ...]

    def sample(self, count: int) -> list[Mapping[str, Any]]:
        """Return up to `count` rows, chosen by what they hold: the same ones in whatever order they come."""
        return [row.values for row in sorted(self.rows, key=_mark)[:count]]


def _mark(row: RawRow) -> tuple[bytes, str]:
    text = "\x1f".join(map(str, row.values.values()))
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), text


@dataclass(slots=True)
class Gathered:
    """Everything that was read; families and rows stand in an order that the command line does not change."""

    families: tuple[Family, ...]
    described: list[str]
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def source_of(path: Path) -> str:
    """Return the file's name without the endings that tell its format."""
    name = path.name
    if name.lower().endswith(".gz"):
        name = name[:-3]
    return name[: -len(Path(name).suffix)] if Path(name).suffix.lower() in ENDINGS else name


def open_tables(paths: Sequence[Path], **stated: Any) -> list[tuple[str, Table]]:
    """Open the files, in the order of their sources; `stated` is for open_table; raises UnusableFile."""
    return sorted(
        ((source_of(path), open_table(path, **stated)) for path in paths),
        key=lambda pair: (pair[0], pair[1].name, pair[1].columns, pair[1].size),
    )


def gather(
    tables: Sequence[tuple[str, Table]],
    *,
    source_column: str = "",
    advance: Callable[[Table], Advance] = lambda table: lambda position: None,
) -> Gathered:
    """Read all rows of the opened tables; raises Unmatchable where no file has the source column."""
    found = Gathered((), [])
    for source, count in Counter(source for source, _ in tables).items():
        if count > 1 and not source_column:
            found.notes.append(f"{count} files are of the source {source!r}: their records share its keys.")
    members: dict[tuple[str, ...], tuple[list[str], list[RawRow]]] = {}
    with_source = 0
    for source, table in tables:
        found.described.append(f"{table.name}: {table.description}")
        rows = list(_rows_of(source, table, source_column, found.faults, advance(table)))
        columns = table.columns or tuple(sorted({name for row in rows for name in row.values}))
        if source_column and source_column not in columns:
            found.notes.append(f"{table.name} has no column {source_column!r}: its source is {source!r}.")
        with_source += source_column in columns
        files, together = members.setdefault(columns, ([], []))
        files.append(table.name)
        together.extend(rows)
    if source_column and not with_source:
        raise Unmatchable(
            f"No file has the column {source_column!r} (--source-column); there are "
            + ", ".join(dict.fromkeys(name for columns in members for name in columns))
            + "."
        )
    found.families = tuple(
        Family(tuple(files), columns, tuple(rows)) for columns, (files, rows) in members.items()
    )
    return found


def _rows_of(
    source: str, table: Table, source_column: str, faults: list[Fault], advance: Advance
) -> Iterator[RawRow]:
    for count, row in enumerate(table.rows()):
        if count % 1000 == 0:
            advance(table.position())
        if isinstance(row, BrokenRow):
            reason = f"{row.reason} {row.advice}".strip()
            faults.append(Fault(table.name, row.row_number, "", row.rule, row.column, row.value, reason))
            continue
        number, raw = row
        values = flattened(raw)
        stated = as_text(values.get(source_column)) if source_column else None
        yield RawRow(table.name, number, stated or source, raw, values)
    advance(table.size)


def flattened(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the plain cells of a row: objects open under dotted names, lists of plain values as 'name 2', …

    Lists of objects want a mapping of their own and are left out.
    """
    if not any(isinstance(value, dict | list) for value in row.values()):
        return row
    cells: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            cells.update({f"{name}.{inner}": cell for inner, cell in flattened(value).items()})
        elif isinstance(value, list):
            plain = [part for part in value if part is not None and not isinstance(part, dict | list)]
            for place, part in enumerate(plain[:MOST_OF_A_LIST], start=1):
                cells[name if place == 1 else f"{name} {place}"] = part
        else:
            cells[name] = value
    return cells
