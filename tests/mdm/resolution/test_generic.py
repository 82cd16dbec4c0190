"""A phone that many names share says nothing: who makes it so, or ends it, makes others look again."""

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from mdm.compliance.digest import digest
from mdm.compliance.policy import Principal
from mdm.compliance.verify import verify
from mdm.models import BlockingKey, ClosedKey, Membership
from mdm.resolution.explanation import explain_pair
from mdm.rulesets.active import in_force
from tests.linktable import DOMAIN, expected_clusters, lines, scratch, start

pytestmark = pytest.mark.django_db

TWO = "erp/1 n=anna m=a p=1\ncrm/1 n=bert m=a p=1"
ONE_THING = [["crm/1", "erp/1"]]


def clusters(hub, *shorts):
    return sorted(sorted(one) for one in hub.clusters() if one & set(shorts))


def generic():
    return list(ClosedKey.objects.filter(generic=True).values_list("of_column", "value", "closed"))


def test_a_phone_turns_generic_and_back_and_who_carries_it_is_weighed_anew():
    hub = start(names=2)
    hub.load(TWO)
    assert (clusters(hub, "erp/1", "crm/1"), generic()) == (ONE_THING, [])
    hub.load("shop/1 n=carl p=1")
    assert generic() == [("phone", "+491", False)]
    assert clusters(hub, "erp/1", "crm/1") == [["crm/1"], ["erp/1"]]
    assert verify(deep=True) == []
    hub.load("shop/2 n=dora p=1")  # one that comes to a generic phone
    assert (len(generic()), verify(deep=True)) == (1, [])
    hub.load("shop/1 n=carl p=1 gone at=1\nshop/2 n=dora p=2 at=1")
    assert (clusters(hub, "erp/1", "crm/1"), ClosedKey.objects.count()) == (ONE_THING, 0)
    assert verify(deep=True) == []


def test_who_is_called_otherwise_changes_how_many_names_share_a_phone():
    hub = start(names=2)
    hub.load(f"{TWO}\nshop/1 n=carl p=1")
    hub.load("shop/1 n=anna p=1 at=1")
    assert generic() == []
    said = f"{TWO}\nshop/1 n=anna p=1"
    assert hub.clusters() == expected_clusters(lines(said), names=2)
    hub.load("shop/1 p=1 at=2\nshop/2 p=1")  # without a name nobody counts
    assert (generic(), verify(deep=True)) == ([], [])
    hub.load("shop/1 n=carl p=1 at=3")
    assert (len(generic()), verify(deep=True)) == (1, [])


def test_nobody_is_found_by_a_generic_phone_and_the_explanation_says_why():
    hub = start(names=2)
    hub.load(f"{TWO}\nshop/1 n=carl p=1")
    key = ClosedKey.objects.get().key
    assert set(BlockingKey.objects.filter(key=key).values_list("rule", flat=True)) == {-4}
    assert in_force(DOMAIN).weighing.generic == {"phone": frozenset({"+491"})}
    told = explain_pair(
        hub.record("erp/1").pk, hub.record("crm/1").pk, principal=Principal("eva", frozenset({"steward"}))
    )
    assert "too many" in str(told)


ARRIVALS = [
    *TWO.splitlines(),
    "shop/1 n=carl p=1",
    "desk/1 n=bert p=1,2",
    "erp/2 n=anna p=2",
    "crm/2 n=dora p=2",
]


@given(st.permutations(ARRIVALS), st.integers(1, 6), st.sampled_from([1, 2, 3]), st.sampled_from([100, 2]))
@settings(max_examples=25, deadline=None)
def test_a_phone_that_turns_generic_in_the_middle_of_any_order_gives_the_same(order, size, names, cap):
    with scratch(cap=cap, names=names) as hub:
        for at in range(0, len(order), size):
            hub.put("\n".join(order[at : at + size]))
            hub.resolve(batch=size)
        online = digest(partition=True)
        assert hub.clusters() == expected_clusters(lines("\n".join(ARRIVALS)), cap=cap, names=names)
        assert verify(deep=True) == []
        hub.rebuild()
        assert (digest(partition=True), verify(deep=True)) == (online, [])


def test_one_that_was_written_while_a_phone_turned_generic_catches_up():
    for found_by in ("erp/1", "crm/1"):
        with scratch(names=2) as hub:
            hub.load(f"{TWO}\nshop/1 n=carl p=1")
            # As if crm/1 had been written, and resolved, before who made the phone generic committed.
            record = hub.record("crm/1")
            BlockingKey.objects.filter(record=record, rule=-4).update(rule=2)
            ClosedKey.objects.update(deepened=False)
            assert [one.check for one in verify(deep=True)] == ["blocking-keys"]
            Membership.objects.filter(record=hub.record(found_by)).update(due=True)
            hub.resolve()
            assert verify(deep=True) == []
            assert set(
                BlockingKey.objects.filter(record=record, rule__lt=-1).values_list("rule", flat=True)
            ) == {-4}


def test_verify_names_a_phone_that_should_be_generic_and_one_that_should_not():
    hub = start(names=2)
    hub.load(f"{TWO}\nshop/1 n=carl p=1")
    ClosedKey.objects.update(value="+492")
    assert "generic-values" in [one.check for one in verify(deep=True)]
    ClosedKey.objects.all().delete()
    assert "generic-values" in [one.check for one in verify(deep=True)]


def test_counting_names_costs_no_statement_of_its_own():
    counts = []
    for names in (None, 50):
        with scratch(names=names) as hub:
            hub.load(TWO)
            hub.put("shop/1 n=carl p=1")
            with CaptureQueriesContext(connection) as seen:
                hub.put("shop/1 n=carl p=2 at=1")
                hub.resolve()
            counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("leaving", [False, True])
def test_two_who_cross_the_limit_at_one_moment_are_both_counted(leaving):
    hub = start(names=3 if leaving else 2)
    hub.load(f"{TWO}\nshop/1 n=carl p=1\nshop/2 n=dora p=1\nshop/3 n=emil p=1" if leaving else TWO)
    assert len(generic()) == leaving
    written, go = threading.Event(), threading.Event()

    def write(text, *, holding):
        with transaction.atomic():
            hub.put(text)
            written.set()
            if holding:
                go.wait(30)
        hub.resolve()
        connection.close()

    texts = [f"shop/{key} n=x{key} p={9 if leaving else 1} at=1" for key in (2, 3)]
    first = threading.Thread(target=write, args=texts[:1], kwargs={"holding": True})
    first.start()
    assert written.wait(30)
    second = threading.Thread(target=write, args=texts[1:], kwargs={"holding": False})
    second.start()
    second.join(1)
    go.set()
    first.join()
    second.join()
    hub.resolve()
    assert len(generic()) == (not leaving)
    assert hub.clusters() & {frozenset({"erp/1", "crm/1"})} == (
        {frozenset({"erp/1", "crm/1"})} if leaving else set()
    )
    assert verify(deep=True) == []
