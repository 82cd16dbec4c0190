"""Conditional rules: by golden value, by what a record says, by where it comes from; and falling back."""

import pytest

from mdm.survivorship.conditions import When
from mdm.survivorship.rules import Rule
from tests.mdm.survivorship.members import golden, member

HOLDS = [
    # condition, attributes, whether it holds
    (When("kind", ("person",)), {"kind": "person"}, True),
    (When("kind", ("person", "unknown")), {"kind": "organisation"}, False),
    (When("kind", ("person",)), {}, False),
    (When("kind", ("person",), negated=True), {}, True),
    (When("lei", ("*",)), {"lei": "529900T8BM49AURSDO55"}, True),
    (When("lei", ("*",)), {"lei": ""}, False),
    (When("lei", ("*",), negated=True), {}, True),
    (When("billing_address.country", ("DE", "AT")), {"billing_address": {"country": "AT"}}, True),
    (When("billing_address.country", ("DE",)), {"billing_address": {"city": "Ulm"}}, False),
    (When("tax_ids.country", ("FR",)), {"tax_ids": [{"country": "DE"}, {"country": "FR"}]}, True),
    (When("emails", ("a@x.de",)), {"emails": ["b@x.de", "a@x.de"]}, True),
    (When("consent.email", ("true",)), {"consent": {"email": True}}, True),
    (When("consent.email", ("true",)), {"consent": {"email": False}}, False),
    (When("pack_size", ("6",)), {"pack_size": 6}, True),
    (When("kind.part", ("x",)), {"kind": "person"}, False),
]


@pytest.mark.parametrize(("condition", "attributes", "holds"), HOLDS)
def test_a_condition_holds_when_a_value_is_among_those_named(condition, attributes, holds):
    assert condition.holds(attributes) is holds


def people(**said):
    return [member(source, {"phones": [number]}) for source, number in said.items()]


FROM = [
    # condition on the source, who may be a candidate, so the golden phones
    (When("system", ("erp",), side="source"), ["1"]),
    (When("system", ("erp",), negated=True, side="source"), ["2", "3"]),
    (When("object_type", ("customer",), side="source"), ["1", "2", "3"]),
    (When("object_type", ("Lead",), side="source"), None),
]


@pytest.mark.parametrize(("condition", "phones"), FROM)
def test_a_condition_on_the_source_chooses_the_candidates(condition, phones):
    rule = Rule(("phones",), ("union",), when=(condition,))
    assert golden([rule], people(erp="1", crm="2", shop="3")).attributes.get("phones") == phones


def test_kind_chooses_the_rule_of_a_name():
    rules = [
        Rule(("kind",), ("frequency",)),
        Rule(("full_name",), ("longest",), when=(When("kind", ("person",)),)),
        Rule(("full_name",), ("shortest",)),
    ]

    def called(kind):
        said = {"erp": "Anna Berg", "crm": "Dr Anna Berg"}
        found = golden(rules, [member(one, {"kind": kind, "full_name": name}) for one, name in said.items()])
        return found.attributes["full_name"]

    assert (called("person"), called("organisation")) == ("Dr Anna Berg", "Anna Berg")


ERP_ONLY = Rule(("website",), ("recency",), when=(When("system", ("erp",), side="source"),), fall_back=True)
FALLS = [
    # the rules of website, {source: value}, golden value, label of the rule that decided
    ([ERP_ONLY, Rule(("website",), ("longest",))], {"erp": "a.de", "crm": "long.de"}, "a.de", "recency"),
    ([ERP_ONLY, Rule(("website",), ("longest",))], {"crm": "b.de", "shop": "long.de"}, "long.de", "longest"),
    ([ERP_ONLY], {"crm": "b.de", "shop": "long.de"}, "b.de", "default"),
    ([Rule(("website",), when=ERP_ONLY.when)], {"crm": "b.de", "shop": "long.de"}, None, None),
]


@pytest.mark.parametrize(("rules", "said", "value", "label"), FALLS)
def test_a_rule_that_falls_back_leaves_it_to_the_next_one(rules, said, value, label):
    found = golden(rules, [member(source, {"website": one}) for source, one in said.items()])
    assert found.attributes.get("website") == value
    assert (found.provenance["website"].rule if value else None) == label


def test_a_group_falls_back_as_a_whole():
    names = ("given_name", "family_name")
    rules = [
        Rule(names, group=True, when=(When("system", ("erp",), side="source"),), fall_back=True),
        Rule(names, ("completeness",), group=True),
    ]
    crm = member("crm", {"given_name": "Ann", "family_name": "Berg"})
    shop = member("shop", {"given_name": "Anna"})
    erp = member("erp", {"family_name": "Bergmann"})
    assert golden(rules, [crm, shop]).attributes == {"given_name": "Ann", "family_name": "Berg"}
    assert golden(rules, [crm, shop, erp]).attributes == {"family_name": "Bergmann"}


def test_a_dependent_attribute_may_fall_back_where_the_lead_has_none():
    rules = [Rule(("price",)), Rule(("currency",), follows="price", fall_back=True)]
    assert golden(rules, [member("erp", {"currency": "EUR"})]).attributes == {"currency": "EUR"}
    two = [member("erp", {"price": "9"}), member("crm", {"currency": "CHF"})]
    assert golden(rules, two).attributes == {"price": "9", "currency": "CHF"}


WORDS = [
    (When("kind", ("person", "unknown")), "kind is person or unknown"),
    (When("billing_address.country", ("DE",), negated=True), "billing address country is not DE"),
    (When("lei", ("*",)), "lei is known"),
    (When("system", ("erp",), side="source"), "the source's system is erp"),
    (When("status", ("*",), negated=True, side="record"), "the record's status is not known"),
]


@pytest.mark.parametrize(("condition", "words"), WORDS)
def test_a_condition_reads_as_a_sentence(condition, words):
    assert str(condition) == words
