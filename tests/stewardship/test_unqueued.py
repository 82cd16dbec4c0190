"""What is not queued, on the screens: counted beside the queue, searched, taken in, decided at once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from mdm.compliance import audit
from mdm.models import Judgement, ReviewTask, RuleSet
from tests.stewardship.conftest import ask

LIST = "admin:mdm_reviewtask_changelist"


@pytest.fixture
def unqueued(hub):
    """Give a possible match that is not queued."""
    task = ask()
    with audit.entry(actor="test", action="ask", cause="a test"):
        task.status = "unqueued"
        task.save()
    return task


def page_of(task: ReviewTask) -> str:
    return reverse("admin:mdm_reviewtask_change", args=[task.pk])


def test_the_queue_says_how_many_are_not_in_it_and_leads_there(unqueued, signed_in):
    client = signed_in("steward")
    page = client.get(reverse(LIST))
    assert "1 possible match not queued" in page.content.decode()
    assert "Anna Berg" not in page.content.decode()
    listed = client.get(reverse(LIST) + "?status=unqueued&domain=customer").content.decode()
    assert "Anna Berg" in listed and "nobody is asked about" in listed


@pytest.mark.parametrize(("words", "hits"), [("S9", 1), ("code", 1), ("nothing", 0)])
def test_they_are_searched_by_golden_id_and_key(hub, unqueued, signed_in, words, hits):
    words = hub.anna.code if words == "code" else words
    page = signed_in("steward").get(reverse(LIST), {"status": "unqueued", "q": words})
    assert page.context["cl"].queryset.count() == hits


def test_one_is_taken_into_the_queue_by_a_steward_alone(unqueued, signed_in):
    steward = signed_in("steward")
    assert "Take into the queue" in steward.get(page_of(unqueued)).content.decode()
    answer = steward.post(reverse("admin:review-take", args=[unqueued.pk]), follow=True)
    assert "It is in the queue now." in answer.content.decode()
    unqueued.refresh_from_db()
    assert (unqueued.status, unqueued.queued_by) == ("open", "steward")
    again = steward.post(reverse("admin:review-take", args=[unqueued.pk]), follow=True)
    assert "is open" in again.content.decode()


def test_who_only_looks_takes_nothing_in(unqueued, signed_in):
    client = signed_in("compliance")
    assert "Take into the queue" not in client.get(page_of(unqueued)).content.decode()
    assert client.post(reverse("admin:review-take", args=[unqueued.pk])).status_code == 403
    unqueued.refresh_from_db()
    assert unqueued.status == "unqueued"


def test_one_is_decided_without_being_queued(hub, unqueued, signed_in):
    answer = signed_in("steward").post(
        reverse("admin:review-decide", args=[unqueued.pk]),
        {
            "verdict": "not",
            "left": hub.anna.code,
            "right": hub.bernd.code,
            f"version-{hub.anna.code}": hub.anna.version,
            f"version-{hub.bernd.code}": hub.bernd.version,
            "reason-not": "relatives",
        },
    )
    assert answer.status_code == 302
    unqueued.refresh_from_db()
    assert (unqueued.status, unqueued.judgement) == ("decided", Judgement.objects.get())


def test_a_capacity_is_drafted_on_the_page_of_the_rule_set_in_force(unqueued, signed_in):
    steward = signed_in("steward")
    (rules,) = RuleSet.objects.filter(domain="customer")
    page = steward.get(reverse("admin:mdm_ruleset_change", args=[rules.pk])).content.decode()
    assert "Nobody stated how many decisions people make a day." in page
    form = {"decisions_a_day": "40", "days_to_clear": "5", "reason": "Two of us."}
    steward.post(reverse("admin:ruleset-capacity", args=["customer"]), form)
    drafted = RuleSet.objects.get(status="draft")
    assert (drafted.spec["aims"]["decisions_a_day"], drafted.spec["aims"]["days_to_clear"]) == (40, 5)
    refused = steward.post(
        reverse("admin:ruleset-capacity", args=["customer"]), form | {"decisions_a_day": "0"}, follow=True
    )
    assert "one decision a day or more" in refused.content.decode()
    assert signed_in("compliance").post(
        reverse("admin:ruleset-capacity", args=["customer"]), form
    ).status_code == 403  # fmt: skip
    assert RuleSet.objects.count() == 2
