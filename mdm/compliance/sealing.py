"""Seals of the audit log: each names an entry and hashes it together with the seal before.

Whoever changes, removes or slips in an entry breaks the chain from there on, unless he computes all later
seals anew; then the newest seal is another one than was written down elsewhere (`manage.py seal_audit`).
Sealing follows the log: an entry is sealed in the first run that sees it committed, whatever its number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction
from django.utils import timezone

from mdm.compliance.proof.check import Broken, Check
from mdm.copying import copy_rows
from mdm.models import AuditSeal

WINDOW = 100_000
"""Numbers before the newest sealed entry among which a run looks for entries that committed later."""
AT_ONCE = 10_000
LATE = timedelta(days=1)
"""A transaction does not last longer: what is sealed so long after a later entry came after it."""
FIRST = "0" * 64
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('aurum.audit seal', 0))"

TEXT = """jsonb_build_array(e.id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
    e.actor, e.action, e.cause, e.reason, e.detail)::text"""

UNSEALED = f"""
SELECT e.id, {TEXT} FROM mdm_auditentry e
WHERE e.id > %s AND NOT EXISTS (SELECT FROM mdm_auditseal s WHERE s.entry_id = e.id)
ORDER BY e.id LIMIT {AT_ONCE}
"""

CHAIN = f"""
SELECT s.position, s.entry_id, s.digest, s.sealed_at, CASE WHEN e.id IS NOT NULL THEN {TEXT} END
FROM mdm_auditseal s LEFT JOIN mdm_auditentry e ON e.id = s.entry_id ORDER BY s.position
"""

LEFT_OUT = """
SELECT e.id FROM mdm_auditentry e
WHERE NOT EXISTS (SELECT FROM mdm_auditseal s WHERE s.entry_id = e.id)
  AND EXISTS (SELECT FROM mdm_auditseal s WHERE s.entry_id > e.id AND s.sealed_at > e.at + interval '1 day')
ORDER BY e.id
"""


def seal(*, everything: bool = False) -> int:
    """Seal the entries that are not sealed yet; returns how many.

    everything: look through the whole log, not only where entries may have committed late.
    """
    done = 0
    while found := _seal_some(everything):
        done += found
    return done


def _seal_some(everything: bool) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK)
        newest = AuditSeal.objects.order_by("-position").first()
        highest = AuditSeal.objects.order_by("-entry_id").values_list("entry_id", flat=True).first()
        cursor.execute(UNSEALED, [-1 if everything or highest is None else highest - WINDOW])
        entries = cursor.fetchall()
        position, digest = (newest.position, newest.digest) if newest else (0, FIRST)
        now, rows = timezone.now(), []
        for entry_id, text in entries:
            position, digest = position + 1, chained(digest, text)
            rows.append((position, entry_id, digest, now))
        copy_rows("mdm_auditseal", ("position", "entry_id", "digest", "sealed_at"), rows)
        return len(rows)


def chained(before: str, text: str) -> str:
    """Return the digest of an entry's seal: SHA-256 over the one before and the entry."""
    return sha256(f"{before}\n{text}".encode()).hexdigest()


def head() -> tuple[int, str]:
    """Return position and digest of the newest seal: written down elsewhere, they hold us to the log."""
    newest = AuditSeal.objects.order_by("-position").first()
    return (newest.position, newest.digest) if newest else (0, FIRST)


@dataclass
class _Reach:
    """How far the chain had come at each moment: ascending entry numbers, and when each was sealed first."""

    entries: list[int] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)

    def passed(self, entry_id: int) -> datetime | None:
        """Return when an entry of a higher number was sealed first."""
        place = bisect_right(self.entries, entry_id)
        return self.moments[place] if place < len(self.moments) else None

    def add(self, entry_id: int, sealed_at: datetime) -> None:
        if not self.entries or entry_id > self.entries[-1]:
            self.entries.append(entry_id)
            self.moments.append(sealed_at)


def _broken() -> Iterator[Broken]:
    before, expected, reach = FIRST, 1, _Reach()
    with connection.cursor() as cursor:
        cursor.execute(CHAIN)
        for position, entry_id, digest, sealed_at, text in cursor:
            name = f"audit entry {entry_id}"
            if position != expected:
                yield Broken(f"audit seal {expected}", f"is gone; the next one that stands is {position}.")
            passed = reach.passed(entry_id)
            if text is None:
                yield Broken(name, f"is gone, though it was sealed at {sealed_at:%Y-%m-%d %H:%M}.")
            elif position == expected and chained(before, text) != digest:
                yield Broken(name, "is not what was sealed.")
            elif passed is not None and sealed_at > passed + LATE:
                yield Broken(name, f"came after later ones, which were sealed at {passed:%Y-%m-%d %H:%M}.")
            reach.add(entry_id, sealed_at)
            before, expected = digest, position + 1
        cursor.execute(LEFT_OUT)
        for (entry_id,) in cursor.fetchall():
            yield Broken(f"audit entry {entry_id}", "stands among sealed ones and was never sealed.")


CHECKS = (
    Check(
        "audit-chain",
        9,
        "The seals of the audit log are an unbroken chain over entries as they were written.",
        "row",
        _broken,
        of="witness",
    ),
)
