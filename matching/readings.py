"""Readings turn the raw inputs of a column into the elements that are compared; they never raise on dirt.

A reading gets the tuple of raw inputs of one record (strings, tuples of strings, tuples of pairs, or None)
and yields zero or more folded elements. Readings are named in the spec, so the registry below is the list
of what a spec may use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from matching.errors import SpecError
from matching.reading_kinds import Each, First, Reading, Union, Where, first, flat
from matching.readings_products import PRODUCT_READINGS
from matching.readings_tables import TABLE_READINGS
from matching.spec import Column
from matching.standardise import (
    addresses,
    dates,
    emails,
    identifiers,
    nicknames,
    organisations,
    person_names,
    phones,
)
from matching.standardise import products as product_titles
from matching.standardise.affiliations import institution_of
from matching.standardise.number_words import numbered
from matching.standardise.placeholders import is_nobody, is_placeholder, is_placeholder_code, may_be_nobody
from matching.standardise.text import fold
from matching.texts import Texts

_NOT_CODE = re.compile(r"[^0-9a-z]+")
_YMD = re.compile(r"^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?:[T ].*)?$")
_DMY = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
_AMOUNT = re.compile(r"-?\d[\d,.' ]*")
_HOUSE = re.compile(r"\d+\s?[a-zA-Z]?\b")


HAN = "\u6f22"  # before a name that was written in Han signs


@lru_cache(maxsize=1 << 15)
def name_forms(name: str) -> tuple[str, ...]:
    """Return the forms under which the parts of a folded name are known; a part of one letter has none."""
    forms = {form for part in name.split() if len(part) > 1 for form in nicknames.given_roots(part)}
    return tuple(sorted(forms))


def _text(text: str) -> str:
    return "" if is_placeholder(text) else fold(text)


def _joined(inputs: tuple[Any, ...]) -> Iterable[str]:
    return (" ".join(part for part in map(_text, flat(inputs)) if part),)


def _words(entry: Any) -> Iterable[str]:
    """Return every folded word of two letters or more."""
    return [word for text in flat((entry,)) for word in _text(text).split() if len(word) > 1]


def code(text: str) -> str:
    """Return letters and digits only; a made-up code ("0000", "xxx") is nothing."""
    return "" if is_placeholder_code(text) and len(text) > 1 else _NOT_CODE.sub("", fold(text))


def _digits(text: str) -> str:
    found = "".join(character for character in text if character.isascii() and character.isdigit())
    return "" if len(found) > 3 and len(set(found)) == 1 else found


def _phone(text: str) -> str:
    quick = phones.national_of(text)
    if quick is not None:
        return quick[-9:]
    found = phones.parse(text)
    return "" if found.placeholder or len(found.national) < 5 else found.national[-9:]


def _email(text: str) -> str:
    """Return the mailbox; nobody's mailboxes ("noreply") are nothing, but reserved domains stay: test
    systems use them.
    """
    if plain := emails.plain(text):
        return plain.mailbox
    found = emails.parse(text)
    nobody = found.placeholder and re.sub(r"[^a-z]", "", found.local.partition("+")[0]) in emails.NOBODY
    return "" if nobody else found.mailbox


def _website(text: str) -> str:
    return emails.domain_of_website(text)


def date(text: str) -> str:
    """Return YYYYMMDD, or YYYY when only a year can be read."""
    shown = text.strip()
    known = dates.parse(shown)
    if known.placeholder:
        return ""
    if known.iso:
        return known.iso.replace("-", "")
    if match := _YMD.match(shown):
        year, month, day = match.groups()
    elif match := _DMY.match(shown):
        day, month, year = match.groups()
    else:
        return shown if re.fullmatch(r"\d{4}", shown) else ""
    return f"{year}{int(month):02d}{int(day):02d}"


def _coordinate(text: str) -> str:
    """Return degrees to two places, about a kilometre; at 0 stands what a map does not know."""
    found = number(text)
    return "" if not found or float(found) == 0.0 else f"{float(found):.2f}"


def number(text: str) -> str:
    """Return a decimal number as Python writes it; "1.299,00" and "1,299.00" are both 1299.0."""
    match = _AMOUNT.search(text)
    if not match:
        return ""
    digits = re.sub(r"[' ]", "", match.group()).rstrip(".,")
    if re.search(r",\d{1,2}$", digits):
        digits = digits.replace(".", "").replace(",", ".")
    try:
        return repr(round(float(digits.replace(",", "")), 6))
    except ValueError:
        return ""


@lru_cache(maxsize=1 << 14)
def person(inputs: tuple[Any, ...]) -> person_names.PersonName:
    """Read (given, middle, family, full name, suffix, former family name); parts win over the full name."""
    given, middle, family, full, suffix, former = (first(entry) for entry in (*inputs, *(None,) * 6)[:6])
    given, family = ("" if is_placeholder(part, of="person") else part for part in (given, family))
    if given or family:
        return person_names.compose(given, family, middle, "", suffix, former)
    if is_placeholder(full, of="person"):
        return person_names.PersonName()
    found = person_names.parse(full)
    return replace(found, generation=person_names.generation_of(suffix) or found.generation)


def people(inputs: tuple[Any, ...]) -> list[person_names.PersonName]:
    """Return the person of a record, or, after the six parts of a name, those that (kind, names …) may name.

    A sole trader of unknown kind carries the owner's name as a firm's name: each such name is read as a
    person's too.
    """
    found = person(inputs[:6])
    if found.full or first(inputs[6] if len(inputs) > 6 else None) != "unknown":
        return [found]
    names = [text for text in flat(inputs[7:]) if not organisations.parse(text).legal_form]
    return [person_names.parse(text) for text in names if 2 <= len(fold(text).split()) <= 5]


def _given(inputs: tuple[Any, ...]) -> Iterable[str]:
    return [name.given for name in people(inputs)]


def _middle(inputs: tuple[Any, ...]) -> Iterable[str]:
    return [part for name in people(inputs) for part in name.middle[:1]]


def _family(inputs: tuple[Any, ...]) -> Iterable[str]:
    return [part for name in people(inputs) for part in (name.family, name.former_family)]


def _script_kept(read: Reading) -> Reading:
    """Mark names written in Han signs: how a person reads them cannot be told, so they meet only their
    like.
    """

    def marked(inputs: tuple[Any, ...]) -> Iterable[str]:
        mark = HAN if any("\u3400" <= sign <= "\u9fff" for text in flat(inputs) for sign in text) else ""
        return [mark + name for name in read(inputs) if name]

    return marked


def _generation(inputs: tuple[Any, ...]) -> Iterable[str]:
    return [name.generation for name in people(inputs)]


def _nobody(inputs: tuple[Any, ...]) -> Iterable[str]:
    """Return "nobody" for (given, family) that only say that nobody knows who it is."""
    return ("nobody",) if is_nobody(first(inputs[0]), first(inputs[1])) else ()


def _person_words(inputs: tuple[Any, ...]) -> Iterable[str]:
    """Every word of the name of two letters or more; given names under their root too."""
    for name in people(inputs):
        yield from (word for word in (*name.full.split(), *name.former_family.split()) if len(word) > 1)
        yield from name_forms(name.given)


def _organisation(entry: Any) -> Iterable[str]:
    for text in flat((entry,)):
        if not is_placeholder(text, of="organisation"):
            name = organisations.parse(text)
            yield name.core
            yield name.also_known_as


def _branch(text: str) -> str:
    return organisations.parse(text).branch


def _identifiers(inputs: tuple[Any, ...]) -> Iterator[identifiers.Identifier]:
    """Yield each identifier given as {"scheme", "value", "country"} or as a bare value."""
    for entry in inputs:
        for item in (entry,) if not isinstance(entry, tuple) or _is_mapping(entry) else entry:
            fields = dict(item) if _is_mapping(item) else {"value": first(item)}
            value = first(fields.get("value"))
            if value:
                yield identifiers.parse(first(fields.get("scheme")), value, first(fields.get("country")))


def _is_mapping(entry: Any) -> bool:
    return isinstance(entry, tuple) and all(
        isinstance(part, tuple) and len(part) == 2 and isinstance(part[0], str) for part in entry
    )


def _identifier(inputs: tuple[Any, ...]) -> Iterable[str]:
    return [code(found.value) for found in _identifiers(inputs) if not found.placeholder]


def _exclusive_identifier(inputs: tuple[Any, ...]) -> Iterable[str]:
    """Return "scheme:value" of the identifiers that are checked and right: only those may keep two records
    apart.
    """
    return [found.exclusive for found in _identifiers(inputs)]


def _gtin(inputs: tuple[Any, ...]) -> Iterable[str]:
    return [identifiers.parse_gtin(text).key for entry in inputs for text in _values(entry)]


def _values(entry: Any) -> Iterator[str]:
    """Yield the "value" of mappings, or the strings themselves."""
    for item in (entry,) if not isinstance(entry, tuple) or _is_mapping(entry) else entry:
        yield first(dict(item).get("value")) if _is_mapping(item) else first(item)


def _house(place: int, entry: Any) -> str:
    """Return the house number: the first input is that field itself, in others the first number counts."""
    if place == 0:
        return addresses.house_number_of(first(entry))
    match = _HOUSE.search(first(entry))
    return addresses.house_number_of(match.group()) if match else ""


def _street(place: int, entry: Any) -> str:
    """Return the name of the street without type and house number."""
    for text in flat((entry,)):
        name = addresses.street_core(_HOUSE.sub(" ", text, count=1))[0]
        if name and not is_placeholder(text):
            return name
    return ""


def _postcode(inputs: tuple[Any, ...]) -> Iterable[str]:
    """Return the postcodes; a last input that is an ISO country tells how they are written."""
    *codes, country = inputs if len(inputs) > 1 else (*inputs, None)
    return [code(addresses.postcode_of(text, first(country))) for text in flat(codes)]


def _city(text: str) -> str:
    return "" if is_placeholder(text) else addresses.city_core(text)


def _web(text: str) -> str:
    """Return the internet domain of a website, or of an e-mail address at a domain of one's own."""
    if "@" not in text:
        return emails.domain_of_website(text)
    if emails.is_provider(text.rpartition("@")[2]):
        return ""
    if plain := emails.plain(text):
        return plain.company
    found = emails.parse(text)
    return "" if found.domain in emails.FREE_MAIL or found.disposable else found.domain


