"""Conditions of survivorship rules: when a rule applies, and which source records may be candidates. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from mdm.survivorship.values import Member, is_filled

GOLDEN, RECORD, SOURCE = "golden", "record", "source"
CONDITION_SIDES = (GOLDEN, RECORD, SOURCE)
SOURCE_FACTS = ("system", "object_type")
ANY = "*"


class BadRule(ValueError):
    """A survivorship rule cannot be used as written."""


@dataclass(frozen=True, slots=True)
class When:
    """A condition: `attribute` has one of `values` (or, negated, has none of them); "*" is any value.

    side "golden" looks at the golden value that was decided before and chooses whether the rule applies at
    all; side "record" looks at each source record and chooses whether it may be a candidate; side "source"
    does the same by where the record comes from: the attribute is then "system" or "object_type".
    A path looks into a value ("billing_address.country"), and one of several values is enough.
    """

    attribute: str
    values: tuple[str, ...]
    negated: bool = False
    side: str = GOLDEN

    def __post_init__(self) -> None:
        if self.side not in CONDITION_SIDES:
            raise BadRule(
                f"condition on {self.attribute!r}: side {self.side!r} is unknown; use {CONDITION_SIDES}"
            )
        if self.side == SOURCE and self.attribute not in SOURCE_FACTS:
            raise BadRule(f"condition on the source: {self.attribute!r} is unknown; use {SOURCE_FACTS}")

    @property
    def needs(self) -> str:
        """The attribute that is looked at, without the path into its value."""
        return self.attribute.partition(".")[0]

    def holds(self, attributes: Mapping[str, Any]) -> bool:
        """Whether the attributes meet the condition; an absent value is in no list."""
        said = (_word(value) for value in _reached(attributes, self.attribute))
        return any(word in self.values or ANY in self.values for word in said) != self.negated

    def admits(self, member: Member) -> bool:
        """Whether a source record may be a candidate, as far as this condition goes."""
        if self.side == SOURCE:
            return self.holds({"system": member.name[0], "object_type": member.name[1]})
        return self.side == GOLDEN or self.holds(member.attributes)

    def to_json(self) -> dict[str, Any]:
        """The condition as plain JSON."""
        return {
            "attribute": self.attribute,
            "values": list(self.values),
            "negated": self.negated,
            "side": self.side,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The condition that `to_json` wrote."""
        refuse_unknown_fields(cls, document)
        return cls(**{**document, "values": tuple(document["values"])})

    def __str__(self) -> str:
        subject = self.attribute.replace("_", " ").replace(".", " ")
        about = {GOLDEN: subject, RECORD: f"the record's {subject}", SOURCE: f"the source's {subject}"}
        if ANY in self.values:
            return f"{about[self.side]} is {'not known' if self.negated else 'known'}"
        return f"{about[self.side]} is {'not ' if self.negated else ''}{' or '.join(self.values)}"


def refuse_unknown_fields(cls: type[Any], document: Mapping[str, Any]) -> None:
    """Raise BadRule for a field that this kind of document does not have, with those it has."""
    allowed = [known.name for known in fields(cls)]
    unknown = sorted(set(document) - set(allowed))
    if unknown:
        raise BadRule(f"{cls.__name__.lower()}: unknown fields {unknown}; the allowed ones are {allowed}")


def _reached(value: Any, path: str) -> Iterator[Any]:
    """Yield what stands at a path, of a list what stands there in each element."""
    if isinstance(value, list | tuple):
        for element in value:
            yield from _reached(element, path)
    elif not path:
        if is_filled(value):
            yield value
    elif isinstance(value, Mapping):
        name, _, rest = path.partition(".")
        yield from _reached(value.get(name), rest)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
