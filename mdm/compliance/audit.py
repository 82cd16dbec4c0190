"""The audit log: every change of state happens inside an entry that names actor, action and cause.

Invariant: the history triggers read the open entry from the transaction, so a tracked row cannot change
without one.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction

from mdm.models import AuditEntry

_open_entry: ContextVar[AuditEntry | None] = ContextVar("aurum_open_entry", default=None)

OPEN = """
WITH opened AS (
  INSERT INTO mdm_auditentry (at, actor, action, cause, reason, detail)
  VALUES (statement_timestamp(), %s, %s, %s, %s, %s) RETURNING id, at
)
SELECT id, at, set_config('aurum.entry', id::text, true), set_config('aurum.actor', %s, true),
       set_config('aurum.reason', %s, true), set_config('aurum.user', %s, true)
FROM opened
"""

SETTINGS = "SELECT " + ", ".join(
    f"set_config('aurum.{name}', %s, true)" for name in ("entry", "actor", "reason", "user")
)


@contextmanager
def entry(
    *,
    actor: str,
    action: str,
    cause: str,
    reason: str = "",
    user_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Iterator[AuditEntry]:
    """Open a transaction under one audit entry; an entry opened inside another joins the outer one.

    Raises ValueError when actor, action or cause is empty.
    """
    outer = _open_entry.get()
    if outer is not None and connection.in_atomic_block:
        yield outer
        return
    for name, value in (("actor", actor), ("action", action), ("cause", cause)):
        if not value.strip():
            raise ValueError(f"An audit entry needs {name}: say who does what, and what caused it.")
    nested = connection.in_atomic_block
    with transaction.atomic():
        row = _written(
            AuditEntry(
                actor=actor[:150],
                action=action[:60],
                cause=cause[:300],
                reason=reason,
                detail=dict(detail or {}),
            ),
            "" if user_id is None else str(user_id),
        )
        token = _open_entry.set(row)
        try:
            yield row
        finally:
            _open_entry.reset(token)
        if nested and not connection.needs_rollback:  # else they end with the transaction
            with connection.cursor() as cursor:
                cursor.execute(SETTINGS, ["", "", "", ""])


def _written(row: AuditEntry, user: str) -> AuditEntry:
    """Write an entry and tell the history triggers of it, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            OPEN,
            [
                row.actor,
                row.action,
                row.cause,
                row.reason,
                json.dumps(row.detail),
                row.actor,
                row.reason,
                user,
            ],
        )
        row.pk, row.at = cursor.fetchone()[:2]
    row._state.adding = False
    return row


def current() -> AuditEntry:
    """Return the open entry; raises RuntimeError outside of one."""
    row = _open_entry.get()
    if row is None:
        raise RuntimeError("No audit entry is open here: wrap the change in mdm.compliance.audit.entry().")
    return row
