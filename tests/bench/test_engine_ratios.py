"""The ratios to the faster Splink, and the page that shows them."""

from __future__ import annotations

from typing import Any

import pytest

from mdm.sandbox.population.people import population
from tests.bench.engine import ratios
from tests.bench.engine_page import STAGES, line, page
from tests.bench.engine_picture import picture

MADE = population(50, seed=1)


def row(total: float, peak: int, processor: float, **more: Any) -> dict[str, Any]:
    """Return what an engine might say of its run."""
    rates = {f"{kind}_{part}": 0.9 for kind in ("pair", "cluster") for part in ("precision", "recall", "f1")}
    said = {"total": total, "peak_mb": peak, "processor": processor, "seconds": {"read": total}}
    return {**said, "threads": 2, "load": 0.1, "people": 50, "largest": 7, "candidates": 100, **rates, **more}


ROWS = {
    "aurum": row(3.0, 300, 5.0, cluster_f1=0.96),
    "mirrored": row(2.0, 200, 2.5, candidates=101),
    "splink4": row(10.0, 600, 12.0, pair_f1=0.91),
    "splink5": row(12.0, 400, 10.0, pair_f1=0.92),
}


def test_ratios_are_to_the_faster_splink_and_the_better_f1() -> None:
    found = ratios(ROWS, MADE)
    assert found["time_ratio"] == 0.3
    assert found["processor_ratio"] == 0.5
    assert found["memory_ratio"] == 0.5
    assert found["leaner_memory_ratio"] == 0.75
    assert found["mirrored_time_ratio"] == 0.2
    assert found["mirrored_candidates_apart"] == pytest.approx(0.01)
    assert found["cluster_f1_gain"] == pytest.approx(0.04)
    assert found["skipped"] == []


def test_what_cannot_be_told_without_splink_is_skipped_by_name() -> None:
    assert "time_ratio" in ratios({"aurum": ROWS["aurum"]}, MADE)["skipped"]


def test_the_page_shows_every_engine_and_names_the_one_that_did_not_run() -> None:
    said = {"records": len(MADE), "true_pairs": MADE.true_pairs(), **ratios(ROWS, MADE)}
    shown = page(said, ROWS, {"dedupe": "it did not finish within 1800 s"}, 50)
    assert "Splink 5.0.0 | 100 | 2 | 12.0 |" in shown
    assert "- dedupe 3.0.3 is left out: it did not finish within 1800 s." in shown
    assert "a share of the faster Splink's: **0.3**" in shown


def test_a_peer_that_does_not_tell_its_candidates_has_a_line_too() -> None:
    told = {name: value for name, value in ROWS["splink4"].items() if name != "candidates"}
    assert "not told pairs" in line("goldenmatch", told)


def test_the_picture_has_a_bar_for_every_engine() -> None:
    assert picture(ROWS, STAGES).count('text-anchor="end"') == len(ROWS)
