"""Golden values as a whole: groups, dependent and scoped attributes, conditions, ownership, and the laws."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdm.survivorship.conditions import When
from mdm.survivorship.overrides import Override
from mdm.survivorship.rules import Rule
from tests.mdm.survivorship.members import TODAY, golden, member, moment

NAME = Rule(("name_prefix", "given_name", "family_name"), ("source_trust",), group=True)
KIND = Rule(("kind",), ("source_trust",), weak=("unknown",))


def test_a_group_survives_from_one_record():
    members = [
        member("erp", {"given_name": "Anna", "family_name": "Schmidt"}),
        member("crm", {"name_prefix": "Dr", "given_name": "Ann", "family_name": "Meier"}),
    ]
    found = golden([NAME], members)
    # No "Dr Anna Schmidt" that no source knows.
    assert found.attributes == {"given_name": "Anna", "family_name": "Schmidt"}
    assert {why.winner[0] for why in found.provenance.values()} == {"erp"}


def test_a_fragment_of_a_group_does_not_outvote_a_full_one():
    members = [
        member("erp", {"family_name": "S."}),
        member("shop", {"name_prefix": "Dr", "given_name": "Anna", "family_name": "Schmidt"}),
    ]
    found = golden([NAME], members)
    assert found.attributes["family_name"] == "Schmidt"
    assert found.provenance["family_name"].step == "guard"
    unguarded = Rule(NAME.attributes, NAME.strategies, group=True, guard=0)
    assert golden([unguarded], members).attributes == {"family_name": "S."}


def test_an_address_of_which_the_best_source_knows_only_the_country_does_not_win():
    full = {"street": "Ringstr.", "house_number": "7", "postcode": "89073", "city": "Ulm", "country": "DE"}
    members = [
        member("erp", {"billing_address": {"country": "DE"}}),
        member("shop", {"billing_address": full}),
    ]
    assert golden([Rule(("billing_address",))], members).attributes == {"billing_address": full}


@pytest.mark.parametrize(
    ("kinds", "survives"),
    [
        (("unknown", "person"), "person"),
        (("person", "unknown"), "person"),
        (("unknown", "unknown"), "unknown"),
        ((None, "organisation"), "organisation"),
    ],
)
def test_an_unknown_kind_yields_to_a_known_one(kinds, survives):
    members = [member(source, {"kind": kind}) for source, kind in zip(("erp", "shop"), kinds, strict=True)]
    assert golden([KIND], members).attributes["kind"] == survives


def test_a_dependent_attribute_comes_from_the_winner_of_its_lead():
    rules = [Rule(("price",), ("recency",)), Rule(("currency",), follows="price")]
    members = [
        member("erp", {"price": "9.90", "currency": "EUR"}, object_type="Product"),
        member("shop", {"price": "11.50", "currency": "CHF"}, changed="2026-05-01", object_type="product"),
    ]
    found = golden(rules, members)
    assert found.attributes == {"price": "11.50", "currency": "CHF"}
    assert found.provenance["currency"].step == "follows price"


def test_without_a_winner_of_the_lead_there_is_no_dependent_value():
    rules = [Rule(("price",)), Rule(("currency",), follows="price")]
    assert golden(rules, [member("erp", {"currency": "EUR"})]).attributes == {}
    two = [member("erp", {"currency": "EUR"}), member("shop", {"price": "1"})]
    assert golden(rules, two).attributes == {"price": "1"}


def test_the_owner_wins_while_its_value_is_valid():
    rule = Rule(("payment_terms",), ("recency",), owner="erp")
    newer = member("crm", {"payment_terms": "NET60"}, changed="2026-05-01")
    found = golden([rule], [member("erp", {"payment_terms": "NET30"}), newer])
    assert (found.attributes["payment_terms"], found.provenance["payment_terms"].step) == ("NET30", "owner")
    failed = member("erp", {"payment_terms": "???"}, invalid={"payment_terms"})
    assert golden([rule], [failed, newer]).attributes == {"payment_terms": "NET60"}
    assert golden([rule], [member("erp", {}), newer]).attributes == {"payment_terms": "NET60"}


def test_a_condition_on_the_golden_record_chooses_the_rule():
    rules = [
        Rule(("status",), ("source_trust",)),
        Rule(("price",), ("max",), when=(When("status", ("active",)),)),
        Rule(("price",), ("min",)),
    ]

    def offers(status):
        return [member("erp", {"status": status, "price": "5"}), member("shop", {"price": "7"})]

    assert golden(rules, offers("active")).attributes["price"] == "7"
    assert golden(rules, offers("discontinued")).attributes["price"] == "5"


def test_a_condition_on_records_chooses_the_candidates():
    active = When("status", ("blocked",), negated=True, side="record")
    rules = [Rule(("phones",), ("union",), when=(active,))]
    members = [member("erp", {"status": "blocked", "phones": ["1"]}), member("shop", {"phones": ["2"]})]
    assert golden(rules, members).attributes["phones"] == ["2"]
    assert golden(rules, members[:1]).attributes == {"status": "blocked"}


def test_scopes_of_an_attribute_survive_alone():
    rules = [Rule(("payment_terms",), ("source_trust",), scoped=True)]
    members = [
        member("erp", {"payment_terms": {"1000": "NET30", "2000": ""}}),
        member("crm", {"payment_terms": {"1000": "NET60", "2000": "NET14"}}),
        member("shop", {"payment_terms": "PREPAID"}),
    ]
    found = golden(rules, members)
    assert found.attributes == {"payment_terms": {"1000": "NET30", "2000": "NET14", "*": "PREPAID"}}
    assert found.provenance["payment_terms/2000"].winner[0] == "crm"
    assert golden(rules, members[2:]).attributes == {"payment_terms": "PREPAID"}


def test_a_retired_record_has_no_voice():
    members = [member("erp", {"brand": "A"}, status="retired"), member("shop", {"brand": "B"})]
    assert golden([], members).attributes == {"brand": "B"}
    assert golden([], members[:1]).attributes == {}


def test_a_golden_record_of_one_member_is_that_member_and_implies_its_provenance():
    found = golden(
        [Rule(("emails",), ("union",))],
        [member("erp", {"emails": ["a", "A"], "brand": "", "lei": None, "name": "X"})],
    )
    assert found.attributes == {"emails": ["a"], "name": "X"}
    assert (found.sole, found.provenance_json()) == (("erp", "customer", "1"), {})


def test_provenance_is_plain_json():
    members = [member("erp", {"brand": "A"}), member("crm", {"brand": "B"})]
    assert golden(
        [Rule(("brand",), ("source_trust",), name="brand of the maker")], members
    ).provenance_json() == {
        "brand": {
            "rule": "brand of the maker",
            "step": "source_trust",
            "winner": ["erp", "customer", "1"],
            "losers": [{"record": ["crm", "customer", "1"], "reason": "source_trust 60 against 80"}],
        }
    }


def test_the_change_of_one_attribute_counts_where_the_source_knows_it():
    members = [
        member("erp", {"brand": "A"}, changed="2026-05-01", changed_at={"brand": moment("2020-01-01")}),
        member("crm", {"brand": "B"}, changed="2026-02-01"),
    ]
    assert golden([Rule(("brand",), ("recency",))], members).attributes == {"brand": "B"}


RULES = (
    KIND,
    NAME,
    Rule(("emails",), ("union",), weak=("unknown",)),
    Rule(("price",), ("frequency", "max")),
    Rule(("currency",), follows="price"),
    Rule(("payment_terms",), scoped=True),
    Rule(("website",), ("completeness", "shortest"), owner="shop"),
    Rule(("legal_name",), ("longest",), when=(When("kind", ("organisation",)),)),
    Rule(("legal_name",), ("oldest",), when=(When("status", ("blocked",), negated=True, side="record"),)),
)
TEXT = st.sampled_from(["", "a", "A", "bb", "Bb ", "unknown"])
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["person", "organisation", "unknown"]),
        "name_prefix": TEXT,
        "given_name": TEXT,
        "family_name": TEXT,
        "emails": st.lists(
            st.one_of(TEXT, st.fixed_dictionaries({}, optional={"v": TEXT, "level": TEXT})), max_size=3
        ),
        "price": st.sampled_from(["1", "1.0", "2"]),
        "currency": TEXT,
        "payment_terms": st.one_of(TEXT, st.dictionaries(st.sampled_from(["1000", "2000"]), TEXT)),
        "website": TEXT,
        "legal_name": TEXT,
        "status": st.sampled_from(["active", "blocked"]),
        "colour": st.one_of(TEXT, st.integers(0, 2), st.booleans()),
    },
)
DAYS = st.integers(0, 3).map(lambda days: str(TODAY - timedelta(days=days)))
MEMBERS = st.lists(
    st.builds(
        member,
        st.sampled_from(["erp", "crm", "shop", "desk"]),
        ATTRIBUTES,
        changed=DAYS,
        key=st.sampled_from("12345678"),
        invalid=st.sets(st.sampled_from(["website", "price", "emails"])),
        status=st.sampled_from(["active", "active", "active", "retired"]),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one.name,
)
OVERRIDES = st.lists(
    st.builds(
        Override,
        key=st.sampled_from("pqr"),
        attribute=st.sampled_from(["kind", "website", "emails", "given_name"]),
        value=TEXT.filter(bool),
        set_at=DAYS.map(moment),
        mode=st.sampled_from(["always", "until_source_agrees", "latest_wins"]),
    ),
    max_size=2,
    unique_by=lambda one: one.key,
)


@settings(max_examples=400, deadline=None)
@given(MEMBERS, OVERRIDES, st.randoms(use_true_random=False))
def test_golden_values_do_not_depend_on_the_order_of_members_or_overrides(members, overrides, random):
    shuffled = random.sample(members, len(members))
    assert golden(RULES, shuffled, overrides[::-1]) == golden(RULES, members, overrides)


@settings(max_examples=300, deadline=None)
@given(MEMBERS)
def test_every_golden_value_comes_from_the_record_that_provenance_names(members):
    found = golden(RULES, members)
    of = {one.name: one for one in members}
    for attribute, value in found.attributes.items():
        if found.sole is None and attribute not in ("emails", "payment_terms"):
            assert of[found.provenance[attribute].winner].attributes[attribute] == value
            assert of[found.provenance[attribute].winner].status == "active"


@settings(max_examples=300, deadline=None)
@given(ATTRIBUTES)
def test_the_short_way_of_a_single_member_gives_what_the_long_way_gives(attributes):
    plain = [rule for rule in RULES if not rule.scoped and not any(one.side == "record" for one in rule.when)]
    alone = member("erp", attributes)
    # A second record that says nothing forces the long way.
    long_way = golden(plain, [alone, member("crm", {})])
    short_way = golden(plain, [alone])
    assert short_way.sole == alone.name
    assert short_way.attributes == long_way.attributes


@settings(max_examples=200, deadline=None)
@given(MEMBERS)
def test_a_record_that_says_nothing_changes_nothing(members):
    silent = member("quiet", {}, key="silent")
    assert golden(RULES, [*members, silent]).attributes == golden(RULES, members).attributes
