"""GoldenMatch on a population, in an environment of its own: python goldenmatch_peer.py FOLDER OUT.

Zero-config, as its documentation advertises it: one call on the file, which reads, configures itself, matches
and clusters; it does not say how long each of these takes, so all of it is counted as "predict". Prints one
JSON object.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

import goldenmatch  # type: ignore[import-not-found] # lives in an environment of its own
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq


def main() -> None:
    """Read, predict and cluster in one call, write; say how long that took."""
    records, out = Path(sys.argv[1]).resolve() / "records.csv", Path(sys.argv[2]).resolve()
    out.mkdir(parents=True, exist_ok=True)
    began = process_time()
    os.chdir(out)  # it leaves files where it runs
    since = perf_counter()
    found = goldenmatch.dedupe(str(records))
    predict = perf_counter() - since
    since = perf_counter()
    ids = pa_csv.read_csv(records).column("id").to_pylist()
    with open("clusters.csv", "w", encoding="utf-8") as file:
        file.write("id,cluster_id\n")
        for number, cluster in found.clusters.items():
            file.writelines(f"{ids[member]},{number}\n" for member in cluster["members"])
    write = perf_counter() - since
    busy = process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    pairs = list(found.scored_pairs or ())
    table = {
        "id_l": [ids[one] for one, _, _ in pairs],
        "id_r": [ids[other] for _, other, _ in pairs],
        "match_weight": [score for _, _, score in pairs],
    }
    pq.write_table(pa.table(table), "pairs.parquet")
    seconds = {"predict": round(predict, 3), "write": round(write, 3)}
    said = {"seconds": seconds, "peak_mb": round(peak), "kept": len(pairs), "threads": os.cpu_count()}
    print(json.dumps({**said, "processor": round(busy, 2), "version": goldenmatch.__version__}))


if __name__ == "__main__":
    main()
