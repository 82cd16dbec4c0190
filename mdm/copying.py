"""Many rows into a table by COPY: columns of numbers in binary form, rows of anything as text; and columns
of numbers out of a query.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray

Column = NDArray[Any] | str
"""An array of int64, int32, int16 or bool, as wide as the column of the table; or one text for all rows."""

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"
ARRAY_HEAD = 20
AT_ONCE = 1 << 16
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
PIECES = 2_000  # rows sent at a time


def copy_columns(table: str, columns: Mapping[str, Column], *, frozen: bool = False) -> int:
    """Append rows to a table, column by column of equal length; returns how many.

    frozen: the caller has truncated the table in this transaction; nobody has to look through the rows again
    to learn that they are there for everybody.
    """
    rows = next(len(column) for column in columns.values() if not isinstance(column, str))
    if not rows:
        return 0
    names = ", ".join(columns)
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY, FREEZE {frozen})") as copy,
    ):
        copy.write(HEAD)
        for start in range(0, rows, AT_ONCE):
            copy.write(_packed(columns, start, min(start + AT_ONCE, rows)))
        copy.write(TAIL)
    return rows


def _packed(columns: Mapping[str, Column], start: int, stop: int) -> bytes:
    """Return rows in PostgreSQL's binary format: how many fields, then length and value of each."""
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    values: list[Any] = [len(columns)]
    for name, column in columns.items():
        value: Any = column.encode() if isinstance(column, str) else column[start:stop]
        kind = f"S{len(value)}" if isinstance(value, bytes) else value.dtype.newbyteorder(">").str
        width = len(value) if isinstance(value, bytes) else value.dtype.itemsize
        fields += [(f"{name} width", ">i4"), (name, kind)]
        values += [width, value]
    packed = np.empty(stop - start, dtype=fields)
    for (name, _), value in zip(fields, values, strict=True):
        packed[name] = value
    return packed.tobytes()


def read_columns(query: str, parameters: Mapping[str, Any], kinds: Sequence[str]) -> list[NDArray[Any]]:
    """Return the columns of a query of numbers without nulls; kinds: name and width of each, "a i8".

    Each column comes as one array in binary form: row by row, a number costs more than finding it.
    """
    names = [kind.split()[0] for kind in kinds]
    told = ", ".join(f"array_agg({name})" for name in names)
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:  # Django's own tells nothing in binary form
        cursor.execute(f"SELECT {told} FROM ({query}) AS found ({', '.join(names)})", parameters, binary=True)
        assert cursor.pgresult is not None
        columns = [cursor.pgresult.get_value(0, place) for place in range(len(names))]
    return [_unpacked(column, kind.split()[1]) for column, kind in zip(columns, kinds, strict=True)]


def _unpacked(column: bytes | None, kind: str) -> NDArray[Any]:
    """Return an array as PostgreSQL sends it: a head, then length and value of each element."""
    if column is None:
        return np.empty(0, dtype=kind)
    elements = np.frombuffer(column, dtype=[("width", ">i4"), ("value", f">{kind}")], offset=ARRAY_HEAD)
    return elements["value"].astype(kind)


def copy_rows(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, frozen: bool = False
) -> None:
    """Append rows of numbers, texts, truths, days, moments, None, or what is to be JSON (dicts and lists).

    frozen: as in `copy_columns`.
    """
    copy_pieces(table, columns, pieces(rows), frozen=frozen)


def pieces(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield such rows as COPY's text format has them, many lines at a time."""
    lines: list[str] = []
    for row in rows:
        lines.append("\t".join([_text(value) for value in row]))
        if len(lines) == PIECES:
            yield "\n".join(lines) + "\n"
            lines.clear()
    if lines:
        yield "\n".join(lines) + "\n"


def copy_pieces(table: str, columns: Sequence[str], texts: Iterable[str], *, frozen: bool = False) -> None:
    """Append rows that are lines of COPY's text format already; frozen as in `copy_columns`."""
    with (
        connection.wrap_database_errors,  # which Django does for statements, not for COPY
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FREEZE {frozen})") as copy,
    ):
        for text in texts:
            copy.write(text)


def _text(value: Any) -> str:
    """Return a value as COPY's text format writes it."""
    if isinstance(value, str):
        return value.translate(ESCAPED) if not value.isalnum() else value
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    # json.dumps leaves no tab and no line break as it is: only its own backslashes are to be kept.
    return json.dumps(value).replace("\\", "\\\\")


def array(numbers: Collection[int | None]) -> str:
    """Return numbers as PostgreSQL writes an array: many of them are quoted much faster so."""
    return "{" + ",".join(["NULL" if number is None else str(number) for number in numbers]) + "}"
