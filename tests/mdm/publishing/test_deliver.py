"""Delivery under faults: at least once, safe to repeat, and nobody waits for somebody else's trouble."""

import time

import pytest
from django.db import transaction

from mdm.compliance import audit
from mdm.connectors.base import CallRefused, PlatformUnavailable
from mdm.connectors.registry import connector_of, forget_connectors
from mdm.models import AuditEntry, Delivery, Destination, Lane
from mdm.publishing import breaker, deliver, lease
from mdm.publishing.deliver import deliver_due
from mdm.publishing.lanes import mark_due
from mdm.publishing.lease import Finish
from mdm.publishing.reconcile import differences
from mdm.publishing.replay import replay
from tests.hub import (
    lanes,
    let_leases_run_out,
    links,
    make_everything_due_now,
    outcomes,
    states,
)
from tests.platforms import account, partner, record_id

ERP1, ERP2 = "0000000001", "0000000002"


def partners(count: int) -> list[dict]:
    return [partner(number, f"Firma {chr(64 + number)}{number}") for number in range(1, count + 1)]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for what is due later: tests bring that time themselves."""
    monkeypatch.setattr(deliver, "PATIENCE", -1.0)


def test_http_is_never_spoken_inside_a_transaction(hub):
    made = hub(partners(1))
    with (
        transaction.atomic(),
        pytest.raises(RuntimeError, match="must not run inside a database transaction"),
    ):
        deliver_due(made.destinations["erp"])


def test_what_is_acknowledged_is_not_sent_again(hub):
    made = hub(partners(1))
    made.pull_customers()
    assert made.deliver("erp") == 1
    requests = made.erp.stats()["requests"]
    Lane.objects.update(state="due", due_version=2)
    assert made.deliver("erp") == 1
    assert made.erp.stats()["requests"] == requests
    assert outcomes() == [("acknowledged", "201")]


def test_a_destination_that_is_switched_off_hears_nothing(hub):
    made = hub(partners(1))
    made.pull_customers()
    Destination.objects.update(enabled=False)
    assert made.deliver("erp") == 0
    assert made.erp.golden_ids() == {}


@pytest.mark.parametrize("fail_every", [2, 3])
def test_every_id_is_right_in_the_end_when_calls_fail(hub, fail_every):
    accounts = [account(1, "Firma A1"), account(88, "Reederei Nord AG"), account(99, "Bäckerei Lund")]
    made = hub(partners(6), accounts, create=True)
    made.pull_customers()
    for platform in (made.erp, made.crm):
        platform.plan(fail_every=fail_every)
    made.publish()
    for platform in (made.erp, made.crm):
        platform.plan(fail_every=0)
    assert [differences(destination) for destination in made.destinations.values()] == [[], []]
    assert made.erp.stats()["rows"]["BusinessPartner"] == 8  # nothing was created twice
    assert states() == ["idle"]


def test_a_locked_record_waits_alone_and_longer_each_time(hub, quick):
    made = hub(partners(3))
    made.pull_customers()
    made.erp.plan(lock_keys=[ERP1])
    waits = []
    for _ in range(3):
        make_everything_due_now()
        before = time.time()
        made.deliver("erp")
        due_at = Lane.objects.get(record__source_key=ERP1).next_attempt_at
        assert due_at is not None
        waits.append(due_at.timestamp() - before)
    assert [state for _, _, state, _, _ in lanes()] == ["due", "idle", "idle"]
    assert lanes()[0][3:] == (3, "Business partner 0000000001 is locked by user MILLERK")
    assert 0.5 <= waits[0] < 1.0 <= waits[1] < 2.0 <= waits[2] < 4.0
    assert Destination.objects.get(connector="sap").failures == 0


def test_after_the_last_attempt_it_is_a_dead_letter_until_it_is_replayed(hub, quick):
    made = hub(partners(2))
    made.pull_customers()
    made.erp.plan(lock_keys=[ERP1])
    Lane.objects.filter(record__source_key=ERP1).update(attempts=lease.MAX_ATTEMPTS - 1)
    made.deliver("erp")
    reason = "Given up after 15 attempts. Business partner 0000000001 is locked by user MILLERK"
    assert lanes()[0] == ("erp", ERP1, "dead", 15, reason)
    assert lanes()[1][2] == "idle"

    made.erp.plan(lock_keys=[])
    made.deliver("erp")
    assert lanes()[0][2] == "dead"  # nobody has mended it yet
    lane = Lane.objects.get(state="dead")
    assert replay([lane.pk], actor="ida", reason="The lock is gone.") == 1
    made.deliver("erp")
    assert made.erp.golden_ids() == {key: links()[key] for key in (ERP1, ERP2)}


def test_a_replay_stands_in_the_audit_log_and_leaves_lanes_under_way_alone(hub):
    made = hub(partners(2))
    made.pull_customers()
    lease.take(made.destinations["erp"], 1, seconds=60)
    assert replay(Lane.objects.values_list("pk", flat=True), actor="ida", reason="Again, please.") == 1
    entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.actor, entry.action, entry.reason) == ("ida", "replay", "Again, please.")


def test_replaying_what_was_acknowledged_sends_it_again(hub):
    made = hub(partners(1))
    made.pull_customers()
    made.publish()
    replay(Lane.objects.values_list("pk", flat=True), actor="ida", reason="Look again.")
    made.publish()
    assert outcomes() == [("acknowledged", "201"), ("acknowledged", "already so")]


def test_what_the_platform_will_never_take_is_dead_at_once_and_the_rest_is_told(hub):
    made = hub([], [account(1, "Eins"), account(2, "Zwei")])
    made.pull_customers()
    made.crm.delete("Account", record_id("001", 1))
    made.publish()
    assert [(key, state, error) for _, key, state, _, error in lanes()] == [
        (record_id("001", 1), "dead", "entity is deleted"),
        (record_id("001", 2), "idle", ""),
    ]


def test_a_new_reason_to_tell_gives_a_dead_letter_another_chance(hub):
    made = hub(partners(1))
    made.pull_customers()
    Lane.objects.update(state="dead", attempts=15)
    with audit.entry(actor="test", action="change", cause="test"):
        mark_due(list(Lane.objects.values_list("record__membership__golden_id", flat=True)))
    assert lanes()[0][2:4] == ("due", 0)


def test_whoever_comes_back_late_finishes_nothing(hub):
    made = hub(partners(1))
    made.pull_customers()
    erp = made.destinations["erp"]
    late, (lane,) = lease.take(erp, 10, seconds=60)
    let_leases_run_out()
    fresh, (again,) = lease.take(erp, 10, seconds=60)
    assert (again.id, again.attempts) == (lane.id, 2)
    assert lease.finish(late, [Finish(lane, "ok", Delivery.Outcome.ACKNOWLEDGED, hash="x")]) == 0
    assert (lanes()[0][2], outcomes()) == ("leased", [("late", "")])
    assert lease.finish(fresh, [Finish(again, "ok", Delivery.Outcome.ACKNOWLEDGED, hash="y")]) == 1
    assert Lane.objects.get().acknowledged_hash == "y"


def test_what_becomes_due_while_it_is_sent_is_due_again(hub):
    made = hub(partners(1))
    made.pull_customers()
    token, (lane,) = lease.take(made.destinations["erp"], 10, seconds=60)
    Lane.objects.update(due_version=lane.due_version + 1)
    lease.finish(token, [Finish(lane, "ok", Delivery.Outcome.ACKNOWLEDGED, hash="x")])
    assert Lane.objects.values_list("state", "acknowledged_version").get() == ("due", lane.due_version)


def test_no_more_batches_are_under_way_than_may_be(hub):
    made = hub(partners(5))
    made.pull_customers()
    taken = [len(lease.take(made.destinations["erp"], 1, seconds=60)[1]) for _ in range(5)]
    assert taken == [1, 1, 1, 1, 0]
    assert made.deliver("erp") == 0  # and whoever finds that leaves at once


def test_a_lane_whose_worker_never_comes_back_is_a_dead_letter(hub):
    made = hub(partners(2))
    made.pull_customers()
    Lane.objects.filter(record__source_key=ERP1).update(attempts=lease.MAX_ATTEMPTS)
    made.publish()
    assert [row[2:] for row in lanes()] == [
        ("dead", 16, "Its worker did not come back, 15 times."),
        ("idle", 0, ""),
    ]


def test_a_platform_that_is_gone_opens_the_breaker_and_costs_no_attempt(hub, quick):
    made = hub(partners(2))
    made.pull_customers()
    made.erp.kill()
    erp = made.destinations["erp"]
    for failures in range(1, breaker.MOST_FAILURES + 1):
        assert made.deliver("erp") == 0
        erp.refresh_from_db()
        assert (erp.failures, erp.open_until is not None) == (failures, failures == breaker.MOST_FAILURES)
    assert erp.last_error.startswith("No answer: ConnectError")
    assert [row[2:4] for row in lanes()] == [("due", 0)] * 2
    assert breaker.seconds_closed_off(erp) > 10

    made.erp.start()
    make_everything_due_now()
    assert breaker.seconds_closed_off(erp) == 0.0  # half open: one caller is the trial
    assert breaker.seconds_closed_off(erp) > 10  # and nobody else
    make_everything_due_now()
    assert made.deliver("erp") == 2
    erp.refresh_from_db()
    assert (erp.failures, erp.open_until, erp.last_error) == (0, None, "")


def test_one_record_that_the_platform_chokes_on_never_opens_the_breaker(hub, quick, monkeypatch):
    """Its batch fails as a whole with 500; the others are told, it alone is tried again."""
    made = hub(partners(8))
    made.pull_customers()
    send = connector_of(made.destinations["erp"]).send

    def choke(batch, *, deadline):
        if any(one.remote_key == "0000000005" for one in batch):
            raise PlatformUnavailable("HTTP 500")
        return send(batch, deadline=deadline)

    monkeypatch.setattr(connector_of(made.destinations["erp"]), "send", choke)
    for _ in range(breaker.MOST_FAILURES + 1):
        make_everything_due_now()
        made.deliver("erp")
    erp = Destination.objects.get(connector="sap")
    assert (erp.failures, erp.open_until) == (0, None)
    assert sorted(row[2:] for row in lanes()) == [("due", 6, "HTTP 500")] + [("idle", 0, "")] * 7


def test_a_call_that_is_refused_as_a_whole_is_taken_apart(hub, monkeypatch):
    made = hub(partners(8))
    made.pull_customers()
    connector = connector_of(made.destinations["erp"])
    send = connector.send

    def refuse(batch, *, deadline):
        if any(one.remote_key == "0000000005" for one in batch):
            raise CallRefused("HTTP 400 malformed")
        return send(batch, deadline=deadline)

    monkeypatch.setattr(connector, "send", refuse)
    made.deliver("erp")
    assert sorted(row[2:] for row in lanes()) == [("dead", 1, "HTTP 400 malformed")] + [("idle", 0, "")] * 7


def test_retry_after_holds_back_the_whole_destination(hub, quick):
    made = hub(partners(2))
    made.pull_customers()
    made.erp.plan(rate_limit=1)
    made.deliver("erp")
    erp = Destination.objects.get(connector="sap")
    requests = made.erp.stats()["requests"]
    assert made.deliver("erp") == 0
    assert made.erp.stats()["requests"] == requests
    assert (erp.failures, "HTTP 429" in erp.last_error) == (0, True)
    assert 0 < breaker.seconds_closed_off(erp) <= 1.0
    assert [row[2:4] for row in lanes()] == [("due", 0)] * 2


@pytest.mark.parametrize("secret", ["wrong", None])
def test_wrong_or_missing_credentials_stop_everything_and_lose_nothing(hub, quick, monkeypatch, secret):
    made = hub(partners(1))
    made.pull_customers()
    forget_connectors()
    if secret is None:
        monkeypatch.delenv("TEST_ERP_PASSWORD")
    else:
        monkeypatch.setenv("TEST_ERP_PASSWORD", secret)
    made.deliver("erp")
    erp = Destination.objects.get(connector="sap")
    assert ("HTTP 401" in erp.last_error) or ("TEST_ERP_PASSWORD is not set" in erp.last_error)
    assert breaker.seconds_closed_off(erp) > 50
    assert lanes()[0][2:4] == ("due", 0)


def test_a_run_ends_with_its_time_and_says_that_there_is_more(hub):
    made = hub(partners(1))
    made.pull_customers()
    told = deliver_due(made.destinations["erp"], seconds=0.0)
    assert (told.acknowledged, told.more) == (0, True)


def test_creates_go_first(hub):
    made = hub(partners(1), [account(9, "Reederei Nord AG")], create=True)
    made.pull_customers()
    _, taken = lease.take(made.destinations["erp"], 1, seconds=60)
    assert [lane.golden_id is not None for lane in taken] == [True]
