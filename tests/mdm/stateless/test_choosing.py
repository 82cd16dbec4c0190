"""What is found out about a table: its source, its key, its domain, and columns that mean the same."""

from pathlib import Path

import pytest

from mdm.stateless.fitting import choose_domain
from mdm.stateless.gathering import Family, RawRow, Unmatchable, flattened, source_of
from mdm.stateless.generic import aligned
from mdm.stateless.keys import KeyChoice, choose_key


def family(columns, *rows, file="t.csv", source="t"):
    """A family of one file with these columns and rows."""
    cells = [dict(zip(columns, row, strict=True)) for row in rows]
    made = [RawRow(file, place, source, values, values) for place, values in enumerate(cells, start=2)]
    return Family((file,), tuple(columns), tuple(made))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("crm.csv", "crm"),
        ("crm.CSV.gz", "crm"),
        ("crm.accounts.ndjson", "crm.accounts"),  # only the ending goes
        ("crm.2024", "crm.2024"),  # no ending that Aurum knows
        ("shop", "shop"),
    ],
)
def test_the_source_is_the_files_name_without_its_ending(name, source):
    assert source_of(Path("somewhere") / name) == source


@pytest.mark.parametrize(
    ("columns", "rows", "column"),
    [
        (("name", "id"), [("a", "1"), ("b", "2")], "id"),
        (("customer_no", "name"), [("1", "a"), ("2", "b")], "customer_no"),
        (("account_id", "contact_id"), [("1", "1"), ("1", "2"), ("1", "3")], "contact_id"),  # the better one
        (("id", "name"), [("1", "a"), ("2", "b"), ("2", "c"), ("3", "d")], "id"),  # a repeated key is named
        (("id", "name"), [("1", "a"), ("1", "b"), ("1", "c")], ""),  # hardly a key
        (("ltable", "x"), [("r1", "a"), ("r2", "b")], "ltable"),  # means nothing else, never twice the same
        (("title", "year"), [("Dune", "1965"), ("Solaris", "1961")], ""),
        (("first_name", "city"), [("A1", "Ulm"), ("B2", "Bonn")], ""),  # means something else
    ],
)
def test_the_key_is_found_by_name_and_values(columns, rows, column):
    assert choose_key(family(columns, *rows)).column == column


def test_a_key_that_is_asked_for_and_absent_is_refused_with_what_there_is():
    with pytest.raises(Unmatchable, match=r"t\.csv has no column 'nr' \(--id\); it has a, b\."):
        choose_key(family(("a", "b"), ("1", "2")), "nr")


PEOPLE = family(
    ("id", "first_name", "surname", "email"),
    ("1", "Anna", "Berg", "anna@berg.de"),
    ("2", "Paul", "Kurz", "paul@kurz.de"),
)
GOODS = family(
    ("id", "name", "ean", "brand"), ("1", "Lamp", "4006381333931", "Lux"), ("2", "Desk", "", "Oak")
)
PAPERS = family(("id", "title", "authors", "venue", "year"), ("1", "On Truth", "A. Berg", "VLDB", "1999"))
FIRMS = ("id", "company", "vat", "city")
FIRM = ("1", "Acme GmbH", "DE136695976", "Ulm")


@pytest.mark.parametrize(
    ("families", "domain"),
    [
        ([PEOPLE], "customer"),
        ([GOODS], "product"),
        ([PAPERS], "generic"),
        ([PEOPLE, PAPERS], "generic"),  # every file must fit
        ([family(FIRMS, FIRM)], "customer"),
        ([family(FIRMS, FIRM, file="vendors.csv")], "supplier"),  # the same columns, but the name says it
        ([family(("id", "x"), ("1", ""))], "generic"),
    ],
)
def test_the_domain_is_the_one_that_all_columns_clearly_fit(families, domain):
    assert choose_domain(families, [choose_key(one) for one in families])[0] == domain


def test_the_reason_for_generic_names_the_nearest_domain():
    _, why = choose_domain([PAPERS], [KeyChoice("id", "")])
    assert why.startswith(
        "no domain knows most of the columns; the nearest is product: 1 of 4 columns (name)"
    )


def test_a_sample_is_the_same_rows_in_whatever_order_they_come():
    rows = [(str(number), f"name {number}") for number in range(50)]
    there, back = family(("id", "name"), *rows), family(("id", "name"), *reversed(rows))
    assert there.sample(10) == back.sample(10)


def test_columns_of_two_files_meet_by_name_or_by_what_such_columns_are_called():
    one = family(("id", "First Name", "zip", "street.1"))
    other = family(("key", "first_name", "postcode", "colour"))
    assert aligned([one, other], [frozenset(("id",)), frozenset(("key",))]) == [
        {"First Name": "First Name", "zip": "zip", "street.1": "street 1"},
        {"first_name": "First Name", "postcode": "zip", "colour": "colour"},
    ]


def test_two_columns_of_one_file_never_become_one():
    one = family(("phone",))
    other = family(("mobile", "telephone"))
    assert aligned([one, other], [frozenset(), frozenset()]) == [
        {"phone": "phone"},
        {"mobile": "mobile", "telephone": "telephone"},
    ]


def test_nested_cells_stand_under_dotted_names_and_lists_side_by_side():
    row = {"id": 7, "name": {"first": "Anna"}, "mails": ["a@x.de", "b@x.de"], "orders": [{"no": 1}]}
    assert flattened(row) == {"id": 7, "name.first": "Anna", "mails": "a@x.de", "mails 2": "b@x.de"}
