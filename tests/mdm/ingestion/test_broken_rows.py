"""300 broken rows of 20 kinds: each named in quarantine, the rest loaded."""

import pytest

from mdm.ingestion.mapping import parse_mapping
from mdm.ingestion.pipeline import ingest
from mdm.ingestion.readers import open_table
from mdm.ingestion.registering import ensure_object_type
from mdm.models import AuditEntry, ObjectType, QuarantinedRow, SourceRecord, SourceSystem
from tests.mdm.ingestion.broken_rows import (
    EACH,
    LINE_FAULTS,
    PEOPLE_FAULTS,
    PEOPLE_MAPPING,
    PRODUCT_FAULTS,
    PRODUCT_MAPPING,
    write_broken_files,
)


def ingest_all(files, *, dry_run=False):
    """Ingest the three files and return (file, row, key, verdict, rule, column, reason) of every row."""
    heard = []
    for path, text, code in (
        (files.people, PEOPLE_MAPPING, "person"),
        (files.lines, PEOPLE_MAPPING, "person"),
        (files.products, PRODUCT_MAPPING, "product"),
    ):
        mapping = parse_mapping(text)
        object_type, _ = ensure_object_type(
            source="crm",
            code=code,
            domain=mapping.domain,
            key_rule=mapping.key.rule,
            actor="test",
            cause="test",
        )
        table = open_table(path)

        def hear(outcome, name=path.name):
            problem = outcome.problem
            heard.append(
                (
                    name,
                    outcome.row_number,
                    outcome.source_key,
                    outcome.verdict,
                    problem and problem.rule,
                    problem and problem.column,
                    outcome.reason,
                )
            )

        ingest(
            table.rows(),
            object_type=object_type,
            mapping=mapping,
            origin=path.name,
            actor="test",
            dry_run=dry_run,
            report=hear,
        )
    return heard


@pytest.fixture
def files(tmp_path):
    return write_broken_files(tmp_path)


def test_there_are_300_broken_rows_of_20_kinds(files):
    kinds = {**PEOPLE_FAULTS, **LINE_FAULTS, **PRODUCT_FAULTS}
    assert len(kinds) == 20
    assert sum(map(len, files.faults.values())) == 20 * EACH == 300


def test_every_broken_row_is_named_and_the_rest_is_loaded(db, files):
    ingest_all(files)
    for name, faults in files.faults.items():
        kept = QuarantinedRow.objects.filter(origin=name).order_by("row_number")
        assert list(kept.values_list("row_number", "rule", "column")) == faults
        assert all(row.reason.endswith((".", "!")) and len(row.reason) > 20 for row in kept)
    assert SourceRecord.objects.count() == sum(files.good.values()) == 300


def test_loading_the_files_again_changes_neither_records_nor_quarantine(db, files):
    ingest_all(files)
    before = (
        list(SourceRecord.objects.order_by("pk").values()),
        list(QuarantinedRow.objects.order_by("pk").values()),
    )
    verdicts = {row[3] for row in ingest_all(files)}
    assert verdicts == {"unchanged", "quarantined"}
    after = (
        list(SourceRecord.objects.order_by("pk").values()),
        list(QuarantinedRow.objects.order_by("pk").values()),
    )
    assert after == before


def test_a_dry_run_predicts_every_row_and_keeps_nothing(db, files):
    predicted = ingest_all(files, dry_run=True)
    assert SourceRecord.objects.count() == QuarantinedRow.objects.count() == 0
    assert AuditEntry.objects.values_list("action", flat=True).distinct().get() == "create object type"
    assert (SourceSystem.objects.count(), ObjectType.objects.count()) == (1, 2)
    assert ingest_all(files) == predicted
