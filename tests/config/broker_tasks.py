"""Small tasks for the tests of the broker; each leaves a row that can be counted."""

from __future__ import annotations

import os
import signal

from celery import shared_task
from django.db import connection


@shared_task(name="tests.note")
def note(word: str) -> None:
    """Write the word and the backend that wrote it."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO noted (word, backend) VALUES (%s, pg_backend_pid())", [word])


@shared_task(name="tests.pass_on")
def pass_on(word: str, times: int) -> None:
    """Send further tasks from inside the worker's child, as a forked process that publishes."""
    for number in range(times):
        note.delay(f"{word}-{number}")


@shared_task(name="tests.die")
def die(word: str) -> None:
    """Note the word and kill the child that runs this."""
    note(word)
    os.kill(os.getpid(), signal.SIGKILL)
