"""The environment: typed, refused as a whole, and never repeating a secret."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from config.connections import broker_address, database_url, django_database
from config.environment import EnvironmentRefused, read_environment
from config.secret_key import kept_secret_key
from tests.config.conftest import CHECKOUT

PRODUCTION = {
    "AURUM_ENV": "production",
    "DATABASE_URL": "postgresql://aurum:hush@db.example:5433/aurum?sslmode=require",
    "CELERY_BROKER_URL": "redis://broker.example:6379/0",
    "ALLOWED_HOSTS": "aurum.example, mdm.example",
    "SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
}


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """No variable of the person who runs the tests counts."""
    for name in (*PRODUCTION, "DEBUG", "AURUM_HOME", "CSRF_TRUSTED_ORIGINS"):
        monkeypatch.delenv(name, raising=False)


def refusal(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(EnvironmentRefused) as refused:
        read_environment()
    return str(refused.value)


def test_nothing_set_is_a_desk():
    environment = read_environment()
    assert environment.aurum_home == CHECKOUT / ".aurum"
    assert environment.embedded_database
    assert environment.embedded_broker
    assert environment.debug is False
    assert environment.allowed_hosts == ["localhost", "127.0.0.1", "[::1]"]


def test_production_takes_its_values(monkeypatch):
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    environment = read_environment()
    assert environment.allowed_hosts == ["aurum.example", "mdm.example"]
    assert not environment.embedded_database
    assert not environment.embedded_broker


def test_all_mistakes_are_told_at_once_and_no_secret_with_them(monkeypatch):
    told = refusal(
        monkeypatch,
        AURUM_ENV="production",
        DEBUG="maybe",
        DATABASE_URL="mysql://aurum:hush@db.example/aurum",
        CSRF_TRUSTED_ORIGINS="mdm.example",
        SECRET_KEY="hush",
    )
    assert told.splitlines() == [
        "Aurum cannot start, because the environment is wrong in 6 places:",
        "  - DATABASE_URL: its value is not allowed; it must look like postgresql://user:password@host:5432/name.",
        "  - DEBUG: 'maybe' is not allowed; input should be a valid boolean, unable to interpret input.",
        (
            "  - CSRF_TRUSTED_ORIGINS: 'mdm.example' is not allowed; "
            "mdm.example lacks a scheme; write each origin as https://host."
        ),
        "  - CELERY_BROKER_URL is not set; production names a Redis or RabbitMQ: redis://host:6379/0.",
        "  - ALLOWED_HOSTS is not set; production lists the host names people use, separated by commas.",
        "  - SECRET_KEY is too easy to guess; production needs at least 50 random characters.",
    ]
    assert "hush" not in told


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("AURUM_ENV", "prod", "input should be 'development', 'test' or 'production'"),
        ("CELERY_BROKER_URL", "memory://", "its scheme must be one of redis, rediss, amqp, amqps"),
        ("DATABASE_URL", "postgresql://db.example", "it names no database"),
        ("DATABASE_URL", "postgresql://db.example/aurum?colour=red", "libpq cannot read it"),
        ("AURUM_CONN_MAX_AGE", "-1", "input should be greater than or equal to 0"),
        ("AURUM_LOG_LEVEL", "LOUD", "input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
    ],
)
def test_a_mistake_says_what_is_allowed(monkeypatch, name, value, sentence):
    told = refusal(monkeypatch, **{name: value})
    assert f"- {name}: " in told
    assert sentence in told


@pytest.mark.parametrize("name", ["DATABASE_URL", "CELERY_BROKER_URL", "ALLOWED_HOSTS", "SECRET_KEY"])
def test_production_needs_each_of_these(monkeypatch, name):
    told = refusal(monkeypatch, **{key: value for key, value in PRODUCTION.items() if key != name})
    assert told.splitlines()[0].endswith("in 1 place:")
    assert f"- {name} is not set" in told


def test_production_refuses_debug(monkeypatch):
    assert "DEBUG is on" in refusal(monkeypatch, DEBUG="true", **PRODUCTION)


def test_a_refused_environment_ends_a_command_with_the_list_and_no_traceback():
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "DEBUG": "maybe", "AURUM_ENV": "prod"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 3
    assert "Traceback" not in ended.stderr


def test_production_settings_pass_the_deployment_check():
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], **PRODUCTION},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_a_database_address_reaches_django_with_every_option():
    told = {
        "host": "/tmp/a b",
        "port": "5433",
        "user": "aurum",
        "dbname": "x",
        "passfile": "/tmp/p",
        "sslmode": "a",
    }
    described = django_database(told, max_age=600)
    assert (described["HOST"], described["PORT"], described["USER"]) == ("/tmp/a b", "5433", "aurum")
    assert described["OPTIONS"] == {"passfile": "/tmp/p", "sslmode": "a"}
    assert (described["CONN_MAX_AGE"], described["CONN_HEALTH_CHECKS"]) == (600, True)


def test_addresses_quote_what_paths_may_hold():
    told = {"host": "/tmp/ü b&c=d", "user": "aurum", "dbname": "x/y"}
    assert database_url(told) == "postgresql:///x%2Fy?host=%2Ftmp%2F%C3%BC%20b%26c%3Dd&user=aurum"
    assert broker_address(told) == (
        "sqla+postgresql+psycopg://aurum@/x%2Fy?host=%2Ftmp%2F%C3%BC%20b%26c%3Dd"
        "&options=-c%20search_path%3Dbroker"
    )


def test_the_secret_key_is_made_once_and_is_its_owners(tmp_path):
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(kept_secret_key(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1
    assert len(keys[0]) > 80
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_where_no_key_can_be_kept_one_is_used_all_the_same():
    assert len(kept_secret_key(Path("/proc/aurum"))) > 80
