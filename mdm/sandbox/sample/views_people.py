"""What each platform comes to know of a person."""

from datetime import date

from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.entities import Name, Person
from mdm.sandbox.sample.people import current
from mdm.sandbox.sample.records import (
    Record,
    put_address,
    put_birth,
    put_email,
    put_phone,
    put_tax,
    spoil_names,
)
from mdm.sandbox.sample.views import KNOWS, OBJECT_TYPES, stamps, written

# what a platform knows of a contact of a company
_ADDRESS_AT_WORK = {"erp": 0.7, "crm": 0.4, "shop": 0.95, "desk": 0.0}
_SWITCHBOARD = {"erp": 0.6, "crm": 0.5, "shop": 0.25, "desk": 0.3}
_TRADER_TAX = {"erp": 0.85, "crm": 0.12, "shop": 0.2, "desk": 0.12}


def _names(dice: Dice, record: Record, person: Person, family: Name) -> None:
    informal = {"erp": 0.03, "crm": 0.1, "shop": 0.1, "desk": 0.22}[record.platform]
    record.given = written(dice, record, person.given)
    record.family = written(dice, record, family)
    record.marks["given"] = 1
    record.marks["family" if family is person.family else "former"] = 1
    if family is not person.family:
        record.fault("former_name")
    elif person.former and record.platform == "erp" and dice.chance(0.5):
        record.birth_name = written(dice, record, person.former)
        record.marks["former"] = 1
    if person.culture == "ja" and record.country == "JP":
        native = "script_native" in record.faults
        for part in ("given", "family"):
            record.marks[f"{part}_{'native' if native else 'latin'}"] = record.marks.pop(part, 1)
    if person.middle and dice.chance(KNOWS[record.platform]["middle"]):
        middle = written(dice, record, person.middle)
        record.middle = f"{middle[:1]}." if dice.chance(0.6) else middle
    if (
        person.given.shorts
        and dice.chance(informal)
        and "script_latin" not in record.faults
        and not person.namesake
    ):
        record.given = dice.skewed(person.given.shorts)
        record.fault("nickname")
    elif dice.chance(0.025) and not person.crowded and record.platform in ("erp", "crm"):
        record.given = f"{record.given[:1]}."
        record.marks.pop("given", None)
        record.fault("initial_only")
    record.suffix = person.suffix if dice.chance(0.75) else ""
    record.prefix = person.prefix if dice.chance(0.6) else ""
    record.sex = person.sex


def _mail_of(dice: Dice, person: Person, platform: str) -> tuple[str, int]:
    """One of the person's addresses and what it proves."""
    if person.family_email and dice.chance(0.3) and not person.namesake:
        return person.family_email, 2
    if person.company:
        at_work = {"erp": 0.95, "crm": 0.88, "shop": 0.35, "desk": 0.85}[platform]
        if dice.chance(at_work):
            shared = dice.chance({"erp": 0.25, "crm": 0.07, "shop": 0.05, "desk": 0.05}[platform])
            return (person.company.emails[0], 1) if shared else (person.emails[0], 3)
        return dice.pick(person.emails[1:]), 3
    return (dice.pick(person.emails) if dice.chance(0.3) else person.emails[0]), 3


def see_person(dice: Dice, person: Person, platform: str) -> Record:
    """The record that a platform holds of a person, with its faults."""
    created, seen = stamps(dice, platform)
    _, family = current(person, seen)
    object_type = "Contact" if platform == "crm" and person.company else OBJECT_TYPES[platform]
    kind = "sole" if person.trade and platform == "erp" else "person"
    record = Record(platform, object_type, person.entity, kind, person.country, seen, created)
    _names(dice, record, person, family)
    _birth_and_address(dice, record, person)
    _contact_points(dice, record, person)
    tax_known = _TRADER_TAX[platform] if person.trade else KNOWS[platform]["tax"]
    if person.tax and dice.chance(tax_known):
        put_tax(dice, record, person.tax)
    if person.trade:
        _as_trader(dice, record, person)
    if not person.namesake:
        spoil_names(dice, record)
    return record


def _birth_and_address(dice: Dice, record: Record, person: Person) -> None:
    """Birth date and address; father and son mostly have both birth dates on file."""
    platform, knows = record.platform, KNOWS[record.platform]
    birth_known = 0.97 if person.namesake and platform in ("erp", "crm") else knows["birth"]
    if record.kind == "person" and dice.chance(birth_known * (0.4 if person.company else 1.0)):
        put_birth(dice, record, person.birth)
    if not dice.chance(_ADDRESS_AT_WORK[platform] if person.company else knows["address"]):
        return
    if person.company and dice.chance(0.75):
        put_address(dice, record, person.company.address, 1)
        return
    address, _ = current(person, record.seen)
    put_address(dice, record, address, 1 if person.namesake else 2)
    if address is person.old_address:
        record.fault("moved")


def _contact_points(dice: Dice, record: Record, person: Person) -> None:
    """E-mail and phones; contacts often give the switchboard, families share a landline."""
    platform, knows = record.platform, KNOWS[record.platform]
    if dice.chance(knows["email"]):
        put_email(dice, record, *_mail_of(dice, person, platform))
        if record.emails[0].lower() == person.family_email:
            record.fault("household_email")
    if dice.chance(knows["mobile"]):
        former = person.old_mobile if person.old_mobile and record.seen < date(2023, 1, 1) else None
        put_phone(dice, record, former or person.mobile, 3)
    if person.company:
        if dice.chance(_SWITCHBOARD[platform]):
            put_phone(dice, record, person.company.switchboard, 1)
            record.fault("switchboard")
        record.job = person.job if platform == "crm" else ""
        record.account_entity, record.account_name = person.company.entity, person.company.name
    elif person.landline and dice.chance(knows["landline"]):
        put_phone(dice, record, person.landline, 0 if person.namesake else 2)
        if person.crowded:
            record.fault("household_phone")


def _as_trader(dice: Dice, record: Record, person: Person) -> None:
    """A sole trader looks like a company in the ERP and sometimes in the shop."""
    if record.platform == "erp":
        record.form_code = "EK"
        full = f"{record.given} {record.family}"
        if dice.chance(0.6):
            record.company, record.company_more = full, person.trade
        else:
            record.company, record.company_more = person.trade_name, "" if full in person.trade_name else full
        record.fault("sole_trader")
    elif record.platform == "shop" and dice.chance(0.3):
        record.company = person.trade_name
        record.kind = "sole"
        record.fault("sole_trader")
