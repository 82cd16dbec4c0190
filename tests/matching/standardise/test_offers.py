"""What an offer says: attributes win over the title, the title over a short description."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise.offers import read_offer, read_title


@pytest.mark.parametrize(
    ("title", "pack", "pieces", "level"),
    [
        ("Cherry Juice 0.5 l Pack of 6", 6, 0, "each"),
        ("Cherry Juice, 0,5 l, 12er Pack", 12, 0, "each"),
        ("Cherry Juice 6x0,5l", 6, 0, "each"),
        ("Green Tea 20 bags 12x", 12, 20, "each"),
        ("GREEN TEE 20BAGS CASE12", 12, 20, "case"),
        ("Green Tea 50 bags Karton 12 Stück", 12, 50, "case"),
        ("Torx Screws 4x40 mm 100 pcs", 0, 100, ""),
        # a case that one puts a telephone into
        ("Hard Shell Case for MacBook", 0, 0, ""),
        ("Cherry Juice", 0, 0, ""),
    ],
)
def test_packs_pieces_and_levels_are_told_apart(title: str, pack: int, pieces: int, level: str) -> None:
    said = read_title(title)
    assert (said.pack, said.pieces, said.level) == (pack, pieces, level)


@pytest.mark.parametrize(
    ("title", "size"),
    [
        ("Basic Polo Shirt rot XL", "xl"),
        ("BASIC CREW NECK T-SHIRT BLK M", "m"),
        ("Trail Running Shoes RX-204 navy 43", "43"),
        ("Basic Long Sleeve L/S blue", ""),
        ("Cherry Juice 5 L", ""),
        ("Office 2007 Home", ""),
    ],
)
def test_a_size_at_the_end_of_a_title_is_read(title: str, size: str) -> None:
    assert read_title(title).size == size


def test_amounts_codes_models_and_marks_are_taken_apart() -> None:
    said = read_title("Lumi E27 LED Bulb XZ-4410 8 W 2700 K v2.1 Office 2007 (2025)")
    assert said.measures == {
        "w": frozenset({"8"}),
        "k": frozenset({"2700"}),
        "e#": frozenset({"27"}),
        "v#": frozenset({"2.1"}),
    }
    assert said.models == ("xz4410",)
    assert "2007" in said.marks
    assert "2025" not in said.marks


@pytest.mark.parametrize(
    ("title", "models"),
    [
        ("Apple iPod touch - MB533LL/A", ("mb533lla",)),
        ("Panasonic CGA-S007A/1B Battery", ("cgas007a1b",)),
        ("Socks red/x2 blue", ()),
    ],
)
def test_a_model_number_may_hold_a_stroke(title: str, models: tuple[str, ...]) -> None:
    assert read_title(title).models == models


def test_attributes_win_over_the_title() -> None:
    offer = read_offer(
        "Corda Trail Shoes schwarz 43, 500 g",
        colour="weiß",
        size="44",
        contents=[("0.45", "kg")],
        brands=["Corda"],
    )
    assert (offer.colours, offer.size, offer.measures) == (("white",), "44", {"g": frozenset({"450"})})


def test_a_brand_that_the_title_leaves_out_stands_in_front() -> None:
    assert read_offer("Nature Cherry Juice", brands=["Belmonte"]).words == (
        "belmonte",
        "nature",
        "cherry",
        "juice",
    )
    assert read_offer("BELM Nature", brands=["Belmonte"]).words == ("belm", "nature")


def test_a_description_spells_out_a_title_that_was_cut() -> None:
    offer = read_offer("CORDA TRAIL RUN SHOES RX-204 NAV", "Corda Trail Running Shoes RX-204 navy 43")
    assert offer.words == ("corda", "trail", "running", "shoes", "rx204", "navy")
    assert (offer.colours, offer.size) == (("navy",), "43")


def test_a_long_description_is_not_read() -> None:
    assert read_offer("Corda Shoes", "fits every foot in red, green and blue. " * 5).colours == ()


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=12), st.text(max_size=12))
def test_any_text_is_read(name: str, description: str, colour: str, size: str) -> None:
    offer = read_offer(name, description, colour=colour, size=size, contents=[(size, colour)], pack_size=size)
    assert all(word == word.lower() for word in offer.words)
    assert offer.pack >= 0
