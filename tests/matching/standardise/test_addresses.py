"""Postal addresses of some twenty countries, in one line and in parts; countries by their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise import addresses, countries

DIRT = st.text(alphabet=st.characters(), max_size=80)


@pytest.mark.parametrize(
    ("line", "country", "street", "house", "postcode", "city"),
    [
        ("Hauptstr. 5a, 10115 Berlin, Germany", "", "haupt", "5a", "10115", "berlin"),
        ("Hauptstraße 5 A, D-10115 Berlin", "DE", "haupt", "5a", "10115", "berlin"),
        ("10115 Berlin, Hauptstr. 5", "DE", "haupt", "5", "10115", "berlin"),
        ("Straße des 17. Juni 135, 10623 Berlin", "DE", "17 juni", "135", "10623", "berlin"),
        ("Bahnhofstrasse 1, CH-8001 Zürich", "", "bahnhof", "1", "8001", "zurich"),
        ("123 N. Main Street Apt 4B, Springfield, IL 62704", "US", "n main", "123", "62704", "springfield"),
        ("123 North Main St, Springfield IL 62704-1234", "US", "n main", "123", "62704", "springfield"),
        ("725 S Wells Street, Chicago", "US", "s wells", "725", "", "chicago"),  # a compass point
        ("12 a High Street", "GB", "high", "12a", "", ""),
        ("10 Downing St, London SW1A 2AA", "GB", "downing", "10", "SW1A2AA", "london"),
        ("Flat 2, 14 High Street, Leeds LS1 4AB", "GB", "high", "14", "LS14AB", "leeds"),
        ("221B Baker Street, London", "GB", "baker", "221b", "", "london"),
        ("12 rue de la Paix, 75002 Paris", "FR", "paix", "12", "75002", "paris"),
        ("7 bis avenue Foch, Paris", "FR", "foch", "7bis", "", "paris"),
        ("Via Roma 12, 00184 Roma RM", "IT", "roma", "12", "00184", "roma"),
        ("Calle de Alcalá, 45, 3º B, 28014 Madrid", "ES", "alcala", "45", "28014", "madrid"),
        ("Kerkstraat 12-2, 1017 GC Amsterdam", "NL", "kerk", "12-2", "1017GC", "amsterdam"),
        ("Storgatan 3, 111 22 Stockholm", "SE", "stor", "3", "11122", "stockholm"),
        ("ul. Marszałkowska 10 m. 5, 00-590 Warszawa", "PL", "marszalkowska", "10", "00590", "warszawa"),
        ("ул. Ленина, д. 5, кв. 12, Москва", "RU", "lenina", "5", "", "moskva"),
        ("Rua Augusta, 1500 - São Paulo", "BR", "augusta", "1500", "", "sao paulo"),
        ("Unter den Linden 77/3", "DE", "unter den linden", "77/3", "", ""),
        ("Am Markt 3", "DE", "am markt", "3", "", ""),
        ("5th Avenue 725", "US", "5", "725", "", ""),
        ("Fifth Ave 725", "US", "5", "725", "", ""),
        ("", "DE", "", "", "", ""),
    ],
)
def test_lines_are_taken_apart(
    line: str, country: str, street: str, house: str, postcode: str, city: str
) -> None:
    address = addresses.parse(line, country)
    assert (address.street, address.house_number, address.postcode, address.city) == (
        street,
        house,
        postcode,
        city,
    )


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Hauptstr.", "Hauptstraße"),
        ("Haupt Strasse", "Hauptstrasse"),
        ("Main St", "Main Street"),
        ("Rue de la Paix", "r. de la Paix"),
        ("ul. Marszałkowska", "Marszalkowska ulica"),
        ("ул. Ленина", "ulitsa Lenina"),
        ("C/ Mayor", "Calle Mayor"),
        ("Kerkstr.", "Kerkstraat"),
        ("Park Ave", "Park Avenue"),
    ],
)
def test_types_of_streets_have_one_spelling(left: str, right: str) -> None:
    assert addresses.street_core(left) == addresses.street_core(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Main Street", "Main Road"),
        ("Bahnhofstr.", "Bahnhofsplatz"),
        ("Park Avenue", "Park Lane"),
        ("Hauptstr.", "Marktstr."),
    ],
)
def test_other_streets_stay_apart(left: str, right: str) -> None:
    assert addresses.street_core(left) != addresses.street_core(right)


def test_post_boxes_stand_for_a_street() -> None:
    assert addresses.parse("P.O. Box 123, Springfield IL 62704", "US").street_line == "box 123"
    assert addresses.parse("Postfach 10 20 30, 50667 Köln", "DE").post_box == "102030"


def test_units_are_set_aside() -> None:
    assert addresses.parse("123 Main Street Apt 4B, Springfield, IL 62704", "US").unit == "apt 4b"
    assert addresses.parse("Flat 2, 14 High Street, Leeds LS1 4AB", "GB").unit == "flat 2"


def test_parts_of_a_source_and_a_line_agree() -> None:
    parts = {
        "street": "Hauptstr.",
        "house_number": "5 a",
        "postcode": "D-10115",
        "city": "Berlin (Mitte)",
        "country": "Deutschland",
    }
    assert addresses.standardise(parts) == addresses.parse("Hauptstraße 5a, 10115 Berlin, Germany")
    assert addresses.standardise({}).key == ""
    assert (
        addresses.standardise({"line": "Hauptstr. 5, 10115 Berlin", "country": "DE"}).key == "haupt 5|10115"
    )


@pytest.mark.parametrize(
    ("written", "country", "postcode"),
    [
        ("d-10115", "DE", "10115"),
        ("1067", "DE", "01067"),  # a leading zero lost in a spreadsheet
        ("sw1a 2aa", "GB", "SW1A2AA"),
        ("62704-1234", "US", "62704"),
        ("2138", "US", "02138"),
        ("1017 gc", "NL", "1017GC"),
        ("00000", "DE", ""),
        ("n/a", "DE", ""),
    ],
)
def test_postcodes_have_one_spelling(written: str, country: str, postcode: str) -> None:
    assert addresses.postcode_of(written, country) == postcode


@pytest.mark.parametrize(
    ("postcode", "country", "fits"),
    [
        ("10115", "DE", True),
        ("1011", "AT", True),
        ("10115", "AT", False),
        ("SW1A 2AA", "GB", True),
        ("ABC", "GB", False),
        ("1", "ZZ", None),
    ],
)
def test_postcodes_have_the_shape_of_their_country(postcode: str, country: str, fits: bool | None) -> None:
    assert addresses.postcode_fits(postcode, country) is fits


@pytest.mark.parametrize(
    ("city", "core"),
    [
        ("Frankfurt a. M.", "frankfurt am main"),
        ("Frankfurt/Main", "frankfurt"),
        ("Frankfurt am Main", "frankfurt am main"),
        ("Paris 2e", "paris"),
        ("Lyon Cedex 03", "lyon"),
        ("St. Louis", "saint louis"),
        ("München (Schwabing)", "munchen"),
    ],
)
def test_cities_without_ornaments(city: str, core: str) -> None:
    assert addresses.city_core(city) == core


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("Германия", "DE"),
        ("Duitsland", "DE"),
        ("日本", "JP"),
        ("UK", "GB"),
        ("GB", "GB"),
        ("England", "GB"),
        ("usa", "US"),
        ("United States of America", "US"),
        ("EL", "GR"),
        ("Hellas", "GR"),
        ("México", "MX"),
        ("Schweiz", "CH"),
        ("Czech Republic", "CZ"),
        ("Türkiye", "TR"),
        ("XX", ""),
        ("Atlantis", ""),
        ("", ""),
    ],
)
def test_countries_by_name_in_many_languages(name: str, code: str) -> None:
    assert countries.code_of(name) == code


@given(DIRT, st.sampled_from(["", "DE", "US", "GB", "JP", "nowhere", "\x00"]))
def test_any_text_is_read(dirt: str, country: str) -> None:
    address = addresses.parse(dirt, country)
    assert addresses.parse(dirt, country) == address
    assert address.street_line.isascii()
    addresses.postcode_fits(dirt, country)


@given(
    st.dictionaries(
        st.sampled_from(["street", "house_number", "unit", "postcode", "city", "country", "line"]), DIRT
    )
)
def test_any_parts_are_read(parts: dict[str, str]) -> None:
    assert addresses.standardise(parts) == addresses.standardise(dict(reversed(parts.items())))
