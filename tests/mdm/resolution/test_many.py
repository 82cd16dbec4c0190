"""Many records resolved together end as they do one by one, whoever works beside them meanwhile."""

import random
from dataclasses import replace

import pytest

from matching.spec import StateGates
from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.models import ClosedKey, Hold, Membership
from mdm.resolution import apply, many
from mdm.resolution.ahead import foresee
from mdm.resolution.due import resolve_due
from mdm.rulesets.active import in_force
from tests import linktable
from tests.linktable import DOMAIN, SPEC, scratch, start
from tests.second_load import FINER, second, standing

pytestmark = pytest.mark.django_db

GATES = StateGates(confirmed_margin=40_000, confirmed_split=True)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Take what is many here for few."""
    monkeypatch.setattr(many, "MANY", 1)
    monkeypatch.setattr(many, "AHEAD", 40)
    monkeypatch.setattr(many, "PORTION", 7)
    monkeypatch.setattr(many, "CLOSED_AT_ONCE", 2)


def together() -> int:
    """Resolve what is due, many together."""
    return many.resolve_many(DOMAIN, actor="test", cause="a second load")


@pytest.mark.parametrize("cap", [100, 6])
@pytest.mark.parametrize("seed", range(2))
def test_a_second_load_ends_the_same_many_together_and_one_by_one(seed, cap, monkeypatch):
    monkeypatch.setattr(linktable, "SPEC", replace(SPEC, blocking=FINER))
    found = []
    for resolve in (lambda hub: hub.resolve(1), lambda hub: hub.resolve(30), lambda hub: together()):
        dice = random.Random(seed)
        with scratch(cap) as hub:
            standing(hub, dice)
            second(hub, dice)
            resolve(hub)
            resolve_due(DOMAIN, actor="test", cause="a table")
            assert Membership.objects.filter(due=True).count() == 0
            assert verify(deep=True) == []
            found.append((digest(partition=True), hub.clusters(), ClosedKey.objects.count()))
    assert found[1:] == found[:1] * 2
    assert (found[0][2] > 0) == (cap == 6)


def test_a_hold_keeps_confirmed_ones_apart_also_when_many_come_together():
    found = []
    for resolve in (lambda hub: hub.resolve(1), lambda hub: together()):
        with scratch(gates=GATES) as hub:
            hub.load("erp/1 n=anna m=a\ncrm/1 n=bea m=b")
            hub.confirm("g1")
            hub.confirm("g2")
            hub.put("shop/1 n=anna m=a\nshop/2 n=bea m=b\ncrm/1 n=anna m=b at=1")
            resolve(hub)
            assert verify(deep=True) == []
            found.append((digest(partition=True), Hold.objects.filter(status="open").count()))
    assert found[0] == found[1]
    assert found[0][1] == 1


BESIDE = {
    "one of them changed": "shop/1 n=zoe m=z at=1",
    "whom one of them meets changed": "erp/1 n=anna m=q at=1",
    "whom one of them meets is gone": "erp/1 gone",
    "somebody new meets one of them": "desk/1 n=anna m=a",
    "somebody joined two of them": "desk/1 n=dora m=d,e",
}


@pytest.mark.parametrize("resolved", [True, False])
@pytest.mark.parametrize("change", BESIDE.values(), ids=BESIDE)
def test_what_happens_between_the_look_and_the_locks_is_seen(change, resolved):
    hub = start()
    hub.load("erp/1 n=anna m=a\ncrm/1 n=dora m=d")
    hub.put("shop/1 n=anna m=a\nshop/2 n=dora m=e\nshop/3 n=fay m=f")
    due = list(Membership.objects.filter(due=True).values_list("pk", flat=True))
    seen = foresee(in_force(DOMAIN), due)
    hub.put(change)
    if resolved:
        beside = Membership.objects.filter(due=True).exclude(pk__in=due)
        hub.resolve_records(
            *(f"{one.record.object_type.source.code}/{one.record.source_key}" for one in beside)
        )
    for portion in many.portions(seen):
        many.settle(DOMAIN, seen, portion, {}, actor="test", cause="a second load")
    resolve_due(DOMAIN, actor="test", cause="the rest")
    stood = digest(partition=True)
    assert verify(deep=True) == []
    hub.rebuild()
    assert digest(partition=True) == stood


def test_one_that_cannot_be_resolved_is_parked_and_the_others_are_not(monkeypatch):
    hub = start()
    hub.load("erp/1 n=anna m=a")
    hub.put("shop/1 n=anna m=a\nshop/2 n=dora m=d\nshop/3 n=fay m=f")
    poison = hub.record("shop/2").pk
    settle = apply.settle_and_write

    def failing(rules, rows, asked, **given):
        if poison in asked:
            raise ZeroDivisionError("poison")
        return settle(rules, rows, asked, **given)

    monkeypatch.setattr(apply, "settle_and_write", failing)
    together()
    parked = Membership.objects.exclude(parked_reason="")
    assert [one.record.source_key for one in parked] == ["2"]
    assert hub.clusters() == {frozenset({"erp/1", "shop/1"}), frozenset({"shop/3"}), frozenset({"shop/2"})}
