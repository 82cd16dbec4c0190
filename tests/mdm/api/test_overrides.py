"""Overrides over HTTP: set with a reason, rehearsed, listed, withdrawn; nobody sets what they may not see."""

from __future__ import annotations

import pytest

from mdm.compliance.digest import digest
from mdm.models import AuditEntry, Override
from mdm.resolution.decisions import By
from mdm.resolution.overriding import override

MAY = ("golden:override", "golden:read", "pii:read")
WHY = {"reason_code": "documents", "reason": "Contract of May."}
TERMS = {"attribute": "payment_terms", "value": "N60", **WHY}


def address(golden):
    return f"golden/{golden.code}/overrides"


def test_a_value_is_set_listed_and_withdrawn(hub, api):
    asked = api(*MAY)
    answer = asked.post(address(hub.anna), TERMS)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    (number,) = body["overrides"]
    assert [(one["id"], one["attributes"]["payment_terms"]) for one in body["changed"]] == [
        (hub.anna.code, "N60")
    ]
    (listed,) = asked.get(address(hub.anna)).json()["overrides"]
    assert (listed["id"], listed["value"], listed["reason"]) == (
        number,
        "N60",
        "Documents show it. Contract of May.",
    )
    assert AuditEntry.objects.get(action="override").reason == "Documents show it. Contract of May."
    gone = asked.post(f"overrides/{number}/withdraw", {"reason_code": "mistake"})
    assert (gone.status_code, gone.json()["changed"][0]["attributes"]["payment_terms"]) == (200, "N30")
    assert asked.get(address(hub.anna)).json()["overrides"] == []


def test_a_preview_keeps_nothing(hub, api):
    before = digest()
    answer = api(*MAY).post(address(hub.anna), {**TERMS, "preview": True})
    assert (answer.status_code, answer.json()["overrides"], answer.json()["preview"]) == (200, [], True)
    assert answer.json()["changed"][0]["attributes"]["payment_terms"] == "N60"
    assert (digest(), Override.objects.count()) == (before, 0)


REFUSED = [
    ({"reason_code": None}, 400),
    ({"reason_code": "because"}, 400),
    ({"reason_code": "other", "reason": ""}, 422),
    ({"attribute": "shoe_size"}, 403),  # of an attribute that nobody declared a key sees nothing
    ({"value": ["N60"]}, 422),
    ({"mode": "until_date"}, 422),
    ({"mode": "until_date", "until": "2001-01-01"}, 422),
    ({"mode": "for ever"}, 400),
    ({"mode": "until_source_agrees", "value": "N30"}, 409),
    ({"version": 99}, 409),
    ({"colour": "red"}, 400),
]


@pytest.mark.parametrize(("more", "status"), REFUSED)
def test_what_cannot_stand_is_refused_as_a_problem(hub, api, more, status):
    before = digest()
    answer = api("golden:override", "golden:read").post(address(hub.anna), TERMS | more)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), (
        answer.content
    )
    assert (digest(), Override.objects.count()) == (before, 0)


def test_who_does_not_see_a_value_neither_sets_nor_withdraws_nor_lists_it(hub, api):
    number = override(hub.anna.code, "birth_date", "1980-02-04", by=By("eva", "asked")).override_ids[0]
    blind = api("golden:override")
    assert blind.post(address(hub.anna), TERMS).status_code == 403
    assert blind.get(address(hub.anna)).json()["overrides"] == []
    masked = api("golden:override", "golden:read")
    assert masked.post(f"overrides/{number}/withdraw", {"reason_code": "mistake"}).status_code == 404
    assert masked.get(address(hub.anna)).json()["overrides"][0]["value"] != "1980-02-04"


def test_what_is_not_known_is_404_and_what_is_over_409(hub, api):
    asked = api(*MAY)
    assert asked.post("overrides/99/withdraw", {"reason_code": "mistake"}).status_code == 404
    assert asked.post("golden/C-7K3M-9QXD-F/overrides", TERMS).status_code in (400, 404)
    number = asked.post(address(hub.anna), TERMS).json()["overrides"][0]
    ends = [asked.post(f"overrides/{number}/withdraw", {"reason_code": "mistake"}) for _ in range(2)]
    assert [one.status_code for one in ends] == [200, 409]
    assert "withdrew it" in ends[1].json()["conflicts"][0]
