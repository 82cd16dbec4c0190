"""Aurum and its peers on one made population: seconds per stage, peak memory, pair and cluster P, R and F1.

    python -m tests.bench.engine --people 75000 [--only aurum,splink5] [--page docs/benchmarks/engine.md]
    python -m tests.bench.engine --growth [--sizes 75000,750000,3750000]

Each engine runs in a process of its own; peers that need an environment of their own get it under
.aurum/peers, from the pinned requirements beside their programs in tests/bench/peers. One that does not
install or finish is named with the reason. What is measured from: the file records.csv; until: clusters.csv
is written. Prints a table and, as the last line, one JSON object with ratios to the faster Splink; writes
engine.svg, and with --page a page of it all. Growth: `tests.bench.engine_growth`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import numpy as np

from mdm.sandbox.population.people import Population, population
from tests.bench.engine_growth import growth
from tests.bench.engine_page import STAGES, line, page
from tests.bench.engine_picture import picture
from tests.bench.engine_scores import scores

HERE = Path(__file__).parent / "peers"
PEERS = Path(".aurum") / "peers"
ENGINES = ("aurum", "mirrored", "splink4", "splink5", "recordlinkage", "dedupe", "goldenmatch")
OURS = {
    "aurum": ["tests.bench.peers.aurum_run"],
    "mirrored": ["tests.bench.peers.aurum_run", "mirrored"],
    "recordlinkage": ["tests.bench.peers.recordlinkage_peer"],
}
COMPONENTS = ("splink4", "splink5", "recordlinkage")
MOST_PEOPLE = {"recordlinkage": 75_000, "dedupe": 75_000, "goldenmatch": 75_000}
"""What these finish on such a machine; beyond it they get a population of that size."""
LONGEST = 1800.0
Row = dict[str, Any]


def main() -> None:
    """Make the population, run the engines one after the other and print what came of it."""
    parser = argparse.ArgumentParser(description="Compare Aurum with its peers on one made population.")
    parser.add_argument("--people", type=int, default=75_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(ENGINES))
    parser.add_argument("--out", type=Path, default=Path(".aurum") / "bench" / "engine")
    parser.add_argument("--page", type=Path, help="write the table, and the picture beside it, as a page")
    parser.add_argument("--growth", action="store_true", help="run Aurum alone at several sizes")
    parser.add_argument("--sizes", default="75000,750000,3750000", help="people at each step of --growth")
    parser.add_argument("--measure", action="store_true", help="accepted for bars.toml; every run measures")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    if given.growth:
        growth([int(size) for size in given.sizes.split(",")], given.seed, given.out, run)
        return
    made = _made(given.people, given.seed, given.out)
    print(f"{len(made):,} records of {given.people:,} people, {made.true_pairs():,} true pairs", flush=True)
    rows: dict[str, Row] = {}
    missed: dict[str, str] = {}
    for engine in given.only.split(","):
        found = measured(engine, made, given.people, given.seed, given.out)
        if isinstance(found, str):
            missed[engine] = found
            print(f"{engine}: left out: {found}", flush=True)
        else:
            rows[engine] = found
            print(line(engine, found), flush=True)
    said = {"records": len(made), "true_pairs": made.true_pairs(), **ratios(rows, made)}
    drawn = picture(rows, STAGES)
    (given.out / "engine.svg").write_text(drawn, encoding="utf-8")
    if given.page:
        given.page.parent.mkdir(parents=True, exist_ok=True)
        given.page.write_text(page(said, rows, missed, given.people), encoding="utf-8")
        given.page.with_suffix(".svg").write_text(drawn, encoding="utf-8")
    print(json.dumps({**said, "engines": rows}))


def _made(people: int, seed: int, folder: Path) -> Population:
    made = population(people, seed)
    made.write(folder)
    return made


def measured(engine: str, made: Population, people: int, seed: int, folder: Path) -> Row | str:
    """Return what an engine did with the population, or with the largest that it can do, or why nothing."""
    most = MOST_PEOPLE.get(engine, people)
    if people > most:
        people, folder = most, folder / f"{most}"
        made = _made(most, seed, folder)
    found = run(engine, folder)
    if isinstance(found, str):
        return found
    worth = scores(made.person, folder / engine, search=engine in COMPONENTS)
    return {**found, **worth, "people": people}


def run(engine: str, folder: Path) -> Row | str:
    """Return what an engine says of its run, or why there is none."""
    try:
        if engine in OURS:
            program, *more = OURS[engine]
            command = [sys.executable, "-m", program, str(folder), str(folder / engine), *more]
        else:
            name = "splink" if engine.startswith("splink") else engine
            command = [str(environment(engine)), str(HERE / f"{name}_peer.py")]
            command += [str(folder), str(folder / engine)]
        load = os.getloadavg()[0]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=True)
    except subprocess.TimeoutExpired:
        return f"it did not finish within {LONGEST:.0f} s"
    except subprocess.CalledProcessError as failed:
        return f"it failed: {' '.join((failed.stderr or '').strip().splitlines()[-1:])[-300:]}"
    found: Row = json.loads(done.stdout.strip().splitlines()[-1])
    found["total"] = round(sum(found["seconds"].values()), 3)
    found["load"] = round(load, 1)
    return found


def environment(engine: str) -> Path:
    """Return the Python of a peer's environment, made first where there is none that was finished."""
    home = PEERS / engine
    python = home / "bin" / "python"
    wanted = HERE / f"requirements-{engine}.txt"
    finished = home / "requirements.txt"
    if not finished.exists() or finished.read_text(encoding="utf-8") != wanted.read_text(encoding="utf-8"):
        venv.create(home, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "-q", "-r", str(wanted)]
        subprocess.run(install, check=True, capture_output=True, text=True)
        finished.write_text(wanted.read_text(encoding="utf-8"), encoding="utf-8")
    return python


