"""Two who leave a closed key at one moment: the second waits for the first and opens it."""

import threading

import pytest
from django.db import connection, transaction

from mdm.compliance.verify import verify
from mdm.models import ClosedKey
from tests.linktable import start

pytestmark = pytest.mark.django_db(transaction=True)

FIVE = ("erp/1", "crm/1", "shop/1", "desk/1", "desk/2")


def test_two_who_leave_a_closed_key_together_open_it():
    hub = start(cap=3)
    hub.load("\n".join(f"{short} n=anna" for short in FIVE))
    assert ClosedKey.objects.count() == 1
    left, go = threading.Event(), threading.Event()

    def leave(short: str, *, holding: bool) -> None:
        with transaction.atomic():
            hub.put(f"{short} n={short[-1]}dora at=1")
            left.set()
            if holding:
                go.wait(30)
        connection.close()

    first = threading.Thread(target=leave, args=("desk/1",), kwargs={"holding": True})
    first.start()
    assert left.wait(30)
    second = threading.Thread(target=leave, args=("desk/2",), kwargs={"holding": False})
    second.start()
    second.join(1)
    assert second.is_alive()  # it waits at the key
    go.set()
    first.join()
    second.join()
    hub.resolve()
    assert ClosedKey.objects.count() == 0
    assert frozenset({"erp/1", "crm/1", "shop/1"}) in hub.clusters()
    assert verify(deep=True) == []
