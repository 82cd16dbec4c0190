"""Values by company code and sales area on their way in: mapped, and checked scope by scope."""

import pytest

from mdm.ingestion.documents import BadMapping
from mdm.ingestion.mapping import parse_mapping
from mdm.ingestion.validate import canonicalise

HEAD = 'domain = "customer"\nkey = "id"\n[attributes]\n'
COMPANY = '{ each = "companies", scope = "code", value = "terms" }'
AREA = '{ each = "areas", scope = ["org", "channel"], value = "terms" }'

MAPPED = [
    # rules of payment_terms, row, payment terms
    (COMPANY, {"companies": [{"code": "1000", "terms": "N30"}]}, {"1000": "N30"}),
    (COMPANY, {"companies": [{"code": "1", "terms": "A"}, {"code": "1", "terms": "B"}]}, {"1": "A"}),
    (COMPANY, {"companies": [{"code": "1000", "terms": ""}]}, None),
    (COMPANY, {"companies": [{"terms": "N30"}]}, "N30"),
    (COMPANY, {"companies": []}, None),
    (AREA, {"areas": [{"org": "10", "channel": "20", "terms": "N30"}]}, {"10/20": "N30"}),
    (AREA, {"areas": [{"org": "10", "terms": "N30"}]}, {"10/-": "N30"}),
    (
        f"[{COMPANY}, {AREA}]",
        {"companies": [{"code": "10", "terms": "A"}], "areas": [{"org": "10", "channel": "1", "terms": "B"}]},
        {"10": "A", "10/1": "B"},
    ),
    (f'[{COMPANY}, "general"]', {"companies": [{"code": "10", "terms": "A"}], "general": "B"},
     {"10": "A", "*": "B"}),
    (f'[{COMPANY}, "general"]', {"general": "B"}, "B"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "row", "terms"), MAPPED)
def test_elements_become_an_object_of_scopes(rules, row, terms):
    mapping = parse_mapping(f"{HEAD}payment_terms = {rules}")
    assert mapping.apply({"id": "1", **row}).attributes.get("payment_terms") == terms


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('payment_terms = { column = "a", scope = "b" }', "only a rule with 'each' has 'scope'"),
        ('emails = { each = "a", scope = "b", value = "c" }', "an attribute that has scopes"),
    ],
)
def test_a_scope_where_there_can_be_none_is_refused(line, said):
    with pytest.raises(BadMapping, match=said):
        parse_mapping(HEAD + line)


CHECKED = [
    # what arrives, what is kept, what is refused
    ({"1000": " N30 ", "2000": ""}, {"1000": "N30"}, []),
    ({"1000": ""}, None, []),
    ({"1000": ["N30"]}, None, ["payment_terms.1000"]),
    ("N30", "N30", []),
]


@pytest.mark.parametrize(("arrives", "kept", "refused"), CHECKED)
def test_each_scope_is_checked(arrives, kept, refused):
    canonical, problems = canonicalise({"payment_terms": arrives}, "customer")
    assert canonical.get("payment_terms") == kept
    assert [problem.column for problem in problems] == refused
