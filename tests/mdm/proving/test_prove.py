"""The proofs of `manage.py prove`, small; their full sizes are the commands' defaults."""

import json
import os
import subprocess
import sys

import pytest

from config.connections import database_url
from mdm.models import SourceRecord
from mdm.proving.growth import prove_stable
from mdm.proving.history import prove_history
from mdm.proving.order_free import Plan, prove_order_free
from mdm.proving.undo import prove_undo
from mdm.rulesets.active import forget
from tests.conftest import CHECKOUT, parameters_of_test_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alone]


@pytest.fixture(autouse=True)
def rules_of_their_own():
    """Tables are emptied with their sequences, so numbers of rule sets come again."""
    forget()
    yield
    forget()


def quiet(line: str) -> None:
    """Say nothing."""


def test_any_order_batch_engine_and_number_of_workers_end_in_one_state():
    plan = Plan(records=80, batch=20, orders=2, singly=1, with_workers=1, workers=2, seed=3)
    found = prove_order_free(plan, say=quiet)
    assert (found["ways"], found["results"]) == (7, 1)
    assert found["keys_crossing"] > 0
    assert found["values_turning_generic"] > 0


def test_a_history_whose_merges_are_undone_ends_like_the_one_without_them():
    found = prove_undo(histories=4, records=20, steps=6, seed=2, say=quiet)
    assert found["differing"] == 0
    assert found["merges"] > 4


def test_every_past_state_can_be_shown():
    found = prove_history(records=30, steps=25, seed=2, say=quiet)
    assert (found["lost"], found["findings"]) == (0, 0)
    assert found["states"] > 10


def test_clusters_stand_when_eight_times_as_many_records_come_and_every_change_has_its_edge():
    lines: list[str] = []
    found = prove_stable(first=2000, last=16_000, seed=4, say=lines.append)
    assert found["unchanged_share"] >= 0.99
    assert found["unnamed"] == 0
    assert len([line for line in lines if "because of records" in line]) == found["changed"]


def test_the_command_works_in_a_database_of_its_own_and_ends_with_one_json_line():
    environment = os.environ | {"DATABASE_URL": database_url(parameters_of_test_database())}
    words = ["prove", "undo", "--histories", "1", "--records", "12", "--steps", "3"]
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=CHECKOUT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    line = json.loads(done.stdout.splitlines()[-1])
    assert (line["histories"], line["holds"]) == (1, 1)
    assert not SourceRecord.objects.exists()
