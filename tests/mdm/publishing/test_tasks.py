"""The tasks are wake-ups: what they send, not what they do (tests/flows has the whole story)."""

from config.broker import waiting
from config.celery import app
from mdm.models import Destination, Lane, Membership
from mdm.publishing.lanes import due_destinations
from mdm.tasks import clean_broker, sweep, wake_destinations
from tests.platforms import account, partner


def queued(broker: str) -> dict[str, int]:
    """Return how many messages wait in each queue that has any."""
    return {queue: count for queue, count in waiting(broker).items() if count}


def test_every_destination_with_something_due_gets_one_wake_up(hub, broker):
    made = hub([partner(1, "Werft Kiel GmbH")], [account(1, "Werft Kiel GmbH")])
    wake_destinations()
    assert queued(broker) == {}
    made.pull_customers()
    assert due_destinations() == ["crm", "erp"]
    wake_destinations()
    assert queued(broker) == {"publish": 2}


def test_a_destination_behind_an_open_breaker_is_not_woken(hub, broker):
    made = hub([partner(1, "Werft Kiel GmbH")])
    made.pull_customers()
    Destination.objects.update(open_until="2999-01-01T00:00:00Z")
    wake_destinations()
    assert queued(broker) == {}


def test_a_sweep_wakes_who_resolves_and_who_delivers_lapsed_leases_included(hub, broker):
    made = hub([partner(1, "Werft Kiel GmbH")])
    made.pull_customers()
    Lane.objects.update(state="leased", lease_until="2000-01-01T00:00:00Z")
    Membership.objects.update(due=True)
    sweep()
    assert queued(broker) == {"match": 1, "publish": 1}


def test_a_parked_record_wakes_nobody(hub, broker):
    made = hub([partner(1, "Werft Kiel GmbH")])
    made.pull_customers()
    made.publish()
    Membership.objects.update(due=True, parked_reason="It was tried 3 times.")
    sweep()
    assert queued(broker) == {}


def test_taken_messages_are_cleaned_away(hub, broker):
    made = hub([partner(1, "Werft Kiel GmbH")])
    made.pull_customers()
    wake_destinations()
    with app.connection_for_read() as connection, connection.SimpleQueue("publish", no_ack=True) as queue:
        queue.get(timeout=5)
    assert clean_broker() == 1
    assert clean_broker() == 0
