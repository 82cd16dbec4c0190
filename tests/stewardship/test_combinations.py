"""The page of combinations: what it shows, what it drafts, and who may put a draft in force."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from mdm.models import ClosedKey, RuleSet
from mdm.rulesets.active import in_force
from mdm.rulesets.combining import table
from tests.mdm.api.hub import Hub, arrive, person, settle

PAGE = "/admin/mdm/ruleset/combinations/?domain=customer"


@pytest.fixture
def fields(hub: Hub) -> list[str]:
    """The names of the page's decisions."""
    return [
        "decide:" + ";".join(f"{name}={outcome}" for name, outcome in row.outcomes)
        for row in table("customer").rows
    ]


def test_the_page_shows_what_pairs_look_like_with_examples(hub, signed_in, fields):
    page = signed_in("compliance").get(PAGE)
    text = page.content.decode()
    assert len(fields) == 1 and f'name="{fields[0]}"' in text
    assert "family name <b>equal</b>" in text and "given name <b>" in text
    assert reverse("explain", args=["crm", "Account", "A-1", "erp", "BusinessPartner", "0000000017"]) in text
    assert page.context["covered"] == 1
    # who may not decide sees no way to
    assert "Draft a rule set" not in text


def test_a_decision_becomes_a_draft_that_another_person_puts_in_force(hub, signed_in, fields):
    client = signed_in("steward")
    drafted = client.post(PAGE, {fields[0]: "never", f"was:{fields[0]}": "", "reason": "Twins."}, follow=True)
    rules = RuleSet.objects.get(status="draft")
    assert "somebody else who may decide puts it in force" in drafted.content.decode()
    approve = reverse("admin:ruleset-approve", args=[rules.pk])
    refused = client.post(approve, {"reason": "Me again."}, follow=True)
    assert "somebody else puts it in force" in refused.content.decode()
    assert in_force("customer").number == 1
    client.force_login(person("olga", "steward"))
    shown = client.get(reverse("admin:mdm_ruleset_change", args=[rules.pk])).content.decode()
    assert "Put in force" in shown and "Twins." in shown
    client.post(approve, {"reason": "Seen."})
    (rule,) = in_force("customer").model.combinations
    assert (rule.decision, rule.by, rule.reason) == ("never", "steward", "Twins.")
    told = client.get(
        reverse("explain", args=["crm", "Account", "A-1", "erp", "BusinessPartner", "0000000017"])
    )
    assert "A rule never joins pairs with" in told.content.decode()
    assert not told.context["told"].same


def test_a_page_without_a_change_drafts_nothing(hub, signed_in, fields):
    page = signed_in("steward").post(
        PAGE, {fields[0]: "", f"was:{fields[0]}": "", "reason": "?"}, follow=True
    )
    assert "Nothing was proposed" in page.content.decode()
    assert RuleSet.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("decide:shoe size=equal", "never", "shoe size"),
        ("decide:emails=exact", "never", "known are missing"),
        ("decide:emails=equal", "join", "none of them"),
    ],
)
def test_a_form_that_was_tampered_with_is_refused(hub, signed_in, field, value, said):
    page = signed_in("steward").post(PAGE, {field: value, "reason": "x"}, follow=True)
    assert said in page.content.decode()
    assert RuleSet.objects.count() == 1


@pytest.mark.parametrize(("role", "status"), [("compliance", 403), ("onlooker", 403)])
def test_who_may_not_decide_drafts_nothing(hub, signed_in, fields, role, status):
    assert signed_in(role).post(PAGE, {fields[0]: "never", "reason": "x"}).status_code == status
    assert RuleSet.objects.count() == 1


def test_a_domain_without_rules_says_so(hub, signed_in):
    text = signed_in("steward").get("/admin/mdm/ruleset/combinations/?domain=product").content.decode()
    assert "no active rule set yet" in text


def test_the_rule_set_list_leads_to_the_combinations(hub, signed_in):
    arrive("crm", "Account", "A-7", {"kind": "person", "family_name": "Dorn", "given_name": "Eva"})
    settle()
    text = signed_in("steward").get(reverse("admin:mdm_ruleset_changelist")).content.decode()
    assert reverse("admin:ruleset-combinations") in text


def test_the_most_doubtful_combinations_can_stand_first(hub, signed_in):
    page = signed_in("steward").get(f"{PAGE}&order=doubt")
    doubts = [
        row.combination.pairs
        * min(row.combination.expected_precision, 1 - row.combination.expected_precision)
        for row in page.context["rows"]
    ]
    assert doubts == sorted(doubts, reverse=True)


def test_the_page_of_a_rule_set_draws_its_model_and_its_edges(hub, signed_in):
    client, page = (
        signed_in("compliance"),
        reverse("admin:mdm_ruleset_change", args=[RuleSet.objects.get().pk]),
    )
    text = client.get(page).content.decode()
    assert "Match weights of stored edges" in text
    assert "How often matches and non-matches agree" in text
    # names of people in the model's dictionaries stay where they are
    assert "berg" not in text.casefold()
    assert "closed: more than" not in text
    ClosedKey.objects.create(domain="customer", key=1)
    assert "1 key is closed: more than 100 records carry it" in client.get(page).content.decode()


def test_the_charts_of_a_domain_are_written_by_a_command(hub, tmp_path):
    call_command("charts", "--domain", "customer", "--out", tmp_path / "new", stdout=StringIO())
    assert len(list((tmp_path / "new").glob("*.svg"))) == 6
    with pytest.raises(CommandError, match="no active rule set yet"):
        call_command("charts", "--domain", "product", "--out", tmp_path, stdout=StringIO())


def test_an_explanation_is_a_picture_too_behind_the_policy_gate(hub, signed_in):
    address = reverse("explain", args=["crm", "Account", "A-1", "erp", "BusinessPartner", "0000000017"])
    shown = signed_in("steward").get(f"{address}?as=svg")
    assert shown["Content-Type"].startswith("image/svg+xml")
    assert "anna" in shown.content.decode().casefold()
    gated = signed_in("onlooker").get(f"{address}?as=svg").content.decode().casefold()
    assert "<svg" in gated and "anna" not in gated


def test_a_key_that_no_address_can_hold_is_an_example_without_a_link(hub, signed_in):
    twin = {"kind": "person", "given_name": "Anna", "family_name": "Berg", "emails": ["anna@berg.example"]}
    arrive("crm", "Account", "A/9", twin)
    settle()
    text = signed_in("steward").get(PAGE).content.decode()
    assert '<span class="au-code">A/9</span>' in text
