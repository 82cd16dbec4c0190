"""The SAP simulator keeps the rules of OData V2 and of S/4HANA that a connector must meet."""

import json
import re
import sqlite3
import subprocess
import sys

import httpx
import pytest

PARTNERS = "/sap/opu/odata/sap/API_BUSINESS_PARTNER"
PRODUCTS = "/sap/opu/odata/sap/API_PRODUCT_SRV"
FIRST = "0001000001"


def partner(number: int) -> dict:
    key = f"{1_000_000 + number:010d}"
    return {
        "BusinessPartner": key,
        "BusinessPartnerCategory": "2",
        "OrganizationBPName1": f"Firma {number} GmbH",
        "LastChangeDate": f"/Date({1_600_000_000_000 + number * 86_400_000})/",
        "to_BusinessPartnerAddress": {
            "results": [
                {
                    "AddressID": str(number),
                    "CityName": "Köln",
                    "PostalCode": "50667",
                    "Country": "DE",
                    "to_EmailAddress": {"results": [{"EmailAddress": f"info@firma{number}.example"}]},
                    "to_PhoneNumber": {"results": [{"PhoneNumber": "0221 100"}]},
                    "to_MobilePhoneNumber": {"results": [{"PhoneNumber": "0171 100"}]},
                }
            ]
        },
        "to_BusinessPartnerTax": {"results": [{"BPTaxType": "DE0", "BPTaxNumber": f"DE{number:09d}"}]},
        "to_BuPaIdentification": {"results": []},
        "to_Customer": {
            "Customer": key,
            "to_CustomerCompany": {"results": [{"CompanyCode": "1010", "PaymentTerms": "NT30"}]},
        },
    }


