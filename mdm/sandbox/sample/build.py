"""Builds a whole sample and writes its files: records, truth kept apart, and a manifest."""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mdm.sandbox.sample import writers_customers as customer_rows
from mdm.sandbox.sample import writers_products as product_rows
from mdm.sandbox.sample.customers import Customers, make_customers
from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.entities import World
from mdm.sandbox.sample.identifiers import salesforce_id
from mdm.sandbox.sample.products import Offer, Product, make_products
from mdm.sandbox.sample.records import Record
from mdm.sandbox.sample.stories import find_stories

Row = dict[str, Any]
CSV_FORMAT = {"delimiter": ";", "encoding": "utf-8-sig", "date": "dd.mm.yyyy", "decimal": ","}


@dataclass
class Sample:
    """A whole sample before it is written: the things, their records with keys, and the seed."""

    seed: int
    customers: Customers
    products: list[Product]
    offers: list[Offer]


def build(seed: int, scale: float = 1.0) -> Sample:
    """A sample of the seed with all keys given; rows are in random order."""
    world = World(seed)
    customers = make_customers(world, scale)
    products, offers = make_products(world, scale)
    dice = Dice(seed, "keys")
    customers.records = dice.shuffled(customers.records)
    offers = dice.shuffled(offers)
    _give_keys(dice, customers.records)
    _give_parents(customers)
    _give_product_keys(dice, offers)
    return Sample(seed, customers, products, offers)


def _numbers(dice: Dice, start: int, gap: int) -> Callable[[], int]:
    state = [start]

    def following() -> int:
        state[0] += dice.between(1, gap)
        return state[0]

    return following


def _give_keys(dice: Dice, records: list[Record]) -> None:
    """Keys in the order in which each platform created its records, as platforms count."""
    counters = {
        "BusinessPartner": _numbers(dice, 1000000, 4),
        "Account": _numbers(dice, 3_000_000, 60),
        "Contact": _numbers(dice, 5_000_000, 60),
        "customer": _numbers(dice, 200000, 7),
        "contact": _numbers(dice, 360_000_000_000, 900),
    }
    for record in sorted(records, key=lambda one: one.created):
        number = counters[record.object_type]()
        record.key = {
            "BusinessPartner": f"{number:010d}",
            "Account": salesforce_id("001", number),
            "Contact": salesforce_id("003", number),
            "customer": f"K{number}",
            "contact": str(number),
        }[record.object_type]
    accounts: dict[str, str] = {}
    for record in records:
        if record.object_type == "Account":
            accounts.setdefault(record.entity, record.key)
    for record in records:
        record.account_key = accounts.get(record.account_entity, "")


def _give_parents(customers: Customers) -> None:
    """The CRM knows the branches of a chain as subsidiaries of the first one that has an account."""
    chain_of = {company.entity: company.domain for company in customers.companies if company.branch}
    accounts = {one.entity: one.key for one in reversed(customers.records) if one.object_type == "Account"}
    heads: dict[str, str] = {}
    for company in customers.companies:
        if company.branch and company.entity in accounts:
            heads.setdefault(company.domain, company.entity)
    for record in customers.records:
        head = heads.get(chain_of.get(record.entity, ""), "")
        if record.object_type == "Account" and head and head != record.entity:
            record.parent_key = accounts[head]


def _give_product_keys(dice: Dice, offers: list[Offer]) -> None:
    counters = {
        "erp": _numbers(dice, 70000, 5),
        "crm": _numbers(dice, 7_000_000, 60),
        "shop": _numbers(dice, 10000, 6),
    }
    for offer in sorted(offers, key=lambda one: one.created):
        number = counters[offer.platform]()
        offer.key = {"erp": f"MAT-{number}", "crm": salesforce_id("01t", number), "shop": f"A{number}"}[
            offer.platform
        ]
        offer.sku = {"erp": f"{number:06d}", "crm": f"SKU-{number % 1_000_000:06d}", "shop": f"A{number}"}[
            offer.platform
        ]


def _truth_name(seed: int, entity: str) -> str:
    """A name of the entity that tells neither its kind nor the order of making."""
    return "E" + hashlib.sha256(f"{seed}/{entity}".encode()).hexdigest()[:12]


