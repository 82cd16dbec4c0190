"""Source keys in one spelling per object type, so that one record of a platform has one name here.

Every rule is idempotent: a normalised key is left as it is. A key that no rule of the platform could have
issued is refused, because a guess would give one record's name to another.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

MAX_LENGTH = 200
"""Characters of the source_key column."""

KeyRule = Callable[[str], str]

# The order of these 32 characters is Salesforce's: five letter cases, lowest bit first, make one suffix
# character.
SALESFORCE_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
SALESFORCE_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?", re.ASCII)
DIGITS = re.compile(r"[0-9]+", re.ASCII)


class BadKey(ValueError):
    """A source key cannot be used as written."""


class UnknownKeyRule(ValueError):
    """No key rule has this name."""


def exact(key: str) -> str:
    """Keep the key as written (trimmed, NFC)."""
    return key


def fold(key: str) -> str:
    """Ignore case: the caseless form of Unicode, composed."""
    folded = unicodedata.normalize("NFC", key.casefold())
    # Composing can make a character that folds again (Unicode 3.13, D145), so go on until nothing changes.
    return folded if folded == key else fold(folded)


def upper(key: str) -> str:
    """Write ASCII letters as capitals, for platforms that know no small ones."""
    return re.sub("[a-z]+", lambda letters: letters.group().upper(), key)


def integer(key: str) -> str:
    """Write a whole number without sign, zeros in front, or a spreadsheet's '.0'; anything else is
    refused.
    """
    try:
        number = Decimal(key)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number != number.to_integral_value() or number < 0 or number.adjusted() > 60:
        raise BadKey(f"The key {_shown(key)} is not a whole number.")
    return str(int(number))


def sap10(key: str) -> str:
    """Pad a number with zeros to ten digits; SAP's ALPHA conversion leaves keys with letters alone, as
    capitals.
    """
    return _sap_alpha(key, width=10)


def sap_product(key: str) -> str:
    """Write a SAP product number as its OData services do: numbers without zeros in front, letters as
    capitals.
    """
    written = upper(key)
    if len(written) > 40:
        raise BadKey(
            f"The key {_shown(key)} has {len(written)} characters; a SAP product number has up to 40."
        )
    return (written.lstrip("0") or "0") if DIGITS.fullmatch(written) else written


def salesforce18(key: str) -> str:
    """Write a Salesforce id with its 18 characters; 15 gain the check suffix, a wrong suffix is refused."""
    if not SALESFORCE_ID.fullmatch(key):
        raise BadKey(f"The key {_shown(key)} is no Salesforce id: 15 or 18 letters and digits.")
    body, suffix = key[:15], key[15:].upper()
    due = salesforce_suffix(body)
    if suffix and suffix != due:
        raise BadKey(
            f"The key {_shown(key)} ends in {suffix!r}, but the case of its letters asks for {due!r}: it was"
            " mistyped, or a tool (Excel's lookup, for example) changed the case of its letters."
        )
    return body + due


def uuid_key(key: str) -> str:
    """Write a UUID in small letters with hyphens."""
    try:
        return str(uuid.UUID(key))
    except ValueError as error:
        raise BadKey(f"The key {_shown(key)} is not a UUID.") from error


RULES: Mapping[str, KeyRule] = {
    "exact": exact,
    "fold": fold,
    "upper": upper,
    "integer": integer,
    "sap10": sap10,
    "sap_product": sap_product,
    "salesforce18": salesforce18,
    "uuid": uuid_key,
}


def normalise_key(rule: str, key: object) -> str:
    """Return the one spelling of `key` under the named rule.

    Raises BadKey for an empty, over-long or unprintable key and for one that the rule refuses; UnknownKeyRule
    for a name that is not in RULES.
    """
    normaliser = RULES.get(rule)
    if normaliser is None:
        raise UnknownKeyRule(f"The key rule {rule!r} is unknown; known are {', '.join(sorted(RULES))}.")
    if isinstance(key, bool) or not isinstance(key, str | int | float):
        raise BadKey(
            "The row has no key." if key is None else f"The key is no text or number but {_shown(key)}."
        )
    text = _as_text(key).strip()
    if not text:
        raise BadKey("The row has no key.")
    if not text.isprintable():
        raise BadKey(f"The key {_shown(text)} has control characters in it.")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    normalised = normaliser(text)
    if len(normalised) > MAX_LENGTH:
        raise BadKey(
            f"The key {_shown(text)} has {len(normalised)} characters; up to {MAX_LENGTH} can be stored."
        )
    return normalised


def salesforce_suffix(body: str) -> str:
    """Return the three check characters of a 15-character id: one bit for each capital letter."""
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << place for place in range(5) if "A" <= body[start + place] <= "Z")
        suffix += SALESFORCE_SUFFIX[bits]
    return suffix


def _as_text(key: str | int | float) -> str:
    # A spreadsheet holds every number as a float; 7.0 in a key column means 7.
    if isinstance(key, float) and key.is_integer():
        return str(int(key))
    return str(key)


def _sap_alpha(key: str, *, width: int) -> str:
    written = upper(key)
    if DIGITS.fullmatch(written):
        written = written.lstrip("0").rjust(width, "0")
    if len(written) > width:
        raise BadKey(f"The key {_shown(key)} has {len(written)} characters; SAP gives this object {width}.")
    return written


def _shown(key: object) -> str:
    text = repr(key)
    return text if len(text) <= 60 else text[:59] + "…"
