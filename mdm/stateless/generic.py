"""Rows as records of any columns: files whose columns are called differently meet in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matching.column_types import header_kind
from mdm.ingestion.rules import as_text
from mdm.ingestion.synonyms import fold
from mdm.stateless.canonical import RecordName, name_of
from mdm.stateless.gathering import Family
from mdm.stateless.keys import NamedRow


def aligned(families: Sequence[Family], left_out: Sequence[frozenset[str]]) -> list[dict[str, str]]:
    """Return, for each family, its columns and the column of the common table that each becomes.

    Columns are one when they are called the same ('First Name', 'first_name'), or when each is the only one
    of its file that is called as one kind of thing is ('zip', 'postcode').
    """
    shared: dict[str, str] = {}
    kinds: dict[str, str] = {}
    result = []
    for family, without in zip(families, left_out, strict=True):
        names = {column: fold(column) or column for column in family.columns if column not in without}
        fresh = [column for column, folded in names.items() if folded not in shared]
        becomes = {column: shared[folded] for column, folded in names.items() if folded in shared}
        taken = set(becomes.values())
        for column in fresh:
            kind = header_kind(column)
            alone = sum(header_kind(other) == kind for other in names) == 1
            known = kinds.get(kind, "") if kind and alone else ""
            # A dot is a path to what compares the records; a table of any columns has no paths.
            becomes[column] = known if known and known not in taken else column.replace(".", " ")
            taken.add(becomes[column])
            shared.setdefault(names[column], becomes[column])
            if kind and alone:
                kinds.setdefault(kind, becomes[column])
        result.append(becomes)
    return result


def generic_records(
    rows: Sequence[NamedRow], becomes: Mapping[str, str], table: Sequence[str]
) -> list[tuple[RecordName, Mapping[str, Any]]]:
    """Return the rows under the columns of the common table, every column in each, None where it is empty."""
    found: list[tuple[RecordName, Mapping[str, Any]]] = []
    for row in rows:
        values = {becomes[column]: as_text(row.row.values.get(column)) for column in becomes}
        found.append((name_of(row), {column: values.get(column) for column in table}))
    return found
