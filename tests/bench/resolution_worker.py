"""One process of the resolution benchmark: works off records, paces them, times single ones, or reads."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

import django

BATCH = 500


def main() -> int:
    """Do the job and print what came of it as one line of JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    started = time.perf_counter()
    django.setup()
    job, given = sys.argv[1], json.loads(sys.argv[2])
    print(json.dumps({"work": work, "pace": pace, "singles": singles, "read": read}[job](given, started)))
    return 0


def taking(given: dict[str, Any]) -> Any:
    """Return the rows of the file and a function that accepts some of them."""
    from mdm.ingestion.pipeline import ingest
    from mdm.ingestion.readers import open_table
    from tests.bench.resolution_files import Files

    home = Path(given["home"])
    mapping, object_type = Files(home, home, home, home, home).register("population")

    def take(rows: Any) -> None:
        ingest(rows, object_type=object_type, mapping=mapping, origin="online", actor="bench")

    return list(open_table(Path(given["file"])).rows()), take


def resolve() -> None:
    """Resolve whatever is due."""
    from mdm.resolution.due import resolve_due

    resolve_due("customer", actor="bench", cause="bench")


def work(given: dict[str, Any], started: float) -> dict[str, Any]:
    """Accept and resolve one share of a file; idle: seconds before the first batch."""
    rows, take = taking(given)
    mine = rows[given["place"] :: given["of"]]
    take([])
    idle, processor = time.perf_counter() - started, time.process_time()
    for at in range(0, len(mine), BATCH):
        take(mine[at : at + BATCH])
        resolve()
    return {"records": len(mine), "idle": idle, "processor": time.process_time() - processor}


def pace(given: dict[str, Any], started: float) -> dict[str, Any]:
    """Accept changed records at an even rate and resolve them, until killed."""
    rows, take = taking(given)
    size = max(1, int(given["rate"] / 8))
    print("ready", flush=True)
    turn = 0
    while True:
        since = time.perf_counter()
        picked = [(row, dict(values)) for row, values in random.sample(rows, min(size, len(rows)))]
        for _, values in picked:
            turn += 1
            values["phone"] = f"+1303{turn % 10_000_000:07d}"
        take(picked)
        resolve()
        time.sleep(max(0.0, size / given["rate"] - (time.perf_counter() - since)))


def singles(given: dict[str, Any], started: float) -> dict[str, Any]:
    """Time records one by one, from before accept until resolved, in milliseconds."""
    from mdm.models import SourceRecord
    from mdm.resolution import resolve as resolving

    rows, take = taking(given)
    spent = []
    processor = time.process_time()
    for row in rows:
        since = time.perf_counter()
        take([row])
        record = SourceRecord.objects.filter(object_type__source__code="population").latest("pk").pk
        resolving.resolve("customer", [record], actor="bench", cause="bench")
        spent.append((time.perf_counter() - since) * 1000)
    return {
        **percentiles(spent[len(spent) // 10 :]),
        "records": len(rows),
        "processor_ms": (time.process_time() - processor) * 1000 / len(rows),
    }


def read(given: dict[str, Any], started: float) -> dict[str, Any]:
    """Time reads of golden records by source key, behind the policy gate, until the seconds are over."""
    from mdm.compliance.policy import Principal, visible
    from mdm.models import GoldenRecord, SourceRecord
    from mdm.xref.lookup import lookup

    ended: list[bool] = []
    signal.signal(signal.SIGTERM, lambda number, frame: ended.append(True))
    keys = list(islice(SourceRecord.objects.values_list("source_key", flat=True).iterator(), 5_000))
    reader = Principal("bench", frozenset({"read"}))
    spent: list[float] = []
    until = time.perf_counter() + given["seconds"]
    while not ended and time.perf_counter() < until:
        since = time.perf_counter()
        code = lookup("population", "person", random.choice(keys)).golden_id
        visible(reader, "customer", GoldenRecord.objects.get(code=code).attributes)
        spent.append((time.perf_counter() - since) * 1000)
        time.sleep(0.005)
    return percentiles(spent)


def percentiles(spent: list[float]) -> dict[str, float]:
    """Return median and 99th percentile."""
    ordered = sorted(spent)
    return {"p50": ordered[len(ordered) // 2], "p99": ordered[int(len(ordered) * 0.99)]}


if __name__ == "__main__":
    sys.exit(main())
