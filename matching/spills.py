"""Which columns of a table hold, in some rows, what stands in a column of its own in others.

One source writes "Outrage - Echo" as the title, another gives the artist a column; the number of a song
stands before its title here and apart there. Learned from the values: a text that begins or ends with a
value of another column in many rows where that column is empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matching.column_types import Profile
from matching.readings_tables import NUMBERING
from matching.standardise.text import fold

SAMPLE = 2000
LEAST_SHARE, LEAST_NUMBERED, BEYOND_CHANCE = 0.1, 0.05, 2.0
FEWEST, SHORTEST, MOST_WORDS = 20, 3, 8
HOLDING = ("name", "organisation")
HELD = ("name", "organisation", "city", "year", "category")
NUMBERS = ("number", "code", "house_number")

Values = Sequence[str | None]


def spilled(used: Mapping[str, Profile], raw: Mapping[str, Values]) -> dict[str, tuple[str, ...]]:
    """Return per text column the columns whose values stand in it, those only that have any."""
    folded = {name: {fold(value) for value in raw[name] if value} for name in used if used[name].kind in HELD}
    found = {}
    for name, entry in used.items():
        if entry.kind not in HOLDING:
            continue
        others = [
            other for other in folded if other != name and _spills(raw[name], raw[other], folded[other])
        ]
        others += [
            other
            for other in used
            if used[other].kind in NUMBERS and _numbered(raw[name], raw[other]) >= LEAST_NUMBERED
        ]
        if others:
            found[name] = tuple(others)
    return found


def _spills(texts: Values, others: Values, known: set[str]) -> bool:
    """Tell whether texts begin or end with a value of the other column clearly more often where it is empty
    than they do with one that is not their own.
    """
    rows = [(text, other) for text, other in zip(texts, others, strict=True) if text]
    empty = [fold(text) for text, other in rows if not other]
    filled = [(fold(text), fold(other)) for text, other in rows if other]
    if len(empty) < FEWEST:
        return False
    sample = empty[:: max(1, len(empty) // SAMPLE)]
    share = sum(bool(_ends(text) & known) for text in sample) / len(sample)
    control = filled[:: max(1, len(filled) // SAMPLE)]
    chance = sum(bool((_ends(text) & known) - {other}) for text, other in control) / max(1, len(control))
    return share >= max(LEAST_SHARE, BEYOND_CHANCE * chance)


def _ends(text: str) -> set[str]:
    """Return what a text begins and ends with, word by word, without the whole of it."""
    words = text.split()
    sizes = range(1, min(len(words), MOST_WORDS + 1))
    ends = {" ".join(part) for size in sizes for part in (words[:size], words[-size:])}
    return {end for end in ends if len(end) >= SHORTEST}


def _numbered(texts: Values, others: Values) -> float:
    """Return the share of texts that begin with the number that stands in the other column."""
    rows = [(text, other) for text, other in zip(texts, others, strict=True) if text and other]
    sample = rows[:: max(1, len(rows) // SAMPLE)]
    same = sum(
        1
        for text, other in sample
        if (match := NUMBERING.match(text))
        and other.isascii()
        and other.isdigit()
        and int(match.group(1)) == int(other)
    )
    return same / max(1, len(sample))
