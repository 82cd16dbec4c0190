"""Ingestion as a whole, on a real PostgreSQL."""

import pytest

from mdm.ingestion.mapping import parse_mapping
from mdm.ingestion.pipeline import ingest
from mdm.ingestion.registering import ensure_object_type
from mdm.models import SourceRecord

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
    parent_account = { reference = "Parent", object_type = "person" }
    """
)


@pytest.fixture
def people(db):
    object_type, _ = ensure_object_type(
        source="crm", code="person", domain="customer", key_rule="exact", actor="test", cause="test"
    )
    return object_type


def load(people, rows, **options):
    heard = []
    summary = ingest(
        enumerate(rows, start=2),
        object_type=people,
        mapping=MAPPING,
        origin="people.csv",
        actor="test",
        report=heard.append,
        **options,
    )
    return summary, [
        (outcome.row_number, outcome.verdict, outcome.problem and outcome.problem.rule) for outcome in heard
    ]


ANNA = {"Id": "1", "First": "Anna", "Last": "Berg", "Mail": "anna@example.org", "Changed": "2024-05-01"}


def test_the_same_rows_again_change_nothing(people):
    assert load(people, [ANNA])[1] == [(2, "created", None)]
    before = SourceRecord.objects.values().get()
    assert load(people, [ANNA])[1] == [(2, "unchanged", None)]
    assert SourceRecord.objects.values().get() == before
