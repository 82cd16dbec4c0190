"""The first load of an empty Salesforce store from files of sObject JSON, one record a line."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from mdm.sandbox.platforms.sobjects.ids import long_id
from mdm.sandbox.platforms.sobjects.objects import ACCOUNT, CONTACT, PRODUCT, SObject
from mdm.sandbox.platforms.sobjects.rows import store_record
from mdm.sandbox.platforms.store import utc_now_ms

FILES: Mapping[str, SObject] = {
    "crm_accounts.ndjson": ACCOUNT,
    "crm_contacts.ndjson": CONTACT,
    "crm_products.ndjson": PRODUCT,
}


class LoadError(ValueError):
    """A sample file has a line that does not fit the object's fields."""


def load_directory(connection: sqlite3.Connection, directory: Path) -> int:
    """Load the files that are there and return the number of records; lengths are not checked."""
    loaded = 0
    for file_name, item in FILES.items():
        path = directory / file_name
        if not path.exists():
            continue
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    _load_record(connection, item, json.loads(line))
                except ValueError as error:
                    raise LoadError(f"{path.name} line {number}: {error}") from error
                loaded += 1
    return loaded


def _load_record(connection: sqlite3.Connection, item: SObject, document: Mapping[str, Any]) -> None:
    body = {
        name: value for name, value in document.items() if name != "attributes" and value not in (None, "")
    }
    unknown = [name for name in body if name not in item.fields]
    if unknown:
        raise LoadError(f"{item.name} has no field {unknown[0]!r}.")
    record_id = long_id(str(body.get("Id", "")))
    if record_id is None:
        raise LoadError(f"{item.name} Id {body.get('Id')!r} is not a record id.")
    body["Id"] = record_id
    stamp_text = body.get("SystemModstamp")
    stamp = utc_now_ms() if stamp_text is None else int(datetime.fromisoformat(stamp_text).timestamp() * 1000)
    if item is CONTACT and "Name" not in body:
        body["Name"] = " ".join(filter(None, (body.get("FirstName"), body.get("LastName"))))
    if item is ACCOUNT and "Name" not in body:
        body["Name"] = " ".join(filter(None, (body.get("FirstName"), body.get("LastName"))))
    store_record(connection, item, body, stamp=stamp, deleted=bool(body.get("IsDeleted")))
