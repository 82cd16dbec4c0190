"""Forked processes give results in order; those that use the database have a connection of their own."""

import os

import pytest
from django.db import connection, transaction

from mdm import forking

pytestmark = pytest.mark.django_db(transaction=True)


def backend(state: str, item: int) -> tuple[int, int, int]:
    """Return what was asked for, who works, and who serves him."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), pg_sleep(0.05)")
        return item, os.getpid(), cursor.fetchone()[0]


def test_connected_processes_have_backends_of_their_own_and_leave_ours_alone():
    before = backend("", 0)
    found = list(forking.in_order(backend, "", range(20), 3, connected=True))
    assert [item for item, _, _ in found] == list(range(20))
    served = {process: server for _, process, server in found}
    assert before[1] not in served
    assert len({before[2], *served.values()}) == 1 + len(served) > 2
    assert all(served[process] == server for _, process, server in found)
    assert backend("", 0) == before


def test_a_transaction_that_is_open_here_is_none_of_theirs():
    with transaction.atomic():
        assert list(forking.in_order(in_transaction, "", range(4), 2, connected=True)) == [False] * 4
        assert connection.in_atomic_block


def in_transaction(state: str, item: int) -> bool:
    """Return whether a transaction is open."""
    return connection.in_atomic_block
