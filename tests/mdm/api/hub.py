"""A small resolved hub: two records of Anna Berg that a tax id joins, and one of Bernd Cramer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from mdm.compliance import audit
from mdm.compliance.roles import enrol, ensure_roles
from mdm.ingestion.mapping import canonical
from mdm.ingestion.pipeline import ingest
from mdm.ingestion.registering import ensure_object_type
from mdm.models import GoldenRecord, Membership, ObjectType, QuarantinedRow, SourceSystem
from mdm.resolution.due import resolve_due
from mdm.rulesets.activate import bootstrap

TYPES = (("erp", "BusinessPartner", "sap10"), ("crm", "Account", "exact"), ("shop", "customer", "upper"))

ANNA_ERP = {
    "kind": "person",
    "given_name": "Anna",
    "family_name": "Berg",
    "birth_date": "1980-02-03",
    "tax_ids": [{"scheme": "vat", "value": "DE136695976", "country": "DE"}],
    "emails": ["anna@berg.example"],
    "payment_terms": "N30",
}
ANNA_CRM = {
    "kind": "person",
    "given_name": "Anne",
    "family_name": "Berg",
    "tax_ids": [{"scheme": "vat", "value": "DE136695976", "country": "DE"}],
    "emails": ["anna@berg.example"],
    "billing_address": {"street": "Hauptstr.", "house_number": "5", "city": "Köln", "country": "DE"},
}
BERND = {
    "kind": "person",
    "given_name": "Bernd",
    "family_name": "Cramer",
    "birth_date": "1971-06-07",
    "emails": ["bernd@cramer.example"],
}


@dataclass(frozen=True)
class Hub:
    """What stands in the small hub."""

    anna: GoldenRecord
    bernd: GoldenRecord


def register() -> None:
    """Make the three object types known and let the CRM have addresses for its records."""
    for source, code, rule in TYPES:
        ensure_object_type(
            source=source, code=code, domain="customer", key_rule=rule, actor="test", cause="a test"
        )
    with audit.entry(actor="test", action="register", cause="a test"):
        SourceSystem.objects.filter(code="crm").update(name="Sales CRM", home_url="http://127.0.0.1:9/")
        ObjectType.objects.filter(source__code="crm").update(record_url="http://127.0.0.1:9/Account/{key}")


def arrive(source: str, code: str, key: str, attributes: dict[str, Any]) -> str:
    """Take in one canonical record and return what became of it."""
    kind = ObjectType.objects.select_related("source").get(source__code=source, code=code)
    heard: list[Any] = []
    ingest(
        [(1, {**attributes, "source_key": key})],
        object_type=kind,
        mapping=canonical(kind.domain, kind.key_rule),
        origin="a test",
        actor="test",
        report=heard.append,
    )
    return str(heard[0].verdict)


def golden_of(source: str, key: str) -> GoldenRecord:
    """Return the golden record of a source record."""
    row = Membership.objects.select_related("golden__rule_set").get(
        record__object_type__source__code=source, record__source_key=key
    )
    assert row.golden is not None
    return row.golden


def build_hub() -> Hub:
    """Fill an empty database with the small hub."""
    register()
    arrive("erp", "BusinessPartner", "17", ANNA_ERP)
    arrive("crm", "Account", "A-1", ANNA_CRM)
    arrive("shop", "customer", "s9", BERND)
    bootstrap("customer", actor="test", cause="a test")
    assert arrive("erp", "BusinessPartner", "99", {"kind": "person"}) == "quarantined"
    assert QuarantinedRow.objects.count() == 1
    hub = Hub(golden_of("erp", "0000000017"), golden_of("shop", "S9"))
    assert hub.anna == golden_of("crm", "A-1") and hub.anna != hub.bernd
    return hub


def settle() -> None:
    """Resolve what has arrived since."""
    resolve_due("customer", actor="test", cause="a test")


def person(name: str, role: str = "") -> User:
    """Create a user of a role; without one they may sign in and see nothing."""
    ensure_roles()
    user = User.objects.create_user(name, password="secret")
    if role:
        enrol(user, role)
    return user
