"""The made population: the same for the same seed, full of namesakes and households, as hard when larger."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mdm.sandbox.population.people import COLUMNS, DUPLICATED, Population, population


@pytest.fixture(scope="module")
def made() -> Population:
    return population(20_000, seed=3)


def namesakes(made: Population) -> float:
    """Return how many other people of the same two names a person has, on average."""
    _, first = np.unique(made.person, return_index=True)
    names = np.char.add(made.columns["first_name"][first], made.columns["last_name"][first])
    sizes = np.unique(names, return_counts=True)[1]
    return float((sizes * (sizes - 1)).sum() / sizes.sum())


def test_the_same_seed_makes_the_same_files_to_the_byte(tmp_path: Path) -> None:
    for folder in ("one", "other"):
        population(500, seed=7).write(tmp_path / folder)
    for file in ("records.csv", "truth.csv"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_another_seed_makes_other_people() -> None:
    one, other = population(500, seed=7), population(500, seed=8)
    assert not np.array_equal(one.columns["birth_date"][:100], other.columns["birth_date"][:100])


def test_true_pairs_are_the_pairs_of_records_of_one_person() -> None:
    made = population(300, seed=1)
    same = made.person[:, None] == made.person[None, :]
    assert made.true_pairs() == (int(same.sum()) - len(made)) // 2


def test_every_person_has_a_record_and_nobody_more_than_seven(made: Population) -> None:
    sizes = np.bincount(made.person, minlength=20_000)
    assert sizes.min() == 1
    assert sizes.max() == 7
    assert (sizes > 1).mean() == pytest.approx(DUPLICATED, abs=0.01)


def test_every_column_is_known_of_most_and_missing_of_some(made: Population) -> None:
    known = {name: float((made.columns[name] != b"").mean()) for name in COLUMNS}
    assert min(known.values()) > 0.3
    assert known["email"] < 0.8
    assert known["postcode"] < 1.0


def test_households_share_name_and_address(made: Population) -> None:
    """Two in five people live with another of their family name in one house."""
    _, first = np.unique(made.person, return_index=True)
    home = np.char.add(made.columns["last_name"][first], made.columns["postcode"][first])
    home = np.char.add(np.char.add(home, made.columns["street"][first]), made.columns["house_number"][first])
    sizes = np.unique(home, return_counts=True)[1]
    assert sizes[sizes > 1].sum() / sizes.sum() > 0.4


def test_ten_times_the_people_have_far_less_than_ten_times_the_namesakes(made: Population) -> None:
    assert 1.0 < namesakes(made) / namesakes(population(2_000, seed=3)) < 4.0


def test_ten_times_the_people_live_in_places_that_are_denser_and_more() -> None:
    small, large = (np.unique(population(people, 3).columns["postcode"]).size for people in (2_000, 20_000))
    assert 3.0 < large / small < 8.0
