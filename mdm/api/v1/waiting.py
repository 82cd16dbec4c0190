"""`/api/v1/holds` and `/api/v1/overlays`: what waits for a person, and the answers to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mdm import domains
from mdm.api.v1 import describing, shapes, waiting_shapes
from mdm.api.v1.access import ScopedView, by_of, principal
from mdm.api.v1.golden import PRIVATE, READ
from mdm.api.v1.problems import Problem
from mdm.compliance.policy import visible
from mdm.ingestion.answering import accept_change, refuse_version, reuse_key
from mdm.models import GoldenRecord, Hold, Overlay
from mdm.resolution.apply import Settled
from mdm.resolution.decisions import preview
from mdm.resolution.judging import By, DecisionRefused
from mdm.resolution.releasing import keep_together, release

DECIDE = frozenset({"golden:decide"})
PAGE = 100
ANSWERS: Mapping[str, Callable[[int, By], Settled]] = {
    "release": lambda number, by: release(number, by=by).settled,
    "keep-together": lambda number, by: keep_together(number, by=by).settled,
    "accept": lambda number, by: accept_change(number, by=by),
    "reuse": lambda number, by: reuse_key(number, by=by),
    "refuse": lambda number, by: refuse_version(number, by=by),
}
DOMAIN = OpenApiParameter("domain", str, required=True, description="Such as `customer`.")
AFTER = OpenApiParameter("after", int, description="`next` of the page before.")
REFUSALS = describing.problems(
    s400="The request is not as described.",
    s404="It is not known.",
    s409="It is closed already; `conflicts` says by whom.",
    s422="This is no answer to it.",
)


class HoldsView(ScopedView):
    """The open holds of a domain."""

    scopes = READ

    @extend_schema(
        operation_id="holds",
        summary="What the machine wants and may not do yet",
        parameters=[DOMAIN, AFTER],
        responses={200: waiting_shapes.Holds, **describing.problems(s400="There is no such domain.")},
        tags=["Holds and overlays"],
    )
    def get(self, request: Request) -> Response:
        """Answer with 100 of them, the oldest first."""
        rows = Hold.objects.filter(domain=_domain(request), status=Hold.Status.OPEN)
        return _page(request, "holds", rows, _hold)


class OverlaysView(ScopedView):
    """The open overlays of a domain."""

    scopes = READ

    @extend_schema(
        operation_id="overlays",
        summary="Updates that would turn a record into somebody else",
        parameters=[DOMAIN, AFTER],
        responses={200: waiting_shapes.Overlays, **describing.problems(s400="There is no such domain.")},
        tags=["Holds and overlays"],
    )
    def get(self, request: Request) -> Response:
        """Answer with 100 of them, the oldest first; values as far as the reader may see them."""
        rows = Overlay.objects.filter(domain=_domain(request), status=Overlay.Status.OPEN)
        rows = rows.select_related("record__object_type__source")

        def shown(row: Overlay) -> dict[str, Any]:
            kind, reader = row.record.object_type, principal(request)
            sides = {"before": row.record.attributes, "after": row.attributes}
            return {
                "id": row.pk,
                "source": kind.source.code,
                "object_type": kind.code,
                "source_key": row.source_key,
                "weight": row.weight / 1000,
                "conflicts": row.conflicts,
                "since": row.arrived_at,
                **{
                    side: visible(reader, row.domain, said, source=kind.source.code)
                    for side, said in sides.items()
                },
            }

        return _page(request, "overlays", rows, shown)


class _AnswerView(ScopedView):
    """An answer to what waits: made, or rehearsed with `preview`."""

    scopes = DECIDE

    def answered(self, request: Request, number: int, answer: str) -> Response:
        """Answer it and tell what changed; refusals become problems."""
        because = shapes.Because(data=request.data)
        because.is_valid(raise_exception=True)
        given: dict[str, Any] = because.validated_data
        by = by_of(request, given)

        def work() -> Settled:
            return ANSWERS[answer](number, by)

        try:
            done = preview(work) if given["preview"] else work()
        except LookupError as unknown:
            raise Problem(404, "unknown", "This is not known", str(unknown)) from None
        except DecisionRefused as refused:
            conflicts = list(refused.conflicts)
            raise Problem(409, "conflict", refused.summary, str(refused), conflicts=conflicts) from None
        except ValueError as error:
            raise Problem(422, "no-answer", "This is no answer to it", str(error)) from None
        changed = [{"id": value.code, "status": value.status} for value in done.written]
        return Response({"preview": given["preview"], "changed": changed}, headers=PRIVATE)


class HoldAnswerView(_AnswerView):
    """An answer to a hold."""

    @extend_schema(
        operation_id="answer_hold",
        summary="Let happen what is held, or keep together what would part",
        parameters=[OpenApiParameter("answer", str, "path", enum=["release", "keep-together"])],
        request=shapes.Because,
        responses={200: waiting_shapes.Answered, **REFUSALS},
        tags=["Holds and overlays"],
    )
    def post(self, request: Request, number: int, answer: str) -> Response:
        """A held merge is also answered by merging the two, or by saying that they are no match."""
        return self.answered(request, number, answer)


class OverlayAnswerView(_AnswerView):
    """An answer to an overlay."""

    @extend_schema(
        operation_id="answer_overlay",
        summary="Say whether the record has changed, its key was re-used, or the source is wrong",
        parameters=[OpenApiParameter("answer", str, "path", enum=["accept", "reuse", "refuse"])],
        request=shapes.Because,
        responses={200: waiting_shapes.Answered, **REFUSALS},
        tags=["Holds and overlays"],
    )
    def post(self, request: Request, number: int, answer: str) -> Response:
        """`reuse` starts a new record under the key; the former one keeps its home and history."""
        return self.answered(request, number, answer)


def _domain(request: Request) -> str:
    asked = str(request.query_params.get("domain", ""))
    if asked not in domains.registered():
        raise _bad("domain", f"There is no domain {asked!r}.")
    return asked


def _page(request: Request, name: str, rows: Any, shown: Callable[[Any], dict[str, Any]]) -> Response:
    after = request.query_params.get("after", "0")
    if not after.isdecimal():
        raise _bad("after", f"{after!r} is the end of no page.")
    found = list(rows.filter(pk__gt=int(after)).order_by("pk")[: PAGE + 1])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    body = {"open": rows.count(), name: [shown(row) for row in found[:PAGE]], "next": more}
    return Response(body, headers=PRIVATE)


def _hold(row: Hold) -> dict[str, Any]:
    sides = [side for side in (row.left_records, row.right_records) if side]
    return {
        "id": row.pk,
        "gate": row.gate,
        "reason": row.reason,
        "weight": row.weight / 1000,
        "golden": [
            sorted(
                GoldenRecord.objects.filter(members__record__in=side, status="live")
                .values_list("code", flat=True)
                .distinct()
            )
            for side in sides
        ],
        "until": row.wakes_on,
        "since": row.created_at,
    }


def _bad(name: str, detail: str) -> Problem:
    fault = {"pointer": f"?{name}", "detail": detail}
    return Problem(400, "bad-request", "The request is not as described", detail, errors=[fault])
