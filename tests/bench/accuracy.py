"""End-to-end accuracy on the benchmark sets: `make bench-accuracy`, or SETS="cora dblp_acm_full" of them.

Blocking, matching and clustering as shipped, without labels and without settings per set; each set through
its domain and as a table of any columns (`generic`), each in a process of its own, the better one counts.
The sets are read from AURUM_BENCH_DATA, or ../shared/data beside the repository, and never copied. The last
line is one JSON object: the F1 of each set, how many fall below what is due, and by how much at most.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.blocking import pack
from matching.clustering import components
from matching.engines.local import Resolution
from matching.evaluating import Quality, b_cubed, completeness, pairs_of, pairwise, zones
from matching.spec import MatchSpec
from matching.stateless import match_records
from matching.training import all_candidates
from mdm.domains.customer_match import MATCH_SPEC as CUSTOMER
from mdm.domains.product_match import MATCH_SPEC as PRODUCT
from tests.bench.accuracy_sets import BY_NAME, SETS, BenchSet

DATA = Path(os.environ.get("AURUM_BENCH_DATA", "../shared/data"))
LISTS = ("emails", "phones")
SECONDS = 1800
HEADER = (
    f"{'set':28}{'as':8}{'P':>6}{'R':>6}{'F1':>7}{'B3':>6} {'due':>6}{'floor':>6}{'best':>6} {'blocked':>8}"
    f"{'pairs':>9} {'autoP':>6}{'autoR':>6} {'tasks':>6}{'true':>5} {'s':>6}{'MB':>6}"
)


def canonical(columns: Sequence[tuple[str, str]], row: dict[str, str]) -> dict[str, Any]:
    """Return a row of a set as a canonical record."""
    found: dict[str, Any] = {}
    for path, column in columns:
        value = row.get(column)
        if not value:
            continue
        outer, _, inner = path.partition(".")
        if inner:
            found.setdefault(outer, {})[inner] = value
        else:
            found[outer] = [value] if outer in LISTS else value
    return found


def read_set(name: str) -> tuple[list[dict[str, str]], list[tuple[str, str, str]], list[tuple[str, str]]]:
    """Return rows without empty values, record names, and true pairs of ids."""
    rows, names = [], []
    for path in sorted((DATA / name).glob("records*.csv")):
        for row in _table(path):
            names.append((path.stem, "record", row.pop("id")))
            rows.append({column: value for column, value in row.items() if value})
    return rows, names, [(row["id_a"], row["id_b"]) for row in _table(DATA / name / "truth_pairs.csv")]


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def measure(entry: BenchSet, through: str) -> dict[str, Any]:
    """Return accuracy, losses of blocking, zones, questions, time and memory of one set."""
    rows, names, truth = read_set(entry.name)
    records: list[Any] = list(rows)
    spec = None
    if through == "domain":
        records = [canonical(entry.columns, row) for row in rows]
        spec = CUSTOMER if entry.domain == "customer" else PRODUCT
    start = perf_counter()
    matched = match_records(records, names, spec=spec, link_only=entry.links)
    resolution = matched.resolution
    seconds = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    place = {key: row for row, (_, _, key) in enumerate(resolution.frame.names)}
    left, right = _rows(place, truth)
    true = np.unique(pack(left, right))
    if entry.labelled:
        quality = _on_labelled(entry.name, resolution, place)
    else:
        quality = pairwise(resolution.groups, true, resolution.frame.sources if entry.links else None)
    true_labels: NDArray[np.int32] = components(len(names), left, right)
    return {
        "set": entry.name,
        "through": through,
        "records": len(names),
        **quality.to_json(),
        "b_cubed": round(b_cubed(resolution.labels(), true_labels)[2], 4),
        **_zones(resolution, matched.plan.spec, true, true_labels),
        **_blocking(resolution, matched.plan.spec, true, entry.links),
        "seconds": round(seconds, 2),
        "peak_mb": peak,
    }


def _rows(
    place: dict[str, int], pairs: Iterable[tuple[str, str]]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    rows = np.array([(place[one], place[other]) for one, other in pairs], dtype=np.int32).reshape(-1, 2)
    return rows[:, 0], rows[:, 1]


def _on_labelled(name: str, resolution: Resolution, place: dict[str, int]) -> Quality:
    """Return the quality on labelled pairs alone: of any other pair nobody knows whether it is true."""
    rows = [row for path in sorted((DATA / name).glob("split_*.csv")) for row in _table(path)]
    true = {pack(*_rows(place, [(row["id_a"], row["id_b"])]))[0] for row in rows if row["label"] == "1"}
    known = np.unique(pack(*_rows(place, [(row["id_a"], row["id_b"]) for row in rows])))
    found = np.intersect1d(pairs_of(resolution.groups), known)
    return Quality(len(found), len(true), len(np.intersect1d(found, np.array(sorted(true), np.uint64))))


def _zones(
    resolution: Resolution, spec: MatchSpec, true: NDArray[np.uint64], things: NDArray[np.int32]
) -> dict[str, Any]:
    """Return the automatic zone by pairs at the link weight, and the questions between clusters."""
    pairs, model = resolution.pairs, resolution.model
    known = np.isin(pack(pairs.left, pairs.right), true)
    found = zones(pairs.weights, known, model.link_weight, model.review_weight, len(true))
    possible = resolution.possible_matches(spec)
    asked = possible.place[possible.asked(model)]
    right = things[pairs.left[asked]] == things[pairs.right[asked]]
    return {
        "automatic_precision": round(found["automatic_precision"], 4),
        "automatic_recall": round(found["automatic_recall"], 4),
        "tasks_per_100": round(100 * len(asked) / max(1, len(resolution.frame)), 2),
        "tasks_true": round(float(right.mean()), 3) if len(asked) else 0.0,
    }


def _blocking(
    resolution: Resolution, spec: MatchSpec, true: NDArray[np.uint64], links: bool
) -> dict[str, Any]:
    pairs = all_candidates(resolution.frame, spec, resolution.model, link_only=links)
    return {"candidates": len(pairs), "blocking_recall": round(completeness(pairs, true), 4)}


def shown(entry: BenchSet, row: dict[str, Any]) -> str:
    """Return one line of the table."""
    due, floor, best = (f"{value:.3f}" if value else "-" for value in (entry.due, entry.floor, entry.best))
    return (
        f"{row['set']:28}{row['through']:8}{row['precision']:6.3f}{row['recall']:6.3f}{row['f1']:7.4f}"
        f"{row['b_cubed']:6.3f} {due:>6}{floor:>6}{best:>6} {row['blocking_recall']:8.4f}"
        f"{row['candidates']:9d} {row['automatic_precision']:6.3f}{row['automatic_recall']:6.3f} "
        f"{row['tasks_per_100']:6.2f}{row['tasks_true']:5.2f} {row['seconds']:6.1f}{row['peak_mb']:6d}"
    )


def figures(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the better F1 of each set, and what falls short of what is due."""
    best: dict[str, float] = {}
    for row in rows:
        best[row["set"]] = max(best.get(row["set"], 0.0), row["f1"])
    short = {name: round(due - f1, 4) for name, f1 in best.items() if (due := BY_NAME[name].due) and f1 < due}
    return {**best, "sets_short": len(short), "widest_gap": max(short.values(), default=0.0), "short": short}


