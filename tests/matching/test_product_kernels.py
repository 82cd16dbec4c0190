"""Product kernels: levels of traits, GTINs, part numbers and titles; both orders give the same level."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.columns import coded_column
from matching.kernels import Pairing
from matching.kernels.products import VARIANT_LEVELS, traits_of, variant_level
from matching.kernels.registry import kernel_of
from matching.kernels.titles import abbreviates, similarity
from matching.readings_products import INPUTS, PRODUCT_READINGS
from matching.weights import TextWeights

PLAIN = TextWeights(1000, {"juice": 400, "shoes": 300}, {})


def pairing_of(left: str, right: str) -> Pairing:
    values = ((left,), (right,)) if left != right else ((left,),)
    column = coded_column("column", np.arange(len(values), dtype=np.int32), values)
    return Pairing(column, np.array([0], np.int32), column, np.array([len(values) - 1], np.int32), PLAIN)


def level(kernel: str, left: str, right: str) -> str:
    """Return the level of two texts, the same whichever stands left."""
    found = kernel_of(kernel).measure(pairing_of(left, right))[0]
    assert found == kernel_of(kernel).measure(pairing_of(right, left))[0]
    return kernel_of(kernel).levels[found]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("amount:500ml", "amount:250ml", "differs"),
        ("amount:355ml", "amount:354.8824ml", "one agrees"),
        ("amount:500ml", "amount:500g", "missing"),
        ("amount:3.5mm amount:30mm", "amount:3.5mm amount:40mm", "differs"),
        ("amount:500ml colour:red", "amount:500ml", "one agrees"),
        ("amount:500ml colour:red", "amount:500ml colour:red", "two agree"),
        ("amount:500ml colour:red size:xl", "amount:500ml colour:red size:m", "differs"),
        # a title that names two colours holds one of them
        ("colour:gold colour:black", "colour:black", "nothing differs"),
        ("colour:gold colour:black", "colour:gold colour:white", "differs"),
        ("pack:12", "pack:6", "differs"),
        ("pack:12", "amount:1ml", "pack unsaid"),
        ("pack:1", "amount:1ml", "nothing differs"),
        # twelve bottles are a pack of twelve
        ("pack:12", "pack:1 pieces:12", "one agrees"),
        ("pack:1 pieces:20", "pack:1 pieces:50", "differs"),
        ("pack:12 level:case", "pack:12 level:each", "differs"),
    ],
)
def test_traits_of_variants_are_compared_as_sets(left: str, right: str, expected: str) -> None:
    assert level("variant", left, right) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("04006381333931", "04006381333931", "exact"),
        ("04006381333931", "04006381333948", "differs"),
        ("04006381333931", "?04006381333981", "close"),
        ("04006381333931", "?04116382333981", "doubt"),
        # a case of the item
        ("04006381333931", "14006381333938", "level"),
    ],
)
def test_gtins_are_weighed_by_their_check_digit(left: str, right: str, expected: str) -> None:
    assert level("gtin", left, right) == expected


@pytest.mark.parametrize(
    ("kernel", "left", "right", "expected"),
    [
        ("part_number", "si792501b", "si792501b", "exact"),
        ("part_number", "si792501b", "si792501bcs", "part"),
        ("part_number", "si792501b", "si792502b", "close"),
        ("brand", "belmonte", "belm", "part"),
        ("brand", "belmonte", "bellmonte", "close"),
        ("brand", "belmonte", "nordvik", "differs"),
        ("marks", "2007 8.5", "2007", "part"),
        ("marks", "2007", "2010", "differs"),
    ],
)
def test_codes_and_names(kernel: str, left: str, right: str, expected: str) -> None:
    assert level(kernel, left, right) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("kitch", "kitchen", True),
        ("bathrm", "bathroom", True),
        ("clnr", "cleaner", True),
        ("cleanr", "cleaner", True),
        ("cherry", "chery", True),
        ("cherry", "cranberry", False),
        ("apple", "apricot", False),
        ("ab", "absolute", False),
    ],
)
def test_abbreviations_and_slips_are_one_word(one: str, other: str, expected: bool) -> None:
    assert abbreviates(one, other) is expected
    assert abbreviates(other, one) is expected


def test_what_both_titles_have_of_their_own_counts_most() -> None:
    added = similarity(pairing_of("corda trail shoes", "corda trail shoes waterproof"))[0]
    other = similarity(pairing_of("corda trail shoes", "corda road shoes"))[0]
    noun = similarity(pairing_of("corda trail shoes", "corda trail juice"))[0]
    assert 1.0 > noun > other
    assert 1.0 > added > other


WORDS = (
    "amount:500ml",
    "amount:250ml",
    "amount:2700k",
    "colour:red",
    "colour:blue",
    "size:xl",
    "pack:6",
    "pieces:20",
)
TRAITS = st.lists(st.sampled_from((*WORDS, "level:case", "level:each")), unique=True).map(
    lambda words: " ".join(one_of_each(words))
)


def one_of_each(words: Iterable[str]) -> list[str]:
    kept = {word.partition(":")[0] if word[0] not in "ac" else word: word for word in words}
    return sorted(kept.values())


@given(TRAITS, TRAITS)
def test_traits_agree_in_either_order_and_never_differ_from_themselves(left: str, right: str) -> None:
    one, other = traits_of(left), traits_of(right)
    assert variant_level(one, other) == variant_level(other, one)
    assert VARIANT_LEVELS[variant_level(one, one)] != "differs"


@given(st.tuples(*[st.none() | st.text(max_size=20)] * len(INPUTS)))
def test_product_readings_never_raise_on_dirt(inputs: tuple[str | None, ...]) -> None:
    for name, read in PRODUCT_READINGS.items():
        found = list(read(inputs))
        assert all(isinstance(element, str) for element in found), name
