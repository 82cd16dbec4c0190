"""What is accepted, in what form, with what remark; and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm import domains
from mdm.ingestion.problems import storable
from mdm.ingestion.validate import canonicalise, find_unstorable

ACCEPTED = [
    # domain, attribute, as mapped, canonical
    ("customer", "given_name", "  Åsa ", "Åsa"),
    ("customer", "given_name", "A\u030asa", "Åsa"),
    ("customer", "kind", "Person", "person"),
    ("customer", "currency", "eur", "EUR"),
    ("customer", "language", "de_AT", "de-AT"),
    ("customer", "emails", ["mailto:a@b.de", "a@b.de;"], ["a@b.de"]),
    ("customer", "phones", ["+49 30 123456", "ext. 48151"], ["+4930123456", "ext. 48151"]),
    ("customer", "website", "www.example.org", "www.example.org"),
    ("customer", "birth_date", "1980-12-24", "1980-12-24"),
    ("customer", "birth_date", "0001-01-01", None),  # how a database says that there is none
    (
        "customer",
        "billing_address",
        {"city": "Wien", "country": "Österreich"},
        {"city": "Wien", "country": "AT"},
    ),
    ("customer", "billing_address", {"city": "Roma", "country": "ITA"}, {"city": "Roma", "country": "IT"}),
    ("customer", "billing_address", {"city": "Kyiv", "country": "n/a"}, {"city": "Kyiv"}),
    ("customer", "billing_address", {"country": "DE"}, None),  # a country alone is no address
    (
        "customer",
        "tax_ids",
        [{"value": "DE136695976", "scheme": "VAT"}],
        [{"value": "DE136695976", "scheme": "vat", "country": "DE"}],
    ),
    ("customer", "tax_ids", [{"value": "EL094259216"}], [{"value": "EL094259216", "country": "GR"}]),
    ("customer", "consent", {"email": True, "date": "2024-05-01"}, {"email": True, "date": "2024-05-01"}),
    (
        "product",
        "gtins",
        [{"value": "4006381 333931", "level": "each"}],
        [{"value": "4006381333931", "level": "each"}],
    ),
    ("product", "gtins", "4006381333931", [{"value": "4006381333931", "level": "unknown"}]),
    ("product", "gtins", "04006381333931", [{"value": "4006381333931", "level": "unknown"}]),  # padded
    ("product", "gtins", "14006381333938", [{"value": "14006381333938", "level": "unknown"}]),  # a case
    ("product", "price", "12.50", "12.50"),
    ("product", "pack_size", "6", 6),
    ("product", "pack_size", 0, None),
    ("product", "net_content", {"amount": "0.75", "unit": "l"}, {"amount": "0.75", "unit": "l"}),
    ("product", "net_content", {"amount": "0.000", "unit": "kg"}, None),  # SAP's way to say nothing
]

REMARKED = [
    # domain, attribute, as mapped, canonical, the rule of the remark
    ("customer", "emails", ["nobody"], None, "odd_email"),
    ("customer", "phones", ["call me"], None, "odd_phone"),
    ("customer", "website", "my site", None, "odd_url"),
    ("customer", "language", "Deutsch!", None, "odd_language"),
    ("customer", "lei", "5493001KJTIIGC8Y1R13", "5493001KJTIIGC8Y1R13", "odd_lei"),
    ("customer", "birth_date", "1666-01-01", "1666-01-01", "implausible_date"),
    ("customer", "tax_ids", ["DE136695977"], [{"value": "DE136695977", "country": "DE"}], "odd_tax_id"),
    ("customer", "tax_ids", ["on file"], None, "odd_tax_id"),
    ("product", "gtins", ["4006381333932"], [{"value": "4006381333932", "level": "unknown"}], "odd_gtin"),
]

REFUSED = [
    # domain, attribute, as mapped, rule and column of the refusal
    ("customer", "given_name", ["Anna"], ("wrong_type", "given_name")),
    ("customer", "given_name", "x" * 301, ("too_long", "given_name")),
    ("customer", "kind", "alien", ("unknown_choice", "kind")),
    ("customer", "currency", "XBT1", ("unknown_currency", "currency")),
    ("customer", "emails", ["a @b.de"], ("email_with_blanks", "emails")),
    ("customer", "birth_date", "2999-01-01", ("future_date", "birth_date")),
    ("customer", "birth_date", "24.12.1980", ("bad_date", "birth_date")),
    ("customer", "billing_address", {"country": "Ruritania"}, ("unknown_country", "billing_address.country")),
    ("customer", "billing_address", "Ulm", ("wrong_type", "billing_address")),
    ("customer", "consent", {"email": "yes"}, ("wrong_type", "consent")),
    ("customer", "nick_name", "Andi", ("unknown_attribute", "nick_name")),
    ("product", "gtins", ["123"], ("bad_gtin", "gtins")),
    ("product", "gtins", ["4.00638E+12"], ("bad_gtin", "gtins")),
    ("product", "price", "-0.01", ("negative_price", "price")),
    ("product", "price", "cheap", ("bad_number", "price")),
    ("product", "price", True, ("bad_number", "price")),
    ("product", "pack_size", "2.5", ("bad_number", "pack_size")),
    ("product", "net_content", "5 kg", ("wrong_type", "net_content")),
]


@pytest.mark.parametrize(("domain", "attribute", "value", "kept"), ACCEPTED)
def test_a_value_is_brought_into_canonical_form(domain, attribute, value, kept):
    assert canonicalise({attribute: value}, domain) == ({} if kept is None else {attribute: kept}, [])


@pytest.mark.parametrize(("domain", "attribute", "value", "kept", "rule"), REMARKED)
def test_an_odd_value_is_remarked_on(domain, attribute, value, kept, rule):
    canonical, problems = canonicalise({attribute: value}, domain)
    assert canonical == ({} if kept is None else {attribute: kept})
    assert [(problem.rule, problem.severity) for problem in problems] == [(rule, "warning")]


@pytest.mark.parametrize(("domain", "attribute", "value", "fault"), REFUSED)
def test_an_impossible_value_is_refused_with_its_place(domain, attribute, value, fault):
    canonical, problems = canonicalise({attribute: value}, domain)
    assert attribute not in canonical or attribute == "billing_address"
    assert [(problem.rule, problem.column, problem.severity) for problem in problems] == [(*fault, "refused")]


def test_phones_and_tax_ids_are_read_from_the_country_of_the_address():
    record = {
        "phones": ["030 123456", "0043 1 5127777"],
        "billing_address": {"city": "Berlin", "country": "Germany"},
    }
    assert canonicalise(record, "customer")[0]["phones"] == ["+4930123456", "+4315127777"]
    assert canonicalise({"phones": ["030 123456"]}, "customer", country="DE")[0] == {
        "phones": ["+4930123456"]
    }


UNSTORABLE = [
    # a row, the rule and the column
    ({"a": "x\0y"}, "nul_character", "a"),
    ({"a": {"b": ["ok", "x\0"]}}, "nul_character", "a.b[]"),
    ({"a": "Bj\udcf6rk"}, "undecodable_bytes", "a"),
    ({"a": "\ud83d"}, "undecodable_bytes", "a"),
    ({"a\0": 1}, "nul_character", "a\0"),
]


@pytest.mark.parametrize(("row", "rule", "column"), UNSTORABLE)
def test_what_no_database_can_hold_is_found(row, rule, column):
    problem = find_unstorable(row)
    assert problem is not None
    assert (problem.rule, problem.column) == (rule, column)


def test_emoji_and_escapes_are_storable():
    assert find_unstorable({"a": "😀 \\u0000 \\ud800 is only text"}) is None


TEXT = st.text(st.characters(), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(TEXT, JSON, max_size=4))
def test_a_storable_row_is_storable_and_left_alone_after_that(row):
    kept = storable(row)
    assert find_unstorable(kept) is None
    assert storable(kept) == kept


@given(
    domain=st.sampled_from(["customer", "product"]),
    record=st.dictionaries(
        st.sampled_from(sorted({*domains.get("customer").names, *domains.get("product").names})),
        JSON,
        max_size=5,
    ),
)
def test_canonical_form_is_left_as_it_is(domain, record):
    once, problems = canonicalise(record, domain)
    if not any(problem.severity == "refused" for problem in problems):
        assert canonicalise(once, domain)[0] == once
