"""A question about one thing: would this record become somebody else, may this golden record part?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from mdm import domains
from mdm.compliance.policy import Principal, visible
from mdm.compliance.reading import title_of
from mdm.compliance.roles import DECIDE
from mdm.ingestion.answering import accept_change, refuse_version, reuse_key
from mdm.models import Hold, Overlay, ReviewTask, SourceRecord
from mdm.resolution.judging import REASONS, By, DecisionRefused
from mdm.resolution.releasing import keep_together, release
from stewardship.access import may_decide, reader, require, who
from stewardship.comparing import side_by_side
from stewardship.formatting import label_of
from stewardship.screens import review_page
from stewardship.screens.frame import page


@dataclass(frozen=True)
class Answer:
    """One answer that a person may give: its button, and what it means in a sentence."""

    label: str
    means: str
    key: str
    look: str
    make: Callable[[int, By], Any]


OVERLAY: Mapping[str, Answer] = {
    "changed": Answer(
        "It has changed",
        "The same one, with new particulars: the update is accepted.",
        "c",
        "au-yes",
        lambda number, by: accept_change(number, by=by),
    ),
    "reused": Answer(
        "Somebody else has its key",
        "The former record keeps its golden id under a name of its own; the key names a new record.",
        "e",
        "",
        lambda number, by: reuse_key(number, by=by),
    ),
    "refused": Answer(
        "The source is wrong",
        "The update is refused, and refused again when it comes again.",
        "w",
        "au-no",
        lambda number, by: refuse_version(number, by=by),
    ),
}
SPLIT: Mapping[str, Answer] = {
    "together": Answer(
        "Keep together",
        "They are one: a judgement that you can undo.",
        "t",
        "au-yes",
        lambda number, by: keep_together(number, by=by),
    ),
    "release": Answer(
        "Let it part",
        "What the records say now decides; it is not held again.",
        "l",
        "au-no",
        lambda number, by: release(number, by=by),
    ),
}
MERGE: Mapping[str, Answer] = {"release": Answer("Let it happen", "", "l", "", SPLIT["release"].make)}


def is_about_one(task: ReviewTask) -> bool:
    """Whether a task is a question of this page: about one record or one golden record."""
    return task.overlay_id is not None or (task.hold is not None and not task.hold.right_records)


def show(request: HttpRequest, task: ReviewTask, site: AdminSite) -> HttpResponse:
    """Return the page of one question, with what stands beside what would."""
    principal, tasks = reader(request), review_page.queue(request)
    told = _overlay(task.overlay, principal) if task.overlay else _split(task, principal)
    context: dict[str, Any] = {
        "task": task,
        "open": task.status == ReviewTask.Status.OPEN,
        "answers": _answers(task),
        "reasons": REASONS,
        "place": review_page.place(task, tasks),
        "length": tasks.count(),
        "next": review_page.address(request, review_page.after(task, tasks)),
        "previous": review_page.address(request, review_page.before(task, tasks)),
        "query": review_page.query(request),
        "may_decide": may_decide(request),
        **told,
    }
    return page(request, "waiting.html", told["heading"], context, site=site)


@require_POST
def answer(request: HttpRequest, task_id: int) -> HttpResponse:
    """Give the answer and open the next question; a refusal shows the same question again."""
    require(request, DECIDE)
    task = get_object_or_404(ReviewTask, pk=task_id)
    following = review_page.after(task, review_page.queue(request))
    try:
        chosen = _answers(task).get(request.POST.get("answer", ""))
        if chosen is None:
            raise ValueError(f"{request.POST.get('answer', '')!r} is no answer to this question.")
        by = By(
            reason_code=request.POST.get("reason", ""),
            reason=request.POST.get("text", "").strip(),
            **who(request),
        )
        chosen.make(task.overlay_id or task.hold_id or 0, by)
    except (DecisionRefused, LookupError, ValueError) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(review_page.address(request, task))
    messages.success(request, f"{chosen.label}: done.")
    return HttpResponseRedirect(review_page.address(request, following or review_page.queue(request).first()))


def _answers(task: ReviewTask) -> Mapping[str, Answer]:
    if task.overlay_id is not None:
        return OVERLAY
    if task.hold is None:
        return {}
    return MERGE if task.hold.right_records else SPLIT


def _overlay(overlay: Overlay, principal: Principal) -> dict[str, Any]:
    record = SourceRecord.objects.select_related("object_type__source", "membership__golden").get(
        pk=overlay.record_id
    )
    source, golden = record.object_type.source, record.membership.golden
    before, after = (
        visible(principal, overlay.domain, said, source=source.code)
        for said in (record.attributes, overlay.attributes)
    )
    labels = [label_of(overlay.domain, name) for name in overlay.conflicts]
    return {
        "heading": "Is this still the same?",
        "sentence": f"An update of {overlay.source_key} at {source.name} conflicts in {', '.join(labels)};"
        f" its weight to its former self is {overlay.weight / 1000:.1f} bits. Until you decide, the hub goes"
        " on with what it accepted last.",
        "sides": [
            _side(title_of(overlay.domain, before), "as accepted", golden.code if golden else ""),
            _side(title_of(overlay.domain, after), f"as sent on {overlay.arrived_at:%Y-%m-%d}", ""),
        ],
        "rows": side_by_side(overlay.domain, before, after),
        "record": record,
    }


def _split(task: ReviewTask, principal: Principal) -> dict[str, Any]:
    hold: Hold | None = task.hold
    assert hold is not None
    rows = SourceRecord.objects.select_related("object_type__source").filter(pk__in=hold.left_records)
    records = {record.pk: record for record in rows}
    sides, values = [], []
    for part in hold.parts[:2]:
        members = [records[one] for one in part if one in records]
        eldest = members[0]
        said = visible(principal, eldest.domain, eldest.attributes, source=eldest.object_type.source.code)
        values.append(said)
        names = " · ".join(f"{one.object_type.source.code} {one.source_key}" for one in members)
        sides.append(_side(title_of(eldest.domain, said), names, ""))
    label = domains.get(task.domain).label.lower()
    return {
        "heading": f"May this {label} part?",
        "sentence": hold.reason,
        "sides": sides,
        "rows": side_by_side(task.domain, *values),
    }


def _side(title: str, words: str, code: str) -> dict[str, str]:
    link = reverse("golden-page", args=[code]) if code else ""
    return {"title": title, "words": words, "code": code, "link": link}
