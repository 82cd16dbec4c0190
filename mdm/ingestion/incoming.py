"""What ingestion hands to `accept`, and what it hears back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from mdm.relationships.stated import Stated, in_order

_SORTED = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))

Status = Literal["active", "retired", "deleted"]
Verdict = Literal["created", "changed", "unchanged", "stale", "held", "refused"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One validated record on its way in, named by its normalised source key."""

    source_key: str
    attributes: dict[str, Any]
    """Canonical attributes in the domain's schema; absent means not known."""
    payload: dict[str, Any]
    """The row as it arrived."""
    status: Status = "active"
    changed_at: datetime | None = None
    """The source's own stamp of its last content change, aware; None when it gives none."""
    alternate_keys: tuple[str, ...] = ()
    merged_into: str = ""
    """The key of the record that the source has merged this one into."""
    former_key: str = ""
    """The key that the source called this record by before."""
    warnings: tuple[dict[str, Any], ...] = field(default=())
    """What validation let pass with a remark, as plain JSON."""
    row_number: int | None = None
    relationships: tuple[Stated, ...] = ()
    """What it says of itself and other records; what it says no more is over."""
    digest: str = ""
    """The `content_hash` of what it says, where who prepared it has computed it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one incoming record."""

    source_key: str
    verdict: Verdict
    record_id: int | None = None
    reason: str = ""
    """A sentence; empty when there is nothing to say."""


def content_hash(
    attributes: Mapping[str, Any], status: str, stated: Sequence[Stated] = (), merged_into: str = ""
) -> str:
    """Return the BLAKE2b-160 of what a record says (not of how it arrived): 40 hexadecimal digits.

    Technical fields of the payload stay out, so that our own write-back does not come home as a change.
    """
    said = [status, attributes, *([[one.plain() for one in in_order(stated)]] if stated else [])]
    said += [{"merged_into": merged_into}] if merged_into else []
    return hashlib.blake2b(_SORTED.encode(said).encode(), digest_size=20).hexdigest()
