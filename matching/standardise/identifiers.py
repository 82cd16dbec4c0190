"""Identifiers with rules: tax and company numbers, VAT, LEI, GTIN, DUNS; compact, checked, keyed by country.

Check digits are those of the issuing bodies as python-stdnum implements them (ISO 17442 for LEI, GS1 General
Specifications for GTIN); DUNS is nine digits without a public check.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from stdnum import ean, get_cc_module, lei
from stdnum.exceptions import ValidationError

from matching.standardise.placeholders import is_placeholder_code
from matching.standardise.text import compact, digits, fold, latin

EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR EL HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI".split()
)
# Written scheme (folded, squeezed) -> our scheme. Schemes of one row are one kind of number.
_SCHEMES = {
    spelling: scheme
    for scheme, spellings in {
        "vat": "vat vatid vatno vatnumber vatregno ustid ustidnr ustidnummer ust uid uidnr uidnummer"
        " mwst mwstnr tva tvaintra"
        " numerotva btw btwnr btwnummer btwid iva nifiva partitaiva piva pi moms momsnr momsnummer mva alv"
        " dph ic dic euvat"
        " gst gstin abn nds taxvat vatregistration",
        "tax": "tax taxid taxnumber taxno tin ein fein itin utr nif cif nie cnpj cpf rfc cuit cuil"
        " nit rut ruc inn edrpou nip pesel"
        " steuernummer stnr steuerid idnr codicefiscale cf bsn rsin oib",
        "registration": "registration registrationid regno hrb hra handelsregister commercialregister"
        " companynumber companyno"
        " companyregistration crn siren kvk kvknr ogrn orgnr orgno organisationsnummer cvr cik krs regon"
        " ico rea kbo bce firmenbuch fn",
        "duns": "duns dunsnumber dunsno dandb dnb",
        "lei": "lei",
        "siret": "siret siretnr",
        "ssn": "ssn sin nino nationalid personnummer passport idcard",
    }.items()
    for spelling in spellings.split()
}
# Modules of python-stdnum that check "tax" numbers, per country, in the order in which they are tried.
_TAX_MODULES = {
    "US": ("ein", "ssn", "itin"), "GB": ("utr",), "DE": ("stnr", "idnr"), "FR": ("nif", "siren"),
    "ES": ("cif", "dni", "nie"),
    "IT": ("codicefiscale", "iva"), "BR": ("cnpj", "cpf"), "MX": ("rfc",), "AR": ("cuit",), "CL": ("rut",),
    "RU": ("inn",),
    "PL": ("nip", "pesel"), "PT": ("nif",), "CO": ("nit",), "PE": ("ruc",), "NL": ("bsn",), "HR": ("oib",),
    "IN": ("pan",),
    "AU": ("tfn", "abn"), "CN": ("uscc",), "JP": ("cn",), "TR": ("vkn", "tckimlik"),
    "UA": ("edrpou", "rntrc"), "CA": ("bn", "sin"),
}  # fmt: skip
_REGISTRATION_MODULES = {
    "FR": ("siren",), "SE": ("orgnr",), "NO": ("orgnr",), "CZ": ("ico",), "DK": ("cvr",),
    "PL": ("regon",), "AU": ("acn", "abn"), "SK": ("ico",), "FI": ("ytunnus",), "JP": ("cn",),
    "CN": ("uscc",), "BE": ("vat",),
    "EE": ("registrikood",), "GR": ("vat",),
}  # fmt: skip
_VAT_ELSEWHERE = {
    "CH": ("uid",),
    "NO": ("mva",),
    "GB": ("vat",),
    "IN": ("gstin",),
    "AU": ("abn",),
    "RU": ("inn",),
    "CA": ("bn",),
}
# Where the VAT number is the tax or company number with a prefix, both are filed as VAT so that they meet.
_VAT_IS_TAX = frozenset("AU BE BG CH DK ES FI GR HR IT LU NO PL PT RO SI".split())
_PREFIXED = EU | {"GB"}
_SEPARATORS = re.compile(r"[^0-9A-Za-z]+")
_VAT_TAIL = re.compile(r"(?:MWST|TVA|IVA|MVA|VAT)$")


@dataclass(frozen=True, slots=True)
class Identifier:
    """One number: scheme, compact value without country prefix, ISO country ("" unknown).

    valid: True or False where a check exists and was made, None where there is none.
    """

    scheme: str = ""
    value: str = ""
    country: str = ""
    valid: bool | None = None
    placeholder: bool = False

    @property
    def key(self) -> str:
        """What equal numbers share ("vat.DE:136695976"); numbers of two countries are two schemes."""
        return (
            ""
            if self.placeholder or not self.value
            else f"{self.scheme}{self.country and '.' + self.country}:{self.value}"
        )

    @property
    def exclusive(self) -> str:
        """The key when the number may keep two records apart: checked and right."""
        return self.key if self.valid else ""


@dataclass(frozen=True, slots=True)
class Gtin:
    """One trade item number as GTIN-14; level by the indicator digit; restricted: for use inside one firm."""

    gtin14: str = ""
    valid: bool = False
    level: str = "unknown"
    restricted: bool = False
    placeholder: bool = False

    @property
    def key(self) -> str:
        """The GTIN-14 when it is right and globally unique, else nothing."""
        return self.gtin14 if self.valid and not self.restricted and not self.placeholder else ""


def scheme_of(text: str) -> str:
    """Return our name of a scheme ("USt-IdNr." -> "vat"); an unknown one stays, folded and squeezed."""
    squeezed = compact(text)
    return _SCHEMES.get(squeezed, squeezed)


def parse(scheme: str, value: str, country: str = "") -> Identifier:
    """Read a number under a scheme; the country may stand in the number ("DE 136 695 976")."""
    kind = scheme_of(scheme) or "tax"
    bare = _SEPARATORS.sub("", latin(value)).upper()
    where = country.strip().upper()[:2]
    if kind in ("lei", "duns"):
        valid = _lei_valid(bare) if kind == "lei" else _duns_valid(bare)
        return Identifier(kind, bare, "", valid, is_placeholder_code(bare))
    if kind == "siret":
        return Identifier(kind, bare, "FR", _valid("FR", "siret", bare), is_placeholder_code(bare))
    prefix = {"EL": "GR"}.get(bare[:2], bare[:2])
    if kind in ("vat", "tax") and len(bare) > 4 and any(sign.isdigit() for sign in bare[2:5]):
        if prefix in _PREFIXED:
            kind, where, bare = "vat", prefix, bare[2:]
        elif prefix == where:
            bare = bare[2:]
    if where == "CH" and kind == "vat":
        bare = _VAT_TAIL.sub("", bare.removeprefix("CHE").removeprefix("E"))
    if where == "NO" and kind == "vat":
        bare = _VAT_TAIL.sub("", bare)
    if is_placeholder_code(bare):
        return Identifier(kind, bare, where, None, True)
    if kind in ("tax", "registration") and where in _VAT_IS_TAX and _checked("vat", where, bare):
        kind = "vat"
    return Identifier(kind, bare, where, _checked(kind, where, bare))


def _checked(kind: str, country: str, bare: str) -> bool | None:
    """Return what the country's own check says, None when no check is known for it."""
    if not country:
        return None
    tables = {"tax": _TAX_MODULES, "registration": _REGISTRATION_MODULES}
    if kind == "vat":
        names: tuple[str, ...] = ("vat",) if country in EU else _VAT_ELSEWHERE.get(country, ("vat",))
    else:
        names = tables.get(kind, {}).get(country, ())
    answers = [_valid(country, name, bare) for name in names if _has_module(country, name)]
    return any(answers) if answers else None


