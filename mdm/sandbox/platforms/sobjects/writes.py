"""Writes to the Salesforce store: create, update, upsert and delete of single rows, with the platform's
checks."""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mdm.sandbox.platforms.faults import FaultPlan
from mdm.sandbox.platforms.sobjects.errors import ApiError, bad_json, no_such_column, not_found
from mdm.sandbox.platforms.sobjects.ids import long_id, numbered_id
from mdm.sandbox.platforms.sobjects.objects import OBJECTS, TEXT_TYPES, Field, SObject
from mdm.sandbox.platforms.sobjects.rows import (
    Record,
    find_by_external_id,
    find_record,
    moment_text,
    next_stamp,
    select_records,
    store_record,
)
from mdm.sandbox.platforms.store import log_change, next_number

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
NAME_PARTS = ("FirstName", "MiddleName", "LastName", "Suffix")
SYSTEM = ("SystemModstamp", "LastModifiedDate", "LastModifiedById", "CreatedDate", "CreatedById")


@dataclass(slots=True)
class Writer:
    """Writes in one transaction on behalf of one user; `done` counts the rows written."""

    connection: sqlite3.Connection
    user: str
    faults: FaultPlan
    done: int = 0

    def create(self, item: SObject, document: Mapping[str, Any]) -> Record:
        """Store a new record with the next id of its object and return it."""
        fields = self._check_fields(item, document)
        person = item.name == "Account" and bool(fields.get("LastName"))
        missing = [name for name in item.required if not fields.get(name) and not (person and name == "Name")]
        if missing:
            raise ApiError(
                400,
                "REQUIRED_FIELD_MISSING",
                f"Required fields are missing: [{', '.join(missing)}]",
                tuple(missing),
            )
        record_id = numbered_id(item.prefix, next_number(self.connection, item.table))
        while find_record(self.connection, item, record_id):
            record_id = numbered_id(item.prefix, next_number(self.connection, item.table))
        stamp = next_stamp(0)
        body = {"Id": record_id, **fields, "CreatedDate": moment_text(stamp), "CreatedById": self.user}
        if item.name == "Account":
            body["IsPersonAccount"] = person
        return self._store(item, None, body, stamp, "create")

    def update(self, item: SObject, record_id: str, document: Mapping[str, Any]) -> Record:
        """Change the given fields of a record and return it; null empties a field."""
        record = self._find(item, record_id)
        fields = self._check_fields(item, document)
        for name in item.required:
            if name in fields and not fields[name] and not record.value("LastName"):
                raise ApiError(
                    400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{name}]", (name,)
                )
        return self._store(item, record, {**record.body, **fields}, next_stamp(record.stamp), "update")

    def upsert(
        self, item: SObject, field: Field, value: str, document: Mapping[str, Any]
    ) -> tuple[Record, bool]:
        """Update the one record with this external id, or create it; return it and whether it is new."""
        found = find_by_external_id(self.connection, item, field.name, value)
        if len(found) > 1:
            ids = ", ".join(record.id for record in found)
            raise ApiError(
                300,
                "DUPLICATE_EXTERNAL_ID",
                f"{field.name}: more than one record found for external id field: [{ids}]",
                (field.name,),
                tuple(record.id for record in found),
            )
        if found:
            return self.update(item, found[0].id, document), False
        return self.create(item, {**document, field.name: value}), True

    def delete(self, item: SObject, record_id: str) -> None:
        """Mark a record as deleted; queryAll still finds it."""
        record = self._find(item, record_id)
        stamp = next_stamp(record.stamp)
        stored = store_record(self.connection, item, record.body, stamp=stamp, deleted=True)
        self._log(item, stored.id, "delete", {"IsDeleted": [False, True]})

    def merge(self, item: SObject, master_id: str, loser_ids: Sequence[str]) -> Record:
        """Merge rows into one of them, as merge() does: they are deleted and name it, and what hung on them
        hangs on it.
        """
        master = self._find(item, master_id)
        losers = [self._find(item, loser) for loser in loser_ids]
        if not 1 <= len(losers) <= 2 or master.id in {loser.id for loser in losers}:
            raise ApiError(400, "INVALID_OPERATION", "merge takes a master and one or two other records")
        for other in OBJECTS.values():
            fields = [name for name, field in other.fields.items() if field.target == item.name]
            for name in fields:
                if name != "MasterRecordId":
                    self._hang_over(other, name, {loser.id for loser in losers}, master.id)
        for loser in losers:
            stamp = next_stamp(loser.stamp)
            body = {**loser.body, "MasterRecordId": master.id}
            store_record(self.connection, item, body, stamp=stamp, deleted=True)
            self._log(
                item, loser.id, "delete", {"IsDeleted": [False, True], "MasterRecordId": [None, master.id]}
            )
        return self._store(item, master, dict(master.body), next_stamp(master.stamp), "update")

    def _hang_over(self, item: SObject, name: str, losers: set[str], master: str) -> None:
        for record in select_records(self.connection, item, "WHERE IsDeleted = 0 ORDER BY Id", []):
            if record.body.get(name) in losers:
                body = {**record.body, name: None if record.id == master else master}
                self._store(item, record, body, next_stamp(record.stamp), "update")

    def _find(self, item: SObject, record_id: str) -> Record:
        whole = long_id(record_id)
        if whole is None:
            raise ApiError(
                400, "MALFORMED_ID", f"{item.name} ID: id value of incorrect type: {record_id}", ("Id",)
            )
        record = find_record(self.connection, item, whole)
        if record is None:
            raise not_found()
        if record.deleted:
            raise ApiError(404, "ENTITY_IS_DELETED", "entity is deleted")
        if self.faults.is_locked(whole) or self.faults.is_locked(whole[:15]):
            message = f"unable to obtain exclusive access to this record or 1 records: {whole}"
            raise ApiError(400, "UNABLE_TO_LOCK_ROW", message)
        return record

    def _check_fields(self, item: SObject, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked fields under their proper names; the first fault is raised."""
        checked: dict[str, Any] = {}
        for name, value in document.items():
            if name == "attributes":
                continue
            field = item.field(name)
            if field is None:
                raise no_such_column(item.name, name)
            if field.read_only:
                message = (
                    f"Unable to create/update fields: {field.name}. Please check the security settings of "
                    "this"
                    " field and verify that it is read/write for your profile or permission set."
                )
                raise ApiError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, (field.name,))
            checked[field.name] = None if value is None or value == "" else self._check_value(field, value)
        return checked

    def _check_value(self, field: Field, value: Any) -> Any:
        if field.kind in TEXT_TYPES:
            return _check_text(field, value)
        if field.kind == "boolean" and isinstance(value, bool):
            return value
        if field.kind == "double" and isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        if field.kind in ("date", "datetime") and isinstance(value, str):
            return _check_moment(field, value)
        if field.kind == "reference" and isinstance(value, str):
            return self._check_reference(field, value)
        raise bad_json(f"Cannot deserialize the value of {field.name} as {field.kind}: {value!r}")

    def _check_reference(self, field: Field, value: str) -> str:
        whole = long_id(value)
        if whole is None:
            message = f"{field.name}: id value of incorrect type: {value}"
            raise ApiError(400, "MALFORMED_ID", message, (field.name,))
        record = find_record(self.connection, OBJECTS[field.target], whole)
        if record is None or record.deleted:
            message = f"{field.name}: invalid cross reference id"
            raise ApiError(400, "INVALID_CROSS_REFERENCE_KEY", message, (field.name,))
        return whole

    def _store(
        self, item: SObject, before: Record | None, body: dict[str, Any], stamp: int, action: str
    ) -> Record:
        parts = [body.get(name) for name in NAME_PARTS]
        renamed = before is None or parts != [before.body.get(name) for name in NAME_PARTS]
        # A loaded name may have been put together in another way; writing other fields keeps it.
        if renamed and (item.name == "Contact" or body.get("IsPersonAccount")):
            body["Name"] = " ".join(part for part in parts if part)
        body["LastModifiedDate"] = moment_text(stamp)
        body["LastModifiedById"] = self.user
        stored = store_record(self.connection, item, body, stamp=stamp)
        old = before.body if before else {}
        changes = {
            name: [old.get(name), stored.body.get(name)]
            for name in item.fields
            if name not in SYSTEM and old.get(name) != stored.body.get(name)
        }
        self._log(item, stored.id, action, changes)
        return stored

    def _log(self, item: SObject, record_id: str, action: str, changes: Mapping[str, Any]) -> None:
        self.done += 1
        log_change(
            self.connection,
            actor=self.user,
            object_name=item.name,
            key=record_id,
            action=action,
            changes=changes,
        )


def _check_text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise bad_json(f"Cannot deserialize the value of {field.name} as {field.kind}: {value!r}")
    if len(value) > field.length:
        message = f"{field.name}: data value too large: {value} (max length={field.length})"
        raise ApiError(400, "STRING_TOO_LONG", message, (field.name,))
    if field.kind == "email" and not EMAIL.fullmatch(value):
        message = f"{field.name}: invalid email address: {value}"
        raise ApiError(400, "INVALID_EMAIL_ADDRESS", message, (field.name,))
    return value


def _check_moment(field: Field, value: str) -> str:
    try:
        if field.kind == "date":
            return date.fromisoformat(value).isoformat()
        return moment_text(int(datetime.fromisoformat(value).timestamp() * 1000))
    except ValueError as error:
        raise bad_json(f"Cannot deserialize the value of {field.name} as {field.kind}: {value!r}") from error
