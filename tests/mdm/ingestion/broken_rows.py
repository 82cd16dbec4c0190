"""Three files with 300 broken rows of 20 kinds between as many good ones, and what each must be named for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from mdm.ingestion.keys import salesforce_suffix

EACH = 15
"""Rows of every kind."""
PEOPLE = ("Id", "Kind", "First", "Last", "Mail", "Born", "Country", "City", "Parent", "Money", "Changed")
PRODUCTS = ("Number", "Name", "Ean", "Price", "Pieces", "Changed")

# Kind of fault → (rule, column) that quarantine must name, and the columns that are changed in a good row.
PEOPLE_FAULTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "no key": ("missing_key", "Id", {"Id": " "}),
    "key with a wrong suffix": ("bad_key", "Id", {"Id": "{body}ZZZ"}),
    "key of another row": ("duplicate_key", "Id", {"Id": "{before}"}),
    "a day that does not exist": ("bad_date", "Born", {"Born": "31.02.19{n:02d}"}),
    "born in the future": ("future_date", "Born", {"Born": "01.01.29{n:02d}"}),
    "unknown kind": ("unknown_choice", "Kind", {"Kind": "alien {n}"}),
    "unknown country": ("unknown_country", "Country", {"Country": "Ruritania {n}"}),
    "unknown currency": ("unknown_currency", "Money", {"Money": "doubloon {n}"}),
    "e-mail with blanks": ("email_with_blanks", "Mail", {"Mail": "anna {n} @example.org"}),
    "over-long name": ("too_long", "Last", {"Last": "Berg{n} " * 200}),
    "nothing that identifies": ("not_identifiable", "First", {"First": "", "Last": "", "Mail": ""}),
    "its own parent": ("self_reference", "Parent", {"Parent": "{key}"}),
    "NUL character": ("nul_character", "Last", {"Last": "Be\0rg {n}"}),
    "undecodable bytes": ("undecodable_bytes", "Last", {"Last": "Bj\udcf6rk {n}"}),
    "bad time of change": ("bad_date", "Changed", {"Changed": "yesterday {n}"}),
    "too many columns": ("too_many_columns", "Changed", {"Changed": "2024-05-01;surplus {n}"}),
}
LINE_FAULTS: dict[str, tuple[str, str, str]] = {
    "bad JSON": ("bad_json", "", '{{"Id": "{key}", "Last": "Berg {n}"'),
    "a list for a text": ("wrong_type", "Last", '{{"Id": "{key}", "Last": ["Berg", "{n}"]}}'),
}
PRODUCT_FAULTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "impossible GTIN": ("bad_gtin", "Ean", {"Ean": "40063813339{n:04d}9"}),
    "negative price": ("negative_price", "Price", {"Price": "-{n},50"}),
}
PEOPLE_MAPPING = """
domain = "customer"
key = { column = "Id", rule = "salesforce18" }
changed_at = "Changed"
[attributes]
kind = "Kind"
given_name = "First"
family_name = "Last"
legal_name = "First"
emails = "Mail"
birth_date = { column = "Born", date = "dmy" }
billing_address = { country = "Country", city = "City" }
currency = "Money"
[[relationships]]
type = "parent_account"
to = { reference = "Parent", object_type = "person", rule = "salesforce18" }
"""
PRODUCT_MAPPING = """
domain = "product"
key = "Number"
changed_at = "Changed"
[attributes]
sku = "Number"
name = "Name"
gtins = { value = "Ean" }
price = { column = "Price", number = "comma" }
pack_size = { column = "Pieces", number = "integer" }
"""


@dataclass
class BrokenFiles:
    """The files, and of each the (row, rule, column) of its broken rows and the number of good ones."""

    people: Path
    lines: Path
    products: Path
    faults: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    good: dict[str, int] = field(default_factory=dict)


def write_broken_files(folder: Path) -> BrokenFiles:
    """Write the three files: broken and good rows alternate, and every row differs from every other one."""
    files = BrokenFiles(folder / "people.csv", folder / "lines.ndjson", folder / "products.csv")
    _write_csv(files, files.people, PEOPLE, PEOPLE_FAULTS, _person)
    _write_csv(files, files.products, PRODUCTS, PRODUCT_FAULTS, _product)
    rows: list[str] = []
    faults: list[tuple[int, str, str]] = []
    for number in range(EACH):
        for rule, column, text in LINE_FAULTS.values():
            rows.append(json.dumps(_person(len(rows) + 5_000)))
            rows.append(text.format(key=_key(len(rows) + 5_000), n=number))
            faults.append((len(rows), rule, column))
    files.lines.write_text("\n".join(rows) + "\n", encoding="utf-8")
    files.faults[files.lines.name], files.good[files.lines.name] = faults, len(rows) - len(faults)
    return files


def _write_csv(files, path, columns, kinds, good_row) -> None:
    lines, faults = [";".join(columns)], []
    for number in range(EACH):
        for rule, column, changes in kinds.values():
            serial = len(lines)
            lines.append(_line(good_row(serial), columns))
            row = good_row(serial + 1)
            body = row[columns[0]][:15]
            before = good_row(serial)[columns[0]]
            row |= {
                name: text.format(n=number, key=row[columns[0]], body=body, before=before)
                for name, text in changes.items()
            }
            lines.append(_line(row, columns))
            faults.append((len(lines), rule, column))
    path.write_bytes(("\n".join(lines) + "\n").encode("utf-8", "surrogateescape"))
    files.faults[path.name], files.good[path.name] = faults, len(lines) - 1 - len(faults)


def _line(row: dict[str, str], columns: tuple[str, ...]) -> str:
    return ";".join(row[name] for name in columns)


def _key(serial: int) -> str:
    body = f"001Aa0000{serial:06d}"
    return body + salesforce_suffix(body)


def _person(serial: int) -> dict[str, str]:
    return {
        "Id": _key(serial),
        "Kind": "person",
        "First": "Ånna",
        "Last": f"Berg {serial}",
        "Mail": f"anna{serial}@example.org",
        "Born": "24.12.1980",
        "Country": "Sverige",
        "City": "Malmö",
        "Parent": "",
        "Money": "SEK",
        "Changed": "2024-05-01T12:00:00Z",
    }


def _product(serial: int) -> dict[str, str]:
    return {
        "Number": f"P{serial}",
        "Name": f"Lamp {serial}",
        "Ean": "4006381333931",
        "Price": "1.234,50",
        "Pieces": "6",
        "Changed": "2024-05-01",
    }
