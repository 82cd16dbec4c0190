"""The services a deployment needs, PostgreSQL and the broker: started if embedded, and looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from django.conf import settings
from django.db import connection
from kombu import Connection
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from config import broker, embedded
from config.connections import broker_address, is_postgresql

Say = Callable[[str], None]


@dataclass(frozen=True)
class ServiceState:
    """One row of `manage.py services status`."""

    service: str
    state: str
    where: str
    remark: str = ""

    @property
    def answers(self) -> bool:
        """Whether it can be used."""
        return self.state == "running"


def start(say: Say) -> None:
    """Leave the embedded services running and the broker's queues in place; others are only spoken to."""
    if settings.EMBEDDED_DATABASE:
        server = embedded.ensure_running(
            settings.AURUM_HOME, minimum_free=settings.AURUM_MIN_FREE_MB * 2**20, say=say
        )
        if server.parameters["host"] != settings.DATABASES["default"]["HOST"]:
            # The place was chosen just now, after the settings were read; the next command reads the right
            # ones.
            settings.DATABASES["default"]["HOST"] = server.parameters["host"]
            connection.settings_dict["HOST"] = server.parameters["host"]
        say(f"PostgreSQL {server.version} answers at {server.socket_dir}")
    else:
        say("DATABASE_URL is set: no embedded PostgreSQL is started")
    address = broker_address_now()
    broker.prepare(address, settings.CELERY_TASK_QUEUES)
    say(
        "the broker is this PostgreSQL"
        if is_postgresql(address)
        else "CELERY_BROKER_URL is set: that is the broker"
    )


def stop(say: Say) -> None:
    """Leave the embedded PostgreSQL stopped."""
    if not settings.EMBEDDED_DATABASE:
        say("DATABASE_URL is set: there is nothing embedded to stop")
    elif embedded.stop(settings.AURUM_HOME):
        say("PostgreSQL is stopped")
    else:
        say("PostgreSQL was not running")


def remove(say: Say) -> None:
    """Leave nothing of the embedded PostgreSQL, wherever its data lie."""
    removed = embedded.remove(settings.AURUM_HOME)
    say("PostgreSQL and its data are removed" if removed else "there was no embedded PostgreSQL")


def states() -> list[ServiceState]:
    """Return what PostgreSQL and the broker do now; nothing is changed."""
    return [database_state(), broker_state()]


def database_state() -> ServiceState:
    """Return what PostgreSQL does."""
    if settings.EMBEDDED_DATABASE:
        found = embedded.status(settings.AURUM_HOME)
        running = f"{found.version}, process {found.process}" if found.running else found.trouble
        return ServiceState("PostgreSQL (embedded)", found.state, str(found.room or "-"), running)
    described = settings.DATABASES["default"]
    where = f"{described['HOST'] or 'localhost'}:{described['PORT'] or 5432}/{described['NAME']}"
    parameters = {"host": described["HOST"], "port": described["PORT"], "user": described["USER"]}
    try:
        with psycopg.connect(
            **{name: value for name, value in parameters.items() if value},
            dbname=described["NAME"],
            password=described["PASSWORD"] or None,
            connect_timeout=4,
            **described["OPTIONS"],
        ) as asked:
            version = asked.info.parameter_status("server_version") or ""
    except psycopg.OperationalError as error:
        return ServiceState("PostgreSQL", "not answering", where, str(error).strip().splitlines()[0])
    return ServiceState("PostgreSQL", "running", where, version)


def broker_state() -> ServiceState:
    """Return what the broker does."""
    address = settings.CELERY_BROKER_URL
    name = "broker (PostgreSQL)" if is_postgresql(address) else "broker"
    if is_postgresql(address) and not database_state().answers:
        return ServiceState(name, "not answering", "the same PostgreSQL")
    try:
        if is_postgresql(address):
            messages = sum(broker.waiting(address).values())
            return ServiceState(name, "running", "the same PostgreSQL", f"{messages} messages wait")
        with Connection(address, connect_timeout=4) as asked:
            asked.ensure_connection(max_retries=1, timeout=4)
            return ServiceState(name, "running", asked.as_uri())
    except broker.NotPrepared:
        return ServiceState(name, "no queues", "the same PostgreSQL", "run: manage.py services start")
    except (OperationalError, SQLAlchemyError, OSError) as error:
        return ServiceState(name, "not answering", Connection(address).as_uri(), str(error).strip())


def broker_address_now() -> str:
    """Return the broker's address, which follows an embedded PostgreSQL placed after settings were read."""
    if not settings.EMBEDDED_BROKER or not settings.EMBEDDED_DATABASE:
        return str(settings.CELERY_BROKER_URL)
    settings.CELERY_BROKER_URL = broker_address(embedded.connection_info(settings.AURUM_HOME).parameters)
    return str(settings.CELERY_BROKER_URL)


def table(rows: list[ServiceState]) -> str:
    """Return the rows as an aligned table with a header."""
    cells = [("service", "state", "where", "remark")]
    cells += [(row.service, row.state, row.where, row.remark) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(3)]
    return "\n".join(
        "  ".join(
            [*(text.ljust(width) for text, width in zip(line[:3], widths, strict=True)), line[3]]
        ).rstrip()
        for line in cells
    )
