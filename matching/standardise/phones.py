"""Telephone numbers: E.164 where the country is known, digits that survive formats where not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException

from matching.standardise.text import digits, latin

# Own table for the fast path: region -> (calling code, trunk prefix, shortest and longest national number).
# Only regions whose trunk rule is "drop the prefix" or "there is none"; all others take the library.
_REGIONS = {
    "US": ("1", "1", 10, 10), "CA": ("1", "1", 10, 10), "GB": ("44", "0", 9, 10), "DE": ("49", "0", 6, 11),
    "AT": ("43", "0", 7, 12), "CH": ("41", "0", 9, 9), "FR": ("33", "0", 9, 9), "ES": ("34", "", 9, 9),
    "NL": ("31", "0", 9, 9), "BE": ("32", "0", 8, 9), "PL": ("48", "", 9, 9), "DK": ("45", "", 8, 8),
    "NO": ("47", "", 8, 8), "SE": ("46", "0", 7, 9), "PT": ("351", "", 9, 9), "CZ": ("420", "", 9, 9),
    "IE": ("353", "0", 8, 9), "AU": ("61", "0", 9, 9), "IN": ("91", "0", 10, 10), "JP": ("81", "0", 9, 10),
}  # fmt: skip
_ABROAD = {"US": "011", "CA": "011", "AU": "0011", "JP": "010"}  # dialled before a country's code; else 00
_PLAIN = re.compile(r"^[\s()\-./\d]+$")
_EXTENSION = re.compile(
    r"\s*(?:;ext=|,|(?:\b|(?<=\d))(?:ext|extn|extension|x|dw|durchwahl|poste|int|tov|dob)\b\.?:?|#)\s*(\d{1,6})\s*$"
    r"|\s*(?<=\d)x(\d{1,6})\s*$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\s*(?:tel|telefon|phone|fon|fax|mob|mobil|mobile|cell|t|m|f|p)\b[.:]*\s*", re.IGNORECASE
)
_OPTIONAL_TRUNK = re.compile(r"\(0\)")
_COUNTED = frozenset(
    run[start:stop]
    for run in ("0123456789", "1234567890", "9876543210")
    for start in range(5)
    for stop in range(start + 6, 11)
)


@dataclass(frozen=True, slots=True)
class Phone:
    """One number: e164 ("" for an unknown country or an impossible number), national digits, extension.

    valid: True or False as the numbering plan says, None when no plan was asked. placeholder: made up.
    """

    e164: str = ""
    national: str = ""
    extension: str = ""
    valid: bool | None = None
    placeholder: bool = False

    @property
    def key(self) -> str:
        """E.164 when known, else the last nine national digits; "" for a placeholder or too few digits."""
        if self.placeholder or len(self.national) < 5:
            return ""
        return self.e164 or self.national[-9:]

    @property
    def tail(self) -> str:
        """The last eight digits, the same with and without country and trunk prefix."""
        return "" if self.placeholder or len(self.national) < 6 else self.national[-8:]


def parse(text: str, region: str = "") -> Phone:
    """Read a number; region is the ISO 3166 code of the country it is dialled in, "" when not known."""
    shown = _LABEL.sub("", latin(text).strip())
    extension = ""
    match = _EXTENSION.search(shown)
    if match and len(digits(shown[: match.start()])) >= 6:
        extension, shown = match.group(1) or match.group(2), shown[: match.start()]
    bare = digits(shown)
    if not bare:
        return Phone()
    if is_placeholder(bare):
        return Phone(national=bare, extension=extension, placeholder=True)
    found = _fast(shown, bare, region) or _slow(shown, region)
    if found is None:
        return Phone(national=bare.lstrip("0") or bare, extension=extension)
    e164, national, valid = found
    made_up = is_placeholder(national)
    return Phone("" if made_up else e164, national, extension, valid, made_up)


def national_of(text: str) -> str | None:
    """Return the national digits of a number written plainly, as `parse` finds them without a region.

    Plain are figures alone, and E.164 of a length that its country has. None for anything else, placeholders
    included: reading every number with the library takes fifty times as long.
    """
    plus = text[:1] == "+"
    bare = text[1:] if plus else text
    if not (bare.isascii() and bare.isdigit()) or bare.startswith("00") or is_placeholder(bare):
        return None
    if not plus:
        national = bare.lstrip("0") or bare
        return national if len(national) >= 5 else None
    for width in (1, 2, 3):
        if (plan := _plan(bare[:width])) is not None:
            national = bare[width:]
            lengths, trunk = plan
            possible = len(national) in lengths and national[0] not in "01" and not trunk.match(national)
            return national if possible and len(national) >= 5 and not is_placeholder(national) else None
    return None


@lru_cache(maxsize=1 << 10)
def _plan(calling_code: str) -> tuple[frozenset[int], re.Pattern[str]] | None:
    """Return the lengths of a country's national numbers and what may be dialled ahead of them."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(calling_code))
    if calling_code.startswith("0") or not regions:
        return None
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(regions[0], None)
    if metadata is None or metadata.general_desc is None:
        return frozenset(), re.compile("")
    ahead = re.compile(metadata.national_prefix_for_parsing or "(?!)")
    return frozenset(metadata.general_desc.possible_length), ahead


def is_placeholder(number: str) -> bool:
    """Whether digits are made up: one digit repeated (999-9999), counted up or down."""
    bare = digits(number)
    if not bare:
        return True
    core = bare.lstrip("0")
    if len(core) < 3 or core in _COUNTED:
        return True
    # One digit repeated, also behind a real area code: 030 9999999.
    return core[-7:] == core[-1] * min(7, len(core))


def national_digits(text: str) -> str:
    """Return the digits without leading zeros: a key that needs no country."""
    return digits(text).lstrip("0")


def _fast(shown: str, bare: str, region: str) -> tuple[str, str, bool | None] | None:
    """Return what needs no library: a national number of a region in the table, in plain digits and signs."""
    plan = _REGIONS.get(region)
    if plan is None or shown.startswith("+") or not _PLAIN.match(shown):
        return None
    code, trunk, shortest, longest = plan
    if region in ("US", "CA"):
        national = bare[1:] if len(bare) == 11 and bare[0] == "1" else bare
        if len(national) != 10 or national[0] < "2" or national[3] < "2":
            return None
        return f"+{code}{national}", national, None
    if (trunk and not bare.startswith(trunk)) or bare.startswith(_ABROAD.get(region, "00")):
        return None
    national = bare[len(trunk) :]
    if not shortest <= len(national) <= longest or national.startswith(("0", code)):
        return None
    return f"+{code}{national}", national, None


def _slow(shown: str, region: str) -> tuple[str, str, bool | None] | None:
    """Return what the library reads; numbers that cannot exist are tried again with a forgotten plus sign."""
    written = _OPTIONAL_TRUNK.sub("", shown) if "+" in shown or shown.startswith("00") else shown
    if written.startswith("00") and not region:
        written = "+" + written[2:]
    if not region and not written.startswith("+"):
        return None
    for attempt in (written, "+" + digits(written)):
        try:
            number = phonenumbers.parse(attempt, region or None)
        except NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            national = phonenumbers.national_significant_number(number)
            return e164, national, phonenumbers.is_valid_number(number)
    return None
