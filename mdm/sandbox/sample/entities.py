"""The real things behind the records: addresses, phones, persons and companies, and the world that makes
them unique."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.identifiers import TaxId
from mdm.sandbox.sample.scripts import ascii_fold, latin, script_of
from mdm.sandbox.sample.tables_places import CITIES, MOBILES, STREETS

TODAY = date(2026, 6, 30)
CULTURE = {
    "US": "en",
    "GB": "en",
    "DE": "de",
    "FR": "fr",
    "ES": "es",
    "IT": "it",
    "PL": "pl",
    "RU": "ru",
    "UA": "uk",
    "GR": "el",
    "JP": "ja",
}
COUNTRY_WEIGHTS = (
    ("US", 22),
    ("DE", 20),
    ("GB", 15),
    ("FR", 10),
    ("ES", 8),
    ("IT", 8),
    ("PL", 6),
    ("RU", 4),
    ("GR", 3),
    ("UA", 2),
    ("JP", 2),
)
MAIL_HOSTS = """example.com mail.example.com example.net inbox.example.org post.example.net freemail.example
    example.org
    webpost.example online.example.com kabel.example box.example.net wanadu.example""".split()


@dataclass(frozen=True)
class Phone:
    """A phone number: calling code, national significant number, country and use (mobile, landline,
    switchboard)."""

    code: str
    national: str
    country: str
    use: str


@dataclass(frozen=True)
class Address:
    """A postal address in the country's own script, with the Latin forms of street and city."""

    street: str
    house: str
    unit: str
    postcode: str
    city: str
    region: str
    country: str
    street_latin: str
    city_latin: str


@dataclass(frozen=True)
class Name:
    """One name: native form, its Latin forms by two habits (equal for Latin names), and short forms
    (native)."""

    native: str
    latin: str
    latin_other: str
    shorts: tuple[str, ...] = ()


@dataclass
class Company:
    """An organisation with its legal form, brand, head office and lines."""

    entity: str
    country: str
    name: str
    name_latin: str
    form: str
    form_code: str
    form_others: tuple[str, ...]
    form_leads: bool
    trading: str
    address: Address
    old_address: Address | None
    moved: date
    switchboard: Phone
    other_phone: Phone | None
    domain: str
    emails: list[str]
    tax: TaxId
    duns: str
    branch: bool = False
    contacts: list["Person"] = field(default_factory=list)


@dataclass
class Person:
    """A natural person: a private customer, a contact of a company, or a sole trader."""

    entity: str
    culture: str
    country: str
    sex: str
    given: Name
    middle: Name | None
    family: Name
    former: Name | None
    married: date
    birth: date
    address: Address
    old_address: Address | None
    moved: date
    landline: Phone | None
    mobile: Phone
    old_mobile: Phone | None
    emails: list[str]
    family_email: str
    tax: TaxId | None
    household: int
    suffix: str = ""
    prefix: str = ""
    namesake: bool = False
    crowded: bool = False
    company: Company | None = None
    old_company: Company | None = None
    job: str = ""
    trade: str = ""
    trade_name: str = ""


