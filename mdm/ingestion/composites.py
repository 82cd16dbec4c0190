"""Checks of the attributes that have parts: addresses, identifiers, GTINs, quantities, consents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from matching.standardise.placeholders import is_placeholder
from mdm.domains import Attribute
from mdm.ingestion.checks import Notes, number_of, text
from mdm.ingestion.contacts import tax_id_is_valid
from mdm.ingestion.countries import country_code
from mdm.ingestion.problems import shown

GTIN_LENGTHS = (8, 12, 13, 14)
LEVELS = ("each", "inner", "case", "pallet", "unknown")


def quantity(value: Any, attribute: Attribute, place: str, notes: Notes) -> dict[str, str] | None:
    """Return an amount and its unit; without both there is no quantity."""
    if not isinstance(value, Mapping):
        notes.refuse("wrong_type", place, value, f"{attribute.shown_as} has an amount and a unit.")
        return None
    number = number_of(value.get("amount"), attribute, f"{place}.amount", notes)
    unit = text(value.get("unit") or "", attribute, f"{place}.unit", notes)
    if number is None or unit is None or number <= 0:
        return None
    return {"amount": format(number, "f"), "unit": unit}


def address(value: Any, attribute: Attribute, place: str, notes: Notes) -> dict[str, str] | None:
    """Return an address with an ISO country; an unknown country is refused, a country alone is no address."""
    if not isinstance(value, Mapping):
        notes.refuse("wrong_type", place, value, f"{attribute.shown_as} has parts (street, city, …).")
        return None
    parts = {
        name: written
        for name, part in value.items()
        if part is not None and (written := text(part, attribute, f"{place}.{name}", notes)) is not None
    }
    if "country" in parts and not notes.crossed("country", parts["country"]):
        found = country_code(parts["country"])
        if found is not None:
            parts["country"] = found
        elif is_placeholder(parts["country"]):
            del parts["country"]
        else:
            reason = f"{shown(parts['country'])!r} is no country."
            advice = "Write its ISO code (DE, GB, …) or its name."
            notes.refuse("unknown_country", f"{place}.country", parts["country"], reason, advice)
    return parts if parts.keys() - {"country"} else None


def identifier(value: Any, attribute: Attribute, place: str, notes: Notes) -> dict[str, str] | None:
    """Return an identifier with what is known of scheme and country; a wrong check digit is remarked on."""
    parts = value if isinstance(value, Mapping) else {"value": value}
    written = text(parts.get("value") or "", attribute, place, notes)
    if written is None:
        return None
    if attribute.name == "tax_ids" and not any(sign.isdigit() for sign in written):
        reason = f"{shown(written)!r} is no tax id: it holds no digit. It was left out."
        notes.warn("odd_tax_id", place, written, reason, "Correct it at its source.")
        return None
    found = {"value": written}
    if parts.get("scheme"):
        found["scheme"] = str(parts["scheme"]).lower()
    country = country_code(str(parts["country"])) if parts.get("country") else None
    if country is None and attribute.name == "tax_ids":
        # VAT numbers begin with their country; EL is Greece's.
        country = country_code(written[:2]) if written[:2].isalpha() else notes.country or None
    if country is not None:
        found["country"] = country
    if attribute.name == "tax_ids" and country and not tax_id_is_valid(written, country):
        reason = f"{shown(written)!r} is no valid tax id of {country}."
        advice = "Check it with the customer; it is kept as it is."
        notes.warn("odd_tax_id", place, written, reason, advice, stands=True)
    return found


def gtin(value: Any, attribute: Attribute, place: str, notes: Notes) -> dict[str, str] | None:
    """Return a GTIN and its packaging level; another length than 8, 12, 13 or 14 digits is refused."""
    parts = value if isinstance(value, Mapping) else {"value": value}
    written = text(parts.get("value") or "", attribute, place, notes)
    if written is None or is_placeholder(written):
        return None
    digits = re.sub(r"[\s-]", "", written)
    if not digits.isascii() or not digits.isdigit() or len(digits) not in GTIN_LENGTHS:
        reason = f"The GTIN {shown(written)!r} has no 8, 12, 13 or 14 digits."
        advice = "Check it; a spreadsheet may have cut zeros or written it as 4.0E+12."
        notes.refuse("bad_gtin", place, written, reason, advice)
        return None
    if not gtin_check_is_right(digits):
        reason = f"The GTIN {digits} fails its check digit."
        notes.warn("odd_gtin", place, written, reason, "It is kept as it is.", stands=True)
    level = str(parts.get("level") or "unknown").lower()
    if level not in LEVELS:
        notes.warn("odd_level", place, level, f"The packaging level {shown(level)!r} is not known.")
        level = "unknown"
    # A GTIN-13 in a field of 14 digits gains a zero in front; indicator 0 means nothing else (GS1 General
    # Specifications 2.1), so that one number has one spelling.
    return {"value": digits[1:] if len(digits) == 14 and digits[0] == "0" else digits, "level": level}


def flags(value: Any, attribute: Attribute, place: str, notes: Notes) -> dict[str, bool | str] | None:
    """Return yes or no for each name, and a date; anything else is refused."""
    if isinstance(value, Mapping) and all(
        isinstance(part, bool) or name == "date" for name, part in value.items()
    ):
        return dict(value) or None
    notes.refuse("wrong_type", place, value, f"{attribute.shown_as} says true or false for each name.")
    return None


def gtin_check_is_right(digits: str) -> bool:
    """Whether the GS1 check digit is right: weights 3 and 1 from the right, a sum that ten divides."""
    return sum(int(sign) * (3 if place % 2 else 1) for place, sign in enumerate(reversed(digits))) % 10 == 0
