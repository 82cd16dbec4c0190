"""Health: a table of checks, each a sentence; one bad check makes the whole hub unhealthy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.utils import timezone
from kombu.exceptions import OperationalError

from mdm.models import Lane, LaneState, Membership, RuleSet
from mdm.publishing.heartbeat import silence

WORKER = "worker"
"""The name under which the sweep task says that beat and worker run."""

LONGEST_SILENCE = timedelta(seconds=60)
LONGEST_DUE = timedelta(minutes=10)
BROKER_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def checks() -> list[Check]:
    """Return every check; what depends on PostgreSQL is not looked at when it does not answer."""
    database = _database()
    if not database.ok:
        return [database, _broker()]
    looks: tuple[Callable[[], Check], ...] = (_migrations, _broker, _worker, _resolution, _publishing)
    return [database, *(look() for look in looks)]


def _database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version')")
            (version,) = cursor.fetchone()
    except DatabaseError:
        return Check("postgresql", False, "PostgreSQL does not answer.")
    return Check("postgresql", True, f"PostgreSQL {version.split()[0]} answers.")


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return Check(
            "migrations", False, f"{len(missing)} migrations are not applied; run manage.py migrate."
        )
    return Check("migrations", True, "Every migration is applied.")


def _broker() -> Check:
    asked = current_app.connection_for_write(connect_timeout=BROKER_SECONDS)
    failures: tuple[type[BaseException], ...] = (
        OperationalError,
        OSError,
        *asked.connection_errors,
        *asked.channel_errors,
    )
    try:
        asked.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=BROKER_SECONDS)
        # A broker in a database, and Redis, are met by the first question only.
        size = getattr(asked.default_channel, "_size", None)
        if size is not None:
            size(settings.CELERY_TASK_DEFAULT_QUEUE)
    except failures as error:
        return Check("broker", False, f"The broker does not answer ({type(error).__name__}).")
    finally:
        asked.release()
    return Check("broker", True, "The broker takes messages.")


def _worker() -> Check:
    quiet = silence(WORKER)
    if quiet is None:
        return Check("worker", False, "No worker has ever run; start a worker and beat.")
    seconds = round(quiet.total_seconds())
    if quiet > LONGEST_SILENCE:
        return Check("worker", False, f"The worker was last heard {seconds} s ago; start a worker and beat.")
    return Check("worker", True, f"The worker was heard {seconds} s ago.")


def _resolution() -> Check:
    ruled = RuleSet.objects.filter(status=RuleSet.Status.ACTIVE).values("domain")
    waiting = Membership.objects.filter(due=True, parked_reason="", domain__in=ruled)
    oldest: datetime | None = waiting.aggregate(at=Min("record__accepted_at"))["at"]
    return _age("resolution", "record", "due for resolution", oldest)


def _publishing() -> Check:
    waiting = Lane.objects.filter(
        state__in=[LaneState.DUE, LaneState.LEASED], destination__enabled=True, next_attempt_at__isnull=False
    )
    oldest: datetime | None = waiting.aggregate(at=Min("next_attempt_at"))["at"]
    return _age("publishing", "delivery", "due", oldest)


def _age(name: str, what: str, how: str, oldest: datetime | None) -> Check:
    if oldest is None or oldest > timezone.now():
        return Check(name, True, f"No {what} is {how}.")
    age = timezone.now() - oldest
    minutes = int(age.total_seconds() // 60)
    return Check(name, age <= LONGEST_DUE, f"The oldest {what} has been {how} for {minutes} min.")
