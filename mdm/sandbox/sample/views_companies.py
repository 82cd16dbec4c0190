"""What each platform comes to know of a company."""

from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.entities import Company
from mdm.sandbox.sample.records import Record, put_address, put_email, put_phone, put_tax
from mdm.sandbox.sample.scripts import ascii_fold
from mdm.sandbox.sample.tables_companies import LATIN_FORMS, WORD_SHORT
from mdm.sandbox.sample.views import OBJECT_TYPES, stamps

# platform -> chance to know of a company: address, e-mail, phone, tax id, website
KNOWS_OF_COMPANY: dict[str, dict[str, float]] = {
    "erp": {"address": 0.98, "email": 0.35, "phone": 0.6, "tax": 0.8, "website": 0.25},
    "crm": {"address": 0.88, "email": 0.4, "phone": 0.75, "tax": 0.35, "website": 0.6},
    "shop": {"address": 0.97, "email": 0.9, "phone": 0.5, "tax": 0.3, "website": 0.0},
    "desk": {"address": 0.0, "email": 0.95, "phone": 0.45, "tax": 0.0, "website": 0.0},
}


def _form_text(dice: Dice, company: Company, latin: bool) -> str:
    form = dice.pick(company.form_others) if company.form_others and dice.chance(0.35) else company.form
    return LATIN_FORMS.get(form, LATIN_FORMS.get(company.form, form)) if latin else form


def _company_name(dice: Dice, record: Record, company: Company) -> None:
    latin = company.name != company.name_latin and dice.chance(
        {"erp": 0.85, "crm": 0.45, "shop": 0.15, "desk": 0.5}[record.platform]
    )
    name = company.name_latin if latin else company.name
    if company.name != company.name_latin:
        record.fault("script_latin" if latin else "script_native")
    strength = 2
    if (
        company.trading
        and dice.chance({"erp": 0.1, "crm": 0.3, "shop": 0.3, "desk": 0.6}[record.platform])
        and not company.branch
    ):
        name, strength = company.trading, 1
        record.fault("trading_name")
    elif dice.chance({"erp": 0.15, "crm": 0.2, "shop": 0.25, "desk": 0.25}[record.platform]):
        for full, short in dice.shuffled(WORD_SHORT):
            if full in name:
                name = name.replace(full, short)
                record.fault("name_short")
                break
    if dice.chance(0.05):
        name = slip_in_name(dice, name)
        record.fault("name_typo")
    if dice.chance({"erp": 0.04, "crm": 0.15, "shop": 0.35, "desk": 0.45}[record.platform]):
        record.fault("legal_form_missing")
    else:
        form = _form_text(dice, company, latin)
        if form != company.form:
            record.fault("legal_form_variant")
        name = (
            f"{form} {name}"
            if company.form_leads and not (latin and record.country == "JP")
            else f"{name} {form}".replace(" ,", ",")
        )
    if company.country == "JP":
        record.marks["name_latin" if latin else "name_native"] = strength
    else:
        record.marks["name"] = strength
    record.company = name


def slip_in_name(dice: Dice, name: str) -> str:
    """The name with one slip in its longest word."""
    words = name.split(" ")
    longest = max(range(len(words)), key=lambda place: (len(words[place]), -place))
    word = words[longest]
    at = dice.between(1, max(len(word) - 2, 1))
    words[longest] = (
        word[:at] + word[at + 1 :] if dice.chance(0.5) else word[:at] + word[at : at + 1] + word[at:]
    )
    return " ".join(words)


def see_company(dice: Dice, company: Company, platform: str) -> Record:
    """The record that a platform holds of a company, with its faults."""
    created, seen = stamps(dice, platform)
    record = Record(
        platform, OBJECT_TYPES[platform], company.entity, "organisation", company.country, seen, created
    )
    knows = KNOWS_OF_COMPANY[platform]
    _company_name(dice, record, company)
    if company.branch:
        record.marks["name"] = 1
        record.fault("branch")
    former = company.old_address if company.old_address and seen < company.moved else None
    if dice.chance(knows["address"]):
        put_address(dice, record, former or company.address, 2)
        if former:
            record.fault("moved")
    _contact_points(dice, record, company)
    if dice.chance(knows["tax"]):
        put_tax(dice, record, company.tax)
    if platform == "erp":
        record.form_code = company.form_code
        record.duns = company.duns if dice.chance(0.2) else ""
        _as_erp_writes(dice, record)
    record.trading = company.trading if dice.chance(0.4) else ""
    return record


def _contact_points(dice: Dice, record: Record, company: Company) -> None:
    """E-mail, phone and website; some accounts carry the e-mail of one of their contacts."""
    knows, domain = KNOWS_OF_COMPANY[record.platform], company.domain
    if dice.chance(knows["email"]):
        email = company.emails[0] if dice.chance(0.6) else dice.pick(company.emails)
        if company.contacts and dice.chance(0.2) and not company.branch:
            email = dice.pick(company.contacts).emails[0]
            record.fault("contact_email_on_account")
        put_email(dice, record, email, 2)
    if dice.chance(knows["phone"]):
        phone = company.other_phone if company.other_phone and dice.chance(0.25) else company.switchboard
        put_phone(dice, record, phone, 2)
    if dice.chance(knows["website"]):
        record.website = dice.pick((f"www.{domain}", f"https://www.{domain}", f"http://{domain}/", domain))
        record.marks["domain"] = 1


def _as_erp_writes(dice: Dice, record: Record) -> None:
    """The name as clerks and the ERP's 40 signs leave it: folded, in capitals, cut."""
    if dice.chance(0.3):
        record.company = ascii_fold(record.company, record.country == "DE")
        record.fault("ascii_folded")
    if dice.chance(0.12):
        record.company = record.company.upper()
        record.fault("upper_case")
    if len(record.company) > 40:
        rest = record.company[40:].strip() if dice.chance(0.5) else ""
        record.company, record.company_more = record.company[:40].strip(), rest
        record.fault("truncated")
