"""Readings for tables of any columns: years, durations, and texts together with what else a record says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from matching.reading_kinds import Each, Reading, first
from matching.standardise.durations import duration_of, year_of
from matching.standardise.placeholders import is_placeholder
from matching.standardise.text import fold
from matching.weights import SEPARATOR

NUMBERING = re.compile(r"\s*(\d{1,4})\s*[-.):_]\s*")
_IN_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")


def _duration(text: str) -> str:
    """Return a number of some unit of time; nothing takes no time."""
    found = duration_of(text)
    return repr(found) if found else ""


def _in_context(inputs: tuple[Any, ...]) -> Iterable[str]:
    """Return the first input with the others behind it, each folded; its own number before it is left out,
    and brackets that only say that something is not known.
    """
    text, *others = (first(entry) for entry in inputs)
    text = _IN_BRACKETS.sub(lambda match: " " if is_placeholder(match.group(1)) else match.group(), text)
    if (match := NUMBERING.match(text)) and int(match.group(1)) in _numbers(others):
        text = text[match.end() :]
    if is_placeholder(text):
        return ()
    return (
        SEPARATOR.join([fold(text), *("" if is_placeholder(other) else fold(other) for other in others)]),
    )


def _numbers(texts: Iterable[str]) -> set[int]:
    return {int(text) for text in texts if text.isascii() and text.isdigit()}


TABLE_READINGS: dict[str, Reading] = {
    "year": Each(year_of),
    "duration": Each(_duration),
    "in_context": _in_context,
}
