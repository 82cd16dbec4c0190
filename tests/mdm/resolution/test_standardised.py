"""What is kept of a record for matching: written with its keys, and no record needs it."""

import pytest

from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.models import SourceRecord, StandardisedRecord
from mdm.resolution.repair import repair
from tests.linktable import DOMAIN, start

pytestmark = pytest.mark.django_db

TABLE = "erp/1 n=anna p=1\ncrm/1 n=anna p=1\nshop/1 n=bert p=2"


def kept() -> dict[str, tuple[int, str]]:
    """Return source key -> version and phone that is kept of each record."""
    rows = StandardisedRecord.objects.select_related("record__object_type__source")
    return {
        f"{row.record.object_type.source.code}/{row.record.source_key}": (
            row.version,
            row.said.split("\x1e")[2],
        )
        for row in rows
    }


def test_it_follows_its_record_and_goes_with_it():
    hub = start()
    hub.load(TABLE)
    assert kept() == {"erp/1": (1, "+491"), "crm/1": (1, "+491"), "shop/1": (1, "+492")}
    hub.load("crm/1 n=anna p=3 at=1")
    assert kept()["crm/1"] == (2, "+493")
    hub.load("crm/1 gone at=2")
    assert kept().keys() == {"erp/1", "shop/1"}
    hub.load("crm/1 n=anna p=1 at=3")
    assert kept()["crm/1"] == (4, "+491")
    assert verify(deep=True) == []


def test_whoever_lacks_it_is_read_from_the_record():
    hub = start()
    hub.load(TABLE)
    StandardisedRecord.objects.all().delete()
    hub.load("desk/1 n=anna p=1\ndesk/2 n=bert p=2")
    assert hub.stands() == "g1: crm/1 desk/1 erp/1\ng2: desk/2 shop/1"
    assert kept().keys() == {"desk/1", "desk/2"}
    assert verify(deep=True) == []
    hub.rebuild()
    assert len(kept()) == SourceRecord.objects.count()


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [("said", "x", "standardised-values"), ("version", 7, "standardised-records"), ("domain", "product", "")],
)
def test_verify_names_what_is_wrong_with_it_and_repair_mends_it(column, value, check):
    hub = start()
    hub.load(TABLE)
    before = digest(partition=True)
    StandardisedRecord.objects.filter(record=hub.record("erp/1")).update(**{column: value})
    assert [one.check for one in verify(deep=True)] == [check or "standardised-records"]
    repair(DOMAIN, actor="test", cause="test")
    assert (verify(deep=True), digest(partition=True)) == ([], before)
