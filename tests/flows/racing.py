"""A race of processes on one hub, and whether the hub stands in the end as its inputs alone say."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import datetime
from itertools import product
from typing import Any

from config.connections import database_url
from mdm.compliance.verify import verify
from mdm.models import Membership, SourceRecord
from mdm.resolution.binding import judgements_of
from mdm.resolution.due import due_count
from tests.conftest import CHECKOUT, parameters_of_test_database
from tests.flows.journal import Journal, closed, opened
from tests.flows.serial import MADE, Decided, Verdict, disagreements
from tests.linktable import DOMAIN, Hub, Line, expected_clusters, start


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
            record.status != "active",
            0,
            (),
        )
        for record in SourceRecord.objects.select_related("object_type__source")
    ]


Pairs = list[tuple[str, str]]


def judged() -> tuple[Pairs, Pairs, Pairs]:
    """Return the pairs that people's judgements bind now as one, and as different, and those that sources say
    to be one.
    """
    short = {
        record.pk: f"{record.object_type.source.code}/{record.source_key}"
        for record in SourceRecord.objects.select_related("object_type__source")
    }
    binding = judgements_of(DOMAIN)
    parted = [*binding.cannot, *(pair for sides in binding.apart for pair in product(*map(sorted, sides)))]
    must, cannot, rule = (
        [(short[one], short[other]) for one, other in pairs]
        for pairs in (binding.must, parted, binding.by_rule)
    )
    return must, cannot, rule


def stands_as_its_inputs_say(hub: Hub) -> bool:
    """Whether the clusters are the partition of accepted records and judgements, computed without the hub."""
    must, cannot, rule = judged()
    return hub.clusters() == expected_clusters(accepted(), must, cannot, rule=rule)


def race(*, processes: int, steps: int, records: int, seed: int, seconds: int) -> dict[str, Any]:
    """Let processes race on an empty hub; return what they did and what is wrong in the end: nothing."""
    hub = start()
    opened()
    racers = [begin("tests.flows.racer", seed * 100 + number, steps, records) for number in range(processes)]
    said = [racer.communicate(timeout=seconds) for racer in racers]
    journal = closed()
    done: Counter[str] = Counter({"refused": 0, "unhandled": 0})
    notes: list[dict[str, Any]] = []
    for out, _ in said:
        told: dict[str, Any] = json.loads(out) if out else {"crashed": 1}
        notes += told.pop("decisions", [])
        done.update(told)
    hub.resolve()
    return {
        **done,
        "errors": [error for _, error in said if error],
        "waiting": due_count(DOMAIN),
        "parked": Membership.objects.exclude(parked_reason="").count(),
        "findings": [str(finding) for finding in verify(deep=True)],
        "as_the_reference": stands_as_its_inputs_say(hub),
        "decisions": len(notes),
        "refused_for": dict(Counter(note["refused"] for note in notes if "refused" in note)),
        "otherwise": disagreements(journal, [decided(note, journal) for note in notes]),
    }


def decided(note: dict[str, Any], journal: Journal) -> Decided:
    """Return what a racer noted of a decision; one that was made stands where its judgement was written."""
    if "refused" in note:
        at = datetime.fromisoformat(note["at"])
        named = [int(number) for text in note["named"] for number in text.split(",")]
        verdict: Verdict = (note["refused"], tuple(sorted(named)))
    else:
        verdict = MADE
        at = journal.moment_of(note["made"], withdrawn=note["verb"] == "undo")
    return Decided(
        note["verb"], tuple(note["about"]), tuple(note["leaving"]), datetime.fromisoformat(note["began"]), at,
        verdict,
    )  # fmt: skip
