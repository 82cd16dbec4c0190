"""What tests run on: one PostgreSQL per session, real Celery workers, and a real Redis where there is one.

Without DATABASE_URL the embedded PostgreSQL is started in a temporary home, without fsync; AURUM_PG_BIN
chooses its version. With DATABASE_URL that server is used (its user must be allowed to create databases).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from kombu import Connection, pools
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy.orm import close_all_sessions

from config import broker as postgresql_broker
from config import embedded
from config.celery import app
from config.connections import broker_address, database_url, django_database, transport_options
from config.ports import free_port

# A law is no speed test: a machine with other work on it may be slow to draw an example.
# CI walks the same ways each time, so that a submission fails for what it changes; everybody else explores.
hypothesis_settings.register_profile(
    "aurum",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("aurum")

# A suite started in the background ignores Ctrl-C, and so would every program that the tests interrupt.
if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    and threading.current_thread() is threading.main_thread()
):
    signal.signal(signal.SIGINT, signal.default_int_handler)

CHECKOUT = Path(__file__).resolve().parent.parent
HOME_PREFIX = "aurum-tests-"


def wait_for(condition: Callable[[], object], *, seconds: float = 20.0, what: str = "") -> None:
    """Return once the condition holds; fail with `what` when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:.0f} s in vain for: {what or condition}")
        time.sleep(0.05)


def remove_homes_of_dead_sessions() -> None:
    """Stop and remove the servers of test sessions that were killed before they could."""
    for home in Path(tempfile.gettempdir()).glob(f"{HOME_PREFIX}*"):
        try:
            owner = int((home / "owner").read_text(encoding="ascii"))
            os.kill(owner, 0)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            if time.time() - home.stat().st_mtime > 60:
                embedded.remove(home)
                shutil.rmtree(home, ignore_errors=True)
        except PermissionError:
            continue  # another user's session


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let the tests have a home of their own: what a demo left in that of the checkout is not theirs."""
    settings.AURUM_HOME = tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[dict[str, str]]:
    """Give libpq's parameters of the session's PostgreSQL."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield {name: str(value) for name, value in conninfo_to_dict(given).items()}
        return
    remove_homes_of_dead_sessions()
    home = Path(tempfile.mkdtemp(prefix=HOME_PREFIX))
    home.chmod(0o711)
    (home / "owner").write_text(str(os.getpid()), encoding="ascii")
    try:
        yield embedded.ensure_running(home, durable=False).parameters
    finally:
        embedded.remove(home)
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgresql, django_db_modify_db_settings_parallel_suffix) -> None:
    """Let Django's test database live on the session's PostgreSQL."""
    described = django_database(postgresql, max_age=0)
    # In place: the connection handler has taken these dictionaries already.
    settings.DATABASES["default"].update(described)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a real Redis, started for this session; skip where none is installed."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server: apt-get install redis-server")
    port = free_port(16379)
    folder = tmp_path_factory.mktemp("redis")
    options = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        str(folder),
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    started = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"redis://127.0.0.1:{port}/0"
        with app.connection_for_write(url=address, transport_options=transport_options(address)) as asked:
            wait_for(lambda: reachable(asked), what="Redis to answer")
        yield address
    finally:
        started.terminate()
        started.wait(10)


def reachable(asked: Connection) -> bool:
    """Whether the broker takes a connection now."""
    try:
        asked.connect()
    except asked.connection_errors:
        return False
    return True


def drop_broker_connections() -> None:
    """Close every connection of this process to a broker; the next task that is sent makes a new one."""
    pools.reset()
    sender: Any = app  # the pools that it keeps are private
    sender._pool = sender.amqp._producer_pool = None
    close_all_sessions()
    for engine, _ in postgresql_broker.Channel._engines.values():
        engine.dispose()
    postgresql_broker.Channel._engines.clear()


def send_tasks_through(address: str) -> None:
    """Make this process send its tasks through that broker from now on."""
    settings.CELERY_BROKER_URL = address
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = transport_options(address)
    drop_broker_connections()
    app.conf.update(
        broker_url=address,
        broker_read_url=address,
        broker_write_url=address,
        broker_transport_options=transport_options(address),
    )


@pytest.fixture
def broker(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[str]:
    """Give the address of an empty broker that this process sends tasks through.

    PostgreSQL by default; on both with
    `@pytest.mark.parametrize("broker", ["postgresql", "redis"], indirect=True)`.
    """
    if getattr(request, "param", "postgresql") == "redis":
        address = request.getfixturevalue("redis_server")
    else:
        address = broker_address(parameters_of_test_database())
        postgresql_broker.prepare(address, settings.CELERY_TASK_QUEUES)
    send_tasks_through(address)
    with app.connection_for_write() as asked:
        channel: Any = asked.default_channel
        for queue in settings.CELERY_TASK_QUEUES:
            channel.queue_purge(queue)
    yield address
    drop_broker_connections()


def parameters_of_test_database() -> dict[str, str]:
    """Return libpq's parameters of the database that the tests of this process use."""
    described = connection.settings_dict
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return {
        **{name: str(described[key]) for name, key in named.items() if described[key]},
        **{name: str(value) for name, value in described["OPTIONS"].items()},
    }


@dataclass
class RunningWorker:
    """A Celery worker in a process group of its own."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        """Return its log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """Kill it and its children with -9, as a machine that dies would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as a deployment does, its tasks finished."""
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture
def celery_worker(broker: str, tmp_path: Path) -> Iterator[Callable[..., RunningWorker]]:
    """Give a function that starts a real worker on the test database and `broker`, ready when it returns.

    `celery_worker(*options, include="tests.somewhere.tasks", concurrency=2, beat=False)`.
    """
    running: list[RunningWorker] = []
    environment = os.environ | {
        "DATABASE_URL": database_url(parameters_of_test_database()),
        "AURUM_HOME": str(tmp_path / "home"),
        "PYTHONUNBUFFERED": "1",
    }
    if not broker.startswith("sqla+"):
        environment["CELERY_BROKER_URL"] = broker

    def start(*options: str, include: str = "", concurrency: int = 1, beat: bool = False) -> RunningWorker:
        log = tmp_path / f"worker-{len(running)}.log"
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--loglevel", "INFO"]
        command += [
            "--concurrency",
            str(concurrency),
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
        command += [*(["--include", include] if include else []), *(["--beat"] if beat else []), *options]
        with log.open("wb") as said:
            process = subprocess.Popen(
                command, cwd=CHECKOUT, env=environment, stdout=said, stderr=said, start_new_session=True
            )
        worker = RunningWorker(process, log)
        running.append(worker)
        wait_for(
            lambda: " ready." in worker.said() or process.poll() is not None,
            seconds=30,
            what="the worker to be ready",
        )
        assert process.poll() is None, worker.said()
        return worker

    yield start
    for worker in running:
        if worker.process.poll() is None:
            worker.kill()


@pytest.fixture
def plain_connection(transactional_db: None) -> Iterator[psycopg.Connection]:
    """Give a connection to the test database beside Django's own, in autocommit mode."""
    with psycopg.connect(make_conninfo(**parameters_of_test_database()), autocommit=True) as opened:
        yield opened
