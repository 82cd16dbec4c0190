"""Survivorship rules as files: JSON both ways, bad ones refused with a sentence."""

import json

import pytest

from mdm.survivorship.conditions import BadRule, When
from mdm.survivorship.plan import plan_of
from mdm.survivorship.rules import Rule, Survivorship, Trust

ALL = Survivorship(
    rules=(
        Rule(("kind",), ("source_trust",), weak=("unknown",)),
        Rule(
            ("given_name", "family_name"),
            ("completeness",),
            group=True,
            when=(When("kind", ("person",)),),
            guard=60,
        ),
        Rule(
            ("price",),
            ("recency",),
            owner="erp",
            when=(When("status", ("blocked",), negated=True, side="record"),),
        ),
        Rule(("currency",), follows="price", name="currency of the price"),
        Rule(("payment_terms",), scoped=True),
    ),
    ranking=("erp", "crm"),
    trust=(Trust("erp", "price", trust=90, floor=10, decay_days=30, downgrade=100),),
)


def test_rules_survive_json():
    assert Survivorship.from_json(json.loads(json.dumps(ALL.to_json()))) == ALL
    assert Survivorship.from_json({}) == Survivorship()


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Rule(()), "names no attribute"),
        (lambda: Rule(("a",), ("newest",)), r"unknown strategies \['newest'\]; use"),
        (lambda: Rule(("a", "b"), ("union",), group=True), "union keeps all values"),
        (lambda: Rule(("a", "b"), group=True, scoped=True), "cannot be scoped"),
        (lambda: Rule(("a",), follows="a"), "cannot follow itself"),
        (lambda: Rule(("a",), guard=101), "guard 101 is no percentage"),
        (lambda: When("kind", ("x",), side="elsewhere"), "side 'elsewhere' is unknown"),
        (lambda: When("kind", ("x",), side="source"), "use .*system.*object_type"),
        (lambda: Trust("erp", trust=20, floor=30), "needs 0 <= floor <= trust <= 100"),
        (lambda: Trust("erp", decay_days=-1), "must not be negative"),
        (lambda: Survivorship(default=Rule(("a", "b"), group=True)), "takes no group"),
        (lambda: Survivorship.from_json({"rule": []}), r"unknown fields \['rule'\]; the allowed ones are"),
        (lambda: Rule.from_json({"attributes": ["a"], "strategy": "max"}), "unknown fields"),
    ],
)
def test_a_bad_rule_is_refused_with_what_is_allowed(build, message):
    with pytest.raises(BadRule, match=message):
        build()


def test_attributes_that_decide_each_other_in_a_circle_are_refused():
    rules = (Rule(("a",), follows="b"), Rule(("b",), when=(When("c", ("x",)),)), Rule(("c",), follows="a"))
    with pytest.raises(BadRule, match="a -> b -> c -> a"):
        plan_of(Survivorship(rules=rules))


def test_an_attribute_is_decided_after_what_its_rules_look_at():
    # The group needs kind through the second rule of family_name, although given_name itself does not.
    rules = (
        Rule(("given_name", "family_name"), group=True),
        Rule(("family_name",), when=(When("kind", ("organisation",)),)),
        Rule(("kind",)),
    )
    order = plan_of(Survivorship(rules=rules)).in_order({"given_name", "family_name", "kind", "zip", "city"})
    assert order == ["kind", "given_name", "family_name", "city", "zip"]
