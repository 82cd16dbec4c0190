"""The Salesforce simulator keeps limits, fails on purpose, survives a restart, can be watched and audited."""

import json
import sqlite3
import subprocess
import sys

import httpx
import pytest

from tests.mdm.sandbox.crm_calls import ACCOUNTS, DATA, codes, create, sign_in


def test_limits_are_told_and_kept(salesforce, crm):
    answer = crm.get(f"{DATA}/limits")
    used = salesforce.stats()["requests"]
    assert answer.json()["DailyApiRequests"] == {"Max": 5_000_000, "Remaining": 5_000_000 - used}
    assert answer.headers["sforce-limit-info"] == f"api-usage={used}/5000000"
    salesforce.plan(daily_limit=used)
    answer = crm.get(f"{DATA}/limits")
    assert (answer.status_code, codes(answer)) == (403, ["REQUEST_LIMIT_EXCEEDED"])


def test_describe_tells_that_the_golden_id_is_external_and_not_unique(crm):
    for name in ("Account", "Contact", "Product2"):
        fields = {
            field["name"]: field for field in crm.get(f"{DATA}/sobjects/{name}/describe").json()["fields"]
        }
        golden = fields["MDM_Id__c"]
        assert (golden["externalId"], golden["unique"], golden["length"]) == (True, False, 20)
        assert fields["SystemModstamp"]["updateable"] is False
    names = [item["name"] for item in crm.get(f"{DATA}/sobjects").json()["sobjects"]]
    assert names == ["Account", "Contact", "Product2"]


@pytest.mark.parametrize(
    "path", ["/services/data/v62.0/sobjects/Friend", "/services/data/v9.0/limits", "/services/x"]
)
def test_what_does_not_exist_is_404(crm, path):
    answer = crm.get(path)
    assert (answer.status_code, codes(answer)) == (404, ["NOT_FOUND"])


def test_a_failed_call_may_have_committed_all_the_same(salesforce, crm):
    record_id = create(crm)
    path = f"{DATA}/sobjects/Account/{record_id}"
    salesforce.plan(fail_every=1)
    # In turn: 500 before, 500 after, 503 before, 503 after the commit.
    statuses = [crm.patch(path, json={"Phone": str(turn)}).status_code for turn in range(1, 5)]
    salesforce.plan(fail_every=0)
    assert statuses == [500, 500, 503, 503]
    with sqlite3.connect(salesforce.store) as store:
        rows = store.execute(
            "SELECT changes FROM change_log WHERE record_key = ? ORDER BY id", (record_id,)
        ).fetchall()
    assert [json.loads(row[0])["Phone"] for row in rows[1:]] == [[None, "2"], ["2", "4"]]


def test_a_restart_continues_on_the_same_store_and_forgets_tokens(start, small_sample, tmp_path):
    first = start("salesforce", tmp_path / "crm.sqlite", "--load", str(small_sample))
    with sign_in(first.url) as crm:
        record_id = create(crm, Name="Bleibt", MDM_Id__c="C-STAY")
        token = crm.headers["Authorization"]
    assert first.stop() == 0
    again = start("salesforce", tmp_path / "crm.sqlite", "--load", str(small_sample))
    assert again.stats()["rows"] == {"Account": ACCOUNTS + 1, "Contact": 0, "Product2": 1}
    path = f"{again.url}{DATA}/sobjects/Account/{record_id}"
    assert httpx.get(path, headers={"Authorization": token}).status_code == 401
    with sign_in(again.url) as crm:
        assert crm.get(path).json()["MDM_Id__c"] == "C-STAY"
        assert create(crm) != record_id


def test_a_sample_that_does_not_fit_is_refused_with_its_line(tmp_path):
    (tmp_path / "crm_contacts.ndjson").write_text('{"Id":"003"}\n', encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mdm.sandbox.salesforce",
        "--store",
        str(tmp_path / "s"),
        "--load",
        str(tmp_path),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 2
    assert "crm_contacts.ndjson line 1: Contact Id '003' is not a record id." in ended.stderr


def test_a_taken_port_is_named_and_ends_the_process(salesforce, tmp_path):
    port = salesforce.url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "mdm.sandbox.salesforce", "--store", str(tmp_path / "s"), "--port", port]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 3
    assert f"Port {port} on 127.0.0.1 cannot be opened" in ended.stderr


def test_the_page_and_its_rows_show_the_golden_id_arriving(salesforce, crm):
    record_id = create(crm, Name="<i>Blick</i>", BillingCity="Ulm", MDM_Id__c="C-5")
    crm.patch(f"{DATA}/sobjects/Account/{record_id}", json={"MDM_Id__c": "C-6"})
    assert "CRM sandbox" in httpx.get(salesforce.url).text
    live = httpx.get(f"{salesforce.url}/_sandbox/live", params={"object": "Account", "q": "blick"}).json()
    row = live["rows"][0]
    assert (row["key"], row["detail"], row["golden_id"], live["matching"]) == (record_id, "Ulm", "C-6", 1)
    page = httpx.get(f"{salesforce.url}/record/Account/{record_id[:15]}").text
    assert "&lt;i&gt;Blick&lt;/i&gt;" in page and "<i>" not in page
    assert "<td>MDM_Id__c</td><td>C-5</td><td>C-6</td>" in page


def test_an_auditor_reads_golden_ids_with_sqlite_alone(salesforce, crm):
    record_id = create(crm, Name="Prüfung", MDM_Id__c="C-9")
    with sqlite3.connect(salesforce.store) as store:
        found = store.execute(
            "SELECT MDM_Id__c, IsDeleted, body FROM account WHERE Id = ?", (record_id,)
        ).fetchone()
    assert found[:2] == ("C-9", 0)
    assert json.loads(found[2])["Name"] == "Prüfung"


def test_a_body_in_chunks_is_read_as_one(crm):
    chunks = (part for part in (b'{"Name":', b'"In St', b"\xc3\xbccken", b'"}'))
    answer = crm.post(
        f"{DATA}/sobjects/Account", content=chunks, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 201
    found = crm.get(f"{DATA}/sobjects/Account/{answer.json()['id']}").json()
    assert found["Name"] == "In Stücken"
