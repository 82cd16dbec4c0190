"""What survivorship decides between: members, candidates, and when two values are the same."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from matching.admissibility import tie_hash
from matching.record_names import RecordName

ACTIVE = "active"
RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Member:
    """One source record of a cluster as survivorship sees it. All moments bear a time zone.

    content_changed_at  the source's own stamp of the last change of content, so that a re-sent record is not
                        newer.
    changed_at          the same for single attributes, where the source knows.
    trust               0-100, the source's own where no rule of the rule set says otherwise.
    invalid             attributes whose values failed validation.
    status              a record that is not active has no voice.
    """

    name: RecordName
    attributes: Mapping[str, Any]
    content_changed_at: datetime
    status: str = ACTIVE
    trust: int | None = None
    invalid: Collection[str] = ()
    changed_at: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The source system."""
        return self.name[0]

    def stamp_of(self, attributes: Collection[str]) -> datetime:
        """When the youngest of these attributes changed."""
        if not self.changed_at:
            return self.content_changed_at
        return max(self.changed_at.get(attribute, self.content_changed_at) for attribute in attributes)


class Candidate(NamedTuple):
    """A member with the value that it offers; `same` is equal for values that say the same."""

    member: Member
    value: Any
    same: Hashable


def is_filled(value: Any) -> bool:
    """Whether a value says anything: None, "", [] and {} do not; 0 and False do."""
    return value is not None and value not in ("", [], {})


def same_form(value: Any) -> Hashable:
    """A form in which two values that say the same are equal: case and spaces of text, empty parts, list
    order."""
    if isinstance(value, str):
        text = " ".join(value.casefold().split())
        # Telephone numbers are written in groups of any kind.
        return "+" + "".join(filter(str.isdigit, text)) if text.startswith("+") else text
    if isinstance(value, dict):
        return tuple(sorted((key, same_form(part)) for key, part in value.items() if is_filled(part)))
    if isinstance(value, list | tuple):
        return tuple(sorted((same_form(part) for part in value), key=repr))
    # True is no 1: their types stand beside them.
    return (type(value).__name__, value)


def parts_of(value: Any) -> int:
    """How many filled parts a value has; 1 for plain values."""
    if isinstance(value, dict):
        return sum(parts_of(part) for part in value.values() if is_filled(part))
    if isinstance(value, list | tuple):
        return sum(parts_of(part) for part in value if is_filled(part))
    return 1


def length_of(value: Any) -> int:
    """The characters of a value, blanks at its ends and between its parts not counted."""
    if isinstance(value, dict):
        return sum(length_of(part) for part in value.values() if is_filled(part))
    if isinstance(value, list | tuple):
        return sum(length_of(part) for part in value if is_filled(part))
    return len(" ".join(str(value).split()))


def size_of(value: Any) -> tuple[int, Any]:
    """A total order of values: numbers and texts of numbers by amount, then texts (ISO dates by time), then
    others."""
    if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool):
        try:
            amount = Decimal(str(value).strip())
        except InvalidOperation:
            return (1, str(value).casefold())
        return (0, amount) if amount.is_finite() else (1, str(value).casefold())
    return (2, repr(same_form(value)))


def record_hash(member: Member) -> bytes:
    """The last tie-break: a hash of the record's name, never its place or database id."""
    return tie_hash(member.name)
