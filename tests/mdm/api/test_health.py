"""Health over HTTP: it fails when any one part is bad, and says which."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from mdm.api.v1 import checks
from mdm.compliance import audit
from mdm.models import Destination, Heartbeat, Lane, Membership, SourceRecord, SourceSystem
from mdm.publishing.heartbeat import beat, silence
from tests.conftest import send_tasks_through
from tests.mdm.api.hub import arrive


def health():
    answer = Client().get("/api/v1/health")
    body = answer.json()
    assert answer["Cache-Control"] == "no-store"
    assert body["status"] == ("ok" if answer.status_code == 200 else "failing")
    return answer.status_code, {one["name"]: one["ok"] for one in body["checks"]}, body


@pytest.fixture
def running(broker, hub):
    """A hub with a broker and a worker that has just been heard."""
    beat(checks.WORKER)


def test_live_answers_without_looking_at_anything(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = Client().get("/api/v1/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_everything_is_well_when_every_part_is(running):
    status, found, _ = health()
    parts = ("postgresql", "migrations", "broker", "worker", "resolution", "publishing")
    assert (status, found) == (200, dict.fromkeys(parts, True))


def test_a_worker_that_was_never_or_long_not_heard_is_bad(running):
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=2))
    status, found, body = health()
    assert status == 503 and [name for name, ok in found.items() if not ok] == ["worker"]
    assert "last heard 120 s ago" in str(body)
    Heartbeat.objects.all().delete()
    assert silence(checks.WORKER) is None
    assert health()[0] == 503


def test_a_beat_moves_the_one_row_of_its_name(db):
    beat("worker", "first")
    beat("worker", "second")
    assert Heartbeat.objects.get().detail == "second"
    assert (silence("worker") or timedelta.max) < timedelta(seconds=5)


def test_a_broker_that_does_not_answer_is_bad(running, broker):
    send_tasks_through("redis://127.0.0.1:1/0")
    try:
        status, found, _ = health()
    finally:
        send_tasks_through(broker)
    assert status == 503 and [name for name, ok in found.items() if not ok] == ["broker"]


def test_a_record_that_waits_too_long_is_bad(running):
    arrive("crm", "Account", "A-2", {"kind": "person", "family_name": "Dorn", "given_name": "Eva"})
    assert health()[0] == 200
    with audit.entry(actor="test", action="age", cause="a test"):
        SourceRecord.objects.filter(source_key="A-2").update(accepted_at=timezone.now() - timedelta(hours=1))
    status, found, _ = health()
    assert status == 503 and [name for name, ok in found.items() if not ok] == ["resolution"]
    Membership.objects.filter(due=True).update(parked_reason="It failed three times.")
    assert health()[0] == 200


def test_a_delivery_that_is_due_too_long_is_bad(running, hub):
    destination = Destination.objects.create(
        source=SourceSystem.objects.get(code="crm"), connector="salesforce"
    )
    Lane.objects.create(
        destination=destination,
        domain="customer",
        record=SourceRecord.objects.get(source_key="A-1"),
        next_attempt_at=timezone.now() - timedelta(hours=1),
        entry_id=1,
    )
    status, found, _ = health()
    assert status == 503 and [name for name, ok in found.items() if not ok] == ["publishing"]
    Lane.objects.update(next_attempt_at=timezone.now() + timedelta(hours=1))
    assert health()[0] == 200


def test_without_postgresql_the_answer_is_still_a_table(running, monkeypatch):
    def fail():
        raise OperationalError("down")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", fail)
        status, found, _ = health()
    assert status == 503 and found["postgresql"] is False and "worker" not in found
