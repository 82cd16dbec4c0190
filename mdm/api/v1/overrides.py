"""`/api/v1/…/overrides`: golden values that a steward sets by hand, seen and withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mdm.api.v1 import describing, shapes
from mdm.api.v1.access import ScopedView, by_of, principal
from mdm.api.v1.golden import PRIVATE, find
from mdm.api.v1.problems import Problem
from mdm.compliance.policy import Access, decide, visible
from mdm.models import Override
from mdm.resolution.decisions import preview
from mdm.resolution.judging import DecisionRefused
from mdm.resolution.overriding import Overridden, override, withdraw_override
from mdm.resolution.standing import why_of
from mdm.xref.redirect import resolved

OVERRIDE = frozenset({"golden:override"})
REFUSALS = describing.problems(
    s400="The request is not as described.",
    s404="It is not known.",
    s409="It is not as you saw it, or contradicts what stands; `conflicts` lists why.",
    s422="The value cannot be this attribute's value.",
)


class GoldenOverridesView(ScopedView):
    """The overrides of one golden record."""

    scopes = OVERRIDE

    @extend_schema(
        operation_id="golden_overrides",
        summary="The overrides in force of a golden record",
        parameters=[describing.CODE],
        responses={
            200: shapes.Overrides,
            **describing.problems(s400="This is no golden id.", s404="The id was never issued."),
        },
        tags=["Golden records"],
    )
    def get(self, request: Request, golden_id: str) -> Response:
        """Answer with those that hang on its records, as far as the reader may see their values."""
        golden = resolved(find(golden_id))
        rows = Override.objects.filter(record__membership__golden=golden, withdrawn_at=None).order_by("id")
        shown = [self._shown(row, request) for row in rows]
        return Response({"id": golden.code, "overrides": [one for one in shown if one]}, headers=PRIVATE)

    @staticmethod
    def _shown(row: Override, request: Request) -> dict[str, Any]:
        seen = visible(principal(request), row.domain, {row.attribute: row.value})
        if row.attribute not in seen:
            return {}
        return {
            "id": row.pk,
            "about": row.about,
            "attribute": row.attribute,
            "action": row.action,
            "value": seen[row.attribute],
            "mode": row.mode,
            "until": row.until,
            "actor": row.actor,
            "reason": why_of(row),
            "created_at": row.created_at,
        }

    @extend_schema(
        operation_id="golden_override",
        summary="Set a golden value by hand",
        parameters=[describing.CODE],
        request=shapes.OverrideWanted,
        responses={200: shapes.OverrideMade, 201: shapes.OverrideMade, **REFUSALS},
        tags=["Golden records"],
    )
    def post(self, request: Request, golden_id: str) -> Response:
        """Set it and answer 201; with `preview` the same is done, rolled back, and answered with 200."""
        wanted = shapes.OverrideWanted(data=request.data)
        wanted.is_valid(raise_exception=True)
        given: dict[str, Any] = wanted.validated_data
        golden = resolved(find(golden_id))
        if decide(principal(request), golden.domain, given["attribute"]) is not Access.SHOW:
            detail = f"Only who sees the {given['attribute']} of a record may set it."
            raise Problem(403, "not-allowed", "This is not allowed", detail)

        def work() -> Overridden:
            return override(
                golden.code, given["attribute"], given["value"], mode=given["mode"], action=given["action"],
                until=given.get("until"), by=by_of(request, given),
                versions={golden.code: given["version"]} if "version" in given else None,
            )  # fmt: skip

        return answered(request, work, golden.domain, rehearse=given["preview"], made=201)


class OverrideWithdrawnView(ScopedView):
    """The end of one override."""

    scopes = OVERRIDE

    @extend_schema(
        operation_id="withdraw_override",
        summary="Take an override out of force",
        request=shapes.Because,
        responses={200: shapes.OverrideMade, **REFUSALS},
        tags=["Golden records"],
    )
    def post(self, request: Request, number: int) -> Response:
        """Withdraw it, with those of other records that the same decision made."""
        because = shapes.Because(data=request.data)
        because.is_valid(raise_exception=True)
        given: dict[str, Any] = because.validated_data
        row = Override.objects.filter(pk=number).first()
        if row is None or decide(principal(request), row.domain, row.attribute) is not Access.SHOW:
            why = f"There is no override {number}, or your access does not show what it overrides."
            raise Problem(404, "unknown-override", "This override is not known", why)
        by = by_of(request, given)
        return answered(
            request, lambda: withdraw_override(number, by=by), row.domain, rehearse=given["preview"], made=200
        )


def answered(
    request: Request, work: Callable[[], Overridden], domain: str, *, rehearse: bool, made: int
) -> Response:
    """Do the work, or rehearse it, and answer with what it changed; refusals become problems."""
    try:
        done = preview(work) if rehearse else work()
    except DecisionRefused as refused:
        raise Problem(
            409, "conflict", refused.summary, str(refused), conflicts=list(refused.conflicts)
        ) from None
    except ValueError as error:
        raise Problem(422, "bad-value", "This cannot be the value", str(error)) from None
    changed = [
        {
            "id": value.code,
            "status": value.status,
            "kind": value.kind,
            "attributes": visible(principal(request), domain, value.attributes),
        }
        for value in done.settled.written
    ]
    body = {"overrides": [] if rehearse else list(done.override_ids), "preview": rehearse, "changed": changed}
    return Response(body, status=200 if rehearse else made, headers=PRIVATE)
