"""Survivorship strategies: each orders candidates by a key, and the highest key survives. Pure.

A strategy never sees the order of the members, so a golden value is the same for any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from rapidfuzz.distance import OSA

from mdm.survivorship.rules import STRATEGIES, TIE_BREAK
from mdm.survivorship.trust import TrustTable
from mdm.survivorship.values import (
    Candidate,
    is_filled,
    length_of,
    parts_of,
    record_hash,
    same_form,
    size_of,
)

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
AGREED = 2
"""Sources that outvote a spelling of somebody else."""
LETTERS_AN_ERROR = 5
"""A word of so many letters may have one wrong, shorter ones too."""


class _Reversed:
    """Turns an order round, for values that cannot be negated."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Reversed) -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reversed) and bool(self.value == other.value)

    def __hash__(self) -> int:
        return hash(self.value)


@dataclass(slots=True)
class Question:
    """What is decided: some attributes of one golden record on one day, under one rule set."""

    attributes: tuple[str, ...]
    today: date
    trust: TrustTable
    ranks: Mapping[str, int]


Keys = Callable[[Sequence[Candidate], Question], list[Any]]


def source_trust(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """The points of each candidate's source on the day."""
    trust, attributes, today = question.trust, question.attributes, question.today
    return [trust.points_of(candidate.member, attributes, today) for candidate in pool]


def source_ranking(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """The place of each source in the ranking; sources that are not in it come last, all equal."""
    last = len(question.ranks)
    return [-question.ranks.get(candidate.member.name[0], last) for candidate in pool]


def recency(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """The source's stamp of the last content change."""
    return [candidate.member.stamp_of(question.attributes) for candidate in pool]


def oldest(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """The reverse of recency."""
    return [NEVER - stamp for stamp in recency(pool, question)]


def completeness(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """The filled parts of the value or group."""
    return [parts_of(candidate.value) for candidate in pool]


def frequency(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """How many of the candidates still in say the same."""
    counts = Counter(candidate.same for candidate in pool)
    return [counts[candidate.same] for candidate in pool]


def agreement(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """Whether no other spelling of the value is agreed on by two sources or more, and by more than this one.

    Spellings only: a shorter or longer name is another value, about which trust decides.
    """
    if len({candidate.same for candidate in pool}) < 2:
        return [True] * len(pool)
    spoken: dict[Any, tuple[Any, set[str]]] = {}
    for candidate in pool:
        spoken.setdefault(candidate.same, (candidate.value, set()))[1].add(candidate.member.source)
    outvoted = {
        same
        for same, (value, sources) in spoken.items()
        for other, others in spoken.values()
        if len(others) >= AGREED and len(others) > len(sources) and is_respelling(value, other)
    }
    return [candidate.same not in outvoted for candidate in pool]


def is_respelling(one: Any, other: Any) -> bool:
    """Whether two texts, or two groups of the same parts, have the same words but for a letter in five."""
    mine, theirs = (value if isinstance(value, dict) else {"": value} for value in (one, other))
    if {name for name in mine if is_filled(mine[name])} != {
        name for name in theirs if is_filled(theirs[name])
    }:
        return False
    return all(_close(value, theirs[name]) for name, value in mine.items() if is_filled(value))


def _close(one: Any, other: Any) -> bool:
    if not isinstance(one, str) or not isinstance(other, str):
        return same_form(one) == same_form(other)
    mine, theirs = one.casefold().split(), other.casefold().split()
    return len(mine) == len(theirs) and all(
        OSA.distance(word, counterpart) <= max(1, min(len(word), len(counterpart)) // LETTERS_AN_ERROR)
        for word, counterpart in zip(mine, theirs, strict=True)
    )


def longest(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """The characters of the value."""
    return [length_of(candidate.value) for candidate in pool]


def shortest(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """The reverse of longest."""
    return [-length_of(candidate.value) for candidate in pool]


def largest(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """The value itself, numbers by amount."""
    return [size_of(candidate.value) for candidate in pool]


def smallest(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """The reverse of largest."""
    return [_Reversed(size_of(candidate.value)) for candidate in pool]


def union(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """Nothing is preferred: all values are kept, in the order of the strategies that follow."""
    return [0] * len(pool)


def record_completeness(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """The filled attributes of the whole source record."""
    return [sum(map(is_filled, candidate.member.attributes.values())) for candidate in pool]


def record_hashes(pool: Sequence[Candidate], question: Question) -> list[Any]:
    """The lowest hash of the record's name."""
    return [_Reversed(record_hash(candidate.member)) for candidate in pool]


KEYS: Mapping[str, Keys] = {
    "source_ranking": source_ranking,
    "source_trust": source_trust,
    "recency": recency,
    "oldest": oldest,
    "completeness": completeness,
    "frequency": frequency,
    "agreement": agreement,
    "longest": longest,
    "shortest": shortest,
    "min": smallest,
    "max": largest,
    "union": union,
    "record_completeness": record_completeness,
    "record_hash": record_hashes,
}
assert set(KEYS) == {*STRATEGIES, *TIE_BREAK}  # a strategy that rules may name is one that is written here


def chain_of(strategies: Sequence[str]) -> tuple[str, ...]:
    """The strategies of a rule and after them what the published tie-break adds."""
    return (*strategies, *(step for step in TIE_BREAK if step not in strategies))


def in_order(pool: Sequence[Candidate], question: Question, chain: Sequence[str]) -> list[Candidate]:
    """The candidates from best to worst under the whole chain."""
    columns = [KEYS[step](pool, question) for step in chain]
    rows = sorted(range(len(pool)), key=lambda place: [column[place] for column in columns], reverse=True)
    return [pool[place] for place in rows]


def shown(key: Any) -> str:
    """A key as provenance quotes it."""
    if isinstance(key, datetime):
        return key.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return str(abs(key)) if isinstance(key, int) and not isinstance(key, bool) else ""


def without_repeats(pool: Sequence[Candidate], weak: Sequence[str]) -> tuple[list[Any], list[Candidate]]:
    """All elements of all candidates in their order, each said once, and the candidates that added one.

    An object that says nothing but what another one says goes; `weak` words (a pack level "unknown") say
    nothing.
    """
    unique: dict[Any, tuple[Any, Candidate]] = {}
    for candidate in pool:
        for element in candidate.value if isinstance(candidate.value, list | tuple) else [candidate.value]:
            if is_filled(element):
                unique.setdefault(_said(element, weak), (element, candidate))
    objects = [said for said in unique if isinstance(said, frozenset)]
    kept = [
        found
        for said, found in unique.items()
        if not (isinstance(said, frozenset) and any(said < other for other in objects))
    ]
    contributors = list({id(candidate): candidate for _, candidate in kept}.values())
    return [element for element, _ in kept], contributors


def _said(element: Any, weak: Sequence[str]) -> Any:
    """What an element says: of an object the set of its parts, of anything else its form."""
    if not isinstance(element, dict):
        return same_form(element)
    return frozenset(
        (key, same_form(part)) for key, part in element.items() if is_filled(part) and part not in weak
    )
