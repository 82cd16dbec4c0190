"""Which columns of a table are compared: those that tell records apart and do not repeat others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from matching.column_types import Profile
from matching.standardise.text import fold

MOST_TEXTS = 4
LEAST_NUMBERED, UNIQUE = 0.2, 0.9
PARTS = ("given_name", "family_name")
TEXTS = ("name", "organisation", "affiliation", "free_text")


def named(entry: Profile, profiles: Sequence[Profile]) -> Profile:
    """A part of a person's name makes no sense without its other part: it is a plain name then."""
    if entry.kind in PARTS and not {other.kind for other in profiles} >= set(PARTS):
        return replace(entry, kind="name", why=f"{entry.why}, but the other part of the name is missing")
    return entry


def tells(entry: Profile) -> bool:
    """Tell whether a column may tell records apart."""
    return entry.distinct * entry.filled > 0.0 and not (entry.kind == "category" and entry.filled < 0.2)


def repeated(profiles: Sequence[Profile], raw: Mapping[str, list[str | None]]) -> dict[str, str]:
    """Return the columns that only repeat others, with what they repeat.

    A column that holds given and family name is dropped for its parts; of two other texts, one of which
    holds the other nearly always, the shorter is dropped.
    """
    texts = [entry for entry in profiles if entry.kind in ("name", "organisation", "free_text", *PARTS)]
    tokens = {
        entry.name: [set(fold(value).split()) if value else set() for value in raw[entry.name][:1000]]
        for entry in texts
    }
    dropped: dict[str, str] = {}
    for one, other in combinations(texts, 2):
        for inner, outer in ((one, other), (other, one)):
            if inner.name in dropped or outer.name in dropped or outer.kind in PARTS:
                continue
            rows = [(a, b) for a, b in zip(tokens[inner.name], tokens[outer.name], strict=True) if a]
            held = sum(1 for a, b in rows if a <= b) / max(1, len(rows))
            if held < 0.85:
                continue
            if inner.kind in PARTS:
                dropped[outer.name] = inner.name
            elif outer.kind != "free_text":
                dropped[inner.name] = outer.name
    return dropped


def fewer_texts(used: dict[str, Profile]) -> dict[str, Profile]:
    """Return the columns with at most four long texts: the best filled and most distinct ones."""
    texts = sorted(
        (entry for entry in used.values() if entry.kind in TEXTS), key=lambda entry: -telling(entry)
    )
    surplus = {entry.name for entry in texts[MOST_TEXTS:]}
    return {name: entry for name, entry in used.items() if name not in surplus}


def without_long_texts(used: dict[str, Profile], links: bool) -> dict[str, Profile]:
    """Return the columns without descriptions where nearly every row has a short name: they only blur it.

    In one table whose names hardly repeat, the longest that hardly repeats either is kept: duplicates are
    few there, and it tells them from the volumes of a series. Two sources describe a thing in other words.
    """
    names = [
        entry
        for entry in used.values()
        if entry.kind in ("name", "organisation") and entry.filled >= 0.7 and entry.words >= 2
    ]
    if not names:
        return used
    long = [entry for entry in used.values() if entry.kind == "free_text"]
    unique = [entry for entry in long if min(entry.distinct, entry.filled) >= UNIQUE]
    kept = ""
    if unique and not links and max(entry.distinct for entry in names) >= UNIQUE:
        kept = max(unique, key=lambda entry: entry.words).name
    return {name: entry for name, entry in used.items() if entry.kind != "free_text" or name == kept}


def telling(entry: Profile) -> float:
    """Return how much a text can tell records apart: filled, distinct, and of more than one word."""
    return float(entry.filled * entry.distinct**0.5 * min(entry.words, 6.0))


def numbered_streets(used: Mapping[str, Profile], raw: Mapping[str, list[str | None]]) -> list[str]:
    """Return the columns of streets that house numbers stand in, where these have no column of their own."""
    if any(entry.kind == "house_number" for entry in used.values()):
        return []
    streets = [name for name, entry in used.items() if entry.kind == "street"]
    return [name for name in streets if _with_figure(raw[name]) >= LEAST_NUMBERED]


def _with_figure(values: Sequence[str | None]) -> float:
    present = [value for value in values if value]
    return sum(any(sign.isdigit() for sign in value) for value in present) / max(1, len(present))
