"""Laws of relationships: order of arrival, merges and undo, words and their withdrawal; events know all."""

from __future__ import annotations

import random
import threading
from datetime import date
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.models import OutboxEvent
from mdm.relationships.announce import known_by_events, standing_now
from mdm.relationships.ends import all_edges
from mdm.relationships.stewarding import end, relate, withdraw_relationship
from mdm.resolution import decisions
from mdm.resolution.decisions import By, DecisionRefused
from tests.linktable import BY, OOPS, Hub, scratch, start

EVA = By("eva", "documents", "The register says so.")
RECORDS = ("erp/1", "crm/1", "shop/1", "crm/2", "shop/2")
TABLE = """
erp/1 n=acme m=a
crm/1 n=acme m=a
shop/1 n=akme
crm/2 n=bert up=crm/1 of=crm/1:ceo,shop/1
shop/2 n=berta of=shop/1:cfo:2024-01-01:2024-12-31 up=desk/9
"""
FEW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["merge", "relate", "end", "load", "gone", "come", "withdraw", "undo"]),
        st.sampled_from(RECORDS),
        st.sampled_from(RECORDS),
    ),
    max_size=8,
)


def live_id(hub: Hub, short: str) -> str:
    golden = hub.membership(short).golden
    assert golden is not None
    return golden.code


def by_name() -> set[tuple[Any, ...]]:
    """Return how golden records stand to each other, without ids: by what is said, of whom, on which days."""
    return {
        (edge.key[0], edge.spans, tuple(sorted((one.said_by, one.other) for one in edge.statements)))
        for edge in all_edges().values()
        if not any(one.by_steward for one in edge.statements)
    }


def take(hub: Hub, step: tuple[str, str, str], undos: list[tuple[str, int]], at: int) -> None:
    """Make one step; what is refused changes nothing."""
    verb, one, other = step
    match verb:
        case "merge":
            made = decisions.merge([live_id(hub, one), live_id(hub, other)], by=BY).judgement_ids
            undos += [("undo", number) for number in made]
        case "relate":
            done = relate("contact_of", live_id(hub, one), live_id(hub, other), by=EVA)
            undos.append(("withdraw", done.number))
        case "end":
            done = end(
                "contact_of", live_id(hub, one), live_id(hub, other), last_day=date(2024, 5, 5), by=EVA
            )
            undos.append(("withdraw", done.number))
        case "load":
            hub.load(
                f"{one} n=changed{at} of={other} at={at}" if one != other else f"{one} n=changed at={at}"
            )
        case "gone":
            hub.load(f"{one} n=changed gone at={at}")
        case "come":
            hub.load(f"desk/9 n=late at={at}")
        case _ if undos:
            take_back(undos.pop())


def take_back(undo: tuple[str, int]) -> None:
    if undo[0] == "undo":
        decisions.undo(undo[1], by=OOPS)
    else:
        withdraw_relationship(undo[1], by=OOPS)


@pytest.mark.django_db
@FEW
@given(steps=STEPS)
def test_after_every_history_events_know_what_stands_and_a_rebuild_changes_nothing(steps):
    with scratch() as hub:
        hub.load(TABLE)
        undos: list[tuple[str, int]] = []
        for at, step in enumerate(steps, start=1):
            try:
                take(hub, step, undos, at)
            except (DecisionRefused, LookupError):
                continue
            assert known_by_events() == standing_now()
        assert verify() == []
        before, events = digest(), OutboxEvent.objects.count()
        hub.rebuild()
        assert (digest(), OutboxEvent.objects.count()) == (before, events)


@pytest.mark.django_db
@FEW
@given(steps=STEPS, order=st.randoms(use_true_random=False))
def test_taken_back_in_any_order_the_same_relationships_stand(steps, order):
    with scratch() as hub:
        hub.load(TABLE)
        before = standing_now()
        undos: list[tuple[str, int]] = []
        for at, step in enumerate(steps, start=1):
            if step[0] in ("merge", "relate", "end"):
                try:
                    take(hub, step, undos, at)
                except (DecisionRefused, LookupError):
                    continue
        order.shuffle(undos)
        for undo in undos:
            try:
                take_back(undo)
            except DecisionRefused:
                continue  # it went with another of the same decision
        assert standing_now() == before == known_by_events()


@pytest.mark.django_db
@FEW
@given(
    order=st.permutations([*TABLE.strip().splitlines(), "desk/9 n=late"]), batch=st.sampled_from([1, 3, 9])
)
def test_the_order_of_arrival_does_not_matter(order, batch):
    with scratch() as hub:
        hub.load(TABLE + "desk/9 n=late")
        expected = by_name()
    with scratch() as hub:
        for place in range(0, len(order), batch):
            hub.load("\n".join(order[place : place + batch]))
        assert by_name() == expected and len(expected) == 5
        assert known_by_events() == standing_now()


@pytest.mark.django_db(transaction=True)
def test_two_that_move_both_ends_of_one_relationship_tell_what_stands_at_the_end():
    """Two connections at a time merge, undo and load around the same relationships."""
    hub = start()
    hub.load("\n".join(f"crm/{n} n=a{n}\nerp/{n} n=b{n}\ncrm/9{n} n=c{n} of=crm/{n}\nerp/9{n} n=d{n}" for n in
                       range(4)))  # fmt: skip
    barrier = threading.Barrier(2)
    faults: list[Exception] = []

    def work(one: str, other: str) -> None:
        dice = random.Random(one)
        barrier.wait()
        try:
            for turn in range(8):
                number = dice.randrange(4)
                codes = [live_id(hub, f"{source}/{one if source == 'crm' else other}{number}") for source in
                         ("crm", "erp")]  # fmt: skip
                if codes[0] != codes[1]:
                    made = decisions.merge(codes, by=BY)
                    if turn % 2:
                        decisions.undo(made.judgement_ids[0], by=OOPS)
        except Exception as fault:  # noqa: BLE001  told by the main thread
            faults.append(fault)
        finally:
            connections.close_all()

    both = [threading.Thread(target=work, args=ends) for ends in (("", ""), ("9", "9"))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert faults == []
    assert known_by_events() == standing_now()
    assert verify() == []
