"""The Salesforce simulator signs in, answers SOQL and keeps single records as the platform does."""

import time

import httpx
import pytest

from mdm.sandbox.platforms.sobjects.ids import check_suffix, long_id, numbered_id
from tests.mdm.sandbox.crm_calls import ACCOUNTS, CREDENTIALS, DATA, account_id, codes, query, sign_in


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("001A0000006Vm9u", "001A0000006Vm9uIAC"),  # a pair that Salesforce's own documentation prints
        ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaAAA"),
        ("AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAA555"),
    ],
)
def test_the_suffix_of_an_id_tells_its_case(short, whole):
    assert long_id(short) == whole
    assert long_id(whole.lower()) == whole


@pytest.mark.parametrize("text", ["", "001", "001A0000006Vm9uIAB", "001A0000006Vm9!", "001A0000006Vm9u9AC"])
def test_what_is_no_id_is_refused(text):
    assert long_id(text) is None


def test_numbered_ids_differ_and_carry_the_prefix():
    assert numbered_id("001", 1) == "001Au0000000001EAA"[:15] + check_suffix("001Au0000000001")
    assert len({numbered_id("003", number) for number in range(5000)}) == 5000


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "other"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_wrong_credentials_get_no_token(salesforce, change, error):
    answer = httpx.post(f"{salesforce.url}/services/oauth2/token", data={**CREDENTIALS, **change})
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_call_without_a_good_token_is_refused(salesforce):
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        answer = httpx.get(f"{salesforce.url}{DATA}/limits", headers=headers)
        assert (answer.status_code, codes(answer)) == (401, ["INVALID_SESSION_ID"])


def test_tokens_expire_with_time_and_on_demand(start, salesforce, tmp_path):
    short = start("salesforce", tmp_path / "crm.sqlite", "--token-seconds", "1")
    with sign_in(short.url) as crm:
        assert crm.get(f"{DATA}/limits").status_code == 200
        time.sleep(1.1)
        assert crm.get(f"{DATA}/limits").status_code == 401
    with sign_in(salesforce.url) as crm:
        salesforce.plan(expire_sessions=True)
        assert crm.get(f"{DATA}/limits").status_code == 401


def test_pages_of_2000_rows_lead_through_all_of_them_and_hold_still(crm):
    page = query(crm, "SELECT Id, Name FROM Account WHERE Name LIKE 'Firma %' ORDER BY Name").json()
    assert page["totalSize"] == ACCOUNTS
    crm.patch(f"{DATA}/sobjects/Account/{account_id(9)}", json={"Type": "Prospect"})
    sizes, ids = [len(page["records"])], [row["Id"] for row in page["records"]]
    while not page["done"]:
        page = crm.get(page["nextRecordsUrl"]).json()
        sizes.append(len(page["records"]))
        ids += [row["Id"] for row in page["records"]]
    assert sizes == [2000, 2000, 503]
    assert set(ids) == {account_id(number) for number in range(1, ACCOUNTS + 1)}


def test_a_record_of_a_query_has_attributes_and_the_fields_asked_for(crm):
    answer = query(
        crm, f"select id, Name, MDM_Id__c, IsPersonAccount from account where Id = '{account_id(1)}'"
    )
    assert answer.json()["records"] == [
        {
            "attributes": {"type": "Account", "url": f"{DATA}/sobjects/Account/{account_id(1)}"},
            "Id": account_id(1),
            "Name": "Firma 1 GmbH",
            "MDM_Id__c": None,
            "IsPersonAccount": False,
        }
    ]


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("Name = 'firma 12 gmbh'", 1),  # text compares without case
        (f"Id IN ('{account_id(1)}', '{account_id(2)[:15]}')", 2),  # both lengths of ids
        ("Name LIKE 'Firma 450_ GmbH' AND BillingCity != 'Bonn'", 2),
        ("Name IN ('Firma 1 GmbH','Firma 2 GmbH') AND NOT Name = 'Firma 1 GmbH'", 1),
        ("(Name = 'Firma 1 GmbH' OR Name = 'Firma 2 GmbH') AND BillingCity NOT IN ('Bonn')", 1),
        ("SystemModstamp >= 2024-01-28T00:00:00Z AND SystemModstamp < 2024-01-28T01:00:00+01:00", 0),
        ("SystemModstamp = 2024-01-28T00:00:00.000Z AND Name LIKE 'Firma 4___ GmbH'", 18),
        ("Name = 'it\\'s'", 0),
        ("ParentId = null AND IsDeleted = false AND Name = 'Firma 7 GmbH'", 1),
    ],
)
def test_a_condition_selects(crm, condition, count):
    answer = query(crm, f"SELECT COUNT() FROM Account WHERE {condition}")
    assert answer.json() == {"totalSize": count, "done": True, "records": []}


def test_order_limit_and_offset_apply(crm):
    text = "SELECT Name FROM Account WHERE Name LIKE 'Firma 100_ GmbH'"
    text += " ORDER BY BillingCity, Name DESC LIMIT 2 OFFSET 4"
    names = [row["Name"] for row in query(crm, text).json()["records"]]
    assert names == ["Firma 1000 GmbH", "Firma 1009 GmbH"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "MALFORMED_QUERY"),
        ("SELECT FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Name ~ 'x'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account LIMIT 1 GROUP BY Name", "MALFORMED_QUERY"),
        ("SELECT MAX(Name) FROM Account", "MALFORMED_QUERY"),  # outside the part that is served
        ("SELECT Id FROM Friend", "INVALID_TYPE"),
        ("SELECT Nickname FROM Account", "INVALID_FIELD"),
        ("SELECT Owner.Name FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Name = 7", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR"),
    ],
)
def test_a_query_that_cannot_be_answered_is_refused(crm, text, code):
    answer = query(crm, text)
    assert (answer.status_code, codes(answer)) == (400, [code])


def test_an_unknown_locator_is_refused(crm):
    assert codes(crm.get(f"{DATA}/query/0r8nothing-2000")) == ["INVALID_QUERY_LOCATOR"]
