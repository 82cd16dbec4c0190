"""Values that only say "not known", by the type of their attribute: "n/a", 999-9999, noreply@, 1900-01-01."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from matching.standardise import dates, emails, phones
from matching.standardise.placeholders import is_placeholder, is_placeholder_code
from mdm.domains.base import Attribute


def without_placeholders(attribute: Attribute, value: Any) -> tuple[Any, tuple[str, ...]]:
    """Return one canonical value (None: nothing is left) and the placeholders that were taken out of it.

    The value is one element of a multi-valued attribute, in canonical form. Codes are left alone unless they
    tell records apart: "NA" is a sales area as well.
    """
    if isinstance(value, str):
        return (
            (None, (value,))
            if _says_nothing(attribute.type, attribute.bearer, attribute.identifying, value)
            else (value, ())
        )
    if isinstance(value, dict) and attribute.type in ("identifier", "gtin"):
        written = str(value.get("value") or "")
        return (None, (written,)) if is_placeholder_code(written) else (value, ())
    if isinstance(value, dict) and attribute.type == "address":
        empty = {name: part for name, part in value.items() if _empty_part(name, str(part))}
        kept = {name: part for name, part in value.items() if name not in empty}
        return kept if kept.keys() - {"country"} else None, tuple(empty.values())
    return value, ()


@lru_cache(maxsize=1 << 16)
def _empty_part(name: str, written: str) -> bool:
    """Whether a part of an address says nothing. House number 0 and a street of one letter are said."""
    if name == "postcode" and len(written) >= 4 and set(written) in ({"0"}, {"9"}):
        # Other runs of one digit are real postcodes: 22222 is Arlington, 33333 Fort Lauderdale.
        return True
    if written.isdigit():
        return False
    if len(written) == 1:
        return not written.isalnum()
    return is_placeholder(written) or _is_nomen_nescio(written)


def _is_nomen_nescio(written: str) -> bool:
    """Whether a name or place is given as "N.N."; "NN" alone may be initials."""
    return written.replace(" ", "").upper() in ("N.N.", "N.N")


@lru_cache(maxsize=1 << 16)
def _says_nothing(kind: str, bearer: str, identifying: bool, written: str) -> bool:
    match kind:
        case "text" | "name" | "url":
            return is_placeholder(written, of=bearer) or _is_nomen_nescio(written)
        case "code" if identifying:
            return is_placeholder_code(written)
        case "email":
            return emails.is_placeholder(written)
        case "phone":
            return phones.is_placeholder(written.rpartition("+")[2])
        case "date":
            return dates.parse(written).placeholder
    return False
