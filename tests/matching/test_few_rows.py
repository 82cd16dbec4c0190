"""A few rows are read and cut one by one, many column by column: with the same values, keys and weights."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.blocking import record_keys
from matching.columns import coded_column
from matching.cuts import MANY, ONE, PAIRED
from matching.errors import SpecError
from matching.frame import Frame
from matching.generic_values import name_keys
from matching.kernels import FEW, Pairing
from matching.kernels.registry import KERNELS
from matching.kernels.strings import ends, starts
from matching.keys import rule_keys
from matching.keys_of_few import rule_keys_of_few
from matching.model import Model, default_model
from matching.raw import Columns
from matching.reading_columns import FEW_ROWS, read_columns, read_rows
from matching.record_names import RecordNames
from matching.scoring import score
from matching.spec import BlockingRule, KeyPart, MatchSpec
from matching.texts import Texts, hash_of
from matching.weights import TextWeights
from mdm.domains.customer_match import MATCH_SPEC as CUSTOMER
from mdm.domains.product_match import MATCH_SPEC as PRODUCT
from tests.matching.test_frame import people

WORDS = ["red", "Lamp", "10 cm", "X-200", "n/a", "größer", ""]
texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
products = st.fixed_dictionaries(
    {},
    optional={
        "name": texts,
        "brand": st.sampled_from(["Acme", "Ä & Co", "unknown", ""]),
        "description": texts,
        "gtins": st.lists(st.sampled_from(["4006381333931", "4006381333932", "1"]), max_size=2),
        "manufacturer_part_number": st.sampled_from(["X200", "X-200", ""]),
        "price": st.sampled_from([1.5, "12,50", None]),
    },
)
further = st.fixed_dictionaries(
    {},
    optional={
        "birth_date": st.sampled_from(["1980-02-17", "1980-17-02", "1980", "1900-01-01", "x"]),
        "tax_ids": st.lists(st.sampled_from(["DE123456789", "0000", ""]), max_size=2),
        "city": st.sampled_from(["Rome", "Köln"]),
    },
)
customers = st.builds(lambda one, other: {**one, **other}, people, further)
of_a_domain = st.one_of(
    st.tuples(st.just(CUSTOMER), st.lists(customers, min_size=1, max_size=8)),
    st.tuples(st.just(PRODUCT), st.lists(products, min_size=1, max_size=8)),
)
Given = tuple[MatchSpec, list[dict[str, Any]]]


def both_ways(spec: MatchSpec, records: list[dict[str, Any]]) -> tuple[Frame, Frame]:
    """Return the frame as few rows are read, and as many are."""
    raw = Columns.of_records(records, [path for column in spec.columns for path in column.inputs])
    names = RecordNames.of([("s", "o", str(row)) for row in range(len(records))])
    few, many = read_rows(spec, records), read_columns(spec, raw)
    return Frame(names, few, names.sources()), Frame(names, many, names.sources())


def with_weights(spec: MatchSpec, generic: str = "") -> Model:
    """Return a model that has seen some terms, and takes one value of a column for generic."""
    seen = TextWeights(9, {"red": 3, "lamp": 2, "hauptstrasse": 4}, {"red": 3, "amp": 2})
    model = default_model(spec)
    told = dict.fromkeys([column.name for column in spec.columns], frozenset({generic, "x.de", "30123456"}))
    return Model(**{**vars(model), "texts": dict.fromkeys(model.texts, seen), "generic": told})


@given(of_a_domain)
@settings(max_examples=150, deadline=None)
def test_few_rows_have_the_values_that_many_have(given_: Given) -> None:
    spec, records = given_
    few, many = both_ways(spec, records)
    for name, column in few.columns.items():
        other = many.column(name)
        assert [column.value(row) for row in range(len(few))] == [
            other.value(row) for row in range(len(few))
        ], name
        assert column.size == other.size
        assert sorted(column.elements) == sorted(other.elements)


@given(of_a_domain, st.sampled_from(["", "anna", "acme"]), st.sampled_from(["none", "some", "all"]))
@settings(max_examples=150, deadline=None)
def test_few_rows_have_the_keys_that_many_have(given_: Given, generic: str, which: str) -> None:
    spec, records = given_
    model = with_weights(spec, generic)
    few, many = (frame.telling(model.generic) for frame in both_ways(spec, records))
    everything = record_keys(few, spec, model).keys.tolist()
    closed = {"none": [], "some": everything[::2], "all": None}[which]
    for place, rule in enumerate(spec.blocking):
        found = rule_keys_of_few(few, rule, model, place, None if closed is None else frozenset(closed))
        known = None if closed is None else np.array(closed, dtype=np.int64)
        expected = rule_keys(many, rule, model, place, closed=known)
        assert [key for _, key, _ in found] == expected.keys.tolist()
        whole = zip(expected.rows.tolist(), expected.keys.tolist(), expected.shallow.tolist(), strict=True)
        assert sorted(found) == sorted(whole)


@given(st.lists(customers, min_size=1, max_size=6))
@settings(max_examples=80, deadline=None)
def test_a_record_has_the_same_name_key_among_few_and_many(records: list[dict[str, Any]]) -> None:
    few, _ = both_ways(CUSTOMER, records)
    _, many = both_ways(CUSTOMER, records + [{}] * FEW_ROWS)
    assert name_keys(many, CUSTOMER).tolist() == name_keys(few, CUSTOMER).tolist() + [0] * FEW_ROWS


@given(of_a_domain)
@settings(max_examples=100, deadline=None)
def test_few_rows_weigh_what_many_weigh(given_: Given) -> None:
    spec, records = given_
    model = with_weights(spec)
    pairs = list(combinations(range(len(records)), 2))
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int32) for side in (0, 1))
    few, many = both_ways(spec, records)
    assert score(few, spec, model, left, right).tolist() == score(many, spec, model, left, right).tolist()


@given(st.lists(st.text(max_size=40), max_size=9))
def test_one_text_has_the_hash_that_it_has_among_many(given_: list[str]) -> None:
    assert Texts.of(given_).hashes().tolist() == [hash_of(text) for text in given_]


@pytest.mark.parametrize("cut", [*ONE, *MANY, PAIRED])
@given(rows=st.lists(st.text("ab1@. ßü", max_size=9), min_size=1, max_size=6), size=st.integers(0, 4))
@settings(max_examples=60, deadline=None)
def test_every_cut_gives_few_rows_the_keys_that_it_gives_many(cut: str, rows: list[str], size: int) -> None:
    spec = MatchSpec("texts", CUSTOMER.columns[:1], (), ())
    column = spec.columns[0]
    few, _ = both_ways(spec, [{"kind": text} for text in rows])
    rule = BlockingRule("cut", (KeyPart(column.name, cut, size),))
    expected = rule_keys(few, rule, None, 0)
    found = rule_keys_of_few(few, rule, None, 0, None)
    assert sorted(found) == sorted(
        zip(expected.rows.tolist(), expected.keys.tolist(), expected.shallow.tolist(), strict=True)
    )


def test_a_cut_that_nobody_knows_is_refused_for_few_rows_too() -> None:
    few, _ = both_ways(MatchSpec("texts", CUSTOMER.columns[:1], (), ()), [{"kind": "person"}])
    rule = BlockingRule("cut", (KeyPart("kind", "thirds", 1),))
    with pytest.raises(SpecError, match="no key cut 'thirds'"):
        rule_keys_of_few(few, rule, None, 0, None)


@pytest.mark.parametrize("name", [name for name, kernel in KERNELS.items() if kernel.reflexive])
@given(texts_=st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_any_text_reaches_the_last_level_of_a_reflexive_kernel(name: str, texts_: list[str]) -> None:
    kernel = KERNELS[name]
    column = coded_column("c", np.zeros(1, dtype=np.int32), [(text,) for text in dict.fromkeys(texts_)])
    places = np.arange(column.size, dtype=np.int32)
    levels = kernel.measure(Pairing(column, places, column, places, TextWeights(9, {}, {})))
    assert set(levels.tolist()) == {len(kernel.levels) - 1}


NAMES = st.text("abeo hß1", min_size=1, max_size=7)
MAILBOXES = st.builds(
    "{}@{}".format, st.text("ab.+1", min_size=1, max_size=6), st.sampled_from(["a.de", "b.de"])
)


@pytest.mark.parametrize("name", ["name", "code", "phone", "email", "postcode", "date", "text"])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_few_pairs_agree_as_they_do_among_many(name: str, data: st.DataObject) -> None:
    """Bounds spare many pairs the exact metric; of few pairs each is compared."""
    kind = {"email": MAILBOXES, "phone": st.text("0123", min_size=5, max_size=9)}.get(name, NAMES)
    kind = st.dates().map("{:%Y%m%d}".format) if name == "date" else kind
    given_ = [(text,) for text in sorted(data.draw(st.sets(kind, min_size=9, max_size=12)))]
    column = coded_column("c", np.zeros(1, dtype=np.int32), given_)
    left, right = (places.ravel().astype(np.int32) for places in np.indices((column.size, column.size)))
    everything = Pairing(column, left, column, right, TextWeights(9, {}, {}))
    assert len(everything) > FEW
    whole = KERNELS[name].measure(everything)
    for start in range(0, len(left), column.size):
        places = np.arange(start, start + column.size)
        alone = coded_column("c", column.codes, column.values)
        few = Pairing(alone, left[places], alone, right[places], everything.weights)
        assert KERNELS[name].measure(few).tolist() == whole[places].tolist()


@given(st.lists(st.text("ab1 ß", max_size=9), min_size=FEW + 1, max_size=FEW + 9), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_starts_and_ends_have_the_same_numbers_among_few_and_many(given_: list[str], length: int) -> None:
    for numbered in (starts, ends):
        few = [int(numbered(Texts.of([text]), length)[0]) for text in given_]
        assert numbered(Texts.of(given_), length).tolist() == few
