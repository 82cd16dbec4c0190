"""Readings turn the raw inputs of a column into the elements that are compared; they never raise on dirt.

A reading gets the tuple of raw inputs of one record (strings, tuples of strings, tuples of pairs, or None) and yields
zero or more folded elements. Readings are named in the spec, so the registry below is the list of what a spec may use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from anyascii import anyascii

from matching.errors import SpecError
from matching.spec import Column

Reading = Callable[[tuple[Any, ...]], tuple[str, ...]]

_WORD = re.compile(r"[^0-9a-z]+")
_DIGITS = re.compile(r"[^0-9]+")
_CODE = re.compile(r"[^0-9a-z]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’`´](?=\w)")
NOTHING = frozenset(
    ("", "unknown", "none", "null", "nan", "na", "n a", "not available", "unk", "tbd", "test", "xxx", "missing")
)


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """Return lower-case ASCII words separated by single blanks; placeholder words fold to nothing."""
    plain = anyascii(text) if not text.isascii() else text
    folded = _WORD.sub(" ", _APOSTROPHE.sub("", plain).lower()).strip()
    return "" if folded in NOTHING else folded


def name_forms(name: str) -> tuple[str, ...]:
    """Return the forms under which the parts of a folded name are known; a part of one letter has none."""
    return tuple(part for part in name.split() if len(part) > 1)


def flat(inputs: tuple[Any, ...]) -> Iterator[str]:
    """Yield every string in nested raw inputs."""
    for entry in inputs:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, tuple):
            yield from flat(entry)


def _each(cut: Callable[[str], str]) -> Reading:
    def read(inputs: tuple[Any, ...]) -> tuple[str, ...]:
        return tuple(cut(text) for text in flat(inputs))

    return read


def _joined(inputs: tuple[Any, ...]) -> tuple[str, ...]:
    return (fold(" ".join(flat(inputs))),)


def _code(text: str) -> str:
    folded = _CODE.sub("", fold(text))
    return "" if folded and set(folded) <= {folded[0]} and len(folded) > 2 else folded


def _digits(text: str) -> str:
    digits = _DIGITS.sub("", text)
    return "" if len(set(digits)) < 2 and len(digits) > 3 else digits


def _phone(text: str) -> str:
    """Return the last nine digits at most, the part that does not change with trunk and country prefixes."""
    digits = _digits(text).lstrip("0")
    return digits[-9:] if len(digits) >= 6 else ""


def _email(text: str) -> str:
    folded = text.strip().lower()
    local, at, domain = folded.rpartition("@")
    return folded if at and local and domain else ""


def _website(text: str) -> str:
    host = re.sub(r"^[a-z]+://", "", text.strip().lower()).split("/")[0].split("?")[0]
    return host.removeprefix("www.") if "." in host else ""


_YMD = re.compile(r"^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?:[T ].*)?$")
_DMY = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")


def _date(text: str) -> str:
    """Return YYYYMMDD, or YYYY when only a year can be read."""
    text = text.strip()
    if match := _YMD.match(text):
        year, month, day = match.groups()
    elif match := _DMY.match(text):
        day, month, year = match.groups()
    else:
        return text if re.fullmatch(r"\d{4}", text) else ""
    return f"{year}{int(month):02d}{int(day):02d}"


def _number(text: str) -> str:
    match = re.search(r"-?\d[\d,.' ]*", text)
    if not match:
        return ""
    digits = re.sub(r"[' ]", "", match.group()).rstrip(".,")
    if re.search(r",\d{1,2}$", digits):
        digits = digits.replace(".", "").replace(",", ".")
    digits = digits.replace(",", "")
    try:
        return repr(round(float(digits), 6))
    except ValueError:
        return ""


def _raw(text: str) -> str:
    return text.strip()


READINGS: dict[str, Reading] = {
    "raw": _each(_raw),
    "text": _each(fold),
    "joined": _joined,
    "code": _each(_code),
    "digits": _each(_digits),
    "phone": _each(_phone),
    "email": _each(_email),
    "website": _each(_website),
    "date": _each(_date),
    "number": _each(_number),
}


def reading_of(column: Column) -> Reading:
    """Return the reading that a column names; an unknown name is refused with the known ones."""
    found = READINGS.get(column.reading)
    if found is None:
        raise SpecError(
            f"The column '{column.name}' asks for the reading '{column.reading}'; known are {', '.join(sorted(READINGS))}."
        )
    return found
