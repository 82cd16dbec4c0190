"""What a mapping may say of relationships, and what becomes of it on the way to a statement."""

from __future__ import annotations

from datetime import date

import pytest

from mdm.ingestion.documents import BadMapping
from mdm.ingestion.mapping import absent_columns, parse_mapping
from mdm.ingestion.stating import checked
from mdm.relationships.stated import Stated

HEAD = 'domain = "customer"\nkey = "id"\n[attributes]\nfull_name = "name"\n[[relationships]]\n'
CONTACT = """
type = "contact_of"
to = { reference = "account", object_type = "Account", rule = "integer" }
valid_from = { column = "since", date = "dmy" }
valid_to = { column = "until", date = "dmy" }
attributes.role = "role"
"""
PARTNERS = """
type = "ship_to"
each = "partners[]"
where = { column = "function", is = ["WE", "SH"] }
to = { reference = "customer", object_type = "BusinessPartner", rule = "sap10" }
attributes.sales_area = "area"
"""


def said(rules: str, row: dict) -> tuple[tuple[Stated, ...], list[tuple[str, str, str]]]:
    """Return the statements of a row, and the problems as (severity, rule, column)."""
    mapped = parse_mapping(HEAD + rules).apply({"id": "1", "name": "Anna", **row})
    assert mapped.problems == []
    found, problems = checked(
        mapped.relationships, key=mapped.key, source="crm", object_type="Contact", domain="customer"
    )
    return found, [(one.severity, one.rule, one.column) for one in problems]


STATEMENTS = [
    # what a mapping says, a row, what it states
    (CONTACT, {"account": "007"}, [Stated("contact_of", True, "crm", "Account", "7")]),
    (
        CONTACT,
        {"account": "7", "role": " Buyer ", "since": "01.02.2024", "until": "31.12.2025"},
        [Stated("contact_of", True, "crm", "Account", "7", date(2024, 2, 1), date(2025, 12, 31),
                {"role": "Buyer"})],
    ),
    (CONTACT, {"account": ""}, []),
    (CONTACT, {"account": "7", "until": "31.12.9999"}, [Stated("contact_of", True, "crm", "Account", "7")]),
    (
        PARTNERS,
        {"partners": [{"function": "WE", "customer": "12", "area": "1010"},
                      {"function": "AG", "customer": "9"}, {"function": "SH", "customer": "13"},
                      {"function": "SH", "customer": "13"}]},
        [Stated("ship_to", True, "crm", "BusinessPartner", "0000000012", attributes={"sales_area": "1010"}),
         Stated("ship_to", True, "crm", "BusinessPartner", "0000000013")],
    ),
    (
        'type = "contact_of"\nfrom = { reference = "boss", object_type = "person", system = "erp" }',
        {"boss": "9"},
        [Stated("contact_of", False, "erp", "person", "9")],
    ),
    (
        'type = "contact_of"\nto = { reference = "a", object_type = "A" }\nwhen = { column = "k", is = "x" }',
        {"a": "9", "k": "y"},
        [],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "row", "statements"), STATEMENTS)
def test_a_row_states_its_relationships(rules, row, statements):
    assert said(rules, row) == (tuple(statements), [])


FAULTS = [
    # a row, the severity, rule and column
    (
        {"account": "7", "since": "01.02.2024", "until": "01.01.2024"},
        ("warning", "days_turned_round", "account"),
    ),
    ({"account": "7", "role": "x" * 301}, ("refused", "too_long", "account")),
]


@pytest.mark.parametrize(("row", "problem"), FAULTS)
def test_what_makes_no_sense_is_left_out_and_named(row, problem):
    assert said(CONTACT, row) == ((), [problem])


def test_a_record_that_names_itself_is_refused():
    rules = 'type = "parent_account"\nto = { reference = "up", object_type = "Contact" }'
    assert said(rules, {"up": "1"}) == ((), [("refused", "self_reference", "up")])


MISTAKES = [
    # what a mapping says, what the refusal names
    ('type = "brother_of"', "relationships.1..type: 'brother_of' is unknown; known are bill_to, contact_of"),
    ('type = "contact_of"', "relationships.1.: say which record it goes to, or from"),
    ('type = "contact_of"\nto = "account"', "relationships.1..to: name the other record by a reference"),
    ('type = "contact_of"\nto = { reference = "a" }', "'object_type' is missing"),
    ('type = "contains"\nto = { reference = "a", object_type = "A" }', "no customer stands at that end"),
    (
        'type = "contact_of"\nto = { reference = "a", object_type = "A" }\nattributes.rank = "r"',
        "relationships.1..attributes: 'rank' is unknown; known are role",
    ),
    (
        'type = "contact_of"\nto = { reference = "a", object_type = "A" }\nwhere = { column = "x", is = 1 }',
        "relationships.1..where: only with 'each'",
    ),
]


@pytest.mark.parametrize(("rules", "sentence"), MISTAKES)
def test_a_mapping_that_cannot_be_meant_is_refused_by_place(rules, sentence):
    with pytest.raises(BadMapping, match=sentence):
        parse_mapping(HEAD + rules)


def test_the_columns_of_relationships_are_columns_of_the_mapping():
    mapping = parse_mapping(HEAD + CONTACT)
    assert {"account", "since", "until", "role"} <= mapping.columns()
    assert absent_columns(parse_mapping(HEAD + PARTNERS), ["id", "name"]) == ["partners[]"]
