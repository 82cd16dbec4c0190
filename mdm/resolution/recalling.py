"""A question that comes back says why, and what was decided the last time [F28]."""

from collections.abc import Mapping, Sequence
from typing import Any

from mdm.models import Judgement, Membership, ReviewTask

CLOSED = (ReviewTask.Status.DECIDED, ReviewTask.Status.OBSOLETE)
BITS = 1000

Asked = tuple[frozenset[int], int, ReviewTask.Kind]
"""A new question: the golden records it is about, its weight in 1/1000 bit, its kind."""


def recalled(domain: str, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """Return the detail of each new question: `again` where it was asked before, else nothing."""
    if not asked or not ReviewTask.objects.filter(domain=domain, status__in=CLOSED).exists():
        return [{} for _ in asked]
    goldens = {golden for about, _, _ in asked for golden in about}
    members = Membership.objects.filter(golden__in=goldens)
    golden_of: dict[int, int | None] = dict(members.values_list("record_id", "golden_id"))
    before: dict[tuple[frozenset[int], bool], ReviewTask] = {}
    closed = ReviewTask.objects.filter(
        domain=domain, status__in=CLOSED, overlay=None, left__in=golden_of, right__in=golden_of
    ).exclude(closed_at=None)
    for task in closed.select_related("judgement", "hold").order_by("closed_at", "pk"):
        ends = golden_of[task.left_id], golden_of[task.right_id]
        about = frozenset(golden for golden in ends if golden is not None)
        before[about, _is_split(about, task.kind)] = task
    return [_detail(before.get((about, _is_split(about, kind))), weight) for about, weight, kind in asked]


def _is_split(about: frozenset[int], kind: str) -> bool:
    """Whether a question is about one golden record that would part."""
    return len(about) == 1 and kind == ReviewTask.Kind.HOLD


def _detail(task: ReviewTask | None, weight: int) -> dict[str, Any]:
    if task is None:
        return {}
    return {"again": {"task": task.pk, "judgement": task.judgement_id, "why": _why(task, weight)}}


def _why(task: ReviewTask, weight: int) -> str:
    """Return in a sentence or two what became of the question before, and why it is asked again."""
    judgement = task.judgement
    if judgement is not None:
        return _of_judgement(judgement)
    if task.hold is not None and task.status == ReviewTask.Status.DECIDED:
        when = f"{task.hold.closed_at:%Y-%m-%d}"
        return f"{task.hold.closed_by} released it on {when}: {task.hold.closed_reason}"
    asked, gone = f"{task.created_at:%Y-%m-%d}", f"{task.closed_at:%Y-%m-%d}"
    return (
        f"It was asked on {asked} at {task.weight / BITS:.1f} bits and went away on {gone}, because the data"
        f" had changed; now it weighs {weight / BITS:.1f} bits."
    )


def _of_judgement(judgement: Judgement) -> str:
    said = f"{judgement.actor} decided on {judgement.created_at:%Y-%m-%d}: {judgement.get_kind_display()}"
    if judgement.withdrawn_at is None:
        return f"{said} (judgement {judgement.pk}). The golden records have other records now."
    when = f"{judgement.withdrawn_at:%Y-%m-%d}"
    return f"{said}. {judgement.withdrawn_by} withdrew it on {when}: {judgement.withdrawn_reason}"


def again_of(detail: Mapping[str, Any]) -> str:
    """Return why a question came back; empty for one that is asked for the first time."""
    return str(detail.get("again", {}).get("why", ""))
