"""The SAP simulator fails on purpose, survives a restart, and can be watched and audited."""

import json
import sqlite3
import subprocess
import sys

import httpx
import pytest

from tests.mdm.sandbox.sap_calls import PARTNERS, PRODUCTS, create, golden


def test_every_second_call_fails_and_half_of_those_after_the_commit(sap, erp):
    number = create(erp)
    path = f"{PARTNERS}/A_BusinessPartner('{number}')"
    sap.plan(fail_every=2)
    seen = []
    for turn in range(1, 9):
        answer = erp.patch(path, json={"SearchTerm1": str(turn)}, headers={"If-Match": "*"})
        seen.append(answer.status_code)
    sap.plan(fail_every=0)
    # Calls 2, 4, 6 and 8 fail: 500 before, 500 after, 503 before, 503 after the commit.
    assert seen == [204, 500, 204, 500, 204, 503, 204, 503]
    with sqlite3.connect(sap.store) as store:
        rows = store.execute(
            "SELECT changes FROM change_log WHERE record_key = ? ORDER BY id", (number,)
        ).fetchall()
    written = [json.loads(row[0])["SearchTerm1"][1] for row in rows[1:]]
    assert written == ["1", "3", "4", "5", "7", "8"]


def test_a_created_partner_can_outlive_the_error_that_its_creator_saw(sap, erp):
    before = sap.stats()["rows"]["BusinessPartner"]
    sap.plan(fail_every=1, fail_phase="after")
    body = {"BusinessPartnerCategory": "2", "OrganizationBPName1": "Geist GmbH"}
    answer = erp.post(f"{PARTNERS}/A_BusinessPartner", json=body)
    sap.plan(fail_every=0)
    assert answer.status_code == 500
    assert sap.stats()["rows"]["BusinessPartner"] == before + 1
    found = erp.get(
        f"{PARTNERS}/A_BusinessPartner", params={"$filter": "OrganizationBPName1 eq 'Geist GmbH'"}
    )
    assert len(found.json()["d"]["results"]) == 1


def test_calls_beyond_the_rate_limit_answer_429(sap, erp):
    sap.plan(rate_limit=1)
    answers = [erp.get(f"{PRODUCTS}/A_Product('MAT-1')") for _ in range(4)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused and refused[0].headers["retry-after"] == "1"


@pytest.mark.parametrize(
    "plan", [{"fail_evry": 3}, {"fail_every": -1}, {"lock_keys": "x"}, {"fail_phase": "never"}]
)
def test_a_fault_plan_with_a_mistake_is_refused_whole(sap, plan):
    before = httpx.get(f"{sap.url}/_sandbox/faults").json()
    answer = httpx.post(f"{sap.url}/_sandbox/faults", json={"latency_ms": 5, **plan})
    assert answer.status_code == 400
    assert httpx.get(f"{sap.url}/_sandbox/faults").json() == before


def test_a_restart_continues_on_the_same_store(start, small_sample, tmp_path):
    store = tmp_path / "Läden und mehr" / "sap.sqlite"
    store.parent.mkdir()
    first = start("sap", store, "--load", str(small_sample))
    with httpx.Client(base_url=first.url, auth=("MDM_HUB", "sandbox")) as erp:
        answer = erp.head(f"{PARTNERS}/", headers={"X-CSRF-Token": "Fetch"})
        erp.headers["X-CSRF-Token"] = answer.headers["x-csrf-token"]
        number = create(erp)
    assert first.stop() == 0
    again = start("sap", store, "--load", str(small_sample), "--fail-every", "3")
    assert again.stats()["rows"] == {"BusinessPartner": 1204, "Product": 5}
    assert again.stats()["changes_logged"] == 1
    statuses = [
        httpx.get(
            f"{again.url}{PARTNERS}/A_BusinessPartner('{number}')", auth=("MDM_HUB", "sandbox")
        ).status_code
        for _ in range(3)
    ]
    assert statuses == [200, 200, 500]


def test_a_sample_that_does_not_fit_is_refused_with_its_line(tmp_path):
    (tmp_path / "erp_products.ndjson").write_text(
        '{"Product":"1"}\n{"Product":"2","Farbe":"rot"}\n', encoding="utf-8"
    )
    command = [
        sys.executable,
        "-m",
        "mdm.sandbox.sap",
        "--store",
        str(tmp_path / "s.sqlite"),
        "--load",
        str(tmp_path),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 2
    assert "erp_products.ndjson line 2: A_Product has no property 'Farbe'." in ended.stderr


def test_the_page_and_its_rows_show_the_golden_id_arriving(sap, erp):
    number = create(erp, OrganizationBPName1="<b>Blick & Co</b>")
    erp.post(f"{PARTNERS}/A_BuPaIdentification", json=golden(number, "C-5"))
    assert "ERP sandbox" in httpx.get(sap.url).text
    live = httpx.get(f"{sap.url}/_sandbox/live", params={"object": "BusinessPartner", "q": "blick"}).json()
    row = live["rows"][0]
    assert (row["key"], row["golden_id"]) == (number, "C-5")
    assert 0 <= live["now"] - row["changed_at"] < 10_000
    page = httpx.get(f"{sap.url}/record/BusinessPartner/{number}")
    assert "&lt;b&gt;Blick &amp; Co&lt;/b&gt;" in page.text and "<b>Blick" not in page.text
    assert "MDM_HUB" in page.text and "create BuPaIdentification" in page.text
    assert httpx.get(f"{sap.url}/record/BusinessPartner/9").status_code == 404


def test_an_auditor_reads_golden_ids_with_sqlite_alone(sap, erp):
    number = create(erp)
    erp.post(f"{PARTNERS}/A_BuPaIdentification", json=golden(number, "C-9"))
    with sqlite3.connect(sap.store) as store:
        found = store.execute(
            "SELECT b.BusinessPartner, i.BPIdentificationNumber, b.body FROM business_partner b"
            " JOIN identification i USING (BusinessPartner)"
            " WHERE i.BPIdentificationType = 'ZMDM' AND b.BusinessPartner = ?",
            (number,),
        ).fetchone()
    assert found[:2] == (number, "C-9")
    assert json.loads(found[2])["OrganizationBPName1"] == "Neu AG"


def test_the_simulators_load_no_django():
    program = "import sys, mdm.sandbox.sap, mdm.sandbox.salesforce; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=30).returncode == 0
