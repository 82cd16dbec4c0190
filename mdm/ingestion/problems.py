"""What is wrong with a row, in words that a person can act on."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["refused", "warning"]
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
LONGEST_NUMBER = 13_000
"""Bits of a whole number that Python and PostgreSQL both write (some 4,000 digits)."""
VALUE_SHOWN = 500
"""Characters of an offending value that are kept beside the reason; the payload holds the whole of it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of one row: where it is, under which rule, why, and what to do."""

    rule: str
    """Stable code, for example `bad_date`."""
    column: str
    """The source's own column, or the canonical attribute where no single column is at fault."""
    value: str
    reason: str
    """A sentence."""
    advice: str = ""
    """What to do about it, a sentence."""
    severity: Severity = "refused"
    doubts: str = ""
    """The attribute whose value was kept although it failed its check; survivorship trusts it less."""

    @property
    def sentence(self) -> str:
        """The reason, followed by what to do."""
        return f"{self.reason} {self.advice}".strip()

    def to_json(self) -> dict[str, Any]:
        """The problem as plain JSON, as it is kept beside an accepted record."""
        return asdict(self)


def shown(value: object) -> str:
    """Write a value for a person: text as it is, other things as JSON-like text, cut to VALUE_SHOWN
    characters.
    """
    text = value if isinstance(value, str) else "" if value is None else repr(value)
    return storable_text(text if len(text) <= VALUE_SHOWN else text[: VALUE_SHOWN - 1] + "…")


def storable_text(text: str) -> str:
    """Replace what PostgreSQL cannot hold by something to look at: NUL, undecodable bytes, lone
    surrogates.
    """
    if text.isascii() and "\0" not in text:
        return text
    return UNSTORABLE.sub(_picture, text)


def storable(value: Any) -> Any:
    """Return the same JSON value with every text, and every name of a field, made storable."""
    match value:
        case str():
            return storable_text(value)
        case dict():
            return {storable_text(str(name)): storable(part) for name, part in value.items()}
        case list() | tuple():
            return [storable(part) for part in value]
        case int() if value.bit_length() > LONGEST_NUMBER:
            return f"a number of {value.bit_length()} bits"
        case float() if value != value or value in (float("inf"), float("-inf")):
            return str(value)
        case _:
            return value


def _picture(character: re.Match[str]) -> str:
    code = ord(character.group())
    if code == 0:
        return "\N{SYMBOL FOR NULL}"
    # Python marks an undecodable byte 0xNN as U+DCNN (PEP 383).
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else "\N{REPLACEMENT CHARACTER}"
