"""Overrides: a steward's own value for one golden attribute, by value and never by source row. Pure.

`compute` says which overrides are spent; whoever keeps them withdraws those, so that a value that the sources
once caught up with does not come back when they move on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mdm.survivorship.values import is_filled, same_form

ALWAYS = "always"
UNTIL_SOURCE_CHANGES = "until_source_changes"
UNTIL_SOURCE_AGREES = "until_source_agrees"
UNTIL_DATE = "until_date"
LATEST_WINS = "latest_wins"
MODES = (ALWAYS, UNTIL_SOURCE_CHANGES, UNTIL_SOURCE_AGREES, UNTIL_DATE, LATEST_WINS)

SET = "set"
ADD = "add"
IGNORE = "ignore"
ACTIONS = (SET, ADD, IGNORE)


def attribute_of(path: str) -> str:
    """The attribute of what is overridden: of "payment_terms/1000", one scope of it, payment_terms."""
    return path.partition("/")[0]


class BadOverride(ValueError):
    """An override cannot be used as written."""


@dataclass(frozen=True, slots=True)
class Override:
    """What a steward said of one attribute.

    key      names the override to whoever keeps it.
    attribute  its name, or "attribute/scope" for the value of one scope.
    action   set: this is the value (None: there is none). add: a multi-valued attribute also has it. ignore:
             this value
             never wins, whichever source says it.
    mode     always, or as long as: the sources' value is still `seen`; the sources' value differs from this
             one; the day
             is not after `until` (the last day in force); no source changed the value after `set_at`.
    seen     the value that the sources gave when the override was written.
    """

    key: str
    attribute: str
    value: Any
    set_at: datetime
    mode: str = ALWAYS
    action: str = SET
    until: date | None = None
    seen: Any = None

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise BadOverride(
                f"override of {self.attribute}: mode {self.mode!r} is unknown; use one of {MODES}"
            )
        if self.action not in ACTIONS:
            raise BadOverride(
                f"override of {self.attribute}: action {self.action!r} is unknown; use one of {ACTIONS}"
            )
        if (self.mode == UNTIL_DATE) != (self.until is not None):
            raise BadOverride(
                f"override of {self.attribute}: a last day belongs to mode {UNTIL_DATE} and to no other"
            )
        if self.action != SET and self.mode in (UNTIL_SOURCE_AGREES, UNTIL_SOURCE_CHANGES, LATEST_WINS):
            raise BadOverride(
                f"override of {self.attribute}: {self.action} goes with {ALWAYS} or {UNTIL_DATE} only"
            )
        if self.action != SET and not is_filled(self.value):
            raise BadOverride(f"override of {self.attribute}: {self.action} needs a value")

    def holds(self, base: Any, base_stamp: datetime | None, today: date) -> bool:
        """Whether it is in force against the sources' value and the moment that changed."""
        if self.mode == UNTIL_DATE:
            return self.until is not None and today <= self.until
        if self.mode == UNTIL_SOURCE_CHANGES:
            return _agree(base, self.seen)
        if self.mode == UNTIL_SOURCE_AGREES:
            return not _agree(base, self.value)
        if self.mode == LATEST_WINS:
            return base_stamp is None or base_stamp <= self.set_at
        return True

    def turns_on(self, today: date) -> date | None:
        """The next day on which time alone changes whether it is in force."""
        return self.until + timedelta(days=1) if self.until is not None and today <= self.until else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The override that sets the value, if one is in force, and the ones that are spent."""

    setter: Override | None
    spent: tuple[Override, ...]


def judge(overrides: Sequence[Override], base: Any, base_stamp: datetime | None, today: date) -> Verdict:
    """Which of one attribute's overrides of action "set" rules: of those in force the latest (ties: highest
    key)."""
    in_force = [override for override in overrides if override.holds(base, base_stamp, today)]
    spent = tuple(override for override in overrides if not override.holds(base, base_stamp, today))
    return Verdict(max(in_force, key=lambda override: (override.set_at, override.key), default=None), spent)


def is_ignored(value: Any, ignored: Sequence[Override]) -> bool:
    """Whether a steward said that this value never wins."""
    return any(_agree(value, override.value) for override in ignored)


def without_ignored(value: Any, ignored: Sequence[Override]) -> Any:
    """A multi-valued value without the elements that a steward ignores."""
    if not ignored or not isinstance(value, list | tuple):
        return value
    return [element for element in value if not is_ignored(element, ignored)]


def _agree(one: Any, other: Any) -> bool:
    if not is_filled(one) or not is_filled(other):
        return is_filled(one) == is_filled(other)
    return same_form(one) == same_form(other)
