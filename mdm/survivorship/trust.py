"""Trust: whole points 0-100 for a value of a source on a day, and the day on which time alone changes an
order.

After Informatica's trust framework (maximum, decay, minimum, validation downgrade), with straight-line decay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from mdm.survivorship.rules import Trust
from mdm.survivorship.values import Member

UNKNOWN_SOURCE = 50
DOWNGRADE = 50


class TrustTable:
    """The trust lines of a rule set, found by (source, attribute)."""

    __slots__ = ("_lines", "_plain", "bars_invalid")

    def __init__(self, lines: Iterable[Trust]) -> None:
        self._lines = {(line.source, line.attribute): line for line in lines}
        self._plain: dict[int, Trust] = {}
        self.bars_invalid = any(line.downgrade == 100 for line in self._lines.values())

    def line_of(self, member: Member, attribute: str) -> Trust:
        """The line that says most: source and attribute, source, attribute, all; else the source's own
        trust."""
        lines, source = self._lines, member.source
        if lines:
            found = (
                lines.get((source, attribute))
                or lines.get((source, "*"))
                or lines.get(("*", attribute))
                or lines.get(("*", "*"))
            )
            if found is not None:
                return found
        trust = UNKNOWN_SOURCE if member.trust is None else member.trust
        if trust not in self._plain:
            self._plain[trust] = Trust(source="*", trust=trust, downgrade=DOWNGRADE)
        return self._plain[trust]

    def points_of(self, member: Member, attributes: Sequence[str], today: date) -> int:
        """The points of a member for a value: of the first attribute's line, downgraded when any of them is
        invalid."""
        return points(
            self.line_of(member, attributes[0]),
            age_in_days(member, attributes, today),
            invalid=is_invalid(member, attributes),
        )

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
        """The next day on which other members than today have the highest points; None when time changes
        nothing.

        With `whole` the next day on which their order changes anywhere.
        """
        lines = [self.line_of(member, attributes[0]) for member in members]
        if not any(line.decay_days for line in lines):
            return None
        ages = [age_in_days(member, attributes, today) for member in members]
        turns = {turn - age for line, age in zip(lines, ages, strict=True) for turn in _turns_of(line)}
        now = self._standing(members, attributes, today, whole)
        for days in sorted(turn for turn in turns if turn > 0):
            day = today + timedelta(days=days)
            if self._standing(members, attributes, day, whole) != now:
                return day
        return None

    def _standing(
        self, members: Sequence[Member], attributes: Sequence[str], day: date, whole: bool
    ) -> list[int]:
        scores = [self.points_of(member, attributes, day) for member in members]
        levels = sorted(set(scores), reverse=True)
        return [levels.index(score) if whole else int(score == levels[0]) for score in scores]


def points(line: Trust, age: int, *, invalid: bool) -> int:
    """Whole points 0-100 of a value that is `age` days old, rounded down."""
    value = line.trust
    if line.decay_days:
        lost = (line.trust - line.floor) * min(age, line.decay_days)
        value = (line.trust * line.decay_days - lost) // line.decay_days
    return value * (100 - line.downgrade) // 100 if invalid else value


def age_in_days(member: Member, attributes: Sequence[str], today: date) -> int:
    """Whole days since the content changed; a stamp of the future counts as today."""
    return max(0, (today - member.stamp_of(attributes).date()).days)


def is_invalid(member: Member, attributes: Sequence[str]) -> bool:
    """Whether any of the attributes failed validation."""
    return bool(member.invalid) and any(attribute in member.invalid for attribute in attributes)


def _turns_of(line: Trust) -> list[int]:
    """The ages at which the undiminished points of a line change."""
    if not line.decay_days:
        return []
    fall = line.trust - line.floor
    # After k of `fall` points are gone the age is just above (k - 1) * decay / fall days: integer ceiling.
    return [step * line.decay_days // fall + 1 for step in range(fall)] if fall else []
