"""Rows of the SAP store: one table an entity type, the whole entity as JSON in `body`, keys as columns beside
it."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mdm.sandbox.platforms.odata.entities import ENTITIES, GOLDEN_IDENTIFICATION
from mdm.sandbox.platforms.odata.model import EntityType, json_date
from mdm.sandbox.platforms.store import compact_json, utc_now_ms

INDEXES = f"""
CREATE INDEX IF NOT EXISTS business_partner_changed ON business_partner (changed_at);
CREATE INDEX IF NOT EXISTS product_changed ON product (changed_at);
CREATE INDEX IF NOT EXISTS product_golden ON product (YY1_GoldenId_PRD) WHERE YY1_GoldenId_PRD <> '';
CREATE INDEX IF NOT EXISTS identification_golden ON identification (BPIdentificationNumber, BusinessPartner)
    WHERE BPIdentificationType = '{GOLDEN_IDENTIFICATION}';
"""


def schema() -> str:
    """Return the DDL of all tables; `version` counts the writes of a row, `changed_at` is milliseconds since
    1970."""
    statements = []
    for entity in ENTITIES.values():
        columns = ", ".join(f"{name} TEXT NOT NULL DEFAULT ''" for name in entity.columns)
        keys = ", ".join(entity.keys)
        statements.append(
            f"CREATE TABLE IF NOT EXISTS {entity.table} ({columns}, version INTEGER NOT NULL DEFAULT 1,"
            f" changed_at INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL, PRIMARY KEY ({keys}));"
        )
        if entity.root not in entity.keys:
            statements.append(
                f"CREATE INDEX IF NOT EXISTS {entity.table}_root ON {entity.table} ({entity.root});"
            )
    return "\n".join(statements) + INDEXES


@dataclass(frozen=True, slots=True)
class Row:
    """One stored entity; the body holds only what differs from the defaults, keys always."""

    entity: EntityType
    root: str
    version: int
    body: Mapping[str, Any]

    def value(self, name: str) -> Any:
        """Return a property's value, its default where nothing is stored; the root also where it is no
        property."""
        if name == self.entity.root:
            return self.root
        return self.body.get(name, self.entity.defaults.get(name))

    def keys(self) -> tuple[str, ...]:
        """Return the key values in the order of the type's keys."""
        return tuple(self.body.get(name, "") for name in self.entity.keys)

    def etag(self) -> str:
        """Return the weak entity tag, which every write of the row changes."""
        text = "\x1f".join((self.entity.table, *self.keys(), str(self.version)))
        digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:24].upper()
        return f"W/\"'{digest}'\""


def row_of(entity: EntityType, record: sqlite3.Row) -> Row:
    """Return the entity of one result row that has root, version and body."""
    return Row(entity, record["root"], record["version"], json.loads(record["body"]))


def select_rows(
    connection: sqlite3.Connection, entity: EntityType, tail: str, parameters: Sequence[Any]
) -> list[Row]:
    """Return the rows of an entity type that `tail` (WHERE … ORDER BY …) selects."""
    sql = f"SELECT {entity.root} AS root, version, body FROM {entity.table} {tail}"
    return [row_of(entity, record) for record in connection.execute(sql, parameters)]


def find_row(connection: sqlite3.Connection, entity: EntityType, keys: Sequence[str]) -> Row | None:
    """Return the row with these key values, or None."""
    condition = " AND ".join(f"{name} = ?" for name in entity.keys)
    found = select_rows(connection, entity, f"WHERE {condition}", keys)
    return found[0] if found else None


def sparse(entity: EntityType, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body without values that equal their defaults; keys stay."""
    defaults = entity.defaults
    return {name: value for name, value in body.items() if name in entity.keys or value != defaults[name]}


def column_values(entity: EntityType, root: str, body: Mapping[str, Any]) -> list[str]:
    """Return the values of the columns beside the body, in the order of `entity.columns`."""
    return [root if name == entity.root else body.get(name, "") for name in entity.columns]


def insert_statement(entity: EntityType) -> str:
    """Return the INSERT that takes the columns, changed_at and body."""
    names = ", ".join(entity.columns)
    marks = ", ".join("?" * (len(entity.columns) + 2))
    return f"INSERT INTO {entity.table} ({names}, changed_at, body) VALUES ({marks})"


def insert_row(connection: sqlite3.Connection, entity: EntityType, root: str, body: Mapping[str, Any]) -> Row:
    """Store a new entity and return it at version 1."""
    kept = sparse(entity, body)
    values = [*column_values(entity, root, kept), utc_now_ms(), compact_json(kept)]
    connection.execute(insert_statement(entity), values)
    return Row(entity, root, 1, kept)


def update_row(connection: sqlite3.Connection, row: Row, body: Mapping[str, Any]) -> Row:
    """Store the new body of an entity, one version on."""
    entity = row.entity
    kept = sparse(entity, body)
    sets = ", ".join(f"{name} = ?" for name in entity.columns)
    condition = " AND ".join(f"{name} = ?" for name in entity.keys)
    connection.execute(
        f"UPDATE {entity.table} SET {sets}, version = version + 1, changed_at = ?, body = ? WHERE "
        f"{condition}",
        [*column_values(entity, row.root, kept), utc_now_ms(), compact_json(kept), *row.keys()],
    )
    return Row(entity, row.root, row.version + 1, kept)


def delete_row(connection: sqlite3.Connection, row: Row) -> None:
    """Remove an entity and everything that hangs on it through a navigation of many."""
    for navigation in row.entity.navigations.values():
        target = ENTITIES[navigation.target]
        here, there = navigation.join
        condition = "".join(f" AND {name} = ?" for name in navigation.within)
        values = [row.value(here), *map(row.value, navigation.within)]
        for child in select_rows(connection, target, f"WHERE {there} = ?{condition}", values):
            delete_row(connection, child)
    condition = " AND ".join(f"{name} = ?" for name in row.entity.keys)
    connection.execute(f"DELETE FROM {row.entity.table} WHERE {condition}", row.keys())


def change_stamps(entity: EntityType, user: str) -> dict[str, Any]:
    """Return the properties of a root entity that every write moves: date and time (one second fine),
    user."""
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    stamps: dict[str, Any] = {
        "LastChangeDate": json_date(int(midnight.timestamp()) * 1000),
        "LastChangedByUser": user[:12],
    }
    if "LastChangeTime" in entity.properties:
        stamps["LastChangeTime"] = now.strftime("PT%HH%MM%SS")
    if "LastChangeDateTime" in entity.properties:
        stamps["LastChangeDateTime"] = json_date(int(now.timestamp() * 1000), with_offset=True)
    return stamps
