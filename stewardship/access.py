"""Who looks at a screen and what they may do there."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from mdm.compliance.policy import CLASSES, ROLES, Access, Principal, principal_of
from mdm.compliance.roles import DECIDE


def reader(request: HttpRequest) -> Principal:
    """Return who reads, for the policy gate."""
    return principal_of(request.user)


def sees_everything(request: HttpRequest) -> bool:
    """Whether the reader may see every class of personal data: payloads and refused rows hold any."""
    roles = reader(request).roles
    return any(
        all(ROLES.get(role, {}).get(one, Access.REFUSE) is Access.SHOW for one in CLASSES) for role in roles
    )


def may_decide(request: HttpRequest) -> bool:
    """Whether the reader may merge, keep apart, split, undo and confirm."""
    return bool(request.user.has_perm(DECIDE))


def require(request: HttpRequest, permission: str) -> None:
    """Refuse who does not have this permission, with a sentence."""
    if not request.user.has_perm(permission):
        raise PermissionDenied("Your role does not allow this; ask an administrator of the hub.")


def who(request: HttpRequest) -> dict[str, Any]:
    """Return the actor of a decision for mdm.resolution.decisions.By."""
    return {"actor": request.user.get_username(), "user_id": request.user.pk}
