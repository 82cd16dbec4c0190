"""What the Salesforce simulator's page shows: totals, the list, one record."""

import sqlite3
from typing import Any

from mdm.sandbox.platforms.pages import Theme
from mdm.sandbox.platforms.sobjects.ids import long_id
from mdm.sandbox.platforms.sobjects.objects import OBJECTS
from mdm.sandbox.platforms.sobjects.rows import find_record as find_row
from mdm.sandbox.platforms.sobjects.writes import SYSTEM
from mdm.sandbox.platforms.store import Store
from mdm.sandbox.platforms.views import ROWS_A_PAGE, ListedRow, ObjectTotals, RecordView

THEME = Theme(
    title="CRM sandbox",
    subtitle="Salesforce REST: accounts, contacts and products",
    note="A simulator of the published Salesforce REST interface for tests; not a product of Salesforce.",
    style=(
        ":root{--font:'Salesforce Sans','Segoe UI',Roboto,Arial,sans-serif;--ground:#f3f3f3;--card:#fff;"
        "--ink:#181818;"
        "--soft:#5c5c5c;--line:#e5e5e5;--edge:#c9c9c9;--head:#fafaf9;--accent:#0b5cab;--shell:#0176d3;"
        "--shell-ink:#fff;"
        "--good:#2e844a;--good-ink:#194e31;--good-soft:#e6f4ea;--fresh:#fdf3d1;--track:#e5e5e5;--round:4px;"
        "--round-small:4px;--shadow:0 2px 2px rgba(0,0,0,.08)}body{border-top:4px solid #032d60}"
    ),
)
DETAILS = {
    "Account": ("City", "BillingCity"),
    "Contact": ("City", "MailingCity"),
    "Product2": ("Brand", "Brand__c"),
}


def count_totals(connection: sqlite3.Connection) -> list[ObjectTotals]:
    """Count the live records of every object and the golden ids that they hold."""
    totals = []
    for item in OBJECTS.values():
        rows, golden = connection.execute(
            f"SELECT count(*), count(MDM_Id__c) FROM {item.table} WHERE IsDeleted = 0"
        ).fetchone()
        totals.append(ObjectTotals(item.name, item.label, DETAILS[item.name][0], rows, golden))
    return totals


def list_rows(
    connection: sqlite3.Connection, object_name: str, search: str, newest_first: bool, offset: int
) -> tuple[int, list[ListedRow]]:
    """Return how many live records match the search and one page of them."""
    if object_name not in OBJECTS:
        return 0, []
    detail = f"coalesce(json_extract(body, '$.{DETAILS[object_name][1]}'), '')"
    source = f"FROM {OBJECTS[object_name].table} WHERE IsDeleted = 0"
    parameters: list[Any] = []
    if search:
        source += f" AND (Id LIKE ? OR Name LIKE ? OR {detail} LIKE ? OR MDM_Id__c LIKE ?)"
        parameters = [f"%{search}%"] * 4
    matching = int(connection.execute(f"SELECT count(*) {source}", parameters).fetchone()[0])
    order = "SystemModstamp DESC, Id" if newest_first else "Id"
    rows = connection.execute(
        f"SELECT Id AS key, Name AS name, {detail} AS detail, coalesce(MDM_Id__c, '') AS golden_id,"
        f" SystemModstamp AS changed_at {source} ORDER BY {order} LIMIT ? OFFSET ?",
        [*parameters, ROWS_A_PAGE, offset],
    )
    return matching, [ListedRow(**dict(row)) for row in rows]


def find_record(
    connection: sqlite3.Connection, store: Store, object_name: str, key: str
) -> RecordView | None:
    """Return one record with its filled fields and its change log."""
    item, record_id = OBJECTS.get(object_name), long_id(key)
    record = find_row(connection, item, record_id) if item is not None and record_id is not None else None
    if item is None or record is None:
        return None
    filled = [name for name in item.fields if name in record.body]
    details = [(name, _shown(record.body[name])) for name in filled if name not in (*SYSTEM, "IsDeleted")]
    system = [(name, _shown(record.body[name])) for name in filled if name in (*SYSTEM, "IsDeleted")]
    return RecordView(
        object=item.name,
        label=item.label.removesuffix("s") + (" (deleted)" if record.deleted else ""),
        key=record.id,
        title=record.body.get("Name", record.id),
        golden_id=record.body.get("MDM_Id__c", ""),
        groups=[("Details", details), ("System", system)],
        changes=store.changes_of(item.name, record.id),
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
