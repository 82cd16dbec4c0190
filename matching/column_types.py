"""What kind of thing a column holds, from its header and a sample of its values, with the reason in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.readings import date as read_date
from matching.readings import number as read_number
from matching.standardise.affiliations import looks_like_affiliation
from matching.standardise.durations import seconds_of
from matching.standardise.text import fold

SAMPLE = 2000
LEAST_REPEATED, SHARE_REPEATED, LEAST_PRESENT = 25, 0.002, 3

HEADERS: tuple[tuple[str, str], ...] = (
    ("email", "email|e mail|mail|courriel|correo"),
    ("phone", "phone|tel|telephone|telefon|mobile|cell|fax|telefono|handy|gsm|msisdn"),
    ("website", "website|url|web|homepage|site url|domain|link"),
    ("postcode", "postcode|postal code|zip|zip code|zipcode|plz|postleitzahl|cp|cap|code postal|post code"),
    (
        "given_name",
        "first name|given name|forename|firstname|givenname|fname|given|vorname|prenom|nombre|first|nome",
    ),
    (
        "family_name",
        (
            "last name|surname|family name|lastname|familyname|lname|family|nachname|nom|apellido|apellidos"
            "|last|sur name|cognome"
        ),
    ),
    ("middle_name", "middle name|middle|mname|second name"),
    (
        "date",
        "dob|date of birth|birth date|birthdate|birthday|date|geburtsdatum|released|release date|naissance",
    ),
    ("year", "year|yr|jahr|annee"),
    ("duration", "duration|length|runtime|run time|running time|playing time|dauer|duree|duracion|laufzeit"),
    ("house_number", "house number|street number|hausnummer|house no|number of house|huisnummer"),
    (
        "street",
        (
            "street|address|addr|address line|address 1|address1|strasse|rue|street address|adresse|line 1"
            "|direccion|calle"
        ),
    ),
    ("city", "city|town|suburb|place|locality|ort|stadt|ville|ciudad|municipality|birth place|county"),
    ("latitude", "latitude|lat|breitengrad|geo lat|latitud"),
    ("longitude", "longitude|lng|lon|long|langengrad|geo lng|geo lon|longitud"),
    ("price", "price|preis|prix|precio|amount|cost|list price|msrp"),
    (
        "organisation",
        (
            "organisation|organization|company|company name|firm|institution|affiliation|employer|firma"
            "|legal name"
        ),
    ),
)
_HEADER_OF = {word: kind for kind, words in HEADERS for word in words.split("|")}
_YEAR = re.compile(r"^(1[5-9]|20)\d\d$")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_PHONE = re.compile(r"^[+(]?\d[\d\s()./\-]{5,}\d$")
_URL = re.compile(r"^(https?://|www\.)\S+$", re.IGNORECASE)
_NUMBER = re.compile(r"^[^\w]?\s?-?\d[\d,.' ]*\s?[%\w€$£]{0,4}$")
_CODE = re.compile(r"^(?=.*\d)[\w\-./ ]{4,24}$")
_BETWEEN = re.compile(r"[\s,;|*]+")


@dataclass(frozen=True)
class Profile:
    """A column's type, its share of filled rows and of distinct values, mean words, and why the type was
    chosen.
    """

    name: str
    kind: str
    filled: float
    distinct: float
    words: float
    why: str


def profile(name: str, values: Sequence[str | None]) -> Profile:
    """Return the profile of a column; `values` are its raw values with None where missing."""
    present = [value for value in values if value]
    filled = len(present) / max(1, len(values))
    sample = present[:: max(1, len(present) // SAMPLE)][:SAMPLE]
    folded = [fold(value) for value in sample]
    distinct = len(set(present)) / max(1, len(present))
    words = sum(len(text.split()) for text in folded) / max(1, len(folded))
    kind, why = _kind(name, sample, folded, distinct, words)
    return Profile(name, kind, round(filled, 4), round(distinct, 4), round(words, 2), why)


def header_kind(name: str) -> str:
    """Return the type that a header's words suggest, or nothing."""
    header = fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.replace("_", " ")))
    if header in _HEADER_OF:
        return _HEADER_OF[header]
    bare = re.sub(r"\d+$", "", header).strip()
    if bare in _HEADER_OF:
        return _HEADER_OF[bare]
    words = header.split()
    return next((_HEADER_OF[word] for word in reversed(words) if word in _HEADER_OF and len(word) > 2), "")


