"""A frame is the same from records, lists and tables, and holds each distinct value once."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.columns import CodedColumn, coded_column, column_of_rows
from matching.errors import FrameError
from matching.frame import Frame, build_frame, frame_in_order
from matching.raw import Columns
from matching.readings import READINGS
from matching.spec import MatchSpec
from matching.texts import Texts
from mdm.domains.customer_match import MATCH_SPEC as CUSTOMER
from mdm.domains.product_match import MATCH_SPEC as PRODUCT

WORDS = [
    "Anna",
    "Bob",
    "de la Cruz",
    "Dr. Meier",
    "n/a",
    "Smith, Jane",
    "佐藤",
    "O'Neill",
    "Müller-Lüdenscheid",
    "",
]
names = st.sampled_from(WORDS)
mailboxes = st.sampled_from(["a.b@x.de", "A@x.de", "noreply@x.de", "c@gmail.com", "no"])
numbers = st.sampled_from(["+49 30 123456", "0301234567", "+4930123456", "0000000"])
streets = st.sampled_from(["Hauptstr. 5", "5 Main St"])
people = st.fixed_dictionaries(
    {},
    optional={
        "given_name": names,
        "middle_name": names,
        "family_name": names,
        "full_name": names,
        "name_suffix": st.sampled_from(["Jr.", "III", ""]),
        "former_family_name": names,
        "legal_name": names,
        "kind": st.sampled_from(["person", "unknown"]),
        "emails": st.lists(mailboxes, max_size=2),
        "phones": st.lists(numbers, max_size=2),
        "website": st.sampled_from(["https://www.x.de", "y.fr"]),
        "billing_address": st.fixed_dictionaries(
            {},
            optional={"street": st.sampled_from(["Hauptstr. 5", "5 Main St"]), "house_number": st.just("7a")},
        ),
    },
)


def rows(frame: Frame) -> dict[str, list[tuple[str, ...]]]:
    return {name: [column.value(row) for row in range(len(frame))] for name, column in frame.columns.items()}


def one_by_one(spec: MatchSpec, record: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return what each column's reading gives for one record that is all alone."""
    raw = Columns.of_records([record], [path for column in spec.columns for path in column.inputs])
    found = {}
    for column in spec.columns:
        inputs = [raw.column(path) for path in column.inputs]
        given_ = tuple(entry.values[0] if entry.codes[0] >= 0 else None for entry in inputs)
        read = READINGS[column.reading](given_) if any(given_) else ()
        found[column.name] = tuple(sorted({element for element in read if element}))
    return found


@given(st.lists(people, min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_every_row_is_read_as_if_it_were_alone(records: list[dict[str, Any]]) -> None:
    frame = build_frame(CUSTOMER, records, [("s", "o", str(row)) for row in range(len(records))])
    alone = [one_by_one(CUSTOMER, record) for record in records]
    found = rows(frame)
    for column in CUSTOMER.columns:
        if column.reading in ("given_name", "family_name", "middle_name"):
            continue  # a Han name beside a spelled one marks the spelled one only where they are one text
        assert found[column.name] == [entry[column.name] for entry in alone], column.name


@given(st.lists(people, min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_equal_values_have_equal_codes_and_different_ones_different_codes(
    records: list[dict[str, Any]],
) -> None:
    frame = build_frame(CUSTOMER, records, [("s", "o", str(row)) for row in range(len(records))])
    for name, column in frame.columns.items():
        codes = column.codes.tolist()
        values = [column.value(row) for row in range(len(records))]
        assert len(set(zip(codes, values, strict=True))) == len(set(codes)) == len(set(values)), name
        assert all((code < 0) == (not value) for code, value in zip(codes, values, strict=True))
        assert len(set(column.elements.tolist())) == len(column.elements)


def test_columns_of_a_table_give_the_frame_of_the_records() -> None:
    table = pa.table(
        {
            "first": ["Anna", "", None, "Jean"],
            "last": ["Lindqvist", "Novak", "Smith, Jane", "Moreau père"],
            "mail": ["anna@x.de", "", "jane@x.de", ""],
            "street": ["Hauptstr. 5", "", "Hauptstr. 5", "Rue de la Paix 7"],
        }
    )
    paths = {
        "given_name": "first", "family_name": "last", "emails": "mail", "billing_address.street": "street"
    }  # fmt: skip
    records = [
        {
            "given_name": row["first"],
            "family_name": row["last"],
            "emails": row["mail"],
            "billing_address": {"street": row["street"]},
        }
        for row in table.to_pylist()
    ]
    names_ = [("crm", "Contact", str(row)) for row in range(4)]
    whole = frame_in_order(CUSTOMER, records, names_)
    for columns in (
        Columns.of_table(table, paths),
        Columns.of_lists({path: table.column(name).to_pylist() for path, name in paths.items()}),
    ):
        found = frame_in_order(CUSTOMER, columns, names_)
        assert found.names == whole.names
        assert rows(found) == rows(whole)


def test_a_table_without_a_column_is_refused_with_those_it_has() -> None:
    with pytest.raises(FrameError, match="no column 'surname' for 'family_name'; it has first"):
        Columns.of_table(pa.table({"first": ["Anna"]}), {"family_name": "surname"})


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(FrameError, match="equally long; here are 'brand' 1, 'name' 2"):
        Columns.of_lists({"name": ["a", "b"], "brand": ["c"]})


def test_no_records_make_a_frame_of_no_rows() -> None:
    for spec in (CUSTOMER, PRODUCT):
        frame = build_frame(spec, [], [])
        assert len(frame) == 0
        assert all(column.size == 0 for column in frame.columns.values())


values = st.lists(st.sets(st.sampled_from("abcd"), max_size=3), min_size=1, max_size=12)


@given(values, st.frozensets(st.sampled_from("abcd")), st.data())
@settings(max_examples=150, deadline=None)
def test_a_column_without_some_elements_or_rows_is_the_column_of_what_is_left(
    given_values: list[set[str]], generic: frozenset[str], data: st.DataObject
) -> None:
    column = column_of(given_values)
    kept = [tuple(sorted(value - generic)) for value in given_values]
    assert [column.without(generic).value(row) for row in range(len(kept))] == kept
    chosen = data.draw(st.lists(st.sampled_from(range(len(given_values)))))
    taking = column.taking(np.array(chosen, dtype=np.int64))
    assert [taking.value(row) for row in range(len(chosen))] == [column.value(row) for row in chosen]
    assert taking.size == len({column.value(row) for row in chosen} - {()})


def column_of(given_values: list[set[str]]) -> CodedColumn:
    elements = sorted({element for value in given_values for element in value})
    members = [elements.index(element) for value in given_values for element in sorted(value)]
    offsets = np.concatenate([[0], np.cumsum([len(value) for value in given_values])])
    codes = np.arange(len(given_values), dtype=np.int32)
    found = column_of_rows("c", codes, offsets, np.array(members, dtype=np.int32), Texts.of(elements))
    tuples = [tuple(sorted(value)) for value in given_values]
    distinct = [value for value in dict.fromkeys(tuples) if value]
    places = [distinct.index(value) if value else -1 for value in tuples]
    plain = coded_column("c", np.array(places, dtype=np.int32), distinct)
    assert [found.value(row) for row in range(len(tuples))] == [
        plain.value(row) for row in range(len(tuples))
    ]
    assert found.size == plain.size
    return found
