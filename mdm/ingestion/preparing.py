"""A row on its way to being accepted, as far as nothing but the row decides: map, check, standardise, hash.

Nothing here reads the database or remembers a row, so that a long table is prepared by several processes,
batch by batch, and the batches come back in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from mdm.forking import in_order
from mdm.ingestion import validate
from mdm.ingestion.checks import Crossed, not_crossed
from mdm.ingestion.incoming import Incoming, content_hash
from mdm.ingestion.mapping import Mapping
from mdm.ingestion.problems import Problem, shown
from mdm.ingestion.quarantine import Refused
from mdm.ingestion.stating import checked as checked_relationships
from mdm.ingestion.table import BrokenRow, Row

Taken = Incoming | Refused
Packed = tuple[bool, tuple[Any, ...]]
"""Whether a row is accepted, and its fields: tuples travel at a third of a record's cost."""

ALONE = 10
"""So many batches are prepared before other processes are started: most tables are short."""


@dataclass(frozen=True, slots=True)
class Preparing:
    """What the rows of one table are read by."""

    mapping: Mapping
    source: str
    object_type: str
    crossed: Crossed = not_crossed

    def prepare(self, row: Row) -> Taken:
        """Return the row as an incoming record, or refused with the first thing that is wrong with it."""
        if isinstance(row, BrokenRow):
            problem = Problem(row.rule, row.column, shown(row.value), row.reason, row.advice)
            return Refused(row.row_number, "", row.payload, problem)
        row_number, values = row
        unstorable = validate.find_unstorable(values)
        mapped = self.mapping.apply(values)
        if unstorable is not None:
            return Refused(row_number, mapped.key, values, unstorable)
        checked = validate.validate(mapped, self.mapping, crossed=self.crossed)
        if checked.refusal is not None:
            return Refused(row_number, mapped.key, values, checked.refusal)
        stated, problems = checked_relationships(
            mapped.relationships, key=mapped.key, source=self.source, object_type=self.object_type,
            domain=self.mapping.domain,
        )  # fmt: skip
        refusal = next((problem for problem in problems if problem.severity == "refused"), None)
        if refusal is not None:
            return Refused(row_number, mapped.key, values, refusal)
        merged_into = "" if mapped.merged_into == mapped.key else mapped.merged_into
        return Incoming(
            source_key=mapped.key,
            attributes=checked.attributes,
            payload=values,
            status=mapped.status,
            changed_at=mapped.changed_at,
            alternate_keys=mapped.alternate_keys,
            former_key=mapped.former_key,
            merged_into=merged_into,
            warnings=(*checked.warnings, *(problem.to_json() for problem in problems)),
            row_number=row_number,
            relationships=stated,
            digest=content_hash(checked.attributes, mapped.status, stated, merged_into),
        )

    def prepared(self, rows: Iterable[Row], *, batch: int, processes: int = 1) -> Iterator[list[Taken]]:
        """Yield the rows prepared, `batch` at a time, in their order; a long table by several processes."""
        batches = _batches(rows, batch)
        several = processes > 1
        for one in islice(batches, ALONE) if several else batches:
            yield [self.prepare(row) for row in one]
        if several and (first := next(batches, None)) is not None:
            for prepared in in_order(_prepare, self, chain([first], batches), processes):
                yield [(Incoming if accepted else Refused)(*fields) for accepted, fields in prepared]


def _batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch


def _prepare(preparing: Preparing, rows: Sequence[Row]) -> list[Packed]:
    return [_packed(preparing.prepare(row)) for row in rows]


def _packed(one: Taken) -> Packed:
    return isinstance(one, Incoming), tuple([getattr(one, name) for name in one.__slots__])
