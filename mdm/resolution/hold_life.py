"""Holds in the database: what the gates compare with, and the life of a hold until it is closed.

open → decided (a person's judgement answers it), released (by a person, or because its day came), pointless
(the machine does not want any more what it holds back).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from django.db.models import F, Q

from matching.spec import StateGates
from mdm.compliance import audit
from mdm.models import Hold, Judgement, Membership, MergeTally
from mdm.resolution.canary import is_inside
from mdm.resolution.gating import Gated, Present
from mdm.resolution.held_changes import HeldChange
from mdm.resolution.scope import Row
from mdm.resolution.verdicts import records_named
from mdm.resolution.write import GoldenBefore
from mdm.rulesets.active import ActiveRules, active

RULES = "rules"
"""Who closes a hold that time or data ended."""
BITS = 1000


def present(rules: ActiveRules, rows: Sequence[Row], before: Mapping[int, GoldenBefore]) -> Present:
    """Return the golden records that stand, as the state gates compare them with what the machine wants."""
    if rules.spec.state_gates == StateGates():
        return Present()
    live = {golden.id for golden in before.values() if golden.status == "live"}
    golden_of = {row.id: row.golden_id for row in rows if row.golden_id is not None}
    return Present(
        golden_of={row.id: golden_of[row.id] for row in rows if row.active and row.golden_id in live},
        confirmed=frozenset(one.id for one in before.values() if one.confirmed and one.id in live),
        inside=cache(_canary_of(rules, rows, before)),
        decided=cache(lambda: _decided_now(rules.domain, golden_of)),
        allow=_allowance(rules.domain, rules.spec.state_gates.merges_a_day, audit.current().at.date()),
    )


def _canary_of(
    rules: ActiveRules, rows: Sequence[Row], before: Mapping[int, GoldenBefore]
) -> Callable[[int], bool]:
    canary = rules.spec.state_gates.canary
    if canary is None:
        return lambda golden: True
    sources: dict[int | None, set[str]] = {}
    for row in rows:
        sources.setdefault(row.golden_id, set()).add(row.source)

    def inside(golden: int) -> bool:
        stands = before[golden]
        return is_inside(canary, stands.code, stands.attributes, stands.kind, sources.get(golden, ()))

    return inside


def _decided_now(domain: str, golden_of: Mapping[int, int]) -> frozenset[int]:
    """Return the golden records of the records that this very transaction's judgements name."""
    entry = audit.current()
    made = Judgement.objects.filter(domain=domain, rank=Judgement.Rank.HUMAN)
    now = made.filter(Q(entry_id=entry.pk) | Q(withdrawn_at=entry.at))
    return frozenset(golden_of[one] for one in records_named(now) if one in golden_of)


def _allowance(domain: str, limit: int | None, day: date) -> Callable[[int], int]:
    def allow(asked: int) -> int:
        """Take merges out of the day's budget; who asks next waits until we have committed."""
        if limit is None:
            return asked
        MergeTally.objects.bulk_create([MergeTally(domain=domain, day=day)], ignore_conflicts=True)
        tally = MergeTally.objects.select_for_update(no_key=True).get(domain=domain, day=day)
        granted = max(0, min(asked, limit - tally.merges))
        MergeTally.objects.filter(pk=tally.pk).update(merges=F("merges") + granted)
        return granted

    return allow


def write(
    rules: ActiveRules, gated: Gated, rows: Sequence[Row], before: Mapping[int, GoldenBefore]
) -> tuple[HeldChange, ...]:
    """Write the holds that were opened and close those that are over; returns the open ones, all numbered."""
    for hold in gated.over:
        if hold.id is not None:
            _close_over(hold.id, hold)
    for hold in gated.taken_in:
        assert hold.id is not None
        close(hold.id, Hold.Status.POINTLESS, RULES, f"Rule set {rules.number} may change it.")
    fresh = {
        hold: Hold.objects.create(
            domain=rules.domain,
            gate=hold.gate,
            left_records=list(hold.left),
            right_records=list(hold.right),
            reason=_reason(rules, hold, rows, before),
            weight=hold.weight,
            parts=[list(part) for part in hold.parts],
            wakes_on=_tomorrow() if hold.gate == Hold.Gate.BUDGET else None,
        ).pk
        for hold in gated.opened
    }
    return tuple(
        HeldChange(hold.gate, hold.left, hold.right, hold.id or fresh[hold], hold.weight, hold.parts)
        for hold in gated.judgements.holds
    )


