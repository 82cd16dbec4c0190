"""The SAP simulator writes as S/4HANA does: tokens, tags, locks, deep creates, identifications."""

import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.mdm.sandbox.sap_calls import FIRST, PARTNERS, PRODUCTS, create, error_of, golden


def test_a_write_without_a_token_is_refused(sap):
    answer = httpx.post(f"{sap.url}{PARTNERS}/A_BusinessPartner", json={}, auth=("MDM_HUB", "sandbox"))
    assert (answer.status_code, answer.headers["x-csrf-token"]) == (403, "Required")
    assert answer.text == "CSRF token validation failed"


def test_a_token_belongs_to_its_session_cookie(sap, erp):
    token = erp.headers["X-CSRF-Token"]
    headers = {"X-CSRF-Token": token}
    answer = httpx.post(f"{sap.url}{PARTNERS}/A_BusinessPartner", json={}, auth=erp.auth, headers=headers)
    assert answer.status_code == 403


def test_head_fetches_a_token_and_expired_sessions_need_a_new_one(sap, erp):
    sap.plan(expire_sessions=True)
    assert erp.post(f"{PARTNERS}/A_BusinessPartner", json={}).status_code == 403
    answer = erp.head(f"{PARTNERS}/", headers={"X-CSRF-Token": "Fetch"})
    erp.headers["X-CSRF-Token"] = answer.headers["x-csrf-token"]
    assert create(erp)


def test_a_change_needs_the_present_tag(erp):
    path = f"{PARTNERS}/A_BusinessPartner('{create(erp)}')"
    tag = erp.get(path).headers["etag"]
    assert erp.patch(path, json={"SearchTerm1": "A"}).status_code == 428
    assert erp.patch(path, json={"SearchTerm1": "A"}, headers={"If-Match": tag}).status_code == 204
    assert erp.patch(path, json={"SearchTerm1": "B"}, headers={"If-Match": tag}).status_code == 412
    assert erp.patch(path, json={"SearchTerm1": "C"}, headers={"If-Match": "*"}).status_code == 204
    assert erp.get(path).json()["d"]["SearchTerm1"] == "C"


def test_merge_works_as_a_method_and_as_a_header(erp):
    path = f"{PARTNERS}/A_BusinessPartner('{create(erp)}')"
    assert erp.request("MERGE", path, json={"SearchTerm1": "A"}, headers={"If-Match": "*"}).status_code == 204
    headers = {"If-Match": "*", "X-HTTP-Method": "MERGE"}
    assert erp.post(path, json={"SearchTerm2": "B"}, headers=headers).status_code == 204
    found = erp.get(path).json()["d"]
    assert (found["SearchTerm1"], found["SearchTerm2"]) == ("A", "B")


def test_a_locked_record_answers_423_as_often_as_planned(sap, erp):
    number = create(erp)
    path = f"{PARTNERS}/A_BusinessPartner('{number}')"
    sap.plan(lock_keys={number: 1})
    answer = erp.patch(path, json={"SearchTerm1": "A"}, headers={"If-Match": "*"})
    assert answer.status_code == 423
    assert "locked by user" in error_of(answer)["message"]["value"]
    assert erp.patch(path, json={"SearchTerm1": "A"}, headers={"If-Match": "*"}).status_code == 204


def test_a_deep_create_takes_the_next_number_and_stores_its_parts(erp):
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
    answer = erp.post(f"{PARTNERS}/A_BusinessPartner", json=body)
    created = answer.json()["d"]
    number = created["BusinessPartner"]
    assert answer.status_code == 201 and re.fullmatch(r"0001\d{6}", number)
    assert answer.headers["location"].endswith(f"A_BusinessPartner('{number}')")
    assert created["BusinessPartnerFullName"] == "Ada Lovelace" and created["Customer"] == number
    email = created["to_BusinessPartnerAddress"]["results"][0]["to_EmailAddress"]["results"][0]
    assert (email["OrdinalNumber"], email["EmailAddress"]) == ("1", "a@l.example")
    found = erp.get(f"{PARTNERS}/A_BuPaIdentification", params={"$filter": f"BusinessPartner eq '{number}'"})
    assert [row["BPIdentificationNumber"] for row in found.json()["d"]["results"]] == ["C-7K3M-9QXD-F"]
    assert int(create(erp)) == int(number) + 1


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
def test_a_body_that_does_not_fit_is_refused_with_the_property(sap, erp, body, propertyref):
    before = sap.stats()["rows"]["BusinessPartner"]
    answer = erp.post(f"{PARTNERS}/A_BusinessPartner", json=body)
    assert answer.status_code == 400
    assert error_of(answer)["innererror"]["errordetails"][0]["propertyref"] == propertyref
    assert sap.stats()["rows"]["BusinessPartner"] == before


def test_a_refused_part_takes_the_whole_deep_create_back(sap, erp):
    before = sap.stats()
    body = {
        "BusinessPartnerCategory": "2",
        "OrganizationBPName1": "A",
        "to_BusinessPartnerAddress": [{"Stadt": "B"}],
    }
    assert erp.post(f"{PARTNERS}/A_BusinessPartner", json=body).status_code == 400
    after = sap.stats()
    assert (after["rows"], after["writes"]) == (before["rows"], before["writes"])


