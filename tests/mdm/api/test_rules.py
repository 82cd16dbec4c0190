"""Rules over HTTP: who owns what, code lists, unmapped codes, a drafted cross-walk, override debt."""

import pytest

from mdm.models import RuleSet
from mdm.resolution.judging import By
from mdm.resolution.overriding import override
from mdm.rulesets.drafts import put_in_force
from tests.mdm.api.hub import BERND, arrive

LINE = {"code_list": "payment_terms", "source": "erp", "code": "N30", "canonical": "NET30"}
WANTED = {"lines": [LINE], "codes": {"payment_terms": {"NET30": "30 days net"}}, "reason": "Ours."}


def propose(api, **more):
    return api("golden:read", "rules:propose").post("domains/customer/cross-walk", {**WANTED, **more})


def test_who_owns_what_and_how_a_value_is_chosen(hub, api):
    body = api("golden:read").get("domains/customer/attributes").json()
    found = {one["name"]: one for one in body["attributes"]}
    terms = found["payment_terms"]
    assert (terms["owners"], terms["scoped"], terms["code_list"]) == (["erp"], True, "payment_terms")
    assert terms["ways"][0]["chain"][:2] == ["source_trust", "recency"]
    assert terms["ways"][0]["chain"][-1] == list(body["tie_break"])[-1] == "record_hash"
    assert "family_name" in found["given_name"]["ways"][0]["together"]
    assert found["language"]["ways"][0]["rule"] == "default"


def test_a_cross_walk_is_drafted_tried_and_read_once_in_force(hub, api):
    answer = propose(api)
    assert answer.status_code == 201
    assert answer.json() == {
        "domain": "customer", "rule_set": 2, "status": "draft", "golden_records_looked_at": 1,
        "golden_records_changed": 1, "by_attribute": {"payment_terms": 1},
    }  # fmt: skip
    asked = api("golden:read", "rules:propose")
    assert asked.get("domains/customer/rule-sets/2/simulation").json() == answer.json()
    put_in_force(RuleSet.objects.get(number=2).pk, actor="eva", reason="Right.")
    lists = asked.get("domains/customer/code-lists").json()["code_lists"]
    (terms,) = [one for one in lists if one["name"] == "payment_terms"]
    assert terms["lines"] == [{"source": "erp", "code": "N30", "canonical": "NET30"}]
    assert (terms["codes"], terms["places"]) == ({"NET30": "30 days net"}, ["payment_terms"])
    assert asked.get("domains/customer/rule-sets/2/simulation").status_code == 409


def test_unmapped_codes_are_told_with_where_they_come_from(hub, api):
    arrive("shop", "customer", "s9", {**BERND, "billing_address": {"city": "Ulm", "country": "Ruritania"}})
    propose(api, lines=[{**LINE, "code": "N60"}])
    put_in_force(RuleSet.objects.get(number=2).pk, actor="eva", reason="Right.")
    body = api("golden:read", "pii:read").get("domains/customer/unmapped-codes").json()
    assert [(one["source"], one["code"], one["quarantined"]) for one in body["unmapped"]] == [
        ("shop", "Ruritania", True),
        ("erp", "N30", False),
    ]
    assert body["unmapped"][1]["examples"] == ["0000000017"]
    # What stands in a refused row may be anything: only who sees everything sees it.
    shown = api("golden:read").get("domains/customer/unmapped-codes").json()["unmapped"]
    assert [one["code"] for one in shown] == ["N30"]


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"lines": [{**LINE, "source": "sap"}]}, 422, "There is no source 'sap'"),
        ({"lines": [{**LINE, "canonical": "NET9"}]}, 422, "is no canonical code"),
        ({"lines": [], "codes": {}}, 422, "Nothing was proposed"),
        ({"lines": [{"code_list": "payment_terms"}]}, 400, ""),
        ({"line": []}, 400, ""),
    ],
)
def test_a_cross_walk_that_cannot_be_is_refused(hub, api, more, status, said):
    answer = propose(api, **more)
    assert answer.status_code == status and said in answer.json()["detail"]
    assert RuleSet.objects.count() == 1


def test_the_debt_of_overrides_is_counted(hub, api):
    override(hub.anna.code, "language", "de", by=By("eva", "asked"))
    override(hub.anna.code, "payment_terms/2000", None, by=By("eva", "asked"))
    override(hub.anna.code, "birth_date", "1980-02-03", by=By("tom", "asked"))
    body = api("golden:read", "golden:override").get("domains/customer/override-debt").json()
    assert (body["standing"], body["agreeing"], body["by_actor"]) == (3, 2, {"eva": 2, "tom": 1})
    shown = {one["attribute"]: one for one in body["overrides"]}
    assert (shown["language"]["value"], shown["language"]["agrees"]) == ("de", False)
    assert (shown["payment_terms/2000"]["value"], shown["payment_terms/2000"]["agrees"]) == (None, True)
    assert shown["birth_date"]["value"] != "1980-02-03"  # masked


PATHS = ("attributes", "code-lists", "unmapped-codes", "override-debt", "rule-sets/9/simulation")


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_domain_is_a_404_and_a_missing_scope_a_403(hub, api, path):
    asked = api("golden:read", "golden:override", "rules:propose")
    assert asked.get(f"domains/planet/{path}").status_code == 404
    assert api("xref:read").get(f"domains/customer/{path}").status_code == 403
    assert api("xref:read").post("domains/customer/cross-walk", WANTED).status_code == 403
