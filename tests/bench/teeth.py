"""A small hub in every state that checks look at, and what `verify` says of it once it is corrupted."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from matching.spec import StateGates
from mdm.compliance import audit
from mdm.compliance.digest import digest
from mdm.compliance.mending import Mended, mend
from mdm.compliance.sealing import seal
from mdm.compliance.verify import verify
from mdm.ingestion.problems import Problem
from mdm.ingestion.quarantine import Refused, store
from mdm.models import Destination, GoldenRecord, Lane, Membership, SourceRecord
from mdm.relationships.stewarding import relate
from mdm.resolution.overriding import override, say
from tests.bench.seeded_faults import FAULTS, Fault
from tests.linktable import BY, Hub, start

# It ends with a cluster of two, a question about erp/3 and crm/3, a tombstone, a record that moved away, a
# generic phone, an overlay, an override, a record of which a steward says something else, two relationships.
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
crm/7 n=hans of=erp/4:buyer
desk/1 n=ida p=7
desk/2 n=jonas p=7
desk/3 n=klara p=7
shop/8 n=lars m=l
shop/8 n=mona m=x at=1
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
             WHERE i.indrelid::regclass::text LIKE 'mdm\_%' AND i.indisunique AND NOT i.indisprimary
               AND i.indexrelid::regclass::text !~ 'historical.*_once|one_lane_a_record|one_create_a_golden'
             LOOP
    EXECUTE format('DROP INDEX %s', one.name);
  END LOOP;
END $$
"""
"""The database without the guards that would refuse most faults, until the transaction ends."""

GUARDED = r"""
SET CONSTRAINTS ALL IMMEDIATE;
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT relname FROM pg_class WHERE relname LIKE 'mdm\_%' AND relkind = 'r' LOOP
    EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', one.relname);
  END LOOP;
END $$
"""
"""History is written again, as where a repair runs."""

INPUTS = """
SELECT md5(string_agg(line, chr(10) ORDER BY line)) FROM (
  SELECT 'record ' || r::text AS line FROM mdm_sourcerecord r
  UNION ALL SELECT 'key ' || r::text FROM mdm_alternatekey r
  UNION ALL SELECT 'judgement ' || r::text FROM mdm_judgement r
  UNION ALL SELECT 'hold ' || r::text FROM mdm_hold r
  UNION ALL SELECT 'override ' || r::text FROM mdm_override r
  UNION ALL SELECT 'statement ' || (to_jsonb(r) - 'told')::text FROM mdm_sourcerelationship r
  UNION ALL SELECT 'word ' || r::text FROM mdm_stewardrelationship r
  UNION ALL SELECT 'rules ' || r::text FROM mdm_ruleset r
  UNION ALL SELECT 'confirmed ' || id FROM mdm_goldenrecord WHERE confirmed
) AS inputs
"""


def load() -> Hub:
    """Fill an empty database; every check has something to look at."""
    hub = start(names=2, gates=StateGates(overlay=2))
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
    with audit.entry(actor="test", action="look", cause="a table"):
        pass
    relate("contact_of", *(hub.code(_label(hub, short)) for short in ("erp/3", "erp/4")), by=BY)
    seal(everything=True)
    return hub


def _label(hub: Hub, short: str) -> str:
    golden = hub.membership(short).golden_id
    assert golden is not None
    return hub.goldens()[golden]


@dataclass(frozen=True, slots=True)
class Bite:
    """What became of one fault. trouble: what a repair did wrong, empty where it did right."""

    fault: Fault
    seen: frozenset[str]
    trouble: str

    @property
    def named(self) -> bool:
        """Whether the check that must name it did."""
        return self.fault.check in self.seen


def bite(say: Callable[[str], None] = lambda line: None) -> dict[str, int]:
    """Corrupt, verify, repair, undo, fault by fault; returns how many were named and mended as they should.

    false_alarms: findings without a fault.
    """
    false_alarms, places, former = len(verify(deep=True)), _places(), digest()
    bites = []
    for fault in FAULTS:
        bites.append(_bitten(fault, places, former))
        word = "MISSED" if not bites[-1].named else "WRONG" if bites[-1].trouble else "right"
        say(
            f"{word:6} {fault.check} ({fault.of}): {fault.what} ({', '.join(sorted(bites[-1].seen))})"
            f" {bites[-1].trouble}".rstrip()
        )
    false_alarms += len(verify(deep=True))
    named = sum(one.named for one in bites)
    return {
        "corruptions": len(FAULTS),
        "named": named,
        "missed": len(FAULTS) - named,
        "false_alarms": false_alarms,
        "repairable": sum(fault.of == "derived" for fault in FAULTS),
        "repaired": sum(one.fault.of == "derived" and not one.trouble for one in bites),
        "repaired_wrongly": sum(bool(one.trouble) for one in bites),
    }


def _bitten(fault: Fault, places: Mapping[str, int], former: str) -> Bite:
    with _undone(), connection.cursor() as cursor:
        cursor.execute(UNGUARDED)
        cursor.execute(fault.statement(places))
        if cursor.rowcount < 1:
            raise AssertionError(f"The fault {fault.what!r} changed nothing: {fault.statement(places)}")
        cursor.execute(GUARDED)
        inputs, damaged = _inputs(), digest()
        mended = mend(actor="test", cause="a fault")
        trouble = _trouble(fault, mended, {"former": former, "damaged": damaged, "now": digest()})
        if _inputs() != inputs:
            trouble += " The repair changed inputs."
        return Bite(fault, frozenset(finding.check for finding in mended.before), trouble)


def _inputs() -> str:
    with connection.cursor() as cursor:
        cursor.execute(INPUTS)
        return str(cursor.fetchone()[0])


def _trouble(fault: Fault, mended: Mended, digests: Mapping[str, str]) -> str:
    """Return what the repair of a fault did wrong."""
    left = sorted({finding.check for finding in mended.after})
    if fault.of == "input":
        if not mended.refused or mended.after != mended.before or digests["now"] != digests["damaged"]:
            return "An input is damaged, and the repair was not refused."
        return ""
    if mended.refused:
        return f"The repair was refused: {mended.refused}"
    if digests["now"] != digests["former"]:
        return f"The digest is another one than before; left: {left}."
    if fault.of == "witness":
        return "" if fault.check in left else "What cannot be derived is not named any more."
    return f"Still broken: {left}" if left else ""


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
