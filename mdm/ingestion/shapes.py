"""Which canonical attributes a domain has and of what shape each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of one attribute: single or several values, plain or with named parts, and how they are
    written.
    """

    many: bool = False
    parts: frozenset[str] = frozenset()
    kind: str = "text"


ADDRESS = Shape(
    parts=frozenset(("street", "house_number", "unit", "postcode", "city", "region", "country", "line"))
)
NUMBERS = Shape(many=True, parts=frozenset(("scheme", "value", "country")))
REFERENCE = Shape(parts=frozenset(("object_type", "source_key")), kind="reference")
TEXT = Shape()


def _texts(names: str) -> dict[str, Shape]:
    return dict.fromkeys(names.split(), TEXT)


SHAPES: Mapping[str, Mapping[str, Shape]] = {
    "customer": {
        **_texts("kind legal_name trading_name full_name name_prefix given_name middle_name family_name"),
        **_texts(
            "former_family_name birth_date lei tax_profile website payment_terms currency language status"
        ),
        **_texts("name_suffix contact_role"),
        "tax_ids": NUMBERS,
        "registration_ids": NUMBERS,
        "emails": Shape(many=True),
        "phones": Shape(many=True),
        "billing_address": ADDRESS,
        "shipping_address": ADDRESS,
        "parent_account": REFERENCE,
        "account": REFERENCE,
        "consent": Shape(parts=frozenset(("email", "phone", "post", "date"))),
    },
    "product": {
        **_texts("sku mpn brand manufacturer name description category unit price currency colour size"),
        **_texts("lifecycle_status pack_size"),
        "gtins": Shape(many=True, parts=frozenset(("value", "level"))),
        "net_content": Shape(parts=frozenset(("amount", "unit"))),
        "superseded_by": REFERENCE,
    },
}


def shapes_of(domain: str) -> Mapping[str, Shape] | None:
    """Return the attributes of a domain, or None for one that takes any attribute."""
    return SHAPES.get(domain)
