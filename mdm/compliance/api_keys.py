"""Keys for programs: issued once in the clear, kept as SHA-256, limited to scopes.

A key reads `aurum_<prefix>_<secret>`; the prefix finds the row, so one comparison in constant time decides.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone

from mdm.compliance import audit
from mdm.models import ApiKey

SCOPES = (
    "xref:read",
    "golden:read",
    "golden:read:masked",
    "golden:override",
    "golden:decide",
    "pii:read",
    "review:queue",
    "rules:propose",
    "ingest",
)
START = "aurum"
PREFIX_BYTES = 5
SECRET_BYTES = 32


class UnknownScope(ValueError):
    """A key was asked for with a scope that does not exist."""


class KeyRefused(Exception):
    """A key opens nothing: it is malformed, unknown, expired, revoked, or its owner is gone."""


def issue(
    *,
    name: str,
    scopes: Collection[str],
    owner: User,
    actor: str,
    cause: str,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Create a key and return it with its text, which can never be shown again.

    To rotate, issue a second one, move the program over, and revoke the first.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        wrong = f"{', '.join(unknown)} is none" if unknown else "no scope was given"
        raise UnknownScope(f"A key needs scopes, and {wrong}; there are {', '.join(SCOPES)}.")
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    text = f"{START}_{prefix}_{secret}"
    detail = {"prefix": prefix, "name": name, "scopes": sorted(set(scopes)), "owner": owner.get_username()}
    with audit.entry(actor=actor, action="issue api key", cause=cause, detail=detail):
        key = ApiKey.objects.create(
            name=name,
            prefix=prefix,
            digest=digest_of(text),
            scopes=sorted(set(scopes)),
            owner=owner,
            expires_at=expires_at,
        )
    return key, text


def verify(text: str) -> ApiKey:
    """Return the key behind this text; raises KeyRefused with a sentence that gives nothing away."""
    start, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if start != START or not prefix or not secret:
        raise KeyRefused("The API key is malformed; it reads aurum_<prefix>_<secret>.")
    key = ApiKey.objects.select_related("owner").filter(prefix=prefix).first()
    # Compared in any case, so that an unknown prefix takes as long as a wrong secret.
    if not hmac.compare_digest(digest_of(text), key.digest if key else "0" * 64) or key is None:
        raise KeyRefused("The API key is not known.")
    if key.revoked_at is not None:
        raise KeyRefused(f"The API key {prefix} was revoked on {key.revoked_at:%Y-%m-%d}; ask for a new one.")
    if key.expires_at is not None and key.expires_at <= timezone.now():
        raise KeyRefused(f"The API key {prefix} expired on {key.expires_at:%Y-%m-%d}; ask for a new one.")
    if not key.owner.is_active:
        raise KeyRefused(f"The owner of the API key {prefix} is not active any more; ask for a new one.")
    return key


def revoke(key: ApiKey, *, actor: str, cause: str, reason: str) -> None:
    """End a key for good; ending it again changes nothing."""
    with audit.entry(
        actor=actor, action="revoke api key", cause=cause, reason=reason, detail={"prefix": key.prefix}
    ) as entry:
        ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=entry.at)
    key.refresh_from_db(fields=["revoked_at"])


def digest_of(text: str) -> str:
    """Return the SHA-256 of a key's text, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
