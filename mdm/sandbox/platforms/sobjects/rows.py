"""Rows of the Salesforce store: one table an object, the whole record as JSON in `body`, a few columns beside
it."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mdm.sandbox.platforms.sobjects.objects import OBJECTS, SObject
from mdm.sandbox.platforms.store import compact_json, utc_now_ms


def schema() -> str:
    """Return the DDL of all tables; MDM_Id__c is NULL where a record has none."""
    return "\n".join(
        f"CREATE TABLE IF NOT EXISTS {item.table} (Id TEXT PRIMARY KEY, MDM_Id__c TEXT COLLATE NOCASE,"
        " ERP_Number__c TEXT COLLATE NOCASE, IsDeleted INTEGER NOT NULL DEFAULT 0, Name TEXT NOT NULL "
        "DEFAULT '',"
        " SystemModstamp INTEGER NOT NULL, body TEXT NOT NULL);"
        f"CREATE INDEX IF NOT EXISTS {item.table}_mdm ON {item.table} (MDM_Id__c) WHERE MDM_Id__c IS NOT "
        "NULL;"
        f"CREATE INDEX IF NOT EXISTS {item.table}_erp ON {item.table} (ERP_Number__c);"
        f"CREATE INDEX IF NOT EXISTS {item.table}_stamp ON {item.table} (SystemModstamp);"
        for item in OBJECTS.values()
    )


@dataclass(frozen=True, slots=True)
class Record:
    """One stored record; the body holds every field that has a value, system fields included."""

    object: SObject
    id: str
    stamp: int
    deleted: bool
    body: Mapping[str, Any]

    def value(self, name: str) -> Any:
        """Return a field's value; without one booleans are false and all else null."""
        if name in self.body:
            return self.body[name]
        return False if self.object.fields[name].kind == "boolean" else None


def moment_text(milliseconds: int) -> str:
    """Return a moment as the REST API writes it."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def record_of(item: SObject, row: sqlite3.Row) -> Record:
    """Return the record of a result row that has Id, SystemModstamp, IsDeleted and body."""
    return Record(item, row["Id"], row["SystemModstamp"], bool(row["IsDeleted"]), json.loads(row["body"]))


def select_records(
    connection: sqlite3.Connection, item: SObject, tail: str, parameters: Sequence[Any]
) -> list[Record]:
    """Return the records of an object that `tail` (WHERE … ORDER BY …) selects."""
    sql = f"SELECT Id, SystemModstamp, IsDeleted, body FROM {item.table} {tail}"
    return [record_of(item, row) for row in connection.execute(sql, parameters)]


def find_record(connection: sqlite3.Connection, item: SObject, record_id: str) -> Record | None:
    """Return the record with this 18-character id, deleted or not, or None."""
    found = select_records(connection, item, "WHERE Id = ?", [record_id])
    return found[0] if found else None


def find_by_external_id(
    connection: sqlite3.Connection, item: SObject, field_name: str, value: str
) -> list[Record]:
    """Return the live records with this external id, oldest first; case does not count."""
    tail = f"WHERE {field_name} = ? AND IsDeleted = 0 ORDER BY Id"
    return select_records(connection, item, tail, [value])


def store_record(
    connection: sqlite3.Connection,
    item: SObject,
    body: Mapping[str, Any],
    *,
    stamp: int,
    deleted: bool = False,
) -> Record:
    """Insert or replace a record; the columns beside the body follow it."""
    kept = {name: value for name, value in body.items() if value is not None}
    kept["SystemModstamp"] = moment_text(stamp)
    kept["IsDeleted"] = deleted
    connection.execute(
        f"INSERT OR REPLACE INTO {item.table} (Id, MDM_Id__c, ERP_Number__c, IsDeleted, Name, "
        "SystemModstamp, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            kept["Id"],
            kept.get("MDM_Id__c"),
            kept.get("ERP_Number__c"),
            int(deleted),
            kept.get("Name", ""),
            stamp,
            compact_json(kept),
        ),
    )
    return Record(item, kept["Id"], stamp, deleted, kept)


def next_stamp(before: int) -> int:
    """Return a change stamp later than the one before; milliseconds, where the real platform has whole
    seconds."""
    return max(utc_now_ms(), before + 1)
