"""A record's key changes, or its owner does: two verbs, each with its outcome, preview and reason."""

import pytest

from mdm.compliance.verify import verify
from mdm.models import AuditEntry, SourceRecord
from mdm.xref.lookup import lookup
from tests.linktable import Hub, start

pytestmark = pytest.mark.django_db

WHY = {"reason_code": "source_says_so", "reason": "The ERP was renumbered."}


@pytest.fixture
def hub() -> Hub:
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=anna\nerp/2 n=bert\ncrm/3 n=carl also=X3")
    return hub


def test_a_record_is_rekeyed_and_stays_who_it_is(api, hub):
    ask = api("golden:decide", "golden:read")
    rehearsed = ask.post("records/erp/thing/1/rekey", {**WHY, "new_key": "77", "preview": True}).json()
    assert (rehearsed["preview"], rehearsed["source_key"], hub.record("erp/1").version) == (True, "77", 1)
    done = ask.post("records/erp/thing/1/rekey", {**WHY, "new_key": "77"})
    golden = hub.code("g1")
    assert done.status_code == 200
    assert done.json() == {
        "preview": False, "source": "erp", "object_type": "thing", "source_key": "77", "former_key": "1",
        "status": "active", "golden_id": golden, "changed": rehearsed["changed"],
    }  # fmt: skip
    assert hub.stands() == "g1: crm/1 erp/77\ng2: erp/2\ng3: crm/3"
    for key in ("1", "77"):
        assert ask.get(f"xref/erp/thing/{key}").json()["golden_id"] == golden
    entry = AuditEntry.objects.filter(action="re-key record").get()
    assert entry.reason == "The source system says so. The ERP was renumbered."
    assert hub.put("erp/1 n=anna l=de at=1") == "changed"  # the former key goes on naming it
    assert SourceRecord.objects.filter(object_type__source__code="erp").count() == 2
    hub.resolve()
    assert verify(deep=True) == []


@pytest.mark.parametrize(
    ("address", "wanted", "status", "said"),
    [
        ("erp/thing/1", "2", 409, "The key 2 names another record"),
        ("erp/thing/1", "1", 409, "bears the key 1 already"),
        ("crm/thing/1", "X3", 409, "The key X3 names another record"),
        ("erp/thing/1", "a\tb", 422, "control characters"),
        ("erp/thing/9", "10", 404, "There is no record erp/thing 9"),
        ("erp/none/1", "10", 404, "There is no record erp/none 1"),
    ],
)
def test_a_key_that_cannot_be_given_is_refused_and_nothing_changes(api, hub, address, wanted, status, said):
    before = hub.stands()
    answer = api("golden:decide").post(f"records/{address}/rekey", {**WHY, "new_key": wanted})
    assert (answer.status_code, said in str(answer.json())) == (status, True)
    assert hub.stands() == before


def test_a_key_that_somebody_else_has_now_names_a_new_record(api, hub):
    ask = api("golden:decide", "golden:read")
    golden = hub.code("g1")
    rehearsed = ask.post("records/erp/thing/1/reuse-key", {**WHY, "preview": True}).json()
    assert (rehearsed["source_key"], hub.stands().splitlines()[0]) == ("1~1", "g1: crm/1 erp/1")
    done = ask.post("records/erp/thing/1/reuse-key", WHY).json()
    assert (done["source_key"], done["former_key"], done["status"]) == ("1~1", "1", "retired")
    assert done["golden_id"] == golden
    assert hub.stands().splitlines()[0] == "g1: crm/1 (erp/1~1)"
    assert ask.get("xref/erp/thing/1").status_code == 404
    assert hub.put("erp/1 n=zoe") == "created"
    hub.resolve()
    assert hub.membership("erp/1").golden.code != golden
    assert lookup("erp", "thing", "1~1").golden_id == golden
    assert verify(deep=True) == []


def test_the_verbs_ask_for_a_reason_and_the_scope_to_decide(api, hub):
    assert api("golden:decide").post("records/erp/thing/1/rekey", {"new_key": "7"}).status_code == 400
    assert (
        api("golden:decide").post("records/erp/thing/1/reuse-key", {"reason_code": "other"}).status_code
        == 422
    )
    for verb in ("rekey", "reuse-key"):
        assert api("ingest").post(f"records/erp/thing/1/{verb}", {**WHY, "new_key": "7"}).status_code == 403