def test_a_partner_takes_one_identification_of_a_type(erp):
    number = create(erp)
    first = erp.post(f"{PARTNERS}/A_BuPaIdentification", json=golden(number, "C-1"))
    second = erp.post(f"{PARTNERS}/A_BuPaIdentification", json=golden(number, "C-2"))
    assert (first.status_code, second.status_code) == (201, 400)
    assert "can be assigned once only" in error_of(second)["message"]["value"]


def test_an_identification_is_changed_and_deleted_by_its_three_keys(erp):
    number = create(erp)
    erp.post(f"{PARTNERS}/A_BuPaIdentification", json=golden(number, "C-1/a"))
    keys = f"BusinessPartner='{number}',BPIdentificationType='ZMDM',BPIdentificationNumber='C-1%2Fa'"
    path = f"{PARTNERS}/A_BuPaIdentification({keys})"
    change = {"BPIdnNmbrIssuingInstitute": "Aurum"}
    assert erp.patch(path, json=change, headers={"If-Match": "*"}).status_code == 204
    assert erp.get(path).json()["d"]["BPIdnNmbrIssuingInstitute"] == "Aurum"
    renamed = erp.patch(path, json={"BPIdentificationNumber": "C-2"}, headers={"If-Match": "*"})
    assert renamed.status_code == 400
    assert erp.delete(path, headers={"If-Match": "*"}).status_code == 204
    assert erp.get(path).status_code == 404


def test_parts_are_created_through_navigations_and_deleted(erp):
    number = create(erp)
    address = erp.post(
        f"{PARTNERS}/A_BusinessPartner('{number}')/to_BusinessPartnerAddress",
        json={"CityName": "Ulm", "Country": "DE"},
    ).json()["d"]
    path = (
        f"{PARTNERS}/A_BusinessPartnerAddress(BusinessPartner='{number}',AddressID='{address['AddressID']}')"
    )
    assert erp.post(f"{path}/to_MobilePhoneNumber", json={"PhoneNumber": "0171"}).status_code == 201
    mobiles = erp.get(f"{path}/to_MobilePhoneNumber").json()["d"]["results"]
    assert [(row["PhoneNumber"], row["PhoneNumberType"]) for row in mobiles] == [("0171", "3")]
    assert erp.patch(path, json={"CityName": "Bonn"}, headers={"If-Match": "*"}).status_code == 204
    assert erp.delete(path, headers={"If-Match": "*"}).status_code == 204
    assert erp.get(path).status_code == 404


def test_a_part_of_a_partner_that_does_not_exist_is_refused(erp):
    answer = erp.post(f"{PARTNERS}/A_BuPaIdentification", json=golden("0000000009", "C-1"))
    assert answer.status_code == 400
    assert error_of(answer)["message"]["value"] == "BusinessPartner 0000000009 does not exist"


def test_partners_cannot_be_deleted(erp):
    answer = erp.delete(f"{PARTNERS}/A_BusinessPartner('{FIRST}')", headers={"If-Match": "*"})
    assert answer.status_code == 405


def test_every_write_moves_the_change_stamp_of_the_partner(erp):
    path = f"{PARTNERS}/A_BusinessPartner('0001001203')"
    before = erp.get(path)
    erp.post(f"{PARTNERS}/A_BuPaIdentification", json=golden("0001001203", "C-2"))
    after = erp.get(path)
    assert after.json()["d"]["LastChangeDate"] > before.json()["d"]["LastChangeDate"]
    assert re.fullmatch(r"PT\d\dH\d\dM\d\dS", after.json()["d"]["LastChangeTime"])
    assert after.headers["etag"] != before.headers["etag"]
    recent = {"$filter": f"LastChangeTime eq time'{after.json()['d']['LastChangeTime']}'"}
    found = erp.get(f"{PARTNERS}/A_BusinessPartner", params=recent).json()["d"]["results"]
    assert "0001001203" in [row["BusinessPartner"] for row in found]


def test_a_product_takes_its_golden_id_in_the_extension_field(sap, erp):
    path = f"{PRODUCTS}/A_Product('MAT-1')"
    before = erp.get(path).json()["d"]["LastChangeDateTime"]
    change = {"YY1_GoldenId_PRD": "P-7K3M-9QXD-F"}
    assert erp.patch(path, json=change, headers={"If-Match": "*"}).status_code == 204
    found = erp.get(path, params={"$expand": "to_Description"}).json()["d"]
    assert found["YY1_GoldenId_PRD"] == "P-7K3M-9QXD-F"
    assert found["LastChangeDateTime"] > before and found["LastChangeDateTime"].endswith("+0000)/")
    assert found["to_Description"]["results"][0]["ProductDescription"] == "Cleaner 1"
    assert sap.stats()["golden"]["Product"] == 1


def test_a_product_is_created_with_its_descriptions(erp):
    body = {"ProductType": "HAWA", "to_Description": [{"Language": "EN", "ProductDescription": "New thing"}]}
    created = erp.post(f"{PRODUCTS}/A_Product", json=body).json()["d"]
    assert created["Product"]
    assert created["to_Description"]["results"][0]["ProductDescription"] == "New thing"


def test_writers_at_one_time_get_numbers_of_their_own(erp):
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda place: create(erp, SearchTerm1=str(place)), range(60)))
    assert len(set(numbers)) == 60
