"""Salesforce record ids: 15 characters that tell case, or 18 with a suffix from which case can be
restored."""

import re

SUFFIX_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
FORM = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")


def check_suffix(short: str) -> str:
    """Return the three characters behind a 15-character id: one bit a character, set where it is upper
    case."""
    groups = (short[start : start + 5] for start in (0, 5, 10))
    return "".join(
        SUFFIX_LETTERS[sum(1 << place for place, letter in enumerate(group) if "A" <= letter <= "Z")]
        for group in groups
    )


def long_id(text: str) -> str | None:
    """Return the 18-character form of an id, or None when it is none.

    A 15-character id is taken as it stands; of an 18-character one the suffix decides about upper and lower
    case, as the platform itself does for ids that went through a case-blind tool.
    """
    if not FORM.fullmatch(text):
        return None
    if len(text) == 15:
        return text + check_suffix(text)
    short = ""
    for group, mark in enumerate(text[15:].upper()):
        bits = SUFFIX_LETTERS.find(mark)
        if bits < 0:
            return None
        letters = text[group * 5 : group * 5 + 5]
        short += "".join(
            letter.upper() if bits >> place & 1 else letter.lower() for place, letter in enumerate(letters)
        )
    return short + text[15:].upper() if check_suffix(short) == text[15:].upper() else None


def numbered_id(prefix: str, number: int) -> str:
    """Return the 18-character id of the object type's prefix and a running number."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    short = f"{prefix}Au0{digits.rjust(9, '0')}"
    return short + check_suffix(short)
