"""`/api/v1/xref/…`: which golden record is this key of ours?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mdm.api.v1 import describing, shapes
from mdm.api.v1.access import ScopedView
from mdm.api.v1.moments import not_later, read_moment
from mdm.api.v1.problems import Problem
from mdm.ingestion.keys import BadKey
from mdm.models import ObjectType
from mdm.xref.lookup import XrefAnswer, lookup, lookup_many, xref_history

NAMED = [describing.SOURCE, describing.OBJECT, describing.KEY]


class XrefView(ScopedView):
    """One cross-reference."""

    scopes = frozenset({"xref:read", "golden:read"})

    @extend_schema(
        operation_id="xref",
        summary="The golden id of one source record",
        parameters=[*NAMED, describing.AS_OF],
        responses={
            200: shapes.XrefFound,
            202: shapes.XrefFound,
            **describing.problems(
                s400="`at` is no moment, or lies in the future.",
                s404="The key is not known, or had no golden id at that moment.",
                s409="Its record is in quarantine; the reason says why.",
            ),
        },
        tags=["Cross-references"],
    )
    def get(self, request: Request, source: str, object_type: str, key: str) -> Response:
        """Answer 200 with the golden id, 202 while the record waits to be resolved."""
        found = lookup(source, object_type, key, at=read_moment(request.query_params.get("at")))
        if found.state == "unknown":
            raise Problem(404, "unknown-record", "This record is not known", found.reason)
        if found.state == "quarantined":
            raise Problem(
                409,
                "quarantined",
                "This record is in quarantine",
                found.reason,
                source=source,
                object_type=object_type,
                source_key=found.source_key,
            )
        return Response(shown(found), status=200 if found.state == "known" else 202)


class XrefHistoryView(ScopedView):
    """All golden ids that one source record had."""

    scopes = frozenset({"xref:read", "golden:read"})

    @extend_schema(
        operation_id="xref_history",
        summary="The golden ids of one source record over time",
        parameters=[*NAMED, describing.MOMENT],
        responses={
            200: shapes.XrefSpans,
            **describing.problems(s400="`at` is no moment.", s404="The key is not known."),
        },
        tags=["Cross-references"],
    )
    def get(self, request: Request, source: str, object_type: str, key: str) -> Response:
        """Answer with the spans, oldest first, or only the one at a moment, under the record's own key."""
        moment = read_moment(request.query_params.get("at"))
        try:
            found = xref_history(source, object_type, key, at=moment)
        except (ObjectType.DoesNotExist, BadKey):
            found = None
        if found is None or not found.spans:
            when = f" at {moment.isoformat()}" if moment else ""
            raise Problem(
                404,
                "unknown-record",
                "This record is not known",
                f"No golden id is known for {source}/{object_type} {key}{when}.",
            )
        return Response({**asdict(found), "spans": [asdict(span) for span in found.spans]})


class XrefLookupView(ScopedView):
    """Many cross-references in one call."""

    scopes = frozenset({"xref:read", "golden:read"})

    @extend_schema(
        operation_id="xref_lookup",
        summary="The golden ids of up to 1,000 source records",
        request=shapes.LookupRequest,
        responses={200: shapes.LookupAnswers, **describing.problems(s400="The request is not as described.")},
        tags=["Cross-references"],
    )
    def post(self, request: Request) -> Response:
        """Answer for every name, in the order asked; an unknown one is an answer, not an error."""
        asked = shapes.LookupRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        names = [
            (name["source"], name["object_type"], name["source_key"])
            for name in asked.validated_data["names"]
        ]
        at = asked.validated_data.get("at")
        answers = lookup_many(names, at=at and not_later(at, "/at"))
        return Response({"answers": [shown(answers[name]) for name in names]})


def shown(found: XrefAnswer) -> dict[str, Any]:
    """Return an answer as plain JSON."""
    fields = (
        "source",
        "object_type",
        "source_key",
        "state",
        "golden_id",
        "domain",
        "kind",
        "since",
        "until",
        "reason",
    )
    return {name: getattr(found, name) for name in fields}
