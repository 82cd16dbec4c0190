"""Telephone numbers: formats of several countries, the fast path against the library, placeholders."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise import phones

DIRT = st.text(alphabet=st.characters(), max_size=40)


@pytest.mark.parametrize(
    ("written", "region", "e164"),
    [
        ("030 123456", "DE", "+4930123456"),
        ("030/123456", "DE", "+4930123456"),
        ("+49 (0)30 123456", "", "+4930123456"),
        ("0049 30 123456", "", "+4930123456"),
        ("0049 30 123456", "DE", "+4930123456"),
        ("Tel.: 030-12 34 56", "DE", "+4930123456"),
        ("(212) 736-5000", "US", "+12127365000"),
        ("1-212-736-5000", "US", "+12127365000"),
        ("212.736.5000 ext. 12", "US", "+12127365000"),
        ("212-736-5000 x12", "US", "+12127365000"),
        ("011 44 20 7946 0958", "US", "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("02 1234567", "IT", "+39021234567"),  # Italy keeps the zero
        ("8 (495) 123-45-67", "RU", "+74951234567"),
        ("０３-１２３４-５６７８", "JP", "+81312345678"),
        ("010 830000", "JP", ""),  # what Japan dials for abroad, and then no country
        ("612 345 678", "ES", "+34612345678"),
        ("99", "DE", ""),
        ("", "DE", ""),
        ("no phone", "DE", ""),
    ],
)
def test_numbers_are_read_to_e164(written: str, region: str, e164: str) -> None:
    assert phones.parse(written, region).e164 == e164


def test_an_extension_is_set_aside() -> None:
    assert phones.parse("212-736-5000 ext. 12", "US").extension == "12"
    assert phones.parse("212-736-5000", "US").extension == ""


def test_a_number_without_country_compares_by_its_end() -> None:
    assert phones.parse("030 123456").key == "30123456"
    assert phones.parse("030 123456").tail == phones.parse("+49 30 123456").tail


@pytest.mark.parametrize(
    "written",
    ["999-9999", "000 000 000", "1234567890", "0123456789", "11111111", "030 9999999", "(999) 999-9999", "0"],
)
def test_made_up_numbers_give_no_key(written: str) -> None:
    phone = phones.parse(written, "US")
    assert phone.placeholder
    assert phone.key == phone.tail == ""


@pytest.mark.parametrize("written", ["030 123456", "212 736 5000", "555 0123", "0800 111 222"])
def test_real_numbers_are_no_placeholders(written: str) -> None:
    assert not phones.is_placeholder(written)


@given(
    st.sampled_from(["US", "GB", "DE", "AT", "CH", "FR", "ES", "NL", "BE", "PL", "DK", "SE", "PT", "JP"]),
    st.integers(10**5, 10**12),
)
def test_the_fast_path_agrees_with_the_library(region: str, number: int) -> None:
    written = f"0{number}" if region not in ("US", "ES", "PL", "DK", "PT") else str(number)
    found = phones.parse(written, region)
    try:
        expected = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        assert not found.e164
        return
    if found.e164 and phonenumbers.is_valid_number(expected):
        assert found.e164 == phonenumbers.format_number(expected, phonenumbers.PhoneNumberFormat.E164)


@given(DIRT, st.sampled_from(["", "DE", "US", "XX", "\x00"]))
def test_any_text_is_read(dirt: str, region: str) -> None:
    phone = phones.parse(dirt, region)
    assert phones.parse(dirt, region) == phone
    if phone.e164:
        assert phones.parse(phone.e164).e164 == phone.e164
