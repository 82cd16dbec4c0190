"""What waits for somebody: the first page after signing in."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest

from mdm.models import (
    AuditEntry,
    GoldenRecord,
    GoldenStatus,
    Lane,
    LaneState,
    Membership,
    QuarantinedRow,
    ReviewTask,
)
from stewardship.access import may_decide

DECISIONS = (
    "merge", "not_a_match", "split", "undo", "confirm", "override", "correct record", "withdraw override",
    "release hold", "keep together", "accept overlay", "reuse key", "refuse overlay",
)  # fmt: skip


def shown(rows: QuerySet[Any]) -> str:
    """Return how many rows there are, as people write it."""
    return f"{rows.count():,}"


def by_domain(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """Return how many rows there are of each domain."""
    counted = rows.values_list("domain").annotate(Count("id")).order_by("domain")
    return [{"domain": domain, "count": count, "shown": f"{count:,}"} for domain, count in counted]


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the admin's index what waits for the person who looks at it."""
    user = request.user
    tasks = ReviewTask.objects.filter(status=ReviewTask.Status.OPEN)
    context |= {
        "title": "Desk",
        "queues": by_domain(tasks) if user.has_perm("mdm.view_reviewtask") else [],
        "golden_counts": by_domain(GoldenRecord.objects.filter(status=GoldenStatus.LIVE))
        if user.has_perm("mdm.view_goldenrecord")
        else [],
        "quarantined": shown(QuarantinedRow.objects.filter(status="open")),
        "dead": shown(Lane.objects.filter(state=LaneState.DEAD)),
        "due": shown(Membership.objects.filter(due=True, parked_reason="")),
        "parked": Membership.objects.exclude(parked_reason="").count(),
        "decisions": AuditEntry.objects.filter(action__in=DECISIONS)[:8],
        "may_decide": may_decide(request),
    }
    return context
