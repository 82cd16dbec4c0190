"""dedupe on a population, in an environment of its own: python dedupe_peer.py FOLDER OUT.

It asks a person to label pairs before it can train. Here 500 labels are taken from the truth, which is
generous: 250 pairs that are one person, and 250 candidates that are not. Its own string metrics, classifier
and clustering at 0.5, on the candidates of the seven rules that Splink gets: its own search for rules fills
more than 8 GB of memory with 3,400 records. Prints one JSON object with seconds per stage.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import dedupe  # type: ignore[import-not-found] # lives in an environment of its own
import numpy as np
import pandas as pd
from blocking_rules import RULES  # type: ignore[import-not-found] # stands beside this program
from dedupe import variables
from dedupe.api import flatten_training  # type: ignore[import-not-found] # likewise

LABELS = 500
THREADS = os.cpu_count() or 1
TEXTS = ("first_name", "last_name", "street", "email")
SHORT = ("birth_date", "postcode", "city", "phone")
Record = dict[str, Any]


def candidates(table: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the distinct pairs of rows that agree on the columns of a rule, int64[pairs, 2]."""
    found = []
    for rule in RULES:
        known = table[list(rule)].dropna().reset_index()
        met = known.merge(known, on=list(rule))
        found.append(met.loc[met["index_x"] < met["index_y"], ["index_x", "index_y"]].to_numpy())
    return np.unique(np.concatenate(found), axis=0)


def labelled(pairs: np.ndarray[Any, Any], person: np.ndarray[Any, Any], rows: list[Record]) -> dict[str, Any]:
    """Return candidates with the answers that a person would give who knows the truth, half of each kind."""
    same = person[pairs[:, 0]] == person[pairs[:, 1]]
    drawn = random.Random(1)
    chosen = {"match": pairs[same].tolist(), "distinct": pairs[~same].tolist()}
    return {
        name: [(rows[one], rows[other]) for one, other in drawn.sample(some, LABELS // 2)]
        for name, some in chosen.items()
    }


def main() -> None:
    """Read, train, predict, cluster, write; say how long each took."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    began = process_time()
    seconds: dict[str, float] = {}
    since = perf_counter()

    def stage(name: str) -> None:
        nonlocal since
        now = perf_counter()
        seconds[name] = round(seconds.get(name, 0.0) + now - since, 3)
        since = now

    table = pd.read_csv(folder / "records.csv", dtype=str)
    columns = [table[name].astype(object).where(table[name].notna(), None) for name in (*TEXTS, *SHORT)]
    rows = [dict(zip((*TEXTS, *SHORT), row, strict=True)) for row in zip(*columns, strict=True)]
    stage("read")
    pairs = candidates(table)
    stage("predict")
    answers = labelled(pairs, pd.read_csv(folder / "truth.csv")["person"].to_numpy(), rows)
    since = perf_counter()  # what a person knows already costs nobody time
    fields = [variables.String(name, has_missing=True) for name in TEXTS]
    fields += [variables.ShortString(name, has_missing=True) for name in SHORT]
    deduper = dedupe.Dedupe(fields, num_cores=THREADS)
    examples, truth = flatten_training(answers)
    deduper.classifier.fit(deduper.data_model.distances(examples), truth)
    stage("train")

    def met() -> Iterator[tuple[tuple[int, Record], tuple[int, Record]]]:
        for one, other in pairs.tolist():
            yield (one, rows[one]), (other, rows[other])

    scores = deduper.score(met())
    stage("predict")
    ids = table["id"].to_numpy()
    cluster = np.arange(len(ids))
    for members, _ in deduper.cluster(scores, 0.5):
        cluster[list(members)] = min(members)
    stage("cluster")
    pd.DataFrame({"id": ids, "cluster_id": cluster}).to_csv(out / "clusters.csv", index=False)
    stage("write")
    busy = process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    places = np.array(scores["pairs"])
    left, right = ids[places[:, 0]], ids[places[:, 1]]
    weights = {"id_l": left, "id_r": right, "match_weight": np.array(scores["score"])}
    pd.DataFrame(weights).to_parquet(out / "pairs.parquet")
    said = {"seconds": seconds, "peak_mb": round(peak), "candidates": len(pairs), "threads": THREADS}
    print(json.dumps({**said, "processor": round(busy, 2), "labels": LABELS}))


if __name__ == "__main__":
    main()
