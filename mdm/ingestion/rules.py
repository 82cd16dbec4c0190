"""What a mapping can say: frozen values that read as the TOML they come from.

One rule tells where a canonical value comes from (`source`) and what is done with it on the way (`codes`,
`date`, `split`, …). A list of rules for one attribute means: the first that gives a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SOURCES: Mapping[str, str] = {
    "column": "one column",
    "columns": "the first filled one of several columns",
    "join": "several columns, written one after the other",
    "all": "every value of several columns, without repetition",
    "each": "one value (value = …) or object (parts = …) for every element of a list",
    "parts": "an object of several parts",
    "constant": "always this value",
    "reference": "the name of another record",
    "as_is": "what stands in one column, of whatever shape",
}
STEPS: Mapping[str, str] = {
    "when": "only if the row meets the condition",
    "where": "only the elements of `each` that meet the condition",
    "with": "what stands between the joined columns (a blank)",
    "value": "what each element gives",
    "scope": "the columns of each element that name the company code or sales area its value is for",
    "pattern": "the part that the first group of a regular expression matches",
    "split": "take the value apart",
    "take": "the part of the split that is meant",
    "codes": "translate by this table",
    "otherwise": "for a value that is not in `codes`; {value}: the value itself",
    "date": "read a day in one of these formats",
    "number": "the sign before the decimals",
    "truth": "the words that mean yes",
    "case": "write it so",
    "ignore": "values that mean 'not known'",
    "rule": "the key rule of a reference",
    "object_type": "the object type of a reference",
    "system": "the source system of a reference (the row's own)",
}
NUMBERS = ("point", "comma", "integer")
CASES = ("upper", "lower", "title")


@dataclass(frozen=True, slots=True)
class Condition:
    """A question to a row: does a column have one of these values, is it filled; or any or all of other
    questions.
    """

    column: str = ""
    values: frozenset[str] | None = None
    negated: bool = False
    filled: bool | None = None
    any_of: tuple[Condition, ...] = ()
    all_of: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """How one canonical value comes from a row."""

    source: str
    columns: tuple[str, ...] = ()
    constant: Any = None
    parts: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    value: tuple[Rule, ...] = ()
    when: Condition | None = None
    where: Condition | None = None
    scope: tuple[str, ...] = ()
    separator: str = " "
    pattern: str = ""
    split: str = ""
    take: str = ""
    codes: Mapping[str, Any] | None = None
    otherwise: Any = None
    date: tuple[str, ...] = ()
    number: str = ""
    truth: frozenset[str] | None = None
    case: str = ""
    ignore: frozenset[str] = frozenset()
    key_rule: str = "exact"
    object_type: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True)
class KeySpec:
    """The columns that name a record (several are joined) and the rule that spells the key."""

    columns: tuple[str, ...]
    rule: str = "exact"
    separator: str = "-"


@dataclass(frozen=True, slots=True)
class ChangedAt:
    """The source's stamp of the last content change: the first filled column, its formats and time zone."""

    columns: tuple[str, ...]
    formats: tuple[str, ...] = ("iso",)
    zone: str = "UTC"
    time: str = ""
    """A column with the time of day that belongs to the first column's day."""


def as_text(value: Any) -> str | None:
    """Write a single value as a text, trimmed; None for nothing, and for what is no single value."""
    if type(value) is str:
        return value.strip() or None
    if value is None or isinstance(value, list | dict):
        return None
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)
