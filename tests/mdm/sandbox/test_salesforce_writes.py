"""The Salesforce simulator writes single records and collections as the platform does."""

import pytest

from tests.mdm.sandbox.crm_calls import DATA, account_id, account_row, codes, create, query


def test_a_record_is_created_read_changed_and_emptied(crm):
    record_id = create(crm, Name="Alpha", Phone="1", Website="https://a.example")
    path = f"{DATA}/sobjects/Account/{record_id}"
    assert crm.patch(path, json={"Phone": "2", "Website": None}).status_code == 204
    found = crm.get(f"{DATA}/sobjects/Account/{record_id[:15]}").json()
    assert (found["Name"], found["Phone"], found["Website"], found["Id"]) == ("Alpha", "2", None, record_id)
    assert list(crm.get(path, params={"fields": "Name,Phone"}).json()) == ["attributes", "Name", "Phone"]


def test_every_write_moves_the_change_stamp_even_without_a_change(crm):
    path = f"{DATA}/sobjects/Account/{create(crm)}"
    stamps = []
    for _ in range(3):
        stamps.append(crm.get(path).json()["SystemModstamp"])
        crm.patch(path, json={"Name": "Neu AG"})
    assert stamps == sorted(set(stamps))


def test_a_last_name_makes_a_person_account(crm):
    record_id = create(crm, FirstName="Ada", LastName="Lovelace", PersonEmail="ada@l.example")
    found = crm.get(f"{DATA}/sobjects/Account/{record_id}").json()
    assert (found["Name"], found["IsPersonAccount"]) == ("Ada Lovelace", True)


def test_a_contact_belongs_to_an_account_that_exists(crm):
    parent = create(crm)
    record_id = create(crm, "Contact", FirstName="Ada", LastName="Lovelace", AccountId=parent[:15])
    found = crm.get(f"{DATA}/sobjects/Contact/{record_id}").json()
    assert (found["AccountId"], found["Name"]) == (parent, "Ada Lovelace")
    lost = crm.post(f"{DATA}/sobjects/Contact", json={"LastName": "L", "AccountId": account_id(99_999)})
    assert codes(lost) == ["INVALID_CROSS_REFERENCE_KEY"]


