"""A load as one thing: its name, when it was, who made it, and what it changed of payloads."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from mdm.compliance import audit
from mdm.models import FormerPayload

LOADS = """
WITH found AS (
  SELECT e.detail ->> 'load' AS name, min(e.at) AS began, max(e.at), min(e.actor), min(e.reason),
         array_agg(DISTINCT e.cause ORDER BY e.cause), min(e.detail ->> 'object_type'),
         sum((e.detail ->> 'rows')::bigint)::bigint, sum((e.detail ->> 'refused')::bigint)::bigint
  FROM mdm_auditentry e
  WHERE e.detail ? 'load' AND e.action = 'ingest' AND {which}
  GROUP BY e.detail ->> 'load' ORDER BY min(e.id) DESC LIMIT {most}
)
SELECT found.*, (SELECT max(u.at) FROM mdm_auditentry u
                 WHERE u.detail ? 'load' AND u.detail ->> 'load' = found.name AND u.action = 'undo load')
FROM found ORDER BY found.began DESC
"""


@dataclass(frozen=True)
class Load:
    """One load: its name, when, by whom, of which files; undone_at: when it was last taken back, if ever."""

    name: str
    began_at: datetime
    ended_at: datetime
    actor: str
    reason: str
    files: tuple[str, ...]
    object_type: str
    rows: int
    refused: int
    undone_at: datetime | None


def new_load() -> str:
    """Return the name of a load: eight letters and digits that nobody else draws."""
    return secrets.token_hex(4)


def newest_loads(most: int = 100) -> list[Load]:
    """Return the loads, the newest first."""
    return list(_loads("true", most))


def load_of(name: str) -> Load:
    """Return one load; raises LookupError for an unknown one."""
    for found in _loads("e.detail ->> 'load' = %(load)s", 1, load=name):
        return found
    raise LookupError(f"There is no load {name}: the audit log names them in the detail of 'ingest'.")


def _loads(which: str, most: int, **given: str) -> Iterator[Load]:
    with connection.cursor() as cursor:
        cursor.execute(LOADS.format(which=which, most=most), given)
        for name, began, ended, actor, reason, files, kind, rows, refused, undone in cursor.fetchall():
            yield Load(name, began, ended, actor, reason, tuple(files), kind or "", rows or 0, refused or 0,
                       undone)  # fmt: skip


def keep_payloads(record_ids: list[int]) -> None:
    """Keep what these records' payloads are before the load of the open audit entry changes them.

    History leaves payloads out, and nothing else than the undo of a load asks for one.
    """
    entry = audit.current()
    if not record_ids or entry.action != "ingest" or not entry.detail.get("load"):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {FormerPayload._meta.db_table} (record_id, entry_id, payload)"
            " SELECT id, %s, payload FROM mdm_sourcerecord WHERE id = ANY(%s) ON CONFLICT DO NOTHING",
            [entry.pk, record_ids],
        )
