"""The first load of an empty SAP store from files of deep entities, one JSON object a line."""

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mdm.sandbox.platforms.odata.entities import ENTITIES
from mdm.sandbox.platforms.odata.model import (
    EntityType,
    Navigation,
    ValueRefusedError,
    json_date,
    parse_moment,
)
from mdm.sandbox.platforms.odata.rows import column_values, insert_statement, sparse
from mdm.sandbox.platforms.odata.writes import name_partner, nested_documents
from mdm.sandbox.platforms.store import compact_json, raise_number_range

FILES = {"erp_business_partners.ndjson": "A_BusinessPartner", "erp_products.ndjson": "A_Product"}
FIRST_PARTNER = 1_000_000
ROWS_A_STATEMENT = 5_000


class LoadError(ValueError):
    """A sample file has a line that does not fit the service's entity types."""


class Loader:
    """Flattens deep entities into rows; lengths are not checked, because old data is longer than its fields
    allow."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.waiting: dict[str, list[list[Any]]] = {name: [] for name in ENTITIES}
        self.addresses = 0
        self.address_numbers: set[str] = set()
        self.highest = {"A_BusinessPartner": FIRST_PARTNER - 1, "A_Product": 0}

    def load(self, directory: Path) -> int:
        """Load both files where they are there and return the number of root entities."""
        loaded = 0
        for file_name, entity_name in FILES.items():
            path = directory / file_name
            if not path.exists():
                continue
            with path.open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    try:
                        self._add(ENTITIES[entity_name], json.loads(line), "", None, None)
                    except ValueError as error:
                        raise LoadError(f"{path.name} line {number}: {error}") from error
                    loaded += 1
        try:
            self._flush()
        except sqlite3.IntegrityError as error:
            raise LoadError(f"Two entities have one key: {error}.") from error
        raise_number_range(self.connection, "business_partner", self.highest["A_BusinessPartner"] + 1)
        raise_number_range(self.connection, "product", self.highest["A_Product"] + 1)
        raise_number_range(self.connection, "address", self.addresses + 1)
        return loaded

    def _add(
        self,
        entity: EntityType,
        document: Mapping[str, Any],
        root: str,
        parent: Mapping[str, Any] | None,
        navigation: Navigation | None,
        place: int = 1,
    ) -> None:
        body = {name: _lenient(entity, name, value) for name, value in _values(entity, document).items()}
        if navigation is not None and parent is not None:
            body[navigation.join[1]] = parent.get(navigation.join[0], root)
            body.update({name: parent.get(name, "") for name in navigation.within})
            body.update(navigation.only)
        self._complete(entity, body, root, place)
        root = root or body[entity.root]
        body = sparse(entity, {name: value for name, value in body.items() if name in entity.properties})
        self._queue(entity, root, body)
        for name, below in entity.navigations.items():
            documents = nested_documents(entity, name, document.get(name))
            for count, child in enumerate(documents, 1):
                self._add(ENTITIES[below.target], child, root, body, below, count)

    def _complete(self, entity: EntityType, body: dict[str, Any], root: str, place: int) -> None:
        """Fill in the keys and names that a sample may leave out."""
        if entity.name in self.highest and body[entity.root].isdigit():
            self.highest[entity.name] = max(self.highest[entity.name], int(body[entity.root]))
        if entity.name == "A_BusinessPartner" and not body.get("BusinessPartnerName"):
            name_partner(body)
        if entity.name == "A_BusinessPartnerAddress":
            if not body.get("AddressID") or body["AddressID"] in self.address_numbers:
                body["AddressID"] = f"{self.addresses + 1:010d}"
            self.address_numbers.add(body["AddressID"])
            if body["AddressID"].isdigit():
                self.addresses = max(self.addresses, int(body["AddressID"]))
        elif "OrdinalNumber" in entity.keys:
            body.setdefault("Person", "")
            # Landline and mobile numbers share one table and one count.
            body["OrdinalNumber"] = body.get("OrdinalNumber") or str(
                place + (500 if body.get("PhoneNumberType") == "3" else 0)
            )
        elif entity.name == "A_Customer":
            body["Customer"] = body.get("Customer") or root

    def _queue(self, entity: EntityType, root: str, body: Mapping[str, Any]) -> None:
        stamp = body.get("LastChangeDateTime") or body.get("LastChangeDate") or body.get("CreationDate")
        changed_at = parse_moment(stamp) if stamp else 0
        waiting = self.waiting[entity.name]
        waiting.append([*column_values(entity, root, body), changed_at, compact_json(body)])
        if len(waiting) >= ROWS_A_STATEMENT:
            self._flush()

    def _flush(self) -> None:
        for name, rows in self.waiting.items():
            self.connection.executemany(insert_statement(ENTITIES[name]), rows)
            rows.clear()


def _values(entity: EntityType, document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in document.items()
        if name not in entity.navigations and name != "__metadata"
    }


def _lenient(entity: EntityType, name: str, value: Any) -> Any:
    item = entity.properties.get(name)
    if item is None:
        raise LoadError(f"{entity.name} has no property {name!r}.")
    if value is None or value == "":
        return entity.defaults[name]
    if item.kind == "string":
        return item.padded(str(value))
    if item.kind == "decimal":
        return str(value)
    if item.kind in ("date", "stamp") and isinstance(value, str):
        return json_date(parse_moment(value), with_offset=item.kind == "stamp")
    try:
        return item.coerce(value)
    except ValueRefusedError as error:
        raise LoadError(f"{entity.name}.{name} {error}.") from error
