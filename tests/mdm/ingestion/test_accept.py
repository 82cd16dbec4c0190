"""Accept: new, changed, unchanged, stale, retired; one record under several keys; two who come at once."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from mdm.compliance import audit
from mdm.compliance.verify import verify
from mdm.ingestion.accept import accept
from mdm.ingestion.incoming import Incoming, content_hash
from mdm.models import (
    AlternateKey,
    BlockingKey,
    Component,
    Membership,
    ObjectType,
    SourceRecord,
    SourceSystem,
)
from mdm.xref.lookup import lookup
from tests.linktable import lines, start

pytestmark = pytest.mark.django_db

# what is sent, one batch a row -> verdicts, version, and whether the record is due afterwards
CASES = [
    (["erp/1 n=anna"], "created", 1),
    (["erp/1 n=anna", "erp/1 n=anna"], "created unchanged", 1),
    (["erp/1 n=anna", "erp/1 n=anna at=9"], "created unchanged", 1),  # a later stamp alone is no change
    (["erp/1 n=anna", "erp/1 n=anne at=1"], "created changed", 2),
    (["erp/1 n=anna at=5", "erp/1 n=anne at=4"], "created stale", 1),
    (["erp/1 n=anna at=5", "erp/1 n=anne at=5"], "created changed", 2),  # same stamp, other content: news
    (["erp/1 n=anna", "erp/1 n=anna gone at=1"], "created changed", 2),
    (["erp/1 n=anna", "erp/1 n=anna gone at=1", "erp/1 n=anna at=2"], "created changed changed", 3),
    (["erp/1 n=anna at=2", "erp/1 n=anna gone at=1"], "created stale", 1),
    (["erp/1 n=anna\nerp/1 n=anne at=1\nerp/1 n=anne at=1"], "created changed unchanged", 2),  # one batch
    (["erp/1 n=anna\nerp/1 n=anne at=2\nerp/1 n=anni at=1"], "created changed stale", 2),
]


@pytest.mark.parametrize(("batches", "verdicts", "version"), CASES)
def test_verdicts(batches, verdicts, version):
    hub = start()
    assert " ".join(hub.put(batch) for batch in batches) == verdicts
    record = SourceRecord.objects.get()
    assert record.version == version
    assert Membership.objects.get().due is True


def test_a_new_record_has_keys_a_lock_and_a_membership_at_once():
    hub = start()
    hub.put("erp/1 n=anna m=a,b p=1")
    record = SourceRecord.objects.get()
    assert BlockingKey.objects.filter(record=record).count() == 4
    assert Component.objects.get().pk == record.pk
    membership = Membership.objects.get()
    assert (membership.component_id, membership.golden, membership.resolved_version) == (record.pk, None, 0)
    assert hub.stands() == "due: erp/1"


def test_a_retired_record_loses_its_keys_and_gets_them_back():
    hub = start()
    hub.put("erp/1 n=anna")
    hub.put("erp/1 n=anna gone at=1")
    assert BlockingKey.objects.count() == 0
    hub.put("erp/1 n=anna at=2")
    assert BlockingKey.objects.count() == 1


def test_an_unchanged_record_leaves_no_trace():
    hub = start()
    hub.load("erp/1 n=anna")
    before = (SourceRecord.objects.get(), hub.stands(), SourceRecord.history.count())
    assert hub.put("erp/1 n=anna") == "unchanged"
    assert (SourceRecord.objects.get(), hub.stands(), SourceRecord.history.count()) == before


def test_a_patch_keeps_what_it_does_not_name():
    hub = start()
    hub.put("erp/1 n=anna l=de")
    with audit.entry(actor="test", action="accept", cause="a patch"):
        (row,) = lines("erp/1 l=fr at=1")
        accept([row.incoming()], object_type=hub.type_of("erp"), origin="a patch", mode="patch")
    assert SourceRecord.objects.get().attributes == {"full_name": "anna", "language": "fr"}


def test_a_further_key_names_the_same_record():
    hub = start()
    hub.put("erp/1 n=anna also=X1,X2")
    assert hub.put("erp/X1 n=anne at=1\nerp/X2 n=anni at=2\nerp/1 n=anni at=2") == "changed changed unchanged"
    assert SourceRecord.objects.get().version == 3
    assert lookup("erp", "thing", "X2").state == "pending"


def test_a_further_key_that_names_another_record_is_not_added():
    hub = start()
    hub.put("erp/1 n=anna also=X1\nerp/2 n=bert")
    with audit.entry(actor="test", action="accept", cause="a clash"):
        rows = [row.incoming() for row in lines("erp/3 n=carl also=X1\nerp/4 n=dora also=2")]
        outcomes = accept(rows, object_type=hub.type_of("erp"), origin="a clash")
    assert [outcome.reason for outcome in outcomes] == [
        "Further key X1 already names another record; it was not added.",
        "Further key 2 already names another record; it was not added.",
    ]
    assert AlternateKey.objects.count() == 1
    hub.resolve()
    assert verify() == []


def test_party_7_and_product_7_of_one_erp_are_different_things():
    with audit.entry(actor="test", action="register", cause="a test"):
        erp = SourceSystem.objects.create(code="erp", name="ERP")
        party = ObjectType.objects.create(source=erp, code="BusinessPartner", domain="customer")
        product = ObjectType.objects.create(source=erp, code="Product", domain="product")
        accept([Incoming("7", {"full_name": "Anna"}, {})], object_type=party, origin="a test")
        accept([Incoming("7", {"name": "Anna"}, {})], object_type=product, origin="a test")
    assert list(
        SourceRecord.objects.order_by("pk").values_list("object_type__code", "source_key", "domain")
    ) == [
        ("BusinessPartner", "7", "customer"),
        ("Product", "7", "product"),
    ]
    assert lookup("erp", "BusinessPartner", "7").domain == "customer"
    assert lookup("erp", "Product", "7").domain == "product"


def test_nothing_is_accepted_without_an_audit_entry():
    hub = start()
    with pytest.raises(RuntimeError, match="No audit entry is open here"):
        accept([], object_type=hub.type_of("erp"), origin="nowhere")


def test_the_content_hash_looks_at_what_a_record_says_in_any_order():
    one = content_hash({"a": 1, "b": ["x", "y"]}, "active")
    assert one == content_hash({"b": ["x", "y"], "a": 1}, "active")
    assert one != content_hash({"a": 1, "b": ["y", "x"]}, "active")
    assert one != content_hash({"a": 1, "b": ["x", "y"]}, "retired")
    assert len(one) == 40


@pytest.mark.django_db(transaction=True)
def test_two_who_insert_one_new_record_at_once_make_one():
    hub = start()
    erp = hub.type_of("erp")
    hub.put("crm/1 n=anna")
    barrier, verdicts, failures = threading.Barrier(2), [], []

    def insert(name: str, day: int) -> None:
        row = Incoming("1", {"full_name": name}, {}, changed_at=datetime(2024, 1, day, tzinfo=UTC))
        try:
            barrier.wait()
            with audit.entry(actor=name, action="accept", cause="a race"):
                (outcome,) = accept([row], object_type=erp, origin="a race")
            verdicts.append(outcome.verdict)
        except Exception as error:  # noqa: BLE001 - told to the test below
            failures.append(error)
        finally:
            connection.close()

    for day in range(1, 6):
        threads = [threading.Thread(target=insert, args=(f"anna{day}{who}", day)) for who in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    assert sorted(verdicts) == ["changed"] * 9 + ["created"]
    assert SourceRecord.objects.filter(object_type=erp).count() == 1
    hub.resolve()
    assert verify(deep=True) == []
