"""Records side by side: one row an attribute, one column a record; what differs stands out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mdm import domains
from stewardship.formatting import label_of, lines_of
from stewardship.why import Loss, loss_words, losses, of_attribute, of_scopes, winners

Fold = Callable[[str], str]

SAME, OTHER, ALONE = "same", "other", "alone"
"""A line that the golden record (or the other side) has too, one that it has not, one that meets nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One value, and whether it agrees."""

    text: str
    state: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one record says of one attribute; `wins` when the golden value comes from here."""

    lines: tuple[Line, ...]
    wins: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute over all records."""

    attribute: str
    label: str
    golden: tuple[str, ...]
    why: str
    cells: tuple[Cell, ...]
    differs: bool
    losses: tuple[Loss, ...] = ()
    owners: tuple[str, ...] = ()


def against_golden(
    domain: str,
    golden: Mapping[str, Any],
    provenance: Mapping[str, Any],
    records: Sequence[tuple[tuple[str, str, str], Mapping[str, Any]]],
    owners: Mapping[str, tuple[str, ...]] | None = None,
    read: Mapping[tuple[str, str, str], Mapping[str, Any]] | None = None,
) -> list[Row]:
    """Return the golden values beside those of its (name, attributes) records.

    owners: attribute -> who owns it. read: name -> the record in canonical codes, where they differ.
    """
    rows = []
    for attribute in _names(domain, [golden, *(attributes for _, attributes in records)]):
        kept = lines_of(domain, attribute, golden.get(attribute))
        whys = of_attribute(provenance, attribute)
        fold = _fold_of(domain, attribute)
        folded = {fold(line) for line in kept}
        cells = tuple(
            _cell(
                _coded(domain, attribute, attributes, (read or {}).get(name, attributes)),
                fold,
                folded,
                name,
                list(whys.values()),
            )
            for name, attributes in records
        )
        differs = any(line.state == OTHER for cell in cells for line in cell.lines)
        lost = tuple(dict.fromkeys(one for why in whys.values() for one in losses(why)))
        rows.append(
            Row(
                attribute,
                label_of(domain, attribute),
                kept,
                of_scopes(whys, len(records)),
                cells,
                differs,
                lost,
                (owners or {}).get(attribute, ()),
            )
        )
    return rows


def side_by_side(domain: str, left: Mapping[str, Any], right: Mapping[str, Any]) -> list[Row]:
    """Return two records beside each other, in the declared order of their attributes."""
    rows = []
    for attribute in _names(domain, [left, right]):
        sides = [lines_of(domain, attribute, one.get(attribute)) for one in (left, right)]
        fold = _fold_of(domain, attribute)
        folds = [{fold(line) for line in side} for side in sides]
        cells = tuple(
            Cell(tuple(Line(text, _met(fold(text), folds[1 - place])) for text in side))
            for place, side in enumerate(sides)
        )
        differs = bool(folds[0] and folds[1] and not folds[0] & folds[1])
        rows.append(Row(attribute, label_of(domain, attribute), (), "", cells, differs))
    return rows


def _names(domain: str, holders: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the attributes that anybody has, in the declared order, strangers last."""
    present = {name for holder in holders for name in holder if lines_of(domain, name, holder[name])}
    declared = [name for name in domains.get(domain).names if name in present]
    return [*declared, *sorted(present - set(declared))]


def _coded(
    domain: str, attribute: str, own: Mapping[str, Any], read: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Return (line, what it is read as) of one attribute: a source's own code stands beside the canonical
    one."""
    lines = lines_of(domain, attribute, own.get(attribute))
    if read.get(attribute) == own.get(attribute):
        return tuple((line, line) for line in lines)
    canonical = lines_of(domain, attribute, read.get(attribute))
    if len(canonical) != len(lines):
        return tuple((line, line) for line in lines)
    return tuple(zip(lines, canonical, strict=True))


def _cell(
    lines: tuple[tuple[str, str], ...],
    fold: Fold,
    golden: set[str],
    name: tuple[str, str, str],
    whys: Sequence[Mapping[str, Any]],
) -> Cell:
    lost = (one for why in whys for one in why.get("losers", ()) if one["record"] == list(name))
    note = next((": ".join(filter(None, loss_words(one["reason"]))) for one in lost), "")
    return Cell(
        tuple(
            Line(text if text == read else f"{text} → {read}", _met(fold(read), golden))
            for text, read in lines
        ),
        wins=bool(lines) and list(name) in winners(whys),
        note=note if lines else "",
    )


def _met(folded: str, others: set[str]) -> str:
    if not others:
        return ALONE
    return SAME if folded in others else OTHER


def _fold_of(domain: str, attribute: str) -> Fold:
    """Return what has to be equal for two lines to say the same to a person."""
    declared = domains.get(domain).attribute(attribute)
    return FOLDS.get(declared.type if declared else "", _folded)


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace(",", " ").split())


def _folded_phone(text: str) -> str:
    # The national number is what two spellings of one phone share.
    return "".join(character for character in text if character.isdigit())[-9:]


def _folded_url(text: str) -> str:
    return text.casefold().partition("://")[2 if "://" in text else 0].removeprefix("www.").rstrip("/")


def _folded_code(text: str) -> str:
    # A packaging level stands behind a GTIN; how a code is broken up says nothing.
    return "".join(character for character in text.partition(" (")[0].casefold() if character.isalnum())


def _folded_identifier(text: str) -> str:
    # The scheme in front is in small letters; one source names it, another does not.
    words = text.split()
    return _folded_code(" ".join(words[1:] if words[0].islower() and len(words) > 1 else words))


FOLDS: Mapping[str, Fold] = {
    "phone": _folded_phone,
    "url": _folded_url,
    "code": _folded_code,
    "gtin": _folded_code,
    "identifier": _folded_identifier,
}
