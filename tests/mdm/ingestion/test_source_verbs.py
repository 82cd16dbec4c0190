"""A source retires, deletes, merges and re-keys its records; each verb has its own outcome."""

import pytest

from mdm.compliance import audit
from mdm.compliance.verify import verify
from mdm.ingestion import record_names
from mdm.ingestion.mapping import canonical
from mdm.ingestion.pipeline import RowOutcome, ingest
from mdm.ingestion.replay import replay
from mdm.models import AlternateKey, Judgement, QuarantinedRow, SourceRecord, Xref
from mdm.xref.lookup import lookup
from mdm.xref.redirect import live_golden
from tests.linktable import DOMAIN, Hub, start

pytestmark = pytest.mark.django_db


def links() -> list[tuple[str, str, bool]]:
    found = Judgement.objects.order_by("pk").values_list("rank", "reason_code", "withdrawn_at")
    return [(rank, code, at is None) for rank, code, at in found]


def test_a_deleted_record_keeps_its_place_without_a_voice_and_comes_back():
    hub = start()
    assert hub.load("erp/1 n=anna\ncrm/1 n=anna l=de\ncrm/1 n=anna l=de deleted at=1") == "g1: (crm/1) erp/1"
    record = hub.record("crm/1")
    assert (record.status, record.version, record.history.count()) == ("deleted", 2, 2)
    assert hub.load("crm/1 n=anna l=de at=2") == "g1: crm/1 erp/1"
    assert verify(deep=True) == []


def test_what_the_source_merged_is_one_although_the_model_would_not_say_so():
    hub = start()
    assert hub.load("erp/1 n=anna\nerp/2 n=bert\nerp/2 n=bert into=1 at=1") == "g1: erp/1 erp/2\ng2 -> g1"
    assert links() == [("rule", "source_merged", True)]
    assert verify(deep=True) == []


def test_the_link_is_withdrawn_when_the_source_says_so():
    hub = start()
    hub.load("erp/1 n=anna\nerp/2 n=bert\nerp/2 n=bert into=1 at=1")
    assert hub.load("erp/2 n=bert at=2") == "g1: erp/1\ng2: erp/2"
    assert links() == [("rule", "source_merged", False)]
    assert hub.load("erp/3 n=carl\nerp/2 n=bert into=3 at=3").splitlines()[0] == "g1: erp/1"
    assert hub.clusters() == {frozenset({"erp/1"}), frozenset({"erp/2", "erp/3"})}
    assert verify(deep=True) == []


def test_a_merge_waits_for_a_record_that_comes_later():
    hub = start()
    hub.load("erp/2 n=bert into=1")
    assert links() == []
    assert hub.load("erp/1 n=anna") == "g1: erp/1 erp/2"
    assert verify(deep=True) == []


def test_gates_and_people_are_above_what_the_source_merged():
    hub = start()
    hub.load("erp/1 n=anna t=DE1\nerp/2 n=bert t=DE2\nerp/2 n=bert t=DE2 into=1 at=1")
    assert hub.stands() == "g1: erp/1\ng2: erp/2"
    hub.load("crm/1 n=dora\ncrm/2 n=emma")
    hub.part("g3", "g4")
    hub.load("crm/2 n=emma into=1 at=1")
    assert hub.stands() == "g1: erp/1\ng2: erp/2\ng3: crm/1\ng4: crm/2"
    assert verify(deep=True) == []


def test_the_id_of_a_record_deleted_by_a_merge_leads_to_its_survivor():
    hub = start()
    hub.load("crm/1 n=anna\ncrm/2 n=bert")
    gone = hub.code("g2")
    assert hub.load("crm/2 n=bert deleted into=1 at=1").splitlines()[0] == "g1: crm/1 (crm/2)"
    assert live_golden(gone).code == hub.code("g1")
    assert lookup("crm", "thing", "2").golden_id == hub.code("g1")
    assert verify(deep=True) == []
    assert hub.load("crm/1 n=anna gone at=2") == "g1 gone\ng2 gone"
    assert live_golden(gone).code == gone
    assert verify(deep=True) == []


