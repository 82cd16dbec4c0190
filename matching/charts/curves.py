"""Curves over the threshold: which records could never be linked, and precision against recall."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.charts import svg
from matching.frame import Frame
from matching.model import MILLI, Model
from matching.scoring import score
from matching.spec import MatchSpec

LEFT, TOP, HIGH = 52.0, 10.0, 220.0
RIGHT = svg.WIDTH - 24
POINTS = 120
Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Unlinkable:
    """The share of records whose weight with themselves stays below a weight (in bits): they say too little
    to be linked with anything at that threshold. points: (weight, share), rising.
    """

    points: tuple[tuple[float, float], ...]
    link_weight: float
    share: float
    """The share at the link weight."""

    def to_svg(self) -> str:
        """Return the drawing as an SVG document."""
        low = self.points[0][0] if self.points else 0.0
        high = max(self.points[-1][0] if self.points else 1.0, self.link_weight, low + 1)
        low = min(low, self.link_weight)

        def place(weight: float, share: float) -> tuple[float, float]:
            return LEFT + (RIGHT - LEFT) * (weight - low) / (high - low), TOP + HIGH * (1 - share)

        body = _grid(low, high, place)
        x, _ = place(self.link_weight, 0.0)
        body.append(svg.line(x, TOP, x, TOP + HIGH, "mark"))
        body.append(svg.curve([place(*point) for point in self.points], "other"))
        said = f"{self.share:.1%} at the link weight"
        anchor, shift = ("start", 6) if x < svg.WIDTH - 220 else ("end", -6)
        body.append(svg.text(x + shift, TOP + 14, said, "bold", anchor=anchor))
        body.append(
            svg.text(
                LEFT, TOP + HIGH + 34, "link weight in bits, and the share of records below it", "muted small"
            )
        )
        described = f"{self.share:.2%} of the records weigh less with themselves than the link weight."
        return svg.figure("Records that cannot be linked", described, body, TOP + HIGH + 44)


@dataclass(frozen=True)
class PrecisionRecall:
    """Precision against recall as the threshold moves: (weight in bits, recall, precision) each, by falling
    weight; expected by the model's own probabilities and, where the truth is known, as it is.
    """

    expected: tuple[tuple[float, float, float], ...]
    actual: tuple[tuple[float, float, float], ...]
    link_weight: float

    def to_svg(self) -> str:
        """Return the drawing as an SVG document."""

        def place(recall: float, precision: float) -> tuple[float, float]:
            return LEFT + (RIGHT - LEFT) * recall, TOP + HIGH * (1 - precision)

        body = _grid(0.0, 1.0, place)
        curves: list[tuple[str, str, Sequence[tuple[float, float, float]]]] = [
            ("expected by the model", "curve", self.expected),
            ("by the truth", "other", self.actual),
        ]
        said = []
        for number, (name, kind, points) in enumerate(entry for entry in curves if entry[2]):
            body.append(svg.curve([place(recall, precision) for _, recall, precision in points], kind))
            weight, recall, precision = min(points, key=lambda point: abs(point[0] - self.link_weight))
            x, y = place(recall, precision)
            tone = "gold" if kind == "curve" else "for"
            body.append(f'<circle class="{tone}" cx="{svg.number(x)}" cy="{svg.number(y)}" r="4.5"/>')
            label = f"{name}: precision {precision:.1%}, recall {recall:.1%} at the link weight"
            body.append(svg.rect(LEFT + 12, TOP + HIGH - 40 + 18 * number, 12, 4, tone))
            body.append(svg.text(LEFT + 30, TOP + HIGH - 35 + 18 * number, label))
            said.append(f"{label} ({svg.bits(weight)} bits)")
        body.append(
            svg.text(LEFT, TOP + HIGH + 34, "recall among candidate pairs, and precision", "muted small")
        )
        return svg.figure("Precision and recall", "; ".join(said) + ".", body, TOP + HIGH + 44)


def _grid(low: float, high: float, place: Callable[[float, float], tuple[float, float]]) -> list[str]:
    """Return the lines of the shares and the numbers below."""
    body: list[str] = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        _, y = place(low, share)
        body.append(svg.line(LEFT, y, RIGHT, y, "axis" if share == 0 else "grid"))
        body.append(svg.text(LEFT - 8, y + 4, f"{share:.0%}", "muted small num", anchor="end"))
    for tick in svg.ticks(low, high, 8):
        x, _ = place(tick, 0.0)
        shown = f"{tick:.0%}" if high <= 1 and low >= 0 else f"{tick:g}".replace("-", "−")
        body.append(svg.text(x, TOP + HIGH + 16, shown, "muted small num", anchor="middle"))
    return body


def unlinkable(frame: Frame, spec: MatchSpec, model: Model) -> Unlinkable:
    """Return how many records cannot be linked at which threshold, by their weight with themselves."""
    rows = np.arange(len(frame), dtype=np.int32)
    own = np.sort(score(frame, spec, model, rows, rows)) / MILLI
    link = model.link_weight / MILLI
    if not len(own):
        return Unlinkable((), link, 0.0)
    at = np.unique(np.linspace(0, len(own) - 1, POINTS).astype(int))
    points = tuple((float(own[place]), float(np.searchsorted(own, own[place])) / len(own)) for place in at)
    return Unlinkable((*points, (float(own[-1]), 1.0)), link, float(np.searchsorted(own, link)) / len(own))


def precision_recall(
    weights: Longs, model: Model, *, true: NDArray[np.bool_] | None = None, all_true: int | None = None
) -> PrecisionRecall:
    """Return the curve that the model expects of these candidate pairs and, with the truth of each, the real
    one; all_true counts the true pairs, those that are no candidates included.
    """
    order = np.argsort(-weights, kind="stable")
    falling = weights[order]
    chances = 1.0 / (1.0 + np.exp2(-np.clip((falling + model.prior) / MILLI, -1000.0, 1000.0)))
    actual: tuple[tuple[float, float, float], ...] = ()
    if true is not None:
        known = int(true.sum()) if all_true is None else all_true
        actual = _curve(falling, true[order].astype(float), float(known))
    return PrecisionRecall(_curve(falling, chances, float(chances.sum())), actual, model.link_weight / MILLI)


def _curve(
    falling: Longs, right: NDArray[np.float64], total: float
) -> tuple[tuple[float, float, float], ...]:
    """Return (weight, recall, precision) at points spread evenly over the recall, each threshold whole."""
    if not len(falling) or total <= 0:
        return ()
    ends = np.flatnonzero(np.r_[falling[1:] != falling[:-1], True])
    found = np.cumsum(right)[ends]
    recall, precision = found / total, found / (ends + 1)
    wanted = np.unique(np.searchsorted(recall, np.linspace(recall[0], recall[-1], POINTS)))
    wanted = wanted[wanted < len(ends)]
    return tuple(
        (float(falling[ends[place]]) / MILLI, float(recall[place]), float(precision[place]))
        for place in wanted.tolist()
    )
