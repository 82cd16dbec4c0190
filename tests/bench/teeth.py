"""A small hub in every state that checks look at, and what `verify` says of it once it is corrupted."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, transaction

from mdm.compliance import audit
from mdm.compliance.verify import Finding, verify
from mdm.ingestion.problems import Problem
from mdm.ingestion.quarantine import Refused, store
from mdm.models import Destination, GoldenRecord, Lane, Membership, SourceRecord
from mdm.resolution.overriding import override, say
from tests.bench.seeded_faults import FAULTS, Fault
from tests.linktable import BY, Hub, start

# It ends with a cluster of two, a question about erp/3 and crm/3, a tombstone, a record that moved away, an
# override, and a record of which a steward says something else.
TABLE = """
erp/1 n=anna m=a k=person
crm/1 n=anna p=1 k=person l=de
erp/2 n=bert
crm/2 n=bertha p=2
erp/3 n=carl m=c
crm/3 n=karl m=c
erp/4 n=dora m=d
crm/5 n=emil
shop/5 n=emil
shop/9 n=zoe
shop/9 n=zoe gone at=1
erp/6 n=frieda
crm/6 n=frieda
crm/6 n=gerda at=1
"""

UNGUARDED = r"""
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT relname FROM pg_class WHERE relname LIKE 'mdm\_%' AND relkind = 'r' LOOP
    EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', one.relname);
  END LOOP;
  FOR one IN SELECT conrelid::regclass AS name, conname FROM pg_constraint
             WHERE conrelid::regclass::text LIKE 'mdm\_%' AND contype IN ('c', 'u') LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.name, one.conname);
  END LOOP;
  FOR one IN SELECT i.indexrelid::regclass AS name FROM pg_index i
             WHERE i.indrelid::regclass::text LIKE 'mdm\_%' AND i.indisunique AND NOT i.indisprimary LOOP
    EXECUTE format('DROP INDEX %s', one.name);
  END LOOP;
END $$
"""
"""The database without the guards that would refuse most faults, until the transaction ends."""


def load() -> Hub:
    """Fill an empty database; every check has something to look at."""
    hub = start()
    with audit.entry(actor="test", action="register", cause="a table"):
        for source in ("erp", "crm"):
            Destination.objects.create(source=hub.type_of(source).source, connector="none", settings={})
        problem = Problem("required", "name", "", "The row has no name; give it one.")
        store([Refused(1, "77", {"name": ""}, problem)], object_type=hub.type_of("shop"), origin="a table")
    hub.load(TABLE)
    hub.merge(*(_label(hub, short) for short in ("erp/2", "crm/2")))
    hub.part(*(_label(hub, short) for short in ("erp/1", "erp/4")))
    override(hub.code(_label(hub, "erp/2")), "language", "it", by=BY)
    say([hub.record("erp/6").pk], "full_name", "frida", by=BY)
    return hub


def _label(hub: Hub, short: str) -> str:
    golden = hub.membership(short).golden_id
    assert golden is not None
    return hub.goldens()[golden]


def bite(say: Callable[[str], None] = lambda line: None) -> dict[str, int]:
    """Corrupt, verify, undo, fault by fault; returns how many were named, and findings without a fault."""
    false_alarms, named = len(verify(deep=True)), 0
    places = _places()
    for fault in FAULTS:
        found = _found(fault, places)
        seen = sorted({finding.check for finding in found})
        named += fault.check in seen
        word = "named" if fault.check in seen else "MISSED"
        say(f"{word:6} {fault.check}: {fault.what} ({', '.join(seen)})")
    false_alarms += len(verify(deep=True))
    return {
        "corruptions": len(FAULTS),
        "named": named,
        "missed": len(FAULTS) - named,
        "false_alarms": false_alarms,
    }


def _found(fault: Fault, places: Mapping[str, int]) -> list[Finding]:
    with _undone(), connection.cursor() as cursor:
        cursor.execute(UNGUARDED)
        cursor.execute(fault.statement(places))
        if cursor.rowcount < 1:
            raise AssertionError(f"The fault {fault.what!r} changed nothing: {fault.statement(places)}")
        return verify(deep=True)


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _places() -> dict[str, int]:
    """Return what faults call things: a record's id, "of" its golden record's, the tombstone, the merged."""
    found: dict[str, int] = {}
    for record in SourceRecord.objects.select_related("object_type__source"):
        short = f"{record.object_type.source.code}/{record.source_key}"
        found[short] = record.pk
        found[f"of {short}"] = Membership.objects.get(record=record).golden_id or 0
    found["gone"] = GoldenRecord.objects.get(status="tombstone").pk
    found["merged"] = GoldenRecord.objects.get(status="merged").pk
    assert Lane.objects.exists()
    return found
