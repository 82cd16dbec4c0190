"""What several sources and a steward say of two golden records, as one: pure, and in any order the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

Name = tuple[str, str, str]
EdgeKey = tuple[str, int, int]
"""Type, golden number it goes from, golden number it goes to."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Whole days from the first to the last, both included; None: since ever, until further notice."""

    first: date | None = None
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the day lies in it."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def meets(self, other: Span) -> bool:
        """Whether some day lies in both."""
        return (self.first is None or other.last is None or self.first <= other.last) and (
            other.first is None or self.last is None or other.first <= self.last
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """One voice: a source record that names another, or a steward.

    number      its row: of the stewards' table where `by_steward`, else of the sources'.
    said_by, other    the record that says so and the one it names; None for a steward.
    """

    number: int
    span: Span
    attributes: Mapping[str, Any] = field(default_factory=dict)
    said_by: Name | None = None
    other: Name | None = None
    trust: int = 0
    at: datetime | None = None
    by_steward: str = ""

    @property
    def rank(self) -> tuple[Any, ...]:
        """The order in which voices count: stewards, then trust, then the newest, then the name."""
        newest = -(self.at.timestamp() if self.at else 0.0)
        return (not self.by_steward, -self.trust, newest, self.said_by or (), self.other or (), self.number)


@dataclass(frozen=True, slots=True)
class Word:
    """What a steward says: that it holds on the days of the statement, or that it ended with their last."""

    holds: bool
    said: Statement


@dataclass(frozen=True, slots=True)
class Edge:
    """One relationship of two golden records.

    spans       the days on which it holds, apart from each other, in order.
    attributes  each by the first voice that gives it.
    statements  who says so, the weightiest first.
    """

    key: EdgeKey
    spans: tuple[Span, ...]
    attributes: Mapping[str, Any]
    statements: tuple[Statement, ...]

    @property
    def rank(self) -> tuple[Any, ...]:
        """The order in which relationships of one record count, where only one of them can be meant."""
        return (*self.statements[0].rank[:3], self.key)

    def holds_on(self, day: date | None) -> bool:
        """Whether it holds on a day; None: on any."""
        return day is None or any(span.covers(day) for span in self.spans)

    def meets(self, other: Edge) -> bool:
        """Whether both hold on some day."""
        return any(mine.meets(theirs) for mine in self.spans for theirs in other.spans)

    @property
    def content(self) -> tuple[Any, ...]:
        """What an event tells of it."""
        return (self.spans, sorted(self.attributes.items(), key=repr))


def edge_of(key: EdgeKey, sources: Iterable[Statement], words: Iterable[Word] = ()) -> Edge | None:
    """Return what sources and stewards say together; None when nothing is left.

    Of the stewards' words the last one that it holds counts, and what came after it: that it ended, whoever
    says otherwise.
    """
    counted = counting(words)
    voices = [*sources, *(word.said for word in counted if word.holds)]
    spans = union(one.span for one in voices)
    for word in counted:
        if not word.holds:
            spans = cut(spans, word.said.span.last)
    if not spans:
        return None
    voices.sort(key=lambda one: one.rank)
    attributes: dict[str, Any] = {}
    for one in voices:
        attributes |= {name: value for name, value in one.attributes.items() if name not in attributes}
    return Edge(key, spans, attributes, tuple(voices))


def counting(words: Iterable[Word]) -> tuple[Word, ...]:
    """Return which of the stewards' words on one relationship count: the last that it holds, and the last
    after it that it ended; that alone, where it says that it never was.
    """
    held: Word | None = None
    ended: Word | None = None
    for word in sorted(words, key=lambda one: one.said.number):
        held, ended = (word, None) if word.holds else (held, word)
    if ended is not None and ended.said.span.last is None:
        return (ended,)
    return tuple(one for one in (held, ended) if one is not None)


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans that touch or overlap as one, in order."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.first or date.min, one.last or date.max)):
        if found and _reaches(found[-1], span):
            before = found.pop()
            last = None if before.last is None or span.last is None else max(before.last, span.last)
            found.append(Span(before.first, last))
        else:
            found.append(span)
    return tuple(found)


def _reaches(earlier: Span, later: Span) -> bool:
    """Whether no day lies between the two."""
    return earlier.last is None or later.first is None or later.first <= earlier.last + ONE_DAY


def cut(spans: Iterable[Span], last: date | None) -> tuple[Span, ...]:
    """Return what is left of spans that end with a last day; None: nothing."""
    if last is None:
        return ()
    return tuple(
        span if span.last is not None and span.last <= last else Span(span.first, last)
        for span in spans
        if span.first is None or span.first <= last
    )
