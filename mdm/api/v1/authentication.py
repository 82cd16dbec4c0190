"""Who asks, when a program does: `Authorization: Bearer aurum_<prefix>_<secret>`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from mdm.compliance import api_keys
from mdm.models import ApiKey

CHALLENGE = 'Bearer realm="aurum"'


class KeyAuthentication(BaseAuthentication):
    """The owner of the key asks, with no more than the key's scopes."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """Return owner and key, or None when the request carries no bearer key."""
        scheme, _, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        try:
            key = api_keys.verify(text.decode("ascii", "replace").strip())
        except api_keys.KeyRefused as error:
            raise AuthenticationFailed(str(error)) from None
        return key.owner, key

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that makes a refusal a 401."""
        return CHALLENGE


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the key in the OpenAPI document."""

    target_class = KeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the security scheme: a bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "An API key: `aurum_<prefix>_<secret>`."}
