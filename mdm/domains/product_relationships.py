"""How products stand to each other: packs and what they hold, variants, successors."""

from mdm.domains.base import Attribute
from mdm.domains.relationship import RelationshipType

RELATIONSHIPS = (
    # GTINs of different pack levels are different products [F68]; this is the line between them.
    RelationshipType(
        "contains", "pack of", "held by packs", "product", "product", acyclic=True,
        attributes=(Attribute("quantity", "integer"),),
    ),
    RelationshipType(
        "variant_of", "variant of", "variants", "product", "product", cardinality="many_to_one", acyclic=True
    ),
    RelationshipType("supersedes", "successor of", "superseded by", "product", "product", acyclic=True),
)  # fmt: skip
