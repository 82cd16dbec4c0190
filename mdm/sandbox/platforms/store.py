"""One SQLite file of one platform: a single guarded writer, a pool of readers, a change log, number ranges.

Tables that every store has, for whoever audits it:

    change_log(id, at, actor, object, record_key, action, changes)
        one row a write; at is UTC ISO 8601, changes is JSON {field: [old, new]}
    number_range(name, next)
        the next number that each range gives
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

COMMON_SCHEMA = """
CREATE TABLE IF NOT EXISTS change_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, actor TEXT NOT NULL, object TEXT NOT NULL,
    record_key TEXT NOT NULL, action TEXT NOT NULL, changes TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS change_log_record ON change_log (object, record_key);
CREATE TABLE IF NOT EXISTS number_range (name TEXT PRIMARY KEY, next INTEGER NOT NULL);
"""


class Store:
    """A platform's SQLite file, open for one writing connection and any number of reading ones."""

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        self._writing = threading.Lock()
        self._writer = self._connect()
        self._writer.executescript(COMMON_SCHEMA + schema)
        self._readers: list[sqlite3.Connection] = []

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=30)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=WAL")
        # A crash of the process loses nothing in this mode; only a crash of the machine could.
        connection.execute("PRAGMA synchronous=OFF")
        return connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Give the writing connection inside one transaction: committed at the end, rolled back on any
        error."""
        with self._writing:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give a reading connection that sees one state of the store until the end of the block."""
        try:
            connection = self._readers.pop()
        except IndexError:
            connection = self._connect()
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("ROLLBACK")
            self._readers.append(connection)

    def close(self) -> None:
        """Wait for the writer, fold the write-ahead log into the file and close it."""
        with self._writing:
            while self._readers:
                self._readers.pop().close()
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._writer.close()

    def changes_of(self, object_name: str, key: str, limit: int = 200) -> list[dict[str, Any]]:
        """Return the newest change-log entries of one record, newest first."""
        with self.read() as connection:
            rows = connection.execute(
                "SELECT at, actor, action, changes FROM change_log WHERE object = ? AND record_key = ?"
                " ORDER BY id DESC LIMIT ?",
                (object_name, key, limit),
            ).fetchall()
        return [{**dict(row), "changes": json.loads(row["changes"])} for row in rows]

    def count_changes(self) -> int:
        """Return how many changes the store has ever logged; it survives a restart."""
        with self.read() as connection:
            return int(connection.execute("SELECT coalesce(max(id), 0) FROM change_log").fetchone()[0])


def log_change(
    connection: sqlite3.Connection,
    *,
    actor: str,
    object_name: str,
    key: str,
    action: str,
    changes: Mapping[str, Any],
) -> None:
    """Append one entry to the change log, in the caller's transaction."""
    connection.execute(
        "INSERT INTO change_log (at, actor, object, record_key, action, changes) VALUES (?, ?, ?, ?, ?, ?)",
        (utc_now_text(), actor, object_name, key, action, compact_json(changes)),
    )


def next_number(connection: sqlite3.Connection, name: str) -> int:
    """Take the next number of a range, in the caller's transaction; ranges begin at 1 unless set."""
    row = connection.execute(
        "INSERT INTO number_range (name, next) VALUES (?, 2)"
        " ON CONFLICT (name) DO UPDATE SET next = next + 1 RETURNING next - 1",
        (name,),
    ).fetchone()
    return int(row[0])


def raise_number_range(connection: sqlite3.Connection, name: str, least: int) -> None:
    """Make sure that the range gives no number below `least`."""
    connection.execute(
        "INSERT INTO number_range (name, next) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET next = "
        "max(next, excluded.next)",
        (name, least),
    )


def compact_json(document: Any) -> str:
    """Return the document as JSON without blanks, in plain Unicode."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def utc_now_text() -> str:
    """Return the present moment as UTC ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc_now_ms() -> int:
    """Return the present moment in milliseconds since 1970."""
    return int(datetime.now(UTC).timestamp() * 1000)
