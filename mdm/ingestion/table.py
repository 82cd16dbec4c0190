"""A file as a table: numbered rows, one after the other, and the ones that cannot be read, by name."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


class UnusableFile(ValueError):
    """A file cannot be read as what it is said to be."""


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that could not be read, with the reason."""

    row_number: int
    rule: str
    reason: str
    column: str = ""
    value: str = ""
    advice: str = ""
    payload: dict[str, Any] = field(default_factory=dict)


Row = tuple[int, dict[str, Any]] | BrokenRow
"""A row number as a person finds it (line, sheet row or place in the list, from 1) and the row's values."""


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file; `rows()` starts from the beginning at each call and holds one row at a time."""

    name: str
    description: str
    """How it is read, for the person who started it: 'CSV, cp1252, columns separated by ;'."""
    columns: tuple[str, ...]
    """Trimmed names in the file's order; empty for nested formats, where every row names its own."""
    rows: Callable[[], Iterator[Row]]
    size: int
    """What `position` counts up to: bytes, or rows where the format says how many there are; 0: not known."""
    position: Callable[[], int]


class Progress:
    """How far a reader has come, in the unit of the table's size."""

    __slots__ = ("position",)

    def __init__(self) -> None:
        self.position = 0

    def __call__(self) -> int:
        """Return the position."""
        return self.position


def plain(value: Any) -> Any:
    """Return a cell as JSON holds it: dates in ISO form, decimals as text, bytes as text."""
    match value:
        case str() | bool() | int() | None:
            return value
        case float():
            return int(value) if value.is_integer() and abs(value) < 2**53 else value
        case datetime.datetime() if value.time() == datetime.time(0) and value.tzinfo is None:
            return value.date().isoformat()
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case Decimal() | uuid.UUID():
            return str(value)
        case bytes():
            return value.decode("utf-8", "surrogateescape")
        case list() | tuple():
            return [plain(part) for part in value]
        case _:
            return (
                {str(name): plain(part) for name, part in value.items()}
                if isinstance(value, dict)
                else str(value)
            )


def named_columns(cells: list[Any]) -> tuple[str, ...]:
    """Return trimmed column names; an empty one is called 'column N', a repeated one gets its place added."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = " ".join(str(cell).split()) if cell is not None else ""
        name = name or f"column {place}"
        names.append(f"{name} ({place})" if name in names else name)
    return tuple(names)


def is_blank(cells: list[Any]) -> bool:
    """Whether a row holds nothing at all, as spreadsheets leave them at the end of a sheet."""
    return not any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in cells)
