"""Several processes at once, and one that dies: in the end the hub stands as its inputs alone say."""

import os
import signal
import subprocess
import threading
import time

import pytest
from django.db import connection, connections

from mdm.compliance.verify import verify
from mdm.models import GoldenRecord, SourceRecord
from mdm.resolution.due import due_count
from tests.conftest import wait_for
from tests.flows.racing import begin, race, stands_as_its_inputs_say
from tests.linktable import DOMAIN, Hub, start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alone]

# The full size is `python -m tests.bench.race`: 8 processes with 2,000 steps each on 500 records.
PROCESSES, STEPS, RECORDS = 4, 150, 60
ROUNDS = int(os.environ.get("AURUM_TWINS", "30"))


@pytest.mark.parametrize("seed", [1])
def test_processes_that_race_end_where_their_inputs_alone_lead(seed):
    found = race(processes=PROCESSES, steps=STEPS, records=RECORDS, seed=seed, seconds=500)
    wrong = {name: found[name] for name in ("errors", "unhandled", "waiting", "parked", "findings")}
    assert wrong == {"errors": [], "unhandled": 0, "waiting": 0, "parked": 0, "findings": []}
    assert found["as_the_reference"]
    # What was refused is what a serial run in the order of the locks refuses, for the same reasons.
    assert found["otherwise"] == []
    assert found["refused"] > 0


def kill_once_it_works(worker: subprocess.Popen[str], *, after: float) -> None:
    """Kill a worker with -9 some time after it has resolved its first record."""
    before = due_count(DOMAIN)
    wait_for(lambda: due_count(DOMAIN) < before or worker.poll() is not None, what="the worker to begin")
    time.sleep(after)
    worker.send_signal(signal.SIGKILL)
    worker.communicate()


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done_and_the_next_goes_on():
    hub = start()
    hub.put("\n".join(f"erp/{number} n=name{number % 40} p={number % 7}" for number in range(240)))
    killed = 0
    while killed < 4:
        kill_once_it_works(begin("tests.flows.resolver", 30), after=0.05 * killed)
        killed += 1
        assert verify() == []
    hub.resolve()
    assert (due_count(DOMAIN), verify(deep=True), stands_as_its_inputs_say(hub)) == (0, [], True)
    connection.close()


def at_a_barrier(*texts: str) -> list[BaseException]:
    """Put and resolve each text on a connection of its own, all beginning at one moment; return failures."""
    ready, failures = threading.Barrier(len(texts)), []

    def arrive(text: str) -> None:
        try:
            hub = Hub()
            hub.type_of(text.split("/", maxsplit=1)[0])
            ready.wait(30)
            hub.put(text)
            hub.resolve()
        except BaseException as error:  # noqa: BLE001 - whatever a thread dies of, the test tells it
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=arrive, args=(text,)) for text in texts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return failures


# The full size is 200 rounds: AURUM_TWINS=200.
def test_one_new_customer_inserted_by_two_at_one_moment_is_one_golden_record():
    start()
    for number in range(ROUNDS):
        assert at_a_barrier(f"erp/{number} n=x{number}", f"crm/{number} n=x{number}") == []
    assert GoldenRecord.objects.filter(status="live", member_count=2).count() == ROUNDS
    assert GoldenRecord.objects.filter(status="live").count() == ROUNDS
    assert verify(deep=True) == []


def test_one_source_record_inserted_by_two_at_one_moment_is_one_record():
    start()
    for number in range(ROUNDS):
        assert at_a_barrier(f"erp/{number} n=x{number}", f"erp/{number} n=x{number}") == []
    assert SourceRecord.objects.count() == ROUNDS
    assert GoldenRecord.objects.filter(status="live", member_count=1).count() == ROUNDS
    assert verify(deep=True) == []
