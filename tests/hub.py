"""A hub with an ERP and a CRM: real platforms over HTTP, a real database, no worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection

from mdm.compliance import audit
from mdm.connectors.registry import forget_connectors
from mdm.ingestion.mapping import declared
from mdm.ingestion.pipeline import Summary
from mdm.ingestion.registering import ensure_object_type
from mdm.models import Delivery, Destination, Lane, LaneState, Membership, ObjectType, SourceSystem
from mdm.publishing.deliver import deliver_due
from mdm.publishing.pulling import pull
from mdm.resolution.due import resolve_due
from mdm.rulesets.activate import bootstrap
from mdm.rulesets.active import active
from tests.platforms import Document, Platform, Start

MAPPINGS = {
    "erp": ("sap.BusinessPartner", "sap.Product"),
    "crm": ("salesforce.Account", "salesforce.Contact", "salesforce.Product2"),
}
CREATE = {"customer": {"object_type": "BusinessPartner", "from": ["crm"]}}


@dataclass
class Hub:
    """The hub under test with its two platforms."""

    erp: Platform
    crm: Platform
    destinations: dict[str, Destination] = field(default_factory=dict)

    def pull(self, source: str, object_type: str, **options: Any) -> Summary:
        """Pull one object type."""
        kind = ObjectType.objects.select_related("source").get(source__code=source, code=object_type)
        return pull(kind, actor="test", **options)

    def pull_customers(self) -> None:
        """Pull partners and accounts and resolve them."""
        self.pull("erp", "BusinessPartner")
        self.pull("crm", "Account")
        self.resolve()

    def resolve(self) -> None:
        """Resolve what is due; the first time with a rule set of its own."""
        if active("customer") is None:
            bootstrap("customer", actor="test", cause="test")
        resolve_due("customer", actor="test", cause="test")

    def deliver(self, source: str) -> int:
        """Run one delivery; returns how many states were acknowledged."""
        return deliver_due(self.destinations[source]).acknowledged

    def publish(self) -> None:
        """Deliver and resolve until nothing waits any more."""
        deadline = time.monotonic() + 60
        while Lane.objects.filter(state__in=[LaneState.DUE, LaneState.LEASED]).exists():
            assert time.monotonic() < deadline, lanes()
            for source in self.destinations:
                self.deliver(source)
            self.resolve()

    def writes(self) -> tuple[int, int]:
        """Return how many writes each platform has taken."""
        return self.erp.stats()["writes"], self.crm.stats()["writes"]


@pytest.fixture
def hub(transactional_db, start: Start, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Hub]]:
    """Give a hub whose platforms hold these documents: `hub(partners=[…], accounts=[…], create=True)`."""
    monkeypatch.setenv("TEST_ERP_PASSWORD", "sandbox")
    monkeypatch.setenv("TEST_CRM_SECRET", "sandbox")

    def _hub(
        partners: list[Document] | None = None,
        accounts: list[Document] | None = None,
        *,
        create: bool = False,
        call_seconds: str = "5",
    ) -> Hub:
        made = Hub(start("sap", BusinessPartner=partners or []), start("salesforce", Account=accounts or []))
        with audit.entry(actor="test", action="register", cause="test"):
            for code, trust in (("erp", 80), ("crm", 70)):
                SourceSystem.objects.create(code=code, name=code, trust=trust)
        for source, names in MAPPINGS.items():
            for name in names:
                mapping = declared(name)
                ensure_object_type(
                    source=source, code=mapping.object_type, domain=mapping.domain, key_rule=mapping.key.rule,
                    mapping=name, actor="test", cause="test",
                )  # fmt: skip
        erp = {"base_url": made.erp.url, "user": "MDM_HUB", "password_variable": "TEST_ERP_PASSWORD"}
        crm = {"base_url": made.crm.url, "client_id": "aurum", "client_secret_variable": "TEST_CRM_SECRET"}
        for code, connector, settings in (
            (
                "erp",
                "sap",
                {
                    "connection": {**erp, "call_seconds": call_seconds},
                    "create": deepcopy(CREATE) if create else {},
                },
            ),
            ("crm", "salesforce", {"connection": {**crm, "call_seconds": call_seconds}}),
        ):
            made.destinations[code] = Destination.objects.create(
                source=SourceSystem.objects.get(code=code), connector=connector, settings=settings
            )
        return made

    yield _hub
    forget_connectors()


def links() -> dict[str, str]:
    """Return source key → golden id of every record in the hub."""
    return dict(
        Membership.objects.order_by("record__source_key").values_list("record__source_key", "golden__code")
    )


def lanes() -> list[tuple[str, str, str, int, str]]:
    """Return (destination, record key or "create", state, attempts, last error) of every lane."""
    return [
        (code, key or "create", state, attempts, error)
        for code, key, state, attempts, error in Lane.objects.order_by("pk").values_list(
            "destination__source__code", "record__source_key", "state", "attempts", "last_error"
        )
    ]


def states() -> list[str]:
    """Return the states of all lanes, each once."""
    return sorted(Lane.objects.values_list("state", flat=True).distinct())


def outcomes() -> list[tuple[str, str]]:
    """Return (outcome, status) of every delivery, oldest first."""
    return list(Delivery.objects.order_by("pk").values_list("outcome", "status"))


def let_leases_run_out() -> None:
    """Bring every lease to its end, as time does."""
    Lane.objects.filter(state=LaneState.LEASED).update(lease_until="2000-01-01T00:00:00Z")


def make_everything_due_now() -> None:
    """Bring every waiting time to its end."""
    Lane.objects.filter(state=LaneState.DUE).update(next_attempt_at="2000-01-01T00:00:00Z")
    Destination.objects.exclude(open_until=None).update(open_until="2000-01-01T00:00:00Z")


def history_rows() -> int:
    """Return how many history rows and events there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM mdm_historicalsourcerecord)"
            " + (SELECT count(*) FROM mdm_historicalgoldenrecord) + (SELECT count(*) FROM mdm_outboxevent)"
        )
        return int(cursor.fetchone()[0])
