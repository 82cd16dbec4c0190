"""Companies with legal forms, and franchise branches that share a brand but are different legal entities."""

from datetime import date

from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.entities import (
    COUNTRY_WEIGHTS,
    CULTURE,
    TODAY,
    Company,
    World,
    some_day,
    town_pattern,
)
from mdm.sandbox.sample.identifiers import company_tax_id
from mdm.sandbox.sample.people import NEVER
from mdm.sandbox.sample.scripts import ascii_fold, latin
from mdm.sandbox.sample.tables_companies import (
    COINED_FIRST,
    COINED_LAST,
    CYRILLIC_COINED,
    FRANCHISES,
    LEGAL_FORMS,
    PATTERNS,
    SECTORS,
)
from mdm.sandbox.sample.tables_family import FAMILY


class Register:
    """Makes companies with names that no other company of the country has."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dice = Dice(world.seed, "companies")
        self._names: set[str] = set()
        self._domains: set[str] = set()

    def _name(self, country: str, town: str, town_latin: str) -> tuple[str, str]:
        """A new company name without legal form: native and Latin."""
        dice, culture = self.dice, CULTURE[country]
        while True:
            pattern = dice.weighted(PATTERNS[country])
            first = dice.skewed(FAMILY[culture]) if dice.chance(0.5) else dice.pick(FAMILY[culture])
            second = dice.skewed(FAMILY[culture])
            sector, _, sound = dice.skewed(SECTORS[country]).replace("_", " ").partition("|")
            coined = dice.pick(COINED_FIRST) + dice.pick(COINED_LAST)
            cyrillic = dice.pick(CYRILLIC_COINED) + (
                dice.pick(("", "-М", "-Плюс", "-2000")) if dice.chance(0.3) else ""
            )
            words = {
                "f": first[0].split(" ")[0],
                "g": second[0].split(" ")[0],
                "s": sector,
                "c": coined,
                "t": town,
                "k": cyrillic,
            }
            native = pattern.format(**words)
            if country in ("RU", "UA"):
                native = native[:1].upper() + native[1:]
                native = native.replace(cyrillic + sector, cyrillic + sector.lower())
            if native in self._names:
                continue
            self._names.add(native)
            if country == "JP":
                return native, " ".join(
                    word for word in (first[1] if "{f}" in pattern else town_latin, sound) if word
                )
            return native, latin(native, culture)

    def _domain(self, name: str) -> str:
        base = "".join(
            sign
            for sign in ascii_fold(name, german=True).lower().replace(" & ", "-").replace(" ", "-")
            if sign.isascii() and (sign.isalnum() or sign == "-")
        ).strip("-")
        base = base[:24].strip("-") or "firma"
        domain = f"{base}.example"
        while domain in self._domains:
            domain = f"{base}{self.dice.between(2, 99)}.example"
        self._domains.add(domain)
        return domain

    def company(self, brand: tuple[str, str, str, str] | None = None) -> Company:
        """A new company; with a brand (name, country, domain, central phone's owner) it is a branch of that
        franchise."""
        dice, world = self.dice, self.world
        country = brand[1] if brand else dice.weighted(COUNTRY_WEIGHTS)
        address = world.address(dice, country)
        form = dice.weighted(LEGAL_FORMS[country])
        trading = ""
        if brand:
            name = dice.weighted(
                (
                    (f"{brand[0]} {address.city}", 6),
                    (f"{brand[0]} {address.city} {address.street.split(' ')[0]}", 2),
                    (brand[0], 2),
                )
            )
            name_latin, trading, domain = latin(name, CULTURE[country]), brand[0], brand[2]
        else:
            name, name_latin = self._name(country, address.city, address.city_latin)
            domain = self._domain(name_latin)
            trading = name.split(" ")[0] if dice.chance(0.06) and len(name.split(" ")[0]) > 3 else ""
        moved = some_day(dice, date(2018, 1, 1), TODAY) if dice.chance(0.14) and not brand else NEVER
        desks = [
            "info",
            dice.pick(
                ("sales", "office", "contact", "mail", "buchhaltung" if country == "DE" else "accounts")
            ),
        ]
        if brand:
            town = ascii_fold(address.city_latin, german=True).lower().replace(" ", "")
            emails = [world.email(dice, town, domain)]
        else:
            emails = [f"{desk}@{domain}" for desk in desks]
        pattern = town_pattern(address)
        return Company(
            entity=world.entity("O"),
            country=country,
            name=name,
            name_latin=name_latin,
            form=form.short,
            form_code=form.code,
            form_others=form.others,
            form_leads=form.leads,
            trading=trading,
            address=address,
            old_address=world.address(dice, country) if moved != NEVER else None,
            moved=moved,
            switchboard=world.phone(dice, country, pattern, "switchboard"),
            other_phone=world.phone(dice, country, pattern, "landline") if dice.chance(0.3) else None,
            domain=domain,
            emails=emails,
            tax=company_tax_id(dice, country),
            duns=dice.fill("%########"),
            branch=brand is not None,
        )

    def franchise(self, size: int) -> list[Company]:
        """``size`` branches of one brand in one country; some give the brand's central phone and e-mail."""
        dice = self.dice
        name = dice.pick(FRANCHISES).replace("~", " ").replace("_", " ")
        country = dice.pick(("US", "GB", "DE", "FR", "ES", "IT", "PL"))
        domain = self._domain(name)
        branches = [self.company((name, country, domain, "")) for _ in range(size)]
        central = branches[0].switchboard
        for branch in branches[1:]:
            if dice.chance(0.3):
                branch.other_phone = central
            if dice.chance(0.4):
                branch.emails.append(f"info@{domain}")
        return branches
