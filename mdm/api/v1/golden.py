"""`/api/v1/golden/…`: golden records by any id that was ever issued."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mdm.api.v1 import describing, shapes
from mdm.api.v1.access import ScopedView, principal
from mdm.api.v1.moments import read_moment
from mdm.api.v1.problems import Problem
from mdm.compliance.as_of import NotYetIssued, golden_at
from mdm.compliance.history import golden_history
from mdm.compliance.reading import GoldenSeen, golden_seen
from mdm.models import GoldenRecord, GoldenStatus
from mdm.xref.codes import BadGoldenId, parse
from mdm.xref.redirect import resolved

READ = frozenset({"golden:read", "golden:read:masked", "pii:read"})
PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


class GoldenView(ScopedView):
    """One golden record."""

    scopes = READ

    @extend_schema(
        operation_id="golden",
        summary="A golden record by any of its ids",
        parameters=[describing.CODE, describing.FOLLOW, describing.PROVENANCE, describing.AS_OF],
        responses={
            200: shapes.Golden,
            304: OpenApiResponse(description="It is still at the version of `If-None-Match`."),
            308: OpenApiResponse(description="The id is retired; `Location` leads to the live one."),
            **describing.problems(
                s400="This is no golden id: its check character shows a misreading; or `at` is no moment.",
                s404="The id was never issued, or later than `at`.",
                s410="No source record is left of it; `follow=false` shows the tombstone.",
            ),
        },
        tags=["Golden records"],
    )
    def get(self, request: Request, golden_id: str) -> Response:
        """Answer with the record; the ETag is its version."""
        golden = find(golden_id)
        if (moment := read_moment(request.query_params.get("at"))) is not None:
            return self._as_of(request, golden, moment)
        follow = flag(request, "follow", default=True)
        live = resolved(golden)
        if follow and live.pk != golden.pk:
            return redirect(request, "api-v1:golden", live.code)
        if follow and golden.status != GoldenStatus.LIVE:
            raise gone(golden)
        tag = f'"{golden.code}-v{golden.version}"'
        headers = {"ETag": tag, **PRIVATE} if golden.status == GoldenStatus.LIVE else dict(PRIVATE)
        if "ETag" in headers and tag in etags(request):
            return Response(status=304, headers=headers)
        seen = golden_seen(golden, principal(request))
        body = shown(seen, provenance=flag(request, "provenance", default=False))
        if live.pk != golden.pk:
            body["redirects_to"] = live.code
        return Response(body, headers=headers)

    @staticmethod
    def _as_of(request: Request, golden: GoldenRecord, moment: datetime) -> Response:
        """Answer with exactly this id as it stood; a redirect of then is named, not followed."""
        try:
            seen, led_to = golden_at(golden, moment, principal(request))
        except NotYetIssued as error:
            raise Problem(404, "not-yet-issued", "There was no such golden record", str(error)) from None
        body = {**shown(seen, provenance=flag(request, "provenance", default=False)), "at": moment}
        return Response(body | ({"redirects_to": led_to} if led_to else {}), headers=PRIVATE)


class GoldenHistoryView(ScopedView):
    """The life of one golden record."""

    scopes = READ

    @extend_schema(
        operation_id="golden_history",
        summary="Who changed a golden record, when, why, and what",
        parameters=[describing.CODE],
        responses={
            200: shapes.GoldenHistory,
            **describing.problems(s400="This is no golden id.", s404="The id was never issued."),
        },
        tags=["Golden records"],
    )
    def get(self, request: Request, golden_id: str) -> Response:
        """Answer with the steps of exactly this id, newest first; a retired id has a history too."""
        golden = find(golden_id)
        steps = [asdict(step) for step in golden_history(golden, principal(request))]
        return Response({"id": golden.code, "steps": steps}, headers=PRIVATE)


def find(text: str) -> GoldenRecord:
    """Return the record that was issued this id; raises a 400 or 404 problem."""
    try:
        code = parse(text)
    except BadGoldenId as error:
        raise Problem(400, "bad-golden-id", "This is no golden id", str(error)) from None
    golden = GoldenRecord.objects.select_related("rule_set").filter(code=code).first()
    if golden is None:
        raise Problem(
            404, "unknown-golden-id", "This golden id is not known", f"Golden id {code} was never issued."
        )
    return golden


def shown(seen: GoldenSeen, *, provenance: bool) -> dict[str, Any]:
    """Return a golden record as plain JSON."""
    body: dict[str, Any] = {
        "id": seen.id,
        "domain": seen.domain,
        "kind": seen.kind,
        "status": seen.status,
        "confirmed": seen.confirmed,
        "version": seen.version,
        "title": seen.title,
        "attributes": seen.attributes,
        "members": [
            {
                "source": record.source,
                "object_type": record.object_type,
                "source_key": record.source_key,
                "status": record.status,
                "since": record.since,
                "url": record.url,
            }
            for record in seen.records
        ],
        "rule_set": seen.rule_set,
        "created_at": seen.created_at,
        "changed_at": seen.changed_at,
    }
    if provenance:
        body["provenance"] = seen.provenance
    return body


def redirect(request: Request, route: Literal["api-v1:golden"], code: str) -> Response:
    """Return a 308 to the live id that keeps the query; the id may live again, so it must not be cached."""
    query = request.META.get("QUERY_STRING", "")
    location = reverse(route, args=[code]) + (f"?{query}" if query else "")
    body = {"id": code, "location": location}
    return Response(body, status=308, headers={"Location": location, "Cache-Control": "no-store"})


def gone(golden: GoldenRecord) -> Problem:
    """Return the problem of a golden record without any source record."""
    detail = (
        f"No source record is left of {golden.code} since {golden.changed_at:%Y-%m-%d %H:%M} UTC;"
        " ask with follow=false for its tombstone."
    )
    return Problem(410, "tombstone", "This golden record is gone", detail, id=golden.code)


def etags(request: Request) -> list[str]:
    """Return the tags of If-None-Match, weak ones as strong."""
    text = request.headers.get("If-None-Match", "")
    return [tag.strip().removeprefix("W/") for tag in text.split(",")]


def flag(request: Request, name: str, *, default: bool) -> bool:
    """Return a query parameter that is true or false; raises a 400 problem for anything else."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if text not in ("true", "false"):
        fault = {"pointer": f"?{name}", "detail": f"{text!r} is neither true nor false."}
        raise Problem(400, "bad-request", "The request is not as described", fault["detail"], errors=[fault])
    return text == "true"
