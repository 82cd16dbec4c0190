"""A first load in portions, by several processes, gives what one settlement of the whole domain gives."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from django.db import connection, transaction

from mdm.compliance import audit
from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.ingestion.accept import accept
from mdm.ingestion.incoming import Incoming
from mdm.ingestion.mapping import parse_mapping
from mdm.ingestion.pipeline import ingest
from mdm.ingestion.registering import ensure_object_type
from mdm.models import Edge, GoldenRecord, Membership, OutboxEvent, ReviewTask, Xref
from mdm.resolution import first_load, scope
from mdm.resolution.first_portions import NOBODY
from mdm.resolution.settle import Links, group
from mdm.rulesets.activate import bootstrap
from mdm.rulesets.active import in_force
from mdm.sandbox.population.people import population
from tests.bench.resolution_files import MAPPING

pytestmark = pytest.mark.django_db


def object_type(source, domain):
    return ensure_object_type(
        source=source, code="person", domain=domain, key_rule="exact", actor="test", cause="test"
    )[0]


@pytest.fixture
def people(tmp_path):
    """Nine hundred records of seven hundred people, and one that is gone already."""
    population(700, 3).write(tmp_path)
    with (tmp_path / "records.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for _, row in zip(range(900), csv.DictReader(file), strict=False)]
    mapping = parse_mapping(MAPPING.format(source="population"))
    kind = object_type("population", "customer")
    ingest(enumerate(rows), object_type=kind, mapping=mapping, origin="x", actor="test")
    with audit.entry(actor="test", action="test", cause="test"):
        accept([Incoming("gone", {"family_name": "Weg"}, {}, "retired")], object_type=kind, origin="x")


@pytest.fixture
def beside():
    """A record of another domain."""
    kind = object_type("shop", "supplier")
    with audit.entry(actor="test", action="test", cause="test"):
        accept([Incoming("1", {"legal_name": "Acme"}, {})], object_type=kind, origin="x")


def outcome():
    """What a first load leaves behind, under names that no numbering changes; taken back afterwards."""
    with transaction.atomic():
        bootstrap("customer", actor="test", cause="test")
        code_of = dict(Membership.objects.values_list("golden__code", "record_id").order_by("-record_id"))
        goldens = {
            code_of[row.code]: (row.attributes, row.provenance, row.title, row.kind, row.member_count)
            for row in GoldenRecord.objects.all()
        }
        events = sorted(OutboxEvent.objects.values_list("type", "payload__goldens__0__changed"), key=str)
        tasks = sorted(ReviewTask.objects.values_list("left", "right", "kind", "weight", "status", "gate"))
        places = list(
            Membership.objects.order_by("record_id").values_list(
                "record_id", "component_id", "due", "due_version", "resolved_version", "attempts", "domain"
            )
        )
        told = OutboxEvent.objects.count(), Xref.objects.count(), GoldenRecord.history.count()
        found = digest(partition=True), goldens, events, tasks, places, told, structure()
        assert [str(one) for one in verify(deep=True)] == []
        transaction.set_rollback(True)
    return found


def structure():
    """All indexes and constraints, by table and definition."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")
        indexes = sorted(cursor.fetchall())
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        )
        return indexes, sorted(cursor.fetchall())


def whole(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(first_load, "is_first", lambda domain: False)
        return outcome()


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(("portion", "processes"), [(10_000, 1), (60, 1), (60, 2)])
def test_portions_give_what_the_whole_gives(monkeypatch, portion, processes):
    before = structure()
    expected = whole(monkeypatch)
    monkeypatch.setattr(first_load, "PORTION", portion)
    monkeypatch.setattr(first_load, "ASKED_AT_ONCE", portion // 6)
    monkeypatch.setattr(first_load, "FORKED_FROM", 0)
    monkeypatch.setattr(first_load, "PROCESSES", processes)
    found = outcome()
    assert len(expected[3]) > 3, "no questions: the test would not see them"
    for one, other in zip(found, expected, strict=True):
        assert one == other
    assert found[-1] == before


@pytest.mark.usefixtures("people", "beside")
def test_memberships_of_another_domain_stay(monkeypatch):
    expected = whole(monkeypatch)
    assert outcome() == expected
    assert "supplier" in {place[-1] for place in expected[4]}


@pytest.mark.usefixtures("people")
def test_components_that_are_plainly_one_are_what_the_partition_makes_of_them():
    bootstrap("customer", actor="test", cause="test")
    rules, rows = in_force("customer"), scope.rows_in_domain("customer")
    place = {row.id: number for number, row in enumerate(rows)}
    edges = Edge.objects.filter(weight__gte=rules.model.link_weight).order_by("left", "right")
    found = [
        (place[one], place[other], weight)
        for one, other, weight in edges.values_list("left", "right", "weight")
    ]
    left, right, weight = (np.array(column) for column in zip(*found, strict=True))
    links = Links(left.astype(np.int32), right.astype(np.int32), weight.astype(np.int64))
    at_once = group(rules, rows, links, NOBODY)
    # Somebody who is not among them stands alone: that binds, so that each component is partitioned.
    one_by_one = group(rules, rows, links, replace(NOBODY, alone=frozenset({-1})))
    assert (at_once.groups, at_once.component_of, at_once.refused) == (
        one_by_one.groups, one_by_one.component_of, one_by_one.refused,
    )  # fmt: skip
    assert max(map(len, at_once.groups)) > 2
