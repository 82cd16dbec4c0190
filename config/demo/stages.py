"""The stages of the demo: pull, resolve, publish, one decision; and what the end must look like."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
from django.contrib.auth.models import User
from django.db.models import Count

from config.demo.landscape import ACTOR, FEEDS, Feed
from config.demo.summary import created_at_platforms, read_truth
from mdm import domains
from mdm.compliance.verify import verify
from mdm.ingestion.mapping import declared
from mdm.ingestion.pipeline import Summary, ingest
from mdm.ingestion.readers import open_table
from mdm.models import Destination, Judgement, Lane, LaneState, Membership, ObjectType, ReviewTask
from mdm.publishing.pulling import pull
from mdm.publishing.reconcile import differences
from mdm.resolution.decisions import By, DecisionRefused, merge
from mdm.resolution.due import due_count, resolve_due
from mdm.rulesets.activate import bootstrap
from mdm.rulesets.active import active
from mdm.tasks import wake_destinations

if TYPE_CHECKING:
    from config.demo.run import Demo

PUBLISH_SECONDS = 600.0
DECISION_SECONDS = 60.0
BARS = {"customer": (0.98, 0.90), "product": (0.95, 0.80)}
"""Least precision and recall at full size (issue 2, "Must show")."""
MOST_FINDINGS = 10


def pull_everything(demo: Demo) -> None:
    """Accept all customers and products of all platforms; what is known already is left alone."""
    demo.enter("pulling customers and products")
    written = json.loads((demo.home.sample / "manifest.json").read_text(encoding="utf-8"))["records"]
    total = sum(written.values()) + sum(created_at_platforms().values())
    done = 0
    for feed in FEEDS:

        def advance(rows: int, before: int = done) -> None:
            demo.progress(before + rows, total, "records")

        done += _take_in(demo, feed, advance).rows
        demo.progress(done, total, "records")


def _take_in(demo: Demo, feed: Feed, advance: Callable[[int], None]) -> Summary:
    kind = ObjectType.objects.select_related("source").get(source__code=feed.source, code=feed.object_type)
    if feed.pulled:
        return pull(kind, actor=ACTOR, progress=advance)
    table = open_table(demo.home.sample / feed.file)
    return ingest(
        table.rows(),
        object_type=kind,
        mapping=declared(feed.mapping),
        origin=feed.file,
        actor=ACTOR,
        progress=advance,
    )


def resolve_everything(demo: Demo) -> None:
    """Learn a rule set for each domain the first time, resolve what is due every time."""
    for domain in ("product", "customer"):
        demo.enter(f"resolving {domains.get(domain).label.lower()}s")
        if active(domain) is None:
            bootstrap(domain, actor=ACTOR, cause="make demo", progress=demo.detail)
        else:
            resolve_due(domain, actor=ACTOR, cause="make demo")
        wake_destinations()


def publish_everything(demo: Demo) -> None:
    """Wait until every lane is told and every record that came home is resolved; the worker does the work."""
    demo.enter("publishing golden ids")
    killed = "kill" not in demo.options.chaos
    deadline = time.monotonic() + PUBLISH_SECONDS
    told_before = _told()
    while open_work() and time.monotonic() < deadline:
        told, total = _told(), Lane.objects.count()
        demo.progress(told, total, "ids told")
        if not killed and told - told_before > (total - told_before) // 4:
            demo.children.named("worker").kill()
            demo.screen.note("[yellow]chaos: the worker was killed with -9 in the middle of this[/]")
            killed = True
        time.sleep(0.25 if killed else 0.02)
    demo.progress(_told(), Lane.objects.count(), "ids told")
    for code, count in created_at_platforms().items():
        demo.screen.note(f"{count:,} customers that only the CRM knew were created in the {code.upper()}")


def _told() -> int:
    return Lane.objects.filter(state=LaneState.IDLE).count()


def open_work() -> int:
    """Return how many lanes and records are not finished; dead letters and parked records are, in a way."""
    waiting = Lane.objects.filter(state__in=[LaneState.DUE, LaneState.LEASED]).count()
    return waiting + sum(due_count(domain) for domain in domains.registered())


def decide_one(demo: Demo) -> None:
    """Let the steward merge one true pair of the review list, so that there is a merge to undo."""
    if Judgement.objects.filter(actor="steward").exists():
        return
    demo.enter("a steward's first decision")
    truth = read_truth(demo.home.sample)
    at_crm = ReviewTask.objects.filter(
        status="open", domain="customer", right__object_type__source__code="crm"
    )
    steward = User.objects.get(username="steward")
    by = By("steward", "same_person", "Looked at in the demo.", steward.pk)
    for task in at_crm.select_related("left__object_type__source", "right__object_type__source")[:200]:
        one, other = (
            (record.object_type.source.code, record.object_type.code, record.source_key)
            for record in (task.left, task.right)
        )
        if one not in truth or truth[one] != truth.get(other):
            continue
        both = Membership.objects.filter(record__in=[task.left, task.right], golden__isnull=False)
        try:
            merge(list(both.values_list("golden__code", flat=True)), by=by)
        except DecisionRefused as refused:
            demo.screen.note(str(refused))
            continue
        wake_destinations()
        break
    deadline = time.monotonic() + DECISION_SECONDS
    while open_work() and time.monotonic() < deadline:
        demo.children.check()
        time.sleep(0.1)


def platform_calls(demo: Demo) -> dict[str, dict[str, int]]:
    """Return how many calls, writes, refusals and faults each platform counted in this run."""
    counted = {}
    for code, url in demo.platform_urls.items():
        stats = httpx.get(f"{url}/_sandbox/stats", timeout=10.0).json()
        counted[code] = {name: int(stats[name]) for name in ("requests", "writes", "rejected", "faults")}
    return counted


def problems(demo: Demo) -> list[str]:
    """Return what is not as it must be when all is told, a sentence each."""
    unfinished = Lane.objects.exclude(state=LaneState.IDLE).values_list("destination__source__code")
    found = [
        f"{count} states for {code} are not acknowledged. Its admin page lists them with the last error."
        for code, count in unfinished.annotate(count=Count("id"))
    ]
    for destination in Destination.objects.select_related("source"):
        demo.detail(f"ids at {destination.source.code}")
        if wrong := differences(destination):
            found.append(f"{len(wrong)} rows at {destination} do not hold the right id, first: {wrong[0]}")
    demo.detail("promises")
    findings = [f"Promise broken: {finding}" for finding in verify()]
    return found + findings[:MOST_FINDINGS]


def missed_bars(demo: Demo, figures: dict[str, Any]) -> list[str]:
    """Return which bars the full sample missed, a sentence each; a smaller one is too small to judge."""
    if demo.options.scale < 1.0:
        return []
    found = []
    for domain, (least_precision, least_recall) in BARS.items():
        ours = figures["domains"][domain]["aurum"]
        if ours["precision"] < least_precision or ours["recall"] < least_recall:
            found.append(
                f"{domain}s: precision {ours['precision']:.4f} and recall {ours['recall']:.4f}; wanted are"
                f" {least_precision} and {least_recall}."
            )
    return found
