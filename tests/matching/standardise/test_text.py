"""Folding: scripts, umlauts, apostrophes, placeholders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise import placeholders, text

DIRT = st.text(alphabet=st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("  Müller  ", "muller"),
        ("Straße", "strasse"),
        ("O'Neill", "oneill"),
        ("O’Neill", "oneill"),
        ("S.A.", "sa"),  # dotted letters join
        ("U.S.A. Inc.", "usa inc"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("Иванов", "ivanov"),
        ("Παπαδόπουλος", "papadopoulos"),  # "ου" is one sound
        ("トヨタ", "toyota"),
        ("ＡＢＣ１２３", "abc123"),  # full-width
        ("½ litre", "1 2 litre"),
        ("a_b-c/d", "a b c d"),
        ("", ""),
        ("!?", ""),
    ],
)
def test_fold_gives_plain_words(written: str, folded: str) -> None:
    assert text.fold(written) == folded


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Müller", "Mueller"),
        ("Müller", "Muller"),
        ("Jørgensen", "Joergensen"),
        ("Åse", "Aase"),
        ("Özil", "Oezil"),
    ],
)
def test_umlaut_spellings_share_a_key(left: str, right: str) -> None:
    assert text.umlaut_key(left) == text.umlaut_key(right)


def test_a_text_with_umlauts_has_two_spellings() -> None:
    assert text.spellings("Köhler") == ("kohler", "koehler")
    assert text.spellings("Smith") == ("smith",)


def test_tidy_keeps_the_words_as_written() -> None:
    assert text.tidy(" Anna\t\x00Mu\u0308ller ") == "Anna Müller"


def test_digits_of_any_script_become_ascii() -> None:
    assert text.digits("٠٣٠ / 12-३") == "030123"


@given(DIRT)
def test_fold_is_idempotent_and_plain(dirt: str) -> None:
    folded = text.fold(dirt)
    assert text.fold(folded) == folded
    assert folded.isascii()
    assert folded == " ".join(folded.split())


@given(DIRT)
def test_keys_of_any_text_are_stable(dirt: str) -> None:
    for key in (text.umlaut_key, text.sorted_key, text.compact, text.tidy, text.digits):
        once = key(dirt)
        assert key(once) == once


@pytest.mark.parametrize(
    "written",
    [
        "n/a",
        "N.A.",
        "-",
        "",
        "unknown",
        "UNBEKANNT",
        "keine Angabe",
        "не указано",
        "xxx",
        "XXXX",
        "0000",
        "TBD",
        "brak danych",
    ],
)
def test_placeholders_are_seen(written: str) -> None:
    assert placeholders.is_placeholder(written)


@pytest.mark.parametrize(
    "written", ["Unknown Pleasures Ltd", "Nina", "Test Valley Borough", "XX Large", "7", "Noname Road"]
)
def test_words_are_no_placeholders(written: str) -> None:
    assert not placeholders.is_placeholder(written)


@pytest.mark.parametrize("written", ["Null", "Na", "Blank", "Tester"])
def test_family_names_that_look_empty_stay(written: str) -> None:
    assert not placeholders.is_placeholder(written, of="person")
    assert placeholders.is_placeholder(written.upper(), of="person")


def test_names_of_nobody_are_placeholders_of_their_kind_only() -> None:
    assert placeholders.is_placeholder("Max Mustermann", of="person")
    assert placeholders.is_placeholder("CPD-Konto", of="organisation")
    assert not placeholders.is_placeholder("Max Mustermann")


@pytest.mark.parametrize(
    ("code", "made_up"),
    [
        ("000000", True),
        ("123456789", True),
        ("99-99-99", True),
        ("n/a", True),
        ("A", True),
        ("DE136695976", False),
        ("1234", False),
    ],
)
def test_codes_that_are_made_up(code: str, made_up: bool) -> None:
    assert placeholders.is_placeholder_code(code) is made_up
