"""Phone numbers and tax ids, by the libraries that know every country's rules; each distinct value is
asked once.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import phonenumbers
from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

# Modules of python-stdnum that hold a country's tax numbers, besides the one called vat.
TAX_MODULES = ("vat", "tin", "ein", "ssn", "inn", "nif", "nip", "idnr", "cn", "amka", "edrpou", "rntrc")

_ABROAD = frozenset("+\uff0b")
"""The signs with which a number names its country."""


@lru_cache(maxsize=65_536)
def international_phone(written: str, country: str) -> str | None:
    """Return the number in E.164 form if it is a valid one as written from that country, else None."""
    if not country and not written.startswith("00") and not _ABROAD.intersection(written):
        return None  # of no country, as its own rules would find too
    # 00 stands for + even where the country itself dials something else before a foreign number.
    abroad = f"+{written[2:]}" if written.startswith("00") else None
    for text in (written, abroad):
        if text is None:
            continue
        try:
            number = phonenumbers.parse(text, country or None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) and not number.extension:
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return None


@lru_cache(maxsize=65_536)
def tax_id_is_valid(written: str, country: str) -> bool:
    """Whether some kind of tax number of the country has this form and check digit; True where none is
    known.
    """
    modules = _tax_modules(country)
    if not modules:
        return True
    for module in modules:
        try:
            module.validate(written)
        except ValidationError:
            continue
        return True
    return False


@cache
def _tax_modules(country: str) -> tuple[Any, ...]:
    found = (get_cc_module(country.lower(), name) for name in TAX_MODULES)
    return tuple(dict.fromkeys(module for module in found if module is not None))
