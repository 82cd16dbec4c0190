"""One check for every type of attribute: the value in canonical form, or what is wrong with it.

A check returns the canonical value (None: not known) and notes problems: "refused" ones keep the whole row
out, "warning" ones leave the value as it is or, where it would mislead, leave it out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from matching.standardise.placeholders import is_placeholder
from mdm.code_lists.standards import read_currency
from mdm.domains import Attribute
from mdm.ingestion.contacts import international_phone
from mdm.ingestion.problems import Problem, Severity, shown

OLDEST_YEAR = 1850
NO_YEAR_BEFORE = 1000
EMAIL = re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+\.[^\W\d_]{2,}[^\s@]*")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


Crossed = Callable[[str, str], str | None]
"""(code list, a source's own code) -> the canonical code that the cross-walk in force leads to, if any."""


def not_crossed(code_list: str, code: str) -> str | None:
    """Return None: there is no cross-walk."""
    return None


@dataclass(slots=True)
class Notes:
    """Where the checks of one row write what they find."""

    column_of: Callable[[str], str]
    country: str = ""
    crossed: Crossed = not_crossed
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, rule: str, place: str, value: object, reason: str, advice: str = "") -> None:
        """Note a fault that keeps the row out."""
        self._note(rule, place, value, reason, advice, "refused")

    def warn(
        self, rule: str, place: str, value: object, reason: str, advice: str = "", *, stands: bool = False
    ) -> None:
        """Note a remark that stays with the accepted record; `stands`: the value failed but was kept."""
        self._note(rule, place, value, reason, advice, "warning", place.partition(".")[0] if stands else "")

    def _note(
        self,
        rule: str,
        place: str,
        value: object,
        reason: str,
        advice: str,
        severity: Severity,
        doubts: str = "",
    ) -> None:
        column = self.column_of(place)
        self.problems.append(Problem(rule, column, shown(value), reason, advice, severity, doubts))


Check = Callable[[Any, Attribute, str, Notes], Any]


def text(value: Any, attribute: Attribute, place: str, notes: Notes) -> str | None:
    """Return a text, composed (NFC) and trimmed; a list or an over-long text is refused."""
    if isinstance(value, list | dict):
        what = "a list" if isinstance(value, list) else "an object"
        notes.refuse(
            "wrong_type", place, value, f"{attribute.shown_as} is a text, not {what}.", "Send one value."
        )
        return None
    written = value if type(value) is str else str(value)
    if not written.isascii():
        written = unicodedata.normalize("NFC", written)
    written = written.strip()
    if len(written) > attribute.longest:
        notes.refuse(
            "too_long",
            place,
            written,
            f"{attribute.shown_as} has {len(written)} characters; up to {attribute.longest} are possible.",
            "Check whether rows or columns have run together.",
        )
        return None
    return written or None


def choice(value: Any, attribute: Attribute, place: str, notes: Notes) -> str | None:
    """Return one of the attribute's choices; anything else is refused."""
    written = text(value, attribute, place, notes)
    if written is None or written in attribute.choices:
        return written
    if written.lower() in attribute.choices:
        return written.lower()
    allowed = ", ".join(attribute.choices)
    reason = f"{attribute.shown_as} {shown(written)!r} is unknown; known are {allowed}."
    notes.refuse(
        "unknown_choice", place, written, reason, "Correct the value, or translate it in the mapping."
    )
    return None


def day(value: Any, attribute: Attribute, place: str, notes: Notes) -> str | None:
    """Return a day in ISO form; one that is yet to come and one that is no day are refused."""
    written = text(value, attribute, place, notes)
    if written is None:
        return None
    try:
        found = date.fromisoformat(written)
    except ValueError:
        reason = f"{attribute.shown_as} {shown(written)!r} is no day of the calendar (YYYY-MM-DD)."
        notes.refuse(
            "bad_date", place, written, reason, "Correct the date, or name its format in the mapping."
        )
        return None
    if found > datetime.now(UTC).date():
        reason = f"{attribute.shown_as} {written} is yet to come."
        notes.refuse("future_date", place, written, reason, "Correct the date at its source.")
        return None
    if found.year < NO_YEAR_BEFORE:
        # 0001-01-01 and the like: how databases write that there is no date.
        return None
    if found.year < OLDEST_YEAR:
        reason = f"{attribute.shown_as} {written} is long ago."
        notes.warn("implausible_date", place, written, reason, stands=True)
    return found.isoformat()


