"""`/api/v1/possible-matches`: golden records that may be one, in the queue and outside of it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mdm import domains
from mdm.api.v1 import describing, possible_shapes
from mdm.api.v1.access import ScopedView, actor, principal
from mdm.api.v1.golden import PRIVATE, READ
from mdm.api.v1.problems import Problem
from mdm.compliance.policy import Principal, visible
from mdm.compliance.reading import title_of
from mdm.models import Membership, ReviewTask
from mdm.resolution.judging import StaleVersion
from mdm.resolution.queueing import found, take_in
from mdm.resolution.recalling import again_of

PAGE = 100
STATES = {"queued": ReviewTask.Status.OPEN, "unqueued": ReviewTask.Status.UNQUEUED}
TABLES = ("left__membership__golden", "right__membership__golden")


class PossibleMatchesView(ScopedView):
    """The possible matches of a domain."""

    scopes = READ

    @extend_schema(
        operation_id="possible_matches",
        summary="Search what may be one, in the queue or outside of it",
        parameters=[
            OpenApiParameter("domain", str, required=True, description="Such as `customer`."),
            OpenApiParameter("state", str, enum=list(STATES), description="Only these; both without it."),
            OpenApiParameter("q", str, description="A golden id, or how the key of a record starts."),
            OpenApiParameter("after", int, description="`next` of the page before."),
        ],
        responses={
            200: possible_shapes.PossibleMatches,
            **describing.problems(s400="The request is not as described."),
        },
        tags=["Possible matches"],
    )
    def get(self, request: Request) -> Response:
        """Answer with 100 of them, the likeliest first, and with how many there are in all."""
        asked = request.query_params
        if asked.get("domain", "") not in domains.registered():
            raise _bad("domain", f"There is no domain {asked.get('domain', '')!r}.")
        if asked.get("state", "queued") not in STATES:
            raise _bad("state", f"A state is {' or '.join(STATES)}.")
        tasks = ReviewTask.objects.filter(domain=asked["domain"], status__in=STATES.values(), overlay=None)
        counts = {state: tasks.filter(status=status).count() for state, status in STATES.items()}
        if "state" in asked:
            tasks = tasks.filter(status=STATES[asked["state"]])
        if asked.get("q"):
            tasks = found(tasks, asked["q"])
        rows = list(_behind(tasks, asked.get("after")).select_related(*TABLES)[: PAGE + 1])
        matches = [shown(row, principal(request)) for row in rows[:PAGE]]
        more = rows[PAGE - 1].pk if len(rows) > PAGE else None
        return Response({**counts, "matches": matches, "next": more}, headers=PRIVATE)


class PossibleMatchQueuedView(ScopedView):
    """Taking a possible match into the queue."""

    scopes = frozenset({"review:queue"})

    @extend_schema(
        operation_id="possible_match_queue",
        summary="Ask people about a possible match that is not queued",
        request=None,
        responses={
            200: possible_shapes.PossibleMatch,
            **describing.problems(s404="It is not known.", s409="It is queued or answered already."),
        },
        tags=["Possible matches"],
    )
    def post(self, request: Request, number: int) -> Response:
        """Put it into the queue and answer with it."""
        user = None if request.auth else request.user.pk
        try:
            task = take_in(number, actor=actor(request), user_id=user)
        except LookupError as error:
            raise Problem(404, "unknown-task", "This possible match is not known", str(error)) from None
        except StaleVersion as error:
            raise Problem(409, "not-unqueued", "It does not wait outside the queue", str(error)) from None
        row = ReviewTask.objects.select_related(*TABLES).get(pk=task.pk)
        return Response(shown(row, principal(request)), headers=PRIVATE)


def shown(task: ReviewTask, reader: Principal) -> dict[str, Any]:
    """Return a possible match as plain JSON; names are made of what the reader may see."""
    return {
        "id": task.pk,
        "queued": task.status == ReviewTask.Status.OPEN,
        "queued_by": task.queued_by,
        "weight": task.weight / 1000,
        "probability": task.probability,
        "gate": task.gate,
        "golden": [_side(record.membership, reader) for record in (task.left, task.right)],
        "again": again_of(task.detail),
        "since": task.created_at,
    }


def _side(membership: Membership, reader: Principal) -> dict[str, str]:
    golden = membership.golden
    if golden is None:
        return {"id": "", "title": ""}
    return {
        "id": golden.code,
        "title": title_of(golden.domain, visible(reader, golden.domain, golden.attributes)),
    }


def _behind(tasks: QuerySet[ReviewTask], after: str | None) -> QuerySet[ReviewTask]:
    """Return the tasks behind one, in the order of the pages."""
    ordered = tasks.order_by("-weight", "id")
    if after is None:
        return ordered
    last = ReviewTask.objects.filter(pk=int(after)).first() if after.isdecimal() else None
    if last is None:
        raise _bad("after", f"{after!r} is the end of no page.")
    return ordered.filter(Q(weight__lt=last.weight) | Q(weight=last.weight, id__gt=last.pk))


def _bad(name: str, detail: str) -> Problem:
    fault = {"pointer": f"?{name}", "detail": detail}
    return Problem(400, "bad-request", "The request is not as described", detail, errors=[fault])
