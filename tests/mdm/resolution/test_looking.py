"""A resolution looks again under its locks where somebody committed since it looked, and only there."""

import threading

import pytest
from django.db import connection

from mdm.compliance.verify import verify
from mdm.models import ClosedKey
from mdm.resolution import candidates, locks, resolve
from tests.linktable import start

pytestmark = pytest.mark.django_db(transaction=True)


def beside(work) -> None:
    """Run work on a connection of its own, to its end."""

    def whole() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=whole)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()


@pytest.fixture
def looks(monkeypatch) -> list[int]:
    """How many records were asked for in each look for candidates of this process's resolutions."""
    found: list[int] = []
    meeting = candidates.meeting

    def counted(rules, record_ids):
        found.append(len(record_ids))
        return meeting(rules, record_ids)

    monkeypatch.setattr(candidates, "meeting", counted)
    return found


def test_nobody_looks_twice_where_nobody_committed(looks):
    hub = start()
    hub.put("erp/1 n=anna\ncrm/1 n=anna")
    hub.resolve()
    assert looks == [2]
    assert (hub.clusters(), verify(deep=True)) == ({frozenset({"erp/1", "crm/1"})}, [])


def test_what_was_accepted_between_look_and_locks_is_seen_by_a_second_look(looks, monkeypatch):
    hub = start()
    hub.put("erp/1 n=anna")
    holding = locks.holding

    def after_somebody(*arguments):
        monkeypatch.setattr(resolve, "holding", holding)
        beside(lambda: hub.put("crm/1 n=anna"))
        return holding(*arguments)

    monkeypatch.setattr(resolve, "holding", after_somebody)
    hub.resolve_records("erp/1")
    assert len(looks) > 1
    hub.resolve()
    assert (hub.clusters(), verify(deep=True)) == ({frozenset({"erp/1", "crm/1"})}, [])


def test_edges_of_a_key_that_closed_after_the_last_look_do_not_stay(monkeypatch):
    hub = start(cap=3)
    hub.load("erp/1 n=anna\ncrm/1 n=anna\nshop/1 n=anna")
    hub.put("desk/1 n=anna")
    settle = resolve._settle

    def after_it_closed(rules, sight):
        monkeypatch.setattr(resolve, "_settle", settle)
        beside(lambda: hub.resolve_records("desk/1"))
        assert ClosedKey.objects.count() == 1
        return settle(rules, sight)

    monkeypatch.setattr(resolve, "_settle", after_it_closed)
    hub.resolve_records("erp/1")  # as a decision does: it was not due
    assert hub.membership("erp/1").due
    hub.resolve()
    assert verify(deep=True) == []
    assert all(len(one) == 1 for one in hub.clusters())
