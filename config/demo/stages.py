"""The stages of the demo: pull, resolve, publish, one decision; and what the end must look like."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx
from django.contrib.auth.models import User
from django.db.models import Count
from mdm.publishing.pulling import pull
from mdm.publishing.reconcile import differences
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from config.demo.landscape import ACTOR, FEEDS, LOGINS, PASSWORD, Feed
from config.demo.summary import read_truth
from mdm import domains
from mdm.compliance.api_keys import issue
from mdm.compliance.verify import verify
from mdm.ingestion.mapping import declared
from mdm.ingestion.pipeline import Summary, ingest
from mdm.ingestion.readers import open_table
from mdm.models import ApiKey, Destination, Judgement, Lane, LaneState, Membership, ObjectType, ReviewTask
from mdm.resolution.decisions import By, DecisionRefused, merge
from mdm.resolution.due import due_count, resolve_due
from mdm.rulesets.activate import bootstrap
from mdm.rulesets.active import active
from mdm.tasks import wake_destinations

if TYPE_CHECKING:
    from config.demo.run import Demo

PUBLISH_SECONDS = 600.0


def pull_everything(demo: Demo) -> None:
    """Accept all customers and products of all platforms; what is known already is left alone."""
    demo.enter("pulling customers and products")
    total = sum(json.loads((demo.sample / "manifest.json").read_text())["records"].values())
    with _bar(demo) as bar:
        task = bar.add_task("records", total=total)
        for feed in FEEDS:
            started = bar.tasks[task].completed
            summary = _take_in(
                demo, feed, lambda rows, started=started: bar.update(task, completed=started + rows)
            )
            bar.update(task, completed=started + summary.rows)
            demo.children.check()


def _take_in(demo: Demo, feed: Feed, progress: Any) -> Summary:
    kind = ObjectType.objects.select_related("source").get(source__code=feed.source, code=feed.object_type)
    if feed.pulled:
        return pull(kind, actor=ACTOR, progress=progress)
    table = open_table(demo.sample / feed.file)
    return ingest(
        table.rows(),
        object_type=kind,
        mapping=declared(feed.mapping),
        origin=feed.file,
        actor=ACTOR,
        progress=progress,
    )


def resolve_everything(demo: Demo) -> None:
    """Learn a rule set for each domain the first time, resolve what is due every time."""
    for domain in ("product", "customer"):
        label = domains.get(domain).label.lower()
        demo.enter(f"resolving {label}s")
        if active(domain) is None:
            bootstrap(
                domain, actor=ACTOR, cause="make demo", progress=lambda stage: demo.state.tell(detail=stage)
            )
        else:
            resolve_due(domain, actor=ACTOR, cause="make demo")
        wake_destinations()


def publish_everything(demo: Demo) -> None:
    """Wait until every lane is told and every record that came home is resolved; the worker does the work."""
    demo.enter("publishing golden ids to the platforms")
    killed = "kill" not in demo.options.chaos
    deadline = time.monotonic() + PUBLISH_SECONDS
    with _bar(demo) as bar:
        task = bar.add_task("acknowledged", total=Lane.objects.count())
        start = Lane.objects.filter(state=LaneState.IDLE).count()
        while open_work() and time.monotonic() < deadline:
            total, done = Lane.objects.count(), Lane.objects.filter(state=LaneState.IDLE).count()
            bar.update(task, total=total, completed=done)
            if not killed and done - start > (total - start) // 4:
                demo.say("  chaos: the worker is killed with -9 now")
                demo.children.named("worker").kill()
                killed = True
            demo.children.check()
            time.sleep(0.25)
        bar.update(
            task, total=Lane.objects.count(), completed=Lane.objects.filter(state=LaneState.IDLE).count()
        )


def open_work() -> int:
    """Return how many lanes and records are not finished; dead letters and parked records are, in a way."""
    waiting = Lane.objects.filter(state__in=[LaneState.DUE, LaneState.LEASED]).count()
    return waiting + sum(due_count(domain) for domain in domains.registered())


def decide_one(demo: Demo) -> None:
    """Let the steward merge one true pair of the review list, so that there is a merge to undo."""
    if Judgement.objects.filter(actor="steward").exists():
        return
    demo.enter("a steward's first decision")
    truth = read_truth(demo.sample)
    at_crm = ReviewTask.objects.filter(
        status="open", domain="customer", right__object_type__source__code="crm"
    )
    by = By("steward", "same_person", "Looked at in the demo.", User.objects.get(username="steward").pk)
    for task in at_crm.select_related("left__object_type__source", "right__object_type__source")[:200]:
        names = [
            (one.object_type.source.code, one.object_type.code, one.source_key)
            for one in (task.left, task.right)
        ]
        if truth.get(names[0]) != truth.get(names[1]):
            continue
        codes = list(
            Membership.objects.filter(record__in=[task.left, task.right]).values_list(
                "golden__code", flat=True
            )
        )
        try:
            merge(codes, by=by)
        except DecisionRefused as refused:
            demo.say(f"  {refused}")
            continue
        wake_destinations()
        break
    deadline = time.monotonic() + 60
    while open_work() and time.monotonic() < deadline:
        time.sleep(0.25)


def merge_link(demo: Demo) -> list[dict[str, str]]:
    """Return the link to the merge to undo, with the page of the CRM record that will change back."""
    merged = (
        Judgement.objects.filter(actor="steward", withdrawn_at=None)
        .select_related("right__object_type")
        .first()
    )
    if merged is None:
        return []
    watch = merged.right.object_type.url_of(merged.right.source_key)
    return [
        {
            "title": "A merge to undo",
            "url": f"{demo.base_url}/admin/mdm/judgement/{merged.pk}/change/",
            "text": f"Undo it and watch the CRM page change back: {watch}",
        }
    ]


def curl_line(demo: Demo) -> tuple[str, str]:
    """Return the curl line of one cross-reference and its real answer."""
    ApiKey.objects.filter(name="demo").delete()
    key = issue(
        name="demo",
        owner=User.objects.get(username="admin"),
        scopes=["xref:read", "golden:read"],
        actor=ACTOR,
    )
    member = (
        Membership.objects.filter(golden__member_count__gte=3, record__object_type__source__code="crm")
        .select_related("record__object_type")
        .order_by("record_id")
        .first()
    )
    if member is None:
        return "", ""
    url = f"{demo.base_url}/api/v1/xref/crm/{member.record.object_type.code}/{member.record.source_key}"
    answer = httpx.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=10.0)
    return f"curl -H 'Authorization: Bearer {key}' {url}", answer.text


def platform_writes(demo: Demo) -> dict[str, int]:
    """Return how many writes each platform has taken since it was started."""
    return {
        code: int(httpx.get(f"{url}/_sandbox/stats", timeout=10.0).json()["writes"])
        for code, url in demo.platform_urls.items()
    }


def problems(demo: Demo, figures: dict[str, Any]) -> list[str]:
    """Return what is not as it must be at the end of a run, a sentence each."""
    found = [f"{count} states for {code} are not acknowledged" for code, count in _unacknowledged().items()]
    for destination in Destination.objects.select_related("source"):
        wrong = differences(destination)
        if wrong:
            found.append(f"{len(wrong)} rows at {destination} do not hold the right id, first: {wrong[0]}")
    found += [f"verify: {finding}" for finding in verify()][:10]
    for domain, facts in figures["domains"].items():
        floor = {"customer": (0.98, 0.90), "product": (0.95, 0.80)}[domain]
        ours = facts["aurum"]
        if demo.options.scale >= 1.0 and (ours["precision"] < floor[0] or ours["recall"] < floor[1]):
            found.append(f"{domain}: precision {ours['precision']}, recall {ours['recall']}, wanted {floor}")
    return found


def _unacknowledged() -> dict[str, int]:
    rows = (
        Lane.objects.exclude(state=LaneState.IDLE)
        .values_list("destination__source__code")
        .annotate(n=Count("id"))
    )
    return dict(rows)


def show(
    demo: Demo, figures: dict[str, Any], links: list[dict[str, str]], curl: str, answer: str, wrong: list[str]
) -> None:
    """Print the summary."""
    console = Console(soft_wrap=True, highlight=False)
    grid = Grid(title="Golden records", title_justify="left")
    for heading in ("", "records", "golden", "duplicates", "to review", "precision", "recall", "naive P / R"):
        grid.add_column(heading, justify="left" if not heading else "right")
    for domain, facts in figures["domains"].items():
        ours, naive = facts["aurum"], facts["naive"]
        grid.add_row(
            domain, f"{facts['records']:,}", f"{facts['golden_records']:,}", f"{facts['duplicates']:,}",
            f"{facts['review_tasks']:,}", f"{ours['precision']:.4f}", f"{ours['recall']:.4f}",
            f"{naive['precision']:.3f} / {naive['recall']:.3f}",
        )  # fmt: skip
    console.print(grid)
    console.print("Records: " + ", ".join(f"{name} {count:,}" for name, count in figures["records"].items()))
    for code, counts in figures["platforms"].items():
        console.print(f"{code}: {counts['acknowledged']:,} ids acknowledged, {counts['dead']} dead letters")
    console.print(
        "Seconds: " + ", ".join(f"{stage['name']} {stage['seconds']}" for stage in demo.state.stages)
    )
    changed = ", ".join(f"{name} {count:+,}" for name, count in figures["changed_by_this_run"].items())
    console.print(f"This run changed: {changed}")
    console.print()
    for link in links:
        console.print(f"{link['title']}: {link['url']}\n  {link['text']}", markup=False)
    if curl:
        console.print(f"One cross-reference:\n  {curl}\n  {answer}", markup=False)
    logins = ", ".join(f"{name} ({may})" for name, may in LOGINS)
    console.print(f"Log in at {demo.base_url}/admin/ as {logins}; password {PASSWORD}", markup=False)
    for name, url in demo.platform_urls.items():
        console.print(f"{name} at {url}/", markup=False)
    for problem in wrong:
        console.print(f"[bold red]WRONG[/] {problem}")


def _bar(demo: Demo) -> Progress:
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, disable=not Console().is_terminal)
