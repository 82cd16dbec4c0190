"""The naive baseline: records with an equal e-mail, phone or tax id are one customer; equal GTIN or MPN are
one product.

It reads the raw files only. A second variant drops well-known placeholders first, so that the sample is hard
for the rule
itself and not merely for its carelessness.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

RecordName = tuple[str, str, str]
_PLACEHOLDER = re.compile(
    r"^(noreply@|none@|unknown@|no-email@|test@|n/?a$|-?$|pending$|(\d)\2+$|0*9999999$|0?123456789$|49000000000$)"
)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _table(path: Path, delimiter: str = ";") -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def _keys(
    emails: Iterable[str | None], phones: Iterable[str | None], taxes: Iterable[str | None]
) -> list[str]:
    keys = [f"e:{value.strip().lower()}" for value in emails if value and value.strip()]
    keys += [f"p:{digits}" for value in phones if value and (digits := re.sub(r"\D", "", value))]
    return keys + [
        f"t:{sign}" for value in taxes if value and (sign := re.sub(r"[^0-9a-z]", "", value.lower()))
    ]


def customer_keys(folder: Path) -> dict[RecordName, list[str]]:
    """Every customer record of the files with its e-mails, phones and tax ids as keys."""
    found: dict[RecordName, list[str]] = {}
    for row in _lines(folder / "erp_business_partners.ndjson"):
        emails, phones = [], []
        for place in row["to_BusinessPartnerAddress"]["results"]:
            emails += [one["EmailAddress"] for one in place["to_EmailAddress"]["results"]]
            phones += [
                one["PhoneNumber"]
                for name in ("to_PhoneNumber", "to_MobilePhoneNumber")
                for one in place[name]["results"]
            ]
        taxes = [one["BPTaxNumber"] for one in row["to_BusinessPartnerTax"]["results"]]
        found["erp", "BusinessPartner", row["BusinessPartner"]] = _keys(emails, phones, taxes)
    for row in _lines(folder / "crm_accounts.ndjson"):
        found["crm", "Account", row["Id"]] = _keys(
            (row["PersonEmail"], row["Email__c"]),
            (row["Phone"], row["PersonMobilePhone"]),
            (row["Tax_Number__c"],),
        )
    for row in _lines(folder / "crm_contacts.ndjson"):
        found["crm", "Contact", row["Id"]] = _keys((row["Email"],), (row["Phone"], row["MobilePhone"]), ())
    for line in _table(folder / "shop_customers.csv"):
        found["shop", "customer", line["customer_no"]] = _keys(
            (line["email"],), (line["phone"],), (line["vat_id"],)
        )
    for row in _lines(folder / "desk_contacts.ndjson"):
        found["desk", "contact", str(row["id"])] = _keys((row["email"],), (row["phone"],), ())
    return found


def product_keys(folder: Path) -> dict[RecordName, list[str]]:
    """Every product offer of the files with its GTIN (digits) and MPN (lower case) as keys."""

    def keys(gtin: str | None, mpn: str | None) -> list[str]:
        digits = re.sub(r"\D", "", gtin or "")
        return ([f"g:{digits}"] if digits else []) + (
            [f"m:{mpn.strip().lower()}"] if mpn and mpn.strip() else []
        )

    found: dict[RecordName, list[str]] = {}
    for row in _lines(folder / "erp_products.ndjson"):
        found["erp", "Product", row["Product"]] = keys(
            row["ProductStandardID"], row["ProductManufacturerNumber"]
        )
    for row in _lines(folder / "crm_products.ndjson"):
        found["crm", "Product2", row["Id"]] = keys(row["GTIN__c"], row["MPN__c"])
    for line in _table(folder / "shop_products.csv"):
        found["shop", "product", line["article_no"]] = keys(line["ean"], line["manufacturer_no"])
    return found


def clusters(keys: dict[RecordName, list[str]], drop_placeholders: bool = False) -> dict[RecordName, int]:
    """The connected components of records that share a key: record name -> number of its cluster."""
    parent: list[int] = list(range(len(keys)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    holder: dict[str, int] = {}
    for at, values in enumerate(keys.values()):
        for value in values:
            if drop_placeholders and _PLACEHOLDER.match(value[2:]):
                continue
            parent[root(at)] = root(holder.setdefault(value, at))
    return {name: root(at) for at, name in enumerate(keys)}


def read_truth(folder: Path) -> dict[RecordName, str]:
    """The entity of every record, from truth.csv."""
    return {
        (row["source"], row["object_type"], row["source_key"]): row["entity"]
        for row in _table(folder / "truth.csv", ",")
    }


def pairwise(found: dict[RecordName, int], truth: dict[RecordName, str]) -> dict[str, float]:
    """Pairwise precision, recall and F1 of a clustering against the truth, over the records found."""

    def pairs(counts: Iterable[int]) -> int:
        return sum(count * (count - 1) // 2 for count in counts)

    right = pairs(Counter((cluster, truth[name]) for name, cluster in found.items()).values())
    said = pairs(Counter(found.values()).values())
    true = pairs(Counter(truth[name] for name in found).values())
    precision, recall = right / max(said, 1), right / max(true, 1)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 4),
        "true_pairs": true,
    }


def score_naive(folder: Path) -> dict[str, dict[str, float]]:
    """Pairwise scores of the naive rule: customers, customers with placeholders dropped, and products."""
    truth = read_truth(folder)
    people, goods = customer_keys(folder), product_keys(folder)
    return {
        "customers": pairwise(clusters(people), truth),
        "customers_clean": pairwise(clusters(people, drop_placeholders=True), truth),
        "products": pairwise(clusters(goods), truth),
    }
