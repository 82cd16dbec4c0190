"""The mirrored spec makes the candidate pairs and the levels that Splink makes."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from matching.columns import coded_column
from matching.comparing import column_levels
from matching.engines.local import resolve
from matching.kernels.registry import KERNELS
from matching.spec import Comparison
from mdm.sandbox.population.people import population
from tests.bench.peers.blocking_rules import RULES, counting_sql
from tests.bench.peers.mirrored_spec import COMPARED, MIRRORED_SPEC

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Records of 1,500 people, ten of them entered twice alike."""
    folder: Path = tmp_path_factory.mktemp("population")
    population(1_500, seed=5).write(folder)
    with (folder / "records.csv").open(encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    return found + [{**row, "id": f"again {row['id']}"} for row in found[:10]]


def counted(rows: Rows) -> int:
    """Return how many pairs the rules make, by the query that Splink's own run is asked."""
    base = sqlite3.connect(":memory:")
    names = sorted({"id", *(name for rule in RULES for name in rule)})
    base.execute(f"create table records ({', '.join(names)})")
    values = ([row[name] or None for name in names] for row in rows)
    base.executemany(f"insert into records values ({', '.join('?' * len(names))})", values)
    found: int = base.execute(counting_sql()).fetchone()[0]
    return found


def level(kernel: str, left: str, right: str) -> str:
    """Return the name of the level of two texts."""
    values = tuple((text,) for text in dict.fromkeys((left, right)))
    column = coded_column("c", np.array([0, len(values) - 1], dtype=np.int32), values)
    one, other = np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
    found = column_levels(column, column, Comparison("c", "c", kernel), {}, one, other)
    return KERNELS[kernel].levels[int(found[0])]


def test_the_candidate_pairs_are_those_of_the_rules_in_sql(rows: Rows) -> None:
    found = resolve(MIRRORED_SPEC, rows, [("made", "person", row["id"]) for row in rows])
    assert found.report["candidates"] == counted(rows)
    assert all(rule["closed_keys"] == 0 for rule in found.report["rules"].values())


def test_every_column_that_splink_compares_is_compared() -> None:
    assert [entry.name for entry in MIRRORED_SPEC.comparisons] == list(COMPARED)
    assert {entry.name for entry in MIRRORED_SPEC.comparisons if entry.frequencies} == {
        "first_name",
        "last_name",
        "city",
    }


@pytest.mark.parametrize(
    ("kernel", "left", "right", "expected"),
    [
        ("jaro-winkler 80 92", "martha", "martha", "exact"),
        ("jaro-winkler 80 92", "martha", "marhta", "alike 92%"),  # 0.961: the textbook pair
        ("jaro-winkler 80 92", "dwayne", "duane", "alike 80%"),  # 0.840
        ("jaro-winkler 80 92", "smith", "garcia", "differs"),
        ("jaro-winkler 92", "dwayne", "duane", "differs"),  # one threshold only
        ("jaro-winkler 92", "12 oak street", "12 oak streets", "alike 92%"),
        ("levenshtein 1", "10115", "10116", "1 edit"),
        ("levenshtein 1", "10115", "10151", "differs"),  # two swapped signs are two edits here
        ("levenshtein 2 1", "0301234567", "0301234576", "2 edits"),
        ("levenshtein 2 1", "0301234567", "030123456", "1 edit"),
        ("levenshtein 2 1", "0301234567", "0401234500", "differs"),
        ("damerau-levenshtein 2 1", "1980-02-17", "1980-02-71", "1 edit"),  # and one here
        ("damerau-levenshtein 2 1", "1980-02-17", "1981-02-18", "2 edits"),
        ("damerau-levenshtein 2 1", "1980-02-17", "1975-11-03", "differs"),
    ],
)
def test_two_values_reach_the_level_of_the_threshold_they_pass(
    kernel: str, left: str, right: str, expected: str
) -> None:
    assert level(kernel, left, right) == expected
    assert level(kernel, right, left) == expected
