"""What a platform shows on its pages: totals, rows, one record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class ObjectTotals:
    """How many live rows an object has and how many of them hold a golden id; `detail_label` heads the third
    column."""

    object: str
    label: str
    detail_label: str
    rows: int
    golden: int


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One line of the table that people watch; `changed_at` is milliseconds since 1970."""

    key: str
    name: str
    detail: str
    golden_id: str
    changed_at: int


@dataclass(frozen=True, slots=True)
class RecordView:
    """All fields of one record in named groups, and its change log, newest first."""

    object: str
    label: str
    key: str
    title: str
    golden_id: str
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    changes: Sequence[dict[str, Any]]
