"""A match weight as a waterfall: each attribute moves the running sum; two lines mark the thresholds."""

from __future__ import annotations

from dataclasses import dataclass

from matching.charts.waterfall import Bar as Picture
from matching.charts.waterfall import Waterfall as Chart
from mdm.resolution.explanation import PairExplained, Step

MARGIN = 0.04
LEAST = 0.05
"""Bits that would show as 0.0; the running sum keeps them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One attribute's bar; `start` and `width` in percent of the drawing."""

    label: str
    level: str
    left: str
    right: str
    weight: str
    hint: str
    start: float
    width: float
    speaks: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The drawing of one pair; positions in percent."""

    bars: tuple[Bar, ...]
    total: Bar
    zero: float
    review: float
    link: float


def draw(told: PairExplained) -> Waterfall:
    """Return the drawing, scaled so that every bar and both thresholds fit."""
    marks = [0.0, told.weight, told.link_weight, told.review_weight]
    marks += [sum_ for step in told.steps for sum_ in (step.before, step.after)]
    low, high = min(marks), max(marks)
    room = (high - low or 1.0) * MARGIN
    low, high = low - room, high + room

    def place(bits: float) -> float:
        return round(100 * (bits - low) / (high - low), 2)

    def bar(label: str, start: float, end: float, step: Step | None) -> Bar:
        first, last = sorted((place(start), place(end)))
        weight = end - start
        return Bar(
            label=label,
            level=step.level if step else "",
            left=" / ".join(step.left) if step else "",
            right=" / ".join(step.right) if step else "",
            weight=f"{weight:+.1f}".replace("-", "−"),
            hint=_hint(step) if step else "",
            start=first,
            width=round(max(last - first, 0.4), 2),
            speaks="for" if weight > 0 else "against",
        )

    return Waterfall(
        bars=tuple(
            bar(_label(step), step.before, step.after, step)
            for step in told.steps
            if abs(step.total) >= LEAST
        ),
        total=bar("Match weight", 0.0, told.weight, None),
        zero=place(0.0),
        review=place(told.review_weight),
        link=place(told.link_weight),
    )


def picture(told: PairExplained) -> Chart:
    """Return the same as a picture that stands alone; its values have passed the policy gate."""
    bars = tuple(
        Picture(
            _label(step),
            step.level,
            " | ".join(" / ".join(side) for side in (step.left, step.right) if side),
            step.before,
            step.after,
        )
        for step in told.steps
        if abs(step.total) >= LEAST
    )
    return Chart(bars, told.weight, told.link_weight, told.review_weight, told.probability, told.verdict)


def _label(step: Step) -> str:
    """Return the attribute, with the compared part where that is not the same word."""
    part = step.comparison.replace("_", " ")
    name = step.attribute.casefold()
    alike = part in name or name.rstrip("s") in part or name.replace("-", "").startswith(part.rstrip("s"))
    return step.attribute if alike else f"{step.attribute} · {part}"


def _hint(step: Step) -> str:
    """Return where the weight comes from: how often this level is seen among matches and non-matches."""
    if step.m is None or step.u is None:
        return ""
    rarity = f"; {step.rarity:+.1f} bits, because the value is {'rare' if step.rarity > 0 else 'common'}"
    return f"seen in {step.m:.1%} of matches and {step.u:.2%} of non-matches" + (
        rarity if step.rarity else ""
    )
