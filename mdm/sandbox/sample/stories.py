"""Pairs of records that make a good story in a demonstration, named in the manifest."""

import json
from itertools import pairwise
from pathlib import Path

from mdm.sandbox.sample.customers import Customers
from mdm.sandbox.sample.products import Offer, Product
from mdm.sandbox.sample.records import DECIDABLE, Record, shared_marks

Story = list[list[str]]
_EACH = 5


def _name(record: Record) -> list[str]:
    return [record.platform, record.object_type, record.key]


def _by_entity(records: list[Record]) -> dict[str, list[Record]]:
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(record.entity, []).append(record)
    return groups


def _hard_matches(groups: dict[str, list[Record]]) -> list[Story]:
    """True matches between ERP and CRM that share evidence but neither name form nor address writing."""
    hard = {"nickname", "moved", "former_name", "script_latin", "birth_transposed", "family_typo"}
    found: list[tuple[int, Story]] = []
    for records in groups.values():
        for one in records:
            for other in records:
                if (
                    one.platform != "erp"
                    or other.platform != "crm"
                    or one.kind != "person"
                    or other.kind != "person"
                ):
                    continue
                same_contact = {*one.emails, *one.phones, *one.mobiles} & {
                    *other.emails,
                    *other.phones,
                    *other.mobiles,
                }
                count = len(hard.intersection(one.faults) ^ hard.intersection(other.faults))
                if (
                    shared_marks(one, other) >= DECIDABLE + 1
                    and count >= 2
                    and not same_contact
                    and "family" in one.marks
                ):
                    found.append((-count, [_name(one), _name(other)]))
    return [story for _, story in sorted(found)[:_EACH]]


def _people_pairs(customers: Customers, groups: dict[str, list[Record]], namesakes: bool) -> list[Story]:
    """Two people of one household: father and son of one name, or two who share phone or e-mail."""
    stories: list[Story] = []
    for one, other in pairwise(customers.people):
        if one.household != other.household or one.namesake != namesakes or other.namesake != namesakes:
            continue
        for left in groups.get(one.entity, []):
            for right in groups.get(other.entity, []):
                shared = {*left.phones, *left.emails} & {*right.phones, *right.emails}
                told = bool(left.birth and right.birth) if namesakes else bool(shared)
                if (
                    told
                    and left.address
                    and right.address
                    and not any("placeholder" in name for name in left.faults + right.faults)
                ):
                    stories.append([_name(left), _name(right)])
                    break
            else:
                continue
            break
    return stories[:_EACH]


def _variant_pairs(products: list[Product], offers: list[Offer]) -> list[Story]:
    by_entity: dict[str, Offer] = {}
    for offer in offers:
        if offer.platform in ("erp", "crm"):
            by_entity.setdefault(offer.entity, offer)
    stories: list[Story] = []
    for one, other in pairwise(products):
        if (
            one.family == other.family
            and one.level == other.level
            and one.entity in by_entity
            and other.entity in by_entity
            and len(stories) < _EACH
        ):
            pair = by_entity[one.entity], by_entity[other.entity]
            stories.append(
                [
                    [offer.platform, "Product" if offer.platform == "erp" else "Product2", offer.key]
                    for offer in pair
                ]
            )
    return stories


def find_stories(
    customers: Customers, products: list[Product], offers: list[Offer]
) -> dict[str, list[Story]]:
    """Up to five candidates for each story; a story is a list of (source, object type, source key)."""
    groups = _by_entity(customers.records)
    traders = [
        records
        for records in groups.values()
        if any(one.kind == "sole" and one.platform == "erp" for one in records)
    ]
    crm_only = [
        records
        for records in groups.values()
        if len(records) == 1
        and records[0].object_type == "Account"
        and records[0].address
        and records[0].emails
        and not any("placeholder" in fault for fault in records[0].faults)
    ]
    return {
        "hard_match": _hard_matches(groups),
        "father_son": _people_pairs(customers, groups, namesakes=True),
        "crm_only": [[_name(records[0])] for records in crm_only[:_EACH]],
        "household": _people_pairs(customers, groups, namesakes=False),
        "sole_trader": [
            [
                _name(next(one for one in records if one.platform == "erp")),
                _name(next(one for one in records if one.platform == "crm")),
            ]
            for records in traders
            if any(one.platform == "crm" for one in records)
        ][:_EACH],
        "variant_pair": _variant_pairs(products, offers),
    }


def stories(folder: Path) -> dict[str, list[Story]]:
    """The stories that the manifest of a generated sample names."""
    found: dict[str, list[Story]] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))[
        "stories"
    ]
    return found
