"""What stands in one column, taken apart."""

import pytest

from mdm.ingestion.dates import read_day, read_moment, time_of_day
from mdm.ingestion.splits import amount_unit, family_suffix, person_name, postcode_city, street_number

NAMES = [
    # as written: prefix, given, middle, family, suffix
    ("Anna Berg", "", "Anna", "", "Berg", ""),
    ("Berg, Anna Maria", "", "Anna", "Maria", "Berg", ""),
    ("Dr. Anna Maria von der Heide, Jr.", "Dr.", "Anna", "Maria", "von der Heide", "Jr."),
    ("Frau Dr. Eva Müller", "Frau Dr.", "Eva", "", "Müller", ""),
    ("John Smith III", "", "John", "", "Smith", "III"),
    ("Prince", "", "", "", "Prince", ""),
    ("de la Cruz", "", "", "", "de la Cruz", ""),  # a family name alone
    ("山田 太郎", "", "太郎", "", "山田", ""),  # in its own script the family name comes first
]


@pytest.mark.parametrize(("written", "prefix", "given", "middle", "family", "suffix"), NAMES)
def test_a_name_is_taken_apart(written, prefix, given, middle, family, suffix):
    parts = {
        "name_prefix": prefix,
        "given_name": given,
        "middle_name": middle,
        "family_name": family,
        "name_suffix": suffix,
    }
    assert person_name(written) == {name: value for name, value in parts.items() if value}


def test_a_generation_behind_a_family_name_is_taken_off():
    assert family_suffix("Miller, Jr.") == {"family_name": "Miller", "name_suffix": "Jr."}
    assert family_suffix("van Dyke") == {"family_name": "van Dyke"}


STREETS = [
    # as written: street, number, unit
    ("Hauptstr. 12a", "Hauptstr.", "12a", ""),
    ("Straße des 17. Juni 135", "Straße des 17. Juni", "135", ""),
    ("12 High Street, Apt 4", "High Street", "12", "Apt 4"),
    ("Flat 3, 12 High Street", "High Street", "12", "Flat 3"),
    ("12-14 rue de la Paix", "rue de la Paix", "12-14", ""),
    ("Calle Mayor, 98", "Calle Mayor", "98", ""),
    ("ul. Długa 12/4", "ul. Długa", "12/4", ""),
    ("улица Ленина, д. 12, кв. 4", "улица Ленина", "12", "кв. 4"),
    ("銀座1-2-3", "銀座", "1-2-3", ""),
    ("Marktplatz", "Marktplatz", "", ""),
]


@pytest.mark.parametrize(("written", "street", "number", "unit"), STREETS)
def test_a_street_gives_up_its_number(written, street, number, unit):
    parts = {"street": street, "house_number": number, "unit": unit}
    assert street_number(written) == {name: value for name, value in parts.items() if value}


PLACES = [
    # as written: postcode, city, region
    ("10115 Berlin", "10115", "Berlin", ""),
    ("D-80331 München", "D-80331", "München", ""),
    ("1012 AB Amsterdam", "1012 AB", "Amsterdam", ""),
    ("London SW1A 1AA", "SW1A 1AA", "London", ""),
    ("Springfield, IL 62704", "62704", "Springfield", "IL"),
    ("Berlin", "", "Berlin", ""),
]


@pytest.mark.parametrize(("written", "postcode", "city", "region"), PLACES)
def test_a_postcode_is_told_from_its_city(written, postcode, city, region):
    parts = {"postcode": postcode, "city": city, "region": region}
    assert postcode_city(written) == {name: value for name, value in parts.items() if value}


def test_an_amount_is_told_from_its_unit():
    assert amount_unit("0,75 l") == {"amount": "0.75", "unit": "l"}
    assert amount_unit("500g") == {"amount": "500", "unit": "g"}
    assert amount_unit("XL") == {}


DAYS = [
    # format, as written, the day
    ("iso", "2024-02-29", "2024-02-29"),
    ("iso", "20240229", "2024-02-29"),
    ("iso", "2024-02-29T23:59:59.000+0000", "2024-02-29"),
    ("sap", "/Date(1709164800000)/", "2024-02-29"),
    ("sap", "/Date(-559267200000+0000)/", "1952-04-12"),
    ("compact", "20240229120000", "2024-02-29"),
    ("dmy", "29.2.2024", "2024-02-29"),
    ("dmy", "29/02/24 08:15", "2024-02-29"),
    ("dmy", "01.02.45", "1945-02-01"),  # two digits: a year that is past
    ("mdy", "2/29/2024", "2024-02-29"),
    ("ymd", "2024/2/29", "2024-02-29"),
    ("excel", "45351", "2024-02-29"),
    ("unix", "1709164800", "2024-02-29"),
    ("unix_ms", "1709164800000", "2024-02-29"),
    ("%d. %B %Y", "29. February 2024", "2024-02-29"),
]


@pytest.mark.parametrize(("form", "written", "day"), DAYS)
def test_a_day_is_read(form, written, day):
    assert read_day(written, [form]) == day


@pytest.mark.parametrize(
    ("form", "written"), [("iso", "2024-02-30"), ("dmy", "12/31/1999"), ("compact", "2024"), ("sap", "0")]
)
def test_no_day_is_guessed(form, written):
    with pytest.raises(ValueError, match=f"is no date of the form {form}"):
        read_day(written, [form])


def test_the_first_format_that_fits_is_taken():
    assert read_moment("01.02.2024", ["iso", "dmy", "mdy"]).isoformat() == "2024-02-01T00:00:00+00:00"


@pytest.mark.parametrize("written", ["PT12H34M56S", "12:34:56", "123456"])
def test_a_time_of_day_is_read(written):
    assert str(time_of_day(written)) == "12:34:56"
