"""What people said between a decision and its undo is listed, with the golden records it is about then."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from mdm.compliance.verify import verify
from mdm.models import GoldenRecord, Override
from mdm.relationships.stewarding import end, relate
from mdm.resolution.decisions import (
    By,
    Decision,
    DecisionRefused,
    Term,
    merge,
    not_a_match,
    preview,
    split,
    undo,
)
from mdm.resolution.outcome import outcome
from mdm.resolution.overriding import override, say, withdraw_override
from mdm.resolution.since import Edit
from tests.linktable import OOPS, Hub, scratch, start, table

pytestmark = pytest.mark.django_db
EVA = By("eva", "asked", "She told me.")
FOUR = """
erp/1 n=anna l=de
crm/1 n=bert l=fr
shop/1 n=carl
desk/1 n=dora
"""


@pytest.fixture
def hub() -> Hub:
    """Give a hub with four golden records of one."""
    hub = start()
    hub.load(FOUR)
    return hub


def undone(decision: Decision) -> Decision:
    return undo(decision.judgement_ids[0], by=OOPS)


def told(hub: Hub, edits: tuple[Edit, ...]) -> str:
    """Return edits as text, one a line: what, by whom, of which golden records, of which after the undo."""
    label = {hub.code(name): name for name in hub.goldens().values()}

    def named(codes: tuple[str, ...]) -> str:
        return " ".join(label[code] for code in codes) or "nobody"

    return "\n".join(
        f"{one.kind} {one.about} by {one.by}: {named(one.before)} -> {named(one.after)}"
        + ("" if one.speaks else " silent")
        for one in edits
    )


def test_what_was_said_since_a_merge_is_listed_and_placed(hub):
    first = hub.merge("g1", "g2")
    override(hub.code("g1"), "phones", ["+49 30 901820"], by=EVA)
    say([hub.record("crm/1").pk], "language", "it", by=EVA)
    hub.merge("g1", "g3")
    hub.part("g1", "g4")
    done = undone(first)
    assert told(hub, done.between) == table(
        """
        override phones by eva: g1 -> g1
        correction language by eva: g1 -> g2
        decision merge by steward: g1 -> g1
        decision not_a_match by steward: g1 g4 -> g1 g4
        """
    )
    assert hub.stands() == "g1: erp/1 shop/1\ng2: crm/1\ng3 -> g1\ng4: desk/1"
    assert (hub.values()["g1"]["phones"], hub.values()["g2"]["language"]) == (["+4930901820"], "it")
    assert verify(deep=True) == []


def test_an_edit_says_what_it_is_by_number_and_when_it_was_made(hub):
    first = hub.merge("g1", "g2")
    number = override(hub.code("g1"), "language", "it", by=EVA).override_ids[0]
    (edit,) = undone(first).between
    assert (edit.number, edit.at) == (number, Override.objects.get().created_at)


def test_a_preview_of_an_undo_lists_and_places_alike(hub):
    first = hub.merge("g1", "g2")
    say([hub.record("crm/1").pk], "language", "it", by=EVA)
    hub.merge("g1", "g3")
    shown = preview(lambda: undone(first))
    assert shown.between == undone(first).between != ()


def test_nothing_is_listed_where_nothing_was_said(hub):
    first = hub.merge("g1", "g2")
    override(hub.code("g3"), "language", "it", by=EVA)
    hub.part("g3", "g4")
    hub.load("erp/2 n=anna l=it")
    assert undone(first).between == ()


def test_what_was_said_before_the_decision_is_not_listed(hub):
    override(hub.code("g2"), "language", "it", by=EVA)
    say([hub.record("erp/1").pk], "language", "es", by=EVA)
    hub.part("g1", "g4")
    hub.merge("g2", "g3")
    assert undone(hub.merge("g1", "g2")).between == ()


def test_what_was_withdrawn_or_undone_meanwhile_is_not_listed(hub):
    first = hub.merge("g1", "g2")
    withdraw_override(override(hub.code("g1"), "language", "it", by=EVA).override_ids[0], by=OOPS)
    hub.undo(hub.part("g1", "g4"))
    assert undone(first).between == ()


def test_only_the_later_of_two_words_on_one_value_is_listed(hub):
    first = hub.merge("g1", "g2")
    override(hub.code("g1"), "language", "it", by=EVA)
    later = override(hub.code("g1"), "language", "es", by=EVA).override_ids[0]
    assert [one.number for one in undone(first).between] == [later]


def test_a_decision_lists_what_came_after_it_and_not_its_own_judgements(hub):
    first = hub.merge("g1", "g2", "g3")
    hub.confirm("g1")
    done = undone(first)
    assert len(first.judgement_ids) == 2
    assert told(hub, done.between) == "decision confirm by steward: g1 -> g1"


def test_a_decision_of_several_judgements_is_one_edit(hub):
    first = hub.merge("g1", "g2")
    later = hub.merge("g1", "g3", "g4")
    (edit,) = undone(first).between
    assert (edit.number, edit.about) == (later.judgement_ids[0], "merge")


def test_what_is_left_of_a_decision_is_named_by_a_judgement_that_can_be_undone(hub):
    first = hub.confirm("g3")
    _, left = hub.merge("g1", "g3", "g4").judgement_ids
    hub.rematch("erp/1")
    done = undone(first)
    assert told(hub, done.between) == "decision merge by steward: g3 -> g3"
    assert done.between[0].number == left


def test_a_correction_of_all_records_of_a_golden_record_parts_with_them(hub):
    first = hub.merge("g1", "g2")
    override(hub.code("g1"), "kind", "person", by=EVA)
    assert told(hub, undone(first).between) == "correction kind by eva: g1 -> g1 g2"


def test_a_split_of_what_was_merged_keeps_its_two_sides(hub):
    first = hub.merge("g1", "g2", "g3")
    hub.split("g1", "shop/1")
    assert told(hub, undone(first).between) == "decision split by steward: g1 g3 -> g1 g2 g3"


def test_an_override_that_a_later_one_overrules_has_no_say(hub):
    """Both hang on records of their own: the split leaves each its word, undoing it the later one alone."""
    hub.load("crm/2 n=anna")
    first = hub.split("g1", "crm/2")
    override(hub.code("g1"), "language", "it", by=EVA)
    override(hub.code("g5"), "language", "es", by=EVA)
    assert told(hub, undone(first).between) == table(
        """
        override language by eva: g1 -> g1 silent
        override language by eva: g5 -> g1
        """
    )


def test_an_override_that_waits_for_sources_has_no_say_where_they_say_something_else(hub):
    first = hub.part("g1", "g2")
    override(hub.code("g2"), "language", "it", mode="until_source_changes", by=EVA)
    hub.load("crm/1 n=anna l=fr at=1")
    (edit,) = undone(first).between
    assert (edit.after, edit.speaks) == ((hub.code("g1"),), False)


def test_an_addition_that_the_sources_make_too_changes_nothing(hub):
    hub.load("crm/1 n=bert m=b l=fr at=1")
    first = hub.merge("g1", "g2")
    override(hub.code("g1"), "emails", "b@mail.example", action="add", by=EVA)
    override(hub.code("g1"), "emails", "c@mail.example", action="add", by=EVA)
    assert [one.speaks for one in preview(lambda: undone(first)).between] == [True, True]
    hub.load("erp/1 n=anna m=b l=de at=2")
    assert [one.speaks for one in undone(first).between] == [False, True]


def test_a_judgement_that_held_until_a_change_binds_no_more_after_it(hub):
    first = hub.merge("g1", "g2")
    hub.part("g1", "g4", term=Term(until_change=True))
    hub.part("g1", "g3", term=Term(until=timezone.now().date() + timedelta(days=9)))
    hub.load("desk/1 n=dana at=1")
    assert told(hub, undone(first).between) == table(
        """
        decision not_a_match by steward: g1 g4 -> g1 g4 silent
        decision not_a_match by steward: g1 g3 -> g1 g3
        """
    )


def test_a_new_golden_id_is_named_in_the_preview_like_those_of_its_outcome(hub):
    first = hub.part("g1", "g2")
    hub.load("erp/1 n=anna m=x at=1\nshop/2 n=anna t=1")
    say([hub.record("shop/2").pk], "language", "it", by=EVA)
    hub.load("crm/1 n=anna m=x t=2 at=1")
    assert hub.stands().splitlines()[:2] == ["g1: erp/1 shop/2", "g2: crm/1"]
    shown = outcome(lambda: undone(first), rehearse=True)
    done = outcome(lambda: undone(first), rehearse=False)
    assert hub.stands().splitlines()[:2] == ["g1: crm/1 erp/1", "g2 -> g1"]
    (edit,) = done.between
    assert (edit.before, edit.after) == ((hub.code("g1"),), (hub.code("g5"),))
    assert shown.between == (replace(edit, after=("new-1",)),)


def test_undoing_anything_else_lists_alike(hub):
    hub.load("crm/2 n=anna")
    moved = hub.move("g2", "crm/2")
    say([hub.record("crm/2").pk], "language", "it", by=EVA)
    assert told(hub, undone(moved).between) == "correction language by eva: g2 -> g1"
    alone = hub.isolate("crm/2")
    override(hub.code("g5"), "language", "es", by=EVA)
    assert told(hub, undone(alone).between) == "override language by eva: g5 -> g1"


def test_a_relationship_is_placed_with_the_records_that_answer_for_its_ids(hub):
    hub.load("crm/2 n=anna")
    first = hub.split("g1", "crm/2")
    relate("household", hub.code("g5"), hub.code("g3"), by=EVA)
    relate("household", hub.code("g4"), hub.code("g5"), by=EVA)
    end("household", hub.code("g4"), hub.code("g5"), by=EVA)
    relate("contact_of", hub.code("g5"), hub.code("g1"), by=EVA)
    relate("contact_of", hub.code("g2"), hub.code("g3"), by=EVA)
    assert told(hub, undone(first).between) == table(
        """
        relationship household by eva: g5 g3 -> g1 g3
        relationship household by eva: g4 g5 -> g4 g1 silent
        relationship household by eva: g4 g5 -> g4 g1
        relationship contact_of by eva: g5 g1 -> g1 silent
        """
    )


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["override", "override", "until", "add", "correct", "merge", "part", "split"]),
        st.sampled_from(["erp/1", "crm/1", "shop/1", "desk/1"]),
        st.sampled_from(["it", "es"]),
    ),
    min_size=3,
    max_size=8,
)


def step(hub: Hub, verb: str, short: str, word: str) -> None:
    """Do one thing to a record or its golden record; what is refused is not done."""
    record, mine = hub.record(short).pk, hub.membership(short).golden
    assert mine is not None
    codes = list(GoldenRecord.objects.filter(status="live").order_by("pk").values_list("code", flat=True))
    other = codes[(codes.index(mine.code) + 1) % len(codes)]
    with suppress(DecisionRefused):
        match verb:
            case "override":
                override(mine.code, "language", word, by=EVA)
            case "until":
                override(mine.code, "language", word, mode="until_source_changes", by=EVA)
            case "add":
                override(mine.code, "emails", f"{word}@mail.example", action="add", by=EVA)
            case "correct":
                say([record], "language", word, by=EVA)
            case "merge":
                merge([mine.code, other], by=EVA)
            case "part":
                not_a_match([mine.code, other], by=EVA)
            case "split":
                split(mine.code, [record], by=EVA)


def without(number: int) -> list[tuple[Any, ...]]:
    """Return what golden records say when an override is withdrawn, and why."""
    withdraw_override(number, by=OOPS)
    return said_by_goldens()


def said_by_goldens() -> list[tuple[Any, ...]]:
    return list(GoldenRecord.objects.order_by("pk").values_list("code", "attributes", "provenance"))


@settings(max_examples=15)
@given(STEPS)
def test_overrides_are_placed_where_they_stand_and_a_silent_one_can_go_without_a_trace(steps):
    with scratch() as hub:
        hub.load(FOUR)
        first = hub.merge("g1", "g2")
        for one in steps:
            step(hub, *one)
        shown = outcome(lambda: undone(first), rehearse=True)
        done = outcome(lambda: undone(first), rehearse=False)
        issued = [golden.code for golden in done.goldens if golden.new]
        new = {code: f"new-{place}" for place, code in enumerate(issued, start=1)}
        assert shown.between == tuple(
            replace(one, after=tuple(new.get(code, code) for code in one.after)) for one in done.between
        )
        for edit in done.between:
            if edit.kind == "override":
                row = Override.objects.select_related("record__membership__golden").get(pk=edit.number)
                golden = row.record.membership.golden
                assert golden is not None and edit.after == (golden.code,)
                assert (preview(partial(without, edit.number)) != said_by_goldens()) == edit.speaks