def code(value: Any, attribute: Attribute, place: str, notes: Notes) -> str | None:
    """Return a code; an unknown currency is refused, an odd language or LEI is remarked on."""
    written = text(value, attribute, place, notes)
    if written is None:
        return None
    match attribute.name:
        case "currency":
            if notes.crossed("currency", written):
                return written  # the source's own code is kept, and read when the record is looked at
            if (known := read_currency(written)) is not None:
                return known
            reason = f"{shown(written)!r} is no currency code of ISO 4217."
            notes.refuse("unknown_currency", place, written, reason, "Write it with three letters, like EUR.")
            return None
        case "language" if not LANGUAGE.fullmatch(written):
            notes.warn(
                "odd_language", place, written, f"{shown(written)!r} is no language code; it was left out."
            )
            return None
        case "language":
            return written.replace("_", "-")
        case "lei":
            squeezed = re.sub(r"[\s-]", "", written).upper()
            if not _lei_is_valid(squeezed):
                reason = f"The LEI {shown(written)!r} fails its check digits."
                notes.warn("odd_lei", place, written, reason, stands=True)
            return squeezed
    return written


def email(value: Any, attribute: Attribute, place: str, notes: Notes) -> str | None:
    """Return an e-mail address; one with blanks in it is refused, one that cannot be an address is left
    out.
    """
    written = text(value, attribute, place, notes)
    if written is None:
        return None
    written = written.removeprefix("mailto:").strip("<>;,. ")
    if any(sign.isspace() for sign in written):
        reason = f"The e-mail address {shown(written)!r} has blanks in it."
        notes.refuse(
            "email_with_blanks", place, written, reason, "Write one address a value, without blanks."
        )
        return None
    if EMAIL.fullmatch(written) is None:
        if not is_placeholder(written):
            notes.warn(
                "odd_email", place, written, f"{shown(written)!r} is no e-mail address; it was left out."
            )
        return None
    return written


def phone(value: Any, attribute: Attribute, place: str, notes: Notes) -> str | None:
    """Return a phone number in E.164 form where it is a valid one of its country, else as it was written."""
    written = text(value, attribute, place, notes)
    if written is None:
        return None
    if sum(sign.isdigit() for sign in written) < 4:
        if not is_placeholder(written):
            notes.warn(
                "odd_phone", place, written, f"{shown(written)!r} is no phone number; it was left out."
            )
        return None
    return international_phone(written, notes.country) or written


def url(value: Any, attribute: Attribute, place: str, notes: Notes) -> str | None:
    """Return a web address as it was written; one without a dot is left out."""
    written = text(value, attribute, place, notes)
    if written is not None and ("." not in written or " " in written):
        if not is_placeholder(written):
            notes.warn("odd_url", place, written, f"{shown(written)!r} is no web address; it was left out.")
        return None
    return written


def money(value: Any, attribute: Attribute, place: str, notes: Notes) -> str | None:
    """Return an amount as a decimal text; a negative one and one that is no number are refused."""
    number = number_of(value, attribute, place, notes)
    if number is None:
        return None
    if number < 0:
        reason = f"{attribute.shown_as} {shown(str(value))} is negative."
        notes.refuse(
            "negative_price", place, value, reason, "A credit is no price: correct it at the source."
        )
        return None
    return format(number, "f")


def integer(value: Any, attribute: Attribute, place: str, notes: Notes) -> int | None:
    """Return a whole number of one or more; a zero is left out, anything else is refused."""
    number = number_of(value, attribute, place, notes)
    if number is None or number == 0:
        return None
    if number < 0 or number != number.to_integral_value() or number > 2**31:
        reason = f"{attribute.shown_as} {shown(str(value))} is no count."
        notes.refuse("bad_number", place, value, reason, "Send a whole number of one or more.")
        return None
    return int(number)


def number_of(value: Any, attribute: Attribute, place: str, notes: Notes) -> Decimal | None:
    """Return a number; anything else but nothing is refused."""
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        reason = f"{attribute.shown_as} {shown(value)!r} is no number."
        notes.refuse("bad_number", place, value, reason, "Write digits, with a point before the decimals.")
        return None
    return number


def _lei_is_valid(lei: str) -> bool:
    """Whether the ISO 17442 check digits are right (ISO 7064 MOD 97-10)."""
    return (
        bool(re.fullmatch(r"[0-9A-Z]{18}\d\d", lei))
        and int("".join(str(int(sign, 36)) for sign in lei)) % 97 == 1
    )
