"""A dictionary-encoded columnar frame: each distinct value is stored once, records are integer codes into it.

Readings run once per distinct raw input, or combination of them, comparisons on distinct elements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodedColumn
from matching.errors import FrameError
from matching.raw import Columns
from matching.reading_columns import FEW_ROWS, read_columns, read_rows
from matching.record_names import RecordName, RecordNames
from matching.spec import MatchSpec

__all__ = ["Frame", "RecordName", "build_frame", "frame_in_order", "hash_order", "in_name_order"]

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Frame:
    """Records as columns of codes, in the order given; names[i] is the record name of row i."""

    names: Sequence[RecordName]
    columns: Mapping[str, CodedColumn]
    sources: Ints
    in_order: bool = False  # rows stand in the order of their names' hashes

    def __len__(self) -> int:
        return len(self.names)

    def column(self, name: str) -> CodedColumn:
        """Return the coded column of that name."""
        return self.columns[name]

    def telling(self, generic: Mapping[str, frozenset[str]]) -> Frame:
        """Return the frame without generic values, per column name."""
        columns = {
            name: column.without(generic.get(name, frozenset())) for name, column in self.columns.items()
        }
        return Frame(self.names, columns, self.sources, self.in_order)

    def at(self, rows: Longs) -> Frame:
        """Return the frame of the given rows, in their order."""
        columns = {name: column.taking(rows) for name, column in self.columns.items()}
        in_order = self.in_order and bool((rows[1:] > rows[:-1]).all())
        return Frame(RecordNames.of(self.names).at(rows), columns, self.sources[rows], in_order)


def build_frame(
    spec: MatchSpec, records: Sequence[Mapping[str, Any]] | Columns, names: Sequence[RecordName]
) -> Frame:
    """Encode canonical records, or columns of their attributes, as the columns that the spec declares.

    The row order is the order given.
    """
    if len(records) != len(names):
        raise FrameError(
            f"There are {len(records)} records but {len(names)} names; give one name per record."
        )
    named = RecordNames.of(names)
    if not isinstance(records, Columns) and len(records) <= FEW_ROWS:
        return Frame(named, read_rows(spec, records), named.sources())
    if not isinstance(records, Columns):
        records = Columns.of_records(records, (path for column in spec.columns for path in column.inputs))
    return Frame(named, read_columns(spec, records), named.sources())


def hash_order(names: Sequence[RecordName]) -> Longs:
    """Return the rows in the order of their names' hashes, which no order of the records can change."""
    hashes = RecordNames.of(names).hashes()
    order = np.argsort(hashes)
    if len(names) and (hashes[order][1:] == hashes[order][:-1]).any():
        return np.array(sorted(order.tolist(), key=lambda row: (hashes[row], names[row])), dtype=np.int64)
    return order


def frame_in_order(
    spec: MatchSpec, records: Sequence[Mapping[str, Any]] | Columns, names: Sequence[RecordName]
) -> Frame:
    """Return the frame with its rows in the order of their names' hashes, whatever order is given."""
    named = RecordNames.of(names)
    order = hash_order(named)
    ordered = named.at(order)
    if isinstance(records, Columns):
        frame = build_frame(spec, records.at(order), ordered)
    else:
        frame = build_frame(spec, [records[row] for row in order.tolist()], ordered)
    return replace(frame, in_order=True)


def in_name_order(frame: Frame) -> Frame:
    """Return the frame with its rows in the order of their names' hashes, itself when they are known to
    stand so.
    """
    if frame.in_order:
        return frame
    order = hash_order(frame.names)
    columns = {name: column.ordered(order) for name, column in frame.columns.items()}
    return Frame(RecordNames.of(frame.names).at(order), columns, frame.sources[order], True)