@pytest.mark.parametrize(
    ("body", "code", "fields"),
    [
        ({"Name": "A", "MDM_Id": "1"}, "INVALID_FIELD", None),
        ({"Phone": "1"}, "REQUIRED_FIELD_MISSING", ["Name"]),
        ({"Name": "A" * 256}, "STRING_TOO_LONG", ["Name"]),
        ({"Name": "A", "MDM_Id__c": "C" * 21}, "STRING_TOO_LONG", ["MDM_Id__c"]),
        (
            {"Name": "A", "SystemModstamp": "2024-01-01T00:00:00Z"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            ["SystemModstamp"],
        ),
        ({"Name": "A", "Email__c": "nobody"}, "INVALID_EMAIL_ADDRESS", ["Email__c"]),
        ({"Name": "A", "ParentId": "7"}, "MALFORMED_ID", ["ParentId"]),
        ({"Name": {"first": "A"}}, "JSON_PARSER_ERROR", None),
        ({"Name": "A", "PersonBirthdate": "1.1.1970"}, "JSON_PARSER_ERROR", None),
    ],
)
def test_a_record_that_does_not_fit_is_refused(salesforce, crm, body, code, fields):
    before = salesforce.stats()["rows"]
    answer = crm.post(f"{DATA}/sobjects/Account", json=body)
    assert (answer.status_code, codes(answer)) == (400, [code])
    assert answer.json()[0].get("fields") == fields
    assert salesforce.stats()["rows"] == before


def test_a_deleted_record_is_gone_for_all_but_query_all(crm):
    record_id = create(crm, Name="Weg")
    path = f"{DATA}/sobjects/Account/{record_id}"
    assert crm.delete(path).status_code == 204
    assert crm.get(path).status_code == 404
    answer = crm.patch(path, json={"Name": "Da"})
    assert (answer.status_code, codes(answer)) == (404, ["ENTITY_IS_DELETED"])
    text = f"SELECT Id, IsDeleted FROM Account WHERE Id = '{record_id}'"
    assert query(crm, text).json()["totalSize"] == 0
    assert query(crm, text, "queryAll").json()["records"][0]["IsDeleted"] is True


def test_a_locked_row_can_be_written_when_the_lock_is_used_up(salesforce, crm):
    record_id = create(crm)
    salesforce.plan(lock_keys={record_id: 1})
    path = f"{DATA}/sobjects/Account/{record_id}"
    answer = crm.patch(path, json={"Phone": "1"})
    assert (answer.status_code, codes(answer)) == (400, ["UNABLE_TO_LOCK_ROW"])
    assert crm.patch(path, json={"Phone": "1"}).status_code == 204


def test_an_upsert_creates_once_and_updates_then(crm):
    path = f"{DATA}/sobjects/Account/MDM_Id__c/C-UP-1"
    first = crm.patch(path, json={"Name": "Eins"})
    second = crm.patch(path.replace("C-UP", "c-up"), json={"Name": "Zwei"})  # external ids have no case
    assert (first.status_code, first.json()["created"]) == (201, True)
    assert (second.status_code, second.json()["created"]) == (200, False)
    found = crm.get(path).json()
    assert (found["Id"], found["Name"], found["MDM_Id__c"]) == (first.json()["id"], "Zwei", "C-UP-1")


def test_two_accounts_may_hold_one_golden_id_and_an_upsert_then_names_both(crm):
    ids = [create(crm, Name="Doppelt", MDM_Id__c="C-TWO") for _ in range(2)]
    path = f"{DATA}/sobjects/Account/MDM_Id__c/C-TWO"
    for answer in (crm.get(path), crm.patch(path, json={"Phone": "1"})):
        assert answer.status_code == 300
        assert answer.json() == [f"{DATA}/sobjects/Account/{record_id}" for record_id in ids]


def test_a_field_that_is_no_external_id_is_refused(crm):
    assert crm.patch(f"{DATA}/sobjects/Account/Phone/1", json={"Name": "A"}).status_code == 404
    assert crm.get(f"{DATA}/sobjects/Account/MDM_Id__c/C-NONE").status_code == 404


def test_a_collection_of_updates_answers_row_by_row(crm):
    good = create(crm)
    rows = [
        account_row(id=good, MDM_Id__c="C-1"),
        account_row(id=account_id(99_999), MDM_Id__c="C-1"),
        account_row(id=good[:15], MDM_Id__c="C-2"),  # the first row again
        account_row(Id=create(crm), Nickname="x"),
        account_row(MDM_Id__c="C-1"),
        {"attributes": {"type": "Friend"}, "id": good},
    ]
    answer = crm.patch(f"{DATA}/composite/sobjects", json={"allOrNone": False, "records": rows})
    results = answer.json()
    assert answer.status_code == 200
    assert results[0] == {"id": good, "success": True, "errors": []}
    assert [result["errors"][0]["statusCode"] for result in results[1:]] == [
        "INVALID_CROSS_REFERENCE_KEY",
        "DUPLICATE_VALUE",
        "INVALID_FIELD",
        "MISSING_ARGUMENT",
        "INVALID_TYPE",
    ]
    assert crm.get(f"{DATA}/sobjects/Account/{good}").json()["MDM_Id__c"] == "C-1"


def test_a_collection_of_upserts_answers_in_order(crm):
    old = create(crm, Name="Alt", MDM_Id__c="C-OLD")
    for _ in range(2):
        create(crm, Name="Doppelt", MDM_Id__c="C-DUP")
    rows = [
        account_row(MDM_Id__c="C-OLD", Phone="7"),
        account_row(MDM_Id__c="C-NEW", Name="Neu"),
        account_row(MDM_Id__c="C-NEW-2"),  # a new one without a name
        account_row(MDM_Id__c="C-DUP", Phone="7"),
        account_row(MDM_Id__c="C-SAME", Name="A"),
        account_row(MDM_Id__c="c-same", Name="B"),
        account_row(MDM_Id__c="C-X", Id=old),
        account_row(Name="Namenlos"),
    ]
    path = f"{DATA}/composite/sobjects/Account/MDM_Id__c"
    results = crm.patch(path, json={"allOrNone": False, "records": rows}).json()
    assert results[0] == {"id": old, "success": True, "errors": [], "created": False}
    assert (results[1]["success"], results[1]["created"]) == (True, True)
    assert [(result["success"], result["errors"][0]["statusCode"]) for result in results[2:]] == [
        (False, "REQUIRED_FIELD_MISSING"),
        (False, "DUPLICATE_EXTERNAL_ID"),
        (False, "DUPLICATE_VALUE"),
        (False, "DUPLICATE_VALUE"),
        (False, "INVALID_FIELD"),
        (False, "MISSING_ARGUMENT"),
    ]
    assert results[2]["errors"][0]["fields"] == ["Name"]


def test_all_or_none_keeps_nothing_when_a_row_fails(salesforce, crm):
    good = create(crm)
    before = salesforce.stats()["writes"]
    rows = [account_row(id=good, Phone="9"), account_row(id=good, Phone="9", Nickname="x")]
    results = crm.patch(f"{DATA}/composite/sobjects", json={"allOrNone": True, "records": rows}).json()
    assert [result["errors"][0]["statusCode"] for result in results] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "DUPLICATE_VALUE",
    ]
    assert crm.get(f"{DATA}/sobjects/Account/{good}").json()["Phone"] is None
    assert salesforce.stats()["writes"] == before


