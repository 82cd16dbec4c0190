"""Finer keys stand where a key is closed, and only there; whoever misses the closing catches up."""

from dataclasses import replace

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.spec import BlockingRule, KeyPart
from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.models import BlockingKey, ClosedKey, Edge, Membership
from tests import linktable
from tests.linktable import SPEC, scratch, start

pytestmark = pytest.mark.django_db

NAME_THEN_PHONE = (BlockingRule("name", (KeyPart("name"),), finer=(KeyPart("phone"),)),)
FOUR = "erp/1 n=anna p=1\ncrm/1 n=anna p=1\nshop/1 n=anna p=2\ndesk/1 n=anna p=3"


@pytest.fixture(autouse=True)
def by_name_and_phone(monkeypatch):
    monkeypatch.setattr(linktable, "SPEC", replace(SPEC, blocking=NAME_THEN_PHONE))


def keys() -> list[int]:
    """Return how many keys each record has, and the number of shallow ones behind it."""
    counts = [
        BlockingKey.objects.filter(record_id=one).count()
        for one in Membership.objects.order_by("pk").values_list("pk", flat=True)
    ]
    return [*counts, BlockingKey.objects.filter(shallow=True).count()]


def test_records_get_finer_keys_when_too_many_share_one_and_keep_them():
    hub = start(cap=3)
    hub.load(FOUR.rsplit("\n", 1)[0])
    assert hub.stands() == "g1: crm/1 erp/1 shop/1"
    assert keys() == [1, 1, 1, 3]
    hub.load("desk/1 n=anna p=3")
    assert sorted(map(sorted, hub.clusters())) == [["crm/1", "erp/1"], ["desk/1"], ["shop/1"]]
    assert keys() == [2, 2, 2, 2, 0]
    assert (ClosedKey.objects.count(), verify(deep=True)) == (1, [])
    hub.load("desk/1 n=dora p=3 at=1")
    assert sorted(map(sorted, hub.clusters())) == [["crm/1", "erp/1", "shop/1"], ["desk/1"]]
    assert keys() == [2, 2, 2, 1, 1]
    assert (ClosedKey.objects.count(), verify(deep=True)) == (0, [])


def test_one_that_comes_to_a_closed_key_brings_its_finer_keys_along():
    hub = start(cap=3)
    hub.load(FOUR)
    hub.put("erp/2 n=anna p=2")
    assert keys() == [2, 2, 2, 2, 2, 0]
    hub.resolve()
    assert sorted(map(sorted, hub.clusters())) == [["crm/1", "erp/1"], ["desk/1"], ["erp/2", "shop/1"]]


def test_one_that_was_written_while_a_key_closed_catches_up_when_it_or_another_is_resolved():
    for found_by in ("erp/1", "crm/1"):
        with scratch(cap=3) as hub:
            hub.load(FOUR)
            # As if crm/1 had been written, and resolved, before who closed the key committed.
            record = hub.record("crm/1")
            closed = ClosedKey.objects.get().key
            BlockingKey.objects.filter(record=record).exclude(key=closed).delete()
            BlockingKey.objects.filter(record=record).update(shallow=True)
            ClosedKey.objects.update(deepened=False)
            assert [one.check for one in verify(deep=True)] == ["blocking-keys"]
            Membership.objects.filter(record=hub.record(found_by)).update(due=True)
            hub.resolve()
            assert (keys(), verify(deep=True)) == ([2, 2, 2, 2, 0], [])


def test_what_a_key_found_stands_until_who_brought_it_over_its_cap_is_resolved():
    hub = start(cap=3)
    hub.load(FOUR.rsplit("\n", 1)[0])
    hub.put("desk/1 n=anna p=3")
    assert hub.stands() == "g1: crm/1 erp/1 shop/1\ndue: desk/1"
    assert (Edge.objects.count(), verify(deep=True)) == (3, [])
    weights = Edge.objects.filter(right=hub.record("shop/1"))
    weights.update(weight=11_000)
    assert [one.check for one in verify(deep=True)] == ["edges", "edges"]
    weights.update(weight=12_000)
    Membership.objects.update(due=False)  # as if it had been resolved, and nobody had noted the closing
    assert {"edges", "partition"} <= {one.check for one in verify(deep=True)}
    Membership.objects.filter(record=hub.record("desk/1")).update(due=True)
    hub.resolve()
    assert sorted(map(sorted, hub.clusters())) == [["crm/1", "erp/1"], ["desk/1"], ["shop/1"]]
    assert (Edge.objects.count(), verify(deep=True)) == (1, [])


@given(st.permutations([*FOUR.splitlines(), "erp/2 n=anna p=2", "crm/2 n=bob p=2"]), st.integers(1, 3))
@settings(max_examples=12, deadline=None)
def test_the_order_of_arrival_and_the_size_of_batches_change_nothing(order, size):
    with scratch(cap=3) as hub:
        for at in range(0, len(order), size):
            hub.put("\n".join(order[at : at + size]))
            hub.resolve(batch=size)
        online = digest(partition=True)
        assert verify(deep=True) == []
        hub.rebuild()
        assert (digest(partition=True), verify(deep=True)) == (online, [])


def test_edges_of_a_record_that_goes_stand_until_it_is_resolved():
    hub = start()
    hub.load("erp/0 n=anna at=1\nshop/0 n=anna at=1\ncrm/2 n=anna p=1 at=1")
    hub.put("crm/2 n=anna m=a at=3 deleted")
    assert verify(deep=True) == []
    hub.resolve()
    assert verify(deep=True) == []


def rows() -> dict[tuple[int, int, int, bool], str]:
    """Return the rows of all keys, and which transaction wrote each."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_id, key, rule, shallow, xmin::text FROM mdm_blockingkey")
        return {(record, key, rule, shallow): written for record, key, rule, shallow, written in cursor}


def test_a_key_that_closes_changes_its_own_row_and_leaves_the_others_of_its_carriers(monkeypatch):
    by_phone = BlockingRule("phone", (KeyPart("phone"),))
    monkeypatch.setattr(linktable, "SPEC", replace(SPEC, blocking=(*NAME_THEN_PHONE, by_phone)))
    hub = start(cap=2)
    hub.load("erp/1 n=anna p=1\ncrm/1 n=anna p=2")
    before = rows()
    hub.load("shop/1 n=anna p=3")
    after = rows()
    changed = before.keys() - after.keys()
    assert {shallow for *_, shallow in changed} == {True} and len(changed) == 2
    kept = before.keys() & after.keys()
    assert len(kept) == 2 and {one: after[one] for one in kept} == {one: before[one] for one in kept}
    hub.load("shop/1 n=anna p=4 at=1")
    again = rows()
    assert len(after.keys() & again.keys()) == len(after) - 2  # the finer key of its phone, and the phone
    assert all(again[one] == after[one] for one in after.keys() & again.keys())
    assert verify(deep=True) == []
