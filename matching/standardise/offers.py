"""What one offer says of a product: its attributes, else its title, else a short description.

A source that keeps colour, size and content in columns meets here one that writes all of them into the title.
The columns win: a title often names what the product goes with as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matching.standardise.identifiers import parse_gtin
from matching.standardise.product_words import (
    CASE_UNITS,
    CASE_WORDS,
    COLOURS,
    EACH_UNITS,
    NOT_IN_TITLES,
    PACK_WORDS,
    PIECE_WORDS,
    SAME_COLOURS,
    SIZES,
)
from matching.standardise.products import colour_of, is_model, measured, pack_size_of, quantity_of, size_of
from matching.standardise.text import fold

SHORT = 120  # a longer description tells a story rather than a title
MODEL_MIN = 5
BRAND_MIN = 3
_PIECES = re.compile(rf"(?<![\w.,])(\d{{1,4}})[\s-]?(?:{PIECE_WORDS})\b")
_PACKS = (
    re.compile(
        rf"\b(?:{PACK_WORDS})\.?\s*(?:of|a|mit|with|von|de|da|di|van|po|x|:)?\s*(\d{{1,4}})\b(?![.,]\d)"
        rf"(?:[\s-]?(?:{PIECE_WORDS})\b)?"
    ),
    re.compile(rf"(?<![\w.,])(\d{{1,4}})(?:\s?er)?[\s-]?(?:{PACK_WORDS})\b"),
    re.compile(r"(?<![\w.,])(\d{1,3})\s?x(?=[\s,;)]|$)"),
    re.compile(r"(?:^|\s)x\s?(\d{1,3})(?=[\s,;)]|$)"),
    re.compile(r"(?<![\w.,])(\d{1,3})er\b"),
)
_CASE = re.compile(rf"\b(?:{CASE_WORDS})\s?(?:of\s|mit\s|a\s|x\s?)?\d|\d(?:\s?er)?[\s-]?(?:{CASE_WORDS})\b")
_KEYED = re.compile(r"(?<![\w.])\d+(?:\.\d+)?[a-z]{1,7}(?![\w.])")
_WORD = re.compile(r"[a-z0-9][a-z0-9.\-_+/]*[a-z0-9+]|[a-z0-9]")
_PART = re.compile(r"[a-z]+[0-9]+(?:\.[0-9]+)*[a-z]*|[0-9]+(?:\.[0-9]+)?[a-z]*|[a-z]+")
_LETTER_SIZE = re.compile(r"(?<![\w/.'’&+-])(?<!\d\s)(XS|S|M|L|XL|XXL)(?![\w/'’&+]|-\w)")
_NUMBER_SIZE = re.compile(r"(?<![\w.,/-])(1[6-9]|[2-5]\d)(?:[.,](5))?(?![\w/]|[.,]\d|-\w)")
_KELVIN = re.compile(r"(?<![\w.,-])([1-9]\d{3})\s?[kK](?![\w-])")  # light; a bare "4K" is a resolution
_CODED = re.compile(r"([a-z]{1,3})(\d{1,4}(?:\.\d{1,2})?)")  # "a4", "e27": a kind of measure with its number
_EDITION = re.compile(r"\(\s*(?:19|20)\d\d\s*\)\s*$")


@dataclass(frozen=True, slots=True)
class Offer:
    """What an offer says; empty is not said. measures: base unit -> amounts; level: "case", "each" or "".

    words: folded words and models, without what the other fields hold but with colours in English; marks:
    short words with a figure in them ("a4", "2007"); pack: items sold together; pieces: what each holds.
    """

    words: tuple[str, ...] = ()
    measures: Mapping[str, frozenset[str]] = field(default_factory=dict)
    colours: tuple[str, ...] = ()
    size: str = ""
    pack: int = 0
    pieces: int = 0
    level: str = ""
    models: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


def read_title(text: str) -> Offer:
    """Read a title or a short description."""
    shown, quantities, counts = measured(_KELVIN.sub(r"\1 kelvin", _EDITION.sub(" ", text)))
    case = bool(_CASE.search(shown))
    pack, shown = _taken(shown, _PACKS)
    pack = max(counts) if counts else pack
    pieces, shown = _taken(shown, (_PIECES,))
    measures: dict[str, set[str]] = {}
    for quantity in quantities:
        measures.setdefault(quantity.unit, set()).add(quantity.amount)
    keys = {quantity.key for quantity in quantities}
    shown = _KEYED.sub(lambda match: " " if match.group() in keys else match.group(), shown)
    words, models = _words(shown)
    size = _title_size(text, shown)
    words = [word for word in words if word != size and SIZES.get(word) != size]
    marks = [word for word in words if word not in models and any(map(str.isdigit, word))]
    for mark in marks:
        if coded := _CODED.fullmatch(mark):
            measures.setdefault(coded.group(1) + "#", set()).add(coded.group(2))
    return Offer(
        tuple(words),
        {unit: frozenset(amounts) for unit, amounts in measures.items()},
        tuple(dict.fromkeys(word for word in words if word in _ENGLISH)),
        size,
        pack,
        pieces,
        "case" if case else "each" if pack else "",
        tuple(dict.fromkeys(models)),
        tuple(dict.fromkeys(mark for mark in marks if not _CODED.fullmatch(mark))),
    )


def read_offer(
    name: str,
    description: str = "",
    *,
    colour: str = "",
    size: str = "",
    contents: Iterable[tuple[str, str]] = (),
    pack_size: str = "",
    unit: str = "",
    gtins: Iterable[str] = (),
    brands: Iterable[str] = (),
) -> Offer:
    """Read an offer: attributes win over the name, the name over the description."""
    title = read_title(name)
    second = read_title(description) if 0 < len(description) <= SHORT else Offer()
    column = read_title(size)
    stated = [found for amount, measure in contents if (found := quantity_of(amount, measure))]
    measures = {found.unit: frozenset((found.amount,)) for found in stated}
    for said in (column, title, second):
        measures = {**said.measures, **measures}
    own_size = "" if column.measures or column.pieces else size_of(size)
    colours = _plain_colours(colour_of(colour)) or title.colours or second.colours
    own_pack = pack_size_of(pack_size)
    pack = own_pack if own_pack > 1 else title.pack or second.pack or own_pack
    words = _longer(title.words, second.words)
    if colour:
        words = tuple(word for word in words if word not in colours)
    words = (
        tuple(word for word in words if word != own_size and SIZES.get(word) != own_size)
        if own_size
        else words
    )
    shown_size = own_size or title.size or second.size
    return Offer(
        _branded(words, brands),
        measures,
        colours,
        shown_size,
        pack,
        column.pieces or title.pieces or second.pieces,
        _level(title.level or second.level, unit, gtins, own_pack),
        title.models or second.models,
        tuple(mark for mark in title.marks or second.marks if mark != shown_size),
    )


def _taken(shown: str, patterns: Iterable[re.Pattern[str]]) -> tuple[int, str]:
    """Return the first count that a pattern finds (0: none) and the text without it."""
    for pattern in patterns:
        for match in pattern.finditer(shown):
            if 1 <= int(match.group(1)) <= 5000:
                return int(match.group(1)), f"{shown[: match.start()]} {shown[match.end() :]}"
    return 0, shown


def _words(shown: str) -> tuple[list[str], list[str]]:
    words: list[str] = []
    models: list[str] = []
    for raw in _WORD.findall(shown):
        squeezed = re.sub(r"[^a-z0-9]", "", raw)
        whole = "/" not in raw or _is_long_model(raw.partition("/")[0])  # "MB533LL/A", not "red/x2"
        if whole and _is_long_model(squeezed):
            models.append(squeezed)
            words.append(squeezed)
        else:
            words.extend(_english(word) for word in _PART.findall(raw))
    return words, models


def _is_long_model(word: str) -> bool:
    squeezed = re.sub(r"[^a-z0-9]", "", word)
    return len(squeezed) >= MODEL_MIN and is_model(squeezed)


def _english(word: str) -> str:
    """Return a colour in English, any other word as it is."""
    if word in NOT_IN_TITLES:
        return word
    if word in COLOURS:
        return COLOURS[word]
    found = colour_of(word) if len(word) > 5 else word
    return SAME_COLOURS.get(found, word)


_ENGLISH = frozenset(COLOURS.values())


def _plain_colours(text: str) -> tuple[str, ...]:
    """Return the colours of an attribute; shades with a name of their own get it ("dark blue" is navy)."""
    for written, name in SAME_COLOURS.items():
        text = text.replace(written, name)
    return tuple(dict.fromkeys(text.split()))


def _title_size(text: str, shown: str) -> str:
    """Return the last clothing or shoe size that stands alone behind the first words of a title."""
    letters = [match for match in _LETTER_SIZE.finditer(text) if match.start() > len(text) // 3]
    if letters:
        return size_of(letters[-1].group())
    numbers = [match for match in _NUMBER_SIZE.finditer(shown) if match.start() > len(shown) // 2]
    if numbers:
        whole, half = numbers[-1].groups()
        return f"{whole}.5" if half else str(whole)
    return ""


def _longer(title: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Return the description's words where it spells out a title that was cut short, else the title's."""
    if not second or second[: len(title)] == title or not title:
        return title or second
    shared = sum(any(_abbreviates(word, full) for full in second) for word in title)
    return second if 2 * shared >= len(title) and len(second) <= 2 * len(title) else title


def _abbreviates(word: str, full: str) -> bool:
    return word == full or (len(word) >= BRAND_MIN and full.startswith(word[:BRAND_MIN]))


def _branded(words: tuple[str, ...], brands: Iterable[str]) -> tuple[str, ...]:
    """Return the words with the brand in front where they leave it out; a short form of it counts as it."""
    for brand in brands:
        parts = fold(brand).split()
        if parts and not any(
            word.startswith(parts[0]) or (len(word) >= BRAND_MIN and parts[0].startswith(word))
            for word in words
        ):
            return (*parts, *words)
    return words


def _level(title: str, unit: str, gtins: Iterable[str], pack: int) -> str:
    """Return "case" where anything says so, "each" where the unit or a pack of it says so, else ""."""
    measure = fold(unit).replace(" ", "")
    if title == "case" or measure in CASE_UNITS or any(parse_gtin(text).level == "case" for text in gtins):
        return "case"
    return "each" if title or measure in EACH_UNITS or pack == 1 else ""
