"""What those who ask may do: a key's scopes, or those that a person's roles stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from mdm.api.v1.problems import Problem
from mdm.compliance.policy import Principal, principal_of
from mdm.compliance.roles import scopes_of
from mdm.models import ApiKey
from mdm.resolution.judging import By


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


def by_of(request: Request, given: Mapping[str, Any]) -> By:
    """Return who decides and why; raises a 422 problem for a reason that says nothing."""
    try:
        return By(actor(request), given["reason_code"], given["reason"], request.user.pk)
    except ValueError as error:
        raise Problem(422, "bad-reason", "The reason is not enough", str(error)) from None


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
