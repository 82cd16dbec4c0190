"""Replay: send lanes again, dead letters above all, because somebody has mended what was wrong."""

from collections.abc import Collection

from django.db.models import Case, F, Value, When

from mdm.compliance import audit
from mdm.models import Lane, LaneState

MOST_NAMED = 200
"""Lanes that the audit log names; a replay of more is counted."""


def replay(lane_ids: Collection[int], *, actor: str, reason: str, user_id: int | None = None) -> int:
    """Make these lanes due as if nothing had been acknowledged; returns how many are.

    Lanes that are being sent at this moment are left alone. A create that was acknowledged is not repeated.
    Raises ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("Say in a sentence why it should go well now.")
    with audit.entry(
        actor=actor,
        action="replay",
        cause=f"{len(lane_ids)} lanes",
        reason=reason,
        user_id=user_id,
        detail={"lanes": sorted(lane_ids)[:MOST_NAMED]},
    ) as entry:
        return (
            Lane.objects.filter(pk__in=lane_ids)
            .exclude(state=LaneState.LEASED)
            .update(
                state=LaneState.DUE,
                due_version=F("due_version") + 1,
                acknowledged_hash=Case(When(golden=None, then=Value("")), default=F("acknowledged_hash")),
                attempts=0,
                next_attempt_at=entry.at,
                entry_id=entry.pk,
            )
        )