def test_a_rekeyed_record_keeps_home_judgements_and_cross_references():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=anne")
    hub.merge("g1", "g2")
    record, spans = hub.record("erp/1").pk, Xref.objects.count()
    assert hub.put("erp/A1 n=anna was=1 at=1") == "changed"
    hub.resolve()
    assert hub.stands() == "g1: crm/1 erp/A1\ng2 -> g1"
    assert hub.record("erp/A1").pk == record
    assert (Xref.objects.count(), AlternateKey.objects.get().key) == (spans, "1")
    assert lookup("erp", "thing", "1").golden_id == lookup("erp", "thing", "A1").golden_id == hub.code("g1")
    assert hub.put("erp/1 n=anna at=2\nerp/A1 n=anna was=1 at=3") == "unchanged unchanged"
    assert verify(deep=True) == []


def test_a_key_that_names_another_record_is_not_given_away():
    hub = start()
    hub.load("erp/1 n=anna\nerp/2 n=bert")
    assert hub.put("erp/2 n=bert was=1 at=1") == "unchanged"
    with audit.entry(actor="test", action="rekey", cause="a test"), pytest.raises(record_names.KeyTaken):
        record_names.rekey(hub.record("erp/1"), "2")
    assert SourceRecord.objects.count() == 2


def bring(hub: Hub, rows: list[dict], **more) -> list[tuple[str, str]]:
    heard: list[RowOutcome] = []
    ingest(
        enumerate(rows, start=1), object_type=hub.type_of("erp"), mapping=canonical(DOMAIN), origin="a file",
        actor="test", report=heard.append, **more,
    )  # fmt: skip
    return [(one.source_key, one.verdict) for one in heard]


def rows(prefix: str, count: int = 6) -> list[dict]:
    return [{"source_key": f"{prefix}{n}", "full_name": f"Anna Berg{n}"} for n in range(count)]


def test_a_mass_key_change_is_held_with_what_to_do():
    hub = start()
    bring(hub, rows("K"))
    assert {verdict for _, verdict in bring(hub, rows("N"))} == {"quarantined"}
    assert SourceRecord.objects.count() == 6
    kept = QuarantinedRow.objects.get(source_key="N0")
    assert (kept.rule, kept.column, kept.value) == ("mass_key_change", "source_key", "N0")
    assert kept.reason.startswith(
        "6 of 6 records of this batch are known under other keys, this one as K0; erp/thing allows 20 %."
    )


@pytest.mark.parametrize(
    ("new_keys", "keys"),
    [("rekey", {f"N{n}" for n in range(6)}), ("new", {f"{p}{n}" for p in "KN" for n in range(6)})],
)
def test_a_held_mass_key_change_is_let_through_as_either(new_keys, keys):
    hub = start()
    bring(hub, rows("K"))
    bring(hub, rows("N"))
    replay(
        ids=list(QuarantinedRow.objects.values_list("pk", flat=True)), actor="test", reason="asked",
        mapping=canonical(DOMAIN), new_keys=new_keys,
    )  # fmt: skip
    assert set(SourceRecord.objects.values_list("source_key", flat=True)) == keys
    assert not QuarantinedRow.objects.filter(status="open").exists()


@pytest.mark.parametrize(
    "second",
    [
        rows("K") + rows("N", 1),  # one of seven
        rows("K") + rows("N"),  # the old ones come as well: these are twins, not the same under new keys
        [{"source_key": f"N{n}", "full_name": f"Bert Cramer{n}"} for n in range(6)],  # strangers
        rows("N", 4),  # four are no mass
    ],
)
def test_what_is_no_mass_key_change_goes_in(second):
    hub = start()
    bring(hub, rows("K"))
    assert "quarantined" not in {verdict for _, verdict in bring(hub, second)}


def test_a_first_load_and_an_object_type_that_allows_all_are_not_looked_at():
    hub = start()
    twice = rows("K") + rows("N")
    assert {verdict for _, verdict in bring(hub, twice)} == {"created"}
    kind = hub.type_of("erp")
    kind.most_new_keys = 100
    kind.save()
    assert {verdict for _, verdict in bring(hub, rows("M"))} == {"created"}
