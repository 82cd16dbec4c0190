"""The running server: started, asked whether it truly answers, stopped."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from config.embedded.account import Account
from config.embedded.binaries import Binaries
from config.embedded.cluster import (
    ADMIN,
    USER,
    disown_dead_process,
    passwords,
    recorded_process,
    works_in,
)
from config.embedded.errors import EmbeddedRefused
from config.embedded.locks import is_locked, wait_until_free
from config.embedded.places import PORT, Place

DATABASE = "aurum"
LONGEST_LOG = 10 * 2**20
POLL_SECONDS = 0.05
# A container may give /dev/shm 64 MB, which one parallel hash join overflows.
SMALL_SHARED_MEMORY = 256 * 2**20

Say = Callable[[str], None]

# Servers that this process started and does not wait for; kept, because Python complains about children it
# loses.
OUTLIVING: list[subprocess.Popen[bytes]] = []

MEMORY = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
# A million records have 2 GB of what look-ups read; and loading them has to fit into 6 GB with all processes.
SHARED_BUFFERS = min(max(MEMORY // 16, 128 * 2**20), 512 * 2**20)

TUNING = {
    "shared_buffers": f"{SHARED_BUFFERS // 2**20}MB",
    "max_connections": "100",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    # One machine, no replica: a COPY into a table made in the same transaction then writes no WAL.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] ",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
}
# For tests, whose data nobody misses.
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
}


def spawn(place: Place, binaries: Binaries, account: Account, *, life: int, durable: bool) -> None:
    """Start the postmaster, which inherits the life lock and outlives us; it may not answer yet."""
    disown_dead_process(place, account)
    if place.log.exists() and place.log.stat().st_size > LONGEST_LOG:
        place.log.replace(place.log.with_suffix(".log.1"))
    settings = TUNING if durable else TUNING | FORGETFUL
    # Inside double quotes the list of directories takes blanks and commas.
    settings = settings | {"unix_socket_directories": '"{}"'.format(str(place.sockets).replace('"', '""'))}
    if Path("/dev/shm").is_dir() and shutil.disk_usage("/dev/shm").total < SMALL_SHARED_MEMORY:
        settings = settings | {"dynamic_shared_memory_type": "mmap"}
    flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [str(binaries.postgres), "-D", str(place.data), "-p", str(PORT), *flags]
    with place.log.open("ab") as log:
        OUTLIVING.append(account.start(command, cwd=str(place.room), output=log, keep=(life,)))


def wait_until_it_answers(place: Place, seconds: float, say: Say) -> bool:
    """Return whether `SELECT 1` is answered; False once nothing of the server lives (any more).

    A crash recovery is waited for, `seconds` long. So are the orphans of a killed postmaster and the initdb
    of a killed starter, which end by themselves. A postmaster whose socket is gone (a cleaner of the
    temporary directory took it) is stopped, to be started with a new one.
    """
    began = time.monotonic()
    told = began + 3
    while True:
        if not is_locked(place.life_lock):
            return False
        if says_ready(place) and has_postmaster(place) and not place.socket.exists():
            halt(place, seconds)
            continue
        trouble = _ask(place)
        if trouble is None:
            return True
        now = time.monotonic()
        if now - began > seconds:
            raise EmbeddedRefused(
                f"PostgreSQL lives but has not answered for {seconds:.0f} s ({trouble}); it may still be "
                f"recovering from a crash: wait and try again, or look into {place.log}."
            )
        if now > told:
            say(f"waiting for PostgreSQL, {now - began:.0f} s so far ({trouble})")
            told = now + 5
        time.sleep(POLL_SECONDS)


def _ask(place: Place) -> str | None:
    """Return None when the server answers, else why not yet; refuse what waiting cannot mend."""
    try:
        with connect_as(ADMIN, place, "postgres") as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError as error:
        if error.pgconn is not None and error.pgconn.used_password:
            # A server that is not ready yet hangs up before it asks for one.
            raise EmbeddedRefused(
                f"PostgreSQL refuses the password in {place.passwords}; it does not belong to {place.data}."
            ) from error
        return str(error).strip().splitlines()[0]
    return None


def connect_as(role: str, place: Place, database: str) -> psycopg.Connection[tuple[object, ...]]:
    """Return a connection in autocommit mode through the socket."""
    return psycopg.connect(
        host=str(place.sockets), port=PORT, user=role, dbname=database, passfile=str(place.passwords),
        connect_timeout=5, autocommit=True,
    )  # fmt: skip


def ensure_database(place: Place) -> None:
    """Leave Aurum's role and database in place; the role is no superuser, as in production."""
    role, database = sql.Identifier(USER), sql.Identifier(DATABASE)
    with connect_as(ADMIN, place, "postgres") as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [USER]).fetchone() is None:
            password = sql.Literal(passwords(place)[USER])
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(role, password))
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))


def server_version(place: Place) -> str:
    """Return the version that the running server tells, logged in as Aurum's role."""
    with connect_as(USER, place, DATABASE) as connection:
        number = connection.info.server_version
    return f"{number // 10000}.{number % 10000}"


def has_postmaster(place: Place) -> bool:
    """Whether the process that `postmaster.pid` names lives and works in the data directory."""
    number = recorded_process(place)
    return number is not None and works_in(number, place.data)


def says_ready(place: Place) -> bool:
    """Whether the postmaster has noted that it takes connections."""
    try:
        lines = (place.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def halt(place: Place, seconds: float) -> bool:
    """Stop the server fast (transactions rolled back, data flushed); return whether one was running."""
    if not is_locked(place.life_lock):
        return False
    number = recorded_process(place)
    if number is not None and works_in(number, place.data):
        try:
            os.kill(number, signal.SIGINT)
        except ProcessLookupError:
            pass  # it ended by itself in this moment
        except PermissionError as error:
            raise EmbeddedRefused(
                f"PostgreSQL (process {number}) belongs to another user; stop it as the user who started it."
            ) from error
    # Without a postmaster there are only orphans left (of a killed one), or an initdb; both end by
    # themselves.
    if not wait_until_free(place.life_lock, seconds):
        raise EmbeddedRefused(
            f"PostgreSQL (process {number}) has not stopped within {seconds:.0f} s; look into {place.log}."
        )
    return True