def ratios(rows: dict[str, Row], made: Population) -> dict[str, Any]:
    """Return Aurum's figures against the faster Splink's, and the names of those that cannot be told."""
    sizes = np.bincount(made.person)
    found: dict[str, Any] = {"largest_true": int(sizes.max())}
    splinks = [rows[name] for name in ("splink4", "splink5") if name in rows]
    if "aurum" in rows:
        found["largest_ratio"] = round(rows["aurum"]["largest"] / int(sizes.max()), 3)
    if splinks:
        fastest = min(splinks, key=lambda row: float(row["total"]))
        best = max(row["pair_f1"] for row in splinks)
        found["splink_pair_f1"] = best
        for engine, prefix in (("aurum", ""), ("mirrored", "mirrored_")):
            if engine in rows:
                found[f"{prefix}time_ratio"] = round(rows[engine]["total"] / fastest["total"], 3)
                shares = rows[engine]["processor"] / min(row["processor"] for row in splinks)
                found[f"{prefix}processor_ratio"] = round(shares, 3)
                found[f"{prefix}memory_ratio"] = round(rows[engine]["peak_mb"] / fastest["peak_mb"], 3)
                leaner = min(row["peak_mb"] for row in splinks)
                found[f"{prefix}leaner_memory_ratio"] = round(rows[engine]["peak_mb"] / leaner, 3)
                found[f"{prefix}cluster_f1_gain"] = round(rows[engine]["cluster_f1"] - best, 4)
        if "mirrored" in rows:
            theirs = fastest["candidates"]
            found["mirrored_candidates_apart"] = round(abs(rows["mirrored"]["candidates"] / theirs - 1.0), 5)
    told = ("time_ratio", "memory_ratio", "cluster_f1_gain", "largest_ratio")
    wanted = (*told, "mirrored_time_ratio", "mirrored_memory_ratio", "mirrored_candidates_apart")
    return {**found, "skipped": [name for name in wanted if name not in found]}


if __name__ == "__main__":
    main()
