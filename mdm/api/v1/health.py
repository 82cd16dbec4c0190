"""`/api/v1/health`: whether the hub works, for load balancers and for the person who is woken at night.

Open to everybody: when PostgreSQL is down, nobody could prove who they are. It tells no names and no values.
"""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mdm.api.v1 import shapes
from mdm.api.v1.checks import checks

NO_STORE = {"Cache-Control": "no-store"}


class HealthView(APIView):
    """The state of every part."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="health",
        summary="Whether every part of the hub works",
        responses={200: shapes.Health, 503: shapes.Health},
        auth=[],
        tags=["Health"],
    )
    def get(self, request: Request) -> Response:
        """Answer 200 when every check is good, else 503; the table says which."""
        found = checks()
        good = all(check.ok for check in found)
        rows = [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in found]
        body = {"status": "ok" if good else "failing", "checks": rows}
        return Response(body, status=200 if good else 503, headers=NO_STORE)


class LiveView(APIView):
    """The web server alone."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="live",
        summary="Whether the web server answers",
        responses={200: shapes.Live},
        auth=[],
        tags=["Health"],
    )
    def get(self, request: Request) -> Response:
        """Answer 200 without looking at anything."""
        return Response({"status": "ok"}, headers=NO_STORE)
