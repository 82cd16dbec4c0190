"""Affiliations as authors write them: which of the parts between commas names the institution.

"Department of Physics, Faculty of Science, Example University, Springfield, USA": parts go from the small to
the large and end with the place. The institution is the part of the highest rank: a university or an academy
before a hospital, institute or company, these before a department, faculty or laboratory. Of equal ranks the
later counts.
"""

from __future__ import annotations

import re

from matching.standardise.organisations import ABBREVIATIONS, JOINING
from matching.standardise.text import fold

# All of it folded.
_HIGH = re.compile(
    r"\b(?:univ\w*|hochschule|politecnic\w*|polytechni\w*|academ(?:y|ia) of|akadem\w*|cnrs|inserm|eth|epfl"
    r"|caltech|institutes? of technology|instituto tecnologico)\b"
)
_MIDDLE = re.compile(
    r"\b(?:hospitals?|hospitalier|krankenhaus|\w*klinik\w*|clinic\w*|medical cent(?:er|re)|institut\w*"
    r"|istituto|instytut|college|council|ministry|museum|gmbh|inc|ltd|llc|corp\w*|company|foundation|agency"
    r"|cent(?:er|re|ro|rum)|zentrum|ecole|escuela|school|laborator\w*|organi[sz]ation|association|authority"
    r"|bank|national|nhs|trust|observatory|society|administration|consultants?)\b"
)
_LOW = re.compile(
    r"^(?:the |\d+ )*(?:department|dept|dep|division|div|section|sector|faculty|school of|unit"
    r"|laborator\w+ of|lab|chair|program\w*|group|key lab\w*|state key|graduate school|departa\w*|departement"
    r"|dipartimento|facult\w*|fakult\w*|abteilung|lehrstuhl|college of|office|service|umr|clinic for"
    r"|clinic of|\w+ (?:unit|department|division|laboratory|group|section|lab|faculty|program)$)"
)
_UNIT = (
    "school|faculty|college|department|dept|institute|hospital|center|centre|division|campus|library"
    "|medical center|medical school|press"
)
_UNIT_BEHIND = re.compile(
    rf"^(.*\buniv\w*(?: of(?: the)? \w+(?: \w+)?)?) (?:(?:{_UNIT}) (?:of|for) .*|graduate school.*"
    r"|medical school|law school|business school)$"
)
_UNIT_AHEAD = re.compile(
    rf"^.*\b(?:{_UNIT})\b.*?\b(?:of|at|affiliated (?:to|with)|de|der|in) (?:the )?"
    r"((?:\w+ ){1,5}univ\w*.*|univ\w* .*)$"
)
_PARTS = re.compile(r"[,;|]|\s[-–—]\s")
_BRACKETS = re.compile(r"\([^)]*\)")
_UNIVERSITY = re.compile(r"^univ(?!.*klin)\w*$")
FIRST, SECOND, SMALL, SMALLEST, FIRST_PART, NOTHING = 1, 2, 4, 5, 6, 9

LEAST_PARTS = 3
# A longer text is no affiliation; the rules above take time that grows with its square.
LONGEST = 400


def institution_of(text: str) -> str:
    """Return the words of the institution in alphabetical order, abbreviations written out.

    A text that names none is its own first part.
    """
    parts = _parts(text)
    if not parts:
        return fold(text)
    ranks = [_rank(part, place == 0) for place, part in enumerate(parts)]
    highest = min(ranks)
    found = parts[max(place for place, rank in enumerate(ranks) if rank == highest)]
    if highest == FIRST:
        for pattern in (_UNIT_AHEAD, _UNIT_BEHIND):
            if (match := pattern.match(found)) and len(match.group(1).split()) > 1:
                found = match.group(1)
    return _words(found)


def looks_like_affiliation(text: str) -> bool:
    """Whether a text is of three parts or more, one of which names an institution or a part of one."""
    parts = _parts(text)
    return len(parts) >= LEAST_PARTS and any(_rank(part, False) < NOTHING for part in parts)


def _parts(text: str) -> list[str]:
    shown = _BRACKETS.sub(" ", text[:LONGEST])
    return [folded for part in _PARTS.split(shown) if (folded := fold(part))]


def _rank(part: str, first: bool) -> int:
    if _HIGH.search(part):
        return FIRST
    if _MIDDLE.search(part):
        return SMALL if _LOW.search(part) else SECOND
    if _LOW.search(part):
        return SMALLEST
    return FIRST_PART if first else NOTHING


def _words(part: str) -> str:
    words = part.split()
    kept = [
        "university" if _UNIVERSITY.match(word) else ABBREVIATIONS.get(word, word)
        for word in words
        if word not in JOINING
    ]
    return " ".join(sorted(set(kept or words)))
