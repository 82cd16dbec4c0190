"""What comes beside a first load: workers, one record at a time, and a second load while somebody reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

from django.db import connection

from tests.bench.resolution_files import Files
from tests.bench.stages import Stages


def throughput(made: Files, stages: Stages, workers: int) -> dict[str, Any]:
    """Have worker processes accept and resolve the online records, each its share, batch by batch."""
    stages.begin("online")
    start = time.perf_counter()
    children = [
        begin("work", file=made.online, place=place, of=workers, home=made.home) for place in range(workers)
    ]
    counted = [finish(child) for child in children]
    seconds = time.perf_counter() - start - max(one["idle"] for one in counted)
    stages.begin("")
    database, records = stages.spent["online"].database, sum(one["records"] for one in counted)
    ours = sum(one["processor"] for one in counted)
    pairs = candidates_per_record()
    print(
        f"online: {records:,} records by {workers} workers in {seconds:.1f} s, {records / seconds:.0f} a"
        " second,"
        f" {(ours + database) / records * 1e6:.0f} µs of processors a record"
        f" ({ours / records * 1e6:.0f} + {database / records * 1e6:.0f}),"
        f" {pairs:.1f} candidates a record",
        flush=True,
    )
    return {
        "online_records": records,
        "online_records_per_second": round(records / seconds),
        "online_processor_us": round((ours + database) / records * 1e6),
        "online_candidates": round(pairs, 1),
    }


def candidates_per_record() -> float:
    """Return how many records a record is compared with, over a thousand of the newest."""
    from mdm.models import SourceRecord
    from mdm.resolution.candidates import met
    from mdm.rulesets.active import in_force

    rules = in_force("customer")
    newest = list(SourceRecord.objects.order_by("-pk").values_list("pk", flat=True)[:1000])
    found = met(rules, newest)
    inside = set(newest)
    return sum(one in inside for pair in found.pairs for one in pair[:2]) / len(newest)


def latency(made: Files, stages: Stages, load: float) -> dict[str, Any]:
    """Time single records from before accept to resolved, beside a worker that takes in `load` a second."""
    beside = begin("pace", file=made.online, rate=load, home=made.home)
    assert beside.stdout is not None
    beside.stdout.readline()
    found = finish(begin("singles", file=made.singles, home=made.home))
    beside.kill()
    beside.wait()
    print(
        f"singles: {found['records']} records beside {load:.0f} a second: p50 {found['p50']:.1f} ms,"
        f" p99 {found['p99']:.1f} ms, {found['processor_ms']:.1f} ms of our processor each",
        flush=True,
    )
    return {f"single_{name}_ms": round(found[name], 1) for name in ("p50", "p99")}


def second_load(made: Files, stages: Stages) -> dict[str, Any]:
    """Load the second source into the live system; reads are timed before and meanwhile."""
    from mdm.forking import BESIDE_OTHERS
    from mdm.ingestion.pipeline import ingest
    from mdm.ingestion.readers import open_table
    from mdm.resolution.many import resolve_many

    mapping, object_type = made.register("acquired")
    quiet = finish(begin("read", seconds=10, home=made.home))
    reader = begin("read", seconds=100_000, home=made.home)
    stages.begin("second")
    told = ingest(
        open_table(made.second).rows(), object_type=object_type, mapping=mapping, origin="second.csv",
        actor="bench", load="second", processes=BESIDE_OTHERS,
    )  # fmt: skip
    resolve_many("customer", actor="bench", cause="second.csv", processes=BESIDE_OTHERS)
    stages.begin("")
    reader.terminate()
    meanwhile = finish(reader)
    spent = stages.spent["second"]
    print(
        f"second: {told.rows:,} records in {spent}, {spent.processors / max(1, told.rows) * 1e6:.0f} µs a"
        f" record; reads p99 {quiet['p99']:.1f} ms before, {meanwhile['p99']:.1f} ms meanwhile",
        flush=True,
    )
    return {
        "second_records": told.rows,
        "second_seconds": round(spent.wall, 1),
        "second_processor_seconds": round(spent.processors, 1),
        "second_read_ratio": round(meanwhile["p99"] / quiet["p99"], 2),
    }


def begin(job: str, **given: Any) -> subprocess.Popen[str]:
    """Start a job of `tests.bench.resolution_worker` in a process of its own, on the same database."""
    connection.close()
    text = json.dumps(given, default=str)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.resolution_worker", job, text],
        stdout=subprocess.PIPE, text=True, env=os.environ,
    )  # fmt: skip


def finish(child: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for a job and return what its last line tells."""
    said, _ = child.communicate()
    if not said.strip():
        raise RuntimeError(f"The job {child.args!r} ended with {child.returncode} and told nothing.")
    found: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return found
