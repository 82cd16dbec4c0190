"""Celery on its brokers: PostgreSQL through kombu, and a real Redis where there is one."""

from __future__ import annotations

import gc
import os
import time
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string
from sqlalchemy import text

from config import broker as postgresql_broker
from config.celery import app
from config.connections import is_postgresql
from tests.config.broker_tasks import note, pass_on
from tests.conftest import drop_broker_connections, wait_for

BROKERS = pytest.mark.parametrize("broker", ["postgresql", "redis"], indirect=True)
TASKS = "tests.config.broker_tasks"


@pytest.fixture(autouse=True)
def noted(transactional_db):
    """A table that tasks write to."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS noted (id bigserial, word text, backend int)")
        cursor.execute("TRUNCATE noted")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE noted")


def words() -> list[str]:
    """What was noted, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM noted ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def backends() -> int:
    """How many database connections noted something."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT backend) FROM noted")
        return cursor.fetchone()[0]


@BROKERS
def test_every_task_runs_once_in_order_on_one_database_connection(broker, celery_worker):
    sent = [f"task {number}" for number in range(40)]
    for word in sent:
        note.delay(word)
    celery_worker(include=TASKS)
    wait_for(lambda: len(words()) >= 40, what="40 tasks to run")
    assert words() == sent
    assert backends() == 1


@BROKERS
def test_a_waiting_worker_picks_a_task_up_within_a_second(broker, celery_worker):
    celery_worker(include=TASKS)
    note.delay("first")
    wait_for(words, what="the first task")
    sent = time.monotonic()
    note.delay("second")
    wait_for(lambda: len(words()) == 2, what="the second task")
    assert time.monotonic() - sent < 2.0


@BROKERS
def test_children_may_send_tasks_although_they_were_forked(broker, celery_worker):
    # One task per child: every later child is forked from a parent with open broker connections.
    celery_worker("--max-tasks-per-child", "1", include=TASKS, concurrency=2)
    for number in range(3):
        pass_on.delay(f"parent {number}", 3)
    wait_for(lambda: len(words()) >= 9, what="9 passed-on tasks")
    assert sorted(words()) == sorted(f"parent {number}-{child}" for number in range(3) for child in range(3))


@BROKERS
def test_the_worker_goes_on_after_its_database_connections_were_cut(broker, celery_worker):
    worker = celery_worker(include=TASKS)
    note.delay("before")
    wait_for(words, what="the first task")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    drop_broker_connections()
    for number in range(5):
        note.delay(f"after {number}")
    wait_for(lambda: len(words()) >= 6, what=f"5 tasks after the cut; {worker.log}")
    assert words() == ["before", *(f"after {number}" for number in range(5))]


def test_taken_messages_stay_as_invisible_rows_until_they_are_cleaned(
    broker, celery_worker, plain_connection
):
    celery_worker(include=TASKS)
    for number in range(7):
        note.delay(str(number))
    wait_for(lambda: len(words()) == 7, what="7 tasks")
    kept = "SELECT count(*) FROM broker.kombu_message WHERE NOT visible"
    assert plain_connection.execute(kept).fetchone() == (7,)
    note.apply_async(("later",), queue="ingest")  # sorted after the others, so it may be taken or not
    assert import_string(settings.AURUM_BROKER_CLEANER)() >= 7
    wait_for(lambda: len(words()) == 8, what="the message that was not yet taken")


def test_cleaning_leaves_messages_that_nobody_took(broker):
    for number in range(3):
        note.delay(str(number))
    assert postgresql_broker.clean(broker) == 0
    assert postgresql_broker.waiting(broker)["default"] == 3


def test_a_broker_that_cleans_up_itself_is_left_alone():
    assert postgresql_broker.clean("redis://127.0.0.1:1/0") == 0
    assert postgresql_broker.waiting("redis://127.0.0.1:1/0") == {}


def test_preparing_twice_changes_nothing(broker):
    before = postgresql_broker.waiting(broker)
    postgresql_broker.prepare(broker, settings.CELERY_TASK_QUEUES)
    assert postgresql_broker.waiting(broker) == before
    assert sorted(before) == sorted(settings.CELERY_TASK_QUEUES)


def test_the_broker_goes_on_when_the_server_forgot_what_was_prepared(broker):
    with app.connection_for_write() as opened:
        channel: Any = opened.channel()
        session = channel.session
        for number in range(20):
            assert session.execute(text("SELECT :number"), {"number": number}).scalar() == number
            if number == 10:  # by now psycopg would have prepared it
                session.execute(text("DEALLOCATE ALL"))
        session.rollback()


def test_a_child_leaves_the_session_alone_in_which_its_parent_was_forked(broker):
    with app.connection_for_write() as opened:
        channel: Any = opened.channel()
        session = channel.session
        session.execute(text("SELECT set_config('aurum.held', 'yes', true)"))
        child = os.fork()
        if child == 0:
            channel._session = None
            del session
            gc.collect()  # what the collector does some time: it rolls a forgotten session back
            os._exit(0)
        os.waitpid(child, 0)
        # Rolled back by the child, the transaction would have forgotten it.
        assert session.execute(text("SELECT current_setting('aurum.held', true)")).scalar() == "yes"
        session.rollback()


def test_the_password_of_the_broker_is_not_shown(broker):
    with app.connection_for_read("sqla+postgresql+psycopg://aurum:hush@/aurum?host=%2Ftmp") as shown:
        assert "hush" not in shown.as_uri()
    assert is_postgresql(broker)
    assert "password" not in broker


def test_beat_makes_the_home_of_its_schedule_and_needs_no_other(broker, celery_worker, tmp_path):
    celery_worker(include=TASKS, beat=True)
    wait_for(lambda: list((tmp_path / "home").glob("celerybeat-schedule*")), what="the schedule's file")


def test_a_worker_ends_when_it_is_asked_to(broker, celery_worker):
    worker = celery_worker(include=TASKS)
    worker.stop()
    assert worker.process.returncode == 0


def test_the_schedule_names_tasks_and_queues_that_exist():
    entries: list[Any] = list(settings.CELERY_BEAT_SCHEDULE.values())
    assert len(entries) == 3
    for entry in entries:
        assert entry["options"]["queue"] in settings.CELERY_TASK_QUEUES
        assert entry["options"]["expires"] >= entry["schedule"]
