"""Laws of overrides: whatever was said, merged and withdrawn in whatever order, nothing of it stays."""

import threading

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.models import GoldenRecord, Override
from mdm.resolution import decisions
from mdm.resolution.decisions import By, DecisionRefused
from mdm.resolution.overriding import override, say, withdraw_override
from tests.linktable import BY, OOPS, Hub, scratch, start

EVA = By("eva", "asked", "She told me.")
RECORDS = ("erp/1", "crm/1", "shop/1", "desk/1")
TABLE = """
erp/1 n=anna l=de k=person
crm/1 n=anna m=a l=fr
shop/1 n=bert m=b
desk/1 n=bertha m=b l=en
"""
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["override", "until", "say", "kind", "merge", "load", "gone", "withdraw", "undo"]),
        st.sampled_from(RECORDS),
        st.sampled_from(RECORDS),
        st.sampled_from(["it", "de", "anna", "bert"]),
    ),
    max_size=9,
)


def live_id(hub: Hub, short: str) -> str:
    golden = hub.membership(short).golden
    assert golden is not None
    return golden.code


def take(hub: Hub, step, merges: list[int]) -> None:
    """Make one step; what is refused changes nothing."""
    verb, one, other, word = step
    match verb:
        case "override":
            override(live_id(hub, one), "language", word[:2], by=EVA)
        case "until":
            override(live_id(hub, one), "language", word[:2], mode="until_source_changes", by=EVA)
        case "say":
            say([hub.record(one).pk], "full_name", word, by=EVA)
        case "kind":
            override(live_id(hub, one), "kind", "person" if word == "it" else "organisation", by=EVA)
        case "merge":
            merges += decisions.merge([live_id(hub, one), live_id(hub, other)], by=BY).judgement_ids
        case "load":
            hub.load(f"{one} n={word} l={word[:2]} at={Override.objects.count() + 1}")
        case "gone":
            hub.load(f"{one} n={word} gone at={Override.objects.count() + 1}")
        case "withdraw":
            number = Override.objects.filter(withdrawn_at=None).values_list("pk", flat=True).first()
            withdraw_override(number or 0, by=OOPS)
        case "undo" if merges:
            decisions.undo(merges.pop(), by=OOPS)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_after_every_history_the_promises_hold_and_bulk_agrees(steps):
    with scratch() as hub:
        hub.load(TABLE)
        merges: list[int] = []
        for step in steps:
            try:
                take(hub, step, merges)
            except (DecisionRefused, LookupError):
                continue
            assert verify(deep=True) == []
        before = digest()
        hub.rebuild()
        assert digest() == before


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, order=st.randoms(use_true_random=False))
def test_taken_back_in_any_order_nothing_of_it_is_left(steps, order):
    with scratch() as hub:
        hub.load(TABLE)
        before, values = digest(partition=True), hub.values()
        merges: list[int] = []
        for step in steps:
            if step[0] in ("override", "say", "kind", "merge"):
                try:
                    take(hub, step, merges)
                except (DecisionRefused, LookupError):
                    continue
        backs = [("undo", number) for number in merges]
        backs += [("withdraw", one.pk) for one in Override.objects.filter(withdrawn_at=None)]
        order.shuffle(backs)
        for verb, number in backs:
            try:
                decisions.undo(number, by=OOPS) if verb == "undo" else withdraw_override(number, by=OOPS)
            except DecisionRefused:
                continue  # it went with another of the same decision
        assert digest(partition=True) == before
        assert list(hub.values().values())[: len(values)] == list(values.values())
        assert verify(deep=True) == []


@pytest.mark.django_db(transaction=True)
def test_a_record_that_arrives_while_another_is_corrected_meets_it():
    """Each of twenty times one connection says a name that another one's new record has too."""
    hub = start()
    rounds = 20
    hub.load("\n".join(f"crm/{number} n=x{number}" for number in range(rounds)))
    for number in range(rounds):
        ready = threading.Barrier(2)

        def correct(number=number, ready=ready):
            ready.wait()
            say([hub.record(f"crm/{number}").pk], "full_name", f"y{number}", by=EVA)
            connections.close_all()

        def arrive(number=number, ready=ready):
            ready.wait()
            hub.put(f"erp/{number} n=y{number}")
            hub.resolve()
            connections.close_all()

        both = [threading.Thread(target=one) for one in (correct, arrive)]
        for one in both:
            one.start()
        for one in both:
            one.join()
    hub.resolve()
    assert GoldenRecord.objects.filter(status="live", member_count=2).count() == rounds
    assert verify(deep=True) == []
