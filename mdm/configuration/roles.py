"""Groups of people and their permissions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission

from mdm.compliance.roles import ADMIN, COMPLIANCE, STEWARD

OWN = (STEWARD, COMPLIANCE, ADMIN)
"""The roles that come with Aurum, with exactly the permissions that its release gives them."""


def apply(wanted: dict[str, Any], here: dict[str, list[str]]) -> None:
    """Give each group exactly its permissions; raises ValueError for one that cannot be so."""
    if not isinstance(wanted, dict):
        raise ValueError(f"expected a table of roles, found {wanted!r}")
    known = {
        f"{app}.{codename}": number
        for number, app, codename in Permission.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    for name, permissions in wanted.items():
        if not isinstance(permissions, list):
            raise ValueError(f"{name}: expected a list of permissions, found {permissions!r}")
        if sorted(permissions) == here.get(name):
            continue
        if name in OWN:
            raise ValueError(
                f"{name}: its permissions come with Aurum's release; make a role of another name."
            )
        if unknown := sorted(set(permissions) - set(known)):
            raise ValueError(f"{name}: there is no permission {unknown[0]!r}")
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set([known[one] for one in permissions])