def main() -> int:
    """Print the table as it comes, then the JSON line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.accuracy", description="Score the engine.")
    parser.add_argument("sets", nargs="*", help="names of sets; all that are there when none is given")
    parser.add_argument("--through", choices=("domain", "generic"), help="one way only")
    parser.add_argument(
        "--here", action="store_true", help="measure one set in this process, as one JSON line"
    )
    options = parser.parse_args()
    if options.here:
        print(json.dumps(measure(BY_NAME[options.sets[0]], options.through or "generic")))
        return 0
    wanted = options.sets or [entry.name for entry in SETS]
    rows, skipped = [], []
    print(HEADER, flush=True)
    for entry in (BY_NAME[name] for name in wanted):
        ways = [way for way in ("domain", "generic") if options.through in (None, way)]
        for through in ways if entry.domain else ["generic"]:
            row = _apart(entry.name, through) if (DATA / entry.name).is_dir() else None
            if row is None:
                skipped.append(entry.name)
                continue
            rows.append(row)
            print(shown(entry, row), flush=True)
    found = figures(rows)
    if found["short"]:
        print(
            "short of what is due: " + ", ".join(f"{name} by {gap}" for name, gap in found["short"].items())
        )
    print(json.dumps({**found, "skipped": sorted(set(skipped))}))
    return 0


def _apart(name: str, through: str) -> dict[str, Any] | None:
    """Return what measuring a set in a process of its own came to; None, and a line, where it failed."""
    command = [sys.executable, "-m", "tests.bench.accuracy", name, "--through", through, "--here"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        print(f"{name:28}{through:8}took more than {SECONDS} s", flush=True)
        return None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["nothing was said"])[-1]
        print(f"{name:28}{through:8}failed: {last}", flush=True)
        return None
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


if __name__ == "__main__":
    sys.exit(main())
