"""What one source record says of itself and another record: a plain value on its way in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Stated:
    """One relationship as a record states it.

    forward     it goes from the record to the other one; else the other way round.
    source, object_type, key    the other record's name; it need not be known.
    valid_from, valid_to        first and last day; None: since ever, until further notice.
    """

    type: str
    forward: bool
    source: str
    object_type: str
    key: str
    valid_from: date | None = None
    valid_to: date | None = None
    attributes: dict[str, Any] = field(default_factory=dict)

    def plain(self) -> list[Any]:
        """The statement as plain JSON, all parts in a fixed order."""
        days = [day.isoformat() if day else None for day in (self.valid_from, self.valid_to)]
        named = {name: self.attributes[name] for name in sorted(self.attributes)}
        return [self.type, self.forward, self.source, self.object_type, self.key, *days, named]


def of_plain(plain: list[Any]) -> Stated:
    """Return the statement that was written as plain JSON."""
    kind, forward, source, object_type, key, first, last, attributes = plain
    begin, end = (date.fromisoformat(day) if day else None for day in (first, last))
    return Stated(kind, forward, source, object_type, key, begin, end, attributes)


def in_order(stated: Iterable[Stated]) -> tuple[Stated, ...]:
    """Return statements without repetition, in an order that does not depend on how they came."""
    return tuple(found for _, found in sorted({repr(one.plain()): one for one in stated}.items()))
