"""Long tables: several processes and COPY do what one process and single statements do."""

import os
import sys

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.compliance import audit
from mdm.ingestion import pipeline, preparing, versions
from mdm.ingestion.accept import accept
from mdm.ingestion.contacts import international_phone
from mdm.ingestion.incoming import Incoming
from mdm.ingestion.mapping import parse_mapping
from mdm.ingestion.preparing import Preparing
from mdm.ingestion.registering import ensure_object_type
from mdm.ingestion.table import BrokenRow, UnusableFile
from mdm.models import Component, Membership, SourceRecord

MAPPING = parse_mapping(
    """
    domain = "customer"
    key = "Id"
    changed_at = "Changed"
    [attributes]
    kind = { constant = "person" }
    given_name = "First"
    emails = "Mail"
    [attributes.billing_address]
    city = "City"
    """
)


def rows(count):
    """Rows of which some are broken, refused, repeated, or another version of an earlier one."""
    for number in range(count):
        row = {
            "Id": str(number % 170),
            "First": f"Anna {number % 7}",
            "Mail": f"anna{number % 3} @example.org" if number % 31 == 5 else f"anna{number}@example.org",
            "City": "n/a" if number % 11 == 0 else "Bonn",
            "Changed": f"2024-01-{1 + number % 28:02d}" if number % 5 else "",
        }
        yield (BrokenRow(number, "broken_quotes", "It is broken.") if number % 43 == 7 else (number, row))


@pytest.fixture
def people(db):
    return ensure_object_type(
        source="crm", code="person", domain="customer", key_rule="exact", actor="test", cause="test"
    )[0]


@pytest.fixture
def short(monkeypatch):
    """A table of three hundred rows is a long one."""
    monkeypatch.setattr(pipeline, "BATCH", 20)
    monkeypatch.setattr(preparing, "ALONE", 2)


def outcomes(people, processes, **options):
    heard: list[pipeline.RowOutcome] = []
    pipeline.ingest(
        rows(300), object_type=people, mapping=MAPPING, origin="long.csv", actor="test", processes=processes,
        report=heard.append, **options,
    )  # fmt: skip
    return heard


@pytest.mark.usefixtures("short")
def test_several_processes_do_what_one_does(people):
    alone = outcomes(people, 1, dry_run=True)
    assert {"created", "changed", "stale", "quarantined"} <= {one.verdict for one in alone}
    assert outcomes(people, 3) == alone
    again = {one.verdict for one in outcomes(people, 3)}
    assert "created" not in again
    assert "unchanged" in again


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux forks.")
@pytest.mark.usefixtures("short")
def test_long_tables_are_prepared_by_other_processes_in_their_order(tmp_path):
    seen = tmp_path / "processes"

    def crossed(code_list, code):
        with seen.open("a") as file:
            file.write(f"{os.getpid()}\n")

    by_several = Preparing(MAPPING, "crm", "person", crossed)
    found = list(by_several.prepared(rows(300), batch=20, processes=2))
    alone = list(Preparing(MAPPING, "crm", "person").prepared(rows(300), batch=20))
    assert found == alone
    assert len(found) == 15
    worked = set(map(int, seen.read_text().split()))
    assert os.getpid() in worked  # the first two batches
    assert len(worked) > 1


@pytest.mark.usefixtures("short")
def test_what_stands_before_an_unreadable_place_is_taken_in():
    def breaking():
        yield from rows(170)
        raise UnusableFile("The bytes are no text.")

    taken: list[list[preparing.Taken]] = []
    with pytest.raises(UnusableFile):
        taken.extend(Preparing(MAPPING, "crm", "person").prepared(breaking(), batch=20, processes=2))
    assert sum(len(batch) for batch in taken) == 160


def test_a_key_that_another_connection_took_meanwhile_is_left_out(people):
    count = versions.BY_COPY + 50
    records = [Incoming(str(number), {"given_name": f"Anna {number}"}, {}) for number in range(count)]
    with audit.entry(actor="test", action="test", cause="test"):
        accept(records[7:8], object_type=people, origin="x")
        columns: dict[str, versions.Columns] = {
            one.source_key: {
                "id": None, "source_key": one.source_key, "status": "active", "merged_into": "",
                "attributes": one.attributes, "payload": {}, "warnings": [], "content_hash": "0" * 40,
                "changed_at": None,
            }
            for one in records
        }  # fmt: skip
        assert versions.insert({"7": columns["7"]}, people) == {}
        ids = versions.insert(columns, people)
    assert ids.keys() == columns.keys() - {"7"}
    assert SourceRecord.objects.count() == Membership.objects.count() == Component.objects.count() == count
    assert SourceRecord.objects.get(source_key="7").content_hash != "0" * 40


def test_copied_records_are_those_of_single_statements(people):
    count = versions.BY_COPY + 50
    odd = ["\\", "a\tb", "c\nd", "\\N", "ß", '"', "日本", "\\.", "e\r"]
    records = [
        Incoming(f"{odd[number % 9]}{number}", {"given_name": odd[number % 9]}, {"é": odd[number % 9]})
        for number in range(count)
    ]
    with audit.entry(actor="test", action="test", cause="test"):
        accept(records, object_type=people, origin="copied")
    names = ("source_key", "attributes", "payload", "content_hash", "version", "status", "warnings")
    copied = list(SourceRecord.objects.order_by("source_key").values(*names))
    kept = {one["source_key"]: one["payload"] for one in copied}
    assert kept == {one.source_key: one.payload for one in records}
    Membership.objects.all().delete()
    Component.objects.all().delete()
    with audit.entry(actor="test", action="test", cause="test"):
        SourceRecord.objects.all().delete()
    with audit.entry(actor="test", action="test", cause="test"):
        for one in records:
            accept([one], object_type=people, origin="single")
    assert list(SourceRecord.objects.order_by("source_key").values(*names)) == copied


@given(st.from_regex(r"(\+|00|\uff0b)?[0-9 ()/.-]{4,14}(x[0-9]{1,3})?", fullmatch=True))
def test_a_number_of_no_country_is_read_as_the_library_reads_it(written):
    expected = None
    for text in (written, f"+{written[2:]}" if written.startswith("00") else None):
        if text is None or expected is not None:
            continue
        try:
            number = phonenumbers.parse(text, None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) and not number.extension:
            expected = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert international_phone(written, "") == expected
