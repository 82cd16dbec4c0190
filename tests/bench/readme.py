"""The figures of README.md: a table between two markers, generated from bars.toml by `make bars`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bench.bars import Bar

README = Path("README.md")
START, END = "<!-- figures:start -->", "<!-- figures:end -->"
INTERNAL = frozenset(
    {"longest-file", "longest-function"}
)  # about the source, which readers of figures never ask


class MarkersMissing(Exception):
    """The README has no place for the figures; the message says what it needs."""


def figures(bars: Sequence[Bar]) -> str:
    """Return the measured claims as a table for each machine, newest day and exact command included."""
    told = [bar for bar in bars if bar.last is not None and bar.id not in INTERNAL]
    lines: list[str] = []
    for machine in sorted({bar.machine for bar in told}):
        here = [bar for bar in told if bar.machine == machine]
        newest = max(bar.measured for bar in here)
        lines += [f"Measured on {machine}, last on {newest}. `make bars` measures them all again.", ""]
        lines += ["| claim | measured | limit | command |", "| --- | ---: | ---: | --- |"]
        for bar in here:
            measured = f"{bar.last:g} {bar.unit}".strip()
            lines.append(f"| {bar.claim} | {measured} | {bar.shown_limit} | `{bar.command}` |")
        lines.append("")
    return "\n".join(lines).rstrip()


def with_figures(text: str, bars: Sequence[Bar]) -> str:
    """Return a README whose figures are those of the rows; raises MarkersMissing."""
    if text.count(START) != 1 or text.count(END) != 1 or text.index(START) > text.index(END):
        raise MarkersMissing(f"README.md needs {START} and, below it, {END}, once each.")
    before, _, rest = text.partition(START)
    after = rest.partition(END)[2]
    return f"{before}{START}\n{figures(bars)}\n{END}{after}"


def refresh(bars: Sequence[Bar], path: Path = README) -> None:
    """Write the figures into the README."""
    path.write_text(with_figures(path.read_text(encoding="utf-8"), bars), encoding="utf-8")
