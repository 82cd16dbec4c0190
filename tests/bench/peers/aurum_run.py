"""Aurum on a population: python -m tests.bench.peers.aurum_run FOLDER OUT [mirrored].

As shipped: the customer domain without labels or settings. Mirrored: with Splink's own blocking rules and
comparisons (`mirrored_spec`). Prints one JSON object with seconds per stage.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from matching.engines.local import resolve
from matching.memory import give_back
from matching.raw import Columns, RawColumn, texts_of_batches
from matching.record_names import RecordNames
from matching.scoring import THREADS
from mdm.domains.customer_match import MATCH_SPEC
from tests.bench.peers.mirrored_spec import COMPARED, MIRRORED_SPEC
from tests.bench.peers.peak_memory import PeakMemory

SOURCE = ("population", "person")
CUSTOMER = {
    "kind": "kind",
    "given_name": "first_name",
    "middle_name": "middle_name",
    "family_name": "last_name",
    "birth_date": "birth_date",
    "emails": "email",
    "phones": "phone",
    **{f"billing_address.{name}": name for name in ("street", "house_number", "postcode", "city")},
}
"""Dotted path of the canonical attribute -> column of the file; all are persons."""


def columns_of(file: Path, paths: dict[str, str]) -> tuple[RecordNames, Columns]:
    """Return the names of a file's records and its columns by path; all are of kind "person"."""
    paths = {path: name for path, name in paths.items() if name != "kind"}
    kinds = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(["id", *paths.values()], pa.string()),
        include_columns=["id", *paths.values()],
    )
    texts = texts_of_batches(pa_csv.open_csv(file, convert_options=kinds), ["id", *paths.values()])
    names = RecordNames.of_keys(*SOURCE, texts.pop("id"))
    found = Columns.of_texts((path, texts.pop(name)) for path, name in paths.items())
    kind = RawColumn(np.zeros(len(names), dtype=np.int32), ("person",))
    return names, Columns(len(names), {**found.by_path, "kind": kind})


def main() -> None:
    """Read, train, predict, cluster, write; say how long each took."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    mirrored = "mirrored" in sys.argv[3:]
    out.mkdir(parents=True, exist_ok=True)
    pa.set_memory_pool(pa.system_memory_pool())  # the others keep what a file filled
    began = process_time()
    since = perf_counter()
    memory = PeakMemory()
    paths = {name: name for name in COMPARED} if mirrored else CUSTOMER
    names, columns = columns_of(folder / "records.csv", paths)
    read_in = [columns]
    del columns
    give_back()
    read = perf_counter() - since

    def stage(name: str, seconds: float) -> None:
        if name == "frame":
            memory.mark()

    found = resolve(MIRRORED_SPEC if mirrored else MATCH_SPEC, read_in.pop(), names, progress=stage)
    spent = found.report["seconds"]
    since = perf_counter()
    keys = RecordNames.of(found.frame.names).keys
    with (out / "clusters.csv").open("w", encoding="utf-8") as file:
        file.write("id,cluster_id\n")
        file.writelines(f"{key},{label}\n" for key, label in zip(keys, found.labels().tolist(), strict=True))
    write = perf_counter() - since
    peak, busy = memory.peak(), process_time() - began
    column = np.array(keys.tolist())
    pairs = {"id_l": column[found.pairs.left], "id_r": column[found.pairs.right]}
    pq.write_table(pa.table({**pairs, "match_weight": found.pairs.weights}), out / "pairs.parquet")
    seconds = {
        "read": round(read + spent["frame"], 3),
        "train": spent["train"],
        "predict": round(spent["block"] + spent["score"], 3),
        "cluster": round(spent["cluster"] + spent["questions"], 3),
        "write": round(write, 3),
    }
    said: dict[str, Any] = {"seconds": seconds, "peak_mb": round(peak)}
    said |= {"beyond_frame_mb": round(memory.beyond_mark()), "processor": round(busy, 2)}
    said |= {"candidates": found.report["candidates"], "threads": THREADS}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
