"""The demo's company: four platforms, what each contributes and hears, and the people who log in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, User

from mdm.compliance import audit
from mdm.compliance.roles import ensure_roles
from mdm.ingestion.mapping import declared
from mdm.ingestion.registering import ensure_object_type
from mdm.models import Destination, ObjectType, SourceSystem

ACTOR = "system:demo"
PASSWORD = "aurum"
# The platforms are on this machine. What a killed worker had in hand waits for five times as long.
CALL_SECONDS = 8.0
LOGINS = (
    ("admin", "everything"),
    ("steward", "decides on duplicates"),
    ("compliance", "reads history, decides nothing"),
)


@dataclass(frozen=True, slots=True)
class Feed:
    """One kind of record that comes in: pulled from a platform, or read from a file of the sample."""

    source: str
    object_type: str
    mapping: str
    file: str
    pulled: bool


FEEDS = (
    Feed("erp", "BusinessPartner", "sap.BusinessPartner", "erp_business_partners.ndjson", pulled=True),
    Feed("crm", "Account", "salesforce.Account", "crm_accounts.ndjson", pulled=True),
    Feed("crm", "Contact", "salesforce.Contact", "crm_contacts.ndjson", pulled=True),
    Feed("shop", "customer", "shop.customer", "shop_customers.csv", pulled=False),
    Feed("desk", "contact", "desk.contact", "desk_contacts.ndjson", pulled=False),
    Feed("erp", "Product", "sap.Product", "erp_products.ndjson", pulled=True),
    Feed("crm", "Product2", "salesforce.Product2", "crm_products.ndjson", pulled=True),
    Feed("shop", "product", "shop.product", "shop_products.csv", pulled=False),
)

SYSTEMS: Mapping[str, dict[str, Any]] = {
    "erp": {"name": "SAP S/4HANA", "trust": 80, "accepts": True},
    "crm": {"name": "Salesforce", "trust": 70, "accepts": True},
    "shop": {"name": "Web shop", "trust": 55, "accepts": False},
    "desk": {"name": "Support desk", "trust": 40, "accepts": False},
}


def destinations(erp_url: str, crm_url: str) -> dict[str, dict[str, Any]]:
    """Return what is stored of each destination; secrets are named, they come from the environment."""
    return {
        "erp": {
            "connector": "sap",
            "settings": {
                "connection": {
                    "base_url": erp_url,
                    "user": "MDM_HUB",
                    "password_variable": "AURUM_ERP_PASSWORD",
                    "call_seconds": CALL_SECONDS,
                },
                "create": {
                    "customer": {"object_type": "BusinessPartner", "from": ["crm"], "kind": ["organisation"]}
                },
            },
        },
        "crm": {
            "connector": "salesforce",
            "settings": {
                "connection": {
                    "base_url": crm_url,
                    "client_id": "aurum-hub",
                    "client_secret_variable": "AURUM_CRM_SECRET",
                    "call_seconds": CALL_SECONDS,
                }
            },
        },
    }


def settle_in(erp_url: str, crm_url: str) -> None:
    """Make the systems, object types, destinations and people known; a second time changes nothing."""
    urls = {"erp": erp_url, "crm": crm_url}
    for code, facts in SYSTEMS.items():
        if not SourceSystem.objects.filter(code=code).exists():
            with audit.entry(actor=ACTOR, action="register source", cause="make demo"):
                SourceSystem.objects.create(code=code, home_url=urls.get(code, ""), **facts)
    for feed in FEEDS:
        mapping = declared(feed.mapping)
        kind, _ = ensure_object_type(
            source=feed.source,
            code=feed.object_type,
            domain=mapping.domain,
            key_rule=mapping.key.rule,
            mapping=feed.mapping,
            actor=ACTOR,
            cause="make demo",
        )
        if feed.source in urls:
            record_url = f"{urls[feed.source]}/record/{feed.object_type}/{{key}}"
            ObjectType.objects.filter(pk=kind.pk).exclude(record_url=record_url).update(record_url=record_url)
    for code, facts in destinations(erp_url, crm_url).items():
        Destination.objects.update_or_create(source=SourceSystem.objects.get(code=code), defaults=facts)
    _people()


def _people() -> None:
    ensure_roles()
    for name, _ in LOGINS:
        user, new = User.objects.get_or_create(
            username=name, defaults={"is_staff": True, "is_superuser": name == "admin"}
        )
        if new:
            user.set_password(PASSWORD)
            user.save()
            user.groups.set(Group.objects.filter(name=name))