def product(number: int) -> dict:
    return {
        "Product": f"MAT-{number}",
        "ProductType": "HAWA",
        "Brand": "Elmia",
        "LastChangeDateTime": "/Date(1700000000000+0000)/",
        "to_Description": {"results": [{"Language": "EN", "ProductDescription": f"Cleaner {number}"}]},
    }


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    directory = tmp_path_factory.mktemp("sample")
    for name, make, count in (("erp_business_partners", partner, 1203), ("erp_products", product, 5)):
        lines = (json.dumps(make(number)) for number in range(1, count + 1))
        (directory / f"{name}.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return directory


@pytest.fixture(scope="module")
def sap(start, sample, tmp_path_factory):
    return start("sap", tmp_path_factory.mktemp("sap") / "sap.sqlite", "--load", str(sample))


@pytest.fixture
def client(sap):
    """A client as a connector is one: Basic authentication, session cookie and CSRF token."""
    with httpx.Client(base_url=sap.url, auth=("MDM_HUB", "sandbox"), timeout=10) as client:
        answer = client.get(f"{PARTNERS}/", headers={"X-CSRF-Token": "Fetch"})
        client.headers["X-CSRF-Token"] = answer.headers["x-csrf-token"]
        yield client
        sap.plan(fail_every=0, fail_phase="alternate", latency_ms=0, rate_limit=0, lock_keys=[])


def create(client, **fields) -> str:
    """Create an organisation and return its number."""
    body = {"BusinessPartnerCategory": "2", "OrganizationBPName1": "Neu AG", **fields}
    answer = client.post(f"{PARTNERS}/A_BusinessPartner", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["d"]["BusinessPartner"]


def error_of(answer) -> dict:
    return answer.json()["error"]


def golden(number: str, golden_id: str) -> dict:
    return {"BusinessPartner": number, "BPIdentificationType": "ZMDM", "BPIdentificationNumber": golden_id}


# Reading


def test_a_call_without_credentials_is_refused(sap):
    answer = httpx.get(f"{sap.url}{PARTNERS}/A_BusinessPartner")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_one_partner_comes_with_metadata_defaults_and_deferred_navigations(client):
    answer = client.get(f"{PARTNERS}/A_BusinessPartner('{FIRST}')")
    found = answer.json()["d"]
    assert answer.status_code == 200
    assert found["OrganizationBPName1"] == "Firma 1 GmbH"
    assert found["BusinessPartnerName"] == "Firma 1 GmbH"
    assert (
        found["FirstName"] == "" and found["BirthDate"] is None and found["BusinessPartnerIsBlocked"] is False
    )
    assert found["__metadata"]["etag"] == answer.headers["etag"]
    assert found["__metadata"]["type"] == "API_BUSINESS_PARTNER.A_BusinessPartnerType"
    assert found["to_BuPaIdentification"]["__deferred"]["uri"].endswith(f"('{FIRST}')/to_BuPaIdentification")


def test_a_key_is_found_without_its_leading_zeros(client):
    found = client.get(f"{PARTNERS}/A_BusinessPartner('1000001')").json()["d"]
    assert found["BusinessPartner"] == FIRST


def test_expansion_goes_several_levels_deep(client):
    expand = (
        "to_BusinessPartnerAddress/to_EmailAddress,to_BusinessPartnerAddress/to_MobilePhoneNumber,"
        "to_BusinessPartnerTax,to_Customer/to_CustomerCompany"
    )
    found = client.get(f"{PARTNERS}/A_BusinessPartner('{FIRST}')", params={"$expand": expand}).json()["d"]
    address = found["to_BusinessPartnerAddress"]["results"][0]
    assert address["to_EmailAddress"]["results"][0]["EmailAddress"] == "info@firma1.example"
    assert [entry["PhoneNumber"] for entry in address["to_MobilePhoneNumber"]["results"]] == ["0171 100"]
    assert "__deferred" in address["to_PhoneNumber"]
    assert found["to_BusinessPartnerTax"]["results"][0]["BPTaxNumber"] == "DE000000001"
    assert found["to_Customer"]["to_CustomerCompany"]["results"][0]["PaymentTerms"] == "NT30"


def test_a_navigation_is_read_by_its_own_address(client):
    found = client.get(f"{PARTNERS}/A_BusinessPartner('{FIRST}')/to_BusinessPartnerAddress").json()["d"]
    assert [entry["CityName"] for entry in found["results"]] == ["Köln"]


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("BusinessPartner eq '1000007'", 1),  # a literal gets its leading zeros as well
        ("BusinessPartner gt '0001000001' and BusinessPartner le '0001000004'", 3),
        (
            "LastChangeDate ge datetime'2023-12-01T00:00:00' and LastChangeDate lt datetime'2024-06-01T00:00:00'",
            30,
        ),
        ("startswith(OrganizationBPName1,'Firma 12')", 15),
        ("substringof('rma 1203 ',OrganizationBPName1) eq true", 1),
        ("(BusinessPartner eq '1000007' or BusinessPartner eq '1000008') and not (BirthDate ne null)", 2),
        ("BusinessPartnerIsBlocked eq true", 0),
        ("OrganizationBPName1 eq 'O''Neill'", 0),
    ],
)
def test_a_filter_selects(client, condition, count):
    params = {"$filter": condition, "$inlinecount": "allpages", "$top": "0"}
    answer = client.get(f"{PARTNERS}/A_BusinessPartner", params=params)
    assert answer.json()["d"]["__count"] == str(count)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("$filter", "Nickname eq 'x'"),  # no such property
        ("$filter", "LastChangeDate ge '2023'"),  # a literal of another type
        ("$filter", "BusinessPartner eq"),  # cut off
        ("$filter", "BusinessPartner in ('1')"),  # OData V4
        ("$orderby", "Nickname"),
        ("$select", "Nickname"),
        ("$expand", "to_Friends"),
        ("$top", "-1"),
        ("$apply", "x"),
        ("$skiptoken", "???"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused(client, option, value):
    answer = client.get(f"{PARTNERS}/A_BusinessPartner", params={option: value})
    assert answer.status_code == 400
    assert error_of(answer)["message"]["value"]


def test_order_skip_top_and_select_work_together(client):
    params = {"$orderby": "LastChangeDate desc", "$skip": "1", "$top": "2", "$select": "BusinessPartner"}
    rows = client.get(
        f"{PARTNERS}/A_BusinessPartner", params={**params, "$filter": "BusinessPartner le '0001001203'"}
    ).json()["d"]["results"]
    numbers = [row["BusinessPartner"] for row in rows]
    assert all(set(row) == {"__metadata", "BusinessPartner"} for row in rows)
    assert len(numbers) == 2 and numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize("order", ["", "CityName", "PostalCode desc"])
def test_next_links_lead_through_all_rows_once(client, order):
    params = {"$orderby": order} if order else {}
    page = client.get(f"{PARTNERS}/A_BusinessPartnerAddress", params=params).json()["d"]
    sizes, keys = [], []
    while True:
        sizes.append(len(page["results"]))
        keys += [row["AddressID"] for row in page["results"]]
        if "__next" not in page:
            break
        page = client.get(page["__next"]).json()["d"]
    assert sizes[:2] == [500, 500] and all(size <= 500 for size in sizes)
    assert len(set(keys)) == len(keys) >= 1203


def test_top_beyond_a_page_is_kept_over_next_links(client):
    page = client.get(f"{PARTNERS}/A_BusinessPartner", params={"$top": "700"}).json()["d"]
    last = client.get(page["__next"]).json()["d"]
    assert (len(page["results"]), len(last["results"])) == (500, 200)
    assert "__next" not in last


def test_count_answers_a_number(client):
    answer = client.get(f"{PRODUCTS}/A_Product/$count")
    assert answer.text == "5"


def test_metadata_and_service_root_name_the_entity_sets(client):
    assert "A_BuPaIdentification" in client.get(f"{PARTNERS}/").json()["d"]["EntitySets"]
    metadata = client.get(f"{PRODUCTS}/$metadata")
    assert metadata.headers["content-type"].startswith("application/xml")
    assert 'Property Name="YY1_GoldenId_PRD" Type="Edm.String" MaxLength="20"' in metadata.text


@pytest.mark.parametrize(
    "path", ["A_Nothing", "A_BusinessPartner('99')", f"A_BusinessPartner('{FIRST}')/to_Nothing"]
)
def test_what_does_not_exist_is_404(client, path):
    answer = client.get(f"{PARTNERS}/{path}")
    assert answer.status_code == 404
    assert error_of(answer)["code"].startswith("/IWBEP/")


# CSRF, conditions and locks


def test_a_write_without_a_token_is_refused(sap):
    answer = httpx.post(f"{sap.url}{PARTNERS}/A_BusinessPartner", json={}, auth=("MDM_HUB", "sandbox"))
    assert (answer.status_code, answer.headers["x-csrf-token"]) == (403, "Required")
    assert answer.text == "CSRF token validation failed"


def test_a_token_belongs_to_its_session_cookie(sap, client):
    token = client.headers["X-CSRF-Token"]
    headers = {"X-CSRF-Token": token}
    answer = httpx.post(f"{sap.url}{PARTNERS}/A_BusinessPartner", json={}, auth=client.auth, headers=headers)
    assert answer.status_code == 403


def test_head_fetches_a_token_and_expired_sessions_need_a_new_one(sap, client):
    sap.plan(expire_sessions=True)
    assert client.post(f"{PARTNERS}/A_BusinessPartner", json={}).status_code == 403
    answer = client.head(f"{PARTNERS}/", headers={"X-CSRF-Token": "Fetch"})
    client.headers["X-CSRF-Token"] = answer.headers["x-csrf-token"]
    assert create(client)


def test_a_change_needs_the_present_tag(client):
    path = f"{PARTNERS}/A_BusinessPartner('{create(client)}')"
    tag = client.get(path).headers["etag"]
    assert client.patch(path, json={"SearchTerm1": "A"}).status_code == 428
    assert client.patch(path, json={"SearchTerm1": "A"}, headers={"If-Match": tag}).status_code == 204
    assert client.patch(path, json={"SearchTerm1": "B"}, headers={"If-Match": tag}).status_code == 412
    assert client.patch(path, json={"SearchTerm1": "C"}, headers={"If-Match": "*"}).status_code == 204
    assert client.get(path).json()["d"]["SearchTerm1"] == "C"


def test_merge_works_as_a_method_and_as_a_header(client):
    path = f"{PARTNERS}/A_BusinessPartner('{create(client)}')"
    assert (
        client.request("MERGE", path, json={"SearchTerm1": "A"}, headers={"If-Match": "*"}).status_code == 204
    )
    headers = {"If-Match": "*", "X-HTTP-Method": "MERGE"}
    assert client.post(path, json={"SearchTerm2": "B"}, headers=headers).status_code == 204
    found = client.get(path).json()["d"]
    assert (found["SearchTerm1"], found["SearchTerm2"]) == ("A", "B")


def test_a_locked_record_answers_423_as_often_as_planned(sap, client):
    number = create(client)
    path = f"{PARTNERS}/A_BusinessPartner('{number}')"
    sap.plan(lock_keys={number: 1})
    answer = client.patch(path, json={"SearchTerm1": "A"}, headers={"If-Match": "*"})
    assert answer.status_code == 423
    assert "locked by user" in error_of(answer)["message"]["value"]
    assert client.patch(path, json={"SearchTerm1": "A"}, headers={"If-Match": "*"}).status_code == 204


# Writing


def test_a_deep_create_takes_the_next_number_and_stores_its_parts(client):
    body = {
        "BusinessPartnerCategory": "1",
        "FirstName": "Ada",
        "LastName": "Lovelace",
        "BirthDate": "/Date(-4886956800000)/",
        "to_BusinessPartnerAddress": [
            {
                "CityName": "London",
                "Country": "GB",
                "to_EmailAddress": {"results": [{"EmailAddress": "a@l.example"}]},
            }
        ],
        "to_BuPaIdentification": [
            {"BPIdentificationType": "ZMDM", "BPIdentificationNumber": "C-7K3M-9QXD-F"}
        ],
        "to_Customer": {"CustomerAccountGroup": "CUST"},
    }
    answer = client.post(f"{PARTNERS}/A_BusinessPartner", json=body)
    created = answer.json()["d"]
    number = created["BusinessPartner"]
    assert answer.status_code == 201 and re.fullmatch(r"0001\d{6}", number)
    assert answer.headers["location"].endswith(f"A_BusinessPartner('{number}')")
    assert created["BusinessPartnerFullName"] == "Ada Lovelace" and created["Customer"] == number
    email = created["to_BusinessPartnerAddress"]["results"][0]["to_EmailAddress"]["results"][0]
    assert (email["OrdinalNumber"], email["EmailAddress"]) == ("1", "a@l.example")
    found = client.get(
        f"{PARTNERS}/A_BuPaIdentification", params={"$filter": f"BusinessPartner eq '{number}'"}
    )
    assert [row["BPIdentificationNumber"] for row in found.json()["d"]["results"]] == ["C-7K3M-9QXD-F"]
    assert int(create(client)) == int(number) + 1


@pytest.mark.parametrize(
    ("body", "propertyref"),
    [
        ({"BusinessPartnerCategory": "2", "OrganizationBPName1": "A", "MDM_Id": "1"}, "MDM_Id"),  # unknown
        (
            {"BusinessPartnerCategory": "2", "OrganizationBPName1": "A" * 41},
            "OrganizationBPName1",
        ),  # too long
        ({"BusinessPartnerCategory": "2"}, "OrganizationBPName1"),  # nameless
        ({"BusinessPartnerCategory": "1", "FirstName": "A"}, "LastName"),
        ({"OrganizationBPName1": "A"}, "BusinessPartnerCategory"),
        (
            {"BusinessPartnerCategory": "2", "OrganizationBPName1": "A", "BusinessPartner": "7"},
            "BusinessPartner",
        ),
        ({"BusinessPartnerCategory": "2", "OrganizationBPName1": "A", "CreationDate": None}, "CreationDate"),
        ({"BusinessPartnerCategory": "2", "OrganizationBPName1": "A", "BirthDate": "1.1.1970"}, "BirthDate"),
        ({"BusinessPartnerCategory": "2", "OrganizationBPName1": 7}, "OrganizationBPName1"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_with_the_property(sap, client, body, propertyref):
    before = sap.stats()["rows"]["BusinessPartner"]
    answer = client.post(f"{PARTNERS}/A_BusinessPartner", json=body)
    assert answer.status_code == 400
    assert error_of(answer)["innererror"]["errordetails"][0]["propertyref"] == propertyref
    assert sap.stats()["rows"]["BusinessPartner"] == before


def test_a_refused_part_takes_the_whole_deep_create_back(sap, client):
    before = sap.stats()
    body = {
        "BusinessPartnerCategory": "2",
        "OrganizationBPName1": "A",
        "to_BusinessPartnerAddress": [{"Stadt": "B"}],
    }
    assert client.post(f"{PARTNERS}/A_BusinessPartner", json=body).status_code == 400
    after = sap.stats()
    assert (after["rows"], after["writes"]) == (before["rows"], before["writes"])


def test_a_partner_takes_one_identification_of_a_type(client):
    number = create(client)
    first = client.post(f"{PARTNERS}/A_BuPaIdentification", json=golden(number, "C-1"))
    second = client.post(f"{PARTNERS}/A_BuPaIdentification", json=golden(number, "C-2"))
    assert (first.status_code, second.status_code) == (201, 400)
    assert "can be assigned once only" in error_of(second)["message"]["value"]


def test_an_identification_is_changed_and_deleted_by_its_three_keys(client):
    number = create(client)
    client.post(f"{PARTNERS}/A_BuPaIdentification", json=golden(number, "C-1/a"))
    keys = f"BusinessPartner='{number}',BPIdentificationType='ZMDM',BPIdentificationNumber='C-1%2Fa'"
    path = f"{PARTNERS}/A_BuPaIdentification({keys})"
    change = {"BPIdnNmbrIssuingInstitute": "Aurum"}
    assert client.patch(path, json=change, headers={"If-Match": "*"}).status_code == 204
    assert client.get(path).json()["d"]["BPIdnNmbrIssuingInstitute"] == "Aurum"
    renamed = client.patch(path, json={"BPIdentificationNumber": "C-2"}, headers={"If-Match": "*"})
    assert renamed.status_code == 400
    assert client.delete(path, headers={"If-Match": "*"}).status_code == 204
    assert client.get(path).status_code == 404


def test_parts_are_created_through_navigations_and_deleted(client):
    number = create(client)
    address = client.post(
        f"{PARTNERS}/A_BusinessPartner('{number}')/to_BusinessPartnerAddress",
        json={"CityName": "Ulm", "Country": "DE"},
    ).json()["d"]
    path = (
        f"{PARTNERS}/A_BusinessPartnerAddress(BusinessPartner='{number}',AddressID='{address['AddressID']}')"
    )
    assert client.post(f"{path}/to_MobilePhoneNumber", json={"PhoneNumber": "0171"}).status_code == 201
    mobiles = client.get(f"{path}/to_MobilePhoneNumber").json()["d"]["results"]
    assert [(row["PhoneNumber"], row["PhoneNumberType"]) for row in mobiles] == [("0171", "3")]
    assert client.patch(path, json={"CityName": "Bonn"}, headers={"If-Match": "*"}).status_code == 204
    assert client.delete(path, headers={"If-Match": "*"}).status_code == 204
    assert client.get(path).status_code == 404


def test_a_part_of_a_partner_that_does_not_exist_is_refused(client):
    answer = client.post(f"{PARTNERS}/A_BuPaIdentification", json=golden("0000000009", "C-1"))
    assert answer.status_code == 400
    assert error_of(answer)["message"]["value"] == "BusinessPartner 0000000009 does not exist"


def test_partners_cannot_be_deleted(client):
    answer = client.delete(f"{PARTNERS}/A_BusinessPartner('{FIRST}')", headers={"If-Match": "*"})
    assert answer.status_code == 405


def test_every_write_moves_the_change_stamp_of_the_partner(client):
    path = f"{PARTNERS}/A_BusinessPartner('0001000002')"
    before = client.get(path)
    client.post(f"{PARTNERS}/A_BuPaIdentification", json=golden("0001000002", "C-2"))
    after = client.get(path)
    assert after.json()["d"]["LastChangeDate"] > before.json()["d"]["LastChangeDate"]
    assert re.fullmatch(r"PT\d\dH\d\dM\d\dS", after.json()["d"]["LastChangeTime"])
    assert after.headers["etag"] != before.headers["etag"]
    recent = {
        "$filter": f"LastChangeTime eq time'{after.json()['d']['LastChangeTime']}'",
        "$select": "BusinessPartner",
    }
    found = client.get(f"{PARTNERS}/A_BusinessPartner", params=recent).json()["d"]["results"]
    assert "0001000002" in [row["BusinessPartner"] for row in found]


def test_a_product_takes_its_golden_id_in_the_extension_field(sap, client):
    path = f"{PRODUCTS}/A_Product('MAT-1')"
    before = client.get(path).json()["d"]["LastChangeDateTime"]
    change = {"YY1_GoldenId_PRD": "P-7K3M-9QXD-F"}
    assert client.patch(path, json=change, headers={"If-Match": "*"}).status_code == 204
    found = client.get(path, params={"$expand": "to_Description"}).json()["d"]
    assert found["YY1_GoldenId_PRD"] == "P-7K3M-9QXD-F"
    assert found["LastChangeDateTime"] > before and found["LastChangeDateTime"].endswith("+0000)/")
    assert found["to_Description"]["results"][0]["ProductDescription"] == "Cleaner 1"
    assert sap.stats()["golden"]["Product"] == 1


def test_a_product_is_created_with_its_descriptions(client):
    body = {"ProductType": "HAWA", "to_Description": [{"Language": "EN", "ProductDescription": "New thing"}]}
    created = client.post(f"{PRODUCTS}/A_Product", json=body).json()["d"]
    assert created["Product"]
    assert created["to_Description"]["results"][0]["ProductDescription"] == "New thing"


# Faults, restart, pages


def test_every_second_call_fails_and_half_of_those_after_the_commit(sap, client):
    number = create(client)
    path = f"{PARTNERS}/A_BusinessPartner('{number}')"
    sap.plan(fail_every=2)
    seen = []
    for turn in range(1, 9):
        answer = client.patch(path, json={"SearchTerm1": str(turn)}, headers={"If-Match": "*"})
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


def test_a_created_partner_can_outlive_the_error_that_its_creator_saw(sap, client):
    before = sap.stats()["rows"]["BusinessPartner"]
    sap.plan(fail_every=1, fail_phase="after")
    body = {"BusinessPartnerCategory": "2", "OrganizationBPName1": "Geist GmbH"}
    answer = client.post(f"{PARTNERS}/A_BusinessPartner", json=body)
    sap.plan(fail_every=0)
    assert answer.status_code == 500
    assert sap.stats()["rows"]["BusinessPartner"] == before + 1
    found = client.get(
        f"{PARTNERS}/A_BusinessPartner", params={"$filter": "OrganizationBPName1 eq 'Geist GmbH'"}
    )
    assert len(found.json()["d"]["results"]) == 1


def test_calls_beyond_the_rate_limit_answer_429(sap, client):
    sap.plan(rate_limit=1)
    answers = [client.get(f"{PRODUCTS}/A_Product('MAT-1')") for _ in range(4)]
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


def test_a_restart_continues_on_the_same_store(start, sample, tmp_path):
    store = tmp_path / "Läden und mehr" / "sap.sqlite"
    store.parent.mkdir()
    first = start("sap", store, "--load", str(sample))
    with httpx.Client(base_url=first.url, auth=("MDM_HUB", "sandbox")) as client:
        answer = client.head(f"{PARTNERS}/", headers={"X-CSRF-Token": "Fetch"})
        client.headers["X-CSRF-Token"] = answer.headers["x-csrf-token"]
        number = create(client)
    assert first.stop() == 0
    again = start("sap", store, "--load", str(sample), "--fail-every", "3")
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


def test_the_page_and_its_rows_show_the_golden_id_arriving(sap, client):
    number = create(client, OrganizationBPName1="<b>Blick & Co</b>")
    client.post(f"{PARTNERS}/A_BuPaIdentification", json=golden(number, "C-5"))
    assert "ERP sandbox" in httpx.get(sap.url).text
    live = httpx.get(f"{sap.url}/_sandbox/live", params={"object": "BusinessPartner", "q": "blick"}).json()
    row = live["rows"][0]
    assert (row["key"], row["golden_id"]) == (number, "C-5")
    assert 0 <= live["now"] - row["changed_at"] < 10_000
    page = httpx.get(f"{sap.url}/record/BusinessPartner/{number}")
    assert "&lt;b&gt;Blick &amp; Co&lt;/b&gt;" in page.text and "<b>Blick" not in page.text
    assert "MDM_HUB" in page.text and "create BuPaIdentification" in page.text
    assert httpx.get(f"{sap.url}/record/BusinessPartner/9").status_code == 404


def test_an_auditor_reads_golden_ids_with_sqlite_alone(sap, client):
    number = create(client)
    client.post(f"{PARTNERS}/A_BuPaIdentification", json=golden(number, "C-9"))
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
