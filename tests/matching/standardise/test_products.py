"""Products: quantities, packs, models, colours and sizes of titles in several languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise import products

DIRT = st.text(alphabet=st.characters(), max_size=80)


@pytest.mark.parametrize(
    ("title", "keys"),
    [
        ("Cola 500 ml", ("500ml",)),
        ("Cola 0,5L", ("500ml",)),
        ("Cola 0.5 Liter", ("500ml",)),
        ("Cola 50cl", ("500ml",)),
        ("Молоко 1 л", ("1000ml",)),
        ("Schraube 10 mm", ("10mm",)),
        ("Schraube 12 mm", ("12mm",)),
        ("Kabel 1,5 m", ("1500mm",)),
        ('TV 55"', ("1397mm",)),
        ("Fernseher 55 Zoll", ("1397mm",)),
        ("case for 13' macbook", ("330.2mm",)),
        ("RAM 8GB", ("8000mb",)),
        ("Clé USB 16 Go", ("16000mb",)),
        ("HDD 1 TB", ("1000000mb",)),
        ("Bohnen 1.000 g", ("1000g",)),  # thousands
        ("Bohnen 1.500 kg", ("1500g",)),  # decimals
        ("Bohnen 1 kg", ("1000g",)),
        ("Shampoo 8.5 fl. oz", ("251.375ml",)),
        ("Box 10 x 20 x 30 cm", ("100mm", "200mm", "300mm")),
        ("CPU 3.7GHz", ("3700000000hz",)),
        ("iPhone 8", ()),
        ("Chanel No 5", ()),
        ("", ()),
    ],
)
def test_quantities_are_in_base_units(title: str, keys: tuple[str, ...]) -> None:
    assert products.parse(title).quantity_keys == keys


@pytest.mark.parametrize(
    ("title", "pack_size"),
    [
        ("Cola 6 x 0.33 l", 6),
        ("Cola 2 x 6 x 0,33 l", 12),
        ("Cola 330 ml 12er Pack", 12),
        ("Pampers pack of 144", 144),
        ("Pens, 10-pack", 10),
        ("AA Batterien 4er", 4),
        ("Schrauben 200 Stk", 200),
        ("Confezione da 6 bottiglie vino 75cl", 6),
        ("lot de 3 stylos", 3),
        ("Ручка 12 шт", 12),
        ("Tape twin pack", 2),
        ("Box 10 x 20 cm", 0),  # lengths, no count
        ("Cola 500 ml", 0),
        ("Pack 500 g", 0),  # a weight behind the word
        ("Formula 1", 0),
    ],
)
def test_packs_are_counted(title: str, pack_size: int) -> None:
    assert products.parse(title).pack_size == pack_size


@pytest.mark.parametrize(
    ("title", "models"),
    [
        ("Toshiba D-VR610 DVD VCR Combo", ("dvr610",)),
        ("Case - MB13AQUSEEV2", ("mb13aquseev2",)),
        ("Samsung UE55KU6000 4K UHD HDMI2", ("ue55ku6000",)),
        ("nikon coolpix a300", ("a300",)),
        ("intel i7-8700k 3.7GHz", ("i78700k",)),
        ("SD card class10 usb3 mp3 1080p", ()),  # standards
        ("Cola 500ml 6x", ()),
        ("Windows 10", ()),
    ],
)
def test_models_are_letters_with_digits(title: str, models: tuple[str, ...]) -> None:
    assert products.parse(title).models == models


@pytest.mark.parametrize(
    ("title", "colours", "sizes"),
    [
        ("T-Shirt rot Gr. XL", ("red",), ("xl",)),
        ("T-shirt rouge taille XL", ("red",), ("xl",)),
        ("Camiseta roja talla XL", ("red",), ("xl",)),
        ("Koszulka czerwona rozmiar XL", ("red",), ("xl",)),
        ("Nike Air white/black EU 42.5", ("white", "black"), ("eu42.5",)),
        ("T-Shirt dark blue", ("dark blue",), ()),
        ("Футболка синий XXL", ("blue",), ("xxl",)),
        ("Multi tool", (), ()),
        ("The Rose vase", (), ()),
    ],
)
def test_colours_and_sizes_in_several_languages(
    title: str, colours: tuple[str, ...], sizes: tuple[str, ...]
) -> None:
    found = products.parse(title)
    assert (found.colours, found.sizes) == (colours, sizes)


@pytest.mark.parametrize(
    ("written", "colour"),
    [
        ("Dunkelblau", "dark blue"),
        ("dark blue", "dark blue"),
        ("bleu foncé", "dark blue"),
        ("azul claro", "light blue"),
        ("Schwarz", "black"),
        ("NOIR", "black"),
        ("чёрный", "black"),
        ("rot/weiß", "red white"),
        ("Space Grey", "space grey"),
        ("Mystic Teal 7", "mystic turquoise 7"),
        ("", ""),
    ],
)
def test_colours_have_one_name(written: str, colour: str) -> None:
    assert products.colour_of(written) == colour


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("Extra Large", "xl"),
        ("XL", "xl"),
        ("Gr. M", "m"),
        ("Medium", "m"),
        ("EU 42,5", "eu42.5"),
        ("Gr. 42", "42"),
        ("One Size", "onesize"),
        ("0,5 L", "500ml"),
        ("500 ml", "500ml"),
        ("10x20 cm", "100mm 200mm"),
        ("XXXL", "3xl"),
        ("", ""),
    ],
)
def test_sizes_have_one_spelling(written: str, size: str) -> None:
    assert products.size_of(written) == size


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [
        ("0,5", "", "0.5"),
        ("1.234,56", "", "1234.56"),
        ("1,234.56", "", "1234.56"),
        ("1'234.50", "", "1234.50"),
        ("1,234", "", "1234"),
        ("1.234", "", "1.234"),
        ("1.500", "g", "1500"),
        ("0.500", "g", "0.500"),
        ("x", "", "None"),
        ("", "", "None"),
    ],
)
def test_numbers_with_comma_or_point(written: str, unit: str, value: str) -> None:
    assert str(products.number_of(written, unit)) == value


def test_pack_sizes_of_an_attribute() -> None:
    assert [
        products.pack_size_of(written) for written in ("12", "12.0", "pack of 12", "6 x 0.33 l", "many", "")
    ] == [12, 12, 12, 6, 0, 0]


@given(DIRT)
def test_any_title_is_read(dirt: str) -> None:
    found = products.parse(dirt)
    assert products.parse(dirt) == found
    assert found.text.isascii()
    for read in (
        products.colour_of,
        products.size_of,
        products.model_key,
        products.pack_size_of,
        products.number_of,
    ):
        read(dirt)


@given(st.decimals("0.001", "9999", places=3), st.sampled_from(["ml", "l", "kg", "mm", "GB"]))
def test_a_quantity_is_the_same_in_any_spelling(amount: object, unit: str) -> None:
    point = (
        products.parse(f"thing {amount:f} {unit}".replace(".", ".")).quantity_keys
        if unit in ("l", "kg", "GB")
        else None
    )
    comma = products.parse(f"thing {amount:f}{unit}".replace(".", ",")).quantity_keys
    assert point is None or point == comma
