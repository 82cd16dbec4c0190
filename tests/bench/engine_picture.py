"""The bench of engines as a picture: one bar of stages per engine, seconds to the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

COLOURS = ("#8da0cb", "#fc8d62", "#66c2a5", "#e78ac3", "#a6d854")
WIDTH, LEFT, BAR, GAP = 760, 120, 26, 14


def picture(rows: Mapping[str, Mapping[str, Any]], stages: Sequence[str]) -> str:
    """Return an SVG of stacked bars, with the stages named below."""
    longest = max((float(row["total"]) for row in rows.values()), default=1.0)
    scale = (WIDTH - LEFT - 90) / max(longest, 1e-9)
    height = len(rows) * (BAR + GAP) + 60
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
            ' font-family="sans-serif"'
            ' font-size="13" role="img">'
        )
    ]
    for number, (engine, row) in enumerate(rows.items()):
        top, at = 10 + number * (BAR + GAP), float(LEFT)
        parts.append(f'<text x="{LEFT - 8}" y="{top + 18}" text-anchor="end">{engine}</text>')
        for stage, colour in zip(stages, COLOURS, strict=True):
            wide = scale * float(row["seconds"].get(stage, 0.0))
            parts.append(
                f'<rect x="{at:.1f}" y="{top}" width="{wide:.1f}" height="{BAR}" fill="{colour}">'
                f"<title>{stage}</title></rect>"
            )
            at += wide
        parts.append(f'<text x="{at + 6:.1f}" y="{top + 18}">{row["total"]:.1f} s</text>')
    for number, (stage, colour) in enumerate(zip(stages, COLOURS, strict=True)):
        x, y = LEFT + number * 110, height - 30
        parts.append(f'<rect x="{x}" y="{y}" width="14" height="14" fill="{colour}"/>')
        parts.append(f'<text x="{x + 20}" y="{y + 12}">{stage}</text>')
    return "\n".join([*parts, "</svg>", ""])
