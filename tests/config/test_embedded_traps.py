"""What goes wrong with an embedded PostgreSQL: kills, crashes, impatience, leftovers, wrong versions."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import psycopg
import pytest

from config import embedded
from config.embedded.account import server_account
from config.embedded.binaries import find_binaries
from config.embedded.errors import EmbeddedRefused
from config.embedded.locks import is_locked
from tests.config.conftest import place_of, postmaster
from tests.config.test_embedded import ask, do, start
from tests.conftest import wait_for

START = "embedded.ensure_running(home, durable=False)"


def kill(home: Path) -> int:
    """Kill the postmaster with -9 and return its number; its children end by themselves."""
    number = postmaster(home)
    os.kill(number, signal.SIGKILL)
    return number


def test_the_server_outlives_a_starter_that_is_killed_and_can_be_stopped_later(home, starter):
    first = starter(f"{START}; print('started', flush=True); import time; time.sleep(60)")
    assert first.stdout.readline() == "started\n"
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    number = postmaster(home)
    assert ask(start(home), "SELECT 1") == 1
    assert postmaster(home) == number
    assert embedded.stop(home) is True
    assert embedded.status(home).state == "stopped"


def test_four_starters_at_once_get_one_server(home, starter):
    told = f"print({START}.dsn, embedded.status(home).process)"
    answers = {started.communicate()[0] for started in [starter(told) for _ in range(4)]}
    assert len(answers) == 1
    assert str(postmaster(home)) in answers.pop()


def test_a_zombie_counts_as_dead(home, starter):
    parent = starter(f"{START}; print('started', flush=True); import time; time.sleep(60)")
    parent.stdout.readline()
    number = kill(home)  # nobody waits for it, so it stays as a zombie
    wait_for(lambda: "State:\tZ" in Path(f"/proc/{number}/status").read_text(), what="a zombie")
    wait_for(lambda: embedded.status(home).state == "stopped", what="its orphans to end")
    assert ask(start(home), "SELECT 1") == 1
    assert postmaster(home) != number
    assert Path(f"/proc/{number}").exists()


def test_a_process_number_that_somebody_else_has_by_now_is_no_server(home):
    start(home)
    embedded.stop(home)
    place = place_of(home)
    stranger = server_account().start(["/bin/sleep", "60"], cwd="/")
    try:
        # PostgreSQL itself refuses to start here: the number belongs to a living process of its own account.
        (place.data / "postmaster.pid").write_text(
            f"{stranger.pid}\n{place.data}\n0\n5432\n\n\n 0 0\nready\n"
        )
        server_account().own(place.data / "postmaster.pid")
        assert embedded.status(home).state == "stopped"
        assert embedded.stop(home) is False
        assert ask(start(home), "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_what_was_committed_survives_a_crash(home):
    server = embedded.ensure_running(home)
    do(server, "CREATE TABLE kept AS SELECT generate_series(1, 20000) AS number")
    kill(home)
    assert ask(embedded.ensure_running(home), "SELECT count(*) FROM kept") == 20000


def test_a_start_that_takes_long_is_waited_for(home, slow_binaries, monkeypatch):
    start(home)
    embedded.stop(home)
    monkeypatch.setenv("AURUM_PG_BIN", slow_binaries("postgres", 2))
    began = time.monotonic()
    assert ask(start(home), "SELECT 1") == 1
    assert time.monotonic() - began > 2


def test_a_start_that_takes_longer_than_the_limit_is_told_and_can_be_waited_for_again(
    home, slow_binaries, monkeypatch
):
    start(home)
    embedded.stop(home)
    monkeypatch.setenv("AURUM_PG_BIN", slow_binaries("postgres", 3))
    with pytest.raises(EmbeddedRefused, match="has not answered for 0 s"):
        embedded.ensure_running(home, durable=False, wait=0.3)
    assert ask(start(home), "SELECT 1") == 1


def test_a_server_that_ends_while_starting_shows_its_log(home):
    start(home)
    embedded.stop(home)
    configuration = place_of(home).data / "postgresql.conf"
    configuration.write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedRefused, match="no_such_setting"):
        start(home)


def test_the_data_of_another_major_version_are_refused(home):
    start(home)
    embedded.stop(home)
    version = place_of(home).data / "PG_VERSION"
    version.write_text("14\n")
    with pytest.raises(
        EmbeddedRefused, match=r"written by PostgreSQL 14, but the installed programs are \d+"
    ):
        start(home)
    version.write_text(f"{find_binaries().major}\n")
    assert ask(start(home), "SELECT 1") == 1


def test_little_disk_is_refused_before_anything_is_made(home):
    with pytest.raises(EmbeddedRefused, match=r"only \d+ MB are free for .*; the embedded PostgreSQL wants"):
        embedded.ensure_running(home, minimum_free=2**60)
    assert not place_of(home).data.exists()


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGKILL])
def test_interrupting_initdb_leaves_nothing_and_the_next_start_begins_anew(
    home, starter, slow_binaries, signal_number
):
    first = starter(START, AURUM_PG_BIN=slow_binaries("initdb", 6))
    wait_for(lambda: list(home.glob("postgres/draft-*/password")), what="initdb to begin")
    time.sleep(0.2)
    os.killpg(first.pid, signal_number)
    first.wait()
    assert not (home / "postgres" / "data").exists()
    # After Ctrl-C the starter has ended initdb; after a kill the next one waits until initdb has ended.
    assert is_locked(home / "postgres.life.lock") is (signal_number == signal.SIGKILL)
    assert ask(start(home), "SELECT 1") == 1
    assert list((home / "postgres").glob("draft-*")) == []


def test_interrupting_a_start_leaves_a_server_that_is_found_again(home, starter, slow_binaries):
    start(home)
    embedded.stop(home)
    first = starter(START, AURUM_PG_BIN=slow_binaries("postgres", 4))
    wait_for(lambda: is_locked(home / "postgres.life.lock"), what="the server to be started")
    time.sleep(0.2)
    os.killpg(first.pid, signal.SIGINT)
    first.wait()
    assert ask(start(home), "SELECT 1") == 1


def test_a_socket_that_a_cleaner_took_is_made_again(grounds):
    home = grounds / ("d" * 120)
    server = start(home)
    assert not server.socket_dir.is_relative_to(home)
    shutil.rmtree(server.socket_dir)
    assert ask(start(home), "SELECT 1") == 1


def test_data_that_are_gone_are_not_replaced_by_empty_ones(grounds):
    home = grounds / "home"
    start(home)
    embedded.stop(home)
    (home / "postgres").rename(grounds / "elsewhere")
    with pytest.raises(EmbeddedRefused, match="which is gone"):
        start(home)
    (grounds / "elsewhere").rename(home / "postgres")
    assert ask(start(home), "SELECT 1") == 1


def test_data_whose_password_is_gone_are_refused(home):
    start(home)
    embedded.stop(home)
    (home / "pgpass").unlink()
    with pytest.raises(EmbeddedRefused, match="without it nobody can log in"):
        start(home)


def test_a_password_of_another_server_is_refused_at_once(home):
    start(home)
    embedded.stop(home)
    (home / "pgpass").write_text("*:*:*:aurum_admin:guessed\n*:*:*:aurum:guessed\n")
    with pytest.raises(EmbeddedRefused, match="refuses the password"):
        start(home)


def test_a_server_that_somebody_started_by_hand_is_left_alone(home):
    start(home)
    embedded.stop(home)
    place = place_of(home)
    by_hand = server_account().start(
        [str(find_binaries().postgres), "-D", str(place.data), "-k", str(place.sockets), "-h", ""], cwd="/"
    )
    try:
        wait_for((place.data / "postmaster.pid").exists, what="the server")
        wait_for(place.socket.exists, what="its socket")
        with pytest.raises(EmbeddedRefused, match="that Aurum did not start"):
            start(home)
    finally:
        by_hand.send_signal(signal.SIGINT)
        by_hand.wait(20)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("/nowhere", "holds no program postgres and no initdb"),
        ("/bin", "holds no program"),
    ],
)
def test_programs_that_are_not_there_are_named(home, monkeypatch, value, sentence):
    monkeypatch.setenv("AURUM_PG_BIN", value)
    with pytest.raises(EmbeddedRefused, match=sentence):
        start(home)


def test_a_home_that_cannot_be_made_is_named():
    with pytest.raises(EmbeddedRefused, match="cannot be made"):
        start(Path("/proc/aurum"))


@pytest.mark.skipif(os.geteuid() != 0, reason="root: run the tests as root")
def test_an_ordinary_user_starts_and_stops_it_too(grounds):
    account = server_account()
    home = grounds / "of an ordinary user"
    home.mkdir()
    account.own(home)
    child = os.fork()
    if child == 0:
        # Forked, because the account may not reach the interpreter itself.
        code = 1
        try:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
            os.environ["HOME"] = "/nonexistent"
            server = start(home)
            with psycopg.connect(server.dsn) as connection:
                connection.execute("SELECT 1")
            code = 0 if embedded.stop(home) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (home / "postgres" / "data").stat().st_uid == account.uid