def _share(sample: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(1 for value in sample if test(value.strip())) / max(1, len(sample))


HEADER_DECIDES = frozenset(
    {"email", "phone", "website", "postcode", "given_name", "family_name", "middle_name", "house_number"}
)


def _kind(name: str, sample: list[str], folded: list[str], distinct: float, words: float) -> tuple[str, str]:
    """Return type and reason: what the values are decides; the header decides between what they could be."""
    if not sample:
        return "empty", "no row has a value"
    hint = header_kind(name)
    found = _by_signs(sample) or _by_header(hint, sample)
    if found is not None:
        return found
    if _share(sample, _PHONE.match) >= 0.8 and _digits(sample) >= 7 and distinct > 0.2:
        return "phone", "most values are seven or more digits in groups"
    numbers = _share(sample, lambda value: _NUMBER.match(value) and read_number(value))
    if timed := _timed(hint, sample, numbers):
        return timed
    if hint in ("latitude", "longitude") and numbers >= 0.8:
        return hint, f"numbers, and the header says {hint}"
    if hint == "price" or numbers >= 0.8:
        return _numeric(hint, sample, distinct, numbers)
    if hint in ("street", "city", "organisation") and words <= 12 and not _lists_affiliations(sample, words):
        return hint, f"the header says {hint}"
    return _by_words(sample, folded, distinct, words)


def _timed(hint: str, sample: list[str], numbers: float) -> tuple[str, str] | None:
    """Return whether values are years, or durations of which some are written out; None for others."""
    if hint == "year" or (_share(sample, _YEAR.match) >= 0.9):
        return "year", "the values are years"
    clocks = _share(sample, lambda value: seconds_of(value) is not None) if hint == "duration" else 0.0
    if clocks >= 0.1 and clocks + numbers >= 0.8:
        return "duration", f"the header says duration, {clocks:.0%} of the values tell minutes or seconds"
    return None


def _by_signs(sample: list[str]) -> tuple[str, str] | None:
    """Return what the values look like sign by sign, whatever the header says."""
    for kind, test, least in (("email", _EMAIL.match, 0.7), ("website", _URL.match, 0.6)):
        if _share(sample, test) >= least:
            return kind, f"{_share(sample, test):.0%} of the values look like an {kind}"
    dates = _share(
        sample,
        lambda value: len(read_date(value)) == 8 and read_date(value)[:2] in ("16", "17", "18", "19", "20"),
    )
    return ("date", f"{dates:.0%} of the values read as a date") if dates >= 0.7 else None


def _by_header(hint: str, sample: list[str]) -> tuple[str, str] | None:
    """Return what the header says where it is to be believed; a telephone column needs digits too."""
    if hint not in HEADER_DECIDES:
        return None
    if hint == "phone" and _share(sample, lambda value: sum(sign.isdigit() for sign in value) >= 5) < 0.5:
        return None
    return hint, f"the header says {hint.replace('_', ' ')}"


def _by_words(sample: list[str], folded: list[str], distinct: float, words: float) -> tuple[str, str]:
    """Return what kind of text it is that nothing else claimed."""
    if _lists_affiliations(sample, words):
        return "affiliation", "most values name parts of institutions, and places, between commas"
    if _spaced(sample) <= 1.6 and _share(sample, _CODE.match) >= 0.7 and distinct > 0.3:
        return "code", "one word with digits in most values"
    if _lists_codes(sample):
        return "codes", "lists of words with digits"
    if _few(folded):
        return "category", f"{len(set(folded))} different values in {len(folded)} rows"
    if words > 12:
        return "free_text", f"{words:.0f} words on average"
    return "name", f"short text of {words:.1f} words, {distinct:.0%} distinct"


def _lists_affiliations(sample: list[str], words: float) -> bool:
    return words > 4 and _share(sample, looks_like_affiliation) >= 0.6


def _lists_codes(sample: list[str]) -> bool:
    """Tell whether values list codes (classes, part numbers): two or more, nearly all with a digit."""
    entries = [entry for value in sample for entry in _BETWEEN.split(value) if entry]
    return len(entries) >= 2 * len(sample) and _share(entries, re.compile(r"\d").search) >= 0.8


def _spaced(sample: list[str]) -> float:
    return sum(len(value.split()) for value in sample) / max(1, len(sample))


def _digits(sample: list[str]) -> float:
    return sum(sum(sign.isdigit() for sign in value) for value in sample) / max(1, len(sample))


def _few(folded: list[str]) -> bool:
    counts = Counter(folded)
    return len(counts) <= max(2, 0.02 * len(folded)) or (len(folded) >= 100 and len(counts) <= 12)


def _numeric(hint: str, sample: list[str], distinct: float, numbers: float) -> tuple[str, str]:
    long_whole = _share(sample, re.compile(r"^\d{6,}$").match)
    if hint != "price" and long_whole >= 0.7 and distinct > 0.3:
        return "code", "whole numbers of six or more digits"
    if hint == "price":
        return "price", "the header says price"
    return "number", f"{numbers:.0%} of the values are numbers"


def without_repeats(records: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return the records; of equal ones with three values or more that are more than 25 and more than two in
    a thousand, the first only.
    """
    keys = [_key(record) for record in records]
    limit = max(LEAST_REPEATED, SHARE_REPEATED * len(records))
    often = {key for key, count in Counter(keys).items() if count > limit}
    if not often:
        return records
    met: set[int] = set()
    kept = []
    for record, key in zip(records, keys, strict=True):
        if key in met and sum(value not in (None, "") for value in record.values()) >= LEAST_PRESENT:
            continue
        if key in often:
            met.add(key)
        kept.append(record)
    return kept


def _key(record: Mapping[str, Any]) -> int:
    """Return a number that equal records share; lists and mappings are told by how they are written."""
    try:
        return hash(tuple(record.items()))
    except TypeError:
        return hash(repr(tuple(record.items())))
