"""The chain over the audit log: what was changed, removed or slipped in is named."""

import io
import json
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from mdm.compliance import audit
from mdm.compliance.sealing import CHECKS, FIRST, chained, head, seal
from mdm.models import AuditEntry, AuditSeal

pytestmark = pytest.mark.django_db


def write(count: int = 3) -> list[int]:
    entries = []
    for number in range(count):
        with audit.entry(actor="eva", action="look", cause="a test", detail={"n": number}) as entry:
            entries.append(entry.pk)
    return entries


def unguarded(statement: str, *parameters: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE mdm_auditentry DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE mdm_auditseal DISABLE TRIGGER USER")
        cursor.execute(statement, parameters)


def found() -> list[str]:
    return [f"{one.subject} {one.sentence}" for one in CHECKS[0].look()]


def test_entries_are_sealed_once_in_a_chain_that_grows():
    first = write()
    assert (seal(), seal(), head()[0]) == (3, 0, 3)
    write(2)
    assert (seal(), head()[0], found()) == (2, 5, [])
    seals = list(AuditSeal.objects.order_by("position").values_list("entry_id", "digest"))
    assert [entry for entry, _ in seals[:3]] == first
    assert seals[0][1] != chained(FIRST, "anything")
    assert len({digest for _, digest in seals}) == 5


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", "edited"),
        ("actor", "tom"),
        ("cause", "else"),
        ("detail", "{}"),
        ("at", "2020-01-01T00:00:00Z"),
    ],
)
def test_a_changed_entry_is_named_and_no_other(column, value):
    _, second, _ = write()
    seal()
    unguarded(f"UPDATE mdm_auditentry SET {column} = %s WHERE id = %s", value, second)
    assert found() == [f"audit entry {second} is not what was sealed."]


def test_a_removed_entry_is_named():
    _, second, _ = write()
    seal()
    unguarded("DELETE FROM mdm_auditentry WHERE id = %s", second)
    assert [one.split(",")[0] for one in found()] == [f"audit entry {second} is gone"]


def test_a_removed_seal_is_named():
    _, second, _ = write()
    seal()
    unguarded("DELETE FROM mdm_auditseal WHERE entry_id = %s", second)
    assert found()[:1] == ["audit seal 2 is gone; the next one that stands is 3."]


def test_an_entry_that_is_slipped_in_is_named_before_and_after_it_is_sealed():
    write()
    seal()
    AuditEntry.objects.create(
        pk=0, at=timezone.now() - timedelta(days=3), actor="x", action="look", cause="never"
    )
    assert found() == ["audit entry 0 stands among sealed ones and was never sealed."]
    unguarded("UPDATE mdm_auditseal SET sealed_at = sealed_at - interval '2 days'")
    assert seal(everything=True) == 1
    assert [one.split(",")[0] for one in found()] == ["audit entry 0 came after later ones"]


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_sealed_late_and_is_no_fault():
    opened, go = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            write(1)
            opened.set()
            go.wait(30)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert opened.wait(30)
    write(2)
    assert seal() == 2
    go.set()
    thread.join()
    assert (seal(), found()) == (1, [])
    entries = list(AuditSeal.objects.order_by("position").values_list("entry_id", flat=True))
    assert entries[2] == min(entries)


def test_seals_can_not_be_changed_through_the_front_door():
    write(1)
    seal()
    with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
        AuditSeal.objects.update(digest=FIRST)


def test_the_command_seals_and_holds_the_log_to_what_was_written_down():
    out = io.StringIO()
    write()
    call_command("seal_audit", stdout=out)
    told = json.loads(out.getvalue())
    assert told == {"sealed": 3, "position": 3, "digest": head()[1]}
    write(1)
    call_command("seal_audit", check=f"3:{told['digest']}", all=True, stdout=io.StringIO())
    # Whoever computes the whole chain anew is found out by what was written down.
    unguarded("UPDATE mdm_auditentry SET reason = 'edited' WHERE id = (SELECT min(id) FROM mdm_auditentry)")
    unguarded("DELETE FROM mdm_auditseal")
    seal(everything=True)
    assert found() == []
    with pytest.raises(CommandError, match=r"Seal 3 is .*, not"):
        call_command("seal_audit", check=f"3:{told['digest']}")
    with pytest.raises(CommandError, match="POSITION:DIGEST"):
        call_command("seal_audit", check="three")
