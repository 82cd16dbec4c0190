"""Decisions over HTTP: each with a reason and a preview, refused with the list, searched and undone."""

from __future__ import annotations

import pytest

from mdm.compliance.digest import digest
from mdm.models import AuditEntry, GoldenRecord, Judgement, SourceRecord
from mdm.resolution.judging import By
from mdm.resolution.overriding import say
from mdm.xref.redirect import live_golden

MAY = ("golden:decide", "golden:read", "pii:read")
WHY = {"reason_code": "documents", "reason": "Contract of May."}
ERP = {"source": "erp", "object_type": "BusinessPartner", "source_key": "17"}
CRM = {"source": "crm", "object_type": "Account", "source_key": "A-1"}


def both(hub):
    return [hub.anna.code, hub.bernd.code]


def test_a_merge_is_previewed_made_listed_and_undone(hub, api):
    asked = api(*MAY)
    wanted = {"golden": both(hub), "keep": hub.bernd.code, **WHY}
    before = digest()
    shown = asked.post("decisions/merge", {**wanted, "preview": True})
    assert shown.status_code == 200, shown.content
    assert (shown.json()["preview"], shown.json()["judgements"], digest()) == (True, [], before)
    done = asked.post("decisions/merge", wanted).json()
    assert [*shown.json()["golden"]] == done["golden"]
    survivor = next(one for one in done["golden"] if one["id"] == hub.bernd.code)
    assert (len(survivor["before"]), len(survivor["after"]), survivor["new"]) == (1, 3, False)
    assert "anna@berg.example" in survivor["attributes"]["emails"]
    assert live_golden(hub.anna.code).code == hub.bernd.code
    (number,) = done["judgements"]
    (listed,) = asked.get(f"judgements?domain=customer&golden={hub.anna.code}&state=standing").json()[
        "judgements"
    ]
    assert (listed["id"], listed["decision"], listed["state"], listed["keeps"]) == (
        number, "merge", "binding", hub.bernd.code,
    )  # fmt: skip
    assert AuditEntry.objects.get(action="merge").reason == "Documents show it. Contract of May."
    gone = asked.post(f"judgements/{number}/undo", {"reason_code": "mistake"})
    assert (gone.status_code, live_golden(hub.anna.code).code) == (200, hub.anna.code)
    again = asked.post(f"judgements/{number}/undo", {"reason_code": "mistake"})
    assert (again.status_code, len(again.json()["conflicts"])) == (409, 1)


def test_an_undo_lists_what_was_said_since_without_values(hub, api):
    asked = api(*MAY, "golden:override")
    merged = asked.post("decisions/merge", {"golden": both(hub), "keep": hub.bernd.code, **WHY}).json()
    said = {"attribute": "phones", "value": ["+49 30 901820"], **WHY}
    (number,) = asked.post(f"golden/{hub.bernd.code}/overrides", said).json()["overrides"]
    say([SourceRecord.objects.get(source_key="A-1").pk], "language", "it", by=By("eva", "asked"))
    path = f"judgements/{merged['judgements'][0]}/undo"
    narrow = api("golden:decide")
    shown = narrow.post(path, {"reason_code": "mistake", "preview": True})
    done = narrow.post(path, {"reason_code": "mistake"})
    assert (shown.status_code, done.status_code) == (200, 200), shown.content
    assert shown.json()["between"] == done.json()["between"]
    first, second = done.json()["between"]
    assert first == {
        "kind": "override", "number": number, "about": "phones", "actor": first["actor"],
        "created_at": first["created_at"], "before": [hub.bernd.code], "after": [hub.bernd.code],
        "speaks": True,
    }  # fmt: skip
    assert (second["kind"], second["about"], second["actor"]) == ("correction", "language", "eva")
    assert (second["before"], second["after"]) == ([hub.bernd.code], [hub.anna.code])
    assert b"901820" not in done.content
    assert "between" not in merged


