"""Each strategy on customers and products: what stands in the sources, what survives, and at which step."""

import pytest

from mdm.survivorship.rules import Rule
from tests.mdm.survivorship.members import golden, member, survivor

ERP_NEW, CRM_OLD, SHOP = "2026-05-01", "2025-01-01", "2026-03-01"

CASES = [
    # strategy, attribute, {source: (value, changed)}, survivor, step
    # --- source_ranking: erp, crm, shop; desk is not in the ranking
    ("source_ranking", "legal_name", {"crm": ("B", ERP_NEW), "erp": ("A", CRM_OLD)}, "A", "source_ranking"),
    ("source_ranking", "legal_name", {"desk": ("D", ERP_NEW), "shop": ("C", CRM_OLD)}, "C", "source_ranking"),
    ("source_ranking", "legal_name", {"erp": (None, ERP_NEW), "crm": ("B", CRM_OLD)}, "B", "only candidate"),
    (
        "source_ranking",
        "brand",
        {"erp": ("", ERP_NEW), "shop": ("Bosch", CRM_OLD)},
        "Bosch",
        "only candidate",
    ),
    # --- source_trust: erp 80, crm 60, shop 40, unknown 50
    ("source_trust", "website", {"crm": ("b.de", ERP_NEW), "erp": ("a.de", CRM_OLD)}, "a.de", "source_trust"),
    (
        "source_trust",
        "website",
        {"desk": ("d.de", CRM_OLD), "shop": ("c.de", ERP_NEW)},
        "d.de",
        "source_trust",
    ),
    ("source_trust", "colour", {"shop": ("red", SHOP), "crm": ("rot", SHOP)}, "rot", "source_trust"),
    # --- recency, oldest
    ("recency", "status", {"erp": ("active", CRM_OLD), "crm": ("blocked", ERP_NEW)}, "blocked", "recency"),
    ("recency", "price", {"erp": ("9.90", CRM_OLD), "shop": ("8.90", SHOP)}, "8.90", "recency"),
    ("recency", "price", {"erp": ("9.90", SHOP), "shop": ("8.90", SHOP)}, "9.90", "source_trust"),  # tie
    (
        "oldest",
        "full_name",
        {"erp": ("New Name", ERP_NEW), "crm": ("Old Name", CRM_OLD)},
        "Old Name",
        "oldest",
    ),
    # --- completeness: objects by filled parts
    (
        "completeness",
        "billing_address",
        {
            "erp": ({"city": "Ulm", "country": "DE", "unit": ""}, ERP_NEW),
            "shop": ({"city": "Ulm", "country": "DE", "postcode": "89073"}, SHOP),
        },
        {"city": "Ulm", "country": "DE", "postcode": "89073"},
        "completeness",
    ),
    (
        "completeness",
        "net_content",
        {"erp": ({"amount": "1"}, ERP_NEW), "shop": ({"amount": "1", "unit": "l"}, SHOP)},
        {"amount": "1", "unit": "l"},
        "completeness",
    ),
    # --- frequency: case and spaces do not make another value
    (
        "frequency",
        "legal_name",
        {"erp": ("Acme", SHOP), "crm": ("ACME  Ltd", SHOP), "shop": ("Acme Ltd", SHOP)},
        "ACME  Ltd",
        "frequency",
    ),
    (
        "frequency",
        "colour",
        {"erp": ("red", SHOP), "crm": ("blue", SHOP), "shop": ("blue", SHOP)},
        "blue",
        "frequency",
    ),
    ("frequency", "colour", {"erp": ("red", SHOP), "crm": ("blue", SHOP)}, "red", "source_trust"),  # tie
    # --- longest, shortest
    (
        "longest",
        "legal_name",
        {"erp": ("Acme", SHOP), "shop": ("Acme Trading Ltd", SHOP)},
        "Acme Trading Ltd",
        "longest",
    ),
    ("longest", "description", {"erp": ("drill   ", SHOP), "shop": ("a drill", SHOP)}, "a drill", "longest"),
    ("shortest", "name", {"erp": ("Drill 500 W", SHOP), "shop": ("Drill", SHOP)}, "Drill", "shortest"),
    ("shortest", "given_name", {"erp": ("Ann", SHOP), "shop": ("Bob", SHOP)}, "Ann", "source_trust"),  # tie
    # --- min, max: numbers by amount, ISO dates by time
    ("min", "price", {"erp": ("10.00", SHOP), "shop": ("9.5", SHOP)}, "9.5", "min"),
    ("max", "price", {"erp": ("10.00", SHOP), "shop": ("9.5", SHOP)}, "10.00", "max"),
    ("max", "pack_size", {"erp": (6, SHOP), "shop": (12, SHOP)}, 12, "max"),
    ("min", "birth_date", {"erp": ("1980-02-01", SHOP), "shop": ("1979-12-31", SHOP)}, "1979-12-31", "min"),
    (
        "min",
        "price",
        {"erp": ("10.0", SHOP), "shop": ("10.00", SHOP)},
        "10.0",
        "source_trust",
    ),  # equal amounts
    # --- fallback chains
    ("frequency recency", "currency", {"erp": ("EUR", CRM_OLD), "crm": ("CHF", ERP_NEW)}, "CHF", "recency"),
    ("completeness longest", "brand", {"erp": ("HP", SHOP), "shop": ("Hewlett", SHOP)}, "Hewlett", "longest"),
    # --- all agree
    ("recency", "language", {"erp": ("de", CRM_OLD), "crm": ("DE", ERP_NEW)}, "DE", "unanimous"),
]


