"""What every platform has by habit: what it knows, its stamps, its script, and its placeholders."""

from datetime import date, timedelta

from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.entities import TODAY, Name, some_day
from mdm.sandbox.sample.records import Record, put_placeholders
from mdm.sandbox.sample.scripts import katakana

OBJECT_TYPES = {"erp": "BusinessPartner", "crm": "Account", "shop": "customer", "desk": "contact"}
# platform -> chance to know: birth date, address, e-mail, mobile, landline, tax id, middle name
KNOWS: dict[str, dict[str, float]] = {
    "erp": {
        "birth": 0.38,
        "address": 0.96,
        "email": 0.34,
        "mobile": 0.28,
        "landline": 0.55,
        "tax": 0.55,
        "middle": 0.35,
    },
    "crm": {
        "birth": 0.5,
        "address": 0.8,
        "email": 0.74,
        "mobile": 0.55,
        "landline": 0.35,
        "tax": 0.08,
        "middle": 0.25,
    },
    "shop": {
        "birth": 0.0,
        "address": 0.97,
        "email": 0.97,
        "mobile": 0.42,
        "landline": 0.22,
        "tax": 0.0,
        "middle": 0.06,
    },
    "desk": {
        "birth": 0.0,
        "address": 0.0,
        "email": 0.82,
        "mobile": 0.4,
        "landline": 0.18,
        "tax": 0.0,
        "middle": 0.02,
    },
}


def stamps(dice: Dice, platform: str) -> tuple[date, date]:
    """The days on which the platform created the record and last changed its content."""
    seen = max(some_day(dice, date(2018, 1, 1), TODAY), some_day(dice, date(2016, 1, 1), TODAY))
    created = (
        seen - timedelta(days=dice.below(1500))
        if platform != "desk"
        else seen - timedelta(days=dice.below(200))
    )
    return min(created, seen), seen


def written(dice: Dice, record: Record, name: Name) -> str:
    """The name in the script that the platform keeps for the customer."""
    if name.native == name.latin:
        return name.native
    share = {"erp": 0.9, "crm": 0.5, "shop": 0.12, "desk": 0.6}[record.platform]
    if "script_native" in record.faults or ("script_latin" not in record.faults and not dice.chance(share)):
        record.fault("script_native")
        return katakana(name.latin) if record.country == "JP" and record.platform == "shop" else name.native
    record.fault("script_latin")
    return name.latin if record.platform in ("erp", "desk") else name.latin_other


def finish(dice: Dice, record: Record) -> None:
    """Fill in placeholders, once the evidence stands."""
    put_placeholders(dice, record)
