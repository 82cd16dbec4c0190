"""Statements that go together do what they do alone, and rows that are inserted are those that are copied."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from mdm.copying import copy_rows
from mdm.together import insertion, together

pytestmark = pytest.mark.django_db(transaction=True)

ODD = "100% 'so' \\ {x} %s %(y)s; \t\n ü"


@pytest.fixture
def notes():
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE note (id bigint, said text, day date, at timestamptz, told jsonb, yes boolean)"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE note")


def test_each_statement_sees_what_those_before_it_did_and_answers_for_itself(notes):
    with transaction.atomic():
        answers = together(
            ("INSERT INTO note (id, said) VALUES (%s, %s)", [1, ODD]),
            ("SELECT FROM note WHERE id = %(id)s FOR NO KEY UPDATE", {"id": 1}),
            ("SELECT id, said FROM note WHERE said = %(said)s", {"said": ODD}),
            ("DELETE FROM note WHERE id = ANY(%s::bigint[])", ["{1,2}"]),
            ("SELECT count(*) FROM note", []),
        )
    assert [answers[0], *answers[2:]] == [[], [(1, ODD)], [], [(0,)]]


def test_outside_of_a_transaction_they_are_refused(notes):
    with pytest.raises(AssertionError):
        together(("SELECT 1", []))


def test_what_was_committed_while_the_first_one_waited_is_seen_by_the_next(notes):
    """A lock and what is read under it go in one trip."""
    locked, waiting = threading.Event(), threading.Event()

    def holder() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(7)")
                locked.set()
                assert waiting.wait(30)
                cursor.execute(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 7"
                )
                while not cursor.fetchone()[0]:
                    cursor.execute(
                        "SELECT count(*) FROM pg_locks"
                        " WHERE locktype = 'advisory' AND NOT granted AND objid = 7"
                    )
                cursor.execute("INSERT INTO note (id) VALUES (1)")
        finally:
            connection.close()

    thread = threading.Thread(target=holder)
    thread.start()
    assert locked.wait(30)
    waiting.set()
    with transaction.atomic():
        _, found = together(("SELECT pg_advisory_xact_lock(7)", []), ("SELECT id FROM note", []))
    thread.join(30)
    assert found == [(1,)]


def test_inserted_rows_are_those_that_are_copied(notes):
    columns = ("id", "said", "day", "at", "told", "yes")
    moment = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
    rows = [
        (1, ODD, date(2026, 1, 2), moment, {"a": [1, None, ODD]}, True),
        (2, "", None, moment, [], False),
        (3, None, None, None, {}, None),
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        copy_rows("note", columns, rows)
        cursor.execute("SELECT * FROM note ORDER BY id")
        copied = cursor.fetchall()
        cursor.execute("DELETE FROM note")
        cursor.execute(*insertion("note", columns, rows))
        cursor.execute("SELECT * FROM note ORDER BY id")
        assert cursor.fetchall() == copied
    assert len(copied) == 3
