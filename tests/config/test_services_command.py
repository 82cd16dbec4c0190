"""`manage.py services` as a person runs it, in the surroundings that people have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import embedded
from tests.config.conftest import CHECKOUT


def services(*words: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command with nothing in the environment but PATH and what is given."""
    return subprocess.run(
        [sys.executable, "manage.py", "services", *words],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "AURUM_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_start_status_and_stop_tell_what_they_did(home):
    before = services("status", home=home)
    assert (before.returncode, before.stdout.split()[:4]) == (3, ["service", "state", "where", "remark"])
    assert "absent" in before.stdout

    started = services("start", home=home)
    assert started.returncode == 0, started.stderr
    assert "the broker is this PostgreSQL" in started.stdout

    running = services("status", home=home)
    assert running.returncode == 0
    assert [line.split("  ")[0] for line in running.stdout.splitlines()] == [
        "service",
        "PostgreSQL (embedded)",
        "broker (PostgreSQL)",
    ]
    assert running.stdout.count("running") == 2
    assert "0 messages wait" in running.stdout

    stopped = services("stop", home=home)
    assert (stopped.returncode, stopped.stdout) == (0, "PostgreSQL is stopped\n")
    assert services("stop", home=home).stdout == "PostgreSQL was not running\n"
    assert services("status", home=home).returncode == 3


@pytest.mark.parametrize(
    "variables",
    [
        {"LANG": "C", "LC_ALL": "C"},
        {"LANG": "POSIX", "PYTHONCOERCECLOCALE": "0"},
        {"HOME": "/proc"},  # nobody can write there, not even root
        {"PGHOST": "nowhere", "PGPORT": "1", "PGPASSWORD": "wrong", "PGDATA": "/", "PGOPTIONS": "-c fsync=x"},
    ],
)
def test_it_starts_in_any_surroundings(grounds, variables):
    home = grounds / "Überall 日本"
    started = services("start", home=home, **variables)
    assert started.returncode == 0, started.stderr
    assert "the broker is this PostgreSQL" in started.stdout


def test_a_refusal_is_one_sentence_and_no_traceback(home):
    refused = services("start", home=home, AURUM_PG_BIN="/nowhere")
    assert refused.returncode == 1
    assert (
        refused.stderr == "CommandError: /nowhere holds no program postgres and no initdb that can be run.\n"
    )


def test_little_disk_is_a_parameter(home):
    refused = services("start", home=home, AURUM_MIN_FREE_MB="999999999")
    assert refused.returncode == 1
    assert "the embedded PostgreSQL wants 999999999 MB" in refused.stderr


def test_with_addresses_set_nothing_embedded_starts(grounds, home):
    server = embedded.ensure_running(grounds / "production", durable=False)
    address = (
        f"postgresql:///{server.database}?host={server.socket_dir}&user=aurum&passfile={server.passfile}"
    )
    variables = {"DATABASE_URL": address, "CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}

    started = services("start", home=home, **variables)
    assert started.stdout.splitlines() == [
        "DATABASE_URL is set: no embedded PostgreSQL is started",
        "CELERY_BROKER_URL is set: that is the broker",
    ]
    assert embedded.status(home).state == "absent"

    shown = services("status", home=home, **variables)
    assert shown.returncode == 3
    assert [line.split()[1] for line in shown.stdout.splitlines()] == ["state", "running", "not"]
    assert services("stop", home=home, **variables).stdout == (
        "DATABASE_URL is set: there is nothing embedded to stop\n"
    )


def test_a_given_postgresql_is_the_broker_too_when_no_other_is_named(grounds, home):
    server = embedded.ensure_running(grounds / "given", durable=False)
    address = (
        f"postgresql:///{server.database}?host={server.socket_dir}&user=aurum&passfile={server.passfile}"
    )
    assert "no queues" in services("status", home=home, DATABASE_URL=address).stdout
    assert services("start", home=home, DATABASE_URL=address).returncode == 0
    assert services("status", home=home, DATABASE_URL=address).returncode == 0


def test_a_command_that_needs_the_database_says_how_to_start_it(home):
    asked = subprocess.run(
        [sys.executable, "manage.py", "showmigrations", "--plan"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "AURUM_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 1
    assert asked.stderr.splitlines()[-1] == (
        "The embedded PostgreSQL is not running; start it with: manage.py services start"
    )
