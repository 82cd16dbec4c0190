"""Identifiers: check digits, countries, schemes, packaging levels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from matching.standardise import identifiers

DIRT = st.text(alphabet=st.characters(), max_size=40)


@pytest.mark.parametrize(
    ("scheme", "written", "country", "key", "valid"),
    [
        ("vat", "DE136695976", "", "vat.DE:136695976", True),
        ("VAT", "136 695 976", "DE", "vat.DE:136695976", True),
        ("USt-IdNr.", "DE 136.695.976", "DE", "vat.DE:136695976", True),
        ("vat", "DE136695977", "", "vat.DE:136695977", False),  # wrong check digit
        ("tax", "IT00743110157", "", "vat.IT:00743110157", True),
        ("vat", "ATU13585627", "", "vat.AT:U13585627", True),
        ("vat", "BE0428759497", "", "vat.BE:0428759497", True),
        ("vat", "NL4495445B01", "", "vat.NL:4495445B01", True),
        ("vat", "EL094259216", "", "vat.GR:094259216", True),
        ("vat", "GB980780684", "", "vat.GB:980780684", True),
        ("vat", "CHE-107.787.577 MWST", "CH", "vat.CH:107787577", True),
        ("cif", "A58818501", "ES", "vat.ES:A58818501", True),  # the Spanish tax number is the VAT number
        ("nip", "856-734-62-15", "PL", "vat.PL:8567346215", True),
        ("siren", "732 829 320", "FR", "registration.FR:732829320", True),
        ("siret", "73282932000074", "FR", "siret.FR:73282932000074", True),
        ("cpf", "390.533.447-05", "BR", "tax.BR:39053344705", True),
        ("inn", "7830002293", "RU", "tax.RU:7830002293", True),
        ("gstin", "27AAPFU0939F1ZV", "IN", "vat.IN:27AAPFU0939F1ZV", True),
        ("ein", "91-1144442", "US", "tax.US:911144442", True),
        ("hrb", "HRB 12345", "DE", "registration.DE:HRB12345", None),  # no public check
        ("lei", "213800KUD8LAJWSQ9D15", "", "lei:213800KUD8LAJWSQ9D15", True),
        ("lei", "213800KUD8LAJWSQ9D16", "", "lei:213800KUD8LAJWSQ9D16", False),
        ("duns", "15-048-3782", "US", "duns:150483782", None),
        ("club card", "A 77", "DE", "clubcard.DE:A77", None),
    ],
)
def test_numbers_are_keyed_and_checked(
    scheme: str, written: str, country: str, key: str, valid: bool | None
) -> None:
    found = identifiers.parse(scheme, written, country)
    assert (found.key, found.valid) == (key, valid)


@pytest.mark.parametrize("written", ["000000000", "n/a", "123456789", "", "-", "999999999"])
def test_made_up_numbers_give_no_key(written: str) -> None:
    assert identifiers.parse("vat", written, "DE").key == ""


def test_only_a_checked_number_keeps_records_apart() -> None:
    assert identifiers.parse("vat", "DE136695976").exclusive == "vat.DE:136695976"
    assert identifiers.parse("vat", "DE136695977").exclusive == ""
    assert identifiers.parse("duns", "150483782").exclusive == ""


@pytest.mark.parametrize(
    ("written", "gtin14", "valid", "level"),
    [
        ("4006381333931", "04006381333931", True, "each"),
        ("4 006381 333931", "04006381333931", True, "each"),
        ("EAN: 4006381333931", "04006381333931", True, "each"),
        ("4006381333931.0", "04006381333931", True, "each"),  # through a spreadsheet
        ("4006381333932", "04006381333932", False, "each"),
        ("036000291452", "00036000291452", True, "each"),
        ("36000291452", "00036000291452", True, "each"),  # a lost leading zero
        ("96385074", "00000096385074", True, "each"),
        ("14006381333938", "14006381333938", True, "case"),
        ("94006381333934", "94006381333934", True, "unknown"),  # variable measure
        ("12345", "", False, "unknown"),
        ("ABC123", "", False, "unknown"),
        ("", "", False, "unknown"),
    ],
)
def test_gtins_have_fourteen_digits_and_a_level(written: str, gtin14: str, valid: bool, level: str) -> None:
    found = identifiers.parse_gtin(written)
    assert (found.gtin14, found.valid, found.level) == (gtin14, valid, level)


def test_shop_numbers_and_placeholders_are_no_keys() -> None:
    assert identifiers.parse_gtin("2012345678903").restricted
    assert identifiers.parse_gtin("2012345678903").key == ""
    assert identifiers.parse_gtin("0000000000000").key == ""
    assert identifiers.parse_gtin("4006381333932").key == ""
    assert identifiers.parse_gtin("4006381333931").key == "04006381333931"


@pytest.mark.parametrize(
    ("written", "key"),
    [("AB-12 c", "ab12c"), ("  ", ""), ("n/a", ""), ("0000", ""), ("7", ""), ("DM-73", "dm73")],
)
def test_codes_without_case_and_signs(written: str, key: str) -> None:
    assert identifiers.code_key(written) == key


@given(DIRT, DIRT, st.sampled_from(["", "DE", "CH", "XX", "de", "\x00", "1"]))
def test_any_number_is_read(scheme: str, dirt: str, country: str) -> None:
    found = identifiers.parse(scheme, dirt, country)
    assert identifiers.parse(scheme, dirt, country) == found


@given(
    st.sampled_from(["vat", "tax", "registration", "lei", "duns", "siret"]),
    DIRT,
    st.sampled_from(["", "DE", "FR", "US", "RU", "CH"]),
)
def test_reading_a_read_number_changes_nothing(scheme: str, dirt: str, country: str) -> None:
    once = identifiers.parse(scheme, dirt, country)
    if once.key and not once.value[:2].isalpha():
        assert identifiers.parse(once.scheme, once.value, once.country).value == once.value


@given(st.integers(0, 10**12 - 1))
def test_a_computed_check_digit_is_valid(number: int) -> None:
    body = f"{number:012d}"
    assert identifiers.parse_gtin(body + ean.calc_check_digit(body)).valid


@given(DIRT)
def test_any_gtin_is_read(dirt: str) -> None:
    found = identifiers.parse_gtin(dirt)
    assert found.gtin14 == "" or identifiers.parse_gtin(found.gtin14).gtin14 == found.gtin14
    identifiers.code_key(dirt)
