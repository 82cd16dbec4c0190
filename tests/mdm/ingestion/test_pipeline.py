"""Ingestion as a whole, on a real PostgreSQL."""

import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdm.ingestion.mapping import parse_mapping
from mdm.ingestion.pipeline import RowOutcome, ingest, rehearsal
from mdm.ingestion.quarantine import NotOpen, dismiss
from mdm.ingestion.registering import Contradiction, ensure_object_type
from mdm.ingestion.replay import replay
from mdm.models import AuditEntry, ObjectType, QuarantinedRow, SourceRecord

MAPPING = parse_mapping(
    """
    domain = "customer"
    key = "Id"
    changed_at = "Changed"
    retired_when = { column = "Gone", is = "yes" }
    [attributes]
    kind = { constant = "person" }
    given_name = "First"
    family_name = "Last"
    emails = "Mail"
    """
)
ANNA = {"Id": "1", "First": "Anna", "Last": "Berg", "Mail": "anna@example.org", "Changed": "2024-05-01"}
LATER, EARLIER, NO_TIME = {"Changed": "2024-06-01"}, {"Changed": "2024-04-01"}, {"Changed": ""}
MARRIED, WRONG = {"Last": "Berg-Holm"}, {"Mail": "anna @example.org"}


@pytest.fixture
def people(db):
    return register()


def register():
    return ensure_object_type(
        source="crm", code="person", domain="customer", key_rule="exact", actor="test", cause="test"
    )[0]


def load(people, *rows, origin="people.csv", **options):
    """Ingest rows and return (row, verdict, rule) of each."""
    heard: list[RowOutcome] = []
    ingest(
        enumerate(rows, start=2),
        object_type=people,
        mapping=MAPPING,
        origin=origin,
        actor="test",
        report=heard.append,
        **options,
    )
    return [(row.row_number, row.verdict, row.problem and row.problem.rule) for row in heard]


def family_name():
    return SourceRecord.objects.get().attributes["family_name"]


def test_the_same_rows_again_change_nothing(people):
    assert load(people, ANNA) == [(2, "created", None)]
    before = SourceRecord.objects.values().get()
    assert load(people, ANNA) == [(2, "unchanged", None)]
    assert SourceRecord.objects.values().get() == before


IN_ONE_FILE = [
    # second row of the same key, what becomes of it, the family name that stands
    (ANNA, "unchanged", None, "Berg"),
    (ANNA | MARRIED | LATER, "changed", None, "Berg-Holm"),
    (ANNA | MARRIED | EARLIER, "stale", None, "Berg"),
    (ANNA | MARRIED, "quarantined", "duplicate_key", "Berg"),  # equal stamps: nothing says which is right
    (ANNA | MARRIED | NO_TIME, "quarantined", "duplicate_key", "Berg"),
]


@pytest.mark.parametrize(("second", "verdict", "rule", "stands"), IN_ONE_FILE)
def test_of_two_rows_of_one_key_the_later_stamp_wins(people, second, verdict, rule, stands):
    assert load(people, ANNA, second) == [(2, "created", None), (3, verdict, rule)]
    assert family_name() == stands
    assert {row[1] for row in load(people, ANNA, second)} <= {"unchanged", "stale", "quarantined"}
    assert family_name() == stands


def test_a_later_file_with_the_same_stamp_is_believed(people):
    load(people, ANNA)
    assert load(people, ANNA | MARRIED) == [(2, "changed", None)]


def test_rows_of_one_key_meet_across_batches(people, monkeypatch):
    monkeypatch.setattr("mdm.ingestion.pipeline.BATCH", 1)
    assert load(people, ANNA, ANNA | MARRIED) == [(2, "created", None), (3, "quarantined", "duplicate_key")]


def test_a_record_that_is_gone_needs_only_its_key(people):
    load(people, ANNA)
    assert load(people, {"Id": "1", "Gone": "yes", **LATER}) == [(2, "changed", None)]
    assert SourceRecord.objects.get().status == "retired"


def test_a_remark_stands_beside_the_accepted_record(people):
    load(people, ANNA | {"Mail": "nobody"})
    warnings = SourceRecord.objects.get().warnings
    assert [(warning["rule"], warning["column"], warning["value"]) for warning in warnings] == [
        ("odd_email", "Mail", "nobody")
    ]


def test_a_refused_row_is_kept_once_however_often_it_comes(people):
    load(people, ANNA | WRONG, origin="monday.csv")
    load(people, ANNA | WRONG, origin="tuesday.csv")
    row = QuarantinedRow.objects.get()
    assert (row.origin, row.source_key, row.row_number, row.column) == ("monday.csv", "1", 2, "Mail")
    assert row.reason == (
        "The e-mail address 'anna @example.org' has blanks in it. Write one address a value, without blanks."
    )
    assert row.payload == ANNA | WRONG


def test_a_right_version_closes_the_quarantined_one(people):
    load(people, ANNA | WRONG)
    load(people, ANNA)
    assert QuarantinedRow.objects.get().status == "replayed"


def test_a_dismissed_row_stays_dismissed(people):
    load(people, ANNA | WRONG)
    row = QuarantinedRow.objects.get()
    assert dismiss(ids=[row.pk], actor="steward", reason="a test account") == 1
    load(people, ANNA | WRONG)
    assert QuarantinedRow.objects.get().status == "dismissed"
    with pytest.raises(NotOpen, match="is dismissed, not open"):
        dismiss(ids=[row.pk], actor="steward", reason="again")


