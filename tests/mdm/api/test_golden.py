"""Golden records over HTTP: every id ever issued answers, and only what the scopes allow is shown."""

from __future__ import annotations

import pytest

from mdm.compliance.reading import SOLE_RULE
from mdm.resolution.decisions import By, merge, undo
from mdm.resolution.overriding import override
from tests.mdm.api.hub import settle

BY = By("eva", "same_person", "They told me.")


def test_a_golden_record_answers_with_values_members_and_version(hub, api):
    answer = api("golden:read").get(f"golden/{hub.anna.code}")
    assert answer.status_code == 200
    body = answer.json()
    assert body["id"] == hub.anna.code
    assert body["attributes"]["given_name"] == "Anna"
    assert body["attributes"]["billing_address"]["city"] == "Köln"
    assert body["attributes"]["emails"] == ["anna@berg.example"]
    assert [(one["source"], one["source_key"], one["url"]) for one in body["members"]] == [
        ("erp", "0000000017", ""),
        ("crm", "A-1", "http://127.0.0.1:9/Account/A-1"),
    ]
    assert "provenance" not in body


def test_provenance_names_who_overrode_a_value_and_why_to_those_who_see_it(hub, api):
    override(hub.anna.code, "birth_date", "1980-02-04", by=By("eva", "asked", "She was born on the 4th."))
    address = f"golden/{hub.anna.code}?provenance=true"
    body = api("golden:read", "pii:read").get(address).json()
    why = body["provenance"]["birth_date"]
    assert (body["attributes"]["birth_date"], why["step"], why["by"]) == ("1980-02-04", "override", "eva")
    assert why["because"] == "I asked them. She was born on the 4th."
    assert "1980-02-04" not in str(masked := api("golden:read").get(address).json())
    assert "because" not in masked["provenance"]["birth_date"]
    assert "birth_date" not in api("golden:read:masked").get(address).json()["provenance"]


def test_an_id_is_read_as_a_person_says_it(hub, api):
    spoken = hub.anna.code.replace("-", "").lower()
    assert api("golden:read").get(f"golden/{spoken}").json()["id"] == hub.anna.code


def test_provenance_names_winner_rule_and_losers(hub, api):
    body = api("golden:read").get(f"golden/{hub.anna.code}?provenance=true").json()
    why = body["provenance"]["given_name"]
    assert why["winner"] == ["erp", "BusinessPartner", "0000000017"]
    assert why["losers"][0]["record"] == ["crm", "Account", "A-1"]
    alone = api("golden:read").get(f"golden/{hub.bernd.code}?provenance=true").json()
    assert alone["provenance"]["given_name"]["rule"] == SOLE_RULE


def test_an_etag_spares_the_body_until_the_version_changes(hub, api):
    asked = api("golden:read")
    first = asked.get(f"golden/{hub.bernd.code}")
    tag = first["ETag"]
    assert tag == f'"{hub.bernd.code}-v{hub.bernd.version}"'
    for sent in (tag, f'"other", {tag}', f"W/{tag}"):
        again = asked.get(f"golden/{hub.bernd.code}", headers={"If-None-Match": sent})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    merge([hub.anna.code, hub.bernd.code], keep=hub.bernd.code, by=BY)
    changed = asked.get(f"golden/{hub.bernd.code}", headers={"If-None-Match": tag})
    assert changed.status_code == 200 and changed["ETag"] != tag


def test_a_retired_id_redirects_to_the_live_one_until_an_undo(hub, api):
    asked = api("golden:read")
    decision = merge([hub.anna.code, hub.bernd.code], keep=hub.anna.code, by=BY)
    answer = asked.get(f"golden/{hub.bernd.code}?provenance=true")
    assert answer.status_code == 308
    assert answer["Location"] == f"/api/v1/golden/{hub.anna.code}?provenance=true"
    assert answer["Cache-Control"] == "no-store"
    followed = asked.client.get(answer["Location"], headers=asked.headers)
    assert followed.json()["id"] == hub.anna.code and len(followed.json()["members"]) == 3
    shown = asked.get(f"golden/{hub.bernd.code}?follow=false")
    assert shown.status_code == 200
    assert (shown.json()["status"], shown.json()["redirects_to"]) == ("merged", hub.anna.code)
    assert "ETag" not in shown
    undo(decision.judgement_ids[0], by=By("eva", "mistake"))
    assert asked.get(f"golden/{hub.bernd.code}").status_code == 200