@pytest.mark.parametrize(("strategies", "attribute", "sources", "value", "step"), CASES)
def test_what_survives_and_where_it_was_decided(strategies, attribute, sources, value, step):
    members = [
        member(source, {attribute: offered}, changed=changed)
        for source, (offered, changed) in sources.items()
    ]
    assert survivor(attribute, strategies, members) == (value, step)
    assert survivor(attribute, strategies, members[::-1]) == (value, step)


TIES = [
    # what two records differ in, the survivor's step; their values always differ
    ({}, {"trust": 70}, "source_trust"),
    ({"changed": "2025-12-31"}, {}, "recency"),
    ({}, {"more": {"language": "de"}}, "record_completeness"),
    ({}, {}, "record_hash"),
]


@pytest.mark.parametrize(("one", "two", "step"), TIES)
def test_the_published_tie_break_decides_what_strategies_leave_open(one, two, step):
    def built(key, value, facts):
        facts = dict(facts)
        attributes = {"brand": value, **facts.pop("more", {})}
        return member("x", attributes, key=key, **facts)

    members = [built("1", "One", one), built("2", "Two", two)]
    value, decided = survivor("brand", "frequency", members, trust=(), ranking=())
    assert decided == step
    assert value == "Two" or step == "record_hash"


def test_the_ranking_breaks_ties_of_trust():
    members = [member("b", {"brand": "B"}), member("a", {"brand": "A"})]
    assert survivor("brand", "frequency", members, trust=(), ranking=("a", "b")) == ("A", "source_ranking")


UNIONS = [
    # case, attribute, erp, shop, golden
    ("texts once, best source first", "emails", ["b@x.de"], ["B@X.de", "a@x.de"], ["b@x.de", "a@x.de"]),
    ("telephone numbers in any groups", "phones", ["+49 30 123"], ["+4930123"], ["+49 30 123"]),
    ("nothing from an empty source", "emails", [], ["a@x.de"], ["a@x.de"]),
    ("a plain value counts as a list of one", "emails", "a@x.de", ["c@x.de"], ["a@x.de", "c@x.de"]),
    (
        "an object that says less goes",
        "tax_ids",
        [{"scheme": "VAT", "value": "DE1"}],
        [{"scheme": "VAT", "value": "DE1", "country": "DE"}],
        [{"scheme": "VAT", "value": "DE1", "country": "DE"}],
    ),
    (
        "objects that differ both stay",
        "gtins",
        [{"value": "4006381333931", "level": "each"}],
        [{"value": "4006381333931", "level": "case"}],
        [{"value": "4006381333931", "level": "each"}, {"value": "4006381333931", "level": "case"}],
    ),
    (
        "an unknown pack level says nothing",
        "gtins",
        [{"value": "4006381333931", "level": "unknown"}],
        [{"value": "4006381333931", "level": "case"}],
        [{"value": "4006381333931", "level": "case"}],
    ),
]


@pytest.mark.parametrize(
    ("attribute", "erp", "shop", "expected"), [case[1:] for case in UNIONS], ids=[c[0] for c in UNIONS]
)
def test_multi_valued_attributes_are_united_without_repeats(attribute, erp, shop, expected):
    rule = Rule((attribute,), ("union",), weak=("unknown",))
    found = golden([rule], [member("shop", {attribute: shop}), member("erp", {attribute: erp})])
    assert found.attributes == {attribute: expected}


def test_a_union_names_who_added_something_and_who_did_not():
    members = [
        member(source, {"emails": emails})
        for source, emails in (("erp", ["a"]), ("crm", ["A"]), ("shop", ["b"]))
    ]
    why = golden([Rule(("emails",), ("union",))], members).provenance["emails"]
    assert [record[0] for record in why.contributors] == ["erp", "shop"]
    assert [(loser.record[0], loser.reason) for loser in why.losers] == [("crm", "adds nothing")]


def test_losers_are_named_with_what_they_lacked():
    members = [member("erp", {"brand": "A"}), member("crm", {"brand": "B"}), member("desk", {"brand": "a"})]
    found = golden([Rule(("brand",), ("source_trust",))], members).provenance["brand"]
    assert found.winner == ("erp", "customer", "1")
    assert {loser.record[0]: loser.reason for loser in found.losers} == {
        "crm": "source_trust 60 against 80",
        "desk": "says the same",
    }


def test_a_value_of_no_or_false_is_a_value():
    members = [member("erp", {"pack_size": 0}), member("crm", {"pack_size": 6})]
    assert survivor("pack_size", "source_trust", members) == (0, "source_trust")
