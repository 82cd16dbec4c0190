"""Rows from Excel workbooks and Parquet files."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from mdm.ingestion.table import BrokenRow, Progress, Row, Table, UnusableFile, is_blank, named_columns, plain

EXCEL_ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))
PARQUET_BATCH = 2048


def open_workbook(path: Path, *, sheet: str | None = None) -> Table:
    """Open one sheet (by default the first) of an .xlsx file; its first row with text holds the column names.

    Cells give their stored results, not formulas. Raises UnusableFile for a file that is no workbook, a sheet
    that does not exist and an empty one.
    """
    names, header_row, columns, last_row = _look_at(path, sheet)
    progress = Progress()

    def rows() -> Iterator[Row]:
        progress.position = 0
        for number, cells in _cells(path, names[0]):
            progress.position = number
            if number <= header_row or is_blank(cells):
                continue
            yield _sheet_row(number, cells, columns)

    others = f"; {len(names) - 1} other sheets are not read" if len(names) > 1 else ""
    return Table(
        name=path.name,
        description=f"Excel workbook, sheet {names[0]!r}, {len(columns)} columns{others}",
        columns=columns,
        rows=rows,
        size=last_row,
        position=progress,
    )


def open_parquet(path: Path) -> Table:
    """Open a Parquet file; raises UnusableFile when pyarrow is missing or the file is no Parquet."""
    try:
        # Lazily: 40 MB that only readers of Parquet pay for.
        import pyarrow  # noqa: PLC0415
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError as error:
        raise UnusableFile(
            f"{path.name} is a Parquet file, and reading those needs pyarrow: pip install 'aurum[parquet]'."
        ) from error
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            columns, size = named_columns(list(file.schema_arrow.names)), file.metadata.num_rows
    except (pyarrow.ArrowException, OSError) as error:
        raise UnusableFile(f"{path.name} is no readable Parquet file: {error}") from error
    progress = Progress()

    def rows() -> Iterator[Row]:
        number = 0
        with pyarrow.parquet.ParquetFile(path) as opened:
            for batch in opened.iter_batches(PARQUET_BATCH):
                cells = [column.to_pylist() for column in batch.columns]
                for values in zip(*cells, strict=True):
                    number += 1
                    progress.position = number
                    yield number, {name: plain(value) for name, value in zip(columns, values, strict=True)}

    return Table(path.name, f"Parquet, {len(columns)} columns, {size} rows", columns, rows, size, progress)


def _look_at(path: Path, sheet: str | None) -> tuple[list[str], int, tuple[str, ...], int]:
    names, last_row = _with_workbook(path, lambda book: (list(book.sheetnames), _last_row(book, sheet)))
    if sheet is not None and sheet not in names:
        raise UnusableFile(f"{path.name} has no sheet {sheet!r}; it has {', '.join(map(repr, names))}.")
    if sheet is not None:
        names = [sheet, *(name for name in names if name != sheet)]
    for number, cells in _cells(path, names[0]):
        if not is_blank(cells):
            while cells and is_blank(cells[-1:]):
                cells.pop()
            return names, number, named_columns(cells), last_row
    raise UnusableFile(f"Sheet {names[0]!r} of {path.name} is empty.")


def _last_row(book: Any, sheet: str | None) -> int:
    worksheet = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
    return int(worksheet.max_row or 0)


def _cells(path: Path, sheet: str) -> Iterator[tuple[int, list[Any]]]:
    book = _with_workbook(path, lambda opened: opened, close=False)
    try:
        worksheet = book[sheet]
        # Some writers record a wrong size of the sheet; without it openpyxl reads what is there.
        worksheet.reset_dimensions()
        for number, cells in enumerate(worksheet.iter_rows(values_only=True), start=1):
            yield number, list(cells)
    except (ParseError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UnusableFile(f"Sheet {sheet!r} of {path.name} is damaged: {error}") from error
    finally:
        book.close()


def _with_workbook(path: Path, look: Callable[[Any], Any], *, close: bool = True) -> Any:
    try:
        with warnings.catch_warnings():
            # openpyxl remarks on styles and extensions that it skips; they hold no data.
            warnings.simplefilter("ignore", UserWarning)
            book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, ParseError) as error:
        raise UnusableFile(f"{path.name} is no readable Excel workbook: {error}") from error
    try:
        return look(book)
    finally:
        if close:
            book.close()


def _sheet_row(number: int, cells: list[Any], columns: tuple[str, ...]) -> Row:
    surplus = [cell for cell in cells[len(columns) :] if not is_blank([cell])]
    cells = (cells + [None] * len(columns))[: len(columns)]
    row = {name: plain(cell) for name, cell in zip(columns, cells, strict=True)}
    if surplus:
        return BrokenRow(
            number,
            "too_many_columns",
            f"The row has values to the right of the last named column, {columns[-1]!r}.",
            column=columns[-1],
            value=str(surplus[0]),
            advice="Give that column a name in the first row, or clear the cells.",
            payload=row | {"surplus": [plain(cell) for cell in surplus]},
        )
    wrong = next((name for name, cell in row.items() if isinstance(cell, str) and cell in EXCEL_ERRORS), None)
    if wrong is not None:
        return BrokenRow(
            number,
            "spreadsheet_error",
            f"The cell holds {row[wrong]}, the result of a formula that failed.",
            column=wrong,
            value=row[wrong],
            advice="Correct the formula or write the value itself.",
            payload=row,
        )
    return number, row
