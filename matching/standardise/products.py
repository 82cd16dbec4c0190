"""Titles and attributes of products: quantities in base units, pack counts, models, colours, sizes, words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from matching.standardise.product_words import (
    COLOURS,
    NAMED_COUNTS,
    NOT_IN_TITLES,
    NOT_MODELS,
    PACK_WORDS,
    PIECE_WORDS,
    SHADES,
    SIZES,
    SMALL_UNITS,
    TITLE_SIZES,
    UNITS,
)
from matching.standardise.text import fold, latin

_NUMBER = r"\d{1,9}(?:[.,]\d{1,6})*"
_UNIT = "|".join(sorted((re.escape(unit) for unit in UNITS), key=lambda unit: (-len(unit), unit)))
_TIMES_SIGN = re.compile(r"\s?[x*]\s?")
_QUANTITY = re.compile(rf"(?<![\w.,])({_NUMBER}(?:\s?[x*]\s?{_NUMBER}){{0,3}})[\s-]?({_UNIT})(?![a-z0-9])")
_INCHES = re.compile(r"(?<=\d)\s?(?:''|\"|″|”|“|’’|'(?=[\s,)]|$))")
_FLUID = re.compile(r"(?<=\d)[\s-]?fl\.?\s?oz\b\.?")
_CUBIC = re.compile(r"(?<=\d)\s?cm(?:\^3|³)")
_SPOKEN = re.compile(r"(?<=\d)\s?%")
_PACKS = (
    re.compile(
        rf"\b(?:{PACK_WORDS})\b\.?\s*(?:of|a|mit|with|von|de|da|di|van|po|x|:)?\s*(\d{{1,4}})\b(?!\s?(?:{_UNIT})\b|[.,]\d)"
    ),
    re.compile(rf"(?<![\w.,])(\d{{1,4}})(?:\s?er)?[\s-]?(?:{PACK_WORDS})\b"),
    re.compile(rf"(?<![\w.,])(\d{{1,4}})\s?(?:{PIECE_WORDS})\b"),
    re.compile(r"(?<![\w.,])(\d{1,3})\s?x(?=\s|$)"),
    re.compile(r"(?:^|\s)x\s?(\d{1,3})(?=\s|$)"),
    re.compile(r"(?<![\w.,])(\d{1,3})er\b"),
)
_SIZE_MARKED = re.compile(
    r"\b(?:size|sz|gr|grosse|groesse|taille|talla|taglia|maat|storlek|str|rozmiar|velikost|razmer|numero)\b\.?:?\s*"
    r"((?:eu|uk|us)?\s?\d{1,3}(?:[.,/]\d{1,2})?|xxs|xs|s|m|l|xl|xxl|[2-5]xl)\b"
)
_REGION_SIZE = re.compile(r"\b(eu|uk|us)\s?(\d{1,2}(?:[.,]5)?)\b")
_WORD = re.compile(r"[a-z0-9][a-z0-9.\-_+/]*[a-z0-9+]|[a-z0-9]")
_MODEL_MIN = 3


@dataclass(frozen=True, slots=True)
class Quantity:
    """One measured amount in the base unit of its dimension; amount is a plain decimal text."""

    amount: str
    unit: str

    @property
    def key(self) -> str:
        """Amount and unit in one word ("500ml" for "0,5 L")."""
        return f"{self.amount}{self.unit}"


@dataclass(frozen=True, slots=True)
class ProductTitle:
    """What a title says; 0, "" and empty tuples are "not said". All tuples keep the order of the title.

    words: folded words and model numbers, with every quantity as its key.
    """

    words: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    pack_size: int = 0
    models: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words in one text."""
        return " ".join(self.words)

    @property
    def quantity_keys(self) -> tuple[str, ...]:
        """The keys of the quantities, sorted, each once."""
        return tuple(sorted({quantity.key for quantity in self.quantities}))


