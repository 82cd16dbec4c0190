"""What a platform holds of a real thing: the record before it is written in the platform's format.

``marks`` tell which true facts a record still shows, each with a strength (3 = nearly proves a person, 1 =
hints); two
records of one entity are decidable when their shared marks sum up to ``DECIDABLE``. They never leave the
generator.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.entities import Address, Phone
from mdm.sandbox.sample.faults import (
    PLACEHOLDER_BIRTHS,
    PLACEHOLDER_EMAILS,
    PLACEHOLDER_PHONES,
    PLACEHOLDER_TAXES,
    PLACEHOLDER_WORDS,
    date_error,
    digit_error,
    email_error,
    misread,
    short_street,
    transposed_date,
    typing_error,
)
from mdm.sandbox.sample.formats import phone_text
from mdm.sandbox.sample.identifiers import TaxId
from mdm.sandbox.sample.scripts import ascii_fold

DECIDABLE = 4


@dataclass
class Record:
    """One source record of a customer, in neutral form."""

    platform: str
    object_type: str
    entity: str
    kind: str
    country: str
    seen: date
    created: date
    key: str = ""
    given: str = ""
    middle: str = ""
    family: str = ""
    prefix: str = ""
    suffix: str = ""
    birth_name: str = ""
    sex: str = ""
    birth: str = ""
    company: str = ""
    company_more: str = ""
    trading: str = ""
    form_code: str = ""
    address: Address | None = None
    emails: list[str] = field(default_factory=list)
    mobiles: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    taxes: list[TaxId] = field(default_factory=list)
    website: str = ""
    duns: str = ""
    account_entity: str = ""
    account_key: str = ""
    parent_key: str = ""
    account_name: str = ""
    job: str = ""
    upper: bool = False
    marks: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def fault(self, name: str) -> None:
        """Remember that this record has a fault of that name."""
        if name not in self.faults:
            self.faults.append(name)


def shared_marks(one: Record, other: Record) -> int:
    """The evidence that two records share, as a sum of strengths."""
    return sum(
        min(strength, other.marks[mark]) for mark, strength in one.marks.items() if mark in other.marks
    )


def put_email(dice: Dice, record: Record, email: str, strength: int) -> None:
    """Give the record an address of e-mail, sometimes mistyped; only the ERP keeps more than one."""
    if record.emails and record.platform != "erp":
        return
    text = email
    if dice.chance(0.025):
        text = email_error(dice, email)
        record.fault("email_typo")
    if record.platform in ("shop", "erp") and dice.chance(0.08):
        text = text.upper() if dice.chance(0.4) else text[:1].upper() + text[1:]
    record.emails.append(text)
    record.marks[f"email:{email}"] = strength if text.lower() == email else max(strength - 1, 1)


def put_phone(dice: Dice, record: Record, phone: Phone, strength: int) -> None:
    """Give the record a phone number in the platform's writing, sometimes with a wrong digit.

    The ERP keeps several, the CRM one mobile and one other, the shop and the desk one.
    """
    mobile = phone.use == "mobile"
    if record.platform == "crm" and (record.mobiles if mobile else record.phones):
        return
    if record.platform in ("shop", "desk") and (record.mobiles or record.phones):
        return
    text = phone_text(dice, phone, record.platform)
    mark = f"phone:{phone.code}{phone.national}"
    if dice.chance(0.02):
        text = digit_error(dice, text)
        record.fault("phone_typo")
        strength = max(strength - 2, 0)
    (record.mobiles if mobile else record.phones).append(text)
    record.marks[mark] = strength


def put_birth(dice: Dice, record: Record, birth: date) -> None:
    """Give the record the date of birth, sometimes with day and month exchanged or a slip."""
    text, strength = birth.isoformat(), 3
    if dice.chance(0.03) and transposed_date(text) != text:
        text, strength = transposed_date(text), 2
        record.fault("birth_transposed")
    elif dice.chance(0.02):
        text, strength = date_error(dice, text), 1
        record.fault("birth_typo")
    record.birth = text
    record.marks["birth"] = min(strength, record.marks.get("birth", 3))


def put_address(dice: Dice, record: Record, address: Address, strength: int) -> None:
    """Give the record an address in the script of its platform, sometimes shortened, mistyped or without
    parts."""
    mark = f"address:{address.city}/{address.street}/{address.house}"
    latin_only = record.platform == "erp" or "script_latin" in record.faults
    if latin_only and address.street_latin != address.street:
        address = replace(address, street=address.street_latin, city=address.city_latin)
        record.fault("address_script")
    elif record.platform == "crm" and dice.chance(0.3) and address.city_latin != address.city:
        address = replace(address, city=address.city_latin)
        record.fault("city_exonym")
    if dice.chance(0.4):
        shorter = short_street(address.street, address.country)
        if shorter != address.street:
            address = replace(address, street=shorter)
            record.fault("street_short")
    if dice.chance(0.05):
        address = replace(address, street=typing_error(dice, address.street))
        record.fault("address_typo")
    if dice.chance(0.02):
        address = replace(address, postcode=digit_error(dice, address.postcode))
        record.fault("postcode_typo")
    if dice.chance(0.015):
        address = replace(address, house=str(dice.between(1, 180)))
        record.fault("house_wrong")
        strength = max(strength - 1, 0)
    if address.unit and dice.chance(0.4):
        address = replace(address, unit="")
        record.fault("unit_missing")
    if record.platform == "erp" and dice.chance(0.3):
        address = replace(
            address,
            street=ascii_fold(address.street, address.country == "DE"),
            city=ascii_fold(address.city, address.country == "DE"),
        )
    record.address = address
    record.marks[mark] = strength


def put_tax(dice: Dice, record: Record, tax: TaxId) -> None:
    """Give the record a tax id, rarely with a wrong digit."""
    strength, value = 4, tax.value
    if dice.chance(0.012):
        value, strength = digit_error(dice, value), 2
        record.fault("tax_typo")
    record.taxes.append(replace(tax, value=value))
    record.marks[f"tax:{tax.value}"] = strength


def spoil_names(dice: Dice, record: Record) -> None:
    """Damage the person's name as platforms do: slips, misreading, exchanged fields, folding, capitals."""
    german = record.country == "DE"
    if dice.chance(0.045):
        record.family = typing_error(dice, record.family)
        record.fault("family_typo")
    if dice.chance(0.03):
        record.given = typing_error(dice, record.given)
        record.fault("given_typo")
    if record.platform == "erp" and dice.chance(0.025):
        record.family = misread(dice, record.family)
        record.fault("family_ocr")
    if record.platform == "shop" and " " in record.family and dice.chance(0.3) and record.country == "ES":
        record.family = record.family.split(" ")[0]
        record.fault("second_family_lost")
    folding = {"erp": 0.35, "desk": 0.3, "shop": 0.1, "crm": 0.05}[record.platform]
    if dice.chance(folding):
        folded = ascii_fold(record.given, german), ascii_fold(record.family, german)
        if folded != (record.given, record.family):
            record.given, record.family = folded
            record.fault("ascii_folded")
    if (
        dice.chance({"erp": 0.02, "shop": 0.035, "crm": 0.015, "desk": 0.02}[record.platform])
        and record.given
        and not record.company
    ):
        record.given, record.family = record.family, record.given
        record.fault("names_swapped")
    if record.platform == "erp" and dice.chance(0.12):
        record.given, record.family, record.middle = (
            record.given.upper(),
            record.family.upper(),
            record.middle.upper(),
        )
        record.fault("upper_case")
    elif record.platform in ("shop", "desk") and dice.chance(0.07):
        record.given, record.family = record.given.lower(), record.family.lower()
        record.fault("lower_case")


