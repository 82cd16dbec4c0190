"""Dead letters and records that were given up are tried again by hand: with a reason, by who may."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from mdm.compliance import audit
from mdm.models import AuditEntry, Destination, Lane, Membership, SourceRecord, SourceSystem
from mdm.resolution.due import try_again
from tests.mdm.api.hub import settle


@pytest.fixture
def dead(hub):
    """Give two dead letters and a lane that rests."""
    made = []
    with audit.entry(actor="test", action="fill", cause="a test") as entry:
        for key, state in (("0000000017", "dead"), ("A-1", "dead"), ("S9", "idle")):
            record = SourceRecord.objects.select_related("object_type").get(source_key=key)
            destination, _ = Destination.objects.get_or_create(
                source=SourceSystem.objects.get(pk=record.object_type.source_id), connector="none"
            )
            made.append(Lane.objects.create(
                destination=destination, domain="customer", record=record, state=state, attempts=15,
                acknowledged_version=1 if state == "idle" else 0, last_error="it is locked",
                entry_id=entry.pk, next_attempt_at=timezone.now(),
            ))  # fmt: skip
    return made


@pytest.fixture
def parked(hub):
    """Give the membership of a record that was given up."""
    Membership.objects.filter(record__source_key="S9").update(
        due=True, attempts=3, parked_reason="Resolution failed 3 times."
    )
    return Membership.objects.get(record__source_key="S9")


def again(what, *ids):
    return f"{reverse('again')}?what={what}&{'&'.join(f'id={one}' for one in ids)}"


def states():
    return list(Lane.objects.order_by("pk").values_list("state", "attempts"))


def test_chosen_dead_letters_are_sent_again_with_a_reason(dead, signed_in):
    client = signed_in("steward")
    chosen = {"action": "send_again", "_selected_action": [str(lane.pk) for lane in dead[:2]]}
    answer = client.post(reverse("admin:mdm_lane_changelist"), chosen)
    page = answer.url
    assert [one.fault for one in client.get(page).context["chosen"]] == ["it is locked"] * 2
    assert states() == [("dead", 15), ("dead", 15), ("idle", 15)]
    answer = client.post(page, {"reason": "The lock is gone."}, follow=True)
    assert "2 will be sent again." in answer.content.decode()
    assert states() == [("due", 0), ("due", 0), ("idle", 15)]
    entry = AuditEntry.objects.get(action="replay")
    assert (entry.actor, entry.reason) == ("steward", "The lock is gone.")
    assert entry.detail == {"lanes": [lane.pk for lane in dead[:2]]}


def test_a_single_dead_letter_has_its_own_way(dead, signed_in):
    client = signed_in("steward")
    page = client.get(reverse("admin:mdm_lane_changelist") + "?state__exact=dead").content.decode()
    assert page.count("Send again …</a>") == 2
    assert (
        reverse("again") in client.get(reverse("admin:mdm_lane_change", args=[dead[0].pk])).content.decode()
    )
    client.post(again("lane", dead[0].pk), {"reason": "Mended."})
    assert states()[0] == ("due", 0)


@pytest.mark.parametrize("reason", ["", "   "])
def test_nothing_is_tried_again_without_a_reason(dead, parked, signed_in, reason):
    client, before = signed_in("steward"), states()
    for page in (again("lane", dead[0].pk), again("membership", parked.pk)):
        answer = client.post(page, {"reason": reason})
        assert [str(one) for one in answer.context["messages"]] == [
            "Say in a sentence why it should go well now."
        ]
    assert (states(), AuditEntry.objects.filter(action__in=["replay", "try again"]).count()) == (before, 0)


@pytest.mark.parametrize("role", ["compliance", "onlooker"])
def test_only_who_may_tries_again(dead, parked, signed_in, role):
    client, before = signed_in(role), states()
    for page in (again("lane", dead[0].pk), again("membership", parked.pk)):
        assert (client.get(page).status_code, client.post(page, {"reason": "Now."}).status_code) == (403, 403)
    chosen = {"action": "send_again", "_selected_action": [str(dead[0].pk)]}
    client.post(reverse("admin:mdm_lane_changelist"), chosen)
    assert states() == before


def test_a_record_that_was_given_up_is_resolved_again(parked, signed_in):
    client = signed_in("steward")
    chosen = {"action": "resolve_again", "_selected_action": [str(parked.pk)]}
    page = client.post(reverse("admin:mdm_membership_changelist"), chosen).url
    client.post(page, {"reason": "The rule is mended."})
    parked.refresh_from_db()
    assert (parked.due, parked.attempts, parked.parked_reason, parked.due_version) == (True, 0, "", 2)
    assert AuditEntry.objects.get(action="try again").reason == "The rule is mended."
    settle()
    parked.refresh_from_db()
    assert not parked.due


def test_what_was_not_given_up_is_left_alone(hub, signed_in):
    client = signed_in("steward")
    (first, *_) = Membership.objects.order_by("pk")
    chosen = {"action": "resolve_again", "_selected_action": [str(first.pk)]}
    answer = client.post(reverse("admin:mdm_membership_changelist"), chosen, follow=True)
    assert "gave none of the chosen records up" in answer.content.decode()
    assert try_again([first.pk], actor="eva", reason="Again.") == 0
    assert not Membership.objects.filter(due=True).exists()


@pytest.mark.parametrize("query", ["", "what=lane", "what=lane&id=x", "what=world&id=1"])
def test_an_address_that_names_nothing_leads_home(hub, signed_in, query):
    answer = signed_in("steward").get(f"{reverse('again')}?{query}", follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:index")
