"""How fast records become golden ones: a first load, records beside it by workers, one by one, a second load.

    python -m tests.bench.resolution --records 1000000 [--against 100000] [--online 4000] [--second 300000]

On an embedded PostgreSQL of its own, as durable as the product's; audit entries, history, outbox and policy
gate are on. First load: from a CSV file to golden records, cross-references, edges, history and outbox.
Online: new and changed records accepted and resolved by worker processes; then one by one, beside half that
load. Second load: a second source, while somebody reads. Against: what a record costs online, as a multiple
of what it costs in a hub of that size. Seconds are of the clock, "cpu" of processors: ours and the
database's. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from config import embedded
from config.connections import database_url, django_database
from config.embedded.cluster import recorded_process
from config.embedded.places import expected_place
from mdm.sandbox.population.people import population
from tests.bench import resolution_files as files
from tests.bench.stages import Memory, Spent, Stages, server_seconds


@contextmanager
def database(home: Path) -> Iterator[Stages]:
    """Give Django a migrated embedded database in this folder; child processes find it by DATABASE_URL."""
    parameters = embedded.ensure_running(home).parameters
    os.environ["DATABASE_URL"] = database_url(parameters)
    settings.DATABASES["default"].update(django_database(parameters, max_age=0))
    django.setup()
    from django.core.management import call_command  # needs Django to be set up

    call_command("migrate", verbosity=0)
    postmaster = recorded_process(expected_place(home))
    assert postmaster is not None
    try:
        yield Stages(lambda: server_seconds(postmaster), postmaster)
    finally:
        embedded.remove(home)


def main() -> int:
    """Run the stages and print what each took."""
    parser = argparse.ArgumentParser(description="Measure loading and resolving on a database of its own.")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--online", type=int, default=4_000, help="records changed or added afterwards")
    parser.add_argument("--singles", type=int, default=400, help="records accepted and resolved one by one")
    parser.add_argument("--second", type=int, default=0, help="records of a second source loaded afterwards")
    parser.add_argument(
        "--against", type=int, default=0, help="a smaller hub, to compare the cost online with"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--measure", action="store_true", help="accepted for bars.toml; every run measures")
    given = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="aurum-bench-"))
    found: dict[str, Any] = {}
    smaller = online_beside(given.against, given) if given.against else None
    try:
        records = given.records + given.second + given.online + given.singles
        made = files.write(
            population(round(0.8 * records), given.seed),
            home,
            first=given.records,
            second=given.second,
            online=given.online,
            singles=given.singles,
        )
        with database(home) as stages:
            found |= first_load(made, stages)
            from tests.bench import resolution_online as online  # needs Django to be set up

            if given.online:
                found |= online.throughput(made, stages, given.workers)
            if given.singles:
                found |= online.latency(made, stages, found.get("online_records_per_second", 800) / 2)
            if given.second:
                found |= online.second_load(made, stages)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if smaller is not None:
        found["online_growth"] = round(found["online_processor_us"] / smaller["online_processor_us"], 2)
    print(json.dumps(found))
    return 0


def online_beside(records: int, given: argparse.Namespace) -> dict[str, Any]:
    """Return what the same records online cost beside a hub of this size, in a process of its own."""
    sizes = {"records": records, "online": given.online, "workers": given.workers, "seed": given.seed}
    words = [word for name, value in {**sizes, "singles": 0}.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "tests.bench.resolution", *words]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    print(said, end="", flush=True)
    told: dict[str, Any] = json.loads(said.splitlines()[-1])
    return told


def first_load(made: files.Files, stages: Stages) -> dict[str, Any]:
    """Load a population from a CSV file and resolve it; seconds by stage, records per second, peak memory."""
    from mdm.forking import PROCESSES
    from mdm.ingestion.pipeline import ingest
    from mdm.ingestion.readers import open_table
    from mdm.rulesets.activate import bootstrap

    mapping, object_type = made.register("population")
    before = dict(stages.spent)
    stages.begin("accepting")
    table = open_table(made.first)
    with Memory(os.getpid(), stages.server) as memory:
        summary = ingest(
            table.rows(), object_type=object_type, mapping=mapping, origin="first.csv", actor="bench",
            processes=PROCESSES,
        )  # fmt: skip
        stages.begin("opening")
        bootstrap("customer", actor="bench", cause="bench", progress=stages.begin)
        stages.begin("")
    spent = {name: one for name, one in stages.spent.items() if name not in before}
    total = sum(spent.values(), Spent(0, 0, 0))
    for stage, one in {**spent, "all": total}.items():
        print(f"{stage:12} {one}, {one.processors / summary.rows * 1e6:.0f} µs a record", flush=True)
    return {
        "first_records": summary.rows,
        "first_seconds": round(total.wall, 1),
        "first_processor_seconds": round(total.processors, 1),
        "first_processor_us": round(total.processors / summary.rows * 1e6),
        "first_records_per_second": round(summary.rows / total.wall),
        "first_peak_mb": memory.megabytes,
        "first_database_mb": _database_megabytes(),
        **{f"first_{stage}_seconds": round(one.wall, 1) for stage, one in spent.items()},
    }


def _database_megabytes() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) / 1048576")
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
