"""Trust: whole points 0-100 for a value of a source on a day, and the day on which time alone changes an
order.

After Informatica's trust framework (maximum, decay, minimum, validation downgrade), with straight-line decay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache

from mdm.survivorship.rules import Trust
from mdm.survivorship.values import Member

UNKNOWN_SOURCE = 50


Fall = tuple[int, int, int, int, int]  # trust, floor, days of decay, per cent left by validation, age today


class TrustTable:
    """The trust lines of a rule set, found by (source, attribute)."""

    __slots__ = ("_found", "_lines", "_plain", "bars_invalid")

    def __init__(self, lines: Iterable[Trust]) -> None:
        self._lines = {(line.source, line.attribute): line for line in lines}
        self._found: dict[tuple[str, str], Trust | None] = {}
        self._plain: dict[int, Trust] = {}
        self.bars_invalid = any(line.downgrade == 100 for line in self._lines.values())

    def line_of(self, member: Member, attribute: str) -> Trust:
        """The line that says most: source and attribute, source, attribute, all; else its own trust."""
        name = (member.name[0], attribute)
        if name not in self._found:
            places = (name, (name[0], "*"), ("*", attribute), ("*", "*"))
            self._found[name] = next((self._lines[place] for place in places if place in self._lines), None)
        line = self._found[name]
        if line is not None:
            return line
        trust = UNKNOWN_SOURCE if member.trust is None else member.trust
        if trust not in self._plain:
            self._plain[trust] = Trust(source="*", trust=trust)
        return self._plain[trust]

    def points_of(self, member: Member, attributes: Sequence[str], today: date) -> int:
        """The points of a member: of the first attribute's line, downgraded when any is invalid."""
        return points(self._fall_of(member, attributes, today), 0)

    def _fall_of(self, member: Member, attributes: Sequence[str], today: date) -> Fall:
        line = self.line_of(member, attributes[0])
        left = 100 - line.downgrade if is_invalid(member, attributes) else 100
        age = age_in_days(member, attributes, today) if line.decay_days else 0
        return (line.trust, line.floor, line.decay_days, left, age)

    def is_barred(self, member: Member, attributes: Sequence[str]) -> bool:
        """Whether the value failed validation at a source whose failed values never win."""
        return (
            self.bars_invalid
            and is_invalid(member, attributes)
            and self.line_of(member, attributes[0]).downgrade == 100
        )

    def next_turn(
        self, members: Sequence[Member], attributes: Sequence[str], today: date, *, whole: bool = False
    ) -> date | None:
        """The next day on which other members than today have the highest points, if any.

        With `whole` the next day on which their order changes anywhere.
        """
        falls = tuple(self._fall_of(member, attributes, today) for member in members)
        days = _days_to_turn(falls, whole)
        return None if days is None else today + timedelta(days=days)


def points(fall: Fall, days: int) -> int:
    """Whole points 0-100 after so many days, rounded down: a straight line, then validation."""
    trust, floor, decay_days, left, age = fall
    if decay_days:
        lost = (trust - floor) * min(age + days, decay_days)
        trust = (trust * decay_days - lost) // decay_days
    return trust * left // 100


@lru_cache(maxsize=20_000)
def _days_to_turn(falls: tuple[Fall, ...], whole: bool) -> int | None:
    """Days until the standing changes; attributes of one record mostly fall alike."""
    turns = {turn for fall in falls for turn in _turns_of(fall)}
    now = _standing(falls, 0, whole)
    return next((days for days in sorted(turns) if _standing(falls, days, whole) != now), None)


def _standing(falls: Sequence[Fall], days: int, whole: bool) -> list[int]:
    scores = [points(fall, days) for fall in falls]
    levels = sorted(set(scores), reverse=True)
    return [levels.index(score) if whole else int(score == levels[0]) for score in scores]


def _turns_of(fall: Fall) -> list[int]:
    """The days from today, above 0, on which the points may change."""
    trust, floor, decay_days, _, age = fall
    drop = trust - floor
    if not decay_days or not drop:
        return []
    # The k-th point goes when drop * age exceeds (k - 1) * decay_days.
    turns = (step * decay_days // drop + 1 - age for step in range(drop))
    return [days for days in turns if days > 0]


def age_in_days(member: Member, attributes: Sequence[str], today: date) -> int:
    """Whole days since the content changed; a stamp of the future counts as today."""
    return max(0, (today - member.stamp_of(attributes).date()).days)


def is_invalid(member: Member, attributes: Sequence[str]) -> bool:
    """Whether any of the attributes failed validation."""
    return bool(member.invalid) and any(attribute in member.invalid for attribute in attributes)
