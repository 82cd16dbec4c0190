"""The product domain: what a company sells, down to the variant and the pack level."""

from collections.abc import Mapping
from typing import Any

from mdm.code_lists.lists import CodeLists
from mdm.domains.base import Attribute, Domain
from mdm.domains.code_lists import CATEGORY, CURRENCY, UNIT
from mdm.domains.product_match import MATCH_SPEC
from mdm.survivorship.rules import Rule, Survivorship, Trust

ATTRIBUTES = (
    Attribute("sku", "code", "SKU", identifying=True),
    Attribute("gtins", "gtin", "GTINs", multi_valued=True, identifying=True),
    Attribute("mpn", "code", "Manufacturer part number", identifying=True),
    Attribute("brand", "name"),
    Attribute("manufacturer", "name"),
    Attribute("name", "name", identifying=True, longest=500),
    Attribute("description", "text", longest=4000),
    Attribute("category", "code", code_list="category"),
    Attribute("unit", "code", owner="erp", code_list="unit"),
    Attribute("net_content", "quantity"),
    Attribute("pack_size", "integer"),
    Attribute("price", "money", group="price"),
    Attribute("currency", "code", group="price", code_list="currency"),
    Attribute("colour", "text"),
    Attribute("size", "text"),
    Attribute(
        "lifecycle_status", "choice", choices=("active", "discontinued", "planned", "blocked"), owner="erp"
    ),
)

SURVIVORSHIP = Survivorship(
    rules=(
        Rule(("gtins",), ("union",)),
        Rule(("sku", "mpn", "brand", "manufacturer"), ("frequency", "source_trust")),
        Rule(("name",), ("source_trust", "longest")),
        Rule(("description",), ("longest", "source_trust"), name="longest description"),
        Rule(("unit", "lifecycle_status"), ("source_trust", "recency"), owner="erp"),
        Rule(("net_content", "pack_size", "colour", "size"), ("frequency", "source_trust")),
        Rule(
            ("price", "currency"),
            ("source_trust", "recency"),
            group=True,
            name="trusted price with its currency",
        ),
    ),
    ranking=("steward", "erp", "crm", "shop"),
    trust=(
        Trust("steward", trust=100, downgrade=0),
        Trust("erp", trust=80, floor=60, decay_days=3650),
        Trust("crm", trust=65, floor=40, decay_days=1825),
        Trust("shop", trust=60, floor=30, decay_days=1095),
    ),
)


def title(attributes: Mapping[str, Any]) -> str:
    """Return the product's name, with its brand in front where the name leaves it out."""
    name, brand = str(attributes.get("name") or ""), str(attributes.get("brand") or "")
    if brand and brand.casefold() not in name.casefold():
        name = f"{brand} {name}".strip()
    return name or str(attributes.get("sku") or attributes.get("mpn") or "without a name")


DOMAIN = Domain(
    code="product",
    label="Product",
    letter="P",
    attributes=ATTRIBUTES,
    match_spec=MATCH_SPEC,
    survivorship=SURVIVORSHIP,
    title=title,
    code_lists=CodeLists((CURRENCY, UNIT, CATEGORY)),
)
