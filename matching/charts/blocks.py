"""What each blocking rule finds: its pairs, those that no other rule finds, and keys that were closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.blocking import Pairs
from matching.charts import svg
from matching.spec import MatchSpec

NAME, RIGHT, ROW, TOP = 210.0, 190.0, 20.0, 30.0
NEAREST = 63
"""The bit of pairs that are nearest texts."""


@dataclass(frozen=True)
class Rule:
    """One rule: candidate pairs, those found by it alone, keys closed by the cap, the records these hold,
    and how many of them meet nobody by the rule.
    """

    name: str
    pairs: int
    alone: int
    closed_keys: int = 0
    closed_rows: int = 0
    lost_rows: int = 0


@dataclass(frozen=True)
class BlockingChart:
    """All rules of a spec, in its order; pairs is the number of distinct candidate pairs."""

    rules: tuple[Rule, ...]
    pairs: int

    def to_svg(self) -> str:
        """Return the drawing as an SVG document, the rule with most pairs first."""
        most = max([*(rule.pairs for rule in self.rules), 1])
        wide = svg.WIDTH - NAME - RIGHT
        body = [
            svg.text(NAME, 14, "candidate pairs, dark: found by this rule alone", "muted small"),
            svg.text(svg.WIDTH, 14, "pairs (alone)", "muted small", anchor="end"),
        ]
        for number, rule in enumerate(sorted(self.rules, key=lambda rule: (-rule.pairs, rule.name))):
            y = TOP + ROW * number
            body.append(svg.text(0, y + 12, rule.name, most=34))
            body.append(svg.rect(NAME, y + 2, wide * rule.pairs / most, 13, "soft"))
            body.append(svg.rect(NAME, y + 2, wide * rule.alone / most, 13, "gold"))
            closed = f"{rule.closed_keys:,} closed" if rule.closed_keys else ""
            end = NAME + wide * rule.pairs / most
            body.append(svg.text(end + 6, y + 12, closed, "muted small") if closed else "")
            said = f"{rule.pairs:,} ({rule.alone:,})"
            body.append(svg.text(svg.WIDTH, y + 12, said, "num", anchor="end"))
        y = TOP + ROW * len(self.rules)
        body.append(svg.line(0, y + 4, svg.WIDTH, y + 4, "grid"))
        body.append(svg.text(0, y + 22, "Distinct pairs", "bold"))
        body.append(svg.text(svg.WIDTH, y + 22, f"{self.pairs:,}", "bold num", anchor="end"))
        described = "; ".join(f"{rule.name} {rule.pairs:,}, alone {rule.alone:,}" for rule in self.rules)
        return svg.figure("Candidate pairs by blocking rule", described, body, y + 32)


def blocking_chart(spec: MatchSpec, pairs: Pairs) -> BlockingChart:
    """Return what each rule finds of these candidates."""
    bits = np.asarray(pairs.rules)
    one_bit = (bits & (bits - np.uint64(1))) == 0
    names: Mapping[int, str] = {place: rule.name for place, rule in enumerate(spec.blocking)}
    found = []
    for place, count in sorted(pairs.counts.items()):
        alone = int((one_bit & (bits == np.uint64(1) << np.uint64(place))).sum())
        found.append(
            Rule(
                "nearest texts" if place == NEAREST else names[place],
                count.pairs,
                alone,
                count.closed_keys,
                count.closed_rows,
                count.lost_rows,
            )
        )
    return BlockingChart(tuple(found), len(pairs))
