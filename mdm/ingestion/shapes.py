"""Which canonical attributes a domain has and of what shape each is, as far as a mapping must know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mdm import domains

PARTS: Mapping[str, frozenset[str]] = {
    "address": frozenset(("street", "house_number", "unit", "postcode", "city", "region", "country", "line")),
    "identifier": frozenset(("scheme", "value", "country")),
    "gtin": frozenset(("value", "level")),
    "quantity": frozenset(("amount", "unit")),
    "flags": frozenset(("email", "phone", "post", "date")),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of one attribute: single or several values, plain or with named parts."""

    many: bool = False
    parts: frozenset[str] = frozenset()
    scoped: bool = False


@cache
def shapes_of(domain: str) -> Mapping[str, Shape] | None:
    """Return the attributes of a domain; None for a domain that is not declared and so takes any
    attribute.
    """
    declared = domains.registered().get(domain)
    if declared is None:
        return None
    return {
        attribute.name: Shape(
            attribute.multi_valued, PARTS.get(attribute.type, frozenset()), attribute.scoped
        )
        for attribute in declared.attributes
    }
