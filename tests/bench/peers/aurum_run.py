"""Aurum on a population: python -m tests.bench.peers.aurum_run FOLDER OUT [mirrored].

As shipped: the customer domain without labels or settings. Mirrored: with Splink's own blocking rules and
comparisons (`mirrored_spec`). Prints one JSON object with seconds per stage.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matching.engines.local import resolve
from matching.scoring import THREADS
from mdm.domains.customer_match import MATCH_SPEC
from tests.bench.peers.mirrored_spec import MIRRORED_SPEC
from tests.bench.peers.peak_memory import PeakMemory

SOURCE = ("population", "person")


def canonical(row: dict[str, str]) -> dict[str, Any]:
    """Return a row as a customer in canonical form."""
    return {
        "kind": "person",
        "given_name": row["first_name"],
        "middle_name": row["middle_name"],
        "family_name": row["last_name"],
        "birth_date": row["birth_date"],
        "emails": [row["email"]] if row["email"] else [],
        "phones": [row["phone"]] if row["phone"] else [],
        "billing_address": {name: row[name] for name in ("street", "house_number", "postcode", "city")},
    }


def main() -> None:
    """Read, train, predict, cluster, write; say how long each took."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    mirrored = "mirrored" in sys.argv[3:]
    out.mkdir(parents=True, exist_ok=True)
    since = perf_counter()
    memory = PeakMemory()
    with (folder / "records.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [(*SOURCE, row["id"]) for row in rows]
    records = rows if mirrored else [canonical(row) for row in rows]
    read = perf_counter() - since

    def stage(name: str, seconds: float) -> None:
        if name == "frame":
            memory.mark()

    found = resolve(MIRRORED_SPEC if mirrored else MATCH_SPEC, records, names, progress=stage)
    spent = found.report["seconds"]
    since = perf_counter()
    keys = [name[2] for name in found.frame.names]
    with (out / "clusters.csv").open("w", encoding="utf-8") as file:
        file.write("id,cluster_id\n")
        file.writelines(f"{key},{label}\n" for key, label in zip(keys, found.labels().tolist(), strict=True))
    write = perf_counter() - since
    peak = memory.peak()
    column = np.array(keys)
    pairs = {"id_l": column[found.pairs.left], "id_r": column[found.pairs.right]}
    pq.write_table(pa.table({**pairs, "match_weight": found.pairs.weights}), out / "pairs.parquet")
    seconds = {
        "read": round(read + spent["frame"], 3),
        "train": spent["train"],
        "predict": round(spent["block"] + spent["score"], 3),
        "cluster": spent["cluster"],
        "write": round(write, 3),
    }
    said = {"seconds": seconds, "peak_mb": round(peak), "beyond_frame_mb": round(memory.beyond_mark())}
    print(json.dumps({**said, "candidates": found.report["candidates"], "threads": THREADS}))


if __name__ == "__main__":
    main()
