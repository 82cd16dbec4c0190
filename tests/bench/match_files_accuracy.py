"""How well `manage.py match_files` does on public sets with truth, with a domain given and as generic tables.

The sets lie in the folder of AURUM_BENCH_DATA, or ../shared/data; a set that is not there is skipped by
name. Each is matched by the command itself, without a database, and the pairs of xref.csv are scored. Where a
set links two files, only pairs across them count, as its truth knows no others. The last line is one JSON
object: F1 as `SET_domain` and `SET_generic`, how far generic falls below the bars at most as
`generic_below_bars`, and the fields that could not be measured as `skipped`.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from time import perf_counter

DATA = Path(os.environ.get("AURUM_BENCH_DATA", "../shared/data"))
NOWHERE = {
    "DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/nothing",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
}
"""Addresses where nothing answers: the command must not need them."""
Pair = frozenset[str]


@dataclass(frozen=True)
class Case:
    """One set: its domain, whether it links two files, and the F1 that is due."""

    name: str
    domain: str
    links: bool
    due: float


CASES = (
    Case("splink_fake_1000", "customer", links=False, due=0.95),
    Case("febrl3", "customer", links=False, due=0.99),
    Case("febrl4", "customer", links=True, due=0.99),
    Case("fodors_zagats", "customer", links=True, due=0.95),
    Case("abt_buy_full", "product", links=True, due=0.70),
)


@dataclass(frozen=True)
class Result:
    """What one run of the command came to."""

    case: Case
    domain: str
    precision: float
    recall: float
    seconds: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)


def true_pairs(folder: Path) -> set[Pair]:
    """Return the pairs of truth_pairs.csv."""
    with (folder / "truth_pairs.csv").open(encoding="utf-8", newline="") as file:
        return {frozenset((row["id_a"], row["id_b"])) for row in csv.DictReader(file)}


def found_pairs(xref: Path, *, across: bool) -> set[Pair]:
    """Return the pairs of records that share a golden id, of different sources only where `across`."""
    clusters: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with xref.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            clusters[row["golden_id"]].append((row["source"], row["source_key"]))
    return {
        frozenset((one[1], other[1]))
        for members in clusters.values()
        for one, other in combinations(members, 2)
        if not across or one[0] != other[0]
    }


def run(case: Case, domain: str) -> Result:
    """Match a set by the command as a domain, in a process of its own, and score what it wrote."""
    folder = DATA / case.name
    files = sorted(str(path) for path in folder.glob("records*.csv"))
    with tempfile.TemporaryDirectory(prefix="aurum-match-") as scratch:
        xref = Path(scratch) / "xref.csv"
        command = [sys.executable, "manage.py", "match_files", *files, "--domain", domain, "--out", str(xref)]
        started = perf_counter()
        done = subprocess.run(
            command + (["--link-only"] if case.links else []),
            env={**os.environ, **NOWHERE},
            capture_output=True,
            text=True,
        )
        seconds = perf_counter() - started
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
        found, true = found_pairs(xref, across=case.links), true_pairs(folder)
    both = len(found & true)
    return Result(case, domain, both / max(1, len(found)), both / max(1, len(true)), seconds)


def main() -> int:
    """Run the sets that are there both ways, print a table and the JSON line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.match_files_accuracy", description="Score match_files on sets with truth."
    )
    parser.add_argument("--sets", default="", help="names of sets, separated by blanks; all without it")
    wanted = parser.parse_args().sets.split()
    figures: dict[str, float] = {}
    skipped: list[str] = []
    below = 0.0
    print(f"{'set':<18} {'as':<9} {'precision':>9} {'recall':>7} {'F1':>7} {'due':>6} {'seconds':>8}")
    for case in CASES:
        if wanted and case.name not in wanted:
            continue
        if not (DATA / case.name).is_dir():
            print(
                f"{case.name:<18} skipped: {DATA / case.name} is not there; AURUM_BENCH_DATA names the folder"
            )
            skipped += [f"{case.name}_domain", f"{case.name}_generic"]
            continue
        for domain in (case.domain, "generic"):
            result = run(case, domain)
            figures[f"{case.name}_{'generic' if domain == 'generic' else 'domain'}"] = round(result.f1, 4)
            if domain == "generic":
                below = max(below, case.due - result.f1)
            print(
                f"{case.name:<18} {domain:<9} {result.precision:>9.4f} {result.recall:>7.4f}"
                f" {result.f1:>7.4f} {case.due:>6.2f} {result.seconds:>8.1f}",
                flush=True,
            )
    if figures:
        figures["generic_below_bars"] = round(below, 4)
    else:
        skipped.append("generic_below_bars")
    print(json.dumps({**figures, "skipped": skipped}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
