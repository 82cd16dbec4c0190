"""Take apart what a source holds in one column: names, streets with numbers, postcodes with cities,
amounts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

Parts = dict[str, str]
PREFIXES = frozenset(
    "mr mrs ms miss mx dr prof herr frau fräulein ing dipl.-ing mag m mme mlle monsieur madame sr sra srta"
    " señor señora sig sig.ra dott dott.ssa dhr mevr mw drs ir hr fru pan pani sir dame rev fr".split()
)
SUFFIXES = frozenset("jr sr ii iii iv v esq phd md mba junior senior jun sen d.o dds cpa".split())
PARTICLES = frozenset(
    "von vom zu zum zur van der den ter ten de del della di da do dos das du la le les el al bin av y".split()
)
NUMBER = r"\d+\s?(?:[a-zA-Z](?![a-zA-Z]))?(?:\s?[-/]\s?\d+\s?(?:[a-zA-Z](?![a-zA-Z]))?)*"
UNIT = (
    r"(?:(?:apartment|apt|unit|suite|ste|flat|wohnung|whg|app|bus|boîte|bte|piso|top|kv|кв)\b\.?|#)\s?[\w-]+"
)
SIGN = r"(?:(?:d|д|дом|буд|nr|no|n°|№)\.?\s?)?"
EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
GAP = r"(?:\s*,\s*|\s+)"
END = rf"(?:{GAP}(?P<unit>{UNIT}))?"
NUMBER_FIRST = re.compile(
    rf"(?:(?P<before>{UNIT}),\s*)?(?P<house_number>{NUMBER}){GAP}(?P<street>[^\d,][^,]*?){END}", re.IGNORECASE
)
NUMBER_LAST = re.compile(rf"(?P<street>.*?[^\d\s,]){GAP}{SIGN}(?P<house_number>{NUMBER}){END}", re.IGNORECASE)
# Block numbers follow the name of a Japanese quarter without a gap.
BLOCK_LAST = re.compile(r"(?P<street>.*?\D)(?P<house_number>\d+(?:[-‐−ー]\d+)*)")
POSTCODE = (
    r"(?:[A-Z]{1,2}-)?(?:\d{4} ?[A-Z]{2}|\d{5}-\d{4}|\d{2}-\d{3}|\d{4}-\d{3}|\d{3} \d{2}|\d{4,6}"
    r"|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})"
)
POSTCODE_FIRST = re.compile(rf"(?P<postcode>{POSTCODE})[\s,]+(?P<city>\D+)")
POSTCODE_LAST = re.compile(rf"(?P<city>\D+?)[\s,]+(?:(?P<region>[A-Z]{{2}})\s+)?(?P<postcode>{POSTCODE})")
AMOUNT = re.compile(r"(?P<amount>\d+(?:[.,]\d+)?)\s*(?P<unit>[^\W\d_]{1,10})\.?")


def person_name(text: str) -> Parts:
    """Split 'Dr. Anna Maria von der Heide, Jr.' or 'Heide, Anna' into prefix, given, middle, family name,
    suffix.

    The last word is the family name, with the particles before it; a single word is a family name.
    """
    parts: Parts = {}
    if EAST_ASIAN.match(text):
        # Written in its own script the family name comes first.
        family, _, given = text.replace("\u3000", " ").partition(" ")
        return {"family_name": family, "given_name": given.strip()} if given else {"family_name": family}
    family, comma, rest = text.partition(",")
    if comma and _bare(rest) in SUFFIXES:
        parts["name_suffix"] = rest.strip()
        comma, words = "", family.split()
    else:
        words = (rest if comma else text).split()
    while len(words) > 1 and _bare(words[0]) in PREFIXES:
        prefix = words.pop(0)
        parts["name_prefix"] = f"{parts['name_prefix']} {prefix}" if "name_prefix" in parts else prefix
    if len(words) > 1 and _bare(words[-1]) in SUFFIXES:
        parts["name_suffix"] = words.pop()
    if comma:
        parts["family_name"] = family.strip()
    else:
        start = 0 if words and words[0] in PARTICLES else max(len(words) - 1, 0)
        while start > 1 and words[start - 1].lower() in PARTICLES:
            start -= 1
        parts["family_name"] = " ".join(words[start:])
        words = words[:start]
    if words:
        parts["given_name"] = words[0]
    if len(words) > 1:
        parts["middle_name"] = " ".join(words[1:])
    return {name: value for name, value in parts.items() if value}


def family_suffix(text: str) -> Parts:
    """Split 'Miller Jr.' or 'Miller, III' into family name and suffix."""
    words = text.split()
    if len(words) > 1 and _bare(words[-1]) in SUFFIXES:
        return {"family_name": " ".join(words[:-1]).rstrip(","), "name_suffix": words[-1]}
    return {"family_name": " ".join(words)}


def street_number(text: str) -> Parts:
    """Split 'Hauptstr. 12a', '12 High Street, Apt 4' or 'Rue X 5 bte 3'; without a number all of it is the
    street.
    """
    text = " ".join(text.split())
    if EAST_ASIAN.match(text):
        found = BLOCK_LAST.fullmatch(text)
    else:
        found = NUMBER_FIRST.fullmatch(text) or NUMBER_LAST.fullmatch(text)
    if found is None:
        return {"street": text}
    parts = {name: value.strip() for name, value in found.groupdict().items() if value}
    if "before" in parts:
        parts["unit"] = parts.pop("before")
    return parts


def postcode_city(text: str) -> Parts:
    """Split '10115 Berlin' or 'London SW1A 1AA'; without a postcode all of it is the city."""
    text = " ".join(text.split())
    found = POSTCODE_FIRST.fullmatch(text) or POSTCODE_LAST.fullmatch(text)
    if found is None:
        return {"city": text}
    return {name: value.strip() for name, value in found.groupdict().items() if value}


def amount_unit(text: str) -> Parts:
    """Split '500 g' or '0,75l'; the amount is written with a point. Anything else gives nothing."""
    found = AMOUNT.fullmatch(text.strip())
    return {"amount": found["amount"].replace(",", "."), "unit": found["unit"]} if found else {}


SPLITS: Mapping[str, tuple[Callable[[str], Parts], tuple[str, ...]]] = {
    "person_name": (person_name, ("name_prefix", "given_name", "middle_name", "family_name", "name_suffix")),
    "family_suffix": (family_suffix, ("family_name", "name_suffix")),
    "street_number": (street_number, ("street", "house_number", "unit")),
    "postcode_city": (postcode_city, ("postcode", "city", "region")),
    "amount_unit": (amount_unit, ("amount", "unit")),
}
"""Name of a split → how it is done and the parts that it can give."""


def _bare(word: str) -> str:
    return word.strip(" .,").lower()
