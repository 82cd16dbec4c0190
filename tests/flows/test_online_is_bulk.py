"""The same records online one by one, in batches, in any order, or in bulk: the same clusters and values.

On a scaled sample of the sandbox, each domain under one rule set that was learned once and frozen.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import pytest
from django.db import connection, transaction

from matching.frame import build_frame
from matching.model import Model
from matching.training import train
from mdm import domains
from mdm.compliance import audit
from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.ingestion.accept import accept
from mdm.ingestion.incoming import Incoming
from mdm.ingestion.mapping import declared
from mdm.ingestion.pipeline import ingest
from mdm.ingestion.readers import open_table
from mdm.ingestion.registering import ensure_object_type
from mdm.models import GoldenRecord, ObjectType, SourceRecord
from mdm.resolution.bulk import rebuild
from mdm.resolution.due import resolve_due
from mdm.rulesets.activate import activate
from mdm.sandbox.sample.build import write_sample

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

FILES = {
    "customer": (
        ("erp", "BusinessPartner", "sap.BusinessPartner", "erp_business_partners.ndjson"),
        ("crm", "Account", "salesforce.Account", "crm_accounts.ndjson"),
        ("crm", "Contact", "salesforce.Contact", "crm_contacts.ndjson"),
        ("shop", "customer", "shop.customer", "shop_customers.csv"),
        ("desk", "contact", "desk.contact", "desk_contacts.ndjson"),
    ),
    "product": (
        ("erp", "Product", "sap.Product", "erp_products.ndjson"),
        ("crm", "Product2", "salesforce.Product2", "crm_products.ndjson"),
        ("shop", "product", "shop.product", "shop_products.csv"),
    ),
}


@dataclass(frozen=True)
class Given:
    """One accepted record of the sample, ready to be accepted again."""

    type_id: int
    incoming: Incoming
    name: tuple[str, str, str]


def records_of(domain: str, folder) -> list[Given]:
    """Return the records of a domain as ingestion makes them of the sample's files; the hub is empty
    afterwards.
    """
    for source, code, mapping, file in FILES[domain]:
        kind, _ = ensure_object_type(
            source=source,
            code=code,
            domain=domain,
            key_rule=declared(mapping).key.rule,
            mapping=mapping,
            actor="test",
            cause="the sample",
        )
        table = open_table(folder / file)
        ingest(table.rows(), object_type=kind, mapping=declared(mapping), origin=file, actor="test")
    return [
        Given(
            row.object_type_id,
            Incoming(
                row.source_key,
                row.attributes,
                {},
                "active",
                row.content_changed_at,
                warnings=tuple(row.warnings),
            ),
            (row.object_type.source.code, row.object_type.code, row.source_key),
        )
        for row in SourceRecord.objects.select_related("object_type__source").filter(domain=domain)
    ]


def learned(domain: str, given: Sequence[Given]) -> Model:
    """Return the model that is frozen for all runs."""
    spec = domains.get(domain).match_spec
    active = [one for one in given if one.incoming.status == "active"]
    frame = build_frame(spec, [one.incoming.attributes for one in active], [one.name for one in active])
    return train(frame, spec)


def put(given: Sequence[Given], types: dict[int, ObjectType]) -> None:
    """Accept records in their order, neighbours of one object type in one batch."""
    for type_id, group in groupby(given, key=lambda one: one.type_id):
        with audit.entry(actor="test", action="accept", cause="the sample"):
            accept([one.incoming for one in group], object_type=types[type_id], origin="the sample")


def analyse() -> None:
    """Do what autovacuum does as tables grow: it sees nothing of a transaction that is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE mdm_sourcerecord, mdm_membership, mdm_blockingkey, mdm_edge, mdm_goldenrecord"
        )


def run(domain: str, given: Sequence[Given], model: Model, *, portion: int | None) -> tuple[str, int]:
    """Accept and resolve in portions (None: all in bulk); return the digest of clusters and values, and how
    many.
    """
    declared_domain = domains.get(domain)
    types = {kind.pk: kind for kind in ObjectType.objects.select_related("source")}
    with transaction.atomic():
        with audit.entry(actor="test", action="activate", cause="a test"):
            activate(
                domain,
                spec=declared_domain.match_spec,
                model=model,
                survivorship=declared_domain.survivorship,
                actor="test",
            )
        if portion is None:
            put(given, types)
            rebuild(domain, actor="test", cause="a test")
        else:
            known = 0
            for start in range(0, len(given), portion):
                put(given[start : start + portion], types)
                resolve_due(domain, actor="test", cause="a test", batch=portion)
                if start > 2 * known + 100:
                    known = start
                    analyse()
        found = digest(partition=True), GoldenRecord.objects.filter(status="live").count()
        assert verify(deep=True) == []
        transaction.set_rollback(True)
    return found


# domain, share of the full sample, portions in which the records come: 1 is one by one, None is in bulk
CASES = [
    ("customer", 0.05, (None, 40, 300)),
    ("customer", 0.01, (None, 1, 7)),
    ("product", 0.05, (None, 1, 25)),
]


@pytest.mark.parametrize(("domain", "scale", "portions"), CASES)
def test_online_and_bulk_lead_to_the_same_clusters_and_values(domain, scale, portions, tmp_path):
    write_sample(5, tmp_path, scale)
    found = []
    with transaction.atomic():
        given = records_of(domain, tmp_path)
        transaction.set_rollback(True)
    for source, code, mapping, _ in FILES[domain]:
        ensure_object_type(
            source=source,
            code=code,
            domain=domain,
            key_rule="exact",
            mapping=mapping,
            actor="test",
            cause="the sample",
        )
    by_name = {(kind.source.code, kind.code): kind.pk for kind in ObjectType.objects.select_related("source")}
    given = [Given(by_name[one.name[:2]], one.incoming, one.name) for one in given]
    model = learned(domain, given)
    for order, portion in enumerate(portions):
        random.Random(order).shuffle(given)
        found.append(run(domain, given, model, portion=portion))
    assert len(set(found)) == 1
    assert 0 < found[0][1] < len(given)