def _tomorrow() -> date:
    return audit.current().at.date() + timedelta(days=1)


def _reason(
    rules: ActiveRules, hold: HeldChange, rows: Sequence[Row], before: Mapping[int, GoldenBefore]
) -> str:
    """Return in a sentence what the machine wanted and why it waits."""
    golden_of = {row.id: row.golden_id for row in rows}
    codes = [
        ", ".join(sorted({before[golden].code for one in side if (golden := golden_of[one]) is not None}))
        for side in hold.sides
    ]
    gates = rules.spec.state_gates
    if hold.gate == Hold.Gate.CONFIRMED_MERGE:
        asked = (rules.model.link_weight + (gates.confirmed_margin or 0)) / BITS
        return (
            f"{codes[0]} and {codes[1]} would merge, and people have confirmed both; their mean weight of"
            f" {hold.weight / BITS:.1f} bits is below the {asked:.1f} bits that this takes."
        )
    if hold.gate == Hold.Gate.CANARY:
        wish = f"would merge with {codes[1]}" if hold.right else f"would part into {len(hold.parts)}"
        return f"{codes[0]} {wish}, and {rules.domain} rule set {rules.number} may not change it yet."
    if hold.gate == Hold.Gate.CONFIRMED_SPLIT:
        return f"{codes[0]} would part into {len(hold.parts)}, and a person has confirmed it."
    return (
        f"{codes[0]} would merge with {codes[1]}, and the {gates.merges_a_day} merges of"
        f" {audit.current().at.date()} are spent."
    )


def _close_over(number: int, hold: HeldChange) -> None:
    """Close a hold that keeps nothing back any more: a person has decided, or the data have changed."""
    said = Judgement.objects.filter(rank=Judgement.Rank.HUMAN, withdrawn_at=None)
    left, right = list(hold.left), list(hold.right or hold.left)
    across = Q(left_records__overlap=left, right_records__overlap=right)
    across |= Q(left_records__overlap=right, right_records__overlap=left)
    judgement = said.filter(across).order_by("-pk").first()
    if judgement is not None:
        close(number, Hold.Status.DECIDED, judgement.actor, f"Judgement {judgement.pk} decides it.")
    else:
        close(number, Hold.Status.POINTLESS, RULES, "The machine does not want this any more.")


def close(number: int, status: Hold.Status, by: str, reason: str) -> None:
    """End an open hold inside the caller's audit entry."""
    Hold.objects.filter(pk=number, status=Hold.Status.OPEN).update(
        status=status, closed_at=audit.current().at, closed_by=by, closed_reason=reason
    )


def wake(domain: str, day: date) -> bool:
    """Release the holds whose day has come, as far as the day's budget goes; whether there were any.

    The others wait for the next day. Released ones are due: resolution makes the merge that was held.
    """
    rules = active(domain)
    waiting = Hold.objects.filter(domain=domain, status=Hold.Status.OPEN, wakes_on__lte=day)
    if rules is None or not waiting.exists():
        return False
    with audit.entry(actor="schedule", action="release holds", cause=f"the day {day}"):
        holds = list(waiting.select_for_update(no_key=True).order_by("pk"))
        limit = rules.spec.state_gates.merges_a_day
        granted = _allowance(domain, limit, day)(len(holds))
        for hold in holds[:granted]:
            close(hold.pk, Hold.Status.RELEASED, RULES, f"The budget of {day} has room for it.")
        Hold.objects.filter(pk__in=[hold.pk for hold in holds[granted:]]).update(
            wakes_on=day + timedelta(days=1)
        )
        make_due([one for hold in holds[:granted] for one in hold.left_records])
    return granted > 0


def make_due(record_ids: Sequence[int]) -> None:
    """Have these records resolved again."""
    ids = Membership.objects.filter(pk__in=record_ids).order_by("pk").select_for_update(no_key=True)
    Membership.objects.filter(pk__in=list(ids.values_list("pk", flat=True))).update(
        due=True, due_version=F("due_version") + 1
    )