def _valid(country: str, name: str, bare: str) -> bool:
    module = _module(country, name)
    written = f"CHE{bare}" if country == "CH" else bare
    try:
        return module is not None and bool(module.is_valid(written))
    except (ValidationError, ValueError, TypeError, IndexError, KeyError, AttributeError):
        return False


@cache
def _module(country: str, name: str) -> ModuleType | None:
    code = {"EL": "gr", "GR": "gr", "XI": "gb"}.get(country, country.lower())
    if not re.fullmatch(r"[a-z]{2}", code):
        return None
    module = get_cc_module(code, name)
    return module if isinstance(module, ModuleType) else None


def _has_module(country: str, name: str) -> bool:
    return _module(country, name) is not None


def _lei_valid(bare: str) -> bool:
    return len(bare) == 20 and bool(lei.is_valid(bare))


def _duns_valid(bare: str) -> bool | None:
    return None if len(bare) == 9 and bare.isdigit() else False


def parse_lei(text: str) -> Identifier:
    """Read a Legal Entity Identifier (ISO 17442)."""
    return parse("lei", text)


def parse_gtin(text: str) -> Gtin:
    """Read a GTIN-8, -12, -13 or -14; zeros lost in a spreadsheet return if the check digit agrees."""
    shown = text.strip()
    bare = digits(shown[:-2] if re.fullmatch(r"\d{8,14}\.0", shown) else shown)
    if re.search(
        r"[A-Za-z]",
        re.sub(r"(?i)^(?:gtin|ean|upc|jan|isbn)[-\s]?(?:8|12|13|14|a|e)?\s*[:#]?", "", latin(shown)),
    ):
        return Gtin()
    if len(bare) not in (8, 12, 13, 14):
        padded = bare.zfill(12 if len(bare) > 8 else 8)
        if not (6 <= len(bare) <= 11 and ean.is_valid(padded)):
            return Gtin()
        bare = padded
    gtin14 = bare.zfill(14)
    return Gtin(
        gtin14,
        bool(ean.calc_check_digit(gtin14[:-1]) == gtin14[-1]),
        _level(gtin14),
        _restricted(gtin14, len(bare)),
        len(set(gtin14.strip("0"))) < 2 or is_placeholder_code(bare),
    )


def _level(gtin14: str) -> str:
    """Return the level that the indicator digit tells: 0 the item, 1-8 a grouping, 9 variable measure."""
    if gtin14[0] == "0":
        return "each"
    return "unknown" if gtin14[0] == "9" else "case"


def _restricted(gtin14: str, length: int) -> bool:
    """Whether the prefix is for circulation inside a firm (GS1 prefixes 02, 04, 2; GTIN-8 of 0 and 2)."""
    if length == 8:
        return gtin14[6] in "02"
    return gtin14[1:3] in ("02", "04") or gtin14[1] == "2"


def code_key(text: str) -> str:
    """Return a code of a platform (SKU, customer number) without case and signs; a placeholder gives ""."""
    squeezed = compact(text)
    return "" if is_placeholder_code(squeezed) or not fold(text) else squeezed
