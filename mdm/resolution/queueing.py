"""The possible matches that are known: searched, counted, and taken into the queue by a person."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from mdm.compliance import audit
from mdm.models import ReviewTask
from mdm.resolution.judging import StaleVersion
from mdm.xref.codes import BadGoldenId, parse


def found(tasks: QuerySet[ReviewTask], words: str) -> QuerySet[ReviewTask]:
    """Return the tasks about a golden id, in any spelling, or about a record whose key starts so."""
    try:
        code = parse(words)
    except BadGoldenId:
        return tasks.filter(Q(left__source_key__istartswith=words) | Q(right__source_key__istartswith=words))
    about = Q(left__membership__golden__code=code) | Q(right__membership__golden__code=code)
    return tasks.filter(about)


def take_in(task_id: int, *, actor: str, user_id: int | None = None) -> ReviewTask:
    """Put a possible match into the queue, where it stays until it is answered or has gone away.

    Raises LookupError for an unknown task, StaleVersion for one that is not waiting outside the queue.
    """
    with (
        transaction.atomic(),
        audit.entry(actor=actor, action="take into queue", cause=f"task {task_id}", user_id=user_id),
    ):
        task = ReviewTask.objects.select_for_update(no_key=True).filter(pk=task_id).first()
        if task is None:
            raise LookupError(f"There is no possible match {task_id}.")
        if task.status != ReviewTask.Status.UNQUEUED:
            said = f"The possible match {task_id} is {task.get_status_display().lower()}."
            raise StaleVersion("Nothing was taken into the queue.", [said])
        task.status, task.queued_by = ReviewTask.Status.OPEN, actor
        task.save(update_fields=["status", "queued_by"])
        return task
