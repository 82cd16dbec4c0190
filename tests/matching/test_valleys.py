"""Few duplicates among many look-alikes: the link weight lies where the last hill of weights begins."""

from __future__ import annotations

import numpy as np
import pytest

from matching.generic import infer
from matching.stateless import match_records
from matching.valleys import valley

LINK = 8000
WORDS = [
    one + other
    for one in ("ba", "de", "ki", "lo", "mu", "na", "re", "si")
    for other in ("lan", "mor", "tik", "vus", "zed")
]


def slope(first: int, rate: float) -> list[int]:
    """Weights from the link weight on, fewer with every two bits."""
    counts = [int(first * rate**step) for step in range(12)]
    return [LINK + 2000 * step + 7 for step, count in enumerate(counts) for _ in range(count)]


def hill(middle: int, count: int) -> list[int]:
    """Weights around some weight."""
    return np.random.default_rng(3).normal(middle, 2500, count).astype(int).tolist()


def test_a_few_matches_behind_a_slope_of_look_alikes_are_told_from_these() -> None:
    found = valley(np.array(slope(900, 0.45) + hill(26_000, 300)), LINK, 10_000)
    assert found is not None
    assert 14_000 <= found <= 22_000


@pytest.mark.parametrize(
    ("weights", "records"),
    [
        (slope(900, 0.45), 10_000),  # nothing but a slope
        (slope(900, 0.45) + hill(26_000, 300), 800),  # matches are not rare
        (slope(90, 0.45) + hill(26_000, 300), 10_000),  # most of what links is the hill already
        (slope(900, 0.45) + hill(26_000, 20), 10_000),  # too few to be one
        ([9000] * 10, 10_000),
        ([], 10_000),
    ],
)
def test_without_a_hill_of_its_own_the_link_weight_stays(weights: list[int], records: int) -> None:
    assert valley(np.array(weights, dtype=np.int64), LINK, records) is None


def disc(number: int, volume: int) -> dict[str, str]:
    """One volume of a series: the names differ by a figure, the tracks altogether."""
    draw = np.random.default_rng(1000 * number + volume)
    artist = f"{WORDS[number % 40]} {WORDS[(7 * number + number // 40) % 40]}"
    tracks = " ".join(draw.choice(WORDS, 3)[0] + draw.choice(WORDS) for _ in range(20))
    series = f"{WORDS[3 * number % 40]} {WORDS[(11 * number + number // 40) % 40]} collection"
    return {"artist": artist, "title": f"the {series} disc {volume}", "tracks": tracks}


def test_a_long_text_is_compared_where_names_and_it_hardly_repeat() -> None:
    rows = [disc(number, volume) for number in range(40) for volume in range(1, 4)]
    spec = infer(rows).spec
    assert "tracks" in {entry.name for entry in spec.comparisons}
    assert all(rule.parts[0].column != "tracks" for rule in spec.blocking)
    assert set(spec.relations[0].shared) & {"title", "tracks"} == set()
    repeated = [{**row, "tracks": rows[place % 60]["tracks"]} for place, row in enumerate(rows)]
    assert "tracks" not in {entry.name for entry in infer(repeated).spec.comparisons}
    assert "tracks" not in {entry.name for entry in infer(rows, links=True).spec.comparisons}


def test_volumes_of_a_series_stay_apart_and_one_disc_entered_twice_is_found() -> None:
    rows = [disc(number, volume) for number in range(160) for volume in range(1, 5)]
    twice = [
        {**rows[place], "title": rows[place]["title"].replace("collection", "colection")}
        for place in range(0, 640, 10)
    ]
    names = [("list", "disc", str(place)) for place in range(len(rows) + len(twice))]
    resolution = match_records(rows + twice, names).resolution
    groups = [sorted(int(resolution.frame.names[row][2]) for row in group) for group in resolution.groups]
    pairs = {tuple(group) for group in groups if len(group) == 2}
    right = {(place, 640 + number) for number, place in enumerate(range(0, 640, 10))}
    assert len(pairs & right) >= 50
    assert sum(len(group) > 1 for group in groups) <= 65
