"""What those who ask may do: a key's scopes, or those that a person's roles stand for."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from mdm.compliance.policy import Principal, principal_of
from mdm.compliance.roles import scopes_of
from mdm.models import ApiKey


def scopes_held(request: Request) -> frozenset[str]:
    """Return what the request may do."""
    if isinstance(request.auth, ApiKey):
        return frozenset(request.auth.scopes)
    return scopes_of(request.user)


def principal(request: Request) -> Principal:
    """Return who reads, for the policy gate; a key never has the roles of its owner."""
    if isinstance(request.auth, ApiKey):
        return Principal(f"key:{request.auth.prefix}", frozenset(request.auth.scopes))
    return principal_of(request.user)


def actor(request: Request) -> str:
    """Return who acts, for the audit log."""
    if isinstance(request.auth, ApiKey):
        return f"{request.auth.owner.get_username()} (key {request.auth.prefix})"
    return str(request.user.get_username())


class HasScope(BasePermission):
    """Lets a request in that holds one of the view's `scopes`; one that changes things, of `write_scopes`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the request holds a scope that the view asks for."""
        wanted: frozenset[str] = getattr(view, "scopes", frozenset())
        if request.method not in SAFE_METHODS:
            wanted = getattr(view, "write_scopes", None) or wanted
        self.message = f"This needs the scope {' or '.join(sorted(wanted))}."
        return request.user.is_authenticated and bool(wanted & scopes_held(request))


class ScopedView(APIView):
    """A view for programs and signed-in people that hold one of its scopes."""

    permission_classes = (HasScope,)
    scopes: ClassVar[frozenset[str]] = frozenset()
    write_scopes: ClassVar[frozenset[str]] = frozenset()
    """What a request needs that changes things; empty: `scopes` too."""
