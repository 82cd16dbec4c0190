"""All customer records of the sample: who is known where, duplicates, and enough evidence for every true
match."""

from dataclasses import dataclass

from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.entities import Company, Person, World
from mdm.sandbox.sample.organisations import Register
from mdm.sandbox.sample.people import Town, current
from mdm.sandbox.sample.records import (
    DECIDABLE,
    Record,
    put_address,
    put_birth,
    put_email,
    put_phone,
    shared_marks,
)
from mdm.sandbox.sample.views import finish
from mdm.sandbox.sample.views_companies import see_company
from mdm.sandbox.sample.views_people import see_person

PERSON_HOUSEHOLDS = 4300
COMPANIES = 2150
BRANCH_SIZES = (34, 22, 16, 12, 10, 9, 8, 7, 6, 6, 5, 5, 4, 4, 4, 3, 3, 3, 3, 3)
CONTACTS = 2150
SOLE_TRADERS = 420

_PRESENCE: dict[str, tuple[tuple[str, float], ...]] = {
    "private": (("erp", 0.36), ("crm", 0.44), ("shop", 0.58), ("desk", 0.3)),
    "contact": (("erp", 0.14), ("crm", 0.92), ("shop", 0.12), ("desk", 0.34)),
    "sole": (("erp", 0.85), ("crm", 0.75), ("shop", 0.4), ("desk", 0.2)),
    "namesake": (("erp", 0.7), ("crm", 0.75), ("shop", 0.12), ("desk", 0.1)),
    "company": (("erp", 0.74), ("crm", 0.74), ("shop", 0.2), ("desk", 0.16)),
}


@dataclass
class Customers:
    """The customer side of a sample: things and the records of them."""

    people: list[Person]
    companies: list[Company]
    records: list[Record]


def _platforms(dice: Dice, role: str) -> list[str]:
    """The platforms that know the thing, with duplicates inside a platform; a few are known many times
    (skewed)."""
    chosen = [platform for platform, share in _PRESENCE[role] if dice.chance(share)]
    if not chosen:
        chosen = [dice.weighted(tuple((platform, int(share * 100)) for platform, share in _PRESENCE[role]))]
    more = 0
    if dice.chance(0.09):
        more = 1
        while more < 8 and dice.chance(0.38):
            more += 1
    habits = {"private": ("shop", "crm", "desk", "shop", "erp"), "company": ("crm", "erp", "crm", "shop")}
    for _ in range(more):
        chosen.append(dice.pick(habits.get(role, ("crm", "crm", "desk", "erp"))))
    return chosen


def _groups(records: list[Record]) -> list[list[Record]]:
    """The records in groups that are connected by decidable pairs, the largest group first."""
    groups: list[list[Record]] = []
    for record in records:
        near = [group for group in groups if any(shared_marks(record, other) >= DECIDABLE for other in group)]
        merged = [record]
        for group in near:
            merged = group + merged
        groups = [group for group in groups if group not in near] + [merged]
    return sorted(groups, key=len, reverse=True)


def _give_person(dice: Dice, person: Person, record: Record, partner: Record) -> None:
    """Let the record show one more true fact that the partner shows too."""
    known = [email for email in person.emails if f"email:{email}" in partner.marks]
    on_file = f"phone:{person.mobile.code}{person.mobile.national}" in partner.marks
    with_births = record.platform in ("erp", "crm") and record.kind == "person"
    if with_births and "birth" in partner.marks and "birth" not in record.marks:
        put_birth(dice, record, person.birth)
    elif (
        known and f"email:{known[0]}" not in record.marks and (record.platform == "erp" or not record.emails)
    ):
        put_email(dice, record, known[0], 3)
    elif on_file and not record.mobiles and (record.platform in ("erp", "crm") or not record.phones):
        put_phone(dice, record, person.mobile, 3)
    elif record.address is None and partner.address is not None and record.platform != "desk":
        address, _ = current(person, partner.seen)
        put_address(dice, record, address, 1 if person.namesake else 2)
    elif not partner.emails:
        put_email(dice, partner, person.emails[0], 3)
    elif not record.mobiles and not partner.mobiles:
        put_phone(dice, record, person.mobile, 3)
        put_phone(dice, partner, person.mobile, 3)


def _give_company(dice: Dice, company: Company, record: Record, partner: Record) -> None:
    if not record.phones:
        put_phone(dice, record, company.switchboard, 2)
    if not partner.phones:
        put_phone(dice, partner, company.switchboard, 2)
    elif not record.emails or not partner.emails:
        for one in (record, partner):
            if not one.emails:
                put_email(dice, one, company.emails[0], 2)
    elif record.address is None and record.platform != "desk":
        put_address(dice, record, company.address, 2)


def _give(dice: Dice, thing: Person | Company, record: Record, partner: Record) -> None:
    if isinstance(thing, Person):
        _give_person(dice, thing, record, partner)
    else:
        _give_company(dice, thing, record, partner)


def _strengthen(dice: Dice, thing: Person | Company, records: list[Record]) -> None:
    """Most pairs that share little more than a name get one more true fact in common."""
    for place, record in enumerate(records):
        for partner in records[:place]:
            if shared_marks(record, partner) < DECIDABLE and dice.chance(0.75):
                _give(dice, thing, record, partner)
                _give(dice, thing, partner, record)


def decidable(dice: Dice, thing: Person | Company, records: list[Record]) -> list[Record]:
    """The records that a careful person can bring together; one that never gets enough evidence is mostly
    dropped."""
    for turn in range(3):
        if turn < 2:
            _strengthen(dice, thing, records)
        groups = _groups(records)
        if len(groups) == 1:
            return records
        for group in groups[1:]:
            best = max(groups[0], key=lambda partner: shared_marks(group[0], partner))
            _give(dice, thing, group[0], best)
    groups = _groups(records)
    kept = list(groups[0])
    for group in groups[1:]:
        if dice.chance(0.12):
            kept.extend(group)
    return [record for record in records if any(record is other for other in kept)]


def make_customers(world: World, scale: float) -> Customers:
    """People, companies and their records, at the scale; the order is the order of making and must be
    shuffled."""
    dice = Dice(world.seed, "presence")
    register, town = Register(world), Town(world)
    companies = [register.company() for _ in range(int(COMPANIES * scale))]
    for size in BRANCH_SIZES[: max(2, int(len(BRANCH_SIZES) * scale))]:
        companies.extend(register.franchise(size))
    people = [person for _ in range(int(PERSON_HOUSEHOLDS * scale)) for person in town.household()]
    for _ in range(int(CONTACTS * scale)):
        company = dice.skewed(companies)
        person = town.contact(company)
        company.contacts.append(person)
        people.append(person)
    people.extend(town.sole_trader() for _ in range(int(SOLE_TRADERS * scale)))
    records: list[Record] = []
    view = Dice(world.seed, "views")
    for person in people:
        role = (
            "contact"
            if person.company
            else "sole"
            if person.trade
            else "namesake"
            if person.namesake
            else "private"
        )
        seen = [see_person(view, person, platform) for platform in _platforms(dice, role)]
        for record in seen:
            if not (record.emails or record.mobiles or record.phones or record.address):
                put_email(view, record, person.emails[0], 3)
        records.extend(decidable(view, person, seen))
    for company in companies:
        places = _platforms(dice, "company")
        if company.contacts and "crm" not in places:
            places.append("crm")
        records.extend(
            decidable(view, company, [see_company(view, company, platform) for platform in places])
        )
    for record in records:
        finish(view, record)
    return Customers(people, companies, records)
