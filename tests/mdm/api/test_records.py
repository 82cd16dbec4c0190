"""Records that arrive over HTTP: kept once, refused with the reason, and never left hanging."""

from __future__ import annotations

import time

import pytest
from celery import current_app
from django.conf import settings

from mdm.api.v1 import waking
from mdm.compliance import audit
from mdm.models import Membership, ObjectType, QuarantinedRow, SourceRecord
from tests.conftest import send_tasks_through
from tests.mdm.api.hub import settle

EVA = {"kind": "person", "given_name": "Eva", "family_name": "Dorn", "emails": ["eva@dorn.example"]}


def arrival(key="A-7", **more):
    return {"source": "crm", "object_type": "Account", "source_key": key, "attributes": EVA, **more}


@pytest.fixture
def sent(monkeypatch):
    """Note the wake-ups instead of sending them."""
    found: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **options: found.append((name, args)))
    return found


def test_a_new_record_is_kept_and_found_by_its_xref(hub, api, sent, django_capture_on_commit_callbacks):
    asked = api("ingest", "xref:read")
    with django_capture_on_commit_callbacks(execute=True):
        answer = asked.post("records", arrival())
    assert answer.status_code == 202
    assert answer.json()["outcome"] == "created"
    assert answer["Location"] == answer.json()["xref"] == "/api/v1/xref/crm/Account/A-7"
    assert asked.client.get(answer["Location"], headers=asked.headers).status_code == 202
    assert sent == [("mdm.tasks.resolve", ["customer"])]
    settle()
    assert asked.client.get(answer["Location"], headers=asked.headers).status_code == 200


def test_the_same_content_again_changes_nothing(hub, api, sent, django_capture_on_commit_callbacks):
    asked = api("ingest")
    assert asked.post("records", arrival()).json()["outcome"] == "created"
    before = list(SourceRecord.objects.order_by("pk").values())
    with django_capture_on_commit_callbacks(execute=True):
        again = [asked.post("records", arrival()) for _ in range(2)]
    assert [(one.status_code, one.json()["outcome"]) for one in again] == [(202, "unchanged")] * 2
    assert list(SourceRecord.objects.order_by("pk").values()) == before
    assert SourceRecord.history.filter(source_key="A-7").count() == 1
    assert sent == []


def test_a_change_is_a_new_version_and_an_older_one_never_overwrites_it(hub, api, sent):
    asked = api("ingest")
    new, old = "2026-05-02T10:00:00Z", "2026-05-01T10:00:00Z"
    assert asked.post("records", arrival(changed_at=new)).json()["outcome"] == "created"
    other = {**EVA, "family_name": "Dornbusch"}
    stale = asked.post("records", arrival(attributes=other, changed_at=old))
    assert (stale.status_code, stale.json()["outcome"]) == (202, "stale")
    assert stale.json()["reason"].endswith("2026-05-02 10:00:00.")
    changed = asked.post("records", arrival(attributes=other, changed_at="2026-05-03T10:00:00Z"))
    assert changed.json()["outcome"] == "changed"
    assert SourceRecord.objects.get(source_key="A-7").attributes["family_name"] == "Dornbusch"


def test_a_key_is_spelled_by_the_rule_of_its_object_type(hub, api, sent):
    body = {"source": "erp", "object_type": "BusinessPartner", "source_key": "321", "attributes": EVA}
    answer = api("ingest").post("records", body)
    assert answer.json()["source_key"] == "0000000321"


def test_a_refused_record_answers_422_and_is_kept_in_quarantine(hub, api, sent):
    answer = api("ingest").post("records", arrival(attributes={"kind": "person"}))
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:aurum:problem:refused"
    row = QuarantinedRow.objects.get(source_key="A-7")
    assert row.reason == problem["errors"][0]["detail"] and row.origin == "API"
    assert not SourceRecord.objects.filter(source_key="A-7").exists()
    api("ingest").post("records", arrival(attributes={"kind": "person"}))
    assert QuarantinedRow.objects.filter(source_key="A-7").count() == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"attributes": None}, "/attributes"),
        ({"attributes": {"shoe_size": 44}}, "/attributes/shoe_size"),
        ({"payload": {"Id": "1"}}, ""),
        ({"source_key": ""}, "/source_key"),
        ({"colour": "red"}, "/colour"),
        ({"changed_at": "yesterday"}, "/changed_at"),
    ],
)
def test_a_request_that_is_not_as_described_keeps_nothing(hub, api, sent, change, pointer):
    answer = api("ingest").post("records", arrival(**change))
    assert answer.status_code == 400
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]
    assert not QuarantinedRow.objects.filter(source_key="A-7").exists()


def test_an_unknown_object_type_answers_404(hub, api, sent):
    answer = api("ingest").post("records", arrival(object_type="Lead"))
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:aurum:problem:unknown-object-type")


def test_a_payload_is_read_by_the_mapping_of_its_object_type(hub, api, sent):
    with audit.entry(actor="test", action="map", cause="a test"):
        ObjectType.objects.filter(source__code="shop").update(mapping="shop.customer")
    payload = {"customer_no": "s77", "account_type": "private", "first_name": "Eva", "last_name": "Dorn"}
    answer = api("ingest").post("records", {"source": "shop", "object_type": "customer", "payload": payload})
    assert (answer.status_code, answer.json()["source_key"]) == (202, "S77")
    assert SourceRecord.objects.get(source_key="S77").attributes["given_name"] == "Eva"


@pytest.fixture
def dead_broker(db):
    """Send this process's tasks to a broker that is not there: nobody listens on port 1."""
    before = settings.CELERY_BROKER_URL
    send_tasks_through("redis://127.0.0.1:1/0")
    yield
    send_tasks_through(before)


def test_a_dead_broker_neither_fails_nor_delays_a_request(
    hub, api, dead_broker, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(waking, "_quiet", waking._Quiet())
    asked = api("ingest")
    start = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        answers = [asked.post("records", arrival(f"N-{n}")) for n in range(5)]
    assert [one.status_code for one in answers] == [202] * 5
    # A bound far above what it takes (0.2 s), far below what five attempts with retries would.
    assert time.monotonic() - start < 20
    assert waking._quiet.now()
    assert Membership.objects.filter(record__source_key__startswith="N-", due=True).count() == 5
