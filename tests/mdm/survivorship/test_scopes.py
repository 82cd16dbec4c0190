"""Values by company code or sales area: each scope survives, is owned and is overridden alone."""

from datetime import timedelta

import pytest

from mdm.survivorship.overrides import Override
from mdm.survivorship.rules import Rule
from tests.mdm.survivorship.members import TODAY, golden, member, moment

TERMS = Rule(("payment_terms",), ("source_trust", "recency"), owner="erp", scoped=True)

# erp, crm, golden; "1000" and "2000" are company codes, "*" is everywhere
TABLE = [
    ({"1000": "NET30"}, {"1000": "NET60"}, {"1000": "NET30"}),
    ({"1000": "NET30"}, {"2000": "NET60"}, {"1000": "NET30", "2000": "NET60"}),
    ({"1000": "NET30", "2000": ""}, {"2000": "NET60"}, {"1000": "NET30", "2000": "NET60"}),
    ({"1000": "NET30"}, "NET60", {"1000": "NET30", "*": "NET60"}),
    ("NET30", "NET60", "NET30"),
    (None, "NET60", "NET60"),
    ({}, {"1000": None}, None),
]


def terms(erp, crm, overrides=()):
    members = [member("erp", {"payment_terms": erp}), member("crm", {"payment_terms": crm})]
    return golden([TERMS], members, overrides)


@pytest.mark.parametrize(("erp", "crm", "expected"), TABLE)
def test_each_scope_survives_alone(erp, crm, expected):
    assert terms(erp, crm).attributes.get("payment_terms") == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"1000": "NET30", "2000": ""}, {"1000": "NET30"}),
        ({"*": "NET30"}, "NET30"),
        ("NET30", "NET30"),
        ({"1000": ""}, None),
    ],
)
def test_the_scopes_of_a_single_record_are_its_own(said, expected):
    found = golden([TERMS], [member("erp", {"payment_terms": said, "language": "de"})])
    assert (found.attributes.get("payment_terms"), found.provenance) == (expected, {})


def override(path, value, **more):
    day = str(TODAY - timedelta(days=1))
    return Override(key="7", attribute=path, value=value, set_at=moment(day), **more)


OVERRIDDEN = [
    # override of, value, more; golden terms; whose word counts in 2000
    ("payment_terms/2000", "NET14", {}, {"1000": "NET30", "2000": "NET14"}),
    ("payment_terms/3000", "NET7", {}, {"1000": "NET30", "2000": "NET60", "3000": "NET7"}),
    ("payment_terms/2000", None, {}, {"1000": "NET30"}),
    ("payment_terms/2000", "NET14", {"mode": "until_source_agrees"}, {"1000": "NET30", "2000": "NET14"}),
    ("payment_terms/2000", "NET60", {"action": "ignore"}, {"1000": "NET30"}),
    ("payment_terms", {"1000": "NET7"}, {}, {"1000": "NET7"}),
]


@pytest.mark.parametrize(("path", "value", "more", "expected"), OVERRIDDEN)
def test_a_scope_is_overridden_alone(path, value, more, expected):
    found = terms({"1000": "NET30"}, {"2000": "NET60"}, [override(path, value, **more)])
    assert (found.attributes.get("payment_terms"), found.spent) == (expected, ())


SPENT = [
    # mode, seen, what the ERP says of 1000: the override of 1000 is over
    ("until_source_agrees", None, "NET14"),
    ("until_source_changes", "NET60", "NET30"),
    ("latest_wins", None, "NET30"),
]


@pytest.mark.parametrize(("mode", "seen", "said"), SPENT)
def test_an_override_of_a_scope_ends_by_what_that_scope_says(mode, seen, said):
    standing = override("payment_terms/1000", "NET14", mode=mode, seen=seen)
    erp = member("erp", {"payment_terms": {"1000": said, "2000": "NET99"}}, changed=str(TODAY))
    found = golden([TERMS], [erp], [standing])
    assert (found.spent, found.attributes["payment_terms"]["1000"]) == (("7",), said)


def test_provenance_names_the_scope():
    found = terms({"1000": "NET30"}, {"1000": "NET60", "2000": "NET60"})
    assert {path: (why.winner[0], why.step) for path, why in found.provenance.items()} == {
        "payment_terms/1000": ("erp", "owner"),
        "payment_terms/2000": ("crm", "only candidate"),
    }


def test_the_latest_of_a_union_is_whatever_record_added_to_it_last():
    rule = Rule(("emails",), ("union",))
    said = Override(key="7", attribute="emails", value=["z"], set_at=moment("2026-03-01"), mode="latest_wins")
    erp = member("erp", {"emails": ["a"]}, changed="2026-01-01")
    assert golden([rule], [erp], [said]).attributes == {"emails": ["z"]}
    crm = member("crm", {"emails": ["b"]}, changed="2026-04-01")
    assert golden([rule], [erp, crm], [said]).attributes == {"emails": ["a", "b"]}
