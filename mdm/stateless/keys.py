"""Which column names a record, and one row for each name: what has no key or shares one is named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matching.column_types import header_kind
from mdm import domains
from mdm.ingestion.keys import BadKey, normalise_key
from mdm.ingestion.rules import as_text
from mdm.ingestion.suggest import ROW_NUMBER, SAYS
from mdm.ingestion.synonyms import meaning_of
from mdm.stateless.gathering import Family, Fault, Gathered, RawRow, Unmatchable

NEARLY_ALL = 0.9
"""Share of values that must look like keys in a column that only its values speak for."""
MOST_WITHOUT = 0.5
"""Above this share of rows without a key of their own the column is no key at all."""
NAMED = 20
"""Columns named in a refusal."""

ReadKey = Callable[[RawRow], str]


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """The column that names the records of a family (empty: the number of the row does), and why."""

    column: str
    why: str


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A row with its key."""

    key: str
    row: RawRow
    numbered: bool = False
    """Whether the key is only the number of the row."""


def choose_key(family: Family, asked_for: str = "") -> KeyChoice:
    """Return the column that names a family's records; raises Unmatchable where one asked for is absent."""
    if asked_for:
        if asked_for not in family.columns:
            shown = ", ".join(family.columns[:NAMED])
            raise Unmatchable(f"{family.files[0]} has no column {asked_for!r} (--id); it has {shown}.")
        return KeyChoice(asked_for, "names the record: as asked for")
    called = [column for column in family.columns if _called_like_a_key(column)]
    own = {column: _own_values(family.rows, column) for column in called}
    best = max(called, key=lambda column: own[column], default="")
    if best and own[best] > 1 - MOST_WITHOUT:
        differ = (
            "all values differ"
            if own[best] == 1.0
            else f"{own[best]:.0%} of the rows have a value of their own"
        )
        return KeyChoice(best, f"names the record: by its name, and {differ}")
    first = family.columns[0] if family.columns else ""
    if (
        first
        and _means_nothing(first)
        and _own_values(family.rows, first) == 1.0
        and _one_word(family.rows, first)
    ):
        return KeyChoice(first, "names the record: filled in every row and never twice the same")
    why = f"{called[0]!r} repeats or is empty too often" if called else "no column names a record"
    return KeyChoice("", f"{why}, so each one is named by the number of its row")


def _called_like_a_key(column: str) -> bool:
    meanings = (meaning_of(column, domain) for domain in domains.registered())
    return any(attribute == "source_key" and sureness >= SAYS for attribute, sureness, _ in meanings)


def _means_nothing(column: str) -> bool:
    return not header_kind(column) and not any(
        meaning_of(column, domain)[0] for domain in domains.registered()
    )


def _own_values(rows: Sequence[RawRow], column: str) -> float:
    """Return the share of rows that would keep a name of their own."""
    own = {(row.source, as_text(row.values.get(column))) for row in rows}
    return sum(1 for _, value in own if value is not None) / len(rows) if rows else 0.0


def _one_word(rows: Sequence[RawRow], column: str) -> bool:
    words = [as_text(row.values.get(column)) or "" for row in rows]
    plain = sum(" " not in word and any(sign.isdigit() for sign in word) for word in words)
    return plain >= NEARLY_ALL * len(words)


def by_column(choice: KeyChoice) -> ReadKey:
    """Return a reader of the chosen column; it raises BadKey."""
    if not choice.column:
        return lambda row: str(row.number)
    return lambda row: normalise_key("exact", row.values.get(choice.column))


def named_rows(family: Family, read: ReadKey, column: str, gathered: Gathered) -> list[NamedRow]:
    """Return the rows that have a key; the others become faults."""
    found = []
    for row in family.rows:
        try:
            found.append(NamedRow(read(row), row, numbered=not column))
        except BadKey as error:
            value = as_text(row.values.get(column)) or ""
            rule = "bad_key" if value else "missing_key"
            gathered.faults.append(
                Fault(row.file, row.number, "", rule, column or ROW_NUMBER, value, str(error))
            )
    return found


def without_duplicates(rows: Sequence[NamedRow], column: str, gathered: Gathered) -> list[NamedRow]:
    """Return one row for each key of a source: the fullest, ties by content, so that no order matters.

    Raises Unmatchable when most rows would be left out: the column is no key then.
    """
    fullest: dict[tuple[str, str], NamedRow] = {}
    for row in rows:
        name = (row.row.source, row.key)
        held = fullest.get(name)
        if held is not None and row.numbered and held.numbered:
            raise Unmatchable(
                f"{held.row.file} and {row.row.file} are both of the source {row.row.source!r}, and their"
                " rows have the same numbers: name a column that tells them apart with --id."
            )
        if held is None or _fullness(row.row) > _fullness(held.row):
            fullest[name] = row
    left_out = len(rows) - len(fullest)
    if left_out > MOST_WITHOUT * len(rows):
        raise Unmatchable(
            f"The column {column!r} names no records: {len(rows):,} rows have {len(fullest):,} different"
            " values. Name another with --id."
        )
    if left_out:
        for row in rows:
            kept = fullest[row.row.source, row.key]
            if kept is not row:
                gathered.faults.append(_duplicate(row, kept, column))
    return list(fullest.values())


def _duplicate(row: NamedRow, kept: NamedRow, column: str) -> Fault:
    place = f"row {kept.row.number}" + (f" of {kept.row.file}" if kept.row.file != row.row.file else "")
    same = "says the same" if kept.row.values == row.row.values else "says more, or says other things,"
    reason = f"The source {row.row.source!r} has this key twice: {place} {same} and was matched instead."
    return Fault(row.row.file, row.row.number, row.key, "duplicate_key", column, row.key, reason)


def _fullness(row: RawRow) -> tuple[int, bytes]:
    texts = sorted(
        f"{name}={text}" for name, value in row.values.items() if (text := as_text(value)) is not None
    )
    digest = hashlib.blake2b("\x1f".join(texts).encode("utf-8", "replace"), digest_size=8).digest()
    return len(texts), digest
