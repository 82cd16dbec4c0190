"""Refused rows whose code a cross-walk now reads are taken in again."""

from __future__ import annotations

from mdm.code_lists.unmapped import REFUSALS
from mdm.ingestion.replay import replay
from mdm.models import QuarantinedRow
from mdm.rulesets.active import ActiveRules


def replay_crossed(rules: ActiveRules, *, actor: str, reason: str) -> int:
    """Replay the open rows that were refused for a code the rules' cross-walk leads on; returns how many."""
    waiting = QuarantinedRow.objects.filter(
        object_type__domain=rules.domain, status=QuarantinedRow.Status.OPEN, rule__in=REFUSALS
    ).values_list("pk", "rule", "value", "object_type__source__code")
    ids = [
        row_id
        for row_id, rule, value, source in waiting
        if rules.code_lists.crossed(REFUSALS[rule], source, value) is not None
    ]
    if ids:
        replay(ids=ids, actor=actor, reason=reason)
    return len(ids)
