"""The history of a golden record as somebody may see it: who changed what, when, why, and what caused it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from mdm.compliance.policy import Principal, visible
from mdm.models import AuditEntry, GoldenRecord, Xref

FIELDS = ("status", "kind", "confirmed")
"""What is followed beside the attributes."""


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One attribute before and after; None: there was none."""

    attribute: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One step in the life of a golden record; `joined` and `left` name source records."""

    version: int
    at: datetime
    actor: str
    action: str
    cause: str
    reason: str
    entry_id: int
    status: str
    changes: tuple[ValueChange, ...]
    joined: tuple[tuple[str, str, str], ...]
    left: tuple[tuple[str, str, str], ...]


def golden_history(golden: GoldenRecord, principal: Principal) -> list[Change]:
    """Return every step in the life of a golden record, newest first."""
    rows = list(golden.history.order_by("history_date", "history_id"))
    joined, left = _moves(golden)
    ids = {row.history_entry_id for row in rows} | set(joined) | set(left)
    entries = AuditEntry.objects.in_bulk(ids)
    steps: list[Change] = []
    before: Any = None
    for row in rows:
        entry_id = row.history_entry_id
        entry = entries.get(entry_id)
        steps.append(
            Change(
                version=row.version,
                at=row.history_date,
                actor=row.history_actor,
                action=entry.action if entry else "",
                cause=entry.cause if entry else "",
                reason=entry.reason if entry else "",
                entry_id=entry_id,
                status=row.status,
                changes=_changes(before, row, principal),
                joined=tuple(joined.get(entry_id, ())),
                left=tuple(left.get(entry_id, ())),
            )
        )
        before = row
    return steps[::-1]


def _moves(golden: GoldenRecord) -> tuple[dict[int, list[Any]], dict[int, list[Any]]]:
    """Return entry -> records that joined under it, and entry -> records that left."""
    joined: dict[int, list[Any]] = {}
    left: dict[int, list[Any]] = {}
    spans = Xref.objects.filter(Q(golden=golden)).order_by("record_id", "id")
    columns = (
        "record__object_type__source__code",
        "record__object_type__code",
        "record__source_key",
        "entry_id",
        "closing_entry_id",
    )
    for source, kind, key, opened, closed in spans.values_list(*columns):
        joined.setdefault(opened, []).append((source, kind, key))
        if closed is not None:
            left.setdefault(closed, []).append((source, kind, key))
    return joined, left


def _changes(before: Any, after: Any, principal: Principal) -> tuple[ValueChange, ...]:
    """Return what differs between two history rows, as this reader may see it."""
    old = {} if before is None else _seen(before, principal)
    new = _seen(after, principal)
    raw_old: Mapping[str, Any] = {} if before is None else before.attributes
    names: Sequence[str] = [*new, *(name for name in old if name not in new)]
    changed = [
        name
        for name in names
        # A masked value may look the same although it changed.
        if old.get(name) != new.get(name) or raw_old.get(name) != after.attributes.get(name)
    ]
    fields = [
        ValueChange(field, getattr(before, field), getattr(after, field))
        for field in FIELDS
        if before is not None and getattr(before, field) != getattr(after, field)
    ]
    return (*fields, *(ValueChange(name, old.get(name), new.get(name)) for name in changed))


def _seen(row: Any, principal: Principal) -> dict[str, Any]:
    return visible(principal, row.domain, row.attributes)