def _title(text: str) -> str:
    return product_titles.parse(text).text


READINGS: dict[str, Reading] = {
    **PRODUCT_READINGS,
    **TABLE_READINGS,
    "raw": Each(str.strip, Texts.stripped),
    "text": Each(_text),
    "numbered": Each(lambda text: numbered(_text(text))),
    "joined": _joined,
    "words": Union(_words),
    "code": Each(code),
    "digits": Each(_digits),
    "phone": Each(_phone),
    "email": Each(_email),
    "website": Each(_website),
    "date": Each(date),
    "number": Each(number),
    "coordinate": Each(_coordinate),
    "given_name": _script_kept(_given),
    "middle_name": _script_kept(_middle),
    "family_name": _script_kept(_family),
    "generation": _generation,
    "nobody": Where(lambda given: may_be_nobody(first(given)), _nobody),
    "person_words": _person_words,
    "organisation": Union(_organisation),
    "branch": Each(_branch),
    "institution": Each(institution_of),
    "identifier": _identifier,
    "exclusive_identifier": _exclusive_identifier,
    "gtin": _gtin,
    "postcode": _postcode,
    "city": Each(_city),
    "web": Each(_web),
    "product_title": Each(_title),
    "colour": Each(product_titles.colour_of),
    "size": Each(product_titles.size_of),
    "house_number": First(_house),
    "house_in_street": Each(lambda text: _house(1, text)),
    "street": First(_street),
}


def reading_of(column: Column) -> Reading:
    """Return the reading that a column names; an unknown name is refused with the known ones."""
    found = READINGS.get(column.reading)
    if found is None:
        known = ", ".join(sorted(READINGS))
        raise SpecError(
            f"The column '{column.name}' asks for the reading '{column.reading}'; known are {known}."
        )
    return found
