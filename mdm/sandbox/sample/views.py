"""What each platform comes to know of a person or a company, by its habit."""

from datetime import date, timedelta

from .dice import Dice
from .entities import TODAY, Company, Name, Person, some_day
from .people import current, younger
from .records import Record, put_address, put_birth, put_email, put_phone, put_placeholders, put_tax, spoil_names
from .scripts import ascii_fold, katakana
from .tables_companies import LATIN_FORMS, WORD_SHORT

_OBJECT = {"erp": "BusinessPartner", "crm": "Account", "shop": "customer", "desk": "contact"}
# platform -> chance to know: birth date, address, e-mail, mobile, landline, tax id, middle name
KNOWS: dict[str, dict[str, float]] = {
    "erp": {"birth": 0.38, "address": 0.96, "email": 0.34, "mobile": 0.28, "landline": 0.55, "tax": 0.55, "middle": 0.35},
    "crm": {"birth": 0.5, "address": 0.8, "email": 0.74, "mobile": 0.55, "landline": 0.35, "tax": 0.08, "middle": 0.25},
    "shop": {"birth": 0.0, "address": 0.97, "email": 0.97, "mobile": 0.42, "landline": 0.22, "tax": 0.0, "middle": 0.06},
    "desk": {"birth": 0.0, "address": 0.0, "email": 0.82, "mobile": 0.4, "landline": 0.18, "tax": 0.0, "middle": 0.02},
}


def _dates(dice: Dice, platform: str) -> tuple[date, date]:
    seen = max(some_day(dice, date(2018, 1, 1), TODAY), some_day(dice, date(2016, 1, 1), TODAY))
    created = seen - timedelta(days=dice.below(1500)) if platform != "desk" else seen - timedelta(days=dice.below(200))
    return created, seen


def _written(dice: Dice, record: Record, name: Name) -> str:
    """The name in the script that the platform keeps for the customer."""
    if name.native == name.latin:
        return name.native
    share = {"erp": 0.9, "crm": 0.5, "shop": 0.12, "desk": 0.6}[record.platform]
    if "script_native" in record.faults or ("script_latin" not in record.faults and not dice.chance(share)):
        record.fault("script_native")
        return katakana(name.latin) if record.country == "JP" and record.platform == "shop" else name.native
    record.fault("script_latin")
    return name.latin if record.platform in ("erp", "desk") else name.latin_other


def _names(dice: Dice, record: Record, person: Person, family: Name) -> None:
    informal = {"erp": 0.03, "crm": 0.1, "shop": 0.1, "desk": 0.22}[record.platform]
    record.given = _written(dice, record, person.given)
    record.family = _written(dice, record, family)
    record.marks["given"] = 1
    record.marks["family" if family is person.family else "former"] = 1
    if family is not person.family:
        record.fault("former_name")
    elif person.former and record.platform == "erp" and dice.chance(0.5):
        record.birth_name = _written(dice, record, person.former)
        record.marks["former"] = 1
    if person.culture == "ja" and record.country == "JP":
        native = "script_native" in record.faults
        for part in ("given", "family"):
            record.marks[f"{part}_{'native' if native else 'latin'}"] = record.marks.pop(part, 1)
    if person.middle and dice.chance(KNOWS[record.platform]["middle"]):
        middle = _written(dice, record, person.middle)
        record.middle = f"{middle[:1]}." if dice.chance(0.6) else middle
    if person.given.shorts and dice.chance(informal) and "script_latin" not in record.faults and not person.namesake:
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
    created, seen = _dates(dice, platform)
    address, family = current(person, seen)
    object_type = "Contact" if platform == "crm" and person.company else _OBJECT[platform]
    record = Record(platform, object_type, person.entity, "sole" if person.trade and platform == "erp" else "person",
                    person.country, seen, min(created, seen))
    _names(dice, record, person, family)
    knows = KNOWS[platform]
    weak = person.namesake
    if dice.chance(max(knows["birth"], 0.9 if weak and platform in ("erp", "crm") else 0)) and record.kind == "person" and not (
            person.company and dice.chance(0.6)):
        put_birth(dice, record, person.birth)
    place_known = knows["address"] if not person.company else {"erp": 0.7, "crm": 0.4, "shop": 0.95, "desk": 0.0}[platform]
    if dice.chance(place_known):
        at_work = person.company and dice.chance(0.75)
        put_address(dice, record, person.company.address if at_work and person.company else address, 1 if weak or at_work else 2)
        if address is person.old_address:
            record.fault("moved")
    if dice.chance(knows["email"]):
        put_email(dice, record, *_mail_of(dice, person, platform))
        if record.emails[0].lower() == person.family_email:
            record.fault("household_email")
    if dice.chance(knows["mobile"]):
        old = person.old_mobile and seen < date(2023, 1, 1)
        put_phone(dice, record, person.old_mobile if old and person.old_mobile else person.mobile, 3)
    if person.company:
        if dice.chance({"erp": 0.6, "crm": 0.5, "shop": 0.25, "desk": 0.3}[platform]):
            put_phone(dice, record, person.company.switchboard, 1)
            record.fault("switchboard")
        record.job = person.job if platform == "crm" else ""
        record.account_entity, record.account_name = person.company.entity, person.company.name
    elif person.landline and dice.chance(knows["landline"]):
        put_phone(dice, record, person.landline, 0 if weak else 2)
        if person.crowded:
            record.fault("household_phone")
    if person.tax and (dice.chance(knows["tax"]) if not person.trade else dice.chance({"erp": 0.85, "shop": 0.2}.get(platform, 0.12))):
        put_tax(dice, record, person.tax)
    if person.trade:
        _as_trader(dice, record, person)
    if not weak:
        spoil_names(dice, record)
    return record


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


