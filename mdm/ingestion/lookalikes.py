"""What the values of a column look like, whatever the column is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.numbers import list_currencies

from mdm.ingestion.checks import EMAIL
from mdm.ingestion.composites import gtin_check_is_right
from mdm.ingestion.countries import country_code
from mdm.ingestion.dates import FORMATS, read_moment
from mdm.ingestion.rules import as_text
from mdm.ingestion.splits import NUMBER_FIRST, NUMBER_LAST, POSTCODE, POSTCODE_FIRST, POSTCODE_LAST, SUFFIXES

ENOUGH = 0.8
"""Share of the values that must look alike."""
DATE_FORMATS = ("iso", "sap", "dmy", "mdy", "ymd", "compact")
TRUTH = {
    **dict.fromkeys("true yes y ja oui si sí tak x 1".split(), True),
    **dict.fromkeys("false no n nein non nie 0".split(), False),
}
PHONE = re.compile(r"(?=(?:\D*\d){7,15}\D*$)\+?[\d\s()./-]+(?:\s?(?:x|ext\.?)\s?\d+)?")
URL = re.compile(
    r"(?:https?://|www\.)\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|de|fr|uk|es|it|pl|eu|io)/?\S*", re.I
)
POSTAL = re.compile(POSTCODE, re.I)
TAX = re.compile(r"[A-Z]{2}[ -]?[0-9A-Z][0-9A-Z .-]{6,14}\d[0-9A-Z]?")
DECIMAL_COMMA = re.compile(r"-?(?:\d+|\d{1,3}(?:[. ']\d{3})+),\d{1,2}(?:\s?[€$£])?")
DECIMAL_POINT = re.compile(r"[€$£]?\s?-?(?:\d+|\d{1,3}(?:[, ']\d{3})+)\.\d{1,4}")
WHOLE = re.compile(r"-?\d{1,18}")
SALESFORCE = re.compile(r"(?:00[13Q]|01t)[0-9A-Za-z]{12}(?:[0-9A-Z]{3})?")
PERSON = re.compile(r"[^\W\d_][^\W\d_'’.-]*\.?(?:[ '’-]+[^\W\d_][^\W\d_'’.-]*\.?){1,3}")
LEGAL_FORM = re.compile(
    r"\b(?:inc|llc|ltd|limited|plc|corp|gmbh|ag|kg|ug|ohg|e\.?k|sarl|sas|s\.?a\.?|s\.?l\.?|s\.?r\.?l|s\.?p\.?a|bv|nv|oy"
    r"|ab|aps|sp\. ?z ?o\. ?o|ооо|株式会社|co)\b\.?$",
    re.I,
)
LANGUAGES = frozenset(
    "en de fr es it pl ru uk el ja nl pt cs sk sv da fi nb no hu ro bg hr tr zh ko ar he".split()
)
Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Look:
    """What a column's values look like: a kind, the share of values that do, and a detail (date format,
    decimals).
    """

    kind: str
    share: float
    detail: str = ""
    filled: float = 0.0
    unique: bool = False
    sample: str = ""
    values: tuple[str, ...] = ()
    """The distinct values, most frequent first, when there are few of them (up to 12)."""

    @property
    def described(self) -> str:
        """The look in words."""
        if self.kind == "empty":
            return "no values"
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.share:.0%} look like {self.kind}{detail}, e.g. {self.sample!r}"

    @property
    def names_records(self) -> bool:
        """Whether every row has a value and no two rows have the same."""
        return self.filled == 1.0 and self.unique


def _is_date(name: str) -> Test:
    def test(text: str) -> bool:
        try:
            moment = read_moment(text, (name,))
        except ValueError:
            return False
        return 1000 <= moment.year <= 2100

    return test


def _is_gtin(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) in (8, 12, 13, 14) and gtin_check_is_right(text)


# In this order: the first kind that enough values look like is taken, so the telling ones come first.
TESTS: Mapping[str, Test] = {
    "e-mail": lambda text: EMAIL.fullmatch(text) is not None,
    "web address": lambda text: URL.fullmatch(text) is not None,
    "Salesforce id": lambda text: SALESFORCE.fullmatch(text) is not None,
    "GTIN": _is_gtin,
    **{f"date:{name}": _is_date(name) for name in DATE_FORMATS if name in FORMATS},
    "currency code": lambda text: len(text) == 3 and text.isupper() and text in list_currencies(),
    "price:comma": lambda text: DECIMAL_COMMA.fullmatch(text) is not None,
    "price:point": lambda text: DECIMAL_POINT.fullmatch(text) is not None,
    "yes or no": lambda text: text.lower() in TRUTH and text not in ("1", "0"),
    "phone": lambda text: PHONE.fullmatch(text) is not None and not (text.isdigit() and len(text) < 9),
    "tax id": lambda text: TAX.fullmatch(text) is not None,
    "postcode": lambda text: POSTAL.fullmatch(text) is not None,
    "number": lambda text: WHOLE.fullmatch(text) is not None,
    "language code": lambda text: text.lower()[:2] in LANGUAGES and len(text) in (2, 5),
    "country": lambda text: country_code(text) is not None,
    "company name": lambda text: LEGAL_FORM.search(text) is not None,
    "postcode and city": lambda text: bool(POSTCODE_FIRST.fullmatch(text) or POSTCODE_LAST.fullmatch(text)),
    "street and number": lambda text: bool(NUMBER_LAST.fullmatch(text) or NUMBER_FIRST.fullmatch(text)),
    "name suffix": lambda text: text.lower().strip(".") in SUFFIXES,
    "person name": lambda text: PERSON.fullmatch(text) is not None and text[:1].isupper(),
}
# Kinds that a third of the values is enough for: nothing else looks like them.
RARE = {"company name": 0.3, "GTIN": 0.7, "street and number": 0.6}


def looks_like_people(cells: Sequence[Any]) -> bool:
    """Whether enough values could be people's names, however their letters are written."""
    texts = [text for cell in cells if (text := as_text(cell)) is not None]
    return sum(PERSON.fullmatch(text) is not None for text in texts) >= ENOUGH * len(texts)


def look_at(cells: Sequence[Any]) -> Look:
    """Return what a column's values look like."""
    texts = [text for cell in cells if (text := as_text(cell)) is not None]
    if not texts:
        return Look("empty", 0.0)
    counted = Counter(texts)
    common: dict[str, Any] = {
        "filled": len(texts) / len(cells),
        "unique": len(counted) == len(texts) > 1,
        "sample": max(counted, key=lambda text: (counted[text], -texts.index(text)))
        if len(counted) < 13
        else texts[0],
        "values": tuple(text for text, _ in counted.most_common()) if len(counted) <= 12 else (),
    }
    for name, test in TESTS.items():
        share = sum(count for text, count in counted.items() if test(text)) / len(texts)
        kind, _, detail = name.partition(":")
        if share >= RARE.get(kind, ENOUGH):
            if kind == "date" and detail == "dmy" and _month_first(texts):
                detail = "mdy"
            return Look(kind, share, detail, **common)
    if len(counted) <= 12 and len(texts) > 3 * len(counted):
        return Look("code", 1.0, **common)
    return Look("text", 1.0, **common)


def _month_first(texts: Sequence[str]) -> bool:
    """Whether the second part of the dates exceeds 12 somewhere and the first one never does."""
    parts = [re.split(r"\D+", text)[:2] for text in texts]
    numbers = [(int(pair[0]), int(pair[1])) for pair in parts if len(pair) == 2 and pair[0] and pair[1]]
    return any(second > 12 for _, second in numbers) and all(first <= 12 for first, _ in numbers)