class World:
    """Makes things that are unique in the sample: entities, phones, e-mail addresses."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._phones: set[tuple[str, str]] = set()
        self._emails: set[str] = set()
        self._articles: set[str] = set()
        self._count = 0

    def entity(self, letter: str) -> str:
        """A new entity name; the numbers follow the order of making and are hashed away on writing the
        truth."""
        self._count += 1
        return f"{letter}{self._count:06d}"

    def phone(self, dice: Dice, country: str, pattern: str, use: str) -> Phone:
        """A phone number of the pattern that no one else has."""
        while True:
            national = fill_phone(dice, pattern)
            if (country, national) not in self._phones:
                self._phones.add((country, national))
                return Phone(MOBILES[country][0], national, country, use)

    def mobile(self, dice: Dice, country: str, landline: str) -> Phone:
        """A new mobile number; in the United States it looks like a landline number of the town."""
        patterns = MOBILES[country][1]
        return self.phone(dice, country, dice.pick(patterns) if patterns else landline, "mobile")

    def article(self, dice: Dice, prefix: str) -> str:
        """The first twelve digits of a GTIN under a maker's prefix that no other product has."""
        while True:
            body = prefix + dice.digits(12 - len(prefix))
            if body not in self._articles:
                self._articles.add(body)
                return body

    def email(self, dice: Dice, local: str, host: str) -> str:
        """An address that no one else has, made unique by a number where needed."""
        local = (
            "".join(
                sign for sign in local.lower() if sign.isascii() and (sign.isalnum() or sign in "._-")
            ).strip(".-_")
            or "mail"
        )
        address = f"{local}@{host}"
        while address in self._emails:
            address = f"{local}{dice.between(2, 99)}@{host}"
        self._emails.add(address)
        return address

    def address(self, dice: Dice, country: str) -> Address:
        """A new address in a town of the country, the large towns more often."""
        city = dice.skewed(CITIES[country])
        pattern, firsts, types = STREETS[country]
        first, _, reading = dice.skewed(firsts.split()).replace("_", " ").partition("|")
        street = pattern.format(first, dice.pick(types.split()) if types else "")
        house = _house(dice, country)
        unit = ""
        if country == "US" and dice.chance(0.25):
            unit = f"Apt {dice.between(1, 40)}{dice.pick(('', 'A', 'B', 'C'))}"
        elif country == "GB" and dice.chance(0.2):
            unit = f"Flat {dice.between(1, 30)}"
        elif country in ("PL", "RU", "UA") and dice.chance(0.5):
            unit = str(dice.between(1, 90))
        culture = CULTURE[country]
        return Address(
            street,
            house,
            unit,
            dice.fill(city.postcode),
            city.native,
            city.region,
            country,
            reading or latin(street, culture),
            city.exonym if script_of(city.native) != "latin" and city.exonym else latin(city.native, culture),
        )


def fill_phone(dice: Dice, pattern: str) -> str:
    """A number of the pattern (# any digit, % a digit 2-8)."""
    return "".join(
        str(dice.below(10)) if sign == "#" else str(dice.between(2, 8)) if sign == "%" else sign
        for sign in pattern
    )


def _house(dice: Dice, country: str) -> str:
    if country == "US":
        return str(dice.between(1, 99) * dice.pick((1, 10, 100)) + dice.below(10))
    if country == "JP":
        return f"{dice.between(1, 6)}-{dice.between(1, 20)}-{dice.between(1, 20)}"
    number = min(dice.between(1, 180), dice.between(1, 180))
    letter = dice.pick("abc") if dice.chance(0.08) and country != "US" else ""
    return f"{number}{letter}"


def town_pattern(address: Address) -> str:
    """The pattern of a landline number of the address's town."""
    for city in CITIES[address.country]:
        if city.native == address.city and city.region == address.region:
            return city.landline
    raise ValueError(f"The town {address.city} of {address.country} is not in the table of places")


def some_day(dice: Dice, first: date, last: date) -> date:
    """A day between two days, both included."""
    return first + timedelta(days=dice.below((last - first).days + 1))


def mail_local(dice: Dice, given: str, family: str, birth: date) -> str:
    """The local part of a private e-mail address, in one of the usual shapes."""
    first, last = ascii_fold(given, german=True).lower(), ascii_fold(family, german=True).lower()
    first, last = first.replace(" ", "").replace("'", ""), last.replace(" ", "").replace("'", "")
    shape = dice.weighted(
        (
            ("{f}.{l}", 8),
            ("{f}{l}", 4),
            ("{i}{l}", 4),
            ("{f}_{l}", 2),
            ("{f}{y}", 2),
            ("{l}{i}{y}", 1),
            ("{l}.{f}", 2),
            ("{f}.{l}{y}", 4),
            ("{n}{y}", 2),
        )
    )
    nick = dice.pick(
        ("sunny", "biker", "gamer", "garden", "coffee", "lucky", "bluebird", "star", "river", "fox")
    )
    return shape.format(f=first, l=last, i=first[:1], y=str(birth.year)[2:], n=nick)
