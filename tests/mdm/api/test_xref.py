"""Cross-references over HTTP: found, waiting, in quarantine, unknown, over time, and many at once."""

from __future__ import annotations

import pytest

from mdm.resolution.decisions import By, merge
from tests.mdm.api.hub import arrive, settle

BY = By("test", "same_person")


def test_a_known_key_answers_with_its_golden_id_in_any_spelling(hub, api):
    for key in ("0000000017", "17", "0017"):
        answer = api("xref:read").get(f"xref/erp/BusinessPartner/{key}")
        assert answer.status_code == 200
        assert answer.json()["golden_id"] == hub.anna.code
        assert answer.json()["source_key"] == "0000000017"
        assert answer.json()["state"] == "known"
        assert answer.json()["since"]


def test_an_accepted_record_that_waits_answers_202(hub, api):
    arrive("crm", "Account", "A-2", {"kind": "person", "family_name": "Dorn", "given_name": "Eva"})
    answer = api("xref:read").get("xref/crm/Account/A-2")
    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["golden_id"]) == ("pending", None)
    assert answer.json()["reason"] == "It is accepted and waits to be resolved."
    settle()
    assert api("xref:read").get("xref/crm/Account/A-2").status_code == 200


def test_a_key_with_slashes_and_blanks_is_a_key(hub, api):
    arrive("crm", "Account", "A/3 b", {"kind": "person", "family_name": "Dorn", "given_name": "Eva"})
    assert api("xref:read").get("xref/crm/Account/A%2F3%20b").status_code == 202


def test_a_quarantined_key_answers_409_with_the_reason(hub, api):
    answer = api("xref:read").get("xref/erp/BusinessPartner/99")
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:aurum:problem:quarantined"
    assert problem["source_key"] == "0000000099"
    assert problem["detail"].endswith(".")


@pytest.mark.parametrize(
    "path",
    [
        "xref/crm/Account/nobody",  # a key that never arrived
        "xref/crm/Lead/A-1",  # an object type that is not there
        "xref/moon/Account/A-1",  # a source that is not there
        "xref/crm/Account/nobody/history",
        "xref/crm/Lead/A-1/history",
        "xref/erp/BusinessPartner/12345678901/history",  # longer than a SAP key can be
        "xref/crm/Account/A-1/history?at=1999-01-01",  # before anything was known
    ],
)
def test_an_unknown_key_answers_404_as_a_problem(hub, api, path):
    answer = api("xref:read").get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", "instance"}
    assert answer.json()["type"] == "urn:aurum:problem:unknown-record"
    assert answer.json()["instance"] == f"/api/v1/{path}"


def test_a_lookup_answers_every_name_in_the_order_asked(hub, api):
    names = [
        {"source": "shop", "object_type": "customer", "source_key": "s9"},
        {"source": "erp", "object_type": "BusinessPartner", "source_key": "99"},
        {"source": "crm", "object_type": "Account", "source_key": "nobody"},
        {"source": "crm", "object_type": "Account", "source_key": "A-1"},
        {"source": "shop", "object_type": "customer", "source_key": "s9"},
    ]
    answer = api("xref:read").post("xref/lookup", {"names": names})
    assert answer.status_code == 200
    found = [(one["state"], one["golden_id"]) for one in answer.json()["answers"]]
    assert found == [
        ("known", hub.bernd.code),
        ("quarantined", None),
        ("unknown", None),
        ("known", hub.anna.code),
        ("known", hub.bernd.code),
    ]


def test_a_lookup_of_a_thousand_names_is_a_handful_of_statements(hub, api, django_assert_max_num_queries):
    names = [{"source": "crm", "object_type": "Account", "source_key": f"k{n}"} for n in range(1000)]
    asked = api("xref:read")
    with django_assert_max_num_queries(8):
        answer = asked.post("xref/lookup", {"names": names})
    assert len(answer.json()["answers"]) == 1000


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/names"),
        ({"names": []}, "/names"),
        ({"names": [{"source": "crm", "object_type": "Account"}]}, "/names/0/source_key"),
        ({"names": [{"source": "crm", "object_type": "Account", "key": "1"}]}, "/names/0/key"),
        (
            {"names": [{"source": "a", "object_type": "b", "source_key": str(n)} for n in range(1001)]},
            "/names",
        ),
        ([], ""),
    ],
    ids=["nothing", "empty", "a name without key", "a misspelt field", "1001 names", "a list"],
)
def test_a_lookup_that_is_not_as_described_names_the_place(hub, api, body, pointer):
    answer = api("xref:read").post("xref/lookup", body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]


