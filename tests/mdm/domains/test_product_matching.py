"""Which product records belong together, under the default model: variants, pack levels, wrong and shared
codes.
"""

from typing import Any

import pytest

from matching.engines.local import resolve
from matching.model import default_model
from mdm.domains.product_match import MATCH_SPEC

Record = dict[str, Any]
MODEL = default_model(MATCH_SPEC)

GTIN, OTHER_GTIN = "4006381333931", "4006381333948"
SHOE: Record = {
    "name": "Corda Trail Running Shoes RX-204",
    "brand": "Corda",
    "category": "Shoes",
    "pack_size": 1,
}
JUICE: Record = {"brand": "Belmonte", "category": "Drinks", "name": "Belmonte Nature Cherry Juice"}
SHIRT: Record = {"name": "Nordvik Basic Polo Shirt", "brand": "Nordvik", "category": "Shirts", "pack_size": 1}


def gtin(value: str) -> list[dict[str, str]]:
    return [{"value": value, "level": "unknown"}]


def together(left: Record, right: Record) -> bool:
    names = [("erp", "Product", "1"), ("shop", "product", "2")]
    return len(resolve(MATCH_SPEC, [left, right], names, model=MODEL).groups) == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        # the same thing, told by its GTIN, in two languages
        ({"name": "Juno Kaffee Crema 500 g", "brand": "Juno", "gtins": gtin(GTIN)},
         {"name": "Juno Coffee Crema 0.5 kg", "brand": "JUNO", "gtins": gtin(GTIN)}),
        # 500 ml is 0.5 l, in a column here and in the title there
        ({**JUICE, "net_content": {"amount": "500", "unit": "ml"}, "pack_size": 6},
         {**JUICE, "name": "Belmonte Nature Cherry Juice, 0,5 l, 6er Pack"}),
        # 12 fl. oz. are 355 ml
        ({**JUICE, "name": "Belmonte Nature Cherry Juice 12 fl oz"},
         {**JUICE, "name": "Belmonte Nature Cherry Juice 355 ml"}),
        # black is schwarz, dark blue is navy
        ({**SHOE, "colour": "Black", "size": "43"}, {**SHOE, "colour": "schwarz", "size": "43"}),
        ({**SHOE, "colour": "dunkelblau", "size": "43"}, {**SHOE, "colour": "NVY", "size": "43"}),
        # what one source has in columns the other has in its title
        ({**SHIRT, "colour": "Red", "size": "XL"}, {**SHIRT, "name": "Nordvik Basic Polo Shirt rot XL"}),
        # a title cut off at forty signs, spelled out in the description
        ({"name": "CORDA TRAIL RUNNING SHOES RX-204 NAVY 4", "brand": "CORDA", "pack_size": 1,
          "description": "Corda Trail Running Shoes RX-204 navy 43", "category": "Shoes"},
         {**SHOE, "colour": "navy", "size": "43"}),
        # a part number with and without signs
        ({"name": "Bosch Schleifer 18 V", "brand": "Bosch", "mpn": "GEX-18V 125"},
         {"name": "Bosch Exzenterschleifer 18V", "brand": "Bosch", "mpn": "gex18v125"}),
        # one figure of the GTIN mistyped: its check digit says so, all else agrees
        ({**SHOE, "colour": "navy", "size": "43", "gtins": gtin(GTIN)},
         {**SHOE, "colour": "navy", "size": "43", "gtins": gtin("4006381333981")}),
        # a GTIN with leading zeros, with blanks
        ({**SHIRT, "gtins": gtin("04006381333931")}, {**SHIRT, "gtins": gtin("4 006381 333931")}),
        # the case in words, and by its unit
        ({**JUICE, "name": "Belmonte Nature Cherry Juice 1 l CASE12", "pack_size": 12, "unit": "case"},
         {**JUICE, "name": "Belmonte Nature Cherry Juice 1 l Karton 12 Stück", "pack_size": 12}),
        # a brand shortened, words abbreviated
        ({"name": "NORDVIK BASIC POLO SHRT WHT", "brand": "Nordvik", "category": "Shirts", "colour": "WHT",
          "size": "M"},
         {**SHIRT, "colour": "white", "size": "M"}),
    ],
)  # fmt: skip
def test_two_records_of_one_product_belong_together(left: Record, right: Record) -> None:
    assert together(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        # colour, size, amount, pack, pack level
        ({**SHOE, "colour": "Black", "size": "43"}, {**SHOE, "colour": "weiß", "size": "43"}),
        ({**SHOE, "colour": "Black", "size": "43"}, {**SHOE, "colour": "Black", "size": "44"}),
        ({**SHIRT, "colour": "Red", "size": "XL"}, {**SHIRT, "name": "Nordvik Basic Polo Shirt rot L"}),
        ({**JUICE, "name": "Belmonte Nature Cherry Juice 500 ml"},
         {**JUICE, "name": "Belmonte Nature Cherry Juice 0,25 l"}),
        ({**JUICE, "pack_size": 6},
         {**JUICE, "name": "Belmonte Nature Cherry Juice 12-Pack", "pack_size": 12}),
        ({**JUICE, "pack_size": 12, "unit": "piece"}, {**JUICE, "pack_size": 12, "unit": "case"}),
        ({**JUICE}, {**JUICE, "name": "Belmonte Nature Cherry Juice Case of 12"}),
        # one GTIN given to two sizes, with a style number they share as well
        ({**SHOE, "size": "43", "colour": "navy", "gtins": gtin(GTIN), "mpn": "RX204"},
         {**SHOE, "size": "44", "colour": "navy", "gtins": gtin(GTIN), "mpn": "RX204"}),
        # two right GTINs that differ
        ({**SHIRT, "gtins": gtin(GTIN)}, {**SHIRT, "gtins": gtin(OTHER_GTIN)}),
        # the case carries the GTIN of the single item behind an indicator digit
        ({**JUICE, "gtins": gtin(GTIN), "pack_size": 1},
         {**JUICE, "gtins": gtin("14006381333938"), "pack_size": 12}),
        # paper formats, lamp sockets, bulbs of another light
        ({"name": "Papyra Copy Paper A4", "brand": "Papyra", "category": "Paper"},
         {"name": "Papyra Copy Paper", "brand": "Papyra", "category": "Paper", "size": "A3"}),
        ({"name": "Lumi LED Bulb 8 W 2700 K", "brand": "Lumi"},
         {"name": "Lumi LED Bulb 8W 4000K", "brand": "Lumi"}),
        # another line, another model, another brand
        ({**JUICE}, {**JUICE, "name": "Belmonte Prime Apple Juice"}),
        ({"name": "Sony WH-1000XM4 Headphones", "brand": "Sony"},
         {"name": "Sony WH-1000XM5 Headphones", "brand": "Sony"}),
        ({**SHIRT}, {**SHIRT, "name": "Levanto Basic Polo Shirt", "brand": "Levanto"}),
    ],
)  # fmt: skip
def test_two_products_stay_apart(left: Record, right: Record) -> None:
    assert not together(left, right)


def test_a_part_number_of_a_whole_style_joins_no_variants() -> None:
    sizes = ["38", "39", "40", "41", "42", "43"]
    records = [{**SHOE, "mpn": "RX204", "colour": "navy", "size": size} for size in sizes for _ in range(2)]
    names = [("erp", "Product", str(place)) for place in range(len(records))]
    found = resolve(MATCH_SPEC, records, names, model=MODEL)
    row_of = {name: place for place, name in enumerate(found.frame.names)}
    labels = found.labels()[[row_of[name] for name in names]]
    assert len(set(labels.tolist())) == len(sizes)
    assert (labels[::2] == labels[1::2]).all()
