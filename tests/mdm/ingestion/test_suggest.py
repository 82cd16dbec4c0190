"""A mapping proposed from header and values."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.ingestion.lookalikes import look_at
from mdm.ingestion.mapping import parse_mapping
from mdm.ingestion.readers import open_table
from mdm.ingestion.suggest import ROW_NUMBER, suggest, suggest_for
from mdm.ingestion.synonyms import meaning_of
from mdm.ingestion.toml_text import toml_text

HEADERS = [
    # domain, header, attribute
    ("customer", "first_name", "given_name"),
    ("customer", "Vorname", "given_name"),
    ("customer", "PRÉNOM", "given_name"),
    ("customer", "Nachname", "family_name"),
    ("customer", "surnmae", "family_name"),  # mistyped
    ("customer", "dob", "birth_date"),
    ("customer", "Geburtsdatum", "birth_date"),
    ("customer", "fecha_de_nacimiento", "birth_date"),
    ("customer", "E-Mail", "emails"),
    ("customer", "Email__c", "emails"),
    ("customer", "PersonMobilePhone", "phones"),
    ("customer", "PLZ", "billing_address.postcode"),
    ("customer", "BillingCity", "billing_address.city"),
    ("customer", "Straße", "billing_address.street"),
    ("customer", "ship_to_city", "shipping_address.city"),
    ("customer", "USt-IdNr.", "tax_ids.value"),
    ("customer", "Ragione sociale", "legal_name"),
    ("customer", "SystemModstamp", "changed_at"),
    ("customer", "Kundennummer", "source_key"),
    ("customer", "favourite colour", ""),
    ("product", "EAN", "gtins.value"),
    ("product", "Artikelbezeichnung", "name"),
    ("product", "YY1_Colour_PRD", "colour"),
    ("product", "Preis", "price"),
    ("product", "modelno", "mpn"),
]


@pytest.mark.parametrize(("domain", "header", "attribute"), HEADERS)
def test_a_header_is_understood_in_many_languages(domain, header, attribute):
    assert meaning_of(header, domain)[0] == attribute


LOOKS = [
    # values, what they look like, detail
    (["a@b.de", "c.d@e.org"], "e-mail", ""),
    (["2024-01-31", "1999-12-01"], "date", "iso"),
    (["31.12.1999", "01.02.2003"], "date", "dmy"),
    (["12/31/1999", "02/03/2003"], "date", "mdy"),
    (["19991231", "20030201"], "date", "iso"),
    (["/Date(0)/"], "date", "sap"),
    (["4006381333931", "4012345678901"], "GTIN", ""),
    (["12,50", "1.299,00"], "price", "comma"),
    (["12.50", "1,299.00"], "price", "point"),
    (["+49 30 123456", "(212) 763-0100"], "phone", ""),
    (["10115", "80331"], "postcode", ""),
    (["SW1A 1AA", "M16 7QL"], "postcode", ""),
    (["EUR", "USD"], "currency code", ""),
    (["Germany", "France"], "country", ""),
    (["ja", "nein"], "yes or no", ""),
    (["Berg AG", "Müller GmbH", "Smith Ltd."], "company name", ""),
    (["Hauptstr. 12", "Weg 3a"], "street and number", ""),
    (["Anna Berg", "Jan de Vries"], "person name", ""),
    (["0015g000000DCUlAAO"], "Salesforce id", ""),
    (["", None], "empty", ""),
    (["some words on it", "more of them."], "text", ""),
]


@pytest.mark.parametrize(("values", "kind", "detail"), LOOKS)
def test_values_tell_what_they_are(values, kind, detail):
    look = look_at(values)
    assert (look.kind, look.detail) == (kind, detail)


CUSTOMERS = """Kd.-Nr.;Typ;Firma;Vorname;Nachname;Geb.-Datum;Mailadresse;Kontakt 2;Straße;PLZ;Ort;Geändert am
K1;privat;;Anna;Berg;24.12.1980;anna@example.org;0301234567;Hauptstr. 12;10115;Berlin;31.01.2024
K2;Firma;Berg GmbH;;;;info@example.org;+49 30 7654321;Weg 3;80331;München;01.02.2024
"""


@pytest.fixture
def customers(tmp_path):
    path = tmp_path / "kunden.csv"
    path.write_text(CUSTOMERS, encoding="cp1252")
    return open_table(path)


def test_a_suggestion_maps_the_rows_and_loads_back_from_its_toml(customers):
    suggestion = suggest_for(customers, "customer", source="shop", object_type="customer")
    mapping = suggestion.mapping()
    assert parse_mapping(suggestion.toml(), name="suggested mapping") == mapping
    results = [mapping.apply(row[1]) for row in customers.rows()]
    assert [(row.key, str(row.changed_at)[:10]) for row in results] == [
        ("K1", "2024-01-31"),
        ("K2", "2024-02-01"),
    ]
    assert results[0].attributes == {
        "kind": "person",
        "given_name": "Anna",
        "family_name": "Berg",
        "birth_date": "1980-12-24",
        "emails": ["anna@example.org"],
        "billing_address": {
            "street": "Hauptstr.",
            "house_number": "12",
            "postcode": "10115",
            "city": "Berlin",
        },
    }
    assert results[1].attributes["kind"] == "organisation"
    assert results[1].attributes["legal_name"] == "Berg GmbH"


def test_the_plan_says_why_for_every_column(customers):
    suggestion = suggest_for(customers, "customer")
    lines = suggestion.plan().splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["Kd.-Nr.", "Typ"]
    reasons = {plan.column: (plan.attribute, plan.reason) for plan in suggestion.columns}
    assert reasons["Kd.-Nr."] == (
        "source_key",
        "filled in every row of the sample and never twice the same, e.g. 'K1'",
    )
    assert reasons["Ort"][1].startswith("its name says 'ort'; 100% look like")
    assert reasons["Kontakt 2"] == (
        "",
        "called like full_name, but 100% look like phone, e.g. '0301234567'",
    )


def test_values_decide_where_the_header_says_nothing():
    rows = [{"x1": "a@b.de", "x2": "17"}, {"x1": "c@d.de", "x2": "18"}]
    plans = suggest(["x1", "x2"], rows, "customer").columns
    assert [plan.attribute for plan in plans] == ["emails", ""]


def test_values_that_contradict_the_header_win():
    rows = [{"price": "a@b.de"}, {"price": "c@d.de"}]
    plan = suggest(["price"], rows, "product").columns[0]
    assert (plan.attribute, plan.reason) == (
        "",
        "called like price, but 100% look like e-mail, e.g. 'a@b.de'",
    )


def test_a_table_without_a_key_is_told_by_its_row_numbers():
    suggestion = suggest(["name"], [{"name": "Anna Berg"}, {"name": "Anna Berg"}], "customer")
    assert suggestion.key_column == ROW_NUMBER
    assert "the number of its row" in suggestion.plan()
    result = suggestion.mapping().apply({"name": "Anna Berg", ROW_NUMBER: 7})
    assert result.key == "7"
    assert result.attributes == {
        "kind": "unknown",
        "full_name": "Anna Berg",
        "given_name": "Anna",
        "family_name": "Berg",
    }


def test_a_key_that_is_asked_for_is_taken():
    rows = [{"id": "1", "no": "A"}, {"id": "2", "no": "B"}]
    assert suggest(["id", "no"], rows, "customer", key="no").key_column == "no"


def test_a_name_column_for_people_and_companies_is_split_for_people_only():
    rows = [
        {"id": "1", "type": "user", "name": "Anna Berg"},
        {"id": "2", "type": "company", "name": "Berg Holding"},
    ]
    mapping = suggest(["id", "type", "name"], rows, "customer").mapping()
    assert [mapping.apply(row).attributes for row in rows] == [
        {"kind": "person", "full_name": "Anna Berg", "given_name": "Anna", "family_name": "Berg"},
        {"kind": "organisation", "legal_name": "Berg Holding"},
    ]


def test_a_name_column_that_is_like_no_persons_holds_companies():
    names = ["pen & pencil", "arnie morton's of chicago", "cafe 21", "sushi on 3rd"]
    rows = [{"id": str(place), "name": name} for place, name in enumerate(names)]
    mapping = suggest(["id", "name"], rows, "customer").mapping()
    assert mapping.apply(rows[0]).attributes == {"kind": "organisation", "legal_name": "pen & pencil"}


def test_names_in_small_letters_are_still_people():
    rows = [{"id": "1", "name": "anna berg"}, {"id": "2", "name": "paul smith"}]
    mapping = suggest(["id", "name"], rows, "customer").mapping()
    assert mapping.apply(rows[0]).attributes["family_name"] == "berg"


@pytest.mark.parametrize(
    ("header", "attribute"),
    [
        ("Vendor name", "legal_name"),
        ("supplier_no", "source_key"),
        ("VAT id", "tax_ids.value"),
        ("ZIP", "address.postcode"),
        ("birth date", ""),  # suppliers have none
    ],
)
def test_a_domain_without_words_of_its_own_takes_those_of_the_others(header, attribute):
    assert meaning_of(header, "supplier")[0] == attribute


def test_an_article_number_names_a_product_and_is_its_number():
    rows = [{"Artikelnr": "A1", "Preis": "1,50"}, {"Artikelnr": "A2", "Preis": "2,50"}]
    result = suggest(["Artikelnr", "Preis"], rows, "product").mapping().apply(rows[0])
    assert (result.key, result.attributes) == ("A1", {"sku": "A1", "price": "1.50"})


def test_in_a_domain_without_declaration_every_column_is_an_attribute():
    rows = [{"id": "1", "title": "x", "year": 1999}, {"id": "2", "title": "y", "year": 2001}]
    mapping = suggest(["id", "title", "year"], rows, "generic", key="id").mapping()
    assert mapping.apply(rows[0]).attributes == {"title": "x", "year": "1999"}


NAMES = st.text(max_size=6)
VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_what_is_written_as_toml_is_read_back(document):
    assert tomllib.loads(toml_text(document)) == document