def test_records_are_named_in_any_spelling_and_split_move_and_stand_alone(hub, api):
    asked = api(*MAY)
    split = asked.post("decisions/split", {"golden": hub.anna.code, "records": [CRM], **WHY}).json()
    assert [one["new"] for one in split["golden"]] == [False, True]
    again = asked.post("decisions/rematch", {"records": [CRM], **WHY}).json()
    assert [len(one["after"]) for one in again["golden"]] == [2, 0]
    moved = asked.post("decisions/move", {"records": [ERP], "to": hub.bernd.code, **WHY})
    assert moved.status_code == 200, moved.content
    places = {one["id"]: [name["source"] for name in one["after"]] for one in moved.json()["golden"]}
    assert places[hub.bernd.code] == ["erp", "shop"]
    alone = asked.post("decisions/isolate", {"record": ERP, "preview": True, **WHY}).json()
    assert {one["id"] for one in alone["golden"] if len(one["after"]) == 1} >= {hub.bernd.code}
    anew = asked.post("decisions/rematch", {"records": [ERP], **WHY})
    assert anew.status_code == 200
    seen = asked.get("judgements?domain=customer&decision=rematch").json()["judgements"]
    assert [one["left"][0]["source_key"] for one in seen] == ["0000000017", "A-1"]


def test_not_a_match_has_a_term(hub, api):
    asked = api(*MAY)
    wanted = {"golden": both(hub), "until_change": True, "attributes": ["emails"], **WHY}
    assert asked.post("decisions/not-a-match", wanted).status_code == 200
    (seen,) = asked.get("judgements?domain=customer&kind=cannot_link").json()["judgements"]
    assert (seen["watched"], seen["until"], seen["state"]) == (["emails"], None, "binding")


def test_a_confirmation_is_made_once(hub, api):
    asked = api(*MAY)
    assert asked.post("decisions/confirm", {"golden": hub.anna.code, **WHY}).status_code == 200
    assert GoldenRecord.objects.get(pk=hub.anna.pk).confirmed
    again = asked.post("decisions/confirm", {"golden": hub.anna.code, **WHY})
    assert (again.status_code, again.json()["conflicts"]) == (409, [f"{hub.anna.code} is confirmed already."])


REFUSED = [
    ("merge", {"golden": 2}, 200),
    ("merge", {"golden": 1}, 400),
    ("merge", {"golden": 2, "reason_code": "because"}, 400),
    ("merge", {"golden": 2, "reason_code": "other", "reason": ""}, 422),
    ("merge", {"golden": 2, "versions": True}, 409),
    ("merge", {"golden": ["C-0000-0000-0", "nonsense"]}, 400),
    ("merge", {"golden": 2, "keep": "C-N1DA-F0XZ-S"}, 404),
    ("merge", {"golden": 2, "kept": "x"}, 400),
    ("not-a-match", {"golden": 2, "until": "2001-01-01"}, 422),
    ("not-a-match", {"golden": 2, "until": "soon"}, 400),
    ("not-a-match", {"golden": 2, "attributes": ["emails"]}, 422),
    ("isolate", {"record": {**ERP, "source_key": "99"}}, 404),
    ("isolate", {"record": {**ERP, "source": "moon"}}, 404),
    ("split", {"golden": 1, "records": []}, 400),
]


@pytest.mark.parametrize(("verb", "wanted", "status"), REFUSED)
def test_what_cannot_be_decided_so_is_refused_and_nothing_changes(hub, api, verb, wanted, status):
    given = {**WHY, **wanted, "preview": status == 200}
    if isinstance(given.get("golden"), int):
        given["golden"] = both(hub)[: given["golden"]]
    if given.get("versions"):
        given["versions"] = {hub.anna.code: 99}
    before = digest()
    answer = api(*MAY).post(f"decisions/{verb}", given)
    assert answer.status_code == status, answer.content
    assert (digest(), Judgement.objects.count()) == (before, 0)
    if status == 409:
        assert "is at version" in answer.json()["conflicts"][0]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "There is no domain"),
        ("domain=customer&state=asleep", "is none of standing, withdrawn"),
        ("domain=customer&source=erp", "give all three"),
        ("domain=customer&after=x", "is the end of no page"),
    ],
)
def test_a_search_that_asks_for_nothing_says_what_to_do(hub, api, query, said):
    answer = api(*MAY).get(f"judgements?{query}")
    assert (answer.status_code, said in answer.json()["detail"]) == (400, True)


def test_who_may_not_decide_is_refused(hub, api):
    asked = api("golden:read", "golden:override")
    assert asked.post("decisions/merge", {"golden": both(hub), **WHY}).status_code == 403
    assert asked.get("judgements?domain=customer").status_code == 403


def test_values_pass_the_gate(hub, api):
    done = api("golden:decide").post("decisions/merge", {"golden": both(hub), "preview": True, **WHY}).json()
    assert [one["attributes"] for one in done["golden"]] == [{}, {}]
