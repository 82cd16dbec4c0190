"""What the SAP simulator's page shows: totals, the list, one record with all its parts."""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mdm.sandbox.platforms.odata.entities import ENTITIES, GOLDEN_IDENTIFICATION
from mdm.sandbox.platforms.odata.model import DEFAULTS, parse_moment
from mdm.sandbox.platforms.odata.render import Node, expand_rows
from mdm.sandbox.platforms.odata.rows import find_row
from mdm.sandbox.platforms.pages import Theme
from mdm.sandbox.platforms.store import Store
from mdm.sandbox.platforms.views import ROWS_A_PAGE, ListedRow, ObjectTotals, RecordView

THEME = Theme(
    title="ERP sandbox",
    subtitle="S/4HANA OData V2: Business Partner and Product",
    note="A simulator of the published SAP S/4HANA interfaces for tests and demos; not a product of SAP.",
    style=(
        ":root{--font:'72','Segoe UI',Arial,sans-serif;--ground:#f5f6f7;--card:#fff;--ink:#1d2d3e;"
        "--soft:#556b82;"
        "--line:#e5e9ed;--edge:#8396a8;--head:#f5f6f7;--accent:#0064d9;--shell:#354a5f;--shell-ink:#fff;"
        "--good:#36a41d;"
        "--good-ink:#256f3a;--good-soft:#ebf5ef;--fresh:#fff3c2;--track:#dce3e9;--round:12px;"
        "--round-small:6px;"
        "--shadow:0 0 2px rgba(34,53,72,.2),0 2px 4px rgba(34,53,72,.08)}"
    ),
)

GOLDEN = f"""(SELECT BPIdentificationNumber FROM identification i
    WHERE i.BusinessPartner = p.BusinessPartner AND i.BPIdentificationType = '{GOLDEN_IDENTIFICATION}')"""
LISTS = {
    "BusinessPartner": f"""SELECT BusinessPartner AS key, BusinessPartnerName AS name, changed_at,
        coalesce((SELECT CityName FROM address a WHERE a.BusinessPartner = p.BusinessPartner
                  ORDER BY AddressID LIMIT 1), '') AS detail,
        coalesce({GOLDEN}, '') AS golden_id FROM business_partner p""",
    "Product": """SELECT Product AS key, changed_at, coalesce(json_extract(body, '$.Brand'), '') AS detail,
        coalesce((SELECT json_extract(d.body, '$.ProductDescription') FROM product_description d
                  WHERE d.Product = p.Product ORDER BY d.Language <> 'EN', d.Language LIMIT 1), '') AS name,
        YY1_GoldenId_PRD AS golden_id FROM product p""",
}
EVERYTHING: Mapping[str, dict[str, Any]] = {
    "BusinessPartner": {
        "to_BusinessPartnerAddress": {
            "to_EmailAddress": {},
            "to_PhoneNumber": {},
            "to_MobilePhoneNumber": {},
            "to_URLAddress": {},
        },
        "to_BuPaIdentification": {},
        "to_BusinessPartnerTax": {},
        "to_Customer": {"to_CustomerCompany": {}, "to_CustomerSalesArea": {}},
    },
    "Product": {"to_Description": {}},
}


def count_totals(connection: sqlite3.Connection) -> list[ObjectTotals]:
    """Count both objects and the golden ids that they hold."""
    partners, partner_ids, products, product_ids = connection.execute(
        "SELECT (SELECT count(*) FROM business_partner),"
        " (SELECT count(DISTINCT BusinessPartner) FROM identification WHERE BPIdentificationType = ?),"
        " (SELECT count(*) FROM product), (SELECT count(*) FROM product WHERE YY1_GoldenId_PRD <> '')",
        (GOLDEN_IDENTIFICATION,),
    ).fetchone()
    return [
        ObjectTotals("BusinessPartner", "Business partners", "City", partners, partner_ids),
        ObjectTotals("Product", "Products", "Brand", products, product_ids),
    ]


def list_rows(
    connection: sqlite3.Connection, object_name: str, search: str, newest_first: bool, offset: int
) -> tuple[int, list[ListedRow]]:
    """Return how many rows match the search and one page of them."""
    if object_name not in LISTS:
        return 0, []
    where, parameters = "", []
    if search:
        where = "WHERE key LIKE ? OR name LIKE ? OR detail LIKE ? OR golden_id LIKE ?"
        parameters = [f"%{search}%"] * 4
        count_sql = f"SELECT count(*) FROM ({LISTS[object_name]}) {where}"
    else:
        count_sql = f"SELECT count(*) FROM {ENTITIES['A_' + object_name].table}"
    matching = int(connection.execute(count_sql, parameters).fetchone()[0])
    order = "changed_at DESC, key" if newest_first else "key"
    columns = "key, name, detail, golden_id, changed_at"
    sql = f"SELECT {columns} FROM ({LISTS[object_name]}) {where} ORDER BY {order}"
    records = connection.execute(f"{sql} LIMIT ? OFFSET ?", [*parameters, ROWS_A_PAGE, offset])
    return matching, [ListedRow(**dict(record)) for record in records]


def find_record(
    connection: sqlite3.Connection, store: Store, object_name: str, key: str
) -> RecordView | None:
    """Return one root entity with everything that hangs on it, and its change log."""
    if object_name not in LISTS:
        return None
    entity = ENTITIES["A_" + object_name]
    row = find_row(connection, entity, [entity.properties[object_name].padded(key)])
    if row is None:
        return None
    node = expand_rows(connection, [row], EVERYTHING[object_name])[0]
    listed = connection.execute(f"SELECT * FROM ({LISTS[object_name]}) WHERE key = ?", (row.root,)).fetchone()
    return RecordView(
        object=object_name,
        label="Business partner" if object_name == "BusinessPartner" else "Product",
        key=row.root,
        title=listed["name"] or row.root,
        golden_id=listed["golden_id"],
        groups=_groups(node, "General"),
        changes=store.changes_of(object_name, row.root),
    )


def _groups(node: Node, name: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the filled fields of an entity as one group, and those of everything below it."""
    entity = node.row.entity
    fields = [
        (item.name, _shown(node.row.body[item.name]))
        for item in entity.properties.values()
        if node.row.body.get(item.name, DEFAULTS[item.kind]) != DEFAULTS[item.kind]
    ]
    groups = [(name, fields)]
    for navigation, children in node.children.items():
        label = navigation.removeprefix("to_").removeprefix("BusinessPartner").removeprefix("BuPa")
        for child in children:
            groups += _groups(child, label)
    return groups


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if not text.startswith("/Date("):
        return text
    moment = datetime.fromtimestamp(parse_moment(text) / 1000, UTC)
    return moment.strftime("%Y-%m-%d" if moment.time().isoformat() == "00:00:00" else "%Y-%m-%d %H:%M:%S")
