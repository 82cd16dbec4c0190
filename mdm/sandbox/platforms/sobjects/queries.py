"""SOQL answers: pages of at most 2,000 rows, the rest behind a locator that this process keeps."""

import re
import secrets
import sqlite3
import threading
from collections.abc import Mapping
from typing import Any

from mdm.sandbox.platforms.sobjects.errors import ApiError
from mdm.sandbox.platforms.sobjects.objects import SObject
from mdm.sandbox.platforms.sobjects.rows import Record, select_records
from mdm.sandbox.platforms.sobjects.soql import Query, parse_query

MOST_ROWS = 2_000
LEAST_ROWS = 200
MOST_CURSORS = 100


class Cursors:
    """The open query results: the ids that matched when the query ran, so that pages hold still under
    writes."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._open: dict[str, tuple[Query, list[str], int]] = {}

    def run(
        self, connection: sqlite3.Connection, text: str, *, deleted: bool, options: str, base: str
    ) -> dict[str, Any]:
        """Return the first page of a query; `options` is the Sforce-Query-Options header."""
        query = parse_query(text)
        where = query.where if deleted else f"({query.where}) AND IsDeleted = 0"
        limit = -1 if query.limit is None else query.limit
        if query.counts:
            sql = f"SELECT count(*) FROM {query.object.table} WHERE {where}"
            total = int(connection.execute(sql, query.parameters).fetchone()[0])
            return {"totalSize": total, "done": True, "records": []}
        sql = f"SELECT Id FROM {query.object.table} WHERE {where} ORDER BY {query.order} LIMIT ? OFFSET ?"
        ids = [row[0] for row in connection.execute(sql, [*query.parameters, limit, query.offset])]
        size = _batch_size(options)
        name = "0r8" + secrets.token_hex(8)
        if len(ids) > size:
            with self._guard:
                self._open[name] = (query, ids, size)
                if len(self._open) > MOST_CURSORS:
                    del self._open[next(iter(self._open))]
        return _page(connection, query, ids, 0, size, f"{base}/query/{name}", base)

    def resume(self, connection: sqlite3.Connection, locator: str, base: str) -> dict[str, Any]:
        """Return the page that a nextRecordsUrl names."""
        name, _, start = locator.rpartition("-")
        with self._guard:
            found = self._open.get(name)
        if found is None or not start.isdecimal():
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        query, ids, size = found
        return _page(connection, query, ids, int(start), size, f"{base}/query/{name}", base)


def _batch_size(options: str) -> int:
    found = re.search(r"batchSize\s*=\s*(\d+)", options)
    return min(MOST_ROWS, max(LEAST_ROWS, int(found[1]))) if found else MOST_ROWS


def _page(
    connection: sqlite3.Connection,
    query: Query,
    ids: list[str],
    start: int,
    size: int,
    locator: str,
    base: str,
) -> dict[str, Any]:
    wanted = ids[start : start + size]
    marks = ", ".join("?" * len(wanted))
    by_id = {
        record.id: record
        for record in select_records(connection, query.object, f"WHERE Id IN ({marks})", wanted)
    }
    page: dict[str, Any] = {"totalSize": len(ids), "done": start + size >= len(ids)}
    if not page["done"]:
        page["nextRecordsUrl"] = f"{locator}-{start + size}"
    rows = (by_id[record_id] for record_id in wanted if record_id in by_id)
    page["records"] = [record_json(record, query.fields, base) for record in rows]
    return page


def record_json(record: Record, fields: tuple[str, ...], base: str) -> dict[str, Any]:
    """Return the record with these fields (every field when none are named) and its attributes."""
    names = fields or tuple(record.object.fields)
    return {
        "attributes": attributes(record.object, record.id, base),
        **{name: record.value(name) for name in names},
    }


def attributes(item: SObject, record_id: str, base: str) -> Mapping[str, str]:
    """Return type and address of a record."""
    return {"type": item.name, "url": f"{base}/sobjects/{item.name}/{record_id}"}
