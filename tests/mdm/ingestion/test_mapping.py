"""What a mapping does to a row, and how a bad one is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.ingestion.documents import BadMapping
from mdm.ingestion.mapping import (
    absent_columns,
    canonical,
    declared,
    declared_names,
    load_mapping,
    parse_mapping,
)

HEAD = 'domain = "customer"\nkey = "id"\n'


def mapped(rules, row, head=HEAD):
    result = parse_mapping(f"{head}[attributes]\n{rules}").apply({"id": "1", **row})
    return result.attributes, [(problem.rule, problem.column) for problem in result.problems]


RULES = [
    # what a mapping says, a row, the canonical attributes
    ('given_name = "first"', {"first": "  Anna "}, {"given_name": "Anna"}),
    ('given_name = "first"', {"first": ""}, {}),
    ('given_name = "first"', {"first": 7.0}, {"given_name": "7"}),
    ('given_name = ["first", "second"]', {"first": None, "second": "Bo"}, {"given_name": "Bo"}),
    ('legal_name = { join = ["a", "b"] }', {"a": "Berg", "b": "AG"}, {"legal_name": "Berg AG"}),
    ('legal_name = { join = ["a", "b"], with = ", " }', {"a": "Berg", "b": " "}, {"legal_name": "Berg"}),
    ('currency = { constant = "EUR" }', {}, {"currency": "EUR"}),
    ('emails = ["a", "b"]', {"a": "x@y.de", "b": "x@y.de"}, {"emails": ["x@y.de"]}),
    (
        'emails = "list[].mail"',
        {"list": [{"mail": "a@b.de"}, {}, {"mail": "c@d.de"}]},
        {"emails": ["a@b.de", "c@d.de"]},
    ),
    ('website = "a.results[].url"', {"a": {"results": [{"url": ""}, {"url": "x.de"}]}}, {"website": "x.de"}),
    ('website = "a.url"', {"a": {"url": "x.de"}}, {"website": "x.de"}),
    (
        'website = "Price (a.b)"',
        {"Price (a.b)": "x.de"},
        {"website": "x.de"},
    ),  # a column's own name may have dots
    (
        'kind = { column = "k", codes = { 1 = "person" }, otherwise = "unknown" }',
        {"k": 1},
        {"kind": "person"},
    ),
    (
        'kind = { column = "k", codes = { 1 = "person" }, otherwise = "unknown" }',
        {"k": "9"},
        {"kind": "unknown"},
    ),
    (
        'tax_profile = { column = "k", codes = { A = "b" }, otherwise = "{value}" }',
        {"k": "Z"},
        {"tax_profile": "Z"},
    ),
    ('birth_date = { column = "d", date = "dmy" }', {"d": "24.12.1980"}, {"birth_date": "1980-12-24"}),
    (
        'birth_date = { column = "d", date = ["sap", "iso"] }',
        {"d": "/Date(-86400000)/"},
        {"birth_date": "1969-12-31"},
    ),
    ('birth_date = { column = "d", date = "compact" }', {"d": "00000000"}, {}),  # SAP's way to say nothing
    ('birth_date = { column = "d", date = "%d %b %Y" }', {"d": "24 Dec 1980"}, {"birth_date": "1980-12-24"}),
    (
        'family_name = { column = "n", split = "person_name", take = "family_name" }',
        {"n": "Dr. Jan de Vries"},
        {"family_name": "de Vries"},
    ),
    (
        'language = { column = "l", pattern = "^([a-z]+)-", case = "upper" }',
        {"l": "de-AT"},
        {"language": "DE"},
    ),
    ('consent = { email = { column = "n", truth = ["ja"] } }', {"n": "JA"}, {"consent": {"email": True}}),
    ('consent = { email = { column = "n", truth = ["ja"] } }', {"n": "nein"}, {"consent": {"email": False}}),
    ('given_name = { column = "n", ignore = ["N.N."] }', {"n": "N.N."}, {}),
    (
        'billing_address = { city = "c", country = { constant = "DE" } }',
        {"c": "Ulm"},
        {"billing_address": {"city": "Ulm", "country": "DE"}},
    ),
    (
        'billing_address = { city = "c", country = { constant = "DE" } }',
        {"c": ""},
        {},
    ),  # a constant alone says nothing
    ('tax_ids = { value = "vat" }', {"vat": "DE1"}, {"tax_ids": [{"value": "DE1"}]}),
    (
        'tax_ids = { each = "t[]", where = { column = "type", is = "A" }, parts = { value = "no" } }',
        {"t": [{"type": "A", "no": "1"}, {"type": "B", "no": "2"}]},
        {"tax_ids": [{"value": "1"}]},
    ),
    (
        'status = { constant = "blocked", when = { column = "b", is = true } }',
        {"b": True},
        {"status": "blocked"},
    ),
    ('status = { constant = "blocked", when = { column = "b", is = true } }', {"b": False}, {}),
    (
        'given_name = { column = "n", when = [{ column = "n", filled=true }, { column = "x", is_not = 1 }] }',
        {"n": "A"},
        {"given_name": "A"},
    ),
    (
        'given_name = { column = "n", when = { any = [{ column = "x", is = 1 }, { column = "x", is=2 }] } }',
        {"n": "A", "x": 2},
        {"given_name": "A"},
    ),
]

PROBLEMS = [
    # what a mapping says, a row, the problem's rule and column
    ('birth_date = { column = "d", date = "dmy" }', {"d": "31.02.1980"}, ("bad_date", "d")),
    ('kind = { column = "k", codes = { 1 = "person" } }', {"k": "9"}, ("unknown_code", "k")),
    ('given_name = "n"', {"n": ["A", "B"]}, ("wrong_type", "n")),
    ('emails = "n"', {"n": [{"a": 1}]}, ("wrong_type", "n")),
    ('tax_ids = { each = "t[]", parts = { value = "no" } }', {"t": ["1"]}, ("wrong_type", "t[]")),
]


@pytest.mark.parametrize(("rules", "row", "attributes"), RULES)
def test_a_rule_gives_a_canonical_value(rules, row, attributes):
    assert mapped(rules, row) == (attributes, [])


@pytest.mark.parametrize(("rules", "row", "problem"), PROBLEMS)
def test_a_value_that_a_rule_cannot_read_is_named(rules, row, problem):
    assert mapped(rules, row) == ({}, [problem])


NUMBERS = [
    ("comma", "1.234,50 ", "1234.50"),
    ("comma", "12,5", "12.5"),
    ("point", "1,234.50", "1234.50"),
    ("point", "1 234.50", "1234.50"),
    ("integer", "12", 12),
]


@pytest.mark.parametrize(("sign", "written", "read"), NUMBERS)
def test_numbers_are_read_by_the_sign_before_their_decimals(sign, written, read):
    text = f'domain = "product"\nkey = "id"\n[attributes]\nprice = {{ column = "p", number = "{sign}" }}'
    assert parse_mapping(text).apply({"id": 1, "p": written}).attributes == {"price": read}


def test_key_stamp_status_and_default_country_are_read():
    mapping = parse_mapping(
        """
        domain = "customer"
        key = { columns = ["client", "no"], rule = "upper" }
        alternate_keys = [{ column = "old", rule = "integer" }]
        changed_at = { columns = ["changed", "created"], time = "at", date = "sap", zone = "Europe/Berlin" }
        retired_when = { column = "gone", is = "X" }
        [defaults]
        country = "DE"
        [attributes]
        billing_address = { city = "city" }
        """
    )
    row = mapping.apply(
        {"client": "a1", "no": "b", "old": "007", "created": "/Date(86400000)/", "gone": "X", "city": "Ulm"}
    )
    assert (row.key, row.alternate_keys, row.status, row.country) == ("A1-B", ("7",), "retired", "DE")
    assert row.changed_at == datetime(1970, 1, 2, tzinfo=UTC)
    assert row.attributes == {"billing_address": {"city": "Ulm", "country": "DE"}}
    assert mapping.apply({"changed": "/Date(0)/", "at": "PT12H30M00S"}).changed_at == datetime(
        1970, 1, 1, 12, 30, tzinfo=UTC
    )


BAD = [
    # a document, a part of the sentence
    ("domain = ", "no valid TOML"),
    ('key = "id"\n[attributes]\nkind = "k"', "'domain' is missing"),
    ('domain = "customer"\n[attributes]\nkind = "k"', "'key' is missing"),
    (HEAD, "'attributes' is missing"),
    (f'{HEAD}colour = 1\n[attributes]\nkind = "k"', "'colour' is unknown; known are name, domain"),
    (f'{HEAD}[attributes]\nnick_name = "n"', "'nick_name' is unknown; known are billing_address"),
    (f'{HEAD}[attributes]\nkind = {{ colum = "k" }}', r"kind: 'colum' is unknown; known are column"),
    (
        f'{HEAD}[attributes]\nkind = {{ column = "k", join = ["a"] }}',
        "exactly one source of values, found column and join",
    ),
    (f'{HEAD}[attributes]\nkind = {{ case = "upper" }}', "found none"),
    (
        f'{HEAD}[attributes]\nkind = {{ column = "k", case = "big" }}',
        "'big' is unknown; known are upper, lower, title",
    ),
    (f'{HEAD}[attributes]\nkind = {{ column = "k", date = "dym" }}', "'dym' is unknown; known are iso, sap"),
    (f'{HEAD}[attributes]\nkind = {{ column = "k", split = "name", take = "x" }}', "known are person_name"),
    (
        f'{HEAD}[attributes]\nkind = {{ column = "k", split = "street_number", take = "x" }}',
        "known are street, house_number",
    ),
    (f'{HEAD}[attributes]\nkind = {{ column = "k", take = "street" }}', "'take' needs 'split'"),
    (f'{HEAD}[attributes]\nkind = {{ column = "k", otherwise = "x" }}', "'otherwise' needs 'codes'"),
    (
        f'{HEAD}[attributes]\nkind = {{ column = "k", codes = "kinds" }}',
        r"no table \[codes.kinds\]; there are: none",
    ),
    (f'{HEAD}[attributes]\nkind = {{ column = "k", pattern = "(" }}', "no regular expression"),
    (f'{HEAD}[attributes]\nkind = {{ column = "k", pattern = "x" }}', "put round brackets"),
    (
        f'{HEAD}[attributes]\nkind = {{ column = "k", when = {{ column = "x" }} }}',
        "one of is, is_not, filled",
    ),
    (
        f'{HEAD}[attributes]\nkind = {{ column = "k", where = {{ column = "x", is = "1" }} }}',
        "only a rule with 'each'",
    ),
    (f'{HEAD}[attributes]\nbilling_address = {{ town = "c" }}', "'town' is neither a part .city, country"),
    (f'{HEAD}[attributes]\ntax_ids = {{ each = "t" }}', "say with 'value' or 'parts'"),
    (
        'domain = "customer"\nkey = { column = "id", rule = "sap" }\n[attributes]\nkind = "k"',
        "'sap' is unknown; known are exact",
    ),
    (
        f'{HEAD}changed_at = {{ column = "c", zone = "Berlin" }}\n[attributes]\nkind = "k"',
        "'Berlin' is no time zone",
    ),
]


@pytest.mark.parametrize(("text", "sentence"), BAD)
def test_a_bad_mapping_is_refused_with_the_field_and_what_it_may_be(text, sentence):
    with pytest.raises(BadMapping, match=sentence):
        parse_mapping(text)


def test_a_mapping_that_is_no_file_is_refused(tmp_path):
    with pytest.raises(BadMapping, match="cannot be read"):
        load_mapping(tmp_path / "none.toml")


def test_columns_that_a_table_lacks_are_named():
    mapping = parse_mapping(
        f'{HEAD}[attributes]\ngiven_name = "first"\nwebsite = "a.url"\nlegal_name = {{ join = ["x", "y"] }}'
    )
    assert absent_columns(mapping, ["id", "a", "x"]) == ["first", "y"]


def test_a_problem_names_the_column_that_an_attribute_comes_from():
    mapping = parse_mapping(f'{HEAD}[attributes]\nemails = "mail"\nbilling_address = {{ country = "land" }}')
    assert mapping.column_of("emails") == "mail"
    assert mapping.column_of("billing_address.country") == "land"
    assert mapping.column_of("phones") == "phones"


def test_canonical_rows_are_taken_as_they_are():
    row = {
        "source_key": "7",
        "emails": ["a@b.de"],
        "billing_address": {"city": "Ulm"},
        "record_status": "retired",
    }
    result = canonical("customer").apply(row)
    assert (result.key, result.status) == ("7", "retired")
    assert result.attributes == {"emails": ["a@b.de"], "billing_address": {"city": "Ulm"}}


def test_aurum_ships_a_mapping_for_every_object_of_the_sample():
    assert {(declared(name).source, declared(name).object_type) for name in declared_names()} == {
        ("erp", "BusinessPartner"),
        ("erp", "Product"),
        ("crm", "Account"),
        ("crm", "Contact"),
        ("crm", "Lead"),
        ("crm", "Product2"),
        ("shop", "customer"),
        ("shop", "product"),
        ("desk", "contact"),
    }


def test_an_unknown_mapping_is_named_with_those_there_are():
    with pytest.raises(BadMapping, match=r"there are: desk\.contact, salesforce\.Account"):
        declared("salesforce.Konto")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["results", "a", "b"]), inner, max_size=3)
    ),
    max_leaves=8,
)
COLUMNS = sorted(
    {path.split(".")[0].removesuffix("[]") for name in declared_names() for path in declared(name).columns()}
)


@given(
    name=st.sampled_from(declared_names()), row=st.dictionaries(st.sampled_from(COLUMNS), JSON, max_size=12)
)
def test_a_mapping_never_raises_on_a_row(name, row):
    result = declared(name).apply(row)
    assert result.key or result.problems
