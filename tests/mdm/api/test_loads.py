"""Loads over HTTP: listed, and taken back with a reason, or only rehearsed."""

import pytest

from mdm.api.v1 import loads
from mdm.compliance import audit
from mdm.compliance.digest import digest
from mdm.ingestion.accept import accept
from mdm.models import AuditEntry, SourceRecord
from tests.linktable import lines, start

pytestmark = pytest.mark.django_db

WHY = {"reason_code": "mistake", "reason": "The wrong file."}


@pytest.fixture
def loaded():
    """Give a hub with one load of two records: one joins, one is new."""
    hub = start()
    hub.load("erp/1 n=anna m=a")
    said = {"load": "abc", "rows": 2, "refused": 0, "object_type": "shop/thing"}
    with audit.entry(actor="eva", action="ingest", cause="a file", detail=said):
        rows = [line.incoming() for line in lines("shop/1 n=anna m=a\nshop/2 n=bea m=b")]
        accept(rows, object_type=hub.type_of("shop"), origin="a file")
    hub.resolve()
    return hub


def test_loads_are_listed(api, loaded):
    (seen,) = api("golden:read").get("loads").json()["loads"]
    assert (seen["load"], seen["actor"], seen["files"], seen["rows"]) == ("abc", "eva", ["a file"], 2)
    assert seen["undone_at"] is None


def test_an_undo_is_rehearsed_and_then_made(api, loaded):
    stood, ask = digest(), api("golden:decide")
    told = ask.post("loads/abc/undo", {**WHY, "preview": True}).json()
    assert (told["preview"], told["retired"], told["restored"], told["kept"]) == (True, 2, 0, [])
    assert (told["effect"]["ended"], told["effect"]["merged"]) == (1, {})
    assert digest() == stood
    done = ask.post("loads/abc/undo", WHY).json()
    assert (done["preview"], done["retired"], done["effect"]) == (False, 2, None)
    loaded.resolve()
    assert SourceRecord.objects.filter(status="active").count() == 1
    reasons = AuditEntry.objects.filter(action="undo load").values_list("reason", flat=True)
    assert set(reasons) == {"mistake: The wrong file."}


def test_who_may_not_gives_no_reason_or_asks_too_much_is_refused(api, loaded, monkeypatch):
    assert api("golden:read").post("loads/abc/undo", WHY).status_code == 403
    assert api("golden:decide").post("loads/abc/undo", {}).status_code == 400
    assert api("golden:decide").post("loads/xyz/undo", WHY).status_code == 404
    monkeypatch.setattr(loads, "MOST_ROWS", 1)
    refused = api("golden:decide").post("loads/abc/undo", WHY)
    assert (refused.status_code, "manage.py undo_load abc" in refused.json()["detail"]) == (422, True)
