"""The pages of code lists, of a draft's effect and of the debt of overrides; who may do what on them."""

import json

import pytest
from django.urls import reverse

from mdm.models import RuleSet
from mdm.resolution.judging import By
from mdm.resolution.overriding import override
from mdm.rulesets.active import in_force
from tests.mdm.api.hub import ANNA_CRM, arrive, golden_of, person, settle

PAGE = "/admin/mdm/ruleset/code-lists/?domain=customer"
DEBT = "/admin/mdm/override/debt/?domain=customer"
TERMS = "payment_terms"
NO_LINE = {"new_list": TERMS, "new_source": "*", "new_code": "", "new_to": ""}
NO_CODES = {"codes_of": TERMS, "codes": ""}
LINE = json.dumps([TERMS, "erp", "N30"])


def form(**more):
    """What the browser sends: every list of the page is named, only closed ones are ticked."""
    lists = {"listed": ["country", "currency", TERMS], "closed": ["country", "currency"]}
    return {**NO_LINE, **NO_CODES, **lists, "reason": "Ours.", **more}


def put_in_force(client, drafted):
    client.force_login(person("olga", "steward"))
    client.post(reverse("admin:ruleset-approve", args=[drafted.pk]), {"reason": "Seen."})


def test_a_line_becomes_a_draft_whose_effect_is_shown_and_then_counts(hub, signed_in):
    client = signed_in("steward")
    wanted = form(new_source="erp", new_code="N30", new_to="NET30", codes="NET30 = 30 days net\nNET60")
    shown = client.post(PAGE, wanted, follow=True)
    text = shown.content.decode()
    assert "<b>1</b> of 1 golden records" in text and "N30" in text and "NET30" in text
    drafted = RuleSet.objects.get(status="draft")
    assert (
        "somebody else who may decide puts it in force"
        in client.get(reverse("admin:mdm_ruleset_change", args=[drafted.pk])).content.decode()
    )
    put_in_force(client, drafted)
    assert golden_of("erp", "0000000017").attributes[TERMS] == "NET30"
    terms = in_force("customer").code_lists.find(TERMS)
    assert (dict(terms.codes), terms.closed) == ({"NET30": "30 days net", "NET60": ""}, False)


def test_an_unmapped_code_is_listed_and_mapped_from_the_list(hub, signed_in):
    client = signed_in("steward")
    client.post(PAGE, form(codes="NET30 = 30 days net"))
    put_in_force(client, RuleSet.objects.get(status="draft"))
    text = client.get(PAGE).content.decode()
    assert "kept, doubted" in text and "0000000017" in text
    client.post(PAGE, form(line=[LINE], was=[""], to=["NET30"]))
    assert RuleSet.objects.get(status="draft").code_lists[2]["crosswalk"] == {"erp": {"N30": "NET30"}}


def test_a_line_that_is_emptied_falls(hub, signed_in):
    client = signed_in("steward")
    client.post(PAGE, form(new_source="erp", new_code="N30", new_to="NET30"))
    put_in_force(client, RuleSet.objects.get(status="draft"))
    assert "NET30" in client.get(PAGE).content.decode()
    client.post(PAGE, form(line=[LINE], was=["NET30"], to=[""]))
    assert RuleSet.objects.get(status="draft").code_lists[2]["crosswalk"] == {}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "Nothing was proposed"),
        ({"new_list": "country", "new_code": "X", "new_to": "Ruritania"}, "is no canonical"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_drafted(hub, signed_in, more, said):
    assert said in signed_in("steward").post(PAGE, form(**more), follow=True).content.decode()
    assert RuleSet.objects.count() == 1


def test_who_may_not_decide_looks_only(hub, signed_in):
    client = signed_in("compliance")
    page = client.get(PAGE)
    assert page.status_code == 200 and "Draft a rule set" not in page.content.decode()
    assert client.post(PAGE, form(new_code="N30", new_to="NET30")).status_code == 403
    override(hub.anna.code, "language", "de", by=By("eva", "asked"))
    debt = client.get(DEBT).content.decode()
    assert "Withdraw" not in debt and "de" in debt


def test_the_debt_page_shows_what_can_go(hub, signed_in):
    override(hub.anna.code, "language", "de", by=By("eva", "asked", "She told me."))
    override(hub.anna.code, "website", None, by=By("tom", "asked"))
    page = signed_in("steward").get(DEBT)
    text = page.content.decode()
    assert [row["label"] for row in page.context["rows"]] == ["Website", "Language"]
    assert "agrees: can go" in text and "She told me." in text and "verb=withdraw" in text
    assert "None" not in [row["value"][0] for row in page.context["rows"]]


def test_an_onlooker_sees_counts_but_no_value(hub, signed_in):
    override(hub.anna.code, "language", "zz", by=By("eva", "asked"))
    page = signed_in("onlooker").get(DEBT)
    assert page.context["rows"] == [] and "zz" not in page.content.decode()


def test_the_golden_page_shows_the_owner_the_losers_and_what_a_code_is_read_as(hub, signed_in):
    arrive("crm", "Account", "A-1", {**ANNA_CRM, TERMS: "30D"})
    settle()
    client = signed_in("steward")
    client.post(PAGE, form(new_source="erp", new_code="N30", new_to="NET30"))
    put_in_force(client, RuleSet.objects.get(status="draft"))
    page = client.get(reverse("golden-page", args=[hub.anna.code]), follow=True)
    row = next(one for one in page.context["rows"] if one.attribute == TERMS)
    assert (row.golden, row.owners, row.why) == (("NET30",), ("erp",), "its owner says so")
    assert [(one.source, one.word) for one in row.losses] == [("crm", "not the owner")]
    assert [cell.lines[0].text for cell in row.cells] == ["N30 → NET30", "30D"]
    assert "owned by erp" in page.content.decode()


def test_the_page_of_a_rule_set_publishes_its_rules_and_the_tie_break(hub, signed_in):
    rules = RuleSet.objects.get()
    text = signed_in("steward").get(reverse("admin:mdm_ruleset_change", args=[rules.pk])).content.decode()
    assert "How golden values are chosen" in text and "a hash of the record" in text
    assert "erp 80 falling to 50 in 3650 days" in text
