"""recordlinkage on a population: python -m tests.bench.peers.recordlinkage_peer FOLDER OUT.

The same seven blocking rules and eight fields as Splink gets, its own comparisons, and its ECM classifier.
Prints one JSON object with seconds per stage.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pandas as pd
import recordlinkage

from matching.clustering import components
from tests.bench.peers.blocking_rules import RULES

TEXTS = (("first_name", 0.85), ("last_name", 0.85), ("street", 0.85), ("email", 0.92))
CODES = ("birth_date", "postcode", "city", "phone")
LINK = 0.9


def main() -> None:
    """Read, train, predict, cluster, write; say how long each took."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    began = process_time()
    seconds: dict[str, float] = {}
    since = perf_counter()
    records = pd.read_csv(folder / "records.csv", dtype=str)
    seconds["read"] = round(perf_counter() - since, 3)
    since = perf_counter()
    pairs = pd.MultiIndex.from_arrays([[], []])
    for rule in RULES:
        index = recordlinkage.Index()
        index.block(list(rule))
        found = index.index(records.dropna(subset=list(rule)))
        pairs = found if pairs.empty else pairs.union(found)
    compare = recordlinkage.Compare()
    for name, threshold in TEXTS:
        compare.string(name, name, method="jarowinkler", threshold=threshold)
    for name in CODES:
        compare.exact(name, name)
    agree = compare.compute(pairs, records).astype(int)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(agree)
    chance = classifier.prob(agree).to_numpy()
    seconds["predict"] = round(perf_counter() - since, 3)
    since = perf_counter()
    left, right = (np.asarray(agree.index.get_level_values(side)) for side in (0, 1))
    linked = chance >= LINK
    labels = components(len(records), left[linked], right[linked])
    seconds["cluster"] = round(perf_counter() - since, 3)
    since = perf_counter()
    pd.DataFrame({"id": records["id"], "cluster_id": labels}).to_csv(out / "clusters.csv", index=False)
    seconds["write"] = round(perf_counter() - since, 3)
    busy = process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    ids = records["id"].to_numpy()
    table = pd.DataFrame({"id_l": ids[left], "id_r": ids[right], "match_weight": chance})
    table.to_parquet(out / "pairs.parquet")
    said = {"seconds": seconds, "peak_mb": round(peak), "candidates": len(agree), "threads": 1}
    print(json.dumps({**said, "processor": round(busy, 2)}))


if __name__ == "__main__":
    main()
