"""A question that comes back says why, and shows the decision of before; a cluster is asked about once."""

import pytest

from mdm.models import ReviewTask
from tests.linktable import Hub, start

pytestmark = pytest.mark.django_db


def asked() -> Hub:
    hub = start()
    hub.load("shop/1 n=bert m=b\ndesk/1 n=bertha m=b")
    return hub


def newest() -> ReviewTask:
    return ReviewTask.objects.order_by("pk").last() or ReviewTask()


def test_a_question_asked_for_the_first_time_recalls_nothing():
    asked()
    assert newest().detail == {}


def test_a_question_whose_answer_was_withdrawn_says_by_whom_and_why():
    hub = asked()
    decision = hub.part("g1", "g2")
    hub.undo(decision)
    first, second = ReviewTask.objects.order_by("pk")
    again = second.detail["again"]
    assert (again["task"], again["judgement"]) == (first.pk, decision.judgement_ids[0])
    assert again["why"].startswith("steward decided on ")
    assert ": not the same. steward withdrew it on " in again["why"]
    assert again["why"].endswith(": The earlier decision was a mistake.")


def test_a_question_that_the_data_took_away_and_brought_back_tells_both_weights():
    hub = asked()
    hub.load("desk/1 n=bertha m=c at=1")
    assert newest().status == "obsolete"
    hub.load("desk/1 n=bertha m=b p=1 at=2")
    assert newest().status == "open"
    assert " at 6.0 bits and went away on " in newest().detail["again"]["why"]
    assert newest().detail["again"]["why"].endswith("because the data had changed; now it weighs 6.0 bits.")


def test_two_clusters_are_one_question_however_many_pairs_they_have():
    hub = start()
    hub.load("erp/1 n=anna m=a\nerp/2 n=anna m=a\ncrm/1 n=anne m=a\ncrm/2 n=anne m=a")
    assert ReviewTask.objects.filter(status="open").count() == 1
    hub.load("crm/1 n=anne m=b at=1\ncrm/2 n=anne m=b at=1")
    assert not ReviewTask.objects.filter(status__in=("open", "unqueued")).exists()
