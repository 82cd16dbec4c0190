"""The small hub of the API's tests with a group of companies in it, and people who work there."""

from __future__ import annotations

from typing import Any

from tests.mdm.api.hub import Hub, arrive, build_hub, golden_of, settle


def company(name: str) -> dict[str, Any]:
    return {
        "kind": "organisation",
        "legal_name": name,
        "website": f"{name.split(maxsplit=1)[0].lower()}.example",
    }


def to(type_: str, key: str, **more: Any) -> dict[str, Any]:
    """Return a stated relationship to an account of the CRM."""
    other = {"source": "crm", "object_type": "Account", "source_key": key}
    return {"type": type_, "to": other, **more}


def build_group() -> Hub:
    """Fill an empty database: Norma Holding over Norma Nord and Norma Ost, a shop below Nord, contacts."""
    hub = build_hub()
    arrive("crm", "Account", "H", company("Norma Holding"))
    arrive("crm", "Account", "N", {**company("Nordwerk GmbH"), "relationships": [to("parent_account", "H")]})
    arrive("crm", "Account", "O", {**company("Ostbau AG"), "relationships": [to("parent_account", "H")]})
    arrive("crm", "Account", "L", {**company("Ladenkette KG"), "relationships": [to("parent_account", "N")]})
    works = to("contact_of", "N", valid_from="2024-02-01", attributes={"role": "Head of buying"})
    bernd = {"kind": "person", "given_name": "Bernd", "family_name": "Cramer", "birth_date": "1971-06-07",
             "emails": ["bernd@cramer.example"]}  # fmt: skip
    arrive("shop", "customer", "s9", {**bernd, "relationships": [works, to("contact_of", "X-404")]})
    settle()
    return hub


def code_of(key: str) -> str:
    """Return the golden id of an account of the CRM."""
    return golden_of("crm", key).code
