"""Relationships over HTTP: asked for, stated by records, said and taken back by stewards."""

from __future__ import annotations

import pytest

from mdm.models import StewardRelationship
from tests.mdm.api.hub import golden_of, settle
from tests.mdm.relationships.related_hub import build_group, code_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(db):
    return build_group()


def because(**more):
    return {"reason_code": "documents", **more}


def test_a_record_is_asked_how_it_stands_to_others_by_type_direction_and_day(group, api):
    ask = api("golden:read").get
    found = ask(f"golden/{group.bernd.code}/relationships").json()
    (one,) = found["relationships"]
    assert (one["type"], one["direction"], one["id"], one["attributes"]) == (
        "contact_of", "out", code_of("N"), {"role": "Head of buying"},
    )  # fmt: skip
    assert one["days"] == [{"valid_from": "2024-02-01", "valid_to": None}]
    assert one["said_by"][0]["record"] == ["shop", "customer", "S9"]
    assert found["waiting"][0]["other"] == ["crm", "Account", "X-404"]
    north = f"golden/{code_of('N')}/relationships"
    assert [one["type"] for one in ask(north).json()["relationships"]] == [
        "contact_of", "parent_account", "parent_account",
    ]  # fmt: skip
    assert [
        one["id"] for one in ask(f"{north}?type=parent_account&direction=out").json()["relationships"]
    ] == [code_of("H")]
    assert len(ask(f"{north}?on=2024-01-31").json()["relationships"]) == 2
    assert len(ask(f"{north}?on=any").json()["relationships"]) == 3


BAD = ["type=brother", "direction=up", "on=yesterday"]


@pytest.mark.parametrize("query", BAD)
def test_a_question_that_cannot_be_meant_is_refused(group, api, query):
    answer = api("golden:read").get(f"golden/{group.bernd.code}/relationships?{query}")
    assert answer.status_code == 400 and query.split("=")[0] in answer.json()["errors"][0]["pointer"]


def test_the_tree_of_an_account(group, api):
    tree = api("golden:read").get(f"golden/{code_of('L')}/tree").json()
    assert tree["ultimate"] == code_of("H")
    assert tree["way"] == [code_of(key) for key in "LNH"]
    root = tree["root"]
    assert (root["total"], root["total_records"], root["total_contacts"]) == (4, 4, 1)
    assert [child["id"] for child in root["children"]] == [code_of("N"), code_of("O")]
    assert api("golden:read").get(f"golden/{code_of('L')}/tree?type=contact_of").status_code == 400
    assert api("golden:read").get(f"golden/{code_of('L')}/tree?depth=99").status_code == 400


def test_a_steward_relates_previews_ends_and_takes_back(group, api):
    say = api("golden:override", "golden:read")
    here, there = group.anna.code, code_of("O")
    address = f"golden/{here}/relationships"
    wanted = because(type="contact_of", to=there, attributes={"role": "Owner"})
    tried = say.post(address, {**wanted, "preview": True})
    assert (tried.status_code, StewardRelationship.objects.count()) == (200, 0)
    made = say.post(address, wanted)
    assert made.status_code == 201
    related = {"type": "contact_of", "from": here, "to": there, "days": [[None, None]],
               "attributes": {"role": "Owner"}}  # fmt: skip
    assert made.json()["changed"] == [{"related": [related], "unrelated": []}] == tried.json()["changed"]
    ended = say.post(address, because(type="contact_of", to=there, ended=True, valid_to="2025-12-31"))
    assert ended.json()["changed"][0]["related"][0]["days"] == [[None, "2025-12-31"]]
    back = say.post(f"relationships/{ended.json()['relationship']}/withdraw", because())
    assert back.json()["changed"] == made.json()["changed"]
    assert say.post(f"relationships/{made.json()['relationship']}/withdraw", because()).status_code == 200
    assert say.get(address).json()["relationships"] == []


REFUSED = [
    # type, from, to, what else, status, a word of the refusal
    ("parent_account", "H", "L", {}, 409, "circle"),
    ("parent_account", "N", "O", {}, 409, "already"),
    ("parent_account", "N", "N", {}, 409, "one golden record"),
    ("contact_of", "N", "O", {}, 422, "organisation"),
    ("bill_to", "N", "O", {"attributes": {"rank": "1"}}, 422, "no attribute 'rank'"),
    ("bill_to", "N", "O", {"valid_from": "2025-02-01", "valid_to": "2025-01-01"}, 422, "before it begins"),
    ("bill_to", "N", "O", {"ended": True}, 404, "Nobody says"),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "one", "other", "more", "status", "word"), REFUSED)
def test_what_cannot_be_is_refused_and_nothing_changes(group, api, type_, one, other, more, status, word):
    wanted = because(type=type_, to=code_of(other), **more)
    answer = api("golden:override").post(f"golden/{code_of(one)}/relationships", wanted)
    assert (answer.status_code, StewardRelationship.objects.count()) == (status, 0)
    assert word in answer.json()["detail"]


def test_reading_needs_a_scope_and_saying_another(group, api):
    address = f"golden/{group.bernd.code}/relationships"
    assert api("xref:read").get(address).status_code == 403
    assert api("golden:read").post(address, because(type="bill_to", to=code_of("H"))).status_code == 403


def test_a_record_states_relationships_and_what_it_states_no_more_is_over(group, api):
    send, ask = api("ingest"), api("golden:read")
    stated = {"type": "ship_to", "to": {"object_type": "BusinessPartner", "source_key": "17"}}
    record = {"source": "erp", "object_type": "BusinessPartner", "source_key": "55",
              "attributes": {"kind": "organisation", "legal_name": "Zweite GmbH"}}  # fmt: skip
    assert send.post("records", {**record, "relationships": [stated]}).status_code == 202
    settle()
    address = f"golden/{golden_of('erp', '0000000055').code}/relationships"
    (one,) = ask.get(address).json()["relationships"]
    assert (one["type"], one["id"]) == ("ship_to", group.anna.code)
    assert send.post("records", record).json()["outcome"] == "changed"
    settle()
    assert ask.get(address).json()["relationships"] == []
    faults = [{"type": "ship_to"}, {"type": "ship_to", "to": stated["to"], "from": stated["to"]}]
    assert {send.post("records", {**record, "relationships": [one]}).status_code for one in faults} == {400}
    unknown = send.post("records", {**record, "relationships": [{**stated, "type": "brother"}]})
    assert (unknown.status_code, unknown.json()["rule"]) == (422, "unknown_relationship")


def test_problems_name_records_that_never_came(group, api):
    found = api("golden:read").get("relationships/problems").json()
    assert (found["counts"], found["problems"]) == ({}, [])
    assert found["unknown"] == [
        {"type": "contact_of", "source": "crm", "object_type": "Account", "statements": 1, "records": 1}
    ]
