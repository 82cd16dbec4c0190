"""What the demo has to show: counts, precision and recall against the sample's truth, stories, and whether
all is right.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count

from mdm.models import (
    AuditEntry,
    GoldenRecord,
    Lane,
    LaneState,
    Membership,
    OutboxEvent,
    ReviewTask,
    SourceRecord,
)
from mdm.sandbox.sample.naive import score_naive
from mdm.xref.lookup import lookup

RecordName = tuple[str, str, str]

MEMBERS = """
SELECT s.code, t.code, r.source_key, m.golden_id
FROM mdm_membership m
JOIN mdm_sourcerecord r ON r.id = m.record_id
JOIN mdm_objecttype t ON t.id = r.object_type_id
JOIN mdm_sourcesystem s ON s.id = t.source_id
WHERE r.domain = %s AND m.golden_id IS NOT NULL
"""

LEDGER = (
    "mdm_goldenrecord",
    "mdm_historicalgoldenrecord",
    "mdm_historicalsourcerecord",
    "mdm_outboxevent",
    "mdm_delivery",
)


def ledger() -> dict[str, int]:
    """Return the row counts that a second run must not move."""
    with connection.cursor() as cursor:
        counts = {}
        for table in LEDGER:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table.removeprefix("mdm_")] = cursor.fetchone()[0]
        return counts


def read_truth(sample: Path) -> dict[RecordName, str]:
    """Return record name → entity of the sample."""
    with (sample / "truth.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["source"], row["object_type"], row["source_key"]): row["entity"]
            for row in csv.DictReader(file)
        }


def pairwise(domain: str, truth: dict[RecordName, str]) -> dict[str, float]:
    """Return pairwise precision, recall and F1 of the domain's clusters over the records that the truth
    names.
    """
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, [domain])
        found = [(golden, truth[(s, t, k)]) for s, t, k, golden in cursor.fetchall() if (s, t, k) in truth]
    both = _pairs(Counter(found))
    ours = _pairs(Counter(golden for golden, _ in found))
    true = _pairs(Counter(entity for _, entity in found))
    precision, recall = both / max(ours, 1), both / max(true, 1)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 4),
    }


def _pairs(counts: Counter[Any]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def summary_of(sample: Path) -> dict[str, Any]:
    """Return the figures of a finished run as plain JSON."""
    truth, naive = read_truth(sample), score_naive(sample)
    quality = {}
    for domain, plain in (("customer", "customers_clean"), ("product", "products")):
        records = Membership.objects.filter(domain=domain).count()
        goldens = GoldenRecord.objects.filter(domain=domain, status="live").count()
        tasks = ReviewTask.objects.filter(domain=domain, status="open").count()
        quality[domain] = {
            "records": records,
            "golden_records": goldens,
            "duplicates": records - goldens,
            "review_tasks": tasks,
            "review_tasks_per_100": round(100 * tasks / max(records, 1), 2),
            "aurum": pairwise(domain, truth),
            "naive": {name: round(float(naive[plain][name]), 4) for name in ("precision", "recall", "f1")},
        }
    sources = SourceRecord.objects.values_list("object_type__source__code", "object_type__code").annotate(
        n=Count("id")
    )
    lanes = Lane.objects.values_list("destination__source__code", "state").annotate(n=Count("id"))
    platforms: dict[str, dict[str, int]] = {}
    for code, state, count in lanes:
        platforms.setdefault(code, {"acknowledged": 0, "due": 0, "dead": 0})
        platforms[code][{LaneState.IDLE: "acknowledged", LaneState.DEAD: "dead"}.get(state, "due")] += count
    return {
        "records": {f"{source}/{kind}": count for source, kind, count in sorted(sources)},
        "domains": quality,
        "platforms": platforms,
        "events": OutboxEvent.objects.count(),
        "audit_entries": AuditEntry.objects.count(),
    }


def stories(sample: Path, base_url: str) -> list[dict[str, str]]:
    """Return the deep links that tell the story, each to a pair for which the story came true in this run."""
    told = json.loads((sample / "manifest.json").read_text(encoding="utf-8"))["stories"]
    wanted = (
        (
            "hard_match",
            True,
            "A hard true match, explained",
            "One person under two spellings: which evidence joined them.",
        ),
        ("father_son", False, "Father and son, kept apart", "Same name, same house: what keeps them two."),
    )
    links = []
    for story, same, title, text in wanted:
        for left, right in told[story]:
            one, other = lookup(*left), lookup(*right)
            if one.golden_id and other.golden_id and (one.golden_id == other.golden_id) == same:
                url = f"{base_url}/explain/{'/'.join(left)}/{'/'.join(right)}"
                links.append({"title": title, "url": url, "text": text})
                break
    return links
