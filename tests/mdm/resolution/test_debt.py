"""The debt of overrides: what stands, how old, and what the sources have caught up with."""

import pytest

from mdm.code_lists.lists import CodeList, CodeLists
from mdm.models import Override
from mdm.resolution.debt import override_debt
from mdm.resolution.judging import By
from mdm.resolution.overriding import override, say, withdraw_override
from mdm.resolution.typed_values import BadValue
from mdm.rulesets.active import in_force
from mdm.rulesets.drafts import propose, put_in_force
from tests.mdm.api.hub import ANNA_CRM, ANNA_ERP, arrive, build_hub, golden_of, settle

pytestmark = pytest.mark.django_db

EVA, TOM = By("eva", "asked"), By("tom", "asked")


@pytest.fixture
def hub():
    """Give the small hub: Anna Berg, of the ERP (terms N30) and the CRM, and Bernd Cramer."""
    return build_hub()


STANDING = [
    # attribute, action, value; what the ERP says next: the sources agree, they drifted, the override rules
    ("language", "set", "de", {}, (False, False, True)),
    ("language", "set", "de", {"language": "de"}, (True, True, True)),
    ("language", "set", "de", {"language": "fr"}, (False, True, True)),
    ("language", "set", None, {}, (True, False, True)),
    ("emails", "add", "a@b.example", {}, (False, False, True)),
    ("emails", "add", "a@b.example", {"emails": ["anna@berg.example", "A@b.example"]}, (True, True, True)),
    ("emails", "ignore", "anna@berg.example", {}, (False, False, True)),
    ("emails", "ignore", "old@berg.example", {}, (True, False, True)),
]


@pytest.mark.parametrize(("attribute", "action", "value", "next_said", "expected"), STANDING)
def test_what_the_sources_say_of_an_override(hub, attribute, action, value, next_said, expected):
    override(hub.anna.code, attribute, value, action=action, by=EVA)
    arrive("erp", "BusinessPartner", "17", {**ANNA_ERP, **next_said})
    settle()
    (owed,) = override_debt("customer").rows
    assert (owed.agrees, owed.drifted, owed.ruling) == expected
    assert owed.golden_id == hub.anna.code


def test_a_corrected_record_is_owed_until_its_source_says_so(hub):
    record = golden_of("shop", "S9").members.get().record_id
    say([record], "given_name", "Bernhard", by=EVA)
    (owed,) = override_debt("customer").rows
    assert (owed.sources_say, owed.agrees) == ("Bernd", False)
    arrive("shop", "customer", "s9", {"kind": "person", "given_name": "Bernhard", "family_name": "Cramer"})
    settle()
    (owed,) = override_debt("customer").rows
    assert (owed.sources_say, owed.agrees) == ("Bernhard", True)


def test_what_is_withdrawn_is_owed_no_more(hub):
    override(hub.anna.code, "language", "de", by=EVA)
    debt = override_debt("customer")
    assert [one.ruling for one in debt.rows] == [True]
    withdraw_override(debt.rows[0].override.pk, by=TOM)
    assert override_debt("customer").rows == ()


def test_the_debt_is_counted_and_what_can_go_stands_first(hub):
    override(hub.anna.code, "language", "de", by=EVA)
    override(hub.bernd.code, "language", "it", mode="until_source_changes", by=TOM)
    override(hub.bernd.code, "website", None, by=EVA)
    debt = override_debt("customer")
    assert [one.override.attribute for one in debt.rows] == ["website", "language", "language"]
    assert (debt.agreeing, debt.drifted) == (1, 0)
    assert debt.by("attribute") == {"language": 2, "website": 1}
    assert debt.by("mode") == {"always": 2, "until_source_changes": 1}
    assert debt.by("actor") == {"eva": 2, "tom": 1}
    assert debt.by("age") == {"up to a week": 3}


def scoped(hub):
    arrive("erp", "BusinessPartner", "17", {**ANNA_ERP, "payment_terms": {"1000": "N30", "2000": "N60"}})
    arrive("crm", "Account", "A-1", {**ANNA_CRM, "payment_terms": {"2000": "N90"}})
    settle()
    return hub.anna.code


def terms():
    return golden_of("erp", "0000000017").attributes["payment_terms"]


def test_one_company_code_is_overridden_alone_and_given_back(hub):
    code = scoped(hub)
    number = override(code, "payment_terms/2000", "N7", mode="until_source_agrees", by=EVA).override_ids[0]
    assert terms() == {"1000": "N30", "2000": "N7"}
    (owed,) = override_debt("customer").rows
    assert (owed.sources_say, owed.agrees, owed.ruling) == ("N60", False, True)
    withdraw_override(number, by=EVA)
    assert terms() == {"1000": "N30", "2000": "N60"}


def test_the_override_of_a_company_code_ends_when_the_sources_agree_on_it(hub):
    override(scoped(hub), "payment_terms/2000", "N7", mode="until_source_agrees", by=EVA)
    arrive("erp", "BusinessPartner", "17", {**ANNA_ERP, "payment_terms": {"1000": "N7", "2000": "N7"}})
    settle()
    assert Override.objects.get().withdrawn_reason == "The sources say the same by now."
    assert terms() == {"1000": "N7", "2000": "N7"}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("language/1000", "de", "Language is the same everywhere"),
        ("payment_terms/1000", {"1000": "N7"}, "Payment terms of 1000 is one value"),
        (f"payment_terms/{'1' * 80}", "N7", "is too long"),
        ("colour/1000", "red", "has no attribute 'colour'"),
    ],
)
def test_a_scope_that_cannot_be_is_refused(hub, path, value, said):
    with pytest.raises(BadValue, match=said):
        override(scoped(hub), path, value, by=EVA)


def test_what_a_record_says_is_corrected_whole(hub):
    record = golden_of("erp", "0000000017").members.values_list("record_id", flat=True)[0]
    with pytest.raises(BadValue, match="without a scope"):
        say([record], "payment_terms/1000", "N7", by=EVA)


def test_what_stewards_say_is_a_canonical_code(hub):
    rules = in_force("customer")
    lists = CodeLists((CodeList("payment_terms", codes={"NET30": "30 days net"}),))
    drafted = propose(
        "customer", spec=rules.spec, model=rules.model, survivorship=rules.survivorship, actor="tom",
        reason="Ours.", code_lists=lists,
    )  # fmt: skip
    put_in_force(drafted.pk, actor="eva", reason="Right.")
    override(hub.anna.code, "payment_terms", "net30", by=EVA)
    assert terms() == "NET30"
    with pytest.raises(BadValue, match=r"'N45' is no canonical code of the list .*; there are NET30"):
        override(hub.anna.code, "payment_terms", "N45", by=EVA)
