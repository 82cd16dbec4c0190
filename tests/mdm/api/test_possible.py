"""Possible matches over HTTP: counted, searched, paged, taken into the queue; names as far as one may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from mdm.api.v1 import possible
from mdm.compliance import audit
from mdm.models import AuditEntry, ReviewTask, SourceRecord


@pytest.fixture
def task(hub: Any) -> ReviewTask:
    """Give a possible match of Anna and Bernd that is not queued."""
    left, right = (SourceRecord.objects.get(source_key=key) for key in ("0000000017", "S9"))
    return made(left, right, 2_500)


def made(left: SourceRecord, right: SourceRecord, weight: int, status: str = "unqueued") -> ReviewTask:
    with audit.entry(actor="test", action="ask", cause="a test"):
        return ReviewTask.objects.create(
            domain="customer",
            kind="possible_match",
            status=status,
            left=left,
            right=right,
            weight=weight,
            probability=0.3,
            created_at=timezone.now(),
        )


def test_what_is_not_queued_is_counted_and_found(hub: Any, task: ReviewTask, api: Callable[..., Any]) -> None:
    asked = api("golden:read")
    body = asked.get("possible-matches?domain=customer&state=unqueued").json()
    assert (body["queued"], body["unqueued"], body["next"]) == (0, 1, None)
    (match,) = body["matches"]
    assert (match["id"], match["queued"], match["weight"]) == (task.pk, False, 2.5)
    assert [(one["id"], one["title"]) for one in match["golden"]] == [
        (hub.anna.code, "Anna Berg"),
        (hub.bernd.code, "Bernd Cramer"),
    ]
    assert asked.get("possible-matches?domain=customer&state=queued").json()["matches"] == []
    assert len(asked.get(f"possible-matches?domain=customer&q={hub.bernd.code}").json()["matches"]) == 1
    assert len(asked.get("possible-matches?domain=customer&q=s9").json()["matches"]) == 1
    assert asked.get("possible-matches?domain=customer&q=T-1").json()["matches"] == []
    assert asked.get("possible-matches?domain=product").json()["unqueued"] == 0


def test_pages_follow_each_other(
    task: ReviewTask, api: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(possible, "PAGE", 1)
    crm = SourceRecord.objects.get(source_key="A-1")
    heavier = made(crm, task.right, 4_000, "open")
    asked = api("golden:read")
    first = asked.get("possible-matches?domain=customer").json()
    then = asked.get(f"possible-matches?domain=customer&after={first['next']}").json()
    assert [[one["id"] for one in page["matches"]] for page in (first, then)] == [[heavier.pk], [task.pk]]
    assert then["next"] is None


def test_it_is_taken_into_the_queue_once(task: ReviewTask, api: Callable[..., Any]) -> None:
    asked = api("golden:read", "review:queue")
    answer = asked.post(f"possible-matches/{task.pk}/queue", {})
    assert (answer.status_code, answer.json()["queued"]) == (200, True)
    assert answer.json()["queued_by"].startswith("integration (key ")
    assert AuditEntry.objects.filter(action="take into queue").count() == 1
    again = asked.post(f"possible-matches/{task.pk}/queue", {})
    assert (again.status_code, again.json()["type"]) == (409, "urn:aurum:problem:not-unqueued")
    assert asked.post("possible-matches/99999/queue", {}).status_code == 404


def test_who_may_not_see_names_sees_none_and_who_may_not_queue_does_not(
    task: ReviewTask, api: Callable[..., Any]
) -> None:
    (match,) = api("golden:read:masked").get("possible-matches?domain=customer").json()["matches"]
    assert "Berg" not in str(match)
    assert api("golden:read").post(f"possible-matches/{task.pk}/queue", {}).status_code == 403
    assert api("xref:read").get("possible-matches?domain=customer").status_code == 403
    assert api().get("possible-matches?domain=customer").status_code == 401
    task.refresh_from_db()
    assert task.status == "unqueued"


@pytest.mark.parametrize(
    "query", ["", "?domain=shoes", "?domain=customer&state=lost", "?domain=customer&after=x"]
)
def test_a_question_that_makes_no_sense_is_a_problem(hub: Any, api: Callable[..., Any], query: str) -> None:
    answer = api("golden:read").get(f"possible-matches{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
