"""How heavy pairs are: a histogram of match weights with the two thresholds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.charts import svg
from matching.model import MILLI, Model

LEFT, TOP, HIGH = 46.0, 34.0, 200.0
BINS = 48
LOWEST = -60.0
"""Bits below which weights share the first bin: a rule may say never."""


@dataclass(frozen=True)
class Histogram:
    """Pairs per bin of equal width, weights in bits: bin i reaches from start + i * width."""

    start: float
    width: float
    counts: tuple[int, ...]
    link_weight: float
    review_weight: float
    title: str = "Match weights of candidate pairs"

    def to_svg(self) -> str:
        """Return the drawing as an SVG document; heights grow with the square root, so that few show too."""
        most = max([*self.counts, 1])
        end = self.start + self.width * len(self.counts)
        wide = svg.WIDTH - LEFT - 8

        def across(value: float) -> float:
            return LEFT + wide * (value - self.start) / (end - self.start)

        def up(count: float) -> float:
            return TOP + HIGH - HIGH * math.sqrt(count / most)

        body = []
        for count in _counts_to_mark(most):
            body.append(svg.line(LEFT, up(count), svg.WIDTH - 8, up(count), "grid"))
            body.append(svg.text(LEFT - 6, up(count) + 4, f"{count:,}", "muted small num", anchor="end"))
        for place, count in enumerate(self.counts):
            low = self.start + self.width * place
            middle = low + self.width / 2
            kind = "for" if middle >= self.link_weight else "gold" if middle >= self.review_weight else "soft"
            x, next_x = across(low), across(low + self.width)
            title = f"{svg.bits(low)} to {svg.bits(low + self.width)} bits: {count:,} pairs"
            if count:
                body.append(
                    svg.rect(x + 0.5, up(count), next_x - x - 1, TOP + HIGH - up(count), kind, title=title)
                )
        body.append(svg.line(LEFT, TOP + HIGH, svg.WIDTH - 8, TOP + HIGH, "axis"))
        body += [
            svg.text(across(tick), TOP + HIGH + 16, said, "muted small num", anchor="middle")
            for tick, said in (
                (tick, f"{tick:g}".replace("-", "−")) for tick in svg.ticks(self.start, end, 10)
            )
        ]
        body.append(
            svg.text(LEFT, TOP + HIGH + 34, "match weight in bits; heights by square root", "muted small")
        )
        body += _thresholds(across(self.link_weight), across(self.review_weight))
        return svg.figure(self.title, self._described(), body, TOP + HIGH + 44)

    def _described(self) -> str:
        low = sum(self.counts)
        linked = sum(
            count
            for place, count in enumerate(self.counts)
            if self.start + self.width * (place + 0.5) >= self.link_weight
        )
        return (
            f"{low:,} pairs, about {linked:,} of them at or above the link weight"
            f" {svg.bits(self.link_weight)}; questions from {svg.bits(self.review_weight)}."
        )


def weight_histogram(weights: NDArray[np.int64], model: Model, *, bins: int = BINS) -> Histogram:
    """Return the histogram of weights in 1/1000 bit."""
    link, review = model.link_weight / MILLI, model.review_weight / MILLI
    bits = np.maximum(np.asarray(weights) / MILLI, LOWEST)
    low = math.floor(min([link, review, *([float(bits.min())] if len(bits) else [])]) - 1)
    high = math.ceil(max([link, review, *([float(bits.max())] if len(bits) else [])]) + 1)
    width = (high - low) / bins
    places = np.minimum(((bits - low) / width).astype(np.int64), bins - 1)
    counts = np.bincount(places, minlength=bins)
    return Histogram(float(low), width, tuple(counts.tolist()), link, review)


def _thresholds(link: float, review: float) -> list[str]:
    """Return the lines of the two thresholds with their names, one on each side where they stand close."""
    near, right = abs(link - review) < 90, link >= review
    names = ("link weight", "review weight")
    anchors, shift = ("middle", "middle"), 0
    if near:
        anchors, shift = (("start", "end"), 4) if right else (("end", "start"), -4)
    return [
        svg.line(review, TOP - 8, review, TOP + HIGH, "dash"),
        svg.line(link, TOP - 8, link, TOP + HIGH, "mark"),
        svg.text(link + shift, 18, names[0], "muted small", anchor=anchors[0]),
        svg.text(review - shift, 18, names[1], "muted small", anchor=anchors[1]),
    ]


def _counts_to_mark(most: int) -> list[int]:
    """Return a few round counts up to the largest, far enough apart under a square root."""
    found: list[int] = []
    for count in (10**power * factor for power in range(12) for factor in (1, 2, 5)):
        if count <= most and (not found or math.sqrt(count / most) - math.sqrt(found[-1] / most) > 0.12):
            found.append(count)
    return found
