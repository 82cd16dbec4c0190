"""The review queue: one question a page, decided by a key, and the next one opens by itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from mdm.compliance.policy import Principal
from mdm.compliance.reading import GoldenSeen, golden_seen
from mdm.compliance.roles import DECIDE
from mdm.models import GoldenRecord, Membership, ReviewTask
from mdm.resolution.decisions import REASONS, By, Decision, DecisionRefused, merge, not_a_match
from mdm.resolution.explanation import PairExplained, explain_pair, gate_words
from mdm.resolution.queueing import take_in
from stewardship.access import may_decide, reader, require, who
from stewardship.comparing import side_by_side
from stewardship.reasons import FOR_NOT, FOR_SAME, SHORT, suggested
from stewardship.screens.frame import page
from stewardship.waterfall import draw

STANDING = (ReviewTask.Status.OPEN, ReviewTask.Status.UNQUEUED)
KEPT = ("domain", "kind")
"""Filters that travel from question to question."""


def queue(request: HttpRequest) -> QuerySet[ReviewTask]:
    """Return the open questions under the request's filters, the heaviest first."""
    wanted = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    return ReviewTask.objects.filter(status=ReviewTask.Status.OPEN, **wanted).order_by("-weight", "id")


def after(task: ReviewTask, tasks: QuerySet[ReviewTask]) -> ReviewTask | None:
    """Return the question behind this one."""
    return tasks.filter(Q(weight__lt=task.weight) | Q(weight=task.weight, id__gt=task.pk)).first()


def before(task: ReviewTask, tasks: QuerySet[ReviewTask]) -> ReviewTask | None:
    """Return the question in front of this one."""
    ahead = tasks.filter(Q(weight__gt=task.weight) | Q(weight=task.weight, id__lt=task.pk))
    return ahead.reverse().first()


def place(task: ReviewTask, tasks: QuerySet[ReviewTask]) -> int:
    """Return which question this one is, counted from 1."""
    return tasks.filter(Q(weight__gt=task.weight) | Q(weight=task.weight, id__lt=task.pk)).count() + 1


@require_GET
def first(request: HttpRequest) -> HttpResponse:
    """Open the first question, or say that none is left."""
    require(request, "mdm.view_reviewtask")
    return HttpResponseRedirect(address(request, queue(request).first()))


def show(request: HttpRequest, task: ReviewTask, site: AdminSite) -> HttpResponse:
    """Return the page of one question: both golden records, why they may be one, and what can be decided."""
    principal = reader(request)
    tasks = queue(request)
    left, right = (_golden(record_id) for record_id in (task.left_id, task.right_id))
    told = _explained(task, principal)
    context: dict[str, Any] = {
        "task": task,
        "gate": gate_words(task.gate),
        "open": task.status in STANDING and left is not None and left != right,
        "unqueued": task.status == ReviewTask.Status.UNQUEUED,
        "mean": task.weight / 1000,
        "told": told,
        "waterfall": draw(told) if told else None,
        "place": place(task, tasks),
        "length": tasks.count(),
        "next": address(request, after(task, tasks)),
        "previous": address(request, before(task, tasks)),
        "query": query(request),
        "may_decide": may_decide(request),
    }
    if left is None or right is None:
        context["open"] = False
        return page(request, "review.html", "Review", context, site=site)
    sides = [golden_seen(one, principal) for one in (left, right)]
    same, different = suggested(task, sides, told)
    context |= {
        "sides": sides,
        "pair": [
            f"{record.source} {record.source_key}"
            for side, record_id in zip(sides, (task.left_id, task.right_id), strict=True)
            for record in side.records
            if record.id == record_id
        ],
        "rows": side_by_side(task.domain, sides[0].attributes, sides[1].attributes),
        "for_same": _chips(FOR_SAME[task.domain], same, 1),
        "for_not": _chips(FOR_NOT[task.domain], different, 1 + len(FOR_SAME[task.domain])),
    }
    return page(request, "review.html", _title(sides), context, site=site)


@require_POST
def decide(request: HttpRequest, task_id: int) -> HttpResponse:
    """Merge or keep apart, then open the next question; a refusal shows the same question again."""
    require(request, DECIDE)
    task = get_object_or_404(ReviewTask, pk=task_id)
    following = after(task, queue(request))
    verdict = request.POST.get("verdict", "")
    codes = [request.POST.get("left", ""), request.POST.get("right", "")]
    try:
        versions = {code: int(request.POST.get(f"version-{code}", "0")) for code in codes}
        reason = request.POST.get(f"reason-{verdict}", "")
        by = By(reason_code=reason, reason=request.POST.get("text", "").strip(), **who(request))
        decision = _decided(verdict, codes, versions, by)
    except (DecisionRefused, LookupError, ValueError) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(address(request, task))
    where = address(request, following or queue(request).first())
    named = {"verb": "undo", "judgement": str(decision.judgement_ids[0]), "back": where}
    undo = f"{reverse('decide')}?{urlencode(named)}"
    said = "are one now" if verdict == "same" else "stay apart"
    messages.success(
        request,
        format_html(
            '{} and {} {}. <a class="au-link" data-key="u" href="{}">Undo <kbd>u</kbd></a>',
            *codes,
            said,
            undo,
        ),
    )
    return HttpResponseRedirect(where)


@require_POST
def take(request: HttpRequest, task_id: int) -> HttpResponse:
    """Put a possible match into the queue and show it there."""
    require(request, DECIDE)
    try:
        take_in(task_id, **who(request))
    except (DecisionRefused, LookupError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "It is in the queue now.")
    return HttpResponseRedirect(address(request, ReviewTask.objects.filter(pk=task_id).first()))


def _decided(verdict: str, codes: list[str], versions: dict[str, int], by: By) -> Decision:
    if verdict == "same":
        return merge(codes, versions=versions, by=by)
    if verdict == "not":
        return not_a_match(codes, versions=versions, by=by)
    raise ValueError(f"{verdict!r} is no verdict: decide same or not.")


def _golden(record_id: int) -> GoldenRecord | None:
    row = Membership.objects.select_related("golden__rule_set").filter(pk=record_id).first()
    return row.golden if row else None


def _explained(task: ReviewTask, principal: Principal) -> PairExplained | None:
    try:
        return explain_pair(task.left_id, task.right_id, principal=principal)
    except LookupError:
        return None


def _chips(codes: tuple[str, ...], chosen: str, number: int) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "label": SHORT[code],
            "long": REASONS[code],
            "chosen": code == chosen,
            "key": number + place,
        }
        for place, code in enumerate(codes)
    ]


def _title(sides: list[GoldenSeen]) -> str:
    return " or ".join(side.title for side in sides)


def query(request: HttpRequest) -> str:
    """Return the filters that travel from question to question, as the end of an address."""
    kept = [(name, request.GET[name]) for name in KEPT if request.GET.get(name)]
    return f"?{urlencode(kept)}" if kept else ""


def address(request: HttpRequest, task: ReviewTask | None) -> str:
    """Return where a question is shown, or the list where there is none."""
    if task is None:
        return reverse("admin:mdm_reviewtask_changelist") + query(request)
    return reverse("admin:mdm_reviewtask_change", args=[task.pk]) + query(request)
