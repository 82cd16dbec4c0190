"""Golden ids over the phone: what a person may say wrong, and what is always noticed."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.xref.codes import CAPACITY, CHECKED, DIGITS, BadGoldenId, encode, parse

NUMBERS = st.integers(0, CAPACITY - 1)
LETTERS = st.sampled_from("CPSX")
SAMPLE = [encode("CPS"[number % 3], number * 7_919) for number in range(120)]


def plain(code):
    return code.replace("-", "")


def test_a_golden_id_is_a_letter_eight_digits_and_a_check_character():
    assert encode("C", 1) == parse(encode("C", 1))
    letter, first, second_and_check, check = encode("P", 42).split("-")
    assert (letter, len(first), len(second_and_check), len(check)) == ("P", 4, 4, 1)
    assert set(first + second_and_check) <= set(DIGITS)


def test_the_codes_of_the_first_numbers_never_change():
    # Issued ids stand in other systems: whoever changes the permutation breaks them all.
    assert [encode("C", number) for number in range(3)] == ["C-063R-WHA8-5", "C-N1DA-F0XZ-S", "C-FJPW-YXG2-K"]


@given(LETTERS, NUMBERS)
def test_a_code_is_read_back_as_it_was_written(letter, number):
    assert parse(encode(letter, number)) == encode(letter, number)


@given(st.sets(NUMBERS, min_size=2, max_size=50))
def test_no_two_numbers_share_a_code(numbers):
    assert len({encode("C", number) for number in numbers}) == len(numbers)


def test_the_codes_of_neighbours_have_no_visible_order():
    codes = [encode("C", number) for number in range(1_000)]
    assert len(set(codes)) == 1_000
    assert len({code[2:6] for code in codes}) > 990
    rising = sum(one < two for one, two in pairwise(codes))
    assert 400 < rising < 600


@pytest.mark.parametrize(
    "said",
    [
        str.lower,
        plain,
        lambda code: code.replace("-", " "),
        lambda code: f"  {code}\t",
        lambda code: code.replace("-", "\u2013"),
        lambda code: code.replace("0", "O"),
        lambda code: code.replace("0", "o").replace("1", "l"),
        lambda code: code.replace("1", "I"),
        lambda code: code.replace("V", "U"),
    ],
)
def test_what_people_make_of_a_code_is_forgiven(said):
    for code in SAMPLE:
        assert parse(said(code)) == code


def test_every_wrong_character_is_noticed():
    for code in SAMPLE[:40]:
        digits = plain(code)
        for place, right in enumerate(digits):
            for wrong in CHECKED:
                typed = digits[:place] + wrong + digits[place + 1 :]
                if wrong == right or read_alike(wrong, right, place):
                    continue
                with pytest.raises(BadGoldenId):
                    parse(typed)


def read_alike(wrong, right, place):
    """Behind the type letter O is read as 0, I and L as 1, U as V."""
    return place > 0 and {"O": "0", "I": "1", "L": "1", "U": "V"}.get(wrong) == right


def test_every_swap_of_neighbours_is_noticed():
    for number in range(4_000):
        digits = plain(encode("C", number * 104_729))
        for place in range(len(digits) - 1):
            swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
            if swapped != digits:
                with pytest.raises(BadGoldenId):
                    parse(swapped)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "it has 0 letters and digits"),
        ("C-7K3M-9QXD", "it has 9 letters and digits"),
        ("7-7K3M-9QXD-F", "begins with '7' instead of a type letter"),
        ("C-7K3M-9Q*D-F", r"'\*' is not used in one"),
        ("C-0000-0000-0", "check character does not fit"),
    ],
)
def test_what_is_no_golden_id_is_refused_with_the_wrong_part(text, part):
    with pytest.raises(BadGoldenId, match=part):
        parse(text)


@pytest.mark.parametrize(("letter", "number"), [("c", 1), ("CP", 1), ("", 1), ("C", -1), ("C", CAPACITY)])
def test_a_code_that_could_not_be_read_back_is_not_issued(letter, number):
    with pytest.raises(BadGoldenId):
        encode(letter, number)
