"""Postal addresses: an own rule parser for street, house number, unit, postcode, city; comparable forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matching.standardise import countries
from matching.standardise.address_words import (
    DIRECTIONS,
    FRONT_ONLY,
    FRONT_TYPES,
    ORDINALS,
    POST_BOX,
    STREET_TYPES,
    SUFFIXES,
    UNIT_WORDS,
)
from matching.standardise.text import fold, latin, tidy

# Shapes of postcodes without signs, D a digit, A a letter, and the countries that have them.
_SHAPES = (
    "DDD: IS",
    "DDDD: AT AU BE BG CH DK HU LU NO NZ PT SI ZA LV CY PH BD LI AR",
    "DDDDD: DE ES FI FR IT US MX EE HR LT RS UA TR MY TH KR CZ SK SE GR ID SA MA PK EG PL VN IL",
    "DDDDDD: RU CN IN SG RO CO VN KZ BY KR",
    "DDDDDDD: PT JP CL IL",
    "DDDDDDDD: BR",
    "DDDDDDDDD: US",
    "DDDDAA: NL",
    "ADADAD: CA",
    "ADDAA ADDDAA AADDAA AADDDAA ADADAA AADADAA: GB",
    "ADDAAAA ADDAADD AAAAAAA: IE",
    "ADDDDAAA: AR",
    "AAADDDD: MT",
)
POSTCODE_SHAPES: dict[str, frozenset[str]] = {}
for _row in _SHAPES:
    _shapes, _, _countries = _row.partition(":")
    for _code in _countries.split():
        POSTCODE_SHAPES[_code] = POSTCODE_SHAPES.get(_code, frozenset()) | frozenset(_shapes.split())
_POSTCODE_IN_LINE = {
    "GB": re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b", re.IGNORECASE),
    "NL": re.compile(r"\b(\d{4})\s?([A-Z]{2})\b", re.IGNORECASE),
    "CA": re.compile(r"\b([A-Z]\d[A-Z])\s?(\d[A-Z]\d)\b", re.IGNORECASE),
    "US": re.compile(r"\b(\d{5})(?:-(\d{4}))?\b(?!.*\b\d{5}\b)"),
    "PL": re.compile(r"\b(\d{2})-(\d{3})\b"),
    "PT": re.compile(r"\b(\d{4})-(\d{3})\b"),
    "BR": re.compile(r"\b(\d{5})-?(\d{3})\b"),
    "JP": re.compile(r"〒?\s*\b(\d{3})-?(\d{4})\b"),
    "CZ": re.compile(r"\b(\d{3})\s?(\d{2})\b(?!\s*\d)"),
}
for _code in ("SK", "SE", "GR"):
    _POSTCODE_IN_LINE[_code] = _POSTCODE_IN_LINE["CZ"]
_ANY_POSTCODE = re.compile(r"(?:^|(?<=[\s,;]))(?:[A-Z]{1,2}-)?(\d{4,6})(?=[\s,;]|$)")
_LETTER_PREFIX = re.compile(r"^(?:[A-Z]{1,3})[-\s](?=\d)", re.IGNORECASE)
_HOUSE = r"\d{1,5}(?:\s?(?:bis|ter|quater)\b|\s?[a-z](?![a-z]))?(?:\s?[-/]\s?\d{1,4}[a-z]?)*"
_HOUSE_LAST = re.compile(
    rf"^(.*?[^\W\d].*?)[\s,]+(?:(?:nr|no|num|n|d|dom|hausnr|haus|bud)\b\.?\s*)?({_HOUSE})$", re.IGNORECASE
)
# In front of a street a letter apart is a number's only when it is no compass point ("725 S Wells Street").
_HOUSE_AHEAD = _HOUSE.replace(r"\s?[a-z](?![a-z])", r"(?:[a-z]|\s[a-df-mo-rt-vx-z])(?![a-z])", 1)
_HOUSE_FIRST = re.compile(rf"^({_HOUSE_AHEAD})[\s,]+(.*[^\W\d].*)$", re.IGNORECASE)
_HOUSE_MARKED = re.compile(
    rf"^(.+?)[\s,]+(?:nr|no|num|n|d|dom|bud|№)\.?\s*({_HOUSE})(?=[\s,]|$)(.*)$", re.IGNORECASE
)
_UNIT = re.compile(
    rf"(?:^|[\s,/])((?:{UNIT_WORDS})\b\.?\s*(?:nr|no)?\.?\s*[\w\-]{{1,6}}"
    r"|#\s*\w{1,6}|\d{1,2}(?:st|nd|rd|th)? (?:floor|fl))\s*$",
    re.IGNORECASE,
)
_BOX = re.compile(rf"\b(?:{POST_BOX})\b\.?\s*(?:nr|no)?\.?\s*([\d\s]{{1,10}}\d|\d)", re.IGNORECASE)
_CITY_WORDS = {"st": "saint", "sankt": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_FRANKFURT = re.compile(r"^frankfurt (?:a m(?:ain)?|am(?: main)?|main)$")
_CUT = re.compile(r"[,;，、]|\s[-–]\s(?=[^\W\d])")
_PLACEHOLDER_CODES = frozenset(("00000", "0000", "99999", "9999", "000000", "12345", "11111", "XXXXX"))

# A longer text is no address; the rules below take time that grows with its square.
LONGEST_LINE = 400


@dataclass(frozen=True, slots=True)
class Address:
    """One address in comparable folded parts; an empty string is "not known".

    street: the name without its type; street_type: its class; house_number: "12a", "12-14"; post_box: digits.
    """

    street: str = ""
    street_type: str = ""
    house_number: str = ""
    unit: str = ""
    post_box: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""

    @property
    def street_line(self) -> str:
        """Street and house number in one text, the type left out; a post box stands in for both."""
        if not self.street and self.post_box:
            return f"box {self.post_box}"
        return f"{self.street} {self.house_number}".strip()

    @property
    def place(self) -> str:
        """Postcode, or city where there is none."""
        return self.postcode or self.city

    @property
    def key(self) -> str:
        """Street, house number and place when all three are known, else nothing."""
        whole = (self.street or self.post_box) and (self.house_number or self.post_box) and self.place
        return f"{self.street_line}|{self.place}" if whole else ""


def parse(line: str, country: str = "") -> Address:
    """Read an address written in one line or several ("Hauptstr. 5a, 10115 Berlin, Germany")."""
    shown = tidy(line[:LONGEST_LINE].replace("\r", "").replace("\n", ","))
    sections = [section.strip(" -") for section in _CUT.split(shown) if section.strip(" -")]
    where = countries.code_of(country) if country else ""
    if len(sections) > 1 and (found := countries.code_of(sections[-1])) and len(sections[-1]) > 2:
        where = where or found
        sections.pop()
    sections, postcode, city, region = _place(sections, where)
    street, unit = _street_sections(sections)
    return _assembled(street, unit, "", postcode, city, region, where)


def _place(sections: list[str], country: str) -> tuple[list[str], str, str, str]:
    """Return the parts of a line that are left for the street, and postcode, city and region."""
    for position in range(len(sections) - 1, -1, -1):
        leads = position == 0 and len(sections) > 1 and any(sign.isdigit() for sign in sections[1])
        postcode, rest = _cut_postcode(sections[position], country, alone=position > 0 or leads)
        if not postcode:
            continue
        before = sections[:position]
        region = ""
        match = re.search(r"(?:^|\s)([A-Z]{2,3})$", rest)
        if match and (len(before) > 1 or match.start() > 0):
            region, rest = match.group(1), rest[: match.start()]
        city = rest.strip(" ,")
        if not city and len(before) > 1:
            city = before.pop()
        elif not city and position:
            city = " ".join(sections[position + 1 : position + 2])
        return before or sections[position + 1 :], postcode, city, region
    if len(sections) > 1 and not any(sign.isdigit() for sign in sections[-1]):
        return sections[:-1], "", sections[-1], ""
    return sections, "", "", ""


def _street_sections(sections: list[str]) -> tuple[str, str]:
    """Return the street with its house number, and what names a unit, from the parts around commas."""
    if len(sections) > 1 and _UNIT.fullmatch(latin(sections[0])) and re.match(r"\d", sections[1]):
        sections = [*sections[1:], sections[0]]
    street, rest = " ".join(sections[:1]), sections[1:]
    if rest and re.fullmatch(rf"(?:(?:nr|no|n|d|dom|bud)\b\.?\s*)?{_HOUSE}", latin(rest[0]), re.IGNORECASE):
        street, rest = f"{street} {latin(rest[0])}", rest[1:]
    return street, " ".join(rest)


def standardise(address: Mapping[str, Any]) -> Address:
    """Read a canonical address: street, house_number, unit, postcode, city, region, country, line."""
    parts = {name: value if isinstance(value, str) else str(value or "") for name, value in address.items()}
    country = countries.code_of(parts.get("country", ""))
    if not parts.get("street") and not parts.get("city") and not parts.get("postcode"):
        return parse(parts.get("line", ""), country)
    return _assembled(
        parts.get("street", "") or parts.get("line", ""),
        parts.get("unit", ""),
        parts.get("house_number", ""),
        postcode_of(parts.get("postcode", ""), country),
        parts.get("city", ""),
        parts.get("region", ""),
        country,
    )


def _assembled(
    street: str, unit: str, house: str, postcode: str, city: str, region: str, country: str
) -> Address:
    box = ""
    if match := _BOX.search(latin(street)):
        box = re.sub(r"\D", "", match.group(1))
        street = latin(street)
        street = f"{street[: match.start()]} {street[match.end() :]}".strip(" ,")
    name, found_house, found_unit = _street_parts(street)
    core, kind = street_core(name)
    return Address(
        core,
        kind,
        house_number_of(house or found_house),
        fold(unit or found_unit),
        box,
        postcode,
        city_core(city),
        fold(region),
        country,
    )


def _street_parts(street: str) -> tuple[str, str, str]:
    """Return street name, house number and unit of one line."""
    shown = latin(street[:LONGEST_LINE]).strip(" ,;")[:LONGEST_LINE]
    unit = ""
    if (match := _UNIT.search(shown)) and re.search(r"\d", shown[: match.start()]):
        unit, shown = match.group(1), shown[: match.start()].strip(" ,/")
    if match := _HOUSE_MARKED.match(shown):
        return match.group(1), match.group(2), unit or match.group(3).strip(" ,")
    if match := _HOUSE_FIRST.match(shown):
        return match.group(2), match.group(1), unit
    if match := _HOUSE_LAST.match(shown):
        return match.group(1), match.group(2), unit
    if match := re.match(r"^(.*?[A-Za-z]{3}\.?)(\d{1,4}[a-z]?)$", shown):
        return match.group(1), match.group(2), unit
    return shown, "", unit


def street_core(street: str) -> tuple[str, str]:
    """Return the name of a street without its type, and the class of its type ("Hauptstr.": haupt, st)."""
    words = [ORDINALS.get(word, DIRECTIONS.get(word, word)) for word in fold(street).split()]
    words = [re.sub(r"^(\d+)(?:st|nd|rd|th)$", r"\1", word) for word in words]
    if not words:
        return "", ""
    if len(words) > 1:
        if kind := FRONT_TYPES.get(words[0], ""):
            return " ".join(_without_articles(words[1:])), kind
        if words[-1] in STREET_TYPES and words[-1] not in FRONT_ONLY:
            return " ".join(words[:-1]), STREET_TYPES[words[-1]]
        if words[-1] in DIRECTIONS and len(words) > 2 and words[-2] in STREET_TYPES:
            return " ".join([*words[:-2], words[-1]]), STREET_TYPES[words[-2]]
    for ending, kind in SUFFIXES:
        if words[-1].endswith(ending) and len(words[-1]) - len(ending) >= 3:
            return " ".join([*words[:-1], words[-1].removesuffix(ending)]), kind
    return " ".join(words), ""


def _without_articles(words: list[str]) -> list[str]:
    kept = [
        word
        for word in words
        if word
        not in ("de", "la", "le", "les", "du", "des", "del", "della", "dei", "da", "do", "d", "l", "el")
    ]
    return kept or words


def house_number_of(text: str) -> str:
    """Return a house number without blanks ("12 A" -> "12a", "12 - 14" -> "12-14", "7 bis" -> "7bis")."""
    lowered = latin(text).lower().strip()
    joined = re.sub(r"[^a-z0-9/-]+", "", re.sub(r"^(?:nr|no|n|haus|hausnr|dom|d|bud)\b\.?", "", lowered))
    return joined.strip("-/").lstrip("0") if any(sign.isdigit() for sign in joined) else ""


def city_core(city: str) -> str:
    """Return a city without district numbers, brackets and what follows a slash."""
    shown = re.sub(r"\([^()]*\)|/.*$", " ", latin(city))
    words = re.sub(r"\b(?:cedex|bp)\b.*$|\b\d{1,3}e?\b", " ", fold(shown)).split()
    text = " ".join(_CITY_WORDS.get(word, word) for word in words)
    return _FRANKFURT.sub("frankfurt am main", text)


def postcode_of(text: str, country: str = "") -> str:
    """Return a postcode in capitals without signs, US ones cut to five; a placeholder gives nothing."""
    shown = latin(text).strip().upper()
    if country or re.match(r"^[A-Z]{1,3}-\d", shown):
        shown = (
            _LETTER_PREFIX.sub("", shown)
            if not country or country in ("DE", "AT", "CH", "FR", "SE", "LU", "LT", "LV", "MD")
            else shown
        )
    bare = re.sub(r"[^A-Z0-9]", "", shown)
    if bare in _PLACEHOLDER_CODES and not (bare == "12345" and country == "US"):
        return ""
    if country == "US" or re.fullmatch(r"\d{5}-\d{4}", shown):
        bare = bare[:5].zfill(5) if bare[:5].isdigit() and len(bare) in (4, 5, 9) else bare
    if country in ("DE", "FR", "IT", "ES") and bare.isdigit() and len(bare) == 4:
        bare = bare.zfill(5)
    return bare if any(sign.isdigit() for sign in bare) else ""


def postcode_fits(postcode: str, country: str) -> bool | None:
    """Whether a postcode has the shape of its country; None where the shape is not known."""
    shapes = POSTCODE_SHAPES.get(country)
    if shapes is None:
        return None
    return "".join("D" if sign.isdigit() else "A" for sign in postcode_of(postcode, country)) in shapes


def _cut_postcode(section: str, country: str, *, alone: bool) -> tuple[str, str]:
    """Return the postcode in a part of a line and the rest of that part."""
    patterns = [_POSTCODE_IN_LINE[country]] if country in _POSTCODE_IN_LINE else []
    if not country:
        patterns = [
            _POSTCODE_IN_LINE["GB"],
            _POSTCODE_IN_LINE["NL"],
            _POSTCODE_IN_LINE["CA"],
            _POSTCODE_IN_LINE["PL"],
        ]
    for pattern in [*patterns, _ANY_POSTCODE]:
        for match in pattern.finditer(section):
            # A house number in front of a street is not a postcode; one in a part of its own or behind is.
            if match.start() == 0 and not alone and match.end() < len(section) and pattern is _ANY_POSTCODE:
                continue
            code = postcode_of("".join(group or "" for group in match.groups()), country)
            if not code or postcode_fits(code, country) is False:
                continue
            return code, f"{section[: match.start()]} {section[match.end() :]}".strip()
    return "", section
