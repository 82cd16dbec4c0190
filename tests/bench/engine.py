"""Aurum and its peers on one made population: seconds per stage, peak memory, pair and cluster F1.

    python -m tests.bench.engine --people 75000 [--only aurum,splink5] [--out FOLDER]

Each engine runs in a process of its own, Splink 4 and 5 in environments of their own under .aurum/peers (the
pinned requirements lie beside their programs in tests/bench/peers); one that does not install or finish is
named and left out. What is measured from: the file records.csv; until: clusters.csv is written. A table, an
SVG picture (engine.svg in the folder) and, as the last line, one JSON object with ratios to the faster
Splink.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.bench.engine_picture import picture
from tests.bench.population import population

HERE = Path(__file__).parent / "peers"
PEERS = Path(".aurum") / "peers"
STAGES = ("read", "train", "predict", "cluster", "write")
ENGINES = ("aurum", "splink4", "splink5", "recordlinkage")
LONGEST = 1800.0
NOT_RUN = {
    "dedupe": "asks a person to label pairs before it can train, so there is no run without labels",
    "goldenmatch": "is not set up here yet; see docs/decisions/0017",
}


def main() -> None:
    """Make the population, run the engines one after the other and print what came of it."""
    parser = argparse.ArgumentParser(description="Compare Aurum with its peers on one made population.")
    parser.add_argument("--people", type=int, default=75_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(ENGINES))
    parser.add_argument("--out", type=Path, default=Path(".aurum") / "bench" / "engine")
    parser.add_argument("--measure", action="store_true", help="accepted for bars.toml; every run measures")
    given = parser.parse_args()
    made = population(given.people, given.seed)
    made.write(given.out)
    print(f"{len(made):,} records of {given.people:,} people, {made.true_pairs():,} true pairs", flush=True)
    rows: dict[str, dict[str, Any]] = {}
    for engine in given.only.split(","):
        found = run(engine, given.out)
        if isinstance(found, str):
            print(f"{engine}: left out: {found}", flush=True)
            continue
        rows[engine] = {**found, **scores(made.person, given.out / engine)}
        print(line(engine, rows[engine]), flush=True)
    for engine, why in NOT_RUN.items():
        print(f"{engine}: left out: it {why}")
    (given.out / "engine.svg").write_text(picture(rows, STAGES), encoding="utf-8")
    print(json.dumps({"records": len(made), **ratios(rows), "engines": rows}))


def run(engine: str, folder: Path) -> dict[str, Any] | str:
    """Return what an engine says of its run, or why there is none."""
    command = {
        "aurum": [sys.executable, "-m", "tests.bench.peers.aurum_run"],
        "recordlinkage": [sys.executable, "-m", "tests.bench.peers.recordlinkage_peer"],
    }.get(engine)
    try:
        command = command or [str(environment(engine)), str(HERE / "splink_peer.py")]
        done = subprocess.run(
            [*command, str(folder), str(folder / engine)],
            capture_output=True, text=True, timeout=LONGEST, check=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"it did not finish within {LONGEST:.0f} s"
    except subprocess.CalledProcessError as failed:
        return f"it failed: {(failed.stderr or '').strip().splitlines()[-1:]}"
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    found["total"] = round(sum(found["seconds"].values()), 3)
    return found


def environment(engine: str) -> Path:
    """Return the Python of a peer's environment, made first where there is none."""
    home = PEERS / engine
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        wanted = HERE / f"requirements-{engine}.txt"
        install = [str(python), "-m", "pip", "install", "-q", "-r", str(wanted)]
        subprocess.run(install, check=True, capture_output=True, text=True)
    return python


def scores(person: np.ndarray[Any, np.dtype[np.int64]], folder: Path) -> dict[str, float]:
    """Return the best pair F1 over all thresholds, and the clusters' pairwise F1 and largest size."""
    sizes = np.bincount(person)
    true = int((sizes * (sizes - 1) // 2).sum())
    pairs = pd.read_parquet(folder / "pairs.parquet").sort_values("match_weight", ascending=False)
    left, right = (pairs[side].str[1:].astype(int).to_numpy() for side in ("id_l", "id_r"))
    right_ones = np.cumsum(person[left] == person[right])
    f1 = 2.0 * right_ones / (np.arange(1, len(pairs) + 1) + true)
    clusters = pd.read_csv(folder / "clusters.csv")
    rows = clusters["id"].str[1:].astype(int).to_numpy()
    labels = pd.factorize(clusters["cluster_id"])[0]
    made = np.bincount(labels)
    both = clusters.groupby([labels, person[rows]]).size().to_numpy()
    hit = int((both * (both - 1) // 2).sum())
    linked = int((made * (made - 1) // 2).sum())
    return {
        "pair_f1": round(float(f1.max(initial=0.0)), 4),
        "cluster_precision": round(hit / max(linked, 1), 4),
        "cluster_recall": round(hit / max(true, 1), 4),
        "cluster_f1": round(2.0 * hit / max(linked + true, 1), 4),
        "largest": int(made.max()),
    }


def line(engine: str, row: dict[str, Any]) -> str:
    """Return one line of the table."""
    seconds = "  ".join(f"{stage} {row['seconds'].get(stage, 0.0):7.2f}" for stage in STAGES)
    return (
        f"{engine:14}{seconds}  total {row['total']:7.2f} s  peak {row['peak_mb']:6,} MB"
        f"  pair F1 {row['pair_f1']:.3f}  cluster F1 {row['cluster_f1']:.3f} (largest {row['largest']})"
    )


def ratios(rows: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Return Aurum's time and memory as shares of the faster Splink's, where both ran."""
    splinks = [rows[name] for name in ("splink4", "splink5") if name in rows]
    if "aurum" not in rows or not splinks:
        return {}
    fastest, ours = min(splinks, key=lambda row: float(row["total"])), rows["aurum"]
    return {
        "time_ratio": round(ours["total"] / fastest["total"], 3),
        "memory_ratio": round(ours["peak_mb"] / fastest["peak_mb"], 3),
        "cluster_f1_gain": round(ours["cluster_f1"] - max(row["pair_f1"] for row in splinks), 4),
    }


if __name__ == "__main__":
    main()
