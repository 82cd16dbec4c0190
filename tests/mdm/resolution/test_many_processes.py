"""Several processes that resolve many records together end as one does, also where one of them is killed."""

import os
import random
import signal
from dataclasses import replace

import pytest
from django.db import connection

from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.models import ClosedKey, Membership
from mdm.resolution import apply, many
from mdm.resolution.ahead import foresee
from mdm.resolution.due import resolve_due
from mdm.rulesets.active import in_force
from tests import linktable
from tests.linktable import DOMAIN, SPEC, scratch, start
from tests.second_load import FINER, second, standing

pytestmark = pytest.mark.django_db(transaction=True)

CAP = 6


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Take what is many here for few, and let keys close."""
    monkeypatch.setattr(linktable, "SPEC", replace(SPEC, blocking=FINER))
    monkeypatch.setattr(many, "MANY", 1)
    monkeypatch.setattr(many, "AHEAD", 40)
    monkeypatch.setattr(many, "PORTION", 7)
    monkeypatch.setattr(many, "CLOSED_AT_ONCE", 2)


def loaded(hub) -> None:
    """Fill a hub and accept a second load."""
    dice = random.Random(3)
    standing(hub, dice)
    second(hub, dice)


def by_one():
    """Return what a hub is like whose second load one process resolved."""
    with scratch(CAP) as hub:
        loaded(hub)
        many.resolve_many(DOMAIN, actor="test", cause="a second load")
        return digest(partition=True), hub.clusters(), ClosedKey.objects.count()


def test_several_processes_end_as_one_does():
    expected = by_one()
    hub = start(CAP)
    loaded(hub)
    done = many.resolve_many(DOMAIN, actor="test", cause="a second load", processes=3)
    assert done >= 60
    assert (digest(partition=True), hub.clusters(), ClosedKey.objects.count()) == expected
    assert Membership.objects.filter(due=True).count() == 0
    assert Membership.objects.exclude(taken_by=None).count() == 0
    assert verify(deep=True) == []


def test_several_see_what_one_sees_at_the_same_moment():
    hub = start(CAP)
    loaded(hub)
    due = list(Membership.objects.filter(due=True).values_list("pk", flat=True))
    by_three = foresee(in_force(DOMAIN), due, processes=3)
    alone = foresee(in_force(DOMAIN), due)
    for side in ("edges", "stored"):
        for column in ("left", "right", "weight", "rules"):
            one, other = (getattr(getattr(seen, side), column).tolist() for seen in (by_three, alone))
            assert one == other
    assert by_three.stands.ids.tolist() == alone.stands.ids.tolist()


def test_a_process_that_is_killed_leaves_nothing_half_done(monkeypatch):
    expected = by_one()
    hub = start(CAP)
    loaded(hub)
    settle, ours = apply.settle_and_write, os.getpid()
    entries = []

    def dying(rules, rows, asked, **given):
        found = settle(rules, rows, asked, **given)
        if os.getpid() != ours:
            entries.append(asked)
            if len(entries) == 2:  # all is written, nothing is committed
                os.kill(os.getpid(), signal.SIGKILL)
        return found

    monkeypatch.setattr(apply, "settle_and_write", dying)
    many.resolve_many(DOMAIN, actor="test", cause="a second load", processes=2)
    assert Membership.objects.filter(due=True).count() == 0
    assert verify(deep=True) == []
    resolve_due(DOMAIN, actor="test", cause="the rest")
    assert (digest(partition=True), hub.clusters(), ClosedKey.objects.count()) == expected


def test_the_connection_stays_with_the_process_that_had_it():
    hub = start(CAP)
    loaded(hub)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        before = cursor.fetchone()
        many.resolve_many(DOMAIN, actor="test", cause="a second load", processes=2)
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() == before
