"""How long something takes, and in which year it was: many spellings, one number."""

from __future__ import annotations

import re

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,]\d+)?")
_PARTS = re.compile(
    r"(?:pt)?\s*(?:(\d{1,3})\s*(?:h|hr|hrs|hour|hours|std|stunden|heures?|horas?)\.?\s*)?"
    r"(?:(\d{1,4})\s*(?:m|mn|min|mins|minute|minutes|minuten|minutos?)\.?\s*)?"
    r"(?:(\d{1,5})\s*(?:s|sec|secs|sek|seconds?|sekunden|secondes?|segundos?)\.?)?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_SHORT = re.compile(r"\D*(\d{2})\D*")


def seconds_of(text: str) -> float | None:
    """Return the seconds that a text such as "4:07", "1:02:30", "5m 13sec" or "PT3M20S" says; None for
    others, plain numbers among them.
    """
    shown = text.strip()
    match = _CLOCK.fullmatch(shown) or _PARTS.fullmatch(shown)
    if match is None or not any(match.groups()):
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float(3600 * hours + 60 * minutes + seconds)


def duration_of(text: str) -> float | None:
    """Return what `seconds_of` does, or a plain number as it stands, whatever its unit; None for neither."""
    found = seconds_of(text)
    if found is None and _PLAIN.fullmatch(text.strip()):
        return float(text.strip().replace(",", "."))
    return found


def year_of(text: str) -> str:
    """Return a year of four digits, or its last two where no more are given; "" where there is none."""
    if match := _YEAR.search(text):
        return match.group()
    short = _SHORT.fullmatch(text)
    return short.group(1) if short else ""
