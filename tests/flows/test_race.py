"""Several processes at once, and one that dies: in the end the hub stands as its inputs alone say."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from config.connections import database_url
from mdm.compliance.verify import verify
from mdm.models import Judgement, Membership, SourceRecord
from mdm.resolution.due import due_count
from tests.conftest import CHECKOUT, parameters_of_test_database, wait_for
from tests.linktable import DOMAIN, Hub, Line, expected_clusters, start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alone]

PROCESSES, STEPS, RECORDS = 4, 200, 60


def begin(module: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a process of ours on the test database."""
    environment = os.environ | {"DATABASE_URL": database_url(parameters_of_test_database())}
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def accepted() -> list[Line]:
    """Return the accepted version of every record, read back from the hub."""
    return [
        Line(
            record.object_type.source.code,
            record.source_key,
            record.attributes,
            record.status == "retired",
            0,
            (),
        )
        for record in SourceRecord.objects.select_related("object_type__source")
    ]


def judged(kind: str) -> list[tuple[str, str]]:
    """Return the pairs of a kind of judgement in force."""
    short = {
        record.pk: f"{record.object_type.source.code}/{record.source_key}"
        for record in SourceRecord.objects.select_related("object_type__source")
    }
    pairs = Judgement.objects.filter(kind=kind, withdrawn_at=None).values_list("left", "right")
    return [(short[left], short[right]) for left, right in pairs]


def stands_as_its_inputs_say(hub: Hub) -> bool:
    """Whether the clusters are the partition of accepted records and judgements, computed without the hub."""
    expected = expected_clusters(accepted(), judged("must_link"), judged("cannot_link"))
    return hub.clusters() == expected


@pytest.mark.parametrize("seed", [1])
def test_processes_that_race_end_where_their_inputs_alone_lead(seed):
    hub = start()
    racers = [begin("tests.flows.racer", seed * 100 + number, STEPS, RECORDS) for number in range(PROCESSES)]
    said = [racer.communicate(timeout=300) for racer in racers]
    assert [error for _, error in said] == [""] * PROCESSES
    assert [json.loads(out)["unhandled"] for out, _ in said] == [0] * PROCESSES
    hub.resolve()
    assert due_count(DOMAIN) == 0
    assert not Membership.objects.exclude(parked_reason="").exists()
    assert verify(deep=True) == []
    assert stands_as_its_inputs_say(hub)


def kill_once_it_works(worker: subprocess.Popen[str], *, after: float) -> None:
    """Kill a worker with -9 some time after it has resolved its first record."""
    before = due_count(DOMAIN)
    wait_for(
        lambda: due_count(DOMAIN) < before or worker.poll() is not None,
        seconds=120,
        what="the worker to begin",
    )
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