def test_a_replayed_row_is_accepted_when_it_was_corrected(people):
    load(people, ANNA | WRONG)
    row = QuarantinedRow.objects.get()
    outcomes = replay(ids=[row.pk], actor="steward", reason="typed wrong", mapping=MAPPING)
    assert (outcomes[row.pk].verdict, QuarantinedRow.objects.get().status) == ("quarantined", "open")
    outcomes = replay(ids=[row.pk], actor="steward", reason="mail", mapping=MAPPING, corrected={row.pk: ANNA})
    assert (outcomes[row.pk].verdict, QuarantinedRow.objects.get().status) == ("created", "replayed")
    with pytest.raises(NotOpen, match="is replayed, not open"):
        replay(ids=[row.pk], actor="steward", reason="once more", mapping=MAPPING)
    with pytest.raises(NotOpen, match="no quarantined row 999999"):
        replay(ids=[999999], actor="steward", reason="none", mapping=MAPPING)


def test_every_batch_is_told_by_its_audit_entry(people, monkeypatch):
    monkeypatch.setattr("mdm.ingestion.pipeline.BATCH", 2)
    load(people, ANNA, ANNA | {"Id": "2"}, ANNA | {"Id": "3"} | WRONG)
    entries = (
        AuditEntry.objects.filter(action="ingest").order_by("pk").values_list("actor", "cause", "detail")
    )
    assert list(entries) == [
        ("test", "people.csv", {"object_type": str(people), "rows": 2, "refused": 0}),
        ("test", "people.csv", {"object_type": str(people), "rows": 1, "refused": 1}),
    ]


@pytest.fixture
def long_numbers():
    """Let Python write integers of any length."""
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    yield
    sys.set_int_max_str_digits(limit)


@pytest.mark.usefixtures("long_numbers")
def test_a_row_that_the_database_cannot_hold_stands_alone(people):
    rows = [ANNA, ANNA | {"Id": "2", "Weight": 10**140_000}, ANNA | {"Id": "3"}]
    assert load(people, *rows) == [
        (2, "created", None),
        (3, "quarantined", "not_storable"),
        (4, "created", None),
    ]
    assert QuarantinedRow.objects.get().payload["Weight"] == "a number of 465070 bits"


def test_a_dry_run_leaves_not_even_an_audit_entry(people):
    before = AuditEntry.objects.count()
    assert load(people, ANNA, ANNA | {"Id": "2"} | WRONG, dry_run=True) == [
        (2, "created", None),
        (3, "quarantined", "email_with_blanks"),
    ]
    assert (SourceRecord.objects.count(), QuarantinedRow.objects.count()) == (0, 0)
    assert AuditEntry.objects.count() == before


def test_an_object_type_keeps_its_domain_and_its_key_rule(people):
    known = {"source": "crm", "code": "person", "actor": "test", "cause": "test"}
    with pytest.raises(Contradiction, match="belongs to the domain customer, not to product"):
        ensure_object_type(**known, domain="product", key_rule="exact")
    with pytest.raises(Contradiction, match="spelled by the rule 'exact', the mapping says 'fold'"):
        ensure_object_type(**known, domain="customer", key_rule="fold")
    with pytest.raises(Contradiction, match="no domain 'client'"):
        ensure_object_type(**known, domain="client", key_rule="exact")
    with pytest.raises(Contradiction, match="key rule 'sap' is unknown"):
        ensure_object_type(**known, domain="customer", key_rule="sap")
    assert ObjectType.objects.count() == 1


def test_a_right_row_later_in_the_file_closes_the_refused_one_whatever_the_batch(people, monkeypatch):
    monkeypatch.setattr("mdm.ingestion.pipeline.BATCH", 1)
    rows = [ANNA | WRONG, ANNA]
    for _ in range(2):
        load(people, *rows)
        assert QuarantinedRow.objects.get().status == "replayed"
    load(people, ANNA | WRONG, origin="wednesday.csv")  # wrong once more, with nothing right behind it
    assert QuarantinedRow.objects.get().status == "open"


def stored():
    """Return what the records and the open quarantined rows say."""
    records = SourceRecord.objects.order_by("source_key").values_list("source_key", "attributes", "version")
    opened = QuarantinedRow.objects.filter(status="open").values_list("fingerprint", flat=True)
    return list(records), sorted(opened)


VERSION = st.fixed_dictionaries(
    {
        "Id": st.sampled_from("123"),
        "Last": st.sampled_from(["Berg", "Holm"]),
        "Mail": st.sampled_from(["", "a @b.de"]),
        "Changed": st.sampled_from(["", "2024-05-01", "2024-06-01"]),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(VERSION, min_size=1, max_size=6), batch=st.integers(1, 6))
def test_ingesting_twice_is_ingesting_once(db, monkeypatch, rows, batch):
    monkeypatch.setattr("mdm.ingestion.pipeline.BATCH", batch)
    with rehearsal(actor="test", cause="one example"):
        people = register()
        load(people, *rows)
        once = stored()
        load(people, *rows)
        assert stored() == once