def test_a_tombstone_answers_410_and_shows_itself_when_asked(hub, api):
    asked = api("golden:read", "ingest")
    body = {"source": "shop", "object_type": "customer", "source_key": "S9", "retired": True}
    # Retired records stay members without a voice, so the golden record loses its last voice here.
    assert asked.post("records", {**body, "attributes": {"family_name": "Cramer"}}).status_code == 202
    settle()
    answer = asked.get(f"golden/{hub.bernd.code}")
    assert (answer.status_code, answer.json()["type"]) == (410, "urn:aurum:problem:tombstone")
    assert asked.get(f"golden/{hub.bernd.code}?follow=false").json()["status"] == "tombstone"


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("C-0000-0000-0", 400, "bad-golden-id"),  # the check character does not fit
        ("hello", 400, "bad-golden-id"),
        ("C-N1DA-F0XZ-S", 404, "unknown-golden-id"),  # well formed, of a number that was never used here
    ],
)
def test_an_id_that_was_never_issued_is_a_problem(hub, api, code, status, kind):
    for path in (f"golden/{code}", f"golden/{code}/history"):
        answer = api("golden:read").get(path)
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:aurum:problem:{kind}")


def test_a_flag_that_is_neither_true_nor_false_is_refused(hub, api):
    answer = api("golden:read").get(f"golden/{hub.anna.code}?follow=maybe")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "?follow")


@pytest.mark.parametrize(
    ("scope", "given_name", "email", "tax"),
    [
        ("pii:read", "Anna", "anna@berg.example", "DE136695976"),
        ("golden:read", "Anna", "anna@berg.example", "D••••••••6"),
        ("golden:read:masked", "•••", "a••••••••e", None),
    ],
)
def test_a_scope_sees_what_the_policy_gate_allows(hub, api, scope, given_name, email, tax):
    body = api(scope).get(f"golden/{hub.anna.code}").json()
    shown = body["attributes"]
    assert shown["given_name"] == given_name
    assert shown["emails"] == [email]
    assert (shown["tax_ids"][0]["value"] if "tax_ids" in shown else None) == tax
    assert ("Anna" in body["title"]) == (given_name == "Anna")


def test_masking_covers_provenance_and_history_as_well(hub, api):
    asked = api("golden:read:masked")
    for path in (f"golden/{hub.anna.code}?provenance=true", f"golden/{hub.anna.code}/history"):
        text = asked.get(path).content.decode()
        for secret in ("Anna", "Anne", "anna@", "DE136695976", "1980-02-03", "Hauptstr"):
            assert secret not in text, (path, secret)
    assert "birth_date" not in asked.get(f"golden/{hub.anna.code}?provenance=true").json()["provenance"]


def test_history_tells_who_when_why_and_what(hub, api):
    merge([hub.anna.code, hub.bernd.code], keep=hub.anna.code, by=BY)
    body = api("pii:read").get(f"golden/{hub.anna.code}/history").json()
    newest, oldest = body["steps"]
    assert (newest["actor"], newest["action"]) == ("eva", "merge")
    assert newest["reason"] == "I know them to be the same. They told me."
    assert newest["joined"] == [["shop", "customer", "S9"]]
    changed = {one["attribute"]: one for one in newest["changes"]}
    assert changed["emails"]["before"] == ["anna@berg.example"]
    assert "bernd@cramer.example" in changed["emails"]["after"]
    assert {one["attribute"] for one in oldest["changes"]} >= {"given_name", "emails"}
    assert len(oldest["joined"]) == 2
