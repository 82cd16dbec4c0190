"""What the demo has to show: counts, and precision and recall against the sample's truth."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
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

RecordName = tuple[str, str, str]

MEMBERS = """
SELECT s.code, t.code, r.source_key, m.golden_id, r.status
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

NAIVE = {"customer": "customers_clean", "product": "products"}
PLATFORMS = ("erp", "crm")


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


def pairwise(found: Iterable[tuple[Any, str]]) -> dict[str, float]:
    """Return pairwise precision, recall and F1 of (golden record, true entity) rows."""
    rows = list(found)
    both = _pairs(Counter(rows))
    ours = _pairs(Counter(golden for golden, _ in rows))
    true = _pairs(Counter(entity for _, entity in rows))
    # Where nothing was claimed, nothing claimed was wrong; where nothing is to be found, nothing was missed.
    precision, recall = both / ours if ours else 1.0, both / true if true else 1.0
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 4),
    }


def _pairs(counts: Counter[Any]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def summary_of(sample: Path) -> dict[str, Any]:
    """Return the figures of a finished run as plain JSON."""
    truth, naive = read_truth(sample), _naive(sample)
    quality: dict[str, Any] = {}
    platform_quality: dict[str, dict[str, Any]] = {name: {} for name in (*PLATFORMS, "together")}
    for domain, rule in NAIVE.items():
        with connection.cursor() as cursor:
            cursor.execute(MEMBERS, [domain])
            members = [((s, t, k), golden, status) for s, t, k, golden, status in cursor.fetchall()]
        quality[domain] = {
            **_counts(domain),
            "aurum": pairwise((golden, truth[name]) for name, golden, _ in members if name in truth),
            "naive": {part: round(float(naive[rule][part]), 4) for part in ("precision", "recall", "f1")},
        }
        active = [(name, golden) for name, golden, status in members if status == "active"]
        for platform, found in platform_quality.items():
            sources = PLATFORMS if platform == "together" else (platform,)
            rows = [(name, golden) for name, golden in active if name[0] in sources]
            known = [(golden, truth[name]) for name, golden in rows if name in truth]
            found[domain] = {"rows": len(rows), "of_truth": len(known), **pairwise(known)}
    return {
        "records": _records(),
        "domains": quality,
        "platforms": _platforms(),
        "platform_quality": platform_quality,
        "events": OutboxEvent.objects.count(),
        "audit_entries": AuditEntry.objects.count(),
    }


def _naive(sample: Path) -> dict[str, Any]:
    """Return what a naive rule reaches on the sample; it is worked out once a sample."""
    kept = sample / "naive.json"
    if not kept.exists():
        kept.write_text(json.dumps(score_naive(sample)), encoding="utf-8")
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def _counts(domain: str) -> dict[str, Any]:
    records = Membership.objects.filter(domain=domain).count()
    goldens = GoldenRecord.objects.filter(domain=domain, status="live").count()
    tasks = ReviewTask.objects.filter(domain=domain, status="open").count()
    return {
        "records": records,
        "golden_records": goldens,
        "duplicates": records - goldens,
        "review_tasks": tasks,
        "review_tasks_per_100": round(100 * tasks / max(records, 1), 2),
    }


def _records() -> dict[str, int]:
    counted = SourceRecord.objects.values_list("object_type__source__code", "object_type__code")
    return {f"{source}/{kind}": n for source, kind, n in sorted(counted.annotate(n=Count("id")))}


def _platforms() -> dict[str, dict[str, int]]:
    """Return what each platform was told, and how many records the hub created there."""
    created = created_at_platforms()
    found = {
        code: {"acknowledged": 0, "created": created.get(code, 0), "due": 0, "dead": 0} for code in PLATFORMS
    }
    told = Lane.objects.filter(record__isnull=False).values_list("destination__source__code", "state")
    for code, state, count in told.annotate(n=Count("id")):
        found[code][{LaneState.IDLE: "acknowledged", LaneState.DEAD: "dead"}.get(state, "due")] += count
    return found


def created_at_platforms() -> dict[str, int]:
    """Return source code → how many of its records the hub created there; they came home by now."""
    creates = Lane.objects.filter(golden__isnull=False).exclude(acknowledged_hash="")
    return dict(creates.values_list("destination__source__code").annotate(n=Count("id")))
