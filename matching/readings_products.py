"""Readings of product columns: each takes the same inputs of an offer, which is read as a whole once.

The inputs are the canonical attributes in the order of INPUTS.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from matching.standardise.identifiers import Gtin, parse_gtin
from matching.standardise.offers import Offer, read_offer
from matching.standardise.placeholders import is_placeholder_code
from matching.standardise.products import model_key
from matching.standardise.text import fold

INPUTS = (
    "name", "description", "colour", "size", "net_content", "pack_size", "unit", "gtins",
    "brand", "manufacturer",
)  # fmt: skip
Inputs = tuple[Any, ...]
STEP = 1.02
NOTHING = "plain"  # says nothing of colour, size, amount or pack, as single items often do
Reading = Callable[[Inputs], Iterable[str]]


def _strings(entry: Any) -> Iterator[str]:
    """Yield the strings of a raw input: itself, or the "value" of mappings, or each of several."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, tuple):
        fields = _fields(entry)
        if fields:
            yield from _strings(fields.get("value"))
        else:
            for part in entry:
                yield from _strings(part)


def _fields(entry: Any) -> dict[str, Any]:
    """Return a mapping that a frame froze into pairs, {} for anything else."""
    pairs = isinstance(entry, tuple) and all(isinstance(part, tuple) and len(part) == 2 for part in entry)
    return dict(entry) if pairs and all(isinstance(part[0], str) for part in entry) else {}


def _one(entry: Any) -> str:
    return next(_strings(entry), "")


@lru_cache(maxsize=1 << 16)
def _offer(inputs: Inputs) -> Offer:
    name, description, colour, size, content, pack_size, unit, gtins, *brands = inputs
    fields = _fields(content)
    return read_offer(
        _one(name),
        _one(description),
        colour=_one(colour),
        size=_one(size),
        contents=((_one(fields.get("amount")), _one(fields.get("unit"))),) if fields else (),
        pack_size=_one(pack_size),
        unit=_one(unit),
        gtins=tuple(_strings(gtins)),
        brands=tuple(text for brand in brands for text in _strings(brand)),
    )


def _title(inputs: Inputs) -> Iterable[str]:
    return (" ".join(_offer(inputs).words),)


def _measures(inputs: Inputs) -> Iterable[str]:
    """Return every amount with its base unit."""
    measures = _offer(inputs).measures
    return sorted(f"{amount}{unit}" for unit, amounts in measures.items() for amount in amounts)


def _colours(inputs: Inputs) -> Iterable[str]:
    return (" ".join(sorted(_offer(inputs).colours)),)


def _variant(inputs: Inputs) -> Iterable[str]:
    """Return all that tells variants apart in one text: sets of traits are compared as a whole."""
    offer = _offer(inputs)
    traits = [f"amount:{key}" for key in _measures(inputs)] + [
        f"colour:{colour}" for colour in sorted(offer.colours)
    ]
    traits += [
        f"{name}:{value}".replace(" ", "")
        for name, value in (
            ("size", offer.size),
            ("pack", offer.pack),
            ("pieces", offer.pieces),
            ("level", offer.level),
        )
        if value
    ]
    return (" ".join(traits) or NOTHING,)


def _guards(inputs: Inputs) -> Iterable[str]:
    """Return "colour:red", "amount ml:500", "pack:12" of what is stated as an attribute, not only in a title.

    A gate of the form "identifier" forgives one slip of typing. Each value is written three times, so that
    two different ones are never one slip apart; an amount gives its two nearest steps of 2 %, for rounded
    conversions.
    """
    _, _, colour, size, content, pack_size, unit, *_ = inputs
    offer = _offer(inputs)
    found: list[tuple[str, str]] = []
    if colour and len(offer.colours) == 1:
        found.append(("colour", offer.colours[0]))
    if size and offer.size:
        found.append(("size", offer.size))
    if pack_size and offer.pack and not offer.pieces:
        found.append(("pack", str(offer.pack)))
    if (unit or pack_size) and offer.level:
        found.append(("level", offer.level))
    for measure, amounts in offer.measures.items() if size or content else ():
        steps = [math.log(float(amount)) / math.log(STEP) for amount in amounts if float(amount) > 0]
        if len(steps) == 1:
            found += [(f"amount {measure}", str(math.floor(steps[0]) + place)) for place in (0, 1)]
    return [f"{name}:{code} {code} {code}" for name, code in found]


def _models(inputs: Inputs) -> Iterable[str]:
    return _offer(inputs).models


def _marks(inputs: Inputs) -> Iterable[str]:
    return (" ".join(sorted(_offer(inputs).marks)),)


def _brands(inputs: Inputs) -> Iterable[str]:
    return [fold(text) for entry in inputs for text in _strings(entry)]


def _gtins(inputs: Inputs) -> Iterable[str]:
    """Return GTIN-14s; one that fails its check, or is for use within a firm, has a mark in front."""
    for entry in inputs:
        for text in _strings(entry):
            found = parse_gtin(text)
            yield found.key or _doubtful(found)


def _doubtful(found: Gtin) -> str:
    return f"?{found.gtin14}" if found.gtin14 and not found.placeholder else ""


def _part_number(inputs: Inputs) -> Iterable[str]:
    return [
        "" if is_placeholder_code(key) else key
        for entry in inputs
        for text in _strings(entry)
        if (key := model_key(text))
    ]


PRODUCT_READINGS: dict[str, Reading] = {
    "offer_title": _title,
    "offer_measures": _measures,
    "offer_colours": _colours,
    "offer_variant": _variant,
    "offer_guards": _guards,
    "offer_models": _models,
    "offer_marks": _marks,
    "brand": _brands,
    "gtin_or_doubt": _gtins,
    "part_number": _part_number,
}
