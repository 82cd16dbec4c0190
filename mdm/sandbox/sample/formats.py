"""How platforms and countries write phones, dates, addresses and tax ids."""

from datetime import UTC, date, datetime, timedelta

from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.entities import Phone

_TRUNK = {"DE": "0", "GB": "0", "FR": "0", "UA": "0", "JP": "0", "RU": "8"}
_HOUSE_FIRST = ("US", "GB", "FR")
# country -> sizes of the groups of a national number; the rest is the last group
_GROUPS = {
    "US": (3, 3),
    "FR": (1, 2, 2, 2),
    "ES": (3, 3),
    "PL": (3, 3),
    "GR": (3, 3),
    "RU": (3, 3, 2),
    "UA": (2, 3, 2),
    "IT": (3, 3),
    "GB": (4,),
    "DE": (3,),
    "JP": (2, 4),
}


def _grouped(phone: Phone, sign: str) -> str:
    rest, parts = phone.national, []
    for size in _GROUPS[phone.country]:
        parts.append(rest[:size])
        rest = rest[size:]
    return sign.join([*parts, rest] if rest else parts)


def phone_text(dice: Dice, phone: Phone, platform: str) -> str:
    """The number in one of the platform's habits: the ERP writes it at home, the desk as E.164, the CRM for
    abroad."""
    habit = dice.weighted(
        {
            "erp": (("home", 6), ("slash", 3), ("abroad", 1)),
            "crm": (("abroad", 5), ("home", 3), ("plain", 1), ("zeros", 1)),
            "shop": (("plain", 4), ("home", 3), ("abroad", 2), ("slash", 1)),
            "desk": (("e164", 6), ("home", 2), ("abroad", 1)),
        }[platform]
    )
    trunk = _TRUNK.get(phone.country, "")
    if habit == "e164":
        return f"+{phone.code}{phone.national}"
    if habit == "abroad":
        return f"+{phone.code} {_grouped(phone, ' ')}"
    if habit == "zeros":
        return (
            f"00{phone.code} {_grouped(phone, ' ')}" if phone.country != "US" else f"1-{_grouped(phone, '-')}"
        )
    if habit == "plain":
        return f"{trunk}{phone.national}"
    if phone.country == "US":
        national = phone.national
        return f"({national[:3]}) {national[3:6]}-{national[6:]}" if habit == "home" else _grouped(phone, ".")
    return (
        trunk + _grouped(phone, " ")
        if habit == "home"
        else trunk + _grouped(phone, "/" if phone.country == "DE" else "-")
    )


def street_line(street: str, house: str, unit: str, country: str) -> str:
    """Street, house number and unit in one line, in the order of the country."""
    if country in _HOUSE_FIRST:
        line = f"{house} {street}".strip()
        return f"{unit}, {line}" if unit and country == "GB" else f"{line}, {unit}" if unit else line
    if country == "JP":
        return f"{street}{house}" if street[:1] > "\u3000" else f"{house} {street}".strip()
    if unit and country == "PL":
        return f"{street} {house}/{unit}"
    if unit and country in ("RU", "UA"):
        latin = street.isascii()
        sign = "d." if latin else "д." if country == "RU" else "буд."
        return f"{street}, {sign} {house}, {'kv.' if latin else 'кв.'} {unit}"
    if country in ("ES", "IT") and house:
        return f"{street}, {house}"
    return f"{street} {house}".strip()


def tax_text(dice: Dice, value: str, platform: str) -> str:
    """The tax id as the platform's people write it: with blanks, dots or without the country's prefix."""
    if not any(sign.isdigit() for sign in value):
        return value  # "PENDING" has no country's prefix to drop
    prefix, body = (value[:2], value[2:]) if value[:2].isalpha() else ("", value)
    shape = dice.weighted(
        (("as_is", 7), ("blanks", 0), ("bare", 0))
        if platform == "erp"
        else (("as_is", 4), ("blanks", 3), ("bare", 2))
    )
    if shape == "blanks" and len(body) == 9:
        return f"{prefix} {body[:3]} {body[3:6]} {body[6:]}".strip()
    if shape == "blanks" and prefix:
        return f"{prefix} {body}"
    return body if shape == "bare" else value


def sap_date(day: date) -> str:
    """The day as OData V2 JSON writes it: milliseconds since 1970 in UTC."""
    return f"/Date({(day - date(1970, 1, 1)) // timedelta(milliseconds=1)})/"


def sap_time(day: date, minute: int) -> str:
    """A moment of the day as OData V2 JSON writes a DateTimeOffset."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    return f"/Date({(moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)}+0000)/"


def salesforce_time(day: date, minute: int) -> str:
    """A moment of the day as the Salesforce REST API writes it."""
    return f"{day.isoformat()}T{minute // 60:02d}:{minute % 60:02d}:{minute * 7 % 60:02d}.000+0000"


def shop_date(day: date) -> str:
    """The day as the European shop writes it."""
    return day.strftime("%d.%m.%Y")


def desk_time(day: date, minute: int) -> str:
    """A moment of the day in ISO 8601 with Z."""
    return f"{day.isoformat()}T{minute // 60:02d}:{minute % 60:02d}:{minute * 11 % 60:02d}Z"
