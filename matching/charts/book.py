"""All charts of one run, by name, and as files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matching.blocking import Pairs
from matching.charts.blocks import blocking_chart
from matching.charts.curves import precision_recall, unlinkable
from matching.charts.histogram import weight_histogram
from matching.charts.levels import level_chart
from matching.charts.waterfall import waterfall
from matching.engines.local import Resolution
from matching.explaining import explain
from matching.frame import Frame
from matching.model import Model
from matching.scoring import score
from matching.spec import MatchSpec
from matching.training import all_candidates


class Chart(Protocol):
    """Data that draws itself."""

    def to_svg(self) -> str:
        """Return the drawing as an SVG document."""


def charts_of(
    frame: Frame,
    spec: MatchSpec,
    model: Model,
    pairs: Pairs,
    weights: NDArray[np.int64],
    *,
    true: NDArray[np.bool_] | None = None,
    all_true: int | None = None,
) -> dict[str, Chart]:
    """Return every chart of these candidate pairs; the waterfall is of the pair nearest the link weight.

    true: whether each pair is one thing, where that is known; all_true: how many true pairs there are.
    """
    found: dict[str, Chart] = {
        "levels": level_chart(spec, model),
        "weights": weight_histogram(weights, model),
        "blocking": blocking_chart(spec, pairs),
        "unlinkable": unlinkable(frame, spec, model),
        "precision-recall": precision_recall(weights, model, true=true, all_true=all_true),
    }
    if len(pairs):
        # Of equally near ones the pair whose rows come first.
        place = int(np.argmin(np.abs(weights - model.link_weight)))
        one, other = int(pairs.left[place]), int(pairs.right[place])
        found["waterfall"] = waterfall(explain(frame, spec, model, one, other))
    return found


def write_charts(folder: Path, charts: Mapping[str, Chart]) -> list[Path]:
    """Write each chart as NAME.svg into a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, chart in charts.items():
        path = folder / f"{name}.svg"
        path.write_text(chart.to_svg(), encoding="utf-8")
        written.append(path)
    return written


def charts_of_run(resolution: Resolution, spec: MatchSpec, *, link_only: bool = False) -> dict[str, Chart]:
    """Return every chart of a run; its candidates are made and scored once more, for a run keeps only those
    from the review weight up.
    """
    frame, model = resolution.frame, resolution.model
    pairs = all_candidates(frame, spec, model, link_only=link_only)
    return charts_of(frame, spec, model, pairs, score(frame, spec, model, pairs.left, pairs.right))
