"""Charts are data first: their numbers are exact, and their drawings well-formed for any text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.blocking import candidate_pairs, record_keys
from matching.charts import svg
from matching.charts.blocks import Rule, blocking_chart
from matching.charts.book import charts_of, write_charts
from matching.charts.curves import precision_recall, unlinkable
from matching.charts.histogram import weight_histogram
from matching.charts.levels import level_chart
from matching.charts.waterfall import Bar, Waterfall, waterfall
from matching.combination_rules import CombinationRule
from matching.explaining import explain
from matching.frame import build_frame
from matching.model import default_model
from matching.scoring import score
from matching.spec import BlockingRule, KeyPart
from tests.matching.people import SPEC, population

MODEL = replace(default_model(SPEC), prior=0, link_weight=10_000, review_weight=5_000)
RECORDS, NAMES, TRUTH = population(60)
FRAME = build_frame(SPEC, RECORDS, NAMES)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str) -> ElementTree.Element:
    """Return the drawing as a tree; raises ParseError when it is no XML."""
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img"
    first, second = list(root)[:2]
    assert (first.tag, second.tag) == (f"{SVG}title", f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{first.get('id')} {second.get('id')}"
    return root


def test_a_waterfall_adds_up_to_the_weight() -> None:
    told = explain(FRAME, SPEC, MODEL, *TRUTH[0])
    chart = waterfall(told)
    assert chart.bars[0].before == 0.0
    assert [bar.before for bar in chart.bars[1:]] == [bar.after for bar in chart.bars[:-1]]
    assert chart.total == told.weight / 1000
    assert sum(bar.weight for bar in chart.bars) == pytest.approx(chart.total, abs=0.2)
    drawn(chart.to_svg())


def test_a_waterfall_shows_the_models_weight_and_says_what_a_rule_decides() -> None:
    rule = CombinationRule((("given", "equal"),), "never")
    same = build_frame(SPEC, [RECORDS[0], RECORDS[0]], NAMES[:2])
    ruled = replace(MODEL, combinations=(rule,))
    chart = waterfall(explain(same, SPEC, ruled, 0, 1))
    assert chart.total == waterfall(explain(same, SPEC, MODEL, 0, 1)).total > 0
    assert chart.decided == "A rule decides: never."


@given(st.text(), st.text(), st.text())
def test_any_text_can_be_drawn(label: str, level: str, values: str) -> None:
    chart = Waterfall((Bar(label, level, values, 0.0, -3.0),), -3.0, 10.0, 5.0, 0.1, "apart", label)
    drawn(chart.to_svg())


@pytest.mark.parametrize(
    ("text", "signs", "expected"),
    [
        ("short", 10, "short"),
        ("a rather long name", 9, "a rather…"),
        # a sign of East Asia takes nearly two places
        ("东京都港区六本木", 8, "东京都…"),
        # combining marks and other scripts are left whole where there is room
        ("Ζωή Παπαδοπούλου", 30, "Ζωή Παπαδοπούλου"),
    ],
)
def test_long_text_is_cut(text: str, signs: float, expected: str) -> None:
    assert svg.shortened(text, signs) == expected


def test_dangerous_text_is_escaped() -> None:
    assert svg.text(0, 0, "<script>&\x00") == (
        '<text x="0" y="0" unicode-bidi="isolate">&lt;script&gt;&amp;\ufffd</text>'
    )


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0.0, 1.0, 5, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (-32.0, 53.0, 10, [-30, -20, -10, 0, 10, 20, 30, 40, 50]),
        (7.0, 7.0, 5, [7.0]),
    ],
)
def test_ticks_are_round_numbers(low: float, high: float, most: int, expected: list[float]) -> None:
    assert svg.ticks(low, high, most) == expected


def test_the_level_chart_has_the_models_own_numbers() -> None:
    chart = level_chart(SPEC, MODEL)
    born = next(entry for entry in chart.comparisons if entry.comparison == "born")
    parameters = MODEL.parameters["born"]
    assert [level.m for level in born.levels] == list(parameters.m[0])
    assert [level.u for level in born.levels] == list(parameters.u[0])
    assert [level.weight * 1000 for level in born.levels] == list(parameters.weights[0][1:])
    # what depends on another comparison is shown where that one agrees
    city = next(entry for entry in chart.comparisons if entry.comparison == "city")
    assert (city.given, city.levels[0].m) == ("street", MODEL.parameters["city"].m[2][0])
    drawn(chart.to_svg())


def test_the_histogram_counts_every_pair_once() -> None:
    weights = np.array([-(10**12), -61_000, -3_000, 4_999, 5_000, 9_999, 10_000, 30_000], dtype=np.int64)
    chart = weight_histogram(weights, MODEL)
    assert sum(chart.counts) == len(weights)
    assert chart.start >= -62.0
    # what a rule never joins stands with the lightest
    assert chart.counts[0] + chart.counts[1] == 2
    drawn(chart.to_svg())


def test_the_histogram_of_nothing_can_be_drawn() -> None:
    drawn(weight_histogram(np.empty(0, dtype=np.int64), MODEL).to_svg())


def test_the_blocking_chart_counts_what_a_rule_finds_alone() -> None:
    spec = replace(
        SPEC, blocking=(BlockingRule("born", (KeyPart("born"),)), BlockingRule("city", (KeyPart("city"),)))
    )
    records = [
        {"birth_date": "1980-01-01", "address": {"city": "rome"}},
        {"birth_date": "1980-01-01", "address": {"city": "rome"}},
        {"birth_date": "1999-09-09", "address": {"city": "rome"}},
    ]
    frame = build_frame(spec, records, NAMES[:3])
    chart = blocking_chart(spec, candidate_pairs(record_keys(frame, spec), spec.caps(50)))
    assert (chart.pairs, chart.rules) == (3, (Rule("born", 1, 0), Rule("city", 3, 2)))
    closed = blocking_chart(spec, candidate_pairs(record_keys(frame, spec), spec.caps(2)))
    assert closed.rules[1] == Rule("city", 0, 0, 1, 3, 3)
    assert "1 closed" in closed.to_svg()


def test_a_record_that_says_too_little_is_unlinkable() -> None:
    records = [RECORDS[0], {"address": {"city": "rome"}}, {}]
    frame = build_frame(SPEC, records, NAMES[:3])
    chart = unlinkable(frame, SPEC, MODEL)
    rows = np.arange(3, dtype=np.int32)
    light = (score(frame, SPEC, MODEL, rows, rows) < MODEL.link_weight).mean()
    assert chart.share == pytest.approx(light) == pytest.approx(2 / 3)
    assert chart.points[-1][1] == 1.0
    drawn(chart.to_svg())


@pytest.mark.parametrize(
    ("weights", "true", "all_true", "points"),
    [
        # two right ones, then a wrong one, then a right one; a fourth right one is no candidate
        ([9, 8, 7, 6], [1, 1, 0, 1], 4, [(0.25, 1.0), (0.5, 1.0), (0.75, 0.75)]),
        # equal weights are one threshold
        ([9, 9, 9], [1, 0, 0], 1, [(1.0, 1 / 3)]),
    ],
)
def test_precision_and_recall_by_the_truth(
    weights: list[int], true: list[int], all_true: int, points: list[tuple[float, float]]
) -> None:
    chart = precision_recall(
        np.array(weights, dtype=np.int64), MODEL, true=np.array(true, dtype=bool), all_true=all_true
    )
    shown = {(round(recall, 6), round(precision, 6)) for _, recall, precision in chart.actual}
    assert shown >= {(round(recall, 6), round(precision, 6)) for recall, precision in points}
    drawn(chart.to_svg())


def test_the_expected_curve_follows_the_models_probability() -> None:
    chart = precision_recall(np.array([0, 0], dtype=np.int64), MODEL)
    # log2 odds of 0 are even odds
    assert chart.expected == ((0.0, 1.0, 0.5),)
    assert chart.actual == ()


def test_all_charts_of_a_run_are_written_and_are_the_same_every_time(tmp_path: Path) -> None:
    pairs = candidate_pairs(record_keys(FRAME, SPEC, MODEL), MODEL.caps(SPEC))
    weights = score(FRAME, SPEC, MODEL, pairs.left, pairs.right)
    found = charts_of(FRAME, SPEC, MODEL, pairs, weights)
    written = write_charts(tmp_path / "charts", found)
    assert [path.name for path in written] == [
        f"{name}.svg"
        for name in ("levels", "weights", "blocking", "unlinkable", "precision-recall", "waterfall")
    ]
    for path in written:
        drawn(path.read_text("utf-8"))
        assert path.stat().st_size < 120_000
    again = charts_of(FRAME, SPEC, MODEL, pairs, weights)
    assert {name: chart.to_svg() for name, chart in again.items()} == {
        path.stem: path.read_text("utf-8") for path in written
    }
