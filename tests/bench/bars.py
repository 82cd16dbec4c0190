"""`make bars`: hold every figure that this project claims against its limit.

bars.toml has one row a claim. A row's command is run from the checkout, its last line is read as JSON,
and the named field is compared with the limit. The measured value, the day and the machine are written
back, and docs/benchmarks.md and the figures of README.md are generated from the rows. How to add a row:
docs/how-to/claim-a-figure.md.
"""

from __future__ import annotations

import argparse
import json
import operator
import os
import platform
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import readme

BARS = Path("bars.toml")
PAGE = Path("docs/benchmarks.md")
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
    "==": operator.eq,
}
HEAD = """\
# Every figure this project claims, with the command that measures it and the limit it must keep.
# `make bars` runs them and rewrites this file: it writes `last`, `measured` and `machine`, we the others.
# How to add a row: docs/how-to/claim-a-figure.md
"""


class BarRefused(Exception):
    """A row of bars.toml does not say what is to be measured; the message names the row and the field."""


@dataclass(frozen=True)
class Bar:
    """One claim: `field` of the JSON that `command` ends with must stand in relation `op` to `limit`.

    wanted: the limit we aim at where it is not reached yet; shown, not judged.
    """

    id: str
    claim: str
    command: str
    field: str
    op: str
    limit: float
    unit: str = ""
    wanted: float | None = None
    last: float | None = None
    measured: str = ""
    machine: str = ""

    @property
    def shown_limit(self) -> str:
        """The limit with its relation and unit, and what is wanted where that is more."""
        limit = f"{self.op} {self.limit:g} {self.unit}".strip()
        return limit if self.wanted is None else f"{limit}; not reached: {self.wanted:g}"

    def holds(self, value: float) -> bool:
        """Tell whether this value keeps the claim."""
        return COMPARISONS[self.op](value, self.limit)


def read_bars(path: Path = BARS) -> list[Bar]:
    """Return the rows in their order, or raise BarRefused naming the first wrong one."""
    bars: list[Bar] = []
    for row in tomllib.loads(path.read_text(encoding="utf-8")).get("bar", []):
        try:
            bar = Bar(**row)
        except TypeError as error:
            raise BarRefused(f"{path}, row {row.get('id', '?')}: {error}") from error
        if bar.op not in COMPARISONS:
            raise BarRefused(f"{path}, row {bar.id}: op is {bar.op!r}; allowed are {', '.join(COMPARISONS)}")
        if any(bar.id == other.id for other in bars):
            raise BarRefused(f"{path}, row {bar.id}: the id is used twice")
        bars.append(bar)
    return bars


def measure(command: str) -> tuple[dict[str, float], list[str]]:
    """Run a command and return the figures of its last line, and the fields it says it had to skip.

    Both are empty when it failed.
    """
    words = shlex.split(command)
    if words[0] == "python":
        words[0] = sys.executable
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True)
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        print(f"  {command} ended with {done.returncode} and printed {len(lines)} lines")
        return {}, []
    try:
        figures = json.loads(lines[-1])
    except ValueError:
        print(f"  {command} ended with a line that is not JSON: {lines[-1][:200]}")
        return {}, []
    skipped = figures.get("skipped", [])
    return {name: value for name, value in figures.items() if isinstance(value, int | float)}, list(skipped)


def machine() -> str:
    """Return what these figures were measured on, without naming the host."""
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{system}, Python {platform.python_version()}"


def run(bars: list[Bar], *, only: Collection[str], judge: bool) -> tuple[list[Bar], bool]:
    """Measure the wanted rows (none: all), each command once; return all rows and whether every judged one
    holds.
    """
    figures: dict[str, tuple[dict[str, float], list[str]]] = {}
    today, here, rows, good = datetime.now(UTC).date().isoformat(), machine(), [], True
    for bar in bars:
        if only and bar.id not in only:
            rows.append(bar)
            continue
        if bar.command not in figures:
            figures[bar.command] = measure(bar.command)
        values, skipped = figures[bar.command]
        if bar.field in skipped:
            print(f"SKIP  {bar.id}: {bar.command} has nothing to measure it on; {bar.claim}", flush=True)
            rows.append(bar)
            continue
        value = values.get(bar.field)
        held = value is not None and bar.holds(value)
        good = good and held
        mark = ("PASS" if held else "FAIL") if judge else "    "
        shown = "nothing measured" if value is None else f"{value:g} {bar.unit}".strip()
        print(f"{mark}  {bar.id}: {shown} (limit {bar.shown_limit}) {bar.claim}", flush=True)
        rows.append(
            bar if value is None else replace(bar, last=float(f"{value:.4g}"), measured=today, machine=here)
        )
    return rows, good


def as_toml(bars: list[Bar]) -> str:
    """Return the rows as bars.toml holds them; a JSON text is a TOML basic string."""
    tables = []
    for bar in bars:
        known = {name: value for name, value in asdict(bar).items() if value not in (None, "")}
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in known.items()]
        tables.append("\n".join(["[[bar]]", *lines]))
    return HEAD + "\n" + "\n\n".join(tables) + "\n"


def as_page(bars: list[Bar]) -> str:
    """Return docs/benchmarks.md: one table a machine, with the command that anyone can run again."""
    lines = [
        "# Benchmarks",
        "",
        "Generated by `make bars` from [bars.toml](../bars.toml); do not edit. Each row is one claim of this",
        "project, the command that measures it, the limit it must keep, and what it last came to.",
    ]
    for here in sorted({bar.machine for bar in bars}, key=lambda name: (not name, name)):
        lines += ["", f"## {here or 'Not measured yet'}", ""]
        lines += ["| claim | measured | limit | on | command |", "| --- | ---: | ---: | --- | --- |"]
        for bar in (bar for bar in bars if bar.machine == here):
            value = "" if bar.last is None else f"{bar.last:g} {bar.unit}".strip()
            lines.append(f"| {bar.claim} | {value} | {bar.shown_limit} | {bar.measured} | `{bar.command}` |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure; when judging, write the values back and return 1 if a claim does not hold."""
    parser = argparse.ArgumentParser(description="Hold every claimed figure against its limit.")
    parser.add_argument("--only", default="", help="the ids of some rows, with commas between them")
    parser.add_argument("--measure", action="store_true", help="print the figures; judge and write nothing")
    options = parser.parse_args()
    bars = read_bars()
    only = {name.strip() for name in options.only.split(",") if name.strip()}
    if unknown := sorted(only - {bar.id for bar in bars}):
        print(f"bars.toml has no row {', '.join(unknown)}; it has {', '.join(bar.id for bar in bars)}.")
        return 2
    rows, good = run(bars, only=only, judge=not options.measure)
    if options.measure:
        return 0
    BARS.write_text(as_toml(rows), encoding="utf-8")
    PAGE.write_text(as_page(rows), encoding="utf-8")
    readme.refresh(rows)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
