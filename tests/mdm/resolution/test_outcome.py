"""A preview is what then happens: members, ids, values, messages; and it leaves nothing."""

from dataclasses import replace

import pytest

from mdm.compliance import audit
from mdm.compliance.digest import digest
from mdm.models import Destination, GoldenRecord, Judgement, Lane, OutboxEvent
from mdm.publishing.desired import state_hash
from mdm.resolution.decisions import Term, undo
from mdm.resolution.outcome import Message, outcome
from tests.linktable import OOPS, Hub, start

pytestmark = pytest.mark.django_db

TABLE = """
erp/1 n=anna l=de
crm/1 n=anna l=fr
shop/1 n=anna
erp/2 n=bert
crm/2 n=bertha p=2
desk/1 n=carl
"""


def told_hub() -> Hub:
    """Return a hub whose ERP and CRM have heard of everything that stands."""
    hub = start()
    with audit.entry(actor="test", action="register", cause="a table"):
        for source in ("erp", "crm"):
            Destination.objects.create(source=hub.type_of(source).source, connector="none", settings={})
    hub.load(TABLE)
    for lane in Lane.objects.select_related("record__membership__golden"):
        assert lane.record is not None and lane.record.membership.golden is not None
        lane.acknowledged_hash = state_hash(lane.record.membership.golden.code)
        lane.save()
    return hub


DECISIONS = {
    "merge": lambda hub: hub.merge("g1", "g2"),
    "merge of three": lambda hub: hub.merge("g1", "g2", "g3", keep="g3"),
    "not a match": lambda hub: hub.part("g2", "g3", term=Term(until_change=True)),
    "split": lambda hub: hub.split("g1", "crm/1", "shop/1"),
    "split of all": lambda hub: hub.split("g1", "erp/1"),
    "move": lambda hub: hub.move("g3", "crm/1"),
    "isolate": lambda hub: hub.isolate("crm/1"),
    "match anew": lambda hub: hub.rematch("crm/1"),
    "confirm": lambda hub: hub.confirm("g1"),
}


def state() -> tuple[object, ...]:
    return (
        digest(),
        OutboxEvent.objects.count(),
        list(Judgement.objects.order_by("pk").values()),
        list(Lane.objects.order_by("pk").values("state", "due_version")),
    )


@pytest.mark.parametrize("name", DECISIONS)
def test_a_preview_is_what_then_happens_and_leaves_nothing(name):
    hub = told_hub()
    before = state()
    shown = outcome(lambda: DECISIONS[name](hub), rehearse=True)
    assert state() == before
    done = outcome(lambda: DECISIONS[name](hub), rehearse=False)
    assert shown.judgement_ids == () and done.judgement_ids != ()
    new = {golden.code: f"new-{place}" for place, golden in enumerate((g for g in done.goldens if g.new), 1)}
    assert (shown.domain, shown.goldens) == (
        done.domain,
        tuple(replace(golden, code=new.get(golden.code, golden.code)) for golden in done.goldens),
    )
    assert shown.messages == tuple(replace(one, code=new.get(one.code, one.code)) for one in done.messages)
    for golden in done.goldens:  # what was told is what stands
        row = GoldenRecord.objects.get(code=golden.code)
        assert (row.status, row.attributes) == (golden.status, golden.attributes)


def test_an_undo_is_previewed_alike():
    hub = told_hub()
    made = hub.merge("g1", "g2")
    before = state()
    shown = outcome(lambda: _undone(hub, made), rehearse=True)
    assert state() == before
    done = outcome(lambda: _undone(hub, made), rehearse=False)
    assert (shown.goldens, shown.messages) == (done.goldens, done.messages)


def _undone(hub, decision):
    return undo(decision.judgement_ids[0], by=OOPS)


def test_only_what_a_destination_has_to_hear_is_a_message():
    hub = told_hub()
    done = outcome(lambda: hub.merge("g1", "g2"), rehearse=True)
    # The CRM's record of g1 keeps its golden id; desk and shop take none.
    assert done.messages == (Message("erp", "thing", "2", hub.code("g1")),)