@pytest.mark.parametrize("path", ["/composite/sobjects", "/composite/sobjects/Account/MDM_Id__c"])
def test_more_than_200_rows_are_refused_whole(crm, path):
    rows = [account_row(id=account_id(number), MDM_Id__c=f"C-{number}") for number in range(1, 202)]
    answer = crm.patch(DATA + path, json={"records": rows})
    assert (answer.status_code, codes(answer)) == (400, ["EXCEEDED_ID_LIMIT"])


def test_200_golden_ids_go_in_one_call(salesforce, crm):
    rows = [account_row(id=account_id(number), MDM_Id__c=f"C-{number}") for number in range(1, 201)]
    before = salesforce.stats()
    results = crm.patch(f"{DATA}/composite/sobjects", json={"allOrNone": False, "records": rows}).json()
    after = salesforce.stats()
    assert [result["id"] for result in results] == [account_id(number) for number in range(1, 201)]
    assert after["golden"]["Account"] - before["golden"]["Account"] == 200
    assert after["requests"] - before["requests"] == 1


def test_a_locked_row_fails_alone_in_its_collection(salesforce, crm):
    ids = [create(crm) for _ in range(3)]
    salesforce.plan(lock_keys=[ids[1]])
    rows = [account_row(id=record_id, Phone="1") for record_id in ids]
    results = crm.patch(f"{DATA}/composite/sobjects", json={"records": rows}).json()
    assert [result["success"] for result in results] == [True, False, True]
    assert results[1]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"


def test_collections_create_and_delete_as_well(crm):
    rows = [account_row(Name="Eins"), {"attributes": {"type": "Product2"}, "Name": "Zwei"}]
    ids = [result["id"] for result in crm.post(f"{DATA}/composite/sobjects", json={"records": rows}).json()]
    assert [record_id[:3] for record_id in ids] == ["001", "01t"]
    results = crm.delete(f"{DATA}/composite/sobjects", params={"ids": ",".join(ids)}).json()
    assert [result["success"] for result in results] == [True, True]
