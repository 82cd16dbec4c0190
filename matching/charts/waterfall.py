"""A match weight as a waterfall: each attribute moves the running sum; two lines mark the thresholds."""

from __future__ import annotations

from dataclasses import dataclass

from matching.charts import svg
from matching.explaining import BY_RULE, Explanation
from matching.model import MILLI

LEAST = 50
"""Weights that would show as 0.0 bits, in 1/1000 bit; the running sum keeps them."""
NAMES, RIGHT, ROW, TOP = 250.0, 70.0, 36.0, 8.0


@dataclass(frozen=True)
class Bar:
    """One attribute's part, in bits: where the running sum stands before and after."""

    label: str
    level: str
    values: str
    before: float
    after: float

    @property
    def weight(self) -> float:
        """The part itself."""
        return self.after - self.before


@dataclass(frozen=True)
class Waterfall:
    """The drawing of one pair, weights in bits; decided: what a combination rule makes of it, or ""."""

    bars: tuple[Bar, ...]
    total: float
    link_weight: float
    review_weight: float
    probability: float
    verdict: str
    decided: str = ""

    def to_svg(self) -> str:
        """Return the drawing as an SVG document."""
        marks = [0.0, self.total, self.link_weight, self.review_weight]
        marks += [edge for bar in self.bars for edge in (bar.before, bar.after)]
        low, high = min(marks), max(marks)
        room = (high - low or 1.0) * 0.04
        low, high = low - room, high + room
        wide = svg.WIDTH - NAMES - RIGHT

        def place(value: float) -> float:
            return NAMES + wide * (value - low) / (high - low)

        bottom = TOP + ROW * (len(self.bars) + 1)
        body = [svg.line(place(0), TOP - 6, place(0), bottom, "axis")]
        body.append(svg.line(place(self.review_weight), TOP - 6, place(self.review_weight), bottom, "dash"))
        body.append(svg.line(place(self.link_weight), TOP - 6, place(self.link_weight), bottom, "mark"))
        for number, bar in enumerate(self.bars):
            body += _row(TOP + ROW * number, bar, place(bar.before), place(bar.after))
            if number:
                edge, y = place(bar.before), TOP + ROW * number
                body.append(svg.line(edge, y - 11, edge, y + 11, "grid"))
        y = TOP + ROW * len(self.bars)
        body.append(svg.line(0, y, svg.WIDTH, y, "grid"))
        body.append(svg.text(0, y + 22, "Match weight", "bold"))
        first, last = sorted((place(0), place(self.total)))
        body.append(svg.rect(first, y + 9, max(last - first, 1), 18, "gold"))
        body.append(svg.text(svg.WIDTH, y + 22, svg.bits(self.total), "bold num", anchor="end"))
        body.append(svg.text(0, y + 54, self._foot(), "muted small"))
        body += self._legend(y + 54)
        return svg.figure("Match weight of a pair, in bits", self._described(), body, y + 64)

    def _legend(self, y: float) -> list[str]:
        """Return what the two lines stand for."""
        right = svg.WIDTH
        return [
            svg.line(right - 296, y - 4, right - 278, y - 4, "mark"),
            svg.text(right - 272, y, f"link weight {svg.bits(self.link_weight)}", "muted small"),
            svg.line(right - 146, y - 4, right - 128, y - 4, "dash"),
            svg.text(right, y, f"review weight {svg.bits(self.review_weight)}", "muted small", anchor="end"),
        ]

    def _foot(self) -> str:
        said = f"probability of a match by the model {self.probability:.4f}: {self.verdict}"
        return f"{said}. {self.decided}" if self.decided else said

    def _described(self) -> str:
        parts = "; ".join(f"{bar.label} {bar.level} {svg.bits(bar.weight)}" for bar in self.bars)
        return (
            f"{parts}. Together {svg.bits(self.total)} bits; links from {svg.bits(self.link_weight)},"
            f" questions from {svg.bits(self.review_weight)}."
        )


def waterfall(told: Explanation) -> Waterfall:
    """Return the drawing of an explanation, the strongest attribute first; what says nothing is left out."""
    bars, running = [], 0
    evidence = [row for row in told.evidence if not row.level.startswith(BY_RULE)]
    # What a relation explains is taken off what the attributes said, so it comes behind them.
    for row in sorted(evidence, key=lambda row: (not row.left, -abs(row.total), row.comparison)):
        after = running + row.total
        if abs(row.total) >= LEAST:
            values = " | ".join(" / ".join(side) for side in (row.left, row.right) if side)
            label = row.comparison.replace("_", " ")
            bars.append(Bar(label, row.level, values, running / MILLI, after / MILLI))
        running = after
    return Waterfall(
        tuple(bars),
        told.own_weight / MILLI,
        told.link_weight / MILLI,
        told.review_weight / MILLI,
        told.probability,
        told.verdict,
        f"A rule decides: {told.rule.decision}." if told.rule else "",
    )


def _row(y: float, bar: Bar, before: float, after: float) -> list[str]:
    kind = "for" if bar.weight > 0 else "against"
    first, last = sorted((before, after))
    return [
        svg.text(0, y + 14, bar.label, "bold", most=38),
        svg.text(0, y + 28, f"{bar.level}   {bar.values}".rstrip(), "muted small", most=42),
        svg.rect(first, y + 9, max(last - first, 1), 16, kind, title=f"{bar.label} {bar.level} {bar.values}"),
        svg.text(svg.WIDTH, y + 22, svg.bits(bar.weight), f"{kind} num", anchor="end"),
    ]
