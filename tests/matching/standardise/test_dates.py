"""Dates: formats of several countries and platforms, placeholders, doubtful orders."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise import dates

DIRT = st.text(alphabet=st.characters(), max_size=40)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("1980-03-04", "1980-03-04"),
        ("1980-03-04T23:59:59Z", "1980-03-04"),
        ("1980/3/4", "1980-03-04"),
        ("19800304", "1980-03-04"),
        ("04.03.1980", "1980-03-04"),
        ("4.3.80", "1980-03-04"),
        ("4.3.05", "2005-03-04"),  # two figures up to 35 are of this century
        ("13/4/1980", "1980-04-13"),
        ("4/13/1980", "1980-04-13"),  # only one order is possible
        ("/Date(320976000000)/", "1980-03-04"),
        ("/Date(-320976000000+0000)/", "1959-10-31"),
        ("3. März 1980", "1980-03-03"),
        ("Mar 3, 1980", "1980-03-03"),
        ("3rd March 1980", "1980-03-03"),
        ("12-apr-80", "1980-04-12"),
        ("3 de marzo de 1980", "1980-03-03"),
        ("3 août 1980", "1980-08-03"),
        ("4 марта 1980", "1980-03-04"),
        ("3 stycznia 1980", "1980-01-03"),
        ("1980年3月4日", "1980-03-04"),
        ("1980년 3월 4일", "1980-03-04"),
        ("٠٤/٠٣/١٩٨٠", "1980-03-04"),
        ("1980-03", "1980-03"),
        ("1980", "1980"),
        ("1980-00-00", "1980"),
        ("31.02.1980", ""),
        ("yesterday", ""),
        ("", ""),
        ("45", ""),
    ],
)
def test_dates_are_read_to_iso(written: str, iso: str) -> None:
    assert dates.parse(written).iso == iso


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_has_its_number(number: int) -> None:
    english = "january february march april may june july august september october november december".split()
    german = "januar februar märz april mai juni juli august september oktober november dezember".split()
    french = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
    for names in (english, german, french):
        assert dates.parse(f"7 {names[number - 1]} 1980").iso == f"1980-{number:02d}-07"


def test_the_order_settles_what_is_ambiguous() -> None:
    assert dates.parse("03/04/1980", "mdy") == dates.ParsedDate("1980-03-04")
    assert dates.parse("03/04/1980", "dmy") == dates.ParsedDate("1980-04-03")
    assert dates.parse("03/04/1980") == dates.ParsedDate("1980-04-03", ambiguous=True)
    assert dates.parse("03.04.1980", "mdy").iso == "1980-04-03"  # dots: always day first


@pytest.mark.parametrize(
    "written",
    ["1900-01-01", "01.01.1900", "9999-12-31", "00.00.0000", "0000-00-00", "/Date(-2208988800000)/"],
)
def test_placeholder_dates_are_not_whole(written: str) -> None:
    assert dates.parse(written).placeholder
    assert dates.to_iso(written) == ""


def test_a_birthday_that_is_also_a_default_stays() -> None:
    assert dates.to_iso("1970-01-01") == "1970-01-01"
    assert dates.to_iso("1980-03") == ""


def test_day_and_month_exchanged() -> None:
    assert dates.swapped("1980-03-04") == "1980-04-03"
    assert dates.swapped("1980-03-03") == ""
    assert dates.swapped("1980-03-14") == ""


@given(DIRT, st.sampled_from(["", "dmy", "mdy"]))
def test_any_text_is_read(dirt: str, order: str) -> None:
    found = dates.parse(dirt, order)
    assert dates.parse(dirt, order) == found
    if len(found.iso) == 10:
        assert dates.parse(found.iso).iso == found.iso


@given(st.dates())
def test_every_date_survives_its_formats(day: date) -> None:
    for written in (
        day.isoformat(),
        day.strftime("%d.%m.") + f"{day.year:04d}",
        f"{day.year:04d}{day.month:02d}{day.day:02d}",
    ):
        assert dates.parse(written).iso == day.isoformat()
