"""Questions about one thing on the screens: an overlay, a golden record that would part, a held merge."""

import pytest
from django.urls import reverse

from matching.spec import StateGates
from mdm.models import Hold, Overlay, ReviewTask
from tests.held_changes import confirm
from tests.linktable import BIT, Hub, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting() -> Hub:
    """Give a hub with an overlay, a held split and a held merge."""
    hub = start(gates=StateGates(confirmed_margin=5 * BIT, confirmed_split=True, overlay=2))
    hub.load("erp/1 n=anna m=a\nerp/2 n=bert\ncrm/2 n=bert\nerp/3 n=carl\ncrm/3 n=karl")
    confirm(hub, "g2", "g3", "g4")
    hub.load("erp/1 n=dora m=d at=1\ncrm/2 n=emil at=1\ncrm/3 n=carl at=1")
    return hub


def page_of(task: ReviewTask) -> str:
    return reverse("admin:mdm_reviewtask_change", args=[task.pk])


def answer(client, task: ReviewTask, verb: str, **more: str):
    posted = {"answer": verb, "reason": "asked", **more}
    return client.post(reverse("admin:review-answer", args=[task.pk]), posted, follow=True)


def test_an_overlay_shows_both_versions_and_is_answered(waiting, signed_in):
    client = signed_in("steward")
    task = ReviewTask.objects.get(kind="overlay")
    shown = client.get(page_of(task)).content.decode()
    for words in ("Is this still the same?", "anna", "dora", "Somebody else has its key", "as accepted"):
        assert words in shown
    said = answer(client, task, "changed").content.decode()
    assert "It has changed: done." in said
    assert Overlay.objects.get().status == "changed"


def test_a_held_split_shows_its_parts_and_is_kept_together(waiting, signed_in):
    client = signed_in("steward")
    task = ReviewTask.objects.get(gate="confirmed_split")
    shown = client.get(page_of(task)).content.decode()
    for words in ("May this customer part?", "bert", "emil", "Keep together", "Let it part"):
        assert words in shown
    answer(client, task, "together")
    assert Hold.objects.get(gate="confirmed_split").status == "decided"


def test_a_held_merge_says_why_and_is_let_happen(waiting, signed_in):
    client = signed_in("steward")
    task = ReviewTask.objects.get(gate="confirmed_merge")
    shown = client.get(page_of(task)).content.decode()
    for words in ("Are these the same?", "people have confirmed both", "Let it happen"):
        assert words in shown
    answer(client, task, "release")
    assert Hold.objects.get(gate="confirmed_merge").status == "released"


def test_an_answer_without_a_reason_or_of_another_question_changes_nothing(waiting, signed_in):
    client = signed_in("steward")
    task = ReviewTask.objects.get(kind="overlay")
    assert "is not on the list" in answer(client, task, "changed", reason="").content.decode()
    assert "is no answer to this question" in answer(client, task, "together").content.decode()
    assert Overlay.objects.get().status == "open"


def test_who_may_not_decide_looks_only(waiting, signed_in):
    client = signed_in("compliance")
    task = ReviewTask.objects.get(kind="overlay")
    shown = client.get(page_of(task)).content.decode()
    assert "deciding is for stewards" in shown
    assert answer(client, task, "changed").status_code == 403
    assert "anna" not in signed_in("onlooker").get(page_of(task)).content.decode()


def test_the_list_tells_them_apart_and_the_desk_counts_them(waiting, signed_in):
    shown = signed_in("steward").get(reverse("admin:mdm_reviewtask_changelist")).content.decode()
    assert "the same?" in shown
    assert "a record that would become somebody else" in shown


def test_the_tables_of_holds_and_overlays_are_read_only(waiting, signed_in):
    client = signed_in("steward")
    for name in ("hold", "overlay"):
        shown = client.get(reverse(f"admin:mdm_{name}_changelist"))
        assert shown.status_code == 200
