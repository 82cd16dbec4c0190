"""`/api/v1/records/…/rekey` and `/reuse-key`: what became of a record's key, said by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mdm.api.v1 import describing, key_shapes, shapes
from mdm.api.v1.access import ScopedView, by_of
from mdm.api.v1.decisions import DECIDE, records_named
from mdm.api.v1.golden import PRIVATE
from mdm.api.v1.problems import Problem
from mdm.ingestion.key_verbs import Renamed, free_key, give_key
from mdm.ingestion.keys import BadKey
from mdm.models import Membership
from mdm.resolution.decisions import preview
from mdm.resolution.judging import By, DecisionRefused

NAMED = [
    OpenApiParameter("source", str, "path"),
    OpenApiParameter("object_type", str, "path"),
    OpenApiParameter("key", str, "path", description="The key that it bears, in any spelling."),
]
REFUSALS = describing.problems(
    s400="The request is not as described.",
    s404="The record is not known.",
    s409="It contradicts what stands; `conflicts` says what.",
    s422="The reason is not enough, or no record of this kind can bear the key.",
)
Given = Mapping[str, Any]


class _KeyView(ScopedView):
    """A verb about a record's key: done, or rehearsed with `preview`."""

    scopes = DECIDE

    def answered(self, given: Given, name: Mapping[str, str], work: Callable[[int], Renamed]) -> Response:
        """Do it and tell how the record is called now; refusals become problems."""
        (record_id,) = records_named([name], "")
        try:
            done = preview(lambda: work(record_id)) if given["preview"] else work(record_id)
        except BadKey as bad:
            raise Problem(422, "bad-key", "This cannot be a key of it", str(bad)) from None
        except DecisionRefused as refused:
            conflicts = list(refused.conflicts)
            raise Problem(409, "conflict", refused.summary, str(refused), conflicts=conflicts) from None
        place = Membership.objects.select_related("golden").get(pk=record_id)
        body = {
            "preview": given["preview"],
            "source": name["source"],
            "object_type": name["object_type"],
            "source_key": done.record.source_key,
            "former_key": done.former,
            "status": done.record.status,
            "golden_id": place.golden.code if place.golden else None,
            "changed": [{"id": value.code, "status": value.status} for value in done.settled.written],
        }
        return Response(body, headers=PRIVATE)


class RekeyView(_KeyView):
    """A record gets another key."""

    @extend_schema(
        operation_id="rekey_record",
        summary="Give a record another key: it stays the same record",
        parameters=NAMED,
        request=key_shapes.Rekeying,
        responses={200: key_shapes.KeyChanged, **REFUSALS},
        tags=["Records"],
    )
    def post(self, request: Request, source: str, object_type: str, key: str) -> Response:
        """Judgements, golden id, overrides and cross-references stay; the former key goes on naming it."""
        wanted = key_shapes.Rekeying(data=request.data)
        wanted.is_valid(raise_exception=True)
        given: Given = wanted.validated_data
        by: By = by_of(request, given)
        name = {"source": source, "object_type": object_type, "source_key": key}
        return self.answered(given, name, lambda record_id: give_key(record_id, given["new_key"], by=by))


class ReuseKeyView(_KeyView):
    """A record's key belongs to somebody else now."""

    @extend_schema(
        operation_id="reuse_key",
        summary="Say that a record's key was given to somebody else",
        parameters=NAMED,
        request=shapes.Because,
        responses={200: key_shapes.KeyChanged, **REFUSALS},
        tags=["Records"],
    )
    def post(self, request: Request, source: str, object_type: str, key: str) -> Response:
        """The record is retired under a name of its own; the next version under the key is a new record."""
        wanted = shapes.Because(data=request.data)
        wanted.is_valid(raise_exception=True)
        given: Given = wanted.validated_data
        by: By = by_of(request, given)
        name = {"source": source, "object_type": object_type, "source_key": key}
        return self.answered(given, name, lambda record_id: free_key(record_id, by=by))
