"""The rows of a frame as texts: what a record says once it is read, so that nobody has to read it again.

A text holds the elements of every column, in the order of the spec: columns apart by one control sign,
elements by another. Equal rows have equal texts. The frame made of texts has the values of the one they were
written from, so that it scores as that one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from matching.columns import CodedColumn, coded_column
from matching.frame import Frame
from matching.record_names import RecordNames
from matching.spec import MatchSpec
from matching.texts import Texts

COLUMN, ELEMENT, ESCAPE = "\x1e", "\x1f", "\x1d"
ESCAPED = str.maketrans({ESCAPE: f"{ESCAPE}0", COLUMN: f"{ESCAPE}1", ELEMENT: f"{ESCAPE}2"})
CHUNK = 20_000
"""Rows written at a time: the distinct values of so many are held as strings."""


def row_texts(frame: Frame, spec: MatchSpec) -> Iterator[str]:
    """Yield the text of every row."""
    columns = [frame.column(column.name) for column in spec.columns]
    for start in range(0, len(frame), CHUNK):
        rows = np.arange(start, min(start + CHUNK, len(frame)))
        parts = [_parts(column.taking(rows) if len(frame) > CHUNK else column) for column in columns]
        yield from map(COLUMN.join, zip(*parts, strict=True))


def _parts(column: CodedColumn) -> list[str]:
    """Return what a column says of each row."""
    said = [ELEMENT.join(map(_escaped, value)) for value in column.values]
    said.append("")  # the last: where nothing stands
    return [said[code] for code in column.codes.tolist()]


def _escaped(element: str) -> str:
    return element if element.isprintable() else element.translate(ESCAPED)


def frame_of_texts(spec: MatchSpec, texts: Sequence[str]) -> Frame:
    """Return the frame of rows written by `row_texts` under the same spec; its records have no names."""
    rows = [text.split(COLUMN) for text in texts]
    parts = list(zip(*rows, strict=True)) or [()] * len(spec.columns)
    columns = {
        column.name: _column(column.name, said) for column, said in zip(spec.columns, parts, strict=True)
    }
    nobody = np.zeros(len(texts), dtype=np.int32)
    names = RecordNames((("", ""),), nobody, Texts.cut(b"", nobody))
    return Frame(names, columns, nobody)


def _column(name: str, said: Sequence[str]) -> CodedColumn:
    known: dict[str, int] = {"": -1}
    codes = np.fromiter(
        (known.setdefault(part, len(known) - 1) for part in said), dtype=np.int32, count=len(said)
    )
    del known[""]
    return coded_column(name, codes, [_elements(part) for part in known])


def _elements(part: str) -> tuple[str, ...]:
    elements = part.split(ELEMENT) if ELEMENT in part else [part]
    if ESCAPE in part:
        elements = [_unescaped(element) for element in elements]
    return tuple(elements)


def _unescaped(element: str) -> str:
    for sign, number in ((ELEMENT, "2"), (COLUMN, "1"), (ESCAPE, "0")):
        element = element.replace(f"{ESCAPE}{number}", sign)
    return element
