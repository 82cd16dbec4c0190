"""Writes to the SAP store: deep create, change, delete, each with its checks, stamps and change-log entry.

Message numbers follow SAP's classes where they are known; their wording is ours, because no system was at
hand to compare with. Clients should rely on HTTP status and on the fields of the error document.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from mdm.sandbox.platforms.faults import FaultPlan
from mdm.sandbox.platforms.odata.entities import ENTITIES
from mdm.sandbox.platforms.odata.errors import ODataError, bad_property
from mdm.sandbox.platforms.odata.model import EntityType, Navigation, ValueRefusedError
from mdm.sandbox.platforms.odata.render import changed_values
from mdm.sandbox.platforms.odata.rows import (
    Row,
    change_stamps,
    delete_row,
    find_row,
    insert_row,
    select_rows,
    update_row,
)
from mdm.sandbox.platforms.store import log_change, next_number

ROOTS = {"BusinessPartner": "A_BusinessPartner", "Product": "A_Product"}
CATEGORIES = {"1": "LastName", "2": "OrganizationBPName1", "3": "OrganizationBPName1"}


@dataclass(slots=True)
class Writer:
    """Writes in one transaction on behalf of one user; `done` counts the entities written.

    `finish` comes last: it moves the change stamps of the roots whose parts were written, so that inside a
    changeset every entity keeps the tag that the client read.
    """

    connection: sqlite3.Connection
    user: str
    faults: FaultPlan
    done: int = 0
    _touched: dict[tuple[str, str], None] = field(default_factory=dict)
    _stamped: set[tuple[str, str]] = field(default_factory=set)

    def create(
        self,
        entity: EntityType,
        document: Mapping[str, Any],
        parent: Row | None,
        navigation: Navigation | None,
    ) -> Row:
        """Store a new entity with everything nested in it and return it; the root's change stamp moves."""
        if not entity.creatable:
            raise ODataError(405, "/IWBEP/CM_MGW_RT/021", f"Create is not supported for {entity.name}")
        row = self._create_deep(entity, document, parent, navigation)
        self._touch(row)
        return row

    def _create_deep(
        self,
        entity: EntityType,
        document: Mapping[str, Any],
        parent: Row | None,
        navigation: Navigation | None,
    ) -> Row:
        body, nested = self._split(entity, document)
        if parent is not None and navigation is not None:
            body[navigation.join[1]] = parent.value(navigation.join[0])
            body.update({name: parent.value(name) for name in navigation.within})
            body.update(navigation.only)
        root = self._complete(entity, body, parent)
        if "to_Customer" in nested:
            body["Customer"] = root
        body = {name: value for name, value in body.items() if name in entity.properties}
        if entity.name not in ROOTS.values():
            self._check_lock(entity, root)
        missing = [name for name in entity.keys if not body.get(name) and name != "Person"]
        if missing:
            raise bad_property(
                entity.name, missing[0], f"Property '{missing[0]}' is required to create {entity.name}"
            )
        keys = [body.get(name, "") for name in entity.keys]
        if find_row(self.connection, entity, keys):
            raise ODataError(
                400, "/IWBEP/CX_MGW_BUSI_EXCEPTION", f"{entity.name} {'/'.join(keys)} already exists"
            )
        row = insert_row(self.connection, entity, root, body)
        self._log(row, "create", changed_values(entity, {}, row.body))
        for name, children in nested.items():
            for child in children:
                below = entity.navigations[name]
                self._create_deep(ENTITIES[below.target], child, row, below)
        return row

    def update(self, row: Row, document: Mapping[str, Any], *, replace: bool = False) -> Row:
        """Change the given properties (PATCH, MERGE), or all of them (PUT), and return the entity as
        stored."""
        self._check_lock(row.entity, row.root)
        entity = row.entity
        given, nested = self._split(entity, document)
        if nested:
            name = next(iter(nested))
            raise bad_property(
                entity.name, name, f"'{name}' cannot be changed through its parent; address it directly"
            )
        for name, key in zip(entity.keys, row.keys(), strict=True):
            if given.pop(name, key) != key:
                raise bad_property(entity.name, name, f"Key property '{name}' cannot be changed")
        kept = {
            name: value
            for name, value in row.body.items()
            if not replace or name in entity.keys or entity.properties[name].read_only
        }
        body = {**kept, **given}
        if entity.name in ROOTS.values():
            body.update(change_stamps(entity, self.user))
        if entity.name == "A_BusinessPartner":
            name_partner(body)
        stored = update_row(self.connection, row, body)
        self._log(stored, "change", changed_values(entity, row.body, stored.body))
        self._touch(row)
        return stored

    def delete(self, row: Row) -> None:
        """Remove the entity and what hangs on it; the root's change stamp moves."""
        if not row.entity.deletable:
            raise ODataError(405, "/IWBEP/CM_MGW_RT/021", f"Delete is not supported for {row.entity.name}")
        self._check_lock(row.entity, row.root)
        delete_row(self.connection, row)
        self._log(row, "delete", changed_values(row.entity, row.body, {}))
        self._touch(row)

    def _split(
        self, entity: EntityType, document: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, list[Mapping[str, Any]]]]:
        """Return the checked property values and, per navigation, the nested documents."""
        body: dict[str, Any] = {}
        nested: dict[str, list[Mapping[str, Any]]] = {}
        for name, value in document.items():
            if name == "__metadata":
                continue
            if name in entity.navigations:
                children = nested_documents(entity, name, value)
                if children:
                    nested[name] = children
                continue
            item = entity.properties.get(name)
            if item is None:
                raise bad_property(entity.name, name, f"Property '{name}' is invalid for {entity.type_name}")
            if item.read_only:
                raise bad_property(entity.name, name, f"Property '{name}' is read-only")
            try:
                body[name] = item.coerce(value)
            except ValueRefusedError as error:
                raise bad_property(entity.name, name, f"Property '{name}' {error}") from error
        return body, nested

    def _complete(self, entity: EntityType, body: dict[str, Any], parent: Row | None) -> str:
        """Fill in numbers, names and stamps of a new entity and return the key of its root."""
        if entity.name == "A_BusinessPartner":
            return self._complete_partner(body)
        if entity.name == "A_Product":
            return self._complete_product(body)
        root = parent.root if parent is not None else self._find_root(entity, body)
        if "AddressID" in entity.keys:
            self._number_in_address(entity, body)
        if entity.name == "A_Customer":
            body["Customer"] = root
        if entity.name == "A_BuPaIdentification":
            self._check_only_one(root, body)
        return root

    def _complete_partner(self, body: dict[str, Any]) -> str:
        category = body.get("BusinessPartnerCategory", "")
        if category not in CATEGORIES:
            raise bad_property(
                "A_BusinessPartner", "BusinessPartnerCategory", "BusinessPartnerCategory must be 1, 2 or 3"
            )
        if not body.get(CATEGORIES[category]):
            raise bad_property(
                "A_BusinessPartner", CATEGORIES[category], f"Enter a value for {CATEGORIES[category]}"
            )
        if body.get("BusinessPartner"):
            raise bad_property(
                "A_BusinessPartner",
                "BusinessPartner",
                "Grouping BP01 has internal number assignment; leave the number out",
            )
        number = f"{next_number(self.connection, 'business_partner'):010d}"
        stamps = change_stamps(ENTITIES["A_BusinessPartner"], self.user)
        body.update(stamps)
        body.update(
            BusinessPartner=number,
            BusinessPartnerGrouping=body.get("BusinessPartnerGrouping") or "BP01",
            BusinessPartnerUUID=str(uuid4()),
            CreatedByUser=stamps["LastChangedByUser"],
            CreationDate=stamps["LastChangeDate"],
            CreationTime=stamps["LastChangeTime"],
        )
        name_partner(body)
        return number

    def _complete_product(self, body: dict[str, Any]) -> str:
        if not body.get("ProductType"):
            raise bad_property("A_Product", "ProductType", "Enter a value for ProductType")
        stamps = change_stamps(ENTITIES["A_Product"], self.user)
        body.update(stamps)
        body.update(CreatedByUser=stamps["LastChangedByUser"], CreationDate=stamps["LastChangeDate"])
        number: str = body.setdefault("Product", "") or str(next_number(self.connection, "product"))
        body["Product"] = number
        return number

    def _number_in_address(self, entity: EntityType, body: dict[str, Any]) -> None:
        if entity.name == "A_BusinessPartnerAddress":
            body["AddressID"] = f"{next_number(self.connection, 'address'):010d}"
            return
        body.setdefault("Person", "")
        if entity.name == "A_AddressPhoneNumber" and not body.get("PhoneNumberType"):
            body["PhoneNumberType"] = "1"
        if not body.get("OrdinalNumber"):
            last = self.connection.execute(
                f"SELECT max(CAST(OrdinalNumber AS INTEGER)) FROM {entity.table} WHERE AddressID = ? AND "
                "Person = ?",
                (body.get("AddressID", ""), body["Person"]),
            ).fetchone()[0]
            body["OrdinalNumber"] = str((last or 0) + 1)

    def _find_root(self, entity: EntityType, body: Mapping[str, Any]) -> str:
        """Return the root of an entity that is posted to its own set, by the keys it carries."""
        if entity.root in entity.keys:
            root = str(body.get(entity.root, ""))
            if not find_row(self.connection, ENTITIES[ROOTS[entity.root]], [root]):
                raise ODataError(400, "R11/657", f"{entity.root} {root or '(none given)'} does not exist")
            return root
        table, key = ("address", "AddressID") if "AddressID" in entity.keys else ("customer", "Customer")
        found = self.connection.execute(
            f"SELECT BusinessPartner FROM {table} WHERE {key} = ?", (body.get(key, ""),)
        ).fetchone()
        if found is None:
            raise ODataError(400, "R11/657", f"{key} {body.get(key) or '(none given)'} does not exist")
        return str(found[0])

    def _check_only_one(self, root: str, body: Mapping[str, Any]) -> None:
        kind = body.get("BPIdentificationType", "")
        tail = "WHERE BusinessPartner = ? AND BPIdentificationType = ?"
        held = select_rows(self.connection, ENTITIES["A_BuPaIdentification"], tail, [root, kind])
        if held and kind:
            number = held[0].body["BPIdentificationNumber"]
            message = f"Identification type {kind} can be assigned once only; partner {root} has {number}"
            raise bad_property("A_BuPaIdentification", "BPIdentificationType", message)

    def _check_lock(self, entity: EntityType, root: str) -> None:
        if self.faults.is_locked(root):
            kind = "Business partner" if entity.root == "BusinessPartner" else "Product"
            raise ODataError(423, "R1/143", f"{kind} {root} is locked by user MILLERK")

    def _touch(self, row: Row) -> None:
        """Remember that the row's root was written; a root that was written itself has its stamp already."""
        root = (row.entity.root, row.root)
        if row.entity.name in ROOTS.values():
            self._stamped.add(root)
        else:
            self._touched[root] = None

    def finish(self) -> None:
        """Move change stamp and version of every root of which only parts were written."""
        for root_name, key in self._touched:
            entity = ENTITIES[ROOTS[root_name]]
            row = find_row(self.connection, entity, [key])
            if row is not None and (root_name, key) not in self._stamped:
                update_row(self.connection, row, {**row.body, **change_stamps(entity, self.user)})

    def _log(self, row: Row, action: str, changes: Mapping[str, Any]) -> None:
        self.done += 1
        log_change(
            self.connection,
            actor=self.user,
            object_name=ROOTS[row.entity.root].removeprefix("A_"),
            key=row.root,
            action=action
            if row.entity.name in ROOTS.values()
            else f"{action} {row.entity.name.removeprefix('A_')}",
            changes=changes,
        )