def parse(title: str) -> ProductTitle:
    """Read a title as shops write it."""
    shown, quantities, packs = measured(title)
    pack_size = _pack_of(shown, packs)
    sizes = tuple(dict.fromkeys(_sizes(shown)))
    taken = {quantity.key for quantity in quantities}
    words: list[str] = []
    models: list[str] = []
    for raw in _WORD.findall(shown):
        squeezed = re.sub(r"[^a-z0-9]", "", raw)
        if raw in taken:
            words.append(raw)
        elif is_model(squeezed) and not raw.count("/"):
            models.append(squeezed)
            words.append(squeezed)
        else:
            words.extend(re.findall(r"[a-z]+[0-9]+[a-z]*|[0-9]+(?:\.[0-9]+)?[a-z]*|[a-z]+", raw))
    return ProductTitle(
        tuple(words),
        tuple(dict.fromkeys(quantities)),
        pack_size,
        tuple(dict.fromkeys(models)),
        tuple(dict.fromkeys(_colours(words))),
        sizes,
    )


def measured(title: str) -> tuple[str, list[Quantity], list[int]]:
    """Return the prepared title with quantities as keys, the quantities, and counts such as "6 x 0.33 l"."""
    quantities: list[Quantity] = []
    packs: list[int] = []
    shown = _QUANTITY.sub(lambda match: _take(match, quantities, packs), _prepared(title))
    return shown, quantities, packs


def _prepared(title: str) -> str:
    """Return the title as lower-case ASCII with one spelling of inches, times signs and decimal signs."""
    shown = latin(title.replace("×", "x").replace("³", "3").replace("″", '"').replace("”", '"')).lower()
    shown = _INCHES.sub(" inch ", shown)
    shown = _FLUID.sub("floz ", shown)
    return _SPOKEN.sub(" percent ", _CUBIC.sub("ccm ", shown))


def _take(match: re.Match[str], found: list[Quantity], packs: list[int]) -> str:
    """Read "0,5 l", a pack "6 x 0.33 l", two lengths "10 x 20 cm"; return their keys as words."""
    numbers, unit = _TIMES_SIGN.split(match.group(1)), match.group(2)
    if len(numbers) > 1 and UNITS[unit][0] != "mm":
        counts = [int(number) for number in numbers[:-1] if number.isdigit()]
        if len(counts) < len(numbers) - 1:
            return match.group()
        packs.append(math.prod(counts))
        numbers = numbers[-1:]
    taken = [quantity for number in numbers if (quantity := quantity_of(number, unit))]
    found.extend(taken)
    return " " + " ".join(quantity.key for quantity in taken) + " "


def quantity_of(number: str, unit: str) -> Quantity | None:
    """Return an amount in its base unit ("0,5", "L" -> 500 ml), or None for what is no amount."""
    spelled = re.sub(r"[\s.]", "", latin(unit).lower())
    known = UNITS.get(spelled)
    amount = number_of(number, spelled)
    if known is None or amount is None:
        return None
    base, factor = known
    return Quantity(_plain(amount * factor), base)


def number_of(text: str, unit: str = "") -> Decimal | None:
    """Return a number written with a decimal comma or point, with or without thousands."""
    shown = re.sub(r"[\s']", "", latin(text))
    if not re.fullmatch(r"\d{1,12}(?:[.,]\d{1,12})*", shown):
        return None
    signs = [sign for sign in shown if sign in ".,"]
    if len(set(signs)) == 2:
        shown = shown.replace(signs[0], "").replace(signs[-1], ".")
    elif len(signs) > 1:
        shown = shown.replace(signs[0], "")
    elif signs:
        whole, _, behind = shown.partition(signs[0])
        thousands = (
            len(behind) == 3 and whole.strip("0") and (unit in SMALL_UNITS or (not unit and signs[0] == ","))
        )
        shown = whole + behind if thousands else f"{whole}.{behind}"
    try:
        return Decimal(shown)
    except InvalidOperation:
        return None