def _form_text(dice: Dice, company: Company, latin: bool) -> str:
    form = dice.pick(company.form_others) if company.form_others and dice.chance(0.35) else company.form
    return LATIN_FORMS.get(form, LATIN_FORMS.get(company.form, form)) if latin else form


def _company_name(dice: Dice, record: Record, company: Company) -> None:
    latin = company.name != company.name_latin and dice.chance({"erp": 0.85, "crm": 0.45, "shop": 0.15, "desk": 0.5}[record.platform])
    name = company.name_latin if latin else company.name
    if company.name != company.name_latin:
        record.fault("script_latin" if latin else "script_native")
    strength = 2
    if company.trading and dice.chance({"erp": 0.1, "crm": 0.3, "shop": 0.3, "desk": 0.6}[record.platform]) and not company.branch:
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
        name = f"{form} {name}" if company.form_leads and not (latin and record.country == "JP") else f"{name} {form}".replace(" ,", ",")
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
    words[longest] = word[:at] + word[at + 1:] if dice.chance(0.5) else word[:at] + word[at:at + 1] + word[at:]
    return " ".join(words)


def see_company(dice: Dice, company: Company, platform: str) -> Record:
    """The record that a platform holds of a company, with its faults."""
    created, seen = _dates(dice, platform)
    record = Record(platform, _OBJECT[platform], company.entity, "organisation", company.country, seen, min(created, seen))
    _company_name(dice, record, company)
    if company.branch:
        record.marks["name"] = 1
        record.fault("branch")
    old = company.old_address is not None and seen < company.moved
    if dice.chance({"erp": 0.98, "crm": 0.88, "shop": 0.97, "desk": 0.1}[platform]):
        put_address(dice, record, company.old_address if old and company.old_address else company.address, 2)
        if old:
            record.fault("moved")
    if dice.chance({"erp": 0.35, "crm": 0.4, "shop": 0.9, "desk": 0.95}[platform]):
        email = company.emails[0] if dice.chance(0.6) else dice.pick(company.emails)
        if company.contacts and dice.chance(0.2) and not company.branch:
            email = dice.pick(company.contacts).emails[0]
            record.fault("contact_email_on_account")
        put_email(dice, record, email, 2)
    if dice.chance({"erp": 0.6, "crm": 0.75, "shop": 0.5, "desk": 0.45}[platform]):
        phone = company.other_phone if company.other_phone and dice.chance(0.25) else company.switchboard
        put_phone(dice, record, phone, 2)
    if dice.chance({"erp": 0.8, "crm": 0.35, "shop": 0.3, "desk": 0.0}[platform]):
        put_tax(dice, record, company.tax)
    if dice.chance({"erp": 0.25, "crm": 0.6, "shop": 0.0, "desk": 0.0}[platform]):
        record.website = dice.pick((f"www.{company.domain}", f"https://www.{company.domain}", f"http://{company.domain}/", company.domain))
        record.marks["domain"] = 1
    if platform == "erp":
        record.form_code = company.form_code
        record.duns = company.duns if dice.chance(0.2) else ""
    record.trading = company.trading if dice.chance(0.4) else ""
    if platform == "erp" and dice.chance(0.3):
        record.company = ascii_fold(record.company, company.country == "DE")
        record.fault("ascii_folded")
    if platform == "erp" and dice.chance(0.12):
        record.company = record.company.upper()
        record.fault("upper_case")
    if platform == "erp" and len(record.company) > 40:
        record.company, record.company_more = record.company[:40].strip(), record.company[40:].strip() if dice.chance(0.5) else ""
        record.fault("truncated")
    return record


def finish(dice: Dice, record: Record) -> None:
    """Fill in placeholders and bring the stamps in order, once the evidence stands."""
    put_placeholders(dice, record)
    if record.created > record.seen:
        record.created = record.seen
    record.seen = younger(record.seen, 0)