def test_a_body_that_is_no_json_is_a_problem(hub, api):
    asked = api("xref:read")
    answer = asked.client.post(
        "/api/v1/xref/lookup", b"{", content_type="application/json", headers=asked.headers
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:aurum:problem:bad-json")


def test_the_history_of_a_key_names_every_golden_id_it_had(hub, api):
    merge([hub.anna.code, hub.bernd.code], keep=hub.anna.code, by=BY)
    answer = api("xref:read").get("xref/shop/customer/s9/history")
    assert answer.status_code == 200
    assert (answer.json()["source_key"], answer.json()["asked_key"]) == ("S9", "s9")
    first, second = answer.json()["spans"]
    assert (first["golden_id"], second["golden_id"]) == (hub.bernd.code, hub.anna.code)
    assert first["valid_to"] == second["valid_from"] and second["valid_to"] is None
    before = api("xref:read").get(f"xref/shop/customer/S9/history?at={first['valid_from']}")
    assert [span["golden_id"] for span in before.json()["spans"]] == [hub.bernd.code]
    assert api("xref:read").get("xref/shop/customer/S9/history?at=soon").status_code == 400


def test_the_golden_id_of_a_moment_is_answered_and_what_is_no_moment_is_refused(hub, api):
    asked = api("xref:read", "golden:read")
    merge([hub.anna.code, hub.bernd.code], keep=hub.anna.code, by=BY)
    first, second = asked.get("xref/shop/customer/S9/history").json()["spans"]
    then = asked.get(f"xref/shop/customer/S9?at={first['valid_from']}").json()
    assert (then["golden_id"], then["until"]) == (hub.bernd.code, second["valid_from"])
    assert asked.get("xref/shop/customer/S9").json()["golden_id"] == hub.anna.code
    names = [{"source": "shop", "object_type": "customer", "source_key": "s9"}]
    many = asked.post("xref/lookup", {"names": names, "at": first["valid_from"]}).json()["answers"]
    assert [one["golden_id"] for one in many] == [hub.bernd.code]
    was = asked.get(f"golden/{hub.anna.code}?at={first['valid_from']}").json()
    assert (was["status"], len(was["members"]), "redirects_to" in was) == ("live", 2, False)
    now = asked.get(f"golden/{hub.bernd.code}?at={second['valid_from']}").json()
    assert (now["status"], now["redirects_to"]) == ("merged", hub.anna.code)
    for path in ("xref/shop/customer/S9", f"golden/{hub.anna.code}", "xref/shop/customer/S9/history"):
        for bad, said in (("soon", "is no moment"), ("2999-01-01T00:00:00Z", "lies in the future")):
            answer = asked.get(f"{path}?at={bad}")
            assert (answer.status_code, said in answer.json()["detail"]) == (400, True)
    early = asked.get("xref/shop/customer/S9?at=1999-01-01T00:00:00Z")
    assert (early.status_code, "its first one is from 20" in early.json()["detail"]) == (404, True)
    early = asked.get(f"golden/{hub.anna.code}?at=1999-01-01T00:00:00Z")
    assert (early.status_code, "There was no golden record" in early.json()["detail"]) == (404, True)
    future = asked.post("xref/lookup", {"names": names, "at": "2999-01-01T00:00:00Z"})
    assert future.status_code == 400


def test_any_id_leads_to_the_golden_record_of_today(hub, api):
    asked = api("golden:read", "pii:read")
    merge([hub.anna.code, hub.bernd.code], keep=hub.anna.code, by=BY)
    for text, how in (
        (hub.bernd.code.lower(), "former_golden_id"),
        ("17", "source_key"),
        ("s9", "source_key"),
    ):
        (found,) = asked.get(f"search?id={text}").json()["found"]
        assert (found["how"], found["golden_id"], found["status"]) == (how, hub.anna.code, "live")
    assert asked.get("search?id=nobody").json()["found"] == []
    assert asked.get("search").status_code == asked.get("search?id=1&domain=moon").status_code == 400
    assert api("golden:read:masked").get("search?id=17").json()["found"][0]["title"] != "Anna Berg"