def _ndjson(rows: Iterable[Row]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows).encode()


def _csv(rows: Iterable[Row], columns: tuple[str, ...], delimiter: str = ";", bom: bool = True) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter, lineterminator="\r\n" if bom else "\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def files_of(sample: Sample) -> dict[str, bytes]:
    """The bytes of every file of the sample, by file name."""
    dice = Dice(sample.seed, "formats")
    records, offers = sample.customers.records, sample.offers
    of_type: dict[str, list[Record]] = {}
    for record in records:
        of_type.setdefault(record.object_type, []).append(record)
    by_platform: dict[str, list[Offer]] = {}
    for offer in offers:
        by_platform.setdefault(offer.platform, []).append(offer)
    files = {
        "erp_business_partners.ndjson": _ndjson(
            customer_rows.erp_partner(dice, one) for one in of_type["BusinessPartner"]
        ),
        "crm_accounts.ndjson": _ndjson(customer_rows.crm_account(dice, one) for one in of_type["Account"]),
        "crm_contacts.ndjson": _ndjson(customer_rows.crm_contact(dice, one) for one in of_type["Contact"]),
        "shop_customers.csv": _csv(
            (customer_rows.shop_customer(dice, one) for one in of_type["customer"]),
            customer_rows.SHOP_COLUMNS,
        ),
        "desk_contacts.ndjson": _ndjson(customer_rows.desk_contact(dice, one) for one in of_type["contact"]),
        "erp_products.ndjson": _ndjson(product_rows.erp_product(dice, one) for one in by_platform["erp"]),
        "crm_products.ndjson": _ndjson(product_rows.crm_product(dice, one) for one in by_platform["crm"]),
        "shop_products.csv": _csv(
            (product_rows.shop_product(dice, one) for one in by_platform["shop"]),
            product_rows.SHOP_PRODUCT_COLUMNS,
        ),
    }
    files |= _truth_files(sample)
    files["manifest.json"] = _manifest(sample, files)
    return files


PRODUCT_TYPES = {"erp": "Product", "crm": "Product2", "shop": "product"}


def _truth_files(sample: Sample) -> dict[str, bytes]:
    rows: list[Row] = []
    faults: list[Row] = []
    named = [
        (one.platform, one.object_type, one.key, one.entity, one.faults) for one in sample.customers.records
    ]
    named += [
        (one.platform, PRODUCT_TYPES[one.platform], one.key, one.entity, one.faults) for one in sample.offers
    ]
    for source, object_type, key, entity, names in sorted(named, key=lambda row: row[:3]):
        rows.append(
            {
                "source": source,
                "object_type": object_type,
                "source_key": key,
                "entity": _truth_name(sample.seed, entity),
            }
        )
        faults.extend(
            {"source": source, "object_type": object_type, "source_key": key, "fault": name} for name in names
        )
    columns = ("source", "object_type", "source_key")
    return {
        "truth.csv": _csv(rows, (*columns, "entity"), ",", bom=False),
        "truth_faults.csv": _csv(faults, (*columns, "fault"), ",", bom=False),
    }


def _manifest(sample: Sample, files: dict[str, bytes]) -> bytes:
    records = sample.customers.records
    counts = Counter(f"{one.platform}/{one.object_type}" for one in records)
    counts.update(f"{one.platform}/{PRODUCT_TYPES[one.platform]}" for one in sample.offers)
    content = {
        "seed": sample.seed,
        "customers": len(records),
        "products": len(sample.offers),
        "records": dict(sorted(counts.items())),
        "customer_entities": len({one.entity for one in records}),
        "product_entities": len({one.entity for one in sample.offers}),
        "csv": CSV_FORMAT,
        "stories": find_stories(sample.customers, sample.products, sample.offers),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def write_sample(seed: int, out: Path, scale: float = 1.0) -> Sample:
    """Writes the sample's files into the folder, made where needed, and gives the sample back."""
    sample = build(seed, scale)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files_of(sample).items():
        (out / name).write_bytes(content)
    return sample
