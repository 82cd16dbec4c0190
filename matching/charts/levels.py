"""What a model has learned: for each comparison and level, how often matches and non-matches show it."""

from __future__ import annotations

from dataclasses import dataclass

from matching.charts import svg
from matching.comparing import level_names
from matching.model import AGREES, MILLI, Model
from matching.spec import MatchSpec

RARE = 0.002
"""Levels that neither matches nor non-matches show more often than this are left out of the drawing."""
NAME, BAR, GAP, ROW = 170.0, 150.0, 14.0, 17.0


@dataclass(frozen=True)
class Level:
    """One level of a comparison: m and u are probabilities, the weight is in bits."""

    name: str
    m: float
    u: float
    weight: float


@dataclass(frozen=True)
class Levels:
    """The levels of one comparison, from "differs" up; given: what it depends on, where it does."""

    comparison: str
    levels: tuple[Level, ...]
    given: str = ""


@dataclass(frozen=True)
class LevelChart:
    """All comparisons of a model."""

    comparisons: tuple[Levels, ...]

    def to_svg(self) -> str:
        """Return the drawing as an SVG document."""
        weights = [abs(level.weight) for entry in self.comparisons for level in entry.levels]
        most = max([*weights, 1.0])
        left_m, left_u = NAME, NAME + BAR + GAP
        left_w = left_u + BAR + GAP
        middle, half = left_w + 88, 70.0
        body = [
            svg.text(left_m, 14, "among matches (m)", "muted small"),
            svg.text(left_u, 14, "among non-matches (u)", "muted small"),
            svg.text(middle, 14, "weight in bits", "muted small", anchor="middle"),
        ]
        y = 38.0
        for entry in self.comparisons:
            shown = [level for level in entry.levels if max(level.m, level.u) > RARE]
            if not shown:
                continue
            given = f"where {entry.given} agrees" if entry.given else ""
            body.append(svg.text(0, y, entry.comparison, "bold", most=26))
            body.append(svg.text(left_m, y, given, "muted small") if given else "")
            body.append(svg.line(0, y + 5, svg.WIDTH, y + 5, "grid"))
            y += ROW + 3
            for level in reversed(shown):
                body += _level(level, y, left_m, left_u, middle, half * abs(level.weight) / most)
                y += ROW
            y += 9
        described = "; ".join(
            f"{entry.comparison}: "
            + ", ".join(
                f"{level.name} m {level.m:.3f} u {level.u:.4f} weight {svg.bits(level.weight)}"
                for level in entry.levels
            )
            for entry in self.comparisons
        )
        return svg.figure("How often matches and non-matches agree, level by level", described, body, y)


def _level(level: Level, y: float, left_m: float, left_u: float, middle: float, long: float) -> list[str]:
    kind = "for" if level.weight > 0 else "against"
    start = middle if level.weight > 0 else middle - long
    room = BAR - 46
    return [
        svg.text(12, y, level.name, most=24),
        svg.rect(left_m, y - 9, room * level.m, 10, "for"),
        svg.text(left_m + BAR - 4, y, _share(level.m), "muted small num", anchor="end"),
        svg.rect(left_u, y - 9, room * level.u, 10, "against"),
        svg.text(left_u + BAR - 4, y, _share(level.u), "muted small num", anchor="end"),
        svg.rect(start, y - 9, long, 10, kind),
        svg.text(svg.WIDTH, y, svg.bits(level.weight), f"{kind} num", anchor="end"),
    ]


def _share(value: float) -> str:
    """Return a probability in percent, small ones with enough digits to tell them apart."""
    if value >= 0.0995:
        return f"{value:.0%}"
    if value >= 0.00995:
        return f"{value:.1%}"
    return f"{value:.2%}" if value >= 0.0001 else "<0.01%"


def level_chart(spec: MatchSpec, model: Model) -> LevelChart:
    """Return m, u and weight of every level; of a comparison that depends on another one, as it is where
    that one agrees.
    """
    found = []
    for comparison in spec.comparisons:
        parameters = model.parameters[comparison.name]
        state = AGREES if len(parameters.m) > AGREES else 0
        levels = tuple(
            Level(name, m, u, weight / MILLI)
            for name, m, u, weight in zip(
                level_names(comparison)[1:],
                parameters.m[state],
                parameters.u[state],
                parameters.weights[state][1:],
                strict=True,
            )
        )
        found.append(Levels(comparison.name.replace("_", " "), levels, comparison.given.replace("_", " ")))
    return LevelChart(tuple(found))
