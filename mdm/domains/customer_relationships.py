"""How customers stand to each other: contacts, groups of companies, addresses of business, households."""

from mdm.domains.base import Attribute
from mdm.domains.relationship import RelationshipType

PEOPLE = ("person", "unknown")
COMPANIES = ("organisation", "unknown")
SALES_AREA = Attribute("sales_area", "code")

RELATIONSHIPS = (
    RelationshipType(
        "contact_of", "contact of", "contacts", "customer", "customer", from_kinds=PEOPLE,
        attributes=(Attribute("role", "text"),),
    ),
    RelationshipType(
        "parent_account", "subsidiary of", "subsidiaries", "customer", "customer", to_kinds=COMPANIES,
        cardinality="many_to_one", acyclic=True,
    ),
    RelationshipType(
        "bill_to", "billed to", "bill-to party of", "customer", "customer", attributes=(SALES_AREA,)
    ),
    RelationshipType(
        "ship_to", "shipped to", "ship-to party of", "customer", "customer", attributes=(SALES_AREA,)
    ),
    # A household is named by one of its members, its head; there is no record of the household itself.
    RelationshipType(
        "household", "in the household of", "household", "customer", "customer", from_kinds=PEOPLE,
        to_kinds=PEOPLE, cardinality="many_to_one", acyclic=True,
    ),
)  # fmt: skip