def put_placeholders(dice: Dice, record: Record) -> None:
    """Fill some of the record's empty fields with what clerks type to please a form."""
    if (
        not record.phones
        and not record.mobiles
        and dice.chance({"erp": 0.05, "crm": 0.04, "shop": 0.05, "desk": 0.01}[record.platform])
    ):
        record.phones.append(dice.skewed(PLACEHOLDER_PHONES))
        record.fault("placeholder_phone")
    if not record.emails and dice.chance(
        {"erp": 0.03, "crm": 0.07, "shop": 0.3, "desk": 0.03}[record.platform]
    ):
        record.emails.append(dice.skewed(PLACEHOLDER_EMAILS))
        record.fault("placeholder_email")
    if (
        not record.birth
        and record.kind == "person"
        and record.platform in ("erp", "crm")
        and dice.chance(0.04)
    ):
        record.birth = dice.skewed(PLACEHOLDER_BIRTHS)
        record.fault("placeholder_birth")
    if not record.middle and record.given and record.platform == "erp" and dice.chance(0.01):
        record.middle = dice.pick(PLACEHOLDER_WORDS)
        record.fault("placeholder_word")
    if record.address is None and record.platform in ("crm", "erp") and dice.chance(0.12):
        word = dice.pick(PLACEHOLDER_WORDS)
        record.address = Address(
            word, "", "", dice.pick(("00000", "99999", "")), word, "", record.country, word, word
        )
        record.fault("placeholder_address")
    if (
        not record.taxes
        and record.kind == "organisation"
        and record.platform in ("erp", "crm")
        and dice.chance(0.06)
    ):
        record.taxes.append(TaxId(f"{record.country}0", record.country, dice.pick(PLACEHOLDER_TAXES)))
        record.fault("placeholder_tax")
