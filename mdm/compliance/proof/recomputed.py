"""Checks that compute again: hashes, codes, values, components; on request keys, edges and partition."""

import json
from collections.abc import Iterator

import numpy as np
from django.db import connection
from django.utils import timezone

from matching.clustering import components
from mdm import domains
from mdm.compliance.proof.check import CALM, Broken, Check
from mdm.ingestion.incoming import content_hash
from mdm.ingestion.quarantine import fingerprint
from mdm.models import GoldenRecord, QuarantinedRow
from mdm.relationships.statements import all_said
from mdm.resolution import binding, scope
from mdm.resolution.values import golden_values
from mdm.resolution.write import goldens_before
from mdm.rulesets.active import ActiveRules, active
from mdm.xref.codes import encode

CHUNK = 5000


def _content_hashes() -> Iterator[Broken]:
    said = all_said()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status, attributes, merged_into, content_hash FROM mdm_sourcerecord")
        for record_id, status, attributes, merged, digest in cursor:
            if content_hash(json.loads(attributes), status, said.get(record_id, ()), merged) != digest:
                yield Broken(record_id, "has attributes or a status that its content hash does not fit.")


def _codes() -> Iterator[Broken]:
    letters = {code: domain.letter for code, domain in domains.registered().items()}
    for golden_id, code, domain in GoldenRecord.objects.values_list("pk", "code", "domain").iterator():
        if domain not in letters:
            yield Broken(golden_id, f"is of domain {domain}, which is not declared.")
        elif encode(letters[domain], golden_id) != code:
            yield Broken(golden_id, f"is no code of golden record {golden_id} of domain {domain}.")


def _fingerprints() -> Iterator[Broken]:
    for row in QuarantinedRow.objects.iterator():
        expected = fingerprint(
            row.payload,
            object_type_id=row.object_type_id,
            source_key=row.source_key,
            rule=row.rule,
            column=row.column,
        )
        if expected != row.fingerprint:
            yield Broken(f"quarantined row {row.pk}", "has a content that its fingerprint does not fit.")


def _calm_rows(condition: str) -> Iterator[tuple[ActiveRules, list[scope.Row]]]:
    """Yield per domain with a rule set the rows of calm records that meet a condition on `calm`."""
    for code in sorted(domains.registered()):
        rules = active(code)
        if rules is not None:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"WITH {CALM} SELECT record_id FROM calm WHERE domain = %s AND {condition}", [code]
                )
                yield rules, scope.rows_of([record_id for (record_id,) in cursor])


def _values() -> Iterator[Broken]:
    """Compute every golden record of today again."""
    today = timezone.now().date()
    for rules, rows in _calm_rows("active AND golden_id IS NOT NULL"):
        members_of: dict[int, list[scope.Row]] = {}
        for row in rows:
            assert row.golden_id is not None
            members_of.setdefault(row.golden_id, []).append(row)
        goldens = sorted(members_of)
        for start in range(0, len(goldens), CHUNK):
            here = {golden: members_of[golden] for golden in goldens[start : start + CHUNK]}
            before = goldens_before(here)
            turns = dict(GoldenRecord.objects.filter(pk__in=here).values_list("pk", "changes_on"))
            codes = {golden.id: golden.code for golden in before.values()}
            for value in golden_values(rules, here, codes, today):
                turn = turns[value.id]
                if turn is not None and turn <= today:
                    continue  # it waits to be resolved, because a day has come
                if before[value.id].differs(value):
                    yield Broken(value.id, _difference(before[value.id], value))
                elif turn != value.changes_on:
                    yield Broken(
                        value.id, f"is looked at again on {turn}, but changes on {value.changes_on}."
                    )


def _difference(before: object, value: object) -> str:
    names = ("kind", "title", "attributes", "provenance", "member_count")
    parts = [name for name in names if getattr(before, name) != getattr(value, name)]
    if "attributes" in parts:
        old, new = before.attributes, value.attributes  # type: ignore[attr-defined]
        changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        return f"does not have the values that its records add up to: {', '.join(changed)}."
    return f"does not have the {' and '.join(parts) or 'state'} that its records add up to."


def _labels() -> Iterator[Broken]:
    """Compute the components anew from stored edges at the link weight and must-links."""
    for rules, rows in _calm_rows("true"):
        place = {row.id: number for number, row in enumerate(rows)}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT left_id, right_id FROM mdm_edge WHERE domain = %s AND weight >= %s",
                [rules.domain, rules.model.link_weight],
            )
            edges = cursor.fetchall()
        ties = binding.judgements_of(rules.domain).links
        pairs = [
            (place[left], place[right])
            for left, right in [*edges, *ties]
            if left in place and right in place and rows[place[left]].active and rows[place[right]].active
        ]
        ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        lowest: dict[int, int] = {}
        for row, label in zip(rows, components(len(rows), ends[:, 0], ends[:, 1]).tolist(), strict=True):
            expected = lowest.setdefault(label, row.id) if row.active else row.id
            if row.component_id != expected:
                yield Broken(row.id, f"lies in component {expected}, but is labelled {row.component_id}.")


CHECKS = (
    Check(
        "content-hash",
        7,
        "The content hash of a record is that of its status and attributes.",
        "record",
        _content_hashes,
        of="input",
    ),
    Check(
        "golden-code",
        2,
        "The code of a golden record is that of its number, with letter and check character.",
        "golden",
        _codes,
    ),
    Check(
        "golden-values",
        3,
        "Every golden record has the values that its records add up to.",
        "golden",
        _values,
    ),
    Check(
        "component-labels",
        4,
        "Component labels are the connected components of edges at the link weight and must-links.",
        "record",
        _labels,
    ),
    Check(
        "quarantine-fingerprint",
        7,
        "The fingerprint of a quarantined row is that of its content.",
        "row",
        _fingerprints,
        of="witness",
    ),
)
