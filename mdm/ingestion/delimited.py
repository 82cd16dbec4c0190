"""CSV and its relatives: any delimiter, quoted line breaks, and broken lines that stay one row's affair.

A stray quote makes an ordinary CSV reader swallow every line up to the next one. Here a record is first put
together from its lines and then parsed on its own, so that such a line is named and its neighbours load.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mdm.ingestion.table import BrokenRow, Row, UnusableFile, is_blank, named_columns

DELIMITERS = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "bars",
    "^": "carets",
    "\x1f": "unit separators",
}
SNIFFED_LINES = 200
LINES_A_RECORD = 500
"""The most lines that a record with quoted line breaks may span."""
CHARACTERS_A_RECORD = 1 << 20


@dataclass(frozen=True, slots=True)
class Layout:
    """How a delimited file is laid out."""

    delimiter: str
    columns: tuple[str, ...]
    header_line: int

    @property
    def described(self) -> str:
        """The layout in words."""
        if len(self.columns) == 1:
            return "one column"
        name = DELIMITERS.get(self.delimiter, repr(self.delimiter))
        return f"{len(self.columns)} columns separated by {name}"


def find_layout(lines: Iterable[str], *, delimiter: str | None = None) -> Layout:
    """Return the layout that the first lines of a file show; raises UnusableFile when there is no header.

    Excel's own 'sep=;' in the first line decides. Else the delimiter is the one that splits the first records
    into the same number of columns most often, then into most columns.
    """
    head: list[str] = []
    for line in lines:
        if len(head) == SNIFFED_LINES:
            break
        head.append(line)
    skipped = 0
    if (
        head
        and head[0].strip().strip('"').lower().startswith("sep=")
        and len(head[0].strip().strip('"')) == 5
    ):
        delimiter = delimiter or head[0].strip().strip('"')[4]
        skipped = 1
    while skipped < len(head) and not head[skipped].strip():
        skipped += 1
    if skipped == len(head):
        raise UnusableFile("The file is empty: not even a line with column names stands in it.")
    chosen = delimiter or max(DELIMITERS, key=lambda candidate: _regularity(head[skipped:], candidate))
    header = next(_records(head[skipped:], chosen, width=0))
    return Layout(chosen, named_columns(list(header.cells)), skipped + header.line)


def read_delimited(lines: Iterable[str], layout: Layout) -> Iterator[Row]:
    """Yield the rows below the header, numbered by the line of the file on which each begins."""
    width = len(layout.columns)
    for record in _records(lines, layout.delimiter, width=width):
        if record.line <= layout.header_line or is_blank(list(record.cells)):
            continue
        cells = record.cells
        if record.fault or len(cells) != width:
            while len(cells) > width and not cells[-1].strip():
                cells = cells[:-1]
            if record.fault or len(cells) != width:
                yield _broken(record, cells, layout.columns)
                continue
        yield record.line, dict(zip(layout.columns, cells, strict=True))


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    cells: list[str]
    fault: str = ""


def _records(lines: Iterable[str], delimiter: str, *, width: int) -> Iterator[_Record]:
    """Yield parsed records; `width` (0: not known) tells a quoted line break from a stray quote."""
    ahead: deque[str] = deque()
    source = iter(lines)
    number = 0
    while True:
        line = ahead.popleft() if ahead else next(source, None)
        if line is None:
            return
        number += 1
        if line.count('"') % 2 == 0:
            yield _parsed(number, line, delimiter)
            continue
        # Look for the line that closes the quote; what was read in vain goes back to `ahead`.
        taken = [line]
        length = len(line)
        whole: _Record | None = None
        while len(taken) < LINES_A_RECORD and length < CHARACTERS_A_RECORD:
            more = ahead.popleft() if ahead else next(source, None)
            if more is None:
                break
            taken.append(more)
            length += len(more)
            if more.count('"') % 2:
                whole = _parsed(number, "".join(taken), delimiter)
                break
        if whole is not None and not whole.fault and width in (0, len(whole.cells)):
            yield whole
            number += len(taken) - 1
            continue
        ahead.extendleft(reversed(taken[1:]))
        yield _parsed(number, line, delimiter)


def _parsed(number: int, text: str, delimiter: str) -> _Record:
    # Not strict, as Excel reads it: a quote in the middle of a field (5" pipe) is a character like any other.
    try:
        cells = next(csv.reader((text,), delimiter=delimiter), [])
    except csv.Error as error:
        return _Record(number, text.rstrip("\r\n").split(delimiter), f"the line is no valid CSV ({error})")
    if cells and text.count('"') % 2 and cells[-1].endswith("\n"):
        return _Record(number, cells, "a quote is opened and never closed")
    return _Record(number, cells)


def _broken(record: _Record, cells: list[str], columns: tuple[str, ...]) -> BrokenRow:
    payload = dict(zip(columns, cells, strict=False))
    if len(cells) > len(columns):
        payload["surplus"] = surplus = " | ".join(cells[len(columns) :])
        return BrokenRow(
            record.line,
            "too_many_columns",
            f"The row has {len(cells)} columns, the header {len(columns)}: values may stand in wrong ones.",
            column=columns[-1],
            value=surplus,
            advice="Put quotes around values that contain the delimiter.",
            payload=payload,
        )
    if record.fault:
        return BrokenRow(
            record.line,
            "broken_quotes",
            f"The row cannot be taken apart: {record.fault}.",
            column=columns[max(len(cells), 1) - 1],
            value=cells[-1] if cells else "",
            advice="Double every quote inside a quoted value.",
            payload=payload,
        )
    return BrokenRow(
        record.line,
        "too_few_columns",
        f"The row has {len(cells)} columns, the header {len(columns)}: it was cut off or broken apart.",
        column=columns[len(cells)],
        advice="Export the row again, with quotes around values that contain line breaks.",
        payload=payload,
    )


def _regularity(head: list[str], delimiter: str) -> tuple[float, int]:
    """Share of records as wide as most of them are, and that width; a delimiter that splits nothing comes
    last.
    """
    widths = [
        len(record.cells) for record in _records(head, delimiter, width=0) if not is_blank(list(record.cells))
    ]
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
    if usual < 2:
        return 0.0, 0
    # The header is the best witness: a delimiter that does not split it so is hardly the file's.
    share = widths.count(usual) / len(widths)
    return (share if widths[0] == usual else share / 2), usual


def text_lines(stream: io.BufferedReader, codec: str, errors: str) -> Iterator[str]:
    """Yield the lines of a stream, each ending in a line feed whatever the file's line ends are."""
    text = io.TextIOWrapper(stream, encoding=codec, errors=errors)
    try:
        yield from text
    except UnicodeDecodeError as error:
        raise UnusableFile(
            f"The bytes are not {codec}: {error.reason}. Name the right --encoding."
        ) from error
