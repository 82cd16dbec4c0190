"""Publishing by a real Celery worker that is killed with -9 in the middle while every third call fails."""

from __future__ import annotations

from random import Random

import pytest
from django.db import connection

from mdm.models import GoldenRecord, Lane, LaneState, Membership, SourceRecord
from mdm.publishing.reconcile import differences
from mdm.tasks import sweep
from tests.conftest import wait_for
from tests.hub import links, states
from tests.platforms import Document, account, partner, record_id

SYLLABLES = "ba do fe gi ko lu ma ne po ru sa te vi wo za".split()


def word(random: Random) -> str:
    """Return a word that means nothing."""
    return "".join(random.choices(SYLLABLES, k=4)).capitalize()


def customer(number: int) -> dict[str, str]:
    """Return name and address of a customer that is like no other."""
    random = Random(number)
    return {
        "name": f"{word(random)} {word(random)} GmbH",
        "street": f"{word(random)}weg",
        "city": f"{word(random)}stadt",
        "postcode": f"{random.randrange(10000, 99999)}",
    }


def partners(count: int) -> list[Document]:
    """Return the first customers as the ERP knows them."""
    found = []
    for number in range(count):
        who = customer(number)
        row = partner(number + 1, who["name"])
        row["to_BusinessPartnerAddress"]["results"][0] |= {
            "StreetName": who["street"],
            "CityName": who["city"],
            "PostalCode": who["postcode"],
        }
        found.append(row)
    return found


def accounts(first: int, last: int) -> list[Document]:
    """Return these customers as the CRM knows them."""
    found = []
    for number in range(first, last):
        who = customer(number)
        row = account(number + 1, who["name"], BillingStreet=f"{who['street']} {number + 1}")
        found.append(row | {"BillingCity": who["city"], "BillingPostalCode": who["postcode"]})
    return found


def open_work() -> bool:
    """Whether a lane or a record waits."""
    connection.close_if_unusable_or_obsolete()
    waiting = Lane.objects.filter(state__in=[LaneState.DUE, LaneState.LEASED])
    return waiting.exists() or Membership.objects.filter(due=True).exists()


def to_create() -> int:
    """Return how many customers the ERP does not know."""
    at_erp = Membership.objects.filter(record__object_type__source__code="erp").values("golden")
    return GoldenRecord.objects.filter(status="live").exclude(pk__in=at_erp).count()


def test_one_sweep_resolves_what_is_due_and_tells_the_platforms(hub, celery_worker):
    made = hub(partners(2), accounts(0, 2))
    made.pull_customers()
    made.publish()
    made.crm.edit("Account", record_id("001", 1), Name="Werft Kiel AG & Co. KG")
    assert made.pull("crm", "Account").verdicts == {"changed": 1, "unchanged": 1}
    Lane.objects.update(state="due", acknowledged_hash="")
    celery_worker()
    sweep.delay()
    wait_for(lambda: not open_work(), seconds=30, what="the worker to resolve and to publish")
    assert states() == ["idle"]
    assert [differences(destination) for destination in made.destinations.values()] == [[], []]


@pytest.mark.parametrize("broker", ["postgresql", "redis"], indirect=True)
def test_a_worker_killed_in_the_middle_under_failing_calls_leaves_every_id_right(hub, celery_worker, broker):
    made = hub(partners(60), accounts(30, 81), create=True, call_seconds="1.5")
    made.pull_customers()
    missing = to_create()
    assert missing == 21
    for platform in (made.erp, made.crm):
        platform.plan(fail_every=3, latency_ms=100)
    worker = celery_worker(beat=True)
    sweep.delay()
    wait_for(
        lambda: 0 < len(made.erp.golden_ids()) < 60 + missing,
        seconds=30,
        what="the ERP to hold the first golden ids",
    )
    worker.kill()
    assert open_work()
    celery_worker(beat=True)
    sweep.delay()
    wait_for(lambda: not open_work(), seconds=90, what="every lane to be told")
    for platform in (made.erp, made.crm):
        platform.plan(fail_every=0, latency_ms=0)
    assert states() == ["idle"]
    assert [differences(destination) for destination in made.destinations.values()] == [[], []]
    assert made.erp.stats()["rows"]["BusinessPartner"] == 60 + missing
    assert made.erp.golden_ids() | made.crm.golden_ids() == links()
    assert SourceRecord.objects.filter(object_type__source__code="erp").count() == 60 + missing
    assert to_create() == 0
