"""The groups of people: stewards decide, compliance officers read everything, admins run the hub."""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import AnonymousUser, Group, Permission, User

STEWARD, COMPLIANCE, ADMIN = "steward", "compliance", "admin"

READ_BY_STEWARDS = (
    "goldenrecord", "sourcerecord", "xref", "membership", "alternatekey", "quarantinedrow", "judgement",
    "override", "overlay", "reviewtask", "hold", "mergetally", "ruleset", "lane", "delivery", "outboxevent",
    "destination", "sourcesystem", "sourcemapping", "objecttype", "sourcerelationship", "stewardrelationship",
)  # fmt: skip
READ_BY_ALL = (
    *READ_BY_STEWARDS,
    "auditentry",
    "auditseal",
    "edge",
    "blockingkey",
    "closedkey",
    "component",
    "heartbeat",
)
CHANGED_BY_ADMINS = ("sourcesystem", "sourcemapping", "objecttype", "destination")

VIEWS: Mapping[str, tuple[str, ...]] = {
    STEWARD: READ_BY_STEWARDS,
    COMPLIANCE: (*READ_BY_ALL, "apikey"),
    ADMIN: (*READ_BY_ALL, "apikey"),
}
CHANGES: Mapping[str, tuple[str, ...]] = {
    # Changing a task or judgement means deciding, changing a lane or membership trying it again: the admin
    # itself shows all of them read-only.
    STEWARD: ("reviewtask", "judgement", "quarantinedrow", "lane", "membership"),
    COMPLIANCE: (),
    ADMIN: (
        *CHANGED_BY_ADMINS, "reviewtask", "judgement", "quarantinedrow", "lane", "membership", "apikey",
    ),
}  # fmt: skip
_WORK = frozenset(
    {
        "xref:read", "golden:read", "golden:override", "golden:decide", "review:queue", "rules:propose",
        "ingest",
    }
)  # fmt: skip
SCOPES: Mapping[str, frozenset[str]] = {
    STEWARD: _WORK,
    COMPLIANCE: frozenset({"xref:read", "golden:read"}),
    ADMIN: _WORK,
}
"""What a signed-in person of a role may ask of the API, in the scopes of programs."""

DECIDE = "mdm.change_judgement"
"""The permission to decide about records: merge, keep apart, split, undo, confirm, override."""

REPLAY = "mdm.change_lane"
"""The permission to send a lane again, dead letters above all."""

TRY_AGAIN = "mdm.change_membership"
"""The permission to have records resolved again that resolution gave up."""


def ensure_roles() -> None:
    """Leave the groups steward, compliance and admin with exactly the permissions listed here."""
    # Django makes permissions after a migration, by a signal that need not have run yet.
    create_permissions(apps.get_app_config("mdm"), verbosity=0)
    for role in (STEWARD, COMPLIANCE, ADMIN):
        names = [f"view_{model}" for model in VIEWS[role]] + [f"change_{model}" for model in CHANGES[role]]
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(Permission.objects.filter(content_type__app_label="mdm", codename__in=names))
    admins = Group.objects.get(name=ADMIN)
    admins.permissions.add(
        *Permission.objects.filter(content_type__app_label="auth", content_type__model__in=["user", "group"])
    )


def enrol(user: User, role: str) -> None:
    """Make a person a member of one role and let them sign in to the screens."""
    user.groups.set([Group.objects.get(name=role)])
    user.is_staff = True
    user.save(update_fields=["is_staff"])


def scopes_of(user: AbstractBaseUser | AnonymousUser) -> frozenset[str]:
    """Return the scopes that a signed-in person's roles stand for."""
    if not isinstance(user, User):
        return frozenset()
    if user.is_superuser:
        return SCOPES[ADMIN]
    names = user.groups.values_list("name", flat=True)
    return frozenset(scope for name in names for scope in SCOPES.get(name, ()))
