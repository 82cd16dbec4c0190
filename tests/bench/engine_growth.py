"""How Aurum's seconds and memory grow with the records: one run, as shipped, at each of several sizes.

The last line is one JSON object: per step up `time_growth_N` and `memory_growth_N` (peak beyond the record
frame) as ratios, and `time_growth_per_10`, the worst time for ten times the records, where 10.0 is linear.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from mdm.sandbox.population.people import population

Row = dict[str, Any]


def growth(sizes: Sequence[int], seed: int, out: Path, run: Callable[[str, Path], Row | str]) -> None:
    """Print a line for every size and how time and memory grew between them."""
    steps: list[Row] = []
    for people in sizes:
        folder = out / f"{people}"
        made = population(people, seed)
        made.write(folder)
        records = len(made)
        del made
        found = run("aurum", folder)
        if isinstance(found, str):
            print(f"{records:,} records: {found}", flush=True)
            break
        steps.append({"records": records, **found})
        print(
            f"{records:>9,} records  {found['total']:8.1f} s  peak {found['peak_mb']:6,} MB,"
            f" {found['beyond_frame_mb']:6,} MB beyond the frame  load {found['load']}",
            flush=True,
        )
    print(json.dumps({**grown(steps), "steps": steps}))


def grown(steps: Sequence[Row]) -> dict[str, Any]:
    """Return the ratios of each step to the one before it; what the last steps lack is skipped by name."""
    found: dict[str, Any] = {}
    worst = []
    for number, (before, after) in enumerate(pairwise(steps), 1):
        time = after["total"] / before["total"]
        found[f"time_growth_{number}"] = round(time, 3)
        found[f"memory_growth_{number}"] = round(after["beyond_frame_mb"] / before["beyond_frame_mb"], 3)
        worst.append(10.0 ** (math.log(time) / math.log(after["records"] / before["records"])))
    if worst:
        found["time_growth_per_10"] = round(max(worst), 3)
    return found
