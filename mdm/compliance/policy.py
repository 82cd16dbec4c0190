"""The policy gate: principal × attribute × record → show, mask, refuse. Every reader of attributes passes it.

Classes of personal data come from the domain's declaration; what a role may see of each class stands in
ROLES. What no line allows is refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User

from mdm import domains


class Access(IntEnum):
    """What becomes of a value on its way to a reader; the most generous of a principal's roles counts."""

    REFUSE = 0
    MASK = 1
    SHOW = 2


CLASSES = ("none", "contact", "identity", "sensitive")
"""Classes of personal data: none; how to reach somebody; who somebody is; what can hurt when it leaks."""

ROLES: Mapping[str, Mapping[str, Access]] = {
    "admin": dict.fromkeys(CLASSES, Access.SHOW),
    "steward": dict.fromkeys(CLASSES, Access.SHOW),
    "compliance": dict.fromkeys(CLASSES, Access.SHOW),
    "golden:read": {
        "none": Access.SHOW,
        "contact": Access.SHOW,
        "identity": Access.SHOW,
        "sensitive": Access.MASK,
    },
    "golden:read:masked": {
        "none": Access.SHOW,
        "contact": Access.MASK,
        "identity": Access.MASK,
        "sensitive": Access.REFUSE,
    },
    "pii:read": dict.fromkeys(CLASSES, Access.SHOW),
    "golden:override": {},
    "golden:decide": {},
    "review:queue": {},
    "rules:propose": {},
    "xref:read": {},
    "ingest": {},
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who reads: a name for the audit log, the roles or scopes held, the sources it may see (None: all)."""

    name: str
    roles: frozenset[str]
    sources: frozenset[str] | None = None

    def holds(self, role: str) -> bool:
        """Whether the principal has this role or scope; an admin has every one."""
        return role in self.roles or "admin" in self.roles


def principal_of(user: AbstractBaseUser | AnonymousUser, scopes: Collection[str] = ()) -> Principal:
    """Return the principal behind a signed-in user: the groups steward, compliance; superusers are admin."""
    if not user.is_authenticated:
        return Principal("anonymous", frozenset(scopes))
    assert isinstance(user, User)
    groups = set(user.groups.values_list("name", flat=True)) & set(ROLES)
    if user.is_superuser:
        groups.add("admin")
    return Principal(user.get_username(), frozenset({*groups, *scopes}))


def decide(principal: Principal, domain: str, attribute: str, *, source: str | None = None) -> Access:
    """Return what this principal gets of an attribute, in a record of this source (None: in a golden
    record).
    """
    if principal.sources is not None and source is not None and source not in principal.sources:
        return Access.REFUSE
    declared = domains.get(domain).attribute(attribute)
    pii_class = declared.pii_class if declared is not None else "sensitive"
    return max(
        (ROLES.get(role, {}).get(pii_class, Access.REFUSE) for role in principal.roles), default=Access.REFUSE
    )


def visible(
    principal: Principal, domain: str, attributes: Mapping[str, Any], *, source: str | None = None
) -> dict[str, Any]:
    """Return the attributes as this principal may see them: refused ones are absent, masked ones show
    their shape.
    """
    shown: dict[str, Any] = {}
    for name, value in attributes.items():
        access = decide(principal, domain, name, source=source)
        if access is Access.SHOW:
            shown[name] = value
        elif access is Access.MASK:
            shown[name] = masked(value)
    return shown


def masked(value: Any) -> Any:
    """Return a value of the same shape that gives nothing away but its ends: "An••••ta", "•••", [..],
    {..}.
    """
    if isinstance(value, Mapping):
        return {key: masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [masked(inner) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    text = str(value)
    return "•••" if len(text) < 6 else f"{text[:1]}{'•' * min(8, len(text) - 2)}{text[-1:]}"
