"""`/api/v1/search`: from any id that somebody has in hand to the golden record of today."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mdm import domains
from mdm.api.v1 import describing
from mdm.api.v1.access import ScopedView, principal
from mdm.api.v1.golden import PRIVATE, READ
from mdm.api.v1.problems import Problem
from mdm.api.v1.shapes import RecordName, Shape
from mdm.compliance.policy import visible
from mdm.compliance.reading import title_of
from mdm.xref.search import Found, search_ids


class IdFound(Shape):
    """What one id leads to."""

    how = serializers.ChoiceField(
        choices=["golden_id", "former_golden_id", "source_key", "alternate_key"],
        help_text="former_golden_id: it was merged away.",
    )
    golden_id = serializers.CharField(allow_null=True, help_text="The live one; null while its record waits.")
    status = serializers.CharField(help_text="Of the golden record: live, tombstone; or pending.")
    title = serializers.CharField(allow_blank=True)
    asked = serializers.CharField(
        help_text="The golden id that was asked for, as it is written.", allow_blank=True
    )
    record = RecordName(allow_null=True)


class IdsFound(Shape):
    """What is found, golden ids first."""

    found = IdFound(many=True)


class SearchView(ScopedView):
    """Search by id."""

    scopes = READ

    @extend_schema(
        operation_id="search",
        summary="Find by any id ever issued: golden id old or new, source key, alternate key",
        parameters=[
            OpenApiParameter("id", str, required=True, description="In any spelling."),
            OpenApiParameter("domain", str, description="Only of this domain, such as `customer`."),
        ],
        responses={200: IdsFound, **describing.problems(s400="The request is not as described.")},
        tags=["Cross-references"],
    )
    def get(self, request: Request) -> Response:
        """Answer with at most 50; an id that nobody issued finds nothing."""
        text, domain = request.query_params.get("id", "").strip(), request.query_params.get("domain")
        if not text:
            raise _bad("id", "Say which id: a golden id, or the key of a record at its source.")
        if domain is not None and domain not in domains.registered():
            raise _bad("domain", f"There is no domain {domain!r}.")
        found = [_shown(one, request) for one in search_ids(text, domain=domain)]
        return Response({"found": found}, headers=PRIVATE)


def _shown(found: Found, request: Request) -> dict[str, Any]:
    golden = found.golden
    seen = visible(principal(request), golden.domain, golden.attributes) if golden else {}
    names = ("source", "object_type", "source_key")
    return {
        "how": found.how,
        "golden_id": golden.code if golden else None,
        "status": golden.status if golden else "pending",
        "title": title_of(golden.domain, seen) if golden else "",
        "asked": found.code,
        "record": dict(zip(names, found.record, strict=True)) if found.record else None,
    }


def _bad(name: str, detail: str) -> Problem:
    fault = {"pointer": f"?{name}", "detail": detail}
    return Problem(400, "bad-request", "The request is not as described", detail, errors=[fault])
