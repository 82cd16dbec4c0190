"""Published lists of codes, with the spellings that sources use for them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from babel.numbers import list_currencies

from mdm.ingestion import countries

# Units of trade and of content by the names that people use, and the codes that stand for them in SAP and in
# UN/ECE Recommendation 20 and 21.
UNITS: Mapping[str, tuple[str, ...]] = {
    "piece": ("PC", "PCE", "PCS", "ST", "EA", "C62", "H87", "each", "pieces", "Stück", "Stk", "pce"),
    "pack": ("PAC", "PAK", "PK", "pkg", "packet"),
    "case": ("KAR", "CS", "CT", "CAR", "carton", "Karton", "ctn"),
    "pallet": ("PAL", "PF", "PX", "Palette"),
    "set": ("SET", "SA", "Satz"),
    "pair": ("PR", "PAA", "Paar"),
    "kg": ("KGM", "KG", "kilogram", "kilo"),
    "g": ("GRM", "GR", "gram"),
    "mg": ("MGM", "milligram"),
    "t": ("TNE", "TO", "tonne"),
    "lb": ("LBR", "LB", "pound"),
    "oz": ("ONZ", "ounce"),
    "l": ("LTR", "LT", "litre", "liter"),
    "cl": ("CLT", "centilitre"),
    "ml": ("MLT", "millilitre", "milliliter"),
    "m": ("MTR", "metre", "meter"),
    "cm": ("CMT", "centimetre"),
    "mm": ("MMT", "millimetre"),
    "m2": ("MTK", "qm", "sqm"),
    "m3": ("MTQ", "cbm"),
}


@dataclass(frozen=True, slots=True)
class Standard:
    """A published list: its codes, and how a spelling of one is read (None: it is none)."""

    label: str
    codes: Callable[[], frozenset[str]]
    read: Callable[[str], str | None]


@cache
def currencies() -> frozenset[str]:
    """Return the currency codes of ISO 4217."""
    return frozenset(map(str, list_currencies()))


def read_currency(text: str) -> str | None:
    """Return the code of a currency written in any case."""
    return text.upper() if text.upper() in currencies() else None


@cache
def _spellings() -> dict[str, str]:
    return {spelling.casefold(): unit for unit, spellings in UNITS.items() for spelling in (unit, *spellings)}


def read_unit(text: str) -> str | None:
    """Return the unit that a code or a name stands for."""
    return _spellings().get(text.casefold())


STANDARDS: Mapping[str, Standard] = {
    "iso-3166": Standard("countries (ISO 3166)", countries.codes, countries.country_code),
    "iso-4217": Standard("currencies (ISO 4217)", currencies, read_currency),
    "units": Standard("units of trade and content", lambda: frozenset(UNITS), read_unit),
}
