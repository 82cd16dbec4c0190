"""Workers and the database die while records come in: nothing accepted is lost, nothing is half applied."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import CHECKOUT

pytestmark = pytest.mark.alone

# The full size is the command's default: 10,000 records, 50 workers killed, 10 times the database.
SMALL = ["--ingests", "120", "--kills", "2", "--restarts", "1"]
RECOVERY = 15.0


def test_killed_workers_and_a_database_that_stops_at_once_lose_nothing():
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.crashes", *SMALL],
        cwd=CHECKOUT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["accepted"], found["lost"], found["findings"], found["wrong"]) == (121, 0, 0, 0)
    assert found["slowest_recovery_s"] <= RECOVERY
