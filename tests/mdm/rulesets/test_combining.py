"""Decisions about whole combinations: seen, proposed, approved by another person, obeyed everywhere."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from matching.combination_rules import CombinationRule
from matching.errors import ModelError
from mdm import domains
from mdm.compliance import audit
from mdm.compliance.verify import verify
from mdm.models import ReviewTask, RuleSet
from mdm.rulesets.activate import activate
from mdm.rulesets.active import in_force
from mdm.rulesets.combining import propose_decisions, table
from mdm.rulesets.drafts import DraftRefused, put_in_force
from tests.linktable import DOMAIN, SPEC, model, start

pytestmark = pytest.mark.django_db

PEOPLE = """
erp/1 n=anna m=anna p=1
crm/1 n=anna m=anna p=1
erp/2 n=bert m=b
crm/2 n=carl m=b
erp/3 n=dora m=d
crm/3 n=dora m=e
"""
SAME_MAIL = (("mail", "equal"), ("name", "differs"))


def rule(decision: str, outcomes: Any = SAME_MAIL) -> CombinationRule:
    return CombinationRule(tuple(outcomes), decision, "eva", "A test.")


@pytest.fixture
def hub() -> Any:
    hub = start()
    hub.load(PEOPLE)
    return hub


def test_the_table_counts_the_stored_edges(hub: Any) -> None:
    found = table(DOMAIN)
    assert (found.edges, found.counted) == (3, 3)
    assert {row.words: (row.pairs, row.linked) for row in found.rows} == {
        "name equal + mail equal + phone equal": (1, 1),
        "name equal + mail differs": (1, 1),
        "name differs + mail equal": (1, 0),
    }
    assert found.rows[0].examples


def test_a_table_of_a_part_looks_at_the_same_part_each_time(hub: Any) -> None:
    found = table(DOMAIN, most_edges=2)
    assert (found.edges, found.counted) == (3, 2)
    assert table(DOMAIN, most_edges=2) == found


@pytest.mark.parametrize(
    ("decision", "together"),
    [("merge", True), ("review", False), ("never", False)],
)
def test_a_decision_is_obeyed_once_a_second_person_puts_it_in_force(
    hub: Any, decision: str, together: bool
) -> None:
    drafted = propose_decisions(DOMAIN, [rule(decision)], actor="eva", reason="A test.")
    assert (drafted.number, drafted.status) == (2, "draft")
    assert in_force(DOMAIN).number == 1
    put_in_force(drafted.pk, actor="olga", reason="Seen.")
    assert in_force(DOMAIN).model.combinations == (rule(decision),)
    groups = [group for group in hub.clusters() if any("2" in str(name) for name in group)]
    assert (len(groups) == 1) is together
    assert verify(deep=True) == []


def test_records_that_come_later_obey_as_well(hub: Any) -> None:
    never = rule("never", [("mail", "equal"), ("name", "equal")])
    drafted = propose_decisions(DOMAIN, [never], actor="eva", reason="A test.")
    put_in_force(drafted.pk, actor="olga", reason="Seen.")
    before = len(hub.clusters())
    hub.load("shop/1 n=anna m=anna p=1")
    assert len(hub.clusters()) == before + 1
    assert verify(deep=True) == []


def test_who_drafts_does_not_approve(hub: Any) -> None:
    drafted = propose_decisions(DOMAIN, [rule("never")], actor="eva", reason="A test.")
    with pytest.raises(DraftRefused, match="somebody else"):
        put_in_force(drafted.pk, actor="eva", reason="Seen.")
    assert in_force(DOMAIN).number == 1


def test_a_draft_of_what_is_history_is_refused(hub: Any) -> None:
    drafted = propose_decisions(DOMAIN, [rule("never")], actor="eva", reason="A test.")
    with audit.entry(actor="test", action="activate", cause="a test"):
        activate(
            DOMAIN, spec=SPEC, model=model(), survivorship=domains.get(DOMAIN).survivorship, actor="test"
        )
        hub.rebuild()
    with pytest.raises(DraftRefused, match="propose it anew"):
        put_in_force(drafted.pk, actor="olga", reason="Seen.")


def test_a_rule_set_in_force_is_no_draft(hub: Any) -> None:
    with pytest.raises(DraftRefused, match="not a draft"):
        put_in_force(in_force(DOMAIN).rule_set_id, actor="olga", reason="Seen.")


def test_a_decision_takes_the_place_of_the_one_before_and_can_be_withdrawn(hub: Any) -> None:
    first = propose_decisions(DOMAIN, [rule("never")], actor="eva", reason="A test.")
    put_in_force(first.pk, actor="olga", reason="Seen.")
    with pytest.raises(ValueError, match="Nothing was proposed"):
        propose_decisions(DOMAIN, [rule("never")], actor="ida", reason="The same.")
    second = propose_decisions(DOMAIN, [rule("merge")], actor="eva", reason="After all.")
    put_in_force(second.pk, actor="olga", reason="Seen.")
    assert in_force(DOMAIN).model.combinations == (rule("merge"),)
    third = propose_decisions(DOMAIN, [], withdrawn=[SAME_MAIL], actor="eva", reason="No.")
    put_in_force(third.pk, actor="olga", reason="Seen.")
    assert in_force(DOMAIN).model.combinations == ()
    assert list(RuleSet.objects.order_by("number").values_list("status", flat=True)) == [
        "retired", "retired", "retired", "active",
    ]  # fmt: skip


def test_a_decision_about_an_unknown_comparison_is_refused(hub: Any) -> None:
    with pytest.raises(ModelError, match="shoe size"):
        propose_decisions(DOMAIN, [rule("never", [("shoe size", "equal")])], actor="eva", reason="A test.")
    assert RuleSet.objects.count() == 1


def command(*arguments: str) -> str:
    heard = StringIO()
    call_command(*arguments, "--domain", DOMAIN, stdout=heard)
    return heard.getvalue()


def test_the_commands_list_propose_and_approve(hub: Any) -> None:
    assert "name differs + mail equal" in command("combinations")
    document = json.loads(command("combinations", "--json", "--by", "mail,name"))
    assert (document["pairs"], document["rule_set"]) == (3, 1)
    assert {"name": "differs", "mail": "equal"} in [row["outcomes"] for row in document["combinations"]]
    when = ("--when", "mail=equal,name=differs", "--actor", "eva", "--reason", "Couples.")
    assert "Drafted: customer rule set 2" in command("combinations", "--decide", "review", *when)
    assert "customer rule set 2 is in force" in command("approve_rules", "2", "--actor", "olga")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("combinations", "--decide", "never"), "needs --when"),
        (("combinations", "--by", "shoe size"), "shoe size"),
        (
            ("combinations", "--decide", "never", "--when", "mail=similar", "--actor", "eva"),
            "known are missing",
        ),
        (("approve_rules", "9", "--actor", "olga"), "There is no customer rule set 9"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(hub: Any, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        command(*arguments)


def test_edges_between_a_raised_review_weight_and_the_link_weight_still_link(hub: Any) -> None:
    # Capacity may raise the review weight above the link weight: then nothing below it is asked.
    raised = replace(model(), review_weight=40_000, combinations=(rule("review"),))
    with audit.entry(actor="test", action="activate", cause="a test"):
        activate(DOMAIN, spec=SPEC, model=raised, survivorship=domains.get(DOMAIN).survivorship, actor="test")
        hub.rebuild()
    hub.load("shop/3 n=dora m=d")
    found = table(DOMAIN)
    assert {row.words: (row.pairs, row.linked) for row in found.rows} == {
        "name equal + mail equal + phone equal": (1, 1),
        "name equal + mail equal": (1, 1),
        "name equal + mail differs": (2, 2),
        "name differs + mail equal": (1, 0),
    }
    # What a rule sends to a person is asked all the same.
    assert [task.weight for task in ReviewTask.objects.filter(status="open")] == [9_999]
    assert verify(deep=True) == []
