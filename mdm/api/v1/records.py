"""`POST /api/v1/records`: one record arrives; after the answer it is kept for good."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mdm import domains
from mdm.api.v1 import describing, shapes
from mdm.api.v1.access import ScopedView, actor
from mdm.api.v1.problems import Fault, Problem
from mdm.api.v1.waking import wake_resolution
from mdm.ingestion.keys import BadKey, normalise_key
from mdm.ingestion.mapping import Mapping, canonical
from mdm.ingestion.pipeline import RowOutcome, ingest
from mdm.ingestion.relating import COLUMN as RELATIONSHIPS
from mdm.ingestion.stored_mappings import mapping_of
from mdm.models import ObjectType


class RecordsView(ScopedView):
    """Where records arrive one by one."""

    scopes = frozenset({"ingest"})

    @extend_schema(
        operation_id="ingest_record",
        summary="Take in one record",
        request=shapes.RecordArrival,
        responses={
            202: shapes.RecordOutcome,
            **describing.problems(
                s400="The request is not as described; nothing was kept.",
                s404="The source system or object type is not known.",
                s422="The record was refused; it is kept in quarantine with the reason.",
            ),
        },
        tags=["Records"],
    )
    def post(self, request: Request) -> Response:
        """Accept a record and answer 202; the same content again changes nothing."""
        arrived = shapes.RecordArrival(data=request.data)
        arrived.is_valid(raise_exception=True)
        given: dict[str, Any] = arrived.validated_data
        kind = object_type(given["source"], given["object_type"])
        if "payload" in given:
            row, mapping = given["payload"], mapping_of(kind)
        else:
            # The stamp and the flags are taken as text, as the mapping reads them.
            row, mapping = row_of(given, kind, request.data), canonical(kind.domain, kind.key_rule)
        outcome = take(row, kind, mapping, who=actor(request))
        if outcome.verdict in ("created", "changed"):
            wake_resolution(kind.domain)
        where = reverse("api-v1:xref", args=[kind.source.code, kind.code, outcome.source_key])
        body = {
            "source": kind.source.code,
            "object_type": kind.code,
            "source_key": outcome.source_key,
            "outcome": outcome.verdict,
            "reason": outcome.reason,
            "xref": where,
        }
        return Response(body, status=202, headers={"Location": where})


def take(row: dict[str, Any], kind: ObjectType, mapping: Mapping, *, who: str) -> RowOutcome:
    """Run one row through ingestion; raises a 422 problem when it is refused (and kept in quarantine)."""
    heard: list[RowOutcome] = []
    ingest([(1, row)], object_type=kind, mapping=mapping, origin="API", actor=who, report=heard.append)
    (outcome,) = heard
    if outcome.verdict in ("quarantined", "refused"):
        problem = outcome.problem
        pointer = f"/{problem.column}" if problem and problem.column else ""
        raise Problem(
            422,
            "refused",
            "The record was refused",
            f"{outcome.reason} It is kept in quarantine.",
            errors=[{"pointer": pointer, "detail": outcome.reason}],
            source=kind.source.code,
            object_type=kind.code,
            source_key=outcome.source_key,
            rule=problem.rule if problem else "",
        )
    return outcome


def object_type(source: str, code: str) -> ObjectType:
    """Return the object type; raises a 404 problem."""
    kind = ObjectType.objects.select_related("source").filter(source__code=source, code=code).first()
    if kind is None:
        detail = f"There is no object type {code} at source {source}; register it before sending records."
        raise Problem(404, "unknown-object-type", "This object type is not known", detail)
    return kind


def row_of(given: dict[str, Any], kind: ObjectType, raw: Any) -> dict[str, Any]:
    """Return canonical attributes as the row that ingestion takes; unknown ones are refused by name."""
    known = domains.get(kind.domain).names
    faults: list[Fault] = [
        {"pointer": f"/attributes/{name}", "detail": f"{kind.domain} has no attribute {name}."}
        for name in given["attributes"]
        if name not in known
    ]
    if faults:
        raise Problem(
            400, "bad-request", "The request is not as described", faults[0]["detail"], errors=faults
        )
    row = {**given["attributes"], "source_key": given["source_key"]}
    if "changed_at" in given:
        row["changed_at"] = raw["changed_at"]
    if given["retired"] or given["deleted"]:
        row["record_status"] = "deleted" if given["deleted"] else "retired"
    row |= {name: given[name] for name in ("merged_into", "former_key") if name in given}
    if "relationships" in given:
        row[RELATIONSHIPS] = [_spelled(one, kind) for one in raw["relationships"]]
    return row


def _spelled(stated: dict[str, Any], kind: ObjectType) -> dict[str, Any]:
    """Return a stated relationship with the other record's key as its object type spells keys."""
    end = "to" if "to" in stated else "from"
    other = stated[end]
    source = other.get("source", kind.source.code)
    known = ObjectType.objects.filter(source__code=source, code=other["object_type"]).first()
    try:
        key = normalise_key(known.key_rule if known else "exact", other["source_key"])
    except BadKey as error:
        fault: Fault = {"pointer": f"/relationships/{end}/source_key", "detail": str(error)}
        raise Problem(
            400, "bad-request", "The request is not as described", str(error), errors=[fault]
        ) from None
    return {**stated, end: {**other, "source": source, "source_key": key}}