def _plain(amount: Decimal) -> str:
    """Return a decimal text without exponent or needless zeros, rounded to four places."""
    text = f"{amount:.4f}".rstrip("0").rstrip(".")
    return text or "0"


def _pack_of(shown: str, packs: list[int]) -> int:
    if packs:
        return max(packs)
    for pattern in _PACKS:
        for match in pattern.finditer(shown):
            if 1 <= int(match.group(1)) <= 1000:
                return int(match.group(1))
    return next(
        (NAMED_COUNTS[word] for word in fold(shown).split() if word in NAMED_COUNTS and "pack" in shown), 0
    )


def _sizes(shown: str) -> Iterator[str]:
    for match in _SIZE_MARKED.finditer(shown):
        yield size_of(match.group(1))
    for match in _REGION_SIZE.finditer(shown):
        yield size_of(match.group(0))
    for word in re.findall(r"[a-z0-9]+", shown):
        if word in TITLE_SIZES:
            yield SIZES[word]


def _colours(words: list[str]) -> Iterator[str]:
    shade = ""
    for word in words:
        if word in COLOURS and word not in NOT_IN_TITLES:
            yield f"{shade} {COLOURS[word]}".strip()
        shade = SHADES.get(word, "")


def is_model(word: str) -> bool:
    """Whether a squeezed word looks like a model number: letters and digits, no standard, no quantity."""
    if len(word) < _MODEL_MIN or word in NOT_MODELS or word.isalpha():
        return False
    if word.isdigit():
        return 5 <= len(word) <= 12
    if re.fullmatch(rf"\d+(?:{_UNIT}|st|nd|rd|th|er|x|p|k|mm2|pcs|pk|ct|pc|stk)", word):
        return False
    return re.fullmatch(r"\d{1,2}[x]\d{1,3}", word) is None


def model_key(text: str) -> str:
    """Return a part number without case, signs and leading zeros of its digits ("D-VR 610" -> "dvr610")."""
    return re.sub(r"[^a-z0-9]", "", latin(text).lower())


def colour_of(text: str) -> str:
    """Return the colours of an attribute in English, in order ("dunkelblau/weiß" -> "dark blue white")."""
    found: list[str] = []
    shade = ""
    for word in fold(text).split():
        if word in SHADES:
            shade = SHADES[word]
            if found and COLOURS.get(found[-1]) == found[-1]:
                found[-1] = f"{shade} {found[-1]}"
                shade = ""
            continue
        found.append(f"{shade} {_one_colour(word)}".strip())
        shade = ""
    return " ".join(found)


def _one_colour(word: str) -> str:
    if word in COLOURS:
        return COLOURS[word]
    for written, shade in SHADES.items():
        if word.startswith(written) and word.removeprefix(written) in COLOURS:
            return f"{shade} {COLOURS[word.removeprefix(written)]}"
    return word


def size_of(text: str) -> str:
    """Return a clothing size in one spelling, or the quantities of a measured size, or the folded text."""
    folded = fold(text)
    if folded in SIZES:
        return SIZES[folded]
    bare = re.sub(r"^(?:size|gr|grosse|groesse|taille|talla|taglia|maat|storlek|rozmiar|str)\s+", "", folded)
    if bare in SIZES:
        return SIZES[bare]
    if amounts := measured(text)[1]:
        return " ".join(quantity.key for quantity in amounts)
    number = re.fullmatch(r"(eu|uk|us)?\s?(\d{1,3})(?: (\d))?", bare)
    if number:
        region, whole, half = number.groups()
        return f"{region or ''}{whole}{'.' + half if half else ''}"
    return bare


def pack_size_of(text: str) -> int:
    """Return the number of items in a pack as an attribute states it ("12", "pack of 12"), 0 unknown."""
    shown = text.strip()
    if re.fullmatch(r"\d{1,5}(?:\.0+)?", shown):
        return int(shown.partition(".")[0])
    return parse(shown).pack_size
