"""Several statements in one trip to the database, and few rows by one INSERT: where one record is worked off,
the trips cost more than what is asked.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

Statement = tuple[str, Any]
"""SQL, and its parameters by place or by name."""
Answer = list[tuple[Any, ...]]

FEW = 8
"""So many rows are sooner inserted than copied, which takes another trip."""


def together(*statements: Statement) -> list[Answer]:
    """Execute statements in their order and return the rows of each; each sees what was committed before it
    began, and waits for its locks before the next one begins, as if it had come alone.

    Inside a transaction: else they would be one.
    """
    assert connection.in_atomic_block
    answers: list[Answer] = []
    with connection.cursor() as cursor:
        cursor.execute(";\n".join([cursor.mogrify(sql, parameters) for sql, parameters in statements]))
        while True:
            answers.append(cursor.fetchall() if cursor.description else [])
            if not cursor.nextset():
                return answers


def insertion(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Statement:
    """Return the statement that appends few rows, of the values that `mdm.copying.copy_rows` takes."""
    row = f"({', '.join(['%s'] * len(columns))})"
    values = [
        json.dumps(value) if isinstance(value, dict | list) else value for fields in rows for value in fields
    ]
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * len(rows))}", values
