"""`/api/v1/judgements`: what people decided, searched and undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mdm import domains
from mdm.api.v1 import describing, shapes
from mdm.api.v1 import judging_shapes as judging
from mdm.api.v1.access import ScopedView
from mdm.api.v1.decisions import DECIDE, REFUSALS, name_of, outcome_of, records_named
from mdm.api.v1.decisions import shown as decision_shown
from mdm.api.v1.golden import PRIVATE, find
from mdm.api.v1.problems import Problem
from mdm.models import Judgement, SourceRecord
from mdm.resolution.binding import binding_on
from mdm.resolution.decisions import undo
from mdm.resolution.since import Edit
from mdm.resolution.verdicts import records_named as records_of
from mdm.xref.redirect import resolved

PAGE = 100
STATES = ("standing", "withdrawn")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "decision": tuple(Judgement.Decision.values),
    "kind": tuple(Judgement.Kind.values),
    "rank": tuple(Judgement.Rank.values),
    "state": STATES,
}
NAMES = ("source", "object_type", "source_key")


class JudgementsView(ScopedView):
    """The judgements of a domain."""

    scopes = DECIDE

    @extend_schema(
        operation_id="judgements",
        summary="Search what people decided",
        parameters=[
            OpenApiParameter("domain", str, required=True, description="Such as `customer`."),
            *(
                OpenApiParameter(name, str, enum=list(values), description="Only these; all without it.")
                for name, values in CHOICES.items()
            ),
            OpenApiParameter("actor", str, description="Only what this person or program decided."),
            OpenApiParameter("golden", str, description="Only what is about records of this golden id."),
            OpenApiParameter(
                "source", str, description="With `object_type` and `source_key`: of this record."
            ),
            OpenApiParameter("object_type", str),
            OpenApiParameter("source_key", str),
            OpenApiParameter("after", int, description="`next` of the page before."),
        ],
        responses={
            200: judging.Judgements,
            **describing.problems(
                s400="The request is not as described.", s404="The golden id or the record is not known."
            ),
        },
        tags=["Decisions"],
    )
    def get(self, request: Request) -> Response:
        """Answer with 100 of them, the newest first."""
        asked = request.query_params
        if asked.get("domain", "") not in domains.registered():
            raise _bad("domain", f"There is no domain {asked.get('domain', '')!r}.")
        found = Judgement.objects.filter(domain=asked["domain"])
        for name, values in CHOICES.items():
            if name in asked and asked[name] not in values:
                raise _bad(name, f"{asked[name]!r} is none of {', '.join(values)}.")
            if name in asked and name != "state":
                found = found.filter(**{name: asked[name]})
        if "state" in asked:
            found = found.filter(withdrawn_at__isnull=asked["state"] == "standing")
        if asked.get("actor"):
            found = found.filter(actor=asked["actor"])
        found = _about(found, asked)
        if "after" in asked:
            if not asked["after"].isdecimal():
                raise _bad("after", f"{asked['after']!r} is the end of no page.")
            found = found.filter(pk__lt=int(asked["after"]))
        rows = list(found.select_related("keeps").order_by("-pk")[: PAGE + 1])
        more = rows[PAGE - 1].pk if len(rows) > PAGE else None
        return Response({"judgements": shown(rows[:PAGE]), "next": more}, headers=PRIVATE)


class JudgementUndoneView(ScopedView):
    """The end of one decision."""

    scopes = DECIDE

    @extend_schema(
        operation_id="undo",
        summary="Withdraw a decision, with all judgements it made",
        request=shapes.Because,
        responses={200: judging.DecisionUndone, **REFUSALS},
        tags=["Decisions"],
    )
    def post(self, request: Request, number: int) -> Response:
        """Undo it: ids, members and values are those that stand without it, and destinations are told.

        What people said since stays; `between` lists it with the golden ids that it is about.
        """
        because = shapes.Because(data=request.data)
        because.is_valid(raise_exception=True)
        given: dict[str, Any] = because.validated_data
        done = outcome_of(request, lambda by: undo(number, by=by), given)
        body = decision_shown(done, request, rehearsed=given["preview"])
        return Response({**body, "between": [_edit_shown(one) for one in done.between]}, headers=PRIVATE)


def _edit_shown(edit: Edit) -> dict[str, Any]:
    """Return what was said since as plain JSON: values are read where they are kept, past the gate there."""
    return {
        "kind": edit.kind,
        "number": edit.number,
        "about": edit.about,
        "actor": edit.by,
        "created_at": edit.at,
        "before": list(edit.before),
        "after": list(edit.after),
        "speaks": edit.speaks,
    }


def _about(found: QuerySet[Judgement], asked: Mapping[str, Any]) -> QuerySet[Judgement]:
    """Return those about a golden record, or about one source record."""
    records: list[int] | None = None
    if asked.get("golden"):
        records = list(resolved(find(asked["golden"])).members.values_list("record_id", flat=True))
    named = [name for name in NAMES if asked.get(name)]
    if named:
        if len(named) < len(NAMES):
            raise _bad(named[0], f"A record is named by {', '.join(NAMES)}: give all three.")
        records = records_named([{name: asked[name] for name in NAMES}], "?source_key")
    if records is None:
        return found
    ends = Q(left__in=records) | Q(right__in=records)
    return found.filter(ends | Q(left_records__overlap=records) | Q(right_records__overlap=records))


def shown(rows: list[Judgement]) -> list[dict[str, Any]]:
    """Return judgements as plain JSON."""
    named = records_of(rows)
    binding = {one.id for one in binding_on(rows[0].domain, named)} if rows else set()
    records = SourceRecord.objects.select_related("object_type__source").in_bulk(named)
    names = {
        pk: name_of((row.object_type.source.code, row.object_type.code, row.source_key))
        for pk, row in records.items()
    }
    return [
        {
            "id": one.pk,
            "domain": one.domain,
            "decision": one.decision,
            "kind": one.kind,
            "rank": one.rank,
            "state": "withdrawn" if one.withdrawn_at else "binding" if one.pk in binding else "silent",
            "left": [names[record] for record in one.left_records or [one.left_id]],
            "right": [names[record] for record in one.right_records or _right_end(one)],
            "keeps": one.keeps.code if one.keeps else None,
            "until": one.until,
            "watched": one.watched.get("attributes", []),
            "made_with": one.made_with,
            "actor": one.actor,
            "reason_code": one.reason_code,
            "reason": one.reason,
            "created_at": one.created_at,
            "withdrawn_at": one.withdrawn_at,
            "withdrawn_by": one.withdrawn_by,
            "withdrawn_reason": one.withdrawn_reason,
            "entry_id": one.entry_id,
        }
        for one in rows
    ]


def _right_end(judgement: Judgement) -> list[int]:
    return [] if judgement.right_id is None else [judgement.right_id]


def _bad(name: str, detail: str) -> Problem:
    fault = {"pointer": f"?{name}", "detail": detail}
    return Problem(400, "bad-request", "The request is not as described", detail, errors=[fault])
