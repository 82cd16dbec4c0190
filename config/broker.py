"""PostgreSQL as Celery's broker, through kombu's SQLAlchemy transport, with its traps taken care of.

A taken message stays in its table as an invisible row, hence `clean`. Tables and queues that two processes
make at once collide, hence `prepare`. There is no fanout, priority or redelivery, so remote control is off,
and what a killed worker had taken is sent again by the sweeper.
"""

from __future__ import annotations

import os
import time
import warnings
import weakref
from collections.abc import Iterable
from typing import Any, ClassVar

from kombu import Connection
from kombu.transport import TRANSPORT_ALIASES, sqlalchemy
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import InterfaceError, OperationalError, PendingRollbackError, SADeprecationWarning
from sqlalchemy.pool import NullPool

from config.connections import BROKER_SCHEMA, is_postgresql, transport_options

# kombu loads no messages with a queue in a way that SQLAlchemy 2.1 deprecates; every process would say so.
warnings.filterwarnings("ignore", message=".*noload.*", category=SADeprecationWarning)

# Any number will do, as long as nobody else locks it: "broker" in ASCII.
PREPARE_LOCK = 0x62726F6B6572
POLLING_SECONDS = 0.3
BUSY_POLLING_SECONDS = 0.02
BUSY_SECONDS = 1.0
# Polling looks for visible rows; without this index it walks over all the invisible ones.
WAITING_INDEX = (
    "CREATE INDEX IF NOT EXISTS kombu_message_waiting"
    ' ON kombu_message (queue_id, "timestamp", id) WHERE visible'
)
WAITING = (
    "SELECT name, count(m.id) FROM kombu_queue q"
    " LEFT JOIN kombu_message m ON m.queue_id = q.id AND m.visible GROUP BY name ORDER BY name"
)


class Channel(sqlalchemy.Channel):
    """kombu's channel."""

    _opened: ClassVar[weakref.WeakSet[Any]] = weakref.WeakSet()
    """Every connection of this process, those included that a session holds."""

    def _engine_from_config(self) -> Engine:
        engine: Engine = super()._engine_from_config()
        event.listen(engine, "connect", lambda opened, record: self._opened.add(opened))
        return engine

    @classmethod
    def forget_engines(cls) -> None:
        """Let go of what was inherited over a fork, without a word to the server: it is the parent's.

        Disposing alone forgets only resting connections. One that a session holds is rolled back when the
        child's collector comes to it, on the parent's socket: the answer that the child reads then is the one
        that the parent waits for, for ever. So the child's side of the socket leads nowhere from now on.
        """
        nowhere = os.open(os.devnull, os.O_RDWR)
        for opened in list(cls._opened):
            if not opened.closed:
                os.dup2(nowhere, opened.fileno())
        os.close(nowhere)
        cls._opened.clear()
        for engine, _ in cls._engines.values():
            engine.dispose(close=False)
        cls._engines.clear()


class Transport(sqlalchemy.Transport):
    """kombu's transport, polling often while there is work and seldom while there is none.

    With a prefetch of one, the interval is a pause after every task: at 0.3 s a worker did 3 tasks a second.
    """

    Channel = Channel
    # kombu lists the first kind only; a cut connection may show as the second, which would end the worker.
    connection_errors = (OperationalError, PendingRollbackError, InterfaceError)  # type: ignore[assignment]
    _delivered_at = -BUSY_SECONDS

    @property
    def polling_interval(self) -> float:  # type: ignore[override]  # kombu only reads it
        """Seconds between two looks at the queues."""
        busy = time.monotonic() - self._delivered_at < BUSY_SECONDS
        return BUSY_POLLING_SECONDS if busy else POLLING_SECONDS

    def drain_events(self, connection: Connection, timeout: float | None = None, **options: Any) -> Any:
        """Wait for a message, but come back soon: between two calls the worker acknowledges, and may end."""
        return super().drain_events(connection, timeout and min(timeout, self.polling_interval), **options)

    def _deliver(self, message: dict[str, Any], queue: str | None) -> None:
        self._delivered_at = time.monotonic()
        super()._deliver(message, queue)


TRANSPORT_ALIASES["sqla"] = "config.broker:Transport"
os.register_at_fork(after_in_child=Channel.forget_engines)


class NotPrepared(Exception):
    """The broker's tables do not exist yet; `manage.py services start` or the first worker makes them."""


def prepare(address: str, queues: Iterable[str]) -> None:
    """Leave the broker's schema, tables and queues in place; any number of processes may ask for it at once.

    Does nothing for a broker that makes its own queues.
    """
    if not is_postgresql(address):
        return
    with _engine(address).connect() as maker:
        # One process at a time, until this connection is closed.
        maker.execute(text("SELECT pg_advisory_lock(:number)"), {"number": PREPARE_LOCK})
        maker.execute(text(f"CREATE SCHEMA IF NOT EXISTS {BROKER_SCHEMA}"))
        maker.commit()
        with Connection(address, transport_options=transport_options(address)) as connection:
            channel: Any = connection.channel()  # the stubs know only what all transports share
            for queue in queues:
                channel.queue_declare(queue)
        maker.execute(text(WAITING_INDEX))
        maker.commit()


def clean(address: str) -> int:
    """Remove the messages that were taken, and return how many; 0 for a broker that does so itself."""
    if not is_postgresql(address):
        return 0
    with _engine(address).begin() as session:
        return session.execute(text("DELETE FROM kombu_message WHERE NOT visible")).rowcount


def waiting(address: str) -> dict[str, int]:
    """Return how many messages wait in each queue of a PostgreSQL broker; empty for any other.

    Raises NotPrepared when there are no queues yet.
    """
    if not is_postgresql(address):
        return {}
    with _engine(address).connect() as session:
        if session.execute(text("SELECT to_regclass('kombu_message')")).scalar() is None:
            raise NotPrepared(NotPrepared.__doc__)
        return {str(name): int(count) for name, count in session.execute(text(WAITING))}


def _engine(address: str) -> Engine:
    """Return a way to the broker's tables beside kombu's own (which makes them); it keeps no connection."""
    return create_engine(address.removeprefix("sqla+"), poolclass=NullPool)
