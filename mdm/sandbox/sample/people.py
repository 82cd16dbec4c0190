"""Private customers in households, contacts of companies, and sole traders."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.entities import (
    COUNTRY_WEIGHTS,
    CULTURE,
    MAIL_HOSTS,
    TODAY,
    Address,
    Company,
    Name,
    Person,
    Phone,
    World,
    mail_local,
    some_day,
    town_pattern,
)
from mdm.sandbox.sample.identifiers import company_tax_id, person_tax_id
from mdm.sandbox.sample.scripts import ascii_fold, latin
from mdm.sandbox.sample.tables_companies import JOBS, TRADES
from mdm.sandbox.sample.tables_family import FAMILY, feminine
from mdm.sandbox.sample.tables_given import GIVEN

NEVER = date(1900, 1, 1)
# country -> cultures of people who live there besides its own
_GUESTS = {
    "US": ("es", "de", "it", "pl"),
    "GB": ("pl", "it", "fr"),
    "DE": ("pl", "it", "el", "ru"),
    "FR": ("es", "it", "pl"),
    "ES": ("en", "de"),
    "IT": ("fr", "de"),
    "PL": ("uk",),
    "UA": ("ru",),
    "RU": ("uk",),
    "GR": ("en",),
    "JP": ("ja",),
}


def _given_name(dice: Dice, culture: str, sex: str) -> Name:
    native, reading, shorts = dice.skewed(GIVEN[culture][sex])
    if culture in ("es", "fr") and dice.chance(0.12) and "-" not in native:
        second = dice.skewed(GIVEN[culture][sex])[0]
        if second != native and "-" not in second:
            native += (" " if culture == "es" else "-") + second
    return Name(native, reading or latin(native, culture, 0), reading or latin(native, culture, 1), shorts)


def _family_root(dice: Dice, culture: str) -> tuple[str, str]:
    rows = FAMILY[culture]
    native, reading = dice.skewed(rows) if dice.chance(0.75) else dice.pick(rows)
    if culture == "es" and dice.chance(0.75):
        native = f"{native} {dice.skewed(rows)[0]}"
    elif culture in ("de", "fr", "en") and dice.chance(0.02):
        native = f"{native}-{dice.skewed(rows)[0]}"
    elif culture == "de" and dice.chance(0.01):
        native = f"von {native}"
    return native, reading


def _family_name(culture: str, root: tuple[str, str], sex: str) -> Name:
    native = feminine(culture, root[0]) if sex == "f" else root[0]
    return Name(native, root[1] or latin(native, culture, 0), root[1] or latin(native, culture, 1))


@dataclass(frozen=True)
class Home:
    """What people who live together share: country, culture, family name, address and landline."""

    country: str
    culture: str
    root: tuple[str, str]
    address: Address
    landline: Phone | None


class Town:
    """Makes people: whole households at one address, and single people at work."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dice = Dice(world.seed, "people")
        self._household = 0

    def _person(
        self,
        home: Home,
        sex: str,
        born: tuple[int, int],
        others: Sequence[Person] = (),
        named: Name | None = None,
    ) -> Person:
        """A person of the home, born in one of the years, named unlike the others who live there."""
        dice, world = self.dice, self.world
        country, culture = home.country, home.culture
        birth = some_day(dice, date(born[0], 1, 1), date(born[1], 12, 31))
        given, family = named or _given_name(dice, culture, sex), _family_name(culture, home.root, sex)
        while any(given.native[:1] == other.given.native[:1] for other in others):
            given = _given_name(dice, culture, sex)
        former = None
        married = NEVER
        if sex == "f" and birth.year < 1999 and dice.chance(0.16):
            former = _family_name(culture, _family_root(dice, culture), sex)
            married = some_day(dice, date(2016, 1, 1), TODAY)
        moved = some_day(dice, date(2017, 1, 1), TODAY) if dice.chance(0.22) else NEVER
        local = mail_local(dice, given.latin, (former or family).latin, birth)
        emails = [world.email(dice, local, dice.skewed(MAIL_HOSTS))]
        if dice.chance(0.35):
            emails.append(
                world.email(dice, mail_local(dice, given.latin, family.latin, birth), dice.skewed(MAIL_HOSTS))
            )
        pattern = town_pattern(home.address)
        prefix = (
            dice.pick(("Dr.", "Dr.", "Prof. Dr.", "Dipl.-Ing."))
            if dice.chance(0.03) and country == "DE"
            else ""
        )
        return Person(
            entity=world.entity("P"),
            culture=culture,
            country=country,
            sex=sex,
            given=given,
            middle=_given_name(dice, culture, sex)
            if culture in ("en", "de", "fr", "ru") and dice.chance(0.45)
            else None,
            family=family,
            former=former,
            married=married,
            birth=birth,
            address=home.address,
            old_address=world.address(dice, country) if moved != NEVER else None,
            moved=moved,
            landline=home.landline,
            mobile=world.mobile(dice, country, pattern),
            old_mobile=world.mobile(dice, country, pattern) if dice.chance(0.15) else None,
            emails=emails,
            family_email="",
            tax=person_tax_id(dice, country),
            household=self._household,
            prefix=prefix,
        )

    def household(self) -> list[Person]:
        """The people of one new household: single, couple, family, twins, flatmates, father and son."""
        dice, world = self.dice, self.world
        self._household += 1
        country = dice.weighted(COUNTRY_WEIGHTS)
        culture = dice.pick(_GUESTS[country]) if dice.chance(0.1) else CULTURE[country]
        if culture in ("ru", "uk", "el") and CULTURE[country] not in ("ru", "uk", "el") and dice.chance(0.5):
            culture = CULTURE[country]
        address = world.address(dice, country)
        landline = world.phone(dice, country, town_pattern(address), "landline") if dice.chance(0.6) else None
        root = _family_root(dice, culture)
        shape = dice.weighted(
            (("single", 640), ("couple", 190), ("family", 110), ("namesakes", 22), ("twins", 8), ("flat", 30))
        )
        born = (1942, 1985) if shape in ("couple", "family", "namesakes") else (1942, 2005)
        home = Home(country, culture, root, address, landline)
        first = self._person(home, "m" if shape == "namesakes" else dice.pick("mf"), born)
        people = [first]
        if shape in ("couple", "family"):
            people.append(self._person(home, "f" if first.sex == "m" else "m", born, people))
        if shape in ("family", "twins"):
            for _ in range(dice.between(1, 3) if shape == "family" else 1):
                people.append(self._person(home, dice.pick("mf"), (1986, 2007), people))
        if shape == "twins":
            people[1].birth = first.birth
        if shape == "flat":
            own = CULTURE[country]
            other = replace(home, culture=own, root=_family_root(dice, own))
            people.append(self._person(other, dice.pick("mf"), (1970, 2004), people))
        if shape == "namesakes":
            people.append(self._namesake(first, home))
        return self._share(people, shape)

    def _namesake(self, father: Person, home: Home) -> Person:
        """A son who bears his father's given and family name and lives at his address."""
        born = father.birth.year + self.dice.between(21, 34)
        son = self._person(home, "m", (born, born), named=father.given)
        for person in (father, son):
            person.namesake, person.former, person.moved, person.old_address = True, None, NEVER, None
        if self.dice.chance(0.6):
            senior, junior = {
                "en": ("Sr.", "Jr."),
                "de": ("sen.", "jun."),
                "fr": ("père", "fils"),
                "es": ("padre", "hijo"),
                "it": ("senior", "junior"),
            }.get(father.culture, ("", ""))
            father.suffix, son.suffix = (senior if self.dice.chance(0.5) else ""), junior
        return son

    def _share(self, people: list[Person], shape: str) -> list[Person]:
        """The same people with what a household shares."""
        dice, world = self.dice, self.world
        for person in people:
            person.crowded = len(people) > 1
        if len(people) > 1 and shape != "flat" and dice.chance(0.4):
            word = dice.pick(("family", "familie", "casa", "home", "die"))
            local = f"{word}.{ascii_fold(people[0].family.latin, german=True)}"
            shared = world.email(dice, local.replace(" ", ""), dice.skewed(MAIL_HOSTS))
            for person in people:
                person.family_email = shared
        return people

    def contact(self, company: Company) -> Person:
        """A new person who works at the company, with a work address of e-mail first in the list."""
        dice, world = self.dice, self.world
        self._household += 1
        country = company.country
        culture = (
            dice.pick(_GUESTS[country])
            if dice.chance(0.12) and CULTURE[country] in ("en", "de", "fr")
            else CULTURE[country]
        )
        address = world.address(dice, country)
        home = Home(country, culture, _family_root(dice, culture), address, None)
        person = self._person(home, dice.pick("mf"), (1958, 2002))
        person.company, person.job = company, dice.skewed(JOBS).replace("_", " ")
        given, family = (
            ascii_fold(person.given.latin, german=True),
            ascii_fold(person.family.latin, german=True),
        )
        local = (
            dice.weighted(((f"{given}.{family}", 6), (f"{given[:1]}.{family}", 3), (given, 1)))
            .replace(" ", "")
            .replace("'", "")
        )
        person.emails.insert(0, world.email(dice, local, company.domain))
        return person

    def sole_trader(self) -> Person:
        """A person with a trade of their own: a person in the CRM, a company in the ERP, one entity in
        truth."""
        dice = self.dice
        people = self.household()
        person = replace(people[0])
        person.former, person.namesake, person.suffix = None, False, ""
        person.trade = dice.pick(TRADES[person.country])
        person.tax = person_tax_id(dice, person.country) or company_tax_id(dice, person.country)
        native = f"{person.given.native} {person.family.native}"
        person.trade_name = dice.weighted(
            (
                (f"{person.family.native} {person.trade}", 4),
                (f"{person.trade} {person.family.native}", 4),
                (f"{person.trade} {native}", 3),
            )
        )
        person.landline = person.landline or self.world.phone(
            dice, person.country, town_pattern(person.address), "landline"
        )
        return person


def current(person: Person, day: date) -> tuple[Address, Name]:
    """The address and family name that the person has on a day."""
    address = person.old_address if person.old_address and day < person.moved else person.address
    family = person.former if person.former and day < person.married else person.family
    return address, family
