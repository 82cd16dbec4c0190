"""Every other address below /api/v1: a problem document instead of a page."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


@extend_schema(exclude=True)
class NowhereView(APIView):
    """Nothing is here."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Answer 404 whatever the method."""
        raise NotFound

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Never reached: `initial` has answered."""
        raise NotFound
