"""Valid but fictional identifiers: tax ids with right check digits, GTINs, Salesforce ids.

Sources of the check digits: the published algorithms of the tax offices (ISO 7064 MOD 11,10 for DE; mod 97
for FR and GB;
Luhn for IT and FR SIREN; weighted mod 11 for PL, RU, UA, GR; mod 23 letters for ES; mod 9 for JP) and GS1
for GTIN.
"""

from dataclasses import dataclass

from mdm.sandbox.sample.dice import Dice

_NIF = "TRWAGMYFPDXBNJZSQVHLCKE"


@dataclass(frozen=True)
class TaxId:
    """A tax id: the ERP's tax type, the country (ISO 3166) and the value without blanks or prefix signs."""

    tax_type: str
    country: str
    value: str


def luhn(digits: str) -> str:
    """The Luhn check digit of a string of digits."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        number = int(sign) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return str((10 - total % 10) % 10)


def gtin_check(digits: str) -> str:
    """The GS1 check digit of a GTIN without its last digit."""
    total = sum(int(sign) * (3 if place % 2 == 0 else 1) for place, sign in enumerate(reversed(digits)))
    return str((10 - total % 10) % 10)


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(sign) * weight for sign, weight in zip(digits, weights, strict=True))


def _german(dice: Dice) -> str:
    body = dice.fill("%#######")
    product = 10
    for sign in body:
        total = (int(sign) + product) % 10 or 10
        product = total * 2 % 11
    return f"DE{body}{(11 - product) % 10}"


def _french(dice: Dice) -> str:
    body = dice.fill("%#######")
    siren = body + luhn(body)
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _british(dice: Dice) -> str:
    body = dice.fill("%######")
    while int(body) >= 9_990_001:
        body = dice.fill("%######")
    rest = _weighted(body, (8, 7, 6, 5, 4, 3, 2)) % 97
    return f"GB{body}{97 - rest:02d}"


def _italian(dice: Dice) -> str:
    body = dice.fill("0%#####") + dice.pick(("001", "015", "058", "063"))
    return f"IT{body}{luhn(body)}"


def _polish(dice: Dice) -> str:
    while True:
        body = dice.pick(("525", "676", "725", "897", "781", "583")) + dice.fill("%#####")
        check = _weighted(body, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11
        if check < 10:
            return f"PL{body}{check}"


def _spanish_company(dice: Dice) -> str:
    letter, body = dice.pick(("A", "B")), dice.pick(("28", "08", "46", "41")) + dice.digits(5)
    total = sum(int(sign) if place % 2 else sum(divmod(2 * int(sign), 10)) for place, sign in enumerate(body))
    return f"ES{letter}{body}{(10 - total % 10) % 10}"


def _russian(dice: Dice, person: bool) -> str:
    body = dice.pick(("77", "78", "54", "66")) + dice.digits(10 if person else 7)
    if not person:
        return body + str(_weighted(body, (2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)
    body = body[:10]
    body += str(_weighted(body, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)
    return body + str(_weighted(body, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)


def _ukrainian(dice: Dice) -> str:
    body = dice.fill("3######")
    weights = (7, 1, 2, 3, 4, 5, 6) if 30_000_000 < int(body + "0") < 60_000_000 else (1, 2, 3, 4, 5, 6, 7)
    rest = _weighted(body, weights) % 11
    if rest == 10:
        rest = _weighted(body, tuple(weight + 2 for weight in weights)) % 11
    return body + str(rest % 10)


def _greek(dice: Dice) -> str:
    body = dice.pick(("09", "80", "99")) + dice.digits(6)
    return "EL" + body + str(_weighted(body, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10)


def _japanese(dice: Dice) -> str:
    body = dice.fill("0#0001######")[:12]
    total = sum(int(sign) * (1 if place % 2 == 0 else 2) for place, sign in enumerate(reversed(body)))
    return f"{9 - total % 9}{body}"


def company_tax_id(dice: Dice, country: str) -> TaxId:
    """A valid tax id of an organisation of the country."""
    if country == "US":
        return TaxId(
            "US2", "US", dice.pick(("12", "20", "36", "47", "58", "75", "94")) + dice.fill("-#######")
        )
    if country == "ES":
        return TaxId("ES0", "ES", _spanish_company(dice))
    makers = {
        "DE": ("DE0", _german),
        "FR": ("FR0", _french),
        "GB": ("GB0", _british),
        "IT": ("IT0", _italian),
        "PL": ("PL0", _polish),
        "UA": ("UA1", _ukrainian),
        "GR": ("GR0", _greek),
        "JP": ("JP1", _japanese),
    }
    if country == "RU":
        return TaxId("RU1", "RU", _russian(dice, person=False))
    tax_type, make = makers[country]
    return TaxId(tax_type, country, make(dice))


def person_tax_id(dice: Dice, country: str) -> TaxId | None:
    """A valid tax id of a natural person where customers commonly give one (ES, PL, RU, GR), else None."""
    if country == "ES":
        number = dice.between(10_000_000, 78_999_999)
        return TaxId("ES1", "ES", f"{number:08d}{_NIF[number % 23]}")
    if country == "PL":
        return TaxId("PL0", "PL", _polish(dice))
    if country == "RU":
        return TaxId("RU2", "RU", _russian(dice, person=True))
    if country == "GR":
        body = dice.pick(("03", "04", "10", "12", "15")) + dice.digits(6)
        check = _weighted(body, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10
        return TaxId("GR1", "GR", f"{body}{check}")
    return None


def salesforce_id(prefix: str, number: int) -> str:
    """An 18-character Salesforce id: prefix, instance and base-62 number, then the case-safe suffix of three
    signs."""
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    body = ""
    while number:
        number, rest = divmod(number, 62)
        body = signs[rest] + body
    short = f"{prefix}5g0000{body.rjust(6, '0')}"
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << place for place, sign in enumerate(short[start : start + 5]) if "A" <= sign <= "Z")
        suffix += "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits]
    return short + suffix
