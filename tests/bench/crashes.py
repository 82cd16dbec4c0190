"""Kill workers and the database while records come in: nothing accepted is lost, nothing is half applied.

    python -m tests.bench.crashes --ingests 10000 --kills 50 --restarts 10

Real Celery workers on a durable PostgreSQL of their own. Workers are killed with -9 and replaced; PostgreSQL
is stopped as by a failing machine (immediate) and started again, and the workers must find back by
themselves. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.bench.verify_teeth import small_database

BATCH = 5
WORKERS = 2
CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Crew:
    """Celery workers, each in a process group of its own; one that was killed is replaced."""

    folder: Path
    environment: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    started: int = 0

    def hire(self) -> None:
        """Start a worker with a schedule; it is ready some seconds later."""
        self.started += 1
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--concurrency", "1"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
        command += ["--beat", "--schedule", str(self.folder / f"beat-{self.started}")]
        command += ["--hostname", f"worker{self.started}@crew"]
        with (self.folder / f"worker-{self.started}.log").open("wb") as log:
            self.running.append(
                subprocess.Popen(
                    command,
                    cwd=CHECKOUT,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def kill_one(self, chance: random.Random) -> None:
        """Kill a worker and its children with -9, and hire another one."""
        gone = self.running.pop(chance.randrange(len(self.running)))
        os.killpg(gone.pid, signal.SIGKILL)
        gone.wait()
        self.hire()

    def dismiss(self) -> None:
        """Kill all of them."""
        for one in self.running:
            os.killpg(one.pid, signal.SIGKILL)
            one.wait()


def wait_until(condition: Callable[[], bool], seconds: float) -> float:
    """Return how many seconds it took, or infinity when it did not come about in time."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            return float("inf")
        time.sleep(0.1)
    return time.monotonic() - began


def crash(home: Path, ingests: int, kills: int, restarts: int, seed: int) -> dict[str, object]:
    """Ingest while things die; return what was accepted, what died, and what is wrong in the end: nothing."""
    from django.conf import settings

    from config.broker import prepare  # these need Django to be set up
    from config.connections import broker_address, database_url
    from mdm.compliance.verify import verify
    from mdm.models import Membership, SourceRecord
    from mdm.resolution.due import due_count
    from tests.bench.shaky import Client, restart
    from tests.conftest import drop_broker_connections, parameters_of_test_database, send_tasks_through
    from tests.flows.racing import stands_as_its_inputs_say
    from tests.linktable import DOMAIN, start

    parameters = parameters_of_test_database()
    address = broker_address(parameters)
    prepare(address, settings.CELERY_TASK_QUEUES)
    send_tasks_through(address)
    client, chance = Client(start()), random.Random(seed)
    folder = Path(tempfile.mkdtemp(prefix="crew-", dir=home))
    crew = Crew(folder, os.environ | {"DATABASE_URL": database_url(parameters), "AURUM_HOME": str(folder)})
    in_hand, recovered = 0, [0.0]
    turns = ingests // BATCH
    killing = set(chance.sample(range(turns), kills)) if kills else set()
    restarting = {turns * (number + 1) // (restarts + 1) for number in range(restarts)}
    try:
        for _ in range(WORKERS):
            crew.hire()
        for turn in range(turns):
            client.put(
                "\n".join(
                    f"erp/{number} n=name{number % max(2, ingests // 4)} p={number % max(2, ingests // 3)}"
                    for number in range(turn * BATCH, turn * BATCH + BATCH)
                )
            )
            client.wake()
            if turn in killing:
                busy = Membership.objects.filter(due=True, taken_by__isnull=False)
                in_hand += wait_until(busy.exists, 5) < 5
                crew.kill_one(chance)
            if turn in restarting:
                restart(home)
                probe = client.put(f"crm/{turn} n=probe{turn}")[0]
                recovered.append(wait_until(partial(client.is_done, probe), 60))
        settled = wait_until(lambda: due_count(DOMAIN) == 0, 300)
    finally:
        crew.dismiss()
        drop_broker_connections()
    stored = set(SourceRecord.objects.values_list("object_type__source__code", "source_key"))
    findings = [str(finding) for finding in verify(deep=True)]
    return {
        "accepted": len(client.acknowledged),
        "lost": len(client.acknowledged - {f"{source}/{key}" for source, key in stored}),
        "not_acknowledged": len(stored) - len(client.acknowledged),
        "kills": kills,
        "kills_with_work_in_hand": in_hand,
        "restarts": restarts,
        "slowest_recovery_s": round(max(recovered), 1),
        "settled": int(settled < 300),
        "parked": Membership.objects.exclude(parked_reason="").count(),
        "findings": findings,
        "wrong": int(not stands_as_its_inputs_say(client.hub)),
    }


def main() -> int:
    """Crash, and return the exit code."""
    parser = argparse.ArgumentParser(description="Kill workers and the database while records come in.")
    parser.add_argument("--ingests", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--restarts", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with small_database(durable=True, own=True) as home:
        found = crash(home, given.ingests, given.kills, given.restarts, given.seed)
    findings = found.pop("findings")
    for line in findings:  # type: ignore[attr-defined]
        print(line)
    figures = {**found, "findings": len(findings)}  # type: ignore[arg-type]
    print(json.dumps(figures))
    bad = ("lost", "not_acknowledged", "parked", "findings", "wrong")
    return int(any(figures[name] for name in bad) or not figures["settled"])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
