"""The customer domain: people and organisations a company sells to."""

from collections.abc import Mapping
from typing import Any

from mdm.code_lists.lists import CodeLists
from mdm.domains.base import Attribute, Domain
from mdm.domains.code_lists import COUNTRY, CURRENCY, PAYMENT_TERMS
from mdm.domains.customer_match import MATCH_SPEC
from mdm.survivorship.rules import Rule, Survivorship, Trust

KINDS = ("person", "organisation", "unknown")

ATTRIBUTES = (
    Attribute("kind", "choice", choices=KINDS),
    Attribute("legal_name", "name", pii_class="identity", identifying=True, bearer="organisation"),
    Attribute("trading_name", "name", pii_class="identity", identifying=True, bearer="organisation"),
    Attribute(
        "full_name", "name", pii_class="identity", identifying=True, group="person_name", bearer="person"
    ),
    Attribute("name_prefix", "text", pii_class="identity", group="person_name"),
    Attribute(
        "given_name", "name", pii_class="identity", identifying=True, group="person_name", bearer="person"
    ),
    Attribute("middle_name", "name", pii_class="identity", group="person_name", bearer="person"),
    Attribute(
        "family_name", "name", pii_class="identity", identifying=True, group="person_name", bearer="person"
    ),
    Attribute("name_suffix", "text", pii_class="identity", group="person_name"),
    Attribute("former_family_name", "name", pii_class="identity", bearer="person"),
    Attribute("birth_date", "date", pii_class="sensitive"),
    Attribute("tax_ids", "identifier", "Tax ids", multi_valued=True, pii_class="sensitive", identifying=True),
    Attribute("registration_ids", "identifier", "Registration ids", multi_valued=True, identifying=True),
    Attribute("lei", "code", "LEI", identifying=True),
    Attribute("tax_profile", "code"),
    Attribute("emails", "email", "E-mails", multi_valued=True, pii_class="contact", identifying=True),
    Attribute("phones", "phone", multi_valued=True, pii_class="contact", identifying=True),
    Attribute("website", "url"),
    Attribute("billing_address", "address", pii_class="contact"),
    Attribute("shipping_address", "address", pii_class="contact"),
    Attribute("payment_terms", "code", owner="erp", code_list="payment_terms", scoped=True),
    Attribute("currency", "code", code_list="currency"),
    Attribute("language", "code"),
    Attribute("status", "choice", choices=("active", "inactive", "blocked", "prospect"), owner="erp"),
    Attribute("contact_role", "text"),
    Attribute("consent", "flags", pii_class="contact", owner="crm"),
)

NAME_PARTS = tuple(attribute.name for attribute in ATTRIBUTES if attribute.group == "person_name")

SURVIVORSHIP = Survivorship(
    rules=(
        Rule(("kind",), ("frequency", "source_trust"), weak=("unknown",)),
        Rule(
            NAME_PARTS,
            ("agreement", "completeness", "source_trust", "recency"),
            group=True,
            name="most complete name",
        ),
        Rule(("legal_name",), ("agreement", "source_trust", "recency"), name="trusted legal name"),
        Rule(("trading_name",), ("agreement", "source_trust", "longest")),
        Rule(("birth_date",), ("frequency", "source_trust")),
        Rule(("tax_ids", "registration_ids", "emails", "phones"), ("union",)),
        Rule(("lei",), ("frequency", "source_trust")),
        Rule(("billing_address",), ("recency", "completeness"), name="newest address"),
        Rule(("shipping_address",), ("recency", "completeness"), name="newest address"),
        Rule(("payment_terms",), ("source_trust", "recency"), owner="erp", scoped=True),
        Rule(("tax_profile",), ("source_trust", "recency"), owner="erp"),
        # A duplicate that the ERP archived does not end a customer that lives on under another number.
        Rule(("status",), ("source_trust", "recency"), owner="erp", weak=("inactive",)),
        Rule(("consent",), ("recency",), owner="crm", name="newest consent"),
    ),
    ranking=("steward", "erp", "crm", "shop", "desk"),
    trust=(
        Trust("steward", trust=100, downgrade=0),
        Trust("erp", trust=80, floor=50, decay_days=3650),
        Trust("crm", trust=70, floor=40, decay_days=1825),
        Trust("shop", trust=55, floor=30, decay_days=1095),
        Trust("desk", trust=40, floor=20, decay_days=730),
    ),
)


def title(attributes: Mapping[str, Any]) -> str:
    """Return how people call this customer: the legal or trading name, or the parts of a person's name."""
    parts = " ".join(str(attributes[name]) for name in ("given_name", "family_name") if attributes.get(name))
    organisation = attributes.get("legal_name") or attributes.get("trading_name")
    person = parts or attributes.get("full_name")
    named = organisation or person if attributes.get("kind") == "organisation" else person or organisation
    contact = next(iter([*attributes.get("emails", []), *attributes.get("phones", [])]), "")
    return str(named or contact or "without a name")


DOMAIN = Domain(
    code="customer",
    label="Customer",
    letter="C",
    attributes=ATTRIBUTES,
    match_spec=MATCH_SPEC,
    survivorship=SURVIVORSHIP,
    title=title,
    code_lists=CodeLists((COUNTRY, CURRENCY, PAYMENT_TERMS)),
    kinds=KINDS,
)
