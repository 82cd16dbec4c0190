"""Faults of typing, reading and filling in, on single strings: each gives the damaged text."""

from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.tables_places import STREET_SHORT

_NEAR = dict(
    zip(
        "qwertzuiopasdfghjklyxcvbnm",
        (
            "wa",
            "qe",
            "wr",
            "et",
            "rz",
            "tu",
            "zi",
            "uo",
            "ip",
            "ol",
            "sq",
            "ad",
            "sf",
            "dg",
            "fh",
            "gj",
            "hk",
            "jl",
            "ko",
            "xu",
            "yc",
            "xv",
            "cb",
            "vn",
            "bm",
            "nj",
        ),
        strict=True,
    )
)
_OCR = (
    ("rn", "m"),
    ("m", "rn"),
    ("l", "1"),
    ("O", "0"),
    ("e", "c"),
    ("h", "b"),
    ("ii", "u"),
    ("cl", "d"),
    ("B", "8"),
    ("S", "5"),
    ("I", "l"),
    ("vv", "w"),
    ("nn", "m"),
    ("ß", "B"),
    ("ł", "t"),
    ("й", "и"),
    ("ш", "щ"),
    ("η", "n"),
)
PLACEHOLDER_PHONES = ("999-9999", "000000000", "+49 000 000000", "0123456789", "1111111111", "n/a", "-")
PLACEHOLDER_EMAILS = (
    "noreply@example.com",
    "none@example.com",
    "unknown@example.org",
    "no-email@example.net",
    "test@example.com",
    "n/a",
)
PLACEHOLDER_BIRTHS = ("1900-01-01", "1970-01-01", "1901-01-01")
PLACEHOLDER_WORDS = ("Unknown", "n/a", "N.N.", "-", "XXX", "unbekannt", "TBD")
PLACEHOLDER_TAXES = ("000000000", "999999999", "n/a", "PENDING")


def typing_error(dice: Dice, text: str) -> str:
    """The text with one slip of the fingers after the first letter: swapped, lost, doubled or neighbouring
    key."""
    if len(text) < 4:
        return text
    at = dice.between(1, len(text) - 2)
    sign = text[at]
    if not sign.isalpha():
        return text[:at] + text[at + 1 :]
    shape = dice.below(4)
    if shape == 0 and text[at + 1] != sign and text[at + 1].isalpha():
        return text[:at] + text[at + 1] + sign + text[at + 2 :]
    if shape == 1:
        return text[:at] + text[at + 1 :]
    if shape == 2 or sign.lower() not in _NEAR:
        return text[:at] + sign + text[at:]
    near = dice.pick(_NEAR[sign.lower()])
    return text[:at] + (near.upper() if sign.isupper() else near) + text[at + 1 :]


def misread(dice: Dice, text: str) -> str:
    """The text with one confusion of optical character recognition, or unchanged where none is possible."""
    for wrong, read in dice.shuffled(_OCR):
        at = text.find(wrong, 1)
        if at > 0:
            return text[:at] + read + text[at + len(wrong) :]
    return text


def digit_error(dice: Dice, text: str) -> str:
    """The text with one digit replaced or two neighbouring digits swapped (never the first two digits)."""
    places = [place for place, sign in enumerate(text) if sign.isdigit()][2:]
    if len(places) < 3:
        return text
    at = dice.below(len(places) - 1)
    signs = list(text)
    one, other = places[at], places[at + 1]
    if dice.chance(0.5) and signs[one] != signs[other]:
        signs[one], signs[other] = signs[other], signs[one]
    else:
        signs[one] = str((int(signs[one]) + dice.between(1, 9)) % 10)
    return "".join(signs)


def email_error(dice: Dice, text: str) -> str:
    """The address with a slip in its local part or in its domain's ending."""
    local, _, host = text.partition("@")
    if dice.chance(0.25) and host.endswith(".example"):
        return f"{local}@{host[:-8]}.exmaple"
    slipped = typing_error(dice, local)
    return f"{slipped}@{host}"


def transposed_date(iso: str) -> str:
    """The date with day and month exchanged where that is a date, else unchanged."""
    year, month, day = iso.split("-")
    return f"{year}-{day}-{month}" if int(day) <= 12 else iso


def date_error(dice: Dice, iso: str) -> str:
    """The date with a slip in its year or day."""
    year, month, day = iso.split("-")
    if dice.chance(0.5):
        return (
            f"{year[:2]}{year[3]}{year[2]}-{month}-{day}"
            if year[2] != year[3] and year[:2] == "19"
            else f"{int(year) + 1}-{month}-{day}"
        )
    return f"{year}-{month}-{int(day) % 28 + 1:02d}"


def short_street(street: str, country: str) -> str:
    """The street with its type in the usual short form."""
    for full, short in STREET_SHORT[country]:
        if full in street:
            return street.replace(full, short, 1)
        if full.capitalize() in street:
            return street.replace(full.capitalize(), short.capitalize(), 1)
    return street
