"""A real PostgreSQL of our own under `.aurum/`, for the desk: started, found again, stopped, removed.

It runs by itself once started and survives whoever started it. Only a local socket of mode 0700 leads to it,
with a password. Any number of commands may start it at once; they get the same server. Production sets
DATABASE_URL instead.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from config.embedded.account import server_account
from config.embedded.binaries import find_binaries
from config.embedded.cluster import (
    USER,
    create_cluster,
    last_lines,
    passwords,
    recorded_process,
    refuse_other_major,
)
from config.embedded.errors import EmbeddedRefused
from config.embedded.locks import is_locked, one_at_a_time, try_lock
from config.embedded.places import (
    PORT,
    Place,
    choose_place,
    expected_place,
    forget,
    recorded_place,
    refuse_little_disk,
    start_lock,
)
from config.embedded.relocation import reachable_binaries
from config.embedded.server import (
    DATABASE,
    Say,
    ensure_database,
    halt,
    server_version,
    spawn,
    wait_until_it_answers,
)

__all__ = [
    "ConnectionInfo", "EmbeddedRefused", "ServerStatus",
    "connection_info", "ensure_running", "ignore_libpq_variables", "remove", "status", "stop",
]  # fmt: skip

MINIMUM_FREE = 1024 * 2**20
WAIT_SECONDS = 120.0


@dataclass(frozen=True)
class ConnectionInfo:
    """How to connect: the password stands in `passfile`, never in an address or a process list."""

    socket_dir: Path
    passfile: Path
    database: str = DATABASE
    user: str = USER
    port: int = PORT
    version: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """libpq's connection parameters."""
        return {
            "host": str(self.socket_dir), "port": str(self.port), "user": self.user, "dbname": self.database,
            "passfile": str(self.passfile),
        }  # fmt: skip

    @property
    def dsn(self) -> str:
        """libpq's connection string."""
        return make_conninfo(**self.parameters)


@dataclass(frozen=True)
class ServerStatus:
    """What is known without changing anything; state is `absent`, `stopped`, `running` or `not answering`."""

    state: str
    process: int | None = None
    version: str = ""
    room: Path | None = None
    socket_dir: Path | None = None
    trouble: str = ""

    @property
    def running(self) -> bool:
        """Whether it answers."""
        return self.state == "running"


def connection_info(home: Path) -> ConnectionInfo:
    """Return how to connect to this home's server, even before its first start; nothing is changed."""
    return _connection(expected_place(absolute(home)))


def ensure_running(
    home: Path,
    *,
    durable: bool = True,
    wait: float = WAIT_SECONDS,
    minimum_free: int = MINIMUM_FREE,
    say: Say = lambda line: None,
) -> ConnectionInfo:
    """Return the connection to this home's server once it answers, started or created if need be.

    `durable=False` trades crash safety for speed (tests); `minimum_free` is in bytes; `wait` in seconds
    bounds a crash recovery. Raises EmbeddedRefused.
    """
    home = absolute(home)
    _make_home(home)
    ignore_libpq_variables()
    with one_at_a_time(start_lock(home), wait + 60):
        place = choose_place(home, server_account())
        started = False
        while not wait_until_it_answers(place, wait, say):
            # Either nothing ran, or a killed server was just ending; when our own ended, its log says why.
            if started:
                raise EmbeddedRefused(
                    f"PostgreSQL ended while starting; {place.log} says:\n{last_lines(place.log)}"
                )
            life = try_lock(place.life_lock)
            if life is not None:
                started = True
                try:
                    _start(place, life, durable=durable, minimum_free=minimum_free, say=say)
                finally:
                    os.close(life)
        ensure_database(place)
        return _connection(place, server_version(place))


def stop(home: Path, *, wait: float = WAIT_SECONDS) -> bool:
    """Leave this home's server stopped, whoever started it; return whether it was running."""
    home = absolute(home)
    place = recorded_place(home)
    if place is None:
        return False
    with one_at_a_time(start_lock(home), wait + 60):
        return halt(place, wait)


def status(home: Path) -> ServerStatus:
    """Return what the server of this home does now."""
    place = recorded_place(absolute(home))
    if place is None:
        return ServerStatus("absent")
    if not is_locked(place.life_lock):
        return ServerStatus("stopped", room=place.room, socket_dir=place.sockets)
    process = recorded_process(place)
    try:
        version, state, trouble = server_version(place), "running", ""
    except psycopg.Error as error:
        version, state, trouble = "", "not answering", str(error).strip().splitlines()[0]
    return ServerStatus(state, process, version, place.room, place.sockets, trouble)


def remove(home: Path, *, wait: float = WAIT_SECONDS) -> bool:
    """Stop this home's server and remove its data, wherever they lie; return whether there was anything."""
    place = recorded_place(absolute(home))
    if place is None:
        return False
    stop(home, wait=wait)
    forget(place)
    return True


def ignore_libpq_variables() -> None:
    """Take PGPASSWORD, PGOPTIONS and the like out of this process: they were set with another server in mind.

    libpq prefers PGPASSWORD to our password file, and would hand PGOPTIONS to our server.
    """
    for option in Conninfo.get_defaults():
        if option.envvar:
            os.environ.pop(option.envvar.decode(), None)


def absolute(home: Path) -> Path:
    """Return the home as an absolute path without links, so that one directory has one name."""
    return Path(os.path.realpath(home))


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedRefused(
            f"{home} cannot be made ({error.strerror}); set AURUM_HOME to a writable one."
        ) from error
    if not os.access(home, os.W_OK):
        raise EmbeddedRefused(f"{home} cannot be written; set AURUM_HOME to a directory that can.")


def _start(place: Place, life: int, *, durable: bool, minimum_free: int, say: Say) -> None:
    """Start the server, the life lock being in our hands; the data directory is made if there is none."""
    account = server_account()
    installed = find_binaries()
    refuse_little_disk(place, minimum_free)
    binaries = reachable_binaries(installed, account, place)
    if place.data.exists():
        refuse_other_major(place, binaries)
        passwords(place)
    else:
        say(f"making a PostgreSQL {binaries.version} data directory in {place.data}")
        create_cluster(place, binaries, account, life=life, durable=durable)
    spawn(place, binaries, account, life=life, durable=durable)


def _connection(place: Place, version: str = "") -> ConnectionInfo:
    return ConnectionInfo(socket_dir=place.sockets, passfile=place.passwords, version=version)
