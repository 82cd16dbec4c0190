"""Kernels: tables of pairs that should and should not agree, and the laws every kernel keeps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.columns import coded_column
from matching.comparing import column_levels
from matching.kernels.registry import KERNELS
from matching.readings import HAN, READINGS
from matching.spec import Comparison
from matching.weights import SEPARATOR, TextWeights

WEIGHTS = TextWeights(1000, {"hospital": 400, "the": 500}, {})


def level(kernel: str, left: str, right: str) -> str:
    """Return the name of the level of two elements under a kernel."""
    values = tuple((text,) for text in dict.fromkeys((left, right)))
    codes = np.array([0, len(values) - 1], dtype=np.int32)
    column = coded_column("c", codes, values)
    one, other = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
    found = column_levels(column, column, Comparison("c", "c", kernel), {"c": WEIGHTS}, one, other)
    return KERNELS[kernel].levels[int(found[0])]


@pytest.mark.parametrize(
    ("kernel", "left", "right", "expected"),
    [
        ("name", "anna", "anna", "exact"),
        ("name", "robert", "bob", "form"),  # an everyday form
        ("name", "j", "john", "initial"),
        ("name", "schmidt", "schmitd", "close"),  # two letters swapped
        ("name", "miller", "garcia", "differs"),
        ("date", "19800217", "19800217", "exact"),
        ("date", "19800217", "19801702", "typo"),  # day and month transposed
        ("date", "19800217", "19800218", "typo"),  # one digit
        ("date", "19800217", "1980", "year"),
        ("date", "19800217", "19830911", "decade"),
        ("date", "19800217", "19500911", "differs"),
        ("generation_gap", "19510312", "19781104", "gap"),  # father and son
        ("generation_gap", "19510312", "19711203", "gap"),
        ("generation_gap", "19510312", "19710312", "missing"),  # one digit: a slip
        ("generation_gap", "19510312", "19641104", "missing"),  # 13 years: siblings, or a wrong date
        ("generation_gap", "19510312", "1978", "missing"),  # a year alone is too little
        ("phone", "301234567", "301234567", "exact"),
        ("phone", "301234567", "301234568", "close"),
        ("phone", "447911123", "911123456", "differs"),
        ("email", "john.smith@a.org", "john.smith@firm.net", "local"),
        ("email", "john.smith@a.org", "jon.smith@a.org", "close"),
        ("email", "john.smith@a.org", "mary@c.net", "differs"),
        ("mailbox", "john.smith@a.org", "john_smith@firm.net", "spelled alike"),
        ("mailbox", "john.smith71@a.org", "john.smith@firm.net", "spelled alike"),
        ("mailbox", "john.smith71@a.org", "johnsmith71@firm.net", "missing"),  # a number is no part of a name
        ("mailbox", "john.smith@firm.net", "jon.smith@frim.net", "missing"),  # a mistyped address
        ("mailbox", "john.smith@a.org", "mary.jones@firm.net", "missing"),
        ("code", "ab12345", "ab12345", "exact"),
        ("code", "ab12345", "ab12346", "close"),
        ("code", "mdr", "xyz", "differs"),
        ("postcode", "ex44pw", "ex44pv", "close"),
        ("postcode", "ex44pw", "ex19ab", "area"),
        ("number", "100.0", "100.0", "exact"),
        ("number", "100.0", "97.0", "close"),
        ("number", "100.0", "12.0", "differs"),
        ("year", "1999", "1999", "exact"),
        ("year", "1999", "99", "short"),
        ("year", "1999", "2000", "near"),
        ("year", "1999", "00", "near"),
        ("year", "1977", "1777", "typo"),
        ("year", "1999", "1994", "typo"),
        ("year", "1999", "1908", "differs"),
        ("duration", "247.0", "247.0", "exact"),
        ("duration", "185.0", "3.083", "exact"),  # seconds and minutes
        ("duration", "247.0", "244000.0", "near"),  # seconds and thousandths
        ("duration", "247.0", "390.0", "differs"),
        ("text_in_context", f"outrage echo{SEPARATOR}", f"echo{SEPARATOR}outrage", "exact"),
        (
            "text_in_context",
            f"outrage echo{SEPARATOR}",
            f"echo life until deaf{SEPARATOR}outrage",
            "alike 60%",
        ),
        ("text_in_context", f"outrage echo{SEPARATOR}", f"battery{SEPARATOR}outrage", "differs"),
        ("text_in_context", f"outrage{SEPARATOR}", f"battery{SEPARATOR}outrage", "differs"),
        ("text", "st john hospital", "st john hospital", "exact"),
        ("text", "alpha beta gamma", "delta epsilon zeta", "differs"),
    ],
)
def test_two_values_reach_the_level_that_a_person_would_give(
    kernel: str, left: str, right: str, expected: str
) -> None:
    assert level(kernel, left, right) == expected


def test_a_text_that_says_more_is_nearer_than_one_that_says_other_things() -> None:
    names = KERNELS["text"].levels
    longer = level("text", "harbor hospital", "medstar harbor hospital")
    other = level("text", "harbor hospital", "medstar union hospital")
    assert names.index(longer) > names.index(other)


STRINGS = st.text("abcdefg 0123456789", min_size=1, max_size=20).map(str.strip).filter(bool)
DATES = st.dates().map(lambda day: f"{day.year:04d}{day.month:02d}{day.day:02d}")
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(repr)
EMAILS = st.tuples(STRINGS, STRINGS).map(
    lambda pair: f"{pair[0].replace(' ', '')}x@{pair[1].replace(' ', '')}x.org"
)
YEARS = (
    st.integers(0, 2999)
    .map(lambda year: f"{year:02d}" if year < 1000 else str(year))
    .map(lambda text: text[-4:])
)
IN_CONTEXT = st.lists(STRINGS, min_size=3, max_size=3).map(SEPARATOR.join)
BY_KERNEL = {
    "date": DATES, "number": NUMBERS, "email": EMAILS, "year": YEARS,
    "duration": st.floats(0.1, 1e6).map(repr), "text_in_context": IN_CONTEXT,
}  # fmt: skip
PLAIN = (
    "exact", "code", "phone", "email", "postcode", "name", "date", "number", "year", "duration", "text",
    "text_in_context", "terms",
)  # fmt: skip


@pytest.mark.parametrize("kernel", PLAIN)
@given(data=st.data())
def test_a_kernel_is_symmetric_and_equal_values_reach_its_highest_level(
    kernel: str, data: st.DataObject
) -> None:
    values = BY_KERNEL.get(kernel, STRINGS)
    left, right = data.draw(values), data.draw(values)
    levels = KERNELS[kernel].levels
    assert level(kernel, left, right) == level(kernel, right, left)
    assert level(kernel, left, right) in levels[1:]
    assert level(kernel, left, left) == levels[-1]


def test_a_name_of_a_spelled_column_says_nothing_against_one_in_han_signs() -> None:
    here = np.array([0], dtype=np.int32)
    spelled, written = (coded_column("c", here, [(text,)]) for text in ("sato", f"{HAN}佐藤"))
    found = column_levels(spelled, written, Comparison("c", "c", "name"), {}, here, here)
    assert found.tolist() == [0]


@pytest.mark.parametrize("reading", sorted(READINGS))
@given(inputs=st.lists(st.one_of(st.none(), st.text(max_size=40)), min_size=10, max_size=10))
def test_a_reading_never_raises_on_dirt(reading: str, inputs: list[str | None]) -> None:
    assert all(isinstance(element, str) for element in READINGS[reading](tuple(inputs)))
