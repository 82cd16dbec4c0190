"""The review queue: one page a question, decided once, the next one by itself."""

from __future__ import annotations

import pytest
from django.urls import reverse

from mdm.compliance import audit
from mdm.models import GoldenRecord, Judgement, ReviewTask, SourceRecord
from mdm.resolution.decisions import By, not_a_match
from mdm.xref.redirect import live_golden


def address(task):
    return reverse("admin:mdm_reviewtask_change", args=[task.pk])


def answer_to(client, task, hub, verdict, /, query="", **more):
    body = {
        "verdict": verdict,
        "left": hub.anna.code,
        "right": hub.bernd.code,
        f"version-{hub.anna.code}": hub.anna.version,
        f"version-{hub.bernd.code}": hub.bernd.version,
        "reason-same": "same_person",
        "reason-not": "relatives",
    }
    page = reverse("admin:review-decide", args=[task.pk]) + query
    return client.post(page, body | more, follow=True)


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_a_question_shows_both_sides_the_weights_and_the_reasons(hub, task, signed_in):
    answer = signed_in("steward").get(address(task))
    text = answer.content.decode()
    for shown in ("Anna", "Bernd", hub.anna.code, hub.bernd.code, "Match weight", 'data-key="s"'):
        assert shown in text
    assert "http://127.0.0.1:9/Account/A-1" in text
    chosen = [
        chip["code"] for chip in [*answer.context["for_same"], *answer.context["for_not"]] if chip["chosen"]
    ]
    assert len(chosen) == 2
    assert "no-store" in answer["Cache-Control"]


def test_same_merges_and_the_list_follows_when_nothing_is_left(hub, task, signed_in):
    answer = answer_to(signed_in("steward"), task, hub, "same", text="They told me.")
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == reverse("admin:mdm_reviewtask_changelist")
    assert live_golden(hub.bernd.code) == live_golden(hub.anna.code)
    judgement = Judgement.objects.get()
    assert (judgement.kind, judgement.actor, judgement.reason_code, judgement.reason) == (
        "must_link",
        "steward",
        "same_person",
        "They told me.",
    )
    task.refresh_from_db()
    assert (task.status, task.judgement) == ("decided", judgement)
    assert f"judgement={judgement.pk}" in said(answer)[0]


def test_not_the_same_is_remembered(hub, task, signed_in):
    answer_to(signed_in("steward"), task, hub, "not")
    assert Judgement.objects.get().kind == "cannot_link"
    assert GoldenRecord.objects.filter(status="live").count() == 2
    task.refresh_from_db()
    assert task.status == "decided"


@pytest.fixture
def queue(hub, task):
    """Three open questions: 9, 5 and 5 bits, about the same records and the one CRM record."""
    left, crm, right = (SourceRecord.objects.get(source_key=key) for key in ("0000000017", "A-1", "S9"))
    with audit.entry(actor="test", action="ask", cause="a test"):
        made = [
            ReviewTask.objects.create(
                domain="customer",
                kind=kind,
                left=one,
                right=other,
                weight=weight,
                probability=0.5,
                created_at=task.created_at,
            )
            for one, other, weight, kind in (
                (left, crm, 9_000, "possible_match"),
                (crm, right, 5_000, "refused_merge"),
            )
        ]
    return [made[0], task, made[1]]


def test_the_heaviest_question_comes_first_and_skipping_walks_on(queue, signed_in):
    client = signed_in("steward")
    page = client.get(reverse("admin:review-next"), follow=True)
    walked = []
    while page.context.get("task"):
        walked.append((page.context["task"].pk, page.context["place"], page.context["length"]))
        page = client.get(page.context["next"])
    assert walked == [(task.pk, place, 3) for place, task in enumerate(queue, 1)]


def test_back_leads_to_the_question_before(queue, signed_in):
    client = signed_in("steward")
    page = client.get(address(queue[2]))
    assert page.context["previous"] == address(queue[1])
    assert client.get(address(queue[0])).context["previous"] == reverse("admin:mdm_reviewtask_changelist")


def test_filters_travel_from_question_to_question(queue, signed_in):
    client = signed_in("steward")
    page = client.get(reverse("admin:review-next") + "?kind=refused_merge&domain=customer", follow=True)
    assert page.context["task"] == queue[2]
    assert (page.context["place"], page.context["length"]) == (1, 1)
    assert page.context["query"] == "?domain=customer&kind=refused_merge"
    assert client.get(reverse("admin:review-next") + "?domain=product").url.endswith("?domain=product")


def test_deciding_opens_the_next_question(hub, queue, signed_in):
    answer = answer_to(signed_in("steward"), queue[0], hub, "not", query="?domain=customer")
    # The decision has settled every question about these two golden records.
    assert answer.redirect_chain[-1][0].startswith(reverse("admin:mdm_reviewtask_changelist")[:-1])


def test_a_record_that_changed_meanwhile_is_not_decided_blindly(hub, task, signed_in):
    stale = {f"version-{hub.anna.code}": hub.anna.version + 7}
    answer = answer_to(signed_in("steward"), task, hub, "same", **stale)
    assert "look again" in said(answer)[0]
    assert answer.redirect_chain[-1][0] == address(task)
    assert not Judgement.objects.exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"reason-same": "because"}, "not on the list"),
        ({"reason-same": "other"}, "needs a text"),
        ({"verdict": "maybe"}, "not on the list"),
        ({"left": "C-0000-0000-0"}, "no golden id"),
    ],
)
def test_a_decision_that_cannot_stand_says_why_and_keeps_the_question(hub, task, signed_in, change, why):
    answer = answer_to(signed_in("steward"), task, hub, "same", **change)
    assert why in said(answer)[0]
    assert not Judgement.objects.exists()


def test_a_contradiction_names_the_judgement_in_force(hub, task, signed_in):
    not_a_match([hub.anna.code, hub.bernd.code], by=By("eva", "relatives"))
    answer = answer_to(signed_in("steward"), task, hub, "same")
    assert "eva decided on" in said(answer)[0]


def test_compliance_looks_but_does_not_decide(hub, task, signed_in):
    client = signed_in("compliance")
    text = client.get(address(task)).content.decode()
    assert "Anna" in text and 'id="au-review"' not in text
    assert answer_to(client, task, hub, "same").status_code == 403
    assert not Judgement.objects.exists()


def test_nobody_else_decides(hub, task, signed_in, client):
    assert answer_to(signed_in("onlooker"), task, hub, "same").status_code == 403
    assert "/admin/login/" in answer_to(client, task, hub, "same").redirect_chain[0][0]
    assert not Judgement.objects.exists()


def test_a_question_that_was_answered_says_so(hub, task, signed_in):
    client = signed_in("steward")
    answer_to(client, task, hub, "same")
    text = client.get(address(task)).content.decode()
    assert "This question is decided" in text and 'id="au-review"' not in text