def name_partner(body: dict[str, Any]) -> None:
    """Set the names that SAP derives from the parts."""
    if body.get("BusinessPartnerCategory") == "1":
        name = " ".join(filter(None, (body.get("FirstName"), body.get("LastName"))))
        body["PersonFullName"] = name[:80]
    else:
        name = " ".join(filter(None, (body.get("OrganizationBPName1"), body.get("OrganizationBPName2"))))
    body["BusinessPartnerName"] = body["BusinessPartnerFullName"] = name[:81]


def nested_documents(entity: EntityType, name: str, value: Any) -> list[Mapping[str, Any]]:
    """Return the entities that a deep document carries under a navigation; a deferred one carries none."""
    if isinstance(value, dict) and "__deferred" in value:
        return []
    if isinstance(value, dict) and "results" in value:
        value = value["results"]
    children = value if isinstance(value, list) else [value] if value is not None else []
    if not all(isinstance(child, dict) for child in children):
        raise bad_property(entity.name, name, f"Navigation '{name}' takes entities")
    if len(children) > 1 and not entity.navigations[name].many:
        raise bad_property(entity.name, name, f"Navigation '{name}' takes one entity")
    return children


def read_document(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a request body; 400 when it is none."""
    try:
        document = json.loads(body)
    except ValueError as error:
        raise ODataError(400, "/IWFND/CM_MGW/011", f"The body is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise ODataError(400, "/IWFND/CM_MGW/011", "The body is not a JSON object")
    return document.get("d", document) if isinstance(document.get("d", {}), dict) else document
