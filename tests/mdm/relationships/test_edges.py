"""Several voices on two golden records as one: days, attributes, the last word; in any order the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.relationships.edges import Edge, Span, Statement, Word, counting, cut, edge_of, union

FIRST = date(2024, 1, 1)
KEY = ("contact_of", 1, 2)


def day(number: int | None) -> date | None:
    """Return the day of a number, counted from 1 January 2024."""
    return None if number is None else FIRST + timedelta(days=number)


def spans(*pairs: tuple[int | None, int | None]) -> tuple[Span, ...]:
    return tuple(Span(day(first), day(last)) for first, last in pairs)


UNIONS = [
    # what is said, what it comes to
    ([], []),
    ([(1, 2), (4, 5)], [(1, 2), (4, 5)]),
    ([(1, 2), (3, 5)], [(1, 5)]),  # no day lies between
    ([(4, 5), (1, 9)], [(1, 9)]),
    ([(None, 2), (2, None)], [(None, None)]),
    ([(3, None), (5, 6)], [(3, None)]),
    ([(None, 1), (None, 4)], [(None, 4)]),
]


@pytest.mark.parametrize(("said", "together"), UNIONS)
def test_spans_that_touch_are_one(said, together):
    assert union(spans(*said)) == spans(*together)


CUTS = [
    # spans, the last day granted, what is left
    ([(1, 5), (8, 9)], 4, [(1, 4)]),
    ([(1, 5)], 5, [(1, 5)]),
    ([(1, None)], 0, []),
    ([(None, None)], 3, [(None, 3)]),
    ([(1, 5)], None, []),
]


@pytest.mark.parametrize(("before", "last", "left"), CUTS)
def test_an_ending_cuts_what_comes_after_it(before, last, left):
    assert cut(spans(*before), day(last)) == spans(*left)


Pair = tuple[int | None, int | None]


def in_order(pair: Pair) -> bool:
    """Whether a span does not end before it begins."""
    first, last = pair
    return first is None or last is None or first <= last


NUMBERS = st.none() | st.integers(0, 12)
pairs: st.SearchStrategy[Pair] = st.tuples(NUMBERS, NUMBERS).filter(in_order)


@given(st.lists(pairs, max_size=6))
def test_a_day_lies_in_the_union_if_and_only_if_it_lies_in_one_of_them(said):
    together = union(spans(*said))
    for number in range(-2, 16):
        one = FIRST + timedelta(days=number)
        assert any(span.covers(one) for span in together) == any(span.covers(one) for span in spans(*said))
    assert list(together) == sorted(together, key=lambda span: span.first or date.min)


@given(st.lists(pairs, max_size=6), st.integers(0, 12))
def test_a_day_is_left_if_and_only_if_it_is_not_after_the_last_one(said, last):
    left = cut(union(spans(*said)), day(last))
    for number in range(-2, 16):
        one = FIRST + timedelta(days=number)
        assert any(span.covers(one) for span in left) == (
            number <= last and any(span.covers(one) for span in spans(*said))
        )


voices = st.builds(
    Statement,
    number=st.integers(1, 99),
    span=pairs.map(lambda pair: spans(pair)[0]),
    attributes=st.dictionaries(st.sampled_from(["role", "area"]), st.sampled_from("abc")),
    said_by=st.tuples(st.sampled_from(["crm", "erp"]), st.just("thing"), st.sampled_from("1234")),
    trust=st.sampled_from([50, 80]),
    at=st.sampled_from([datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)]),
)
words = st.builds(
    Word,
    holds=st.booleans(),
    said=st.builds(
        Statement,
        number=st.integers(1, 99),
        span=pairs.map(lambda pair: spans(pair)[0]),
        attributes=st.dictionaries(st.just("role"), st.sampled_from("xy")),
        by_steward=st.just("eva"),
    ),
)


@given(
    st.lists(voices, max_size=5, unique_by=lambda one: one.number),
    st.lists(words, max_size=3, unique_by=lambda one: one.said.number),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_they_came_does_not_matter(said, stewards, order):
    before = edge_of(KEY, said, stewards)
    order.shuffle(said)
    order.shuffle(stewards)
    assert edge_of(KEY, said, stewards) == before


COUNTED = [
    # a steward's words in their order (+: it holds, 3: ended with that day, -: never was), those that count
    ("", ""),
    ("+", "+"),
    ("+3", "+3"),
    ("3+", "+"),
    ("+35", "+5"),
    ("3", "3"),
    ("+-", "-"),
    ("+-3", "+3"),
    ("+3-", "-"),
    ("-+", "+"),
]


@pytest.mark.parametrize(("said", "counted"), COUNTED)
def test_the_last_word_that_it_holds_counts_and_the_last_after_it_that_it_ended(said, counted):
    def word(number: int, sign: str) -> Word:
        last = day(int(sign)) if sign.isdecimal() else None
        return Word(sign == "+", Statement(number, Span(None, last), by_steward="eva"))

    words = [word(number, sign) for number, sign in enumerate(said)]
    assert "".join(said[one.said.number] for one in counting(reversed(words))) == counted


def voice(number, trust, role, **more) -> Statement:
    name, attributes = ("crm", "thing", str(number)), {"role": role} if role else {}
    return Statement(number, Span(), attributes, name, trust=trust, **more)


def test_an_attribute_is_that_of_the_weightiest_voice_that_gives_it():
    silent, weak, strong = voice(1, 90, ""), voice(2, 50, "clerk"), voice(3, 80, "head")
    edge = edge_of(KEY, [weak, strong, silent])
    assert isinstance(edge, Edge)
    assert (edge.attributes, [one.number for one in edge.statements]) == ({"role": "head"}, [1, 3, 2])
    eva = Word(True, Statement(9, Span(), {"role": "owner"}, by_steward="eva"))
    edge = edge_of(KEY, [weak, strong], [eva])
    assert edge is not None and edge.attributes == {"role": "owner"}
