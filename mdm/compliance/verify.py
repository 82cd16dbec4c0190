"""Verify: every promise that a database can show, checked in one snapshot while work goes on.

What waits for resolution is not judged: the checks look at records whose component and golden record rest.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from mdm.compliance import sealing
from mdm.compliance.proof import (
    evidence,
    goldens,
    histories,
    identities,
    judgements,
    matched_again,
    recomputed,
    records,
    related,
    telling,
)
from mdm.compliance.proof.check import Check, Finding, run

__all__ = ["CHECKS", "Finding", "verify"]

CHECKS: tuple[Check, ...] = (
    *records.CHECKS,
    *goldens.CHECKS,
    *evidence.CHECKS,
    *judgements.CHECKS,
    *histories.CHECKS,
    *telling.CHECKS,
    *related.CHECKS,
    *recomputed.CHECKS,
    *matched_again.CHECKS,
    *identities.CHECKS,
    *sealing.CHECKS,
)


def verify(*, deep: bool = False, progress: Callable[[Check], None] = lambda check: None) -> list[Finding]:
    """Return what is broken, [] when all holds; `deep` also computes keys, edges, partition and ids anew."""
    found: list[Finding] = []
    with _snapshot():
        for check in CHECKS:
            if deep or not check.deep:
                progress(check)
                found += run(check)
    return found


@contextmanager
def _snapshot() -> Iterator[None]:
    """One moment for all checks; inside the caller's transaction it is the caller's view."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
