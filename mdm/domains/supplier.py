"""The supplier domain, the worked example of a new domain: this file is all there is to it.

To add one: copy this file, give it a code and a letter of its own, declare attributes, matching and rules.
Golden ids, ingestion, resolution, publishing, API and admin read them from here; no other file changes.
"""

from collections.abc import Mapping
from typing import Any

from matching.spec import BlockingRule, Column, Comparison, Gate, KeyPart, MatchSpec
from mdm.code_lists.lists import CodeLists
from mdm.domains.base import Attribute, Domain
from mdm.domains.code_lists import CATEGORY, COUNTRY, CURRENCY, PAYMENT_TERMS
from mdm.domains.relationship import RelationshipType
from mdm.survivorship.rules import Rule, Survivorship, Trust

ATTRIBUTES = (
    Attribute("legal_name", "name", identifying=True, bearer="organisation"),
    Attribute("trading_name", "name", identifying=True, bearer="organisation"),
    Attribute("tax_ids", "identifier", "Tax ids", multi_valued=True, identifying=True),
    Attribute("registration_ids", "identifier", "Registration ids", multi_valued=True, identifying=True),
    Attribute("lei", "code", "LEI", identifying=True),
    Attribute("emails", "email", "E-mails", multi_valued=True, pii_class="contact", identifying=True),
    Attribute("phones", "phone", multi_valued=True, pii_class="contact", identifying=True),
    Attribute("website", "url"),
    Attribute("address", "address"),
    Attribute("category", "code", code_list="category"),
    Attribute("payment_terms", "code", owner="erp", code_list="payment_terms", scoped=True),
    Attribute("currency", "code", code_list="currency"),
    Attribute("language", "code"),
    Attribute("status", "choice", choices=("active", "inactive", "blocked", "prospect"), owner="erp"),
)

MATCH_SPEC = MatchSpec(
    name="supplier",
    columns=(
        Column("name", ("legal_name", "trading_name"), "organisation", shown="legal_name"),
        Column("branch", ("legal_name", "trading_name"), "branch", shown="legal_name"),
        Column("tax_ids", ("tax_ids",), "identifier"),
        Column("registration_ids", ("registration_ids", "lei"), "identifier"),
        Column("emails", ("emails",), "email"),
        Column("phones", ("phones",), "phone"),
        Column("website", ("website",), "website"),
        Column("postcode", ("address.postcode",), "code", shown="address"),
        Column("city", ("address.city",), "text", shown="address"),
    ),
    blocking=(
        BlockingRule("tax id", (KeyPart("tax_ids"),)),
        BlockingRule("registration id", (KeyPart("registration_ids"),)),
        BlockingRule("e-mail", (KeyPart("emails"),)),
        BlockingRule("phone", (KeyPart("phones"),)),
        BlockingRule("website", (KeyPart("website"),)),
        BlockingRule("rare words of the name", (KeyPart("name", "rare_tokens", 3),)),
        BlockingRule("word of the name and city", (KeyPart("name", "tokens", 3), KeyPart("city"))),
    ),
    comparisons=(
        Comparison("name", "name", "text", frequencies=True, attribute="legal_name"),
        Comparison("branch", "branch", "exact", attribute="legal_name"),
        Comparison("tax_ids", "tax_ids", "code"),
        Comparison("registration_ids", "registration_ids", "code"),
        Comparison("emails", "emails", "email"),
        Comparison("phones", "phones", "phone"),
        Comparison("website", "website", "exact", given="emails"),
        Comparison("postcode", "postcode", "postcode", attribute="address"),
        Comparison("city", "city", "name", given="postcode", attribute="address"),
    ),
    gates=(Gate("tax id", "tax_ids", "identifier"),),
)

SURVIVORSHIP = Survivorship(
    rules=(
        Rule(("legal_name",), ("source_trust", "recency"), name="trusted legal name"),
        Rule(("trading_name",), ("source_trust", "longest")),
        Rule(("tax_ids", "registration_ids", "emails", "phones"), ("union",)),
        Rule(("lei", "website", "category"), ("frequency", "source_trust")),
        Rule(("address",), ("recency", "completeness"), name="newest address"),
        Rule(("payment_terms",), ("source_trust", "recency"), owner="erp", scoped=True),
        Rule(("status",), ("source_trust", "recency"), owner="erp"),
    ),
    ranking=("steward", "erp", "crm"),
    trust=(
        Trust("steward", trust=100, downgrade=0),
        Trust("erp", trust=80, floor=60, decay_days=3650),
        Trust("crm", trust=50, floor=30, decay_days=1825),
    ),
)


def title(attributes: Mapping[str, Any]) -> str:
    """Return the legal name, else the trading name."""
    return str(attributes.get("legal_name") or attributes.get("trading_name") or "without a name")


DOMAIN = Domain(
    code="supplier",
    label="Supplier",
    letter="S",
    attributes=ATTRIBUTES,
    match_spec=MATCH_SPEC,
    survivorship=SURVIVORSHIP,
    title=title,
    code_lists=CodeLists((COUNTRY, CURRENCY, PAYMENT_TERMS, CATEGORY)),
)

RELATIONSHIPS = (
    RelationshipType(
        "parent_supplier", "subsidiary of", "subsidiaries", "supplier", "supplier", cardinality="many_to_one",
        acyclic=True,
    ),
)  # fmt: skip
