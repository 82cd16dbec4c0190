"""Repair derives again what is derived, leaves alone what is whole, and spreads no falsehood."""

import pytest
from django.db import connection

from mdm.compliance import audit
from mdm.compliance.digest import digest
from mdm.compliance.mending import mend
from mdm.compliance.verify import verify
from mdm.models import AuditEntry, Edge, GoldenRecord, OutboxEvent, SourceRecord, Xref
from mdm.resolution.repair import repair
from tests.linktable import DOMAIN, start
from tests.mdm.compliance.test_digest import said

pytestmark = pytest.mark.django_db

# An id that lost its last record went back to a cluster that carried a younger one.
FREED = """
erp/1 n=anna
crm/1 n=anna
shop/1 n=bert
crm/1 n=bert at=1
erp/1 n=anna gone at=1
"""


def falsify() -> None:
    """Change an input and damage what was derived from it."""
    with audit.entry(actor="test", action="falsify", cause="a test"):
        SourceRecord.objects.update(content_hash="x")
    Edge.objects.all().delete()


def test_a_repair_of_a_whole_hub_changes_nothing_but_the_audit_log():
    hub = start()
    hub.load(FREED)
    before, events, spans = digest(), OutboxEvent.objects.count(), Xref.objects.count()
    repair(DOMAIN, actor="test", cause="a test")
    assert (digest(), OutboxEvent.objects.count(), Xref.objects.count()) == (before, events, spans)
    assert hub.stands() == "g1: crm/1 (erp/1) shop/1\ng2 -> g1"
    assert AuditEntry.objects.latest("pk").action == "repair"


def test_what_was_lost_comes_back_and_readers_of_events_are_told():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=anna\nshop/1 n=bert")
    before = digest()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mdm_blockingkey; DELETE FROM mdm_edge; DELETE FROM mdm_outboxevent")
        cursor.execute("UPDATE mdm_membership SET component_id = record_id")
    mended = mend(actor="test", cause="a test")
    assert {finding.of for finding in mended.before} == {"derived"}
    assert (mended.after, mended.refused, digest()) == ((), "", before)
    assert OutboxEvent.objects.count() == 2


def test_while_an_input_is_broken_nothing_is_repaired():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=anna")
    falsify()
    mended = mend(actor="test", cause="a test")
    assert mended.refused.startswith("Inputs are broken (content-hash")
    assert mended.after == mended.before
    assert not AuditEntry.objects.filter(action="repair").exists()


def test_the_command_repairs_and_says_what_is_left():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=anna")
    before = digest()
    GoldenRecord.objects.filter(pk=hub.golden("g1").pk).update(changes_on="2999-01-01")
    code, out = said("verify", "--repair")
    assert (code, '"mended": 1, "left": 0' in out, verify(deep=True), digest()) == (0, True, [], before)
    falsify()
    code, out = said("verify", "--repair")
    assert (code, "nothing is repaired" in out) == (1, True)
