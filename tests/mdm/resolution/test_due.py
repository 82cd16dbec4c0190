"""What is due is resolved, whatever happens meanwhile: nothing is forgotten, nothing stops the others."""

import pytest

from mdm.compliance.verify import verify
from mdm.models import ClosedKey, GoldenRecord, Membership
from mdm.resolution import apply, due, resolve
from mdm.resolution.domain_keys import salted
from mdm.resolution.due import MAX_ATTEMPTS, resolve_due, waiting_domains
from tests.linktable import DOMAIN, expected_clusters, lines, start, table

pytestmark = pytest.mark.django_db


def test_a_neighbour_that_is_due_is_resolved_with_its_own_candidates():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=anna")
    hub.put("desk/9 n=carl m=b")
    hub.resolve()
    # crm/1 becomes bert; shop/1, resolved alone, meets it before it was resolved itself
    hub.put("crm/1 n=bert m=b at=1\nshop/1 n=bert")
    hub.resolve_records("shop/1")
    assert hub.membership("crm/1").due is False
    assert verify(deep=True) == []
    # shop/1 was born into crm/1's home, so that most who are at home in g1 are there
    assert hub.stands() == table("""
        g1: crm/1 shop/1
        g2: desk/9
        g3: erp/1
        """)


def test_a_change_that_arrives_during_a_resolution_stays_due(monkeypatch):
    hub = start()
    hub.put("erp/1 n=anna\ncrm/1 n=bert")
    settle = apply.settle_and_write

    def meanwhile(*arguments, **named):
        monkeypatch.setattr(apply, "settle_and_write", settle)
        hub.put("erp/1 n=bert at=1")
        return settle(*arguments, **named)

    monkeypatch.setattr(apply, "settle_and_write", meanwhile)
    hub.resolve_records("erp/1")
    assert hub.membership("erp/1").due is True
    hub.resolve()
    assert hub.clusters() == {frozenset({"erp/1", "crm/1"})}
    assert verify(deep=True) == []


POISON = "erp/3"


def poisoned(monkeypatch, hub):
    """Let every resolution that looks at erp/3 fail."""
    bad = hub.record(POISON).pk
    whole = resolve.look

    def look_or_fail(rules, record_ids, weighed):
        if bad in record_ids:
            raise ZeroDivisionError("poison")
        return whole(rules, record_ids, weighed)

    monkeypatch.setattr(resolve, "look", look_or_fail)


def test_a_poison_record_is_parked_after_three_tries_while_the_others_go_on(monkeypatch):
    hub = start()
    hub.put("\n".join(f"erp/{number} n=name{number}" for number in range(1, 8)))
    poisoned(monkeypatch, hub)
    assert hub.resolve() == 6
    parked = hub.membership(POISON)
    assert (parked.due, parked.attempts) == (True, 3)
    assert parked.parked_reason == "Resolution failed 3 times, last with ZeroDivisionError: poison"
    assert hub.stands().endswith("due: erp/3")
    assert verify(deep=True) == []


def test_a_parked_record_waits_no_more_until_it_changes(monkeypatch):
    hub = start()
    hub.put("erp/3 n=anna")
    with monkeypatch.context() as broken:
        poisoned(broken, hub)
        hub.resolve()
    assert (hub.resolve(), due.due_count(DOMAIN), due.parked_count(DOMAIN)) == (0, 0, 1)
    hub.put("erp/3 n=anna at=1 l=de")
    assert (hub.resolve(), due.parked_count(DOMAIN), hub.stands()) == (1, 0, "g1: erp/3")


def test_records_whose_worker_died_are_tried_again_in_smaller_parts(monkeypatch):
    hub = start()
    hub.put("\n".join(f"erp/{number} n=name{number}" for number in range(10, 26)))
    sizes = []
    for _ in range(MAX_ATTEMPTS):
        taken = due._take(DOMAIN, 16, worker=1)
        sizes.append(len(taken))
        Membership.objects.filter(pk__in=[one for one, _ in taken]).update(taken_by=None)
    assert sizes == [16, 4, 4]  # the second four are others: who was tried least goes first


def test_a_record_that_kills_its_worker_three_times_is_parked_alone():
    hub = start()
    hub.put("\n".join(f"erp/{number} n=name{number}" for number in range(1, 5)))
    Membership.objects.filter(record=hub.record("erp/2")).update(attempts=MAX_ATTEMPTS)
    assert hub.resolve() == 3
    assert hub.membership("erp/2").parked_reason == "It was tried 3 times and its worker did not come back."


def test_a_key_that_too_many_carry_finds_nobody_and_opens_again():
    hub = start(cap=3)
    four = "erp/1 n=anna p=1\ncrm/1 n=anna p=1\nshop/1 n=anna p=1\ndesk/1 n=anna p=1"
    hub.load(four)
    assert (
        hub.clusters()
        == expected_clusters(lines(four), cap=3)
        == {frozenset({one}) for one in ("erp/1", "crm/1", "shop/1", "desk/1")}
    )
    assert ClosedKey.objects.count() == 2
    hub.load("desk/1 n=dora p=2 at=1")
    assert hub.clusters() == {frozenset({"erp/1", "crm/1", "shop/1"}), frozenset({"desk/1"})}
    assert (ClosedKey.objects.count(), verify(deep=True)) == (0, [])


def test_two_domains_with_one_value_never_meet():
    hub = start()
    hub.load("erp/1 n=anna")
    key = hub.record("erp/1").blocking_keys.get()
    # The same value in a domain with the same rules.
    key.domain, key.record_id, own = "supplier", 10**9, key.key
    (key.key,) = salted("supplier", salted(DOMAIN, [own])).tolist()
    assert key.key != own
    key.save(force_insert=True)
    hub.load("crm/1 n=anna")
    assert hub.stands() == "g1: crm/1 erp/1"


def test_the_day_on_which_time_changes_a_value_makes_the_golden_record_due():
    hub = start()
    hub.load("erp/1 n=anna l=de\ncrm/1 n=anna l=fr")
    golden = GoldenRecord.objects.get()
    assert (hub.resolve(), waiting_domains()) == (0, [])
    GoldenRecord.objects.filter(pk=golden.pk).update(changes_on="2024-01-01")
    assert waiting_domains() == [DOMAIN]
    assert hub.resolve() == 1
    golden.refresh_from_db()
    assert (golden.changes_on is None or golden.changes_on.year > 2024, waiting_domains()) == (True, [])


def test_resolving_again_changes_nothing():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=anna p=1\nshop/1 n=bert p=1")
    before = (
        hub.stands(),
        GoldenRecord.history.count(),
        GoldenRecord.objects.get(code=hub.code("g1")).version,
    )
    hub.resolve_records("erp/1", "crm/1", "shop/1")
    hub.rebuild()
    after = (
        hub.stands(),
        GoldenRecord.history.count(),
        GoldenRecord.objects.get(code=hub.code("g1")).version,
    )
    assert before == after


def test_resolve_due_is_idle_in_a_domain_without_records():
    start()
    assert resolve_due(DOMAIN, actor="test", cause="nothing") == 0
