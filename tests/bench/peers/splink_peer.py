"""Splink 4 or 5 on a population, in an environment of its own: python splink_peer.py FOLDER OUT.

Settings as its documentation recommends for people: term frequencies on skewed columns, u from random pairs,
m by EM in three passes with different blocking (birth date with postcode: with a million records the birth
date alone costs three times as long and brings no better F1). Prints one JSON object with seconds per stage.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

import duckdb  # type: ignore[import-not-found] # lives in an environment of its own
import splink  # type: ignore[import-not-found] # likewise
import splink.comparison_library as cl  # type: ignore[import-not-found] # likewise
from blocking_rules import RULES, counting_sql  # type: ignore[import-not-found] # stands beside this program
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

RANDOM_PAIRS = 10.0
"""Random pairs for each record, at least the default of 1e6 in all, which leaves u of e-mail untrained with a
million records and costs 0.02 of F1 there."""
REVIEW = 0.0001
LINK = 0.9


def settings() -> SettingsCreator:
    """Return seven blocking rules and eight comparisons."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
        comparisons=[
            cl.JaroWinklerAtThresholds("first_name", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("last_name", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
            cl.JaroWinklerAtThresholds("street", [0.92]),
            cl.LevenshteinAtThresholds("postcode", [1]),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("email", [0.92]),
            cl.LevenshteinAtThresholds("phone", [1, 2]),
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )


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
        seconds[name] = round(now - since, 3)
        since = now

    connection = duckdb.connect()
    file = f"'{folder}/records.csv'"
    connection.execute(
        f"create table records as select * from read_csv({file}, all_varchar=true, nullstr='')"
    )
    records = connection.sql("select count(*) from records").fetchall()[0][0]
    stage("read")
    api = DuckDBAPI(connection=connection)
    if splink.__version__.startswith("4"):
        linker = Linker("records", settings(), db_api=api)
    else:
        linker = Linker(api.register("records"), settings())
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("email"), block_on("phone"), block_on("first_name", "last_name", "birth_date")], recall=0.7
    )
    training.estimate_u_using_random_sampling(max_pairs=max(1e6, RANDOM_PAIRS * records), seed=1)
    for rule in (("first_name", "last_name"), ("birth_date", "postcode"), ("email",)):
        training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    stage("train")
    predicted = linker.inference.predict(threshold_match_probability=REVIEW)
    stage("predict")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=LINK
    )
    stage("cluster")
    named = clusters.physical_name
    connection.execute(f"copy (select id, cluster_id from {named}) to '{out}/clusters.csv' (header)")
    stage("write")
    busy = process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    connection.execute(
        f"copy (select id_l, id_r, match_weight from {predicted.physical_name})"
        f" to '{out}/pairs.parquet' (format parquet)"
    )
    candidates = connection.sql(counting_sql()).fetchall()[0][0]
    threads = connection.sql("select current_setting('threads')").fetchall()[0][0]
    said = {"seconds": seconds, "peak_mb": round(peak), "candidates": candidates, "threads": threads}
    print(json.dumps({**said, "processor": round(busy, 2), "version": splink.__version__}))


if __name__ == "__main__":
    main()
