"""Texts that are all a record has: nearer to each other than to their neighbours, and kept in the model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.columns import CodedColumn, coded_column
from matching.comparing import column_levels
from matching.crowding import crowding, text_weights
from matching.generic import infer
from matching.kernels import Pairing
from matching.kernels.near_texts import NEAR, similarity, words_alike
from matching.model import Model
from matching.spec import Comparison
from matching.stateless import match_records
from matching.weights import TextWeights

NAMES = [f"springfield mall {word}" for word in ("north", "south", "east", "west", "centre", "plaza", "park")]
LISTED = [*NAMES, "kukui grove center", "kukui grove shopping center", "springfield mall nort"]


def column_of(texts: list[str]) -> CodedColumn:
    values = tuple((text,) for text in dict.fromkeys(texts))
    return coded_column("name", np.arange(len(values), dtype=np.int32), values)


def level(column: CodedColumn, weights: TextWeights, one: str, other: str) -> int:
    places = {text: place for place, text in enumerate(column.elements.tolist())}
    left, right = (np.array([places[text]], dtype=np.int32) for text in (one, other))
    comparison = Comparison("name", "name", "near")
    return int(column_levels(column, column, comparison, {"name": weights}, left, right)[0])


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("museum", "museums", 857),  # one letter more
        ("sweden", "swedish", 571),  # begins alike, but hardly
        ("kazakh", "kazakhstan", 600),
        ("division2", "division3", 0),  # words with figures are two words
        ("hockey", "football", 0),
    ],
)
def test_words_are_alike_by_edits_or_by_how_they_begin(one: str, other: str, alike: int) -> None:
    found = words_alike(np.array([one], dtype=object), np.array([other], dtype=object))
    assert found.tolist() == [alike if alike >= 600 else 0]


def test_a_text_among_look_alikes_is_more_crowded_than_one_by_itself() -> None:
    found = text_weights(column_of(LISTED), crowded=True).crowding
    assert found["springfield mall north"] > found["kukui grove center"]


def test_the_same_similarity_tells_less_among_look_alikes() -> None:
    column = column_of(LISTED)
    weights = text_weights(column, crowded=True)
    apart = level(column, weights, "kukui grove center", "kukui grove shopping center")
    among = level(column, weights, "springfield mall east", "springfield mall west")
    assert apart > among


def test_equal_texts_are_exact_however_crowded_it_is() -> None:
    column = column_of(LISTED)
    found = level(column, text_weights(column, crowded=True), NAMES[0], NAMES[0])
    assert NEAR.levels[found] == "exact"


def test_a_text_that_the_model_does_not_know_is_as_crowded_as_the_median_one() -> None:
    weights = TextWeights(10, {}, {}, {"a": 100, "b": 300, "c": 900})
    assert weights.crowding_of(["c", "unseen"]).tolist() == [900, 300]


@given(st.lists(st.text(alphabet="abcd ", min_size=1, max_size=12), min_size=2, max_size=12, unique=True))
def test_similarity_is_symmetric_and_within_bounds(texts: list[str]) -> None:
    column = column_of([f"x{text.strip()}" for text in texts])
    weights = text_weights(column, crowded=True)
    count = len(column.elements)
    left, right = (grid.ravel().astype(np.int32) for grid in np.indices((count, count)))
    found = similarity(Pairing(column, left, column, right, weights))
    assert ((found >= 0.0) & (found <= 1.0 + 1e-9)).all()
    assert found.reshape(count, count).tolist() == found.reshape(count, count).T.tolist()


@given(st.permutations(LISTED))
def test_crowding_does_not_depend_on_the_order_of_texts(texts: list[str]) -> None:
    weights = text_weights(column_of(LISTED), crowded=False)
    assert crowding(column_of(texts), weights) == crowding(column_of(LISTED), weights)


def test_only_a_list_of_names_to_be_linked_is_compared_with_its_neighbours() -> None:
    names = [{"name": name} for name in LISTED * 3]
    assert infer(names, links=True).spec.comparisons[0].kernel == "near"
    assert infer(names).spec.comparisons[0].kernel == "text"
    placed = [{"name": name, "city": f"town {place}"} for place, name in enumerate(LISTED * 3)]
    assert infer(placed, links=True).spec.comparisons[0].kernel == "text"


def test_crowding_is_kept_in_the_model() -> None:
    words = ("amber", "birch", "cedar", "dahlia", "elm", "fir", "ginkgo", "hazel", "ivy", "juniper", "kapok")
    listed = [f"{one} {other} museum" for one in words for other in words if one < other]
    records = [{"name": name} for name in [*listed, *(f"{name}s" for name in listed[::3])]]
    names = [("list" if row < len(listed) else "query", "record", str(row)) for row in range(len(records))]
    model = match_records(records, names, link_only=True).resolution.model
    assert Model.from_json(model.to_json()) == model
    assert model.texts["name"].crowding["amber birch museum"] > 0


@pytest.mark.parametrize(
    ("one", "other", "spelt_out"),
    [
        ("uc irvine", "university of california irvine", True),  # joining words left out
        ("jfk center", "john f kennedy center", True),
        ("kuc irvine", "university of california irvine", False),  # no initials of words in a row
        ("de irvine", "democratic egypt irvine", False),  # a joining word is no acronym
    ],
)
def test_initials_are_the_words_they_stand_for(one: str, other: str, spelt_out: bool) -> None:
    meaningless = "zqx " + one.partition(" ")[2]
    column = column_of([one, other, meaningless, "some museum of art", "another place"])
    weights = text_weights(column, crowded=False)
    left, right = np.array([0, 1, 2], dtype=np.int32), np.array([1, 0, 1], dtype=np.int32)
    found, turned, without = similarity(Pairing(column, left, column, right, weights)).tolist()
    assert found == turned
    assert (found > without + 0.1) is spelt_out
